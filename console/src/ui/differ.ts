// Which characters of two texts differ: what is in both is quiet, what came or went is marked.

export interface Piece {
  readonly text: string;
  readonly differs: boolean;
}

/** With less in common than this share of the longer one, they are two texts, not one that was edited. */
const ALIKE = 0.5;
/** Longer texts are compared from both ends only. */
const LONG = 300;

const join = (marks: readonly (readonly [text: string, differs: boolean])[]): Piece[] => {
  const pieces: { text: string; differs: boolean }[] = [];
  for (const [text, differs] of marks) {
    if (text === '') continue;
    const last = pieces.at(-1);
    if (last?.differs === differs) last.text += text;
    else pieces.push({ text, differs });
  }
  return pieces;
};

/** Lengths of the longest common subsequence of what is left of a and b. */
function common(a: readonly string[], b: readonly string[]): Uint16Array[] {
  const table = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      table[i]![j] = a[i] === b[j] ? table[i + 1]![j + 1]! + 1 : Math.max(table[i + 1]![j]!, table[i]![j + 1]!);
  return table;
}

function middle(a: readonly string[], b: readonly string[]): { before: [string, boolean][]; after: [string, boolean][] } {
  const table = common(a, b);
  const before: [string, boolean][] = [];
  const after: [string, boolean][] = [];
  let i = 0;
  let j = 0;
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      before.push([a[i++]!, false]);
      after.push([b[j++]!, false]);
    } else if (table[i + 1]![j]! >= table[i]![j + 1]!) before.push([a[i++]!, true]);
    else after.push([b[j++]!, true]);
  }
  for (; i < a.length; i++) before.push([a[i]!, true]);
  for (; j < b.length; j++) after.push([b[j]!, true]);
  return { before, after };
}

/** The pieces of each, joined, are the text itself. By code point, so that no character is torn. */
export function differ(before: string, after: string): { readonly before: readonly Piece[]; readonly after: readonly Piece[] } {
  const a = [...before];
  const b = [...after];
  const least = Math.min(a.length, b.length);
  let head = 0;
  while (head < least && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < least - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const inner = [a.slice(head, a.length - tail), b.slice(head, b.length - tail)] as const;
  const marks =
    Math.max(inner[0].length, inner[1].length) > LONG
      ? { before: [[inner[0].join(''), true]] as [string, boolean][], after: [[inner[1].join(''), true]] as [string, boolean][] }
      : middle(inner[0], inner[1]);
  const first: [string, boolean] = [a.slice(0, head).join(''), false];
  const last: [string, boolean] = [a.slice(a.length - tail).join(''), false];
  const found = { before: join([first, ...marks.before, last]), after: join([first, ...marks.after, last]) };
  const alike = found.before.reduce((sum, piece) => sum + (piece.differs ? 0 : [...piece.text].length), 0);
  if (alike < Math.max(a.length, b.length) * ALIKE) return { before: join([[before, true]]), after: join([[after, true]]) };
  return found;
}
