// The Markdown that pages and help are written in, as blocks: headings, paragraphs, lists with what lies in them, tables, code.

export type Block =
  | { readonly kind: 'heading'; readonly level: number; readonly text: string }
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'code'; readonly text: string }
  | { readonly kind: 'list'; readonly isNumbered: boolean; readonly items: readonly (readonly Block[])[] }
  | { readonly kind: 'table'; readonly head: readonly string[]; readonly rows: readonly (readonly string[])[] };

const HEADING = /^(#{1,6}) (.*)$/;
const ITEM = /^(?:[-*]|(\d+)\.) +/;
const FENCE = /^```/;
const indentOf = (line: string): number => line.length - line.trimStart().length;
const isBlank = (line: string | undefined): boolean => line === undefined || line.trim() === '';

/** A bar inside a cell is written `\|`. */
const cellsOf = (line: string): string[] =>
  line
    .trim()
    .replace(/^\||\|$/g, '')
    .split(/(?<!\\)\|/)
    .map((cell) => cell.trim().replaceAll('\\|', '|'));

export function blocksOf(text: string): Block[] {
  return blocksIn(
    text
      .replaceAll(/<!--[\s\S]*?-->/g, '')
      .replaceAll('\r', '')
      .split('\n'),
  );
}

function blocksIn(lines: readonly string[]): Block[] {
  const blocks: Block[] = [];
  let at = 0;
  /** Lines from here on for as long as they fit. */
  const take = (fits: (line: string, index: number) => boolean): string[] => {
    const from = at;
    while (at < lines.length && fits(lines[at]!, at)) at += 1;
    return lines.slice(from, at);
  };
  while (at < lines.length) {
    const line = lines[at]!;
    const heading = HEADING.exec(line);
    if (isBlank(line)) at += 1;
    else if (heading) {
      blocks.push({ kind: 'heading', level: heading[1]!.length, text: heading[2]! });
      at += 1;
    } else if (FENCE.test(line)) {
      at += 1;
      blocks.push({ kind: 'code', text: take((one) => !FENCE.test(one)).join('\n') });
      at += 1;
    } else if (indentOf(line) >= 4) {
      const code = take((one, index) => indentOf(one) >= 4 || (isBlank(one) && indentOf(lines[index + 1] ?? '') >= 4));
      blocks.push({ kind: 'code', text: code.map((one) => one.slice(4)).join('\n') });
    } else if (line.trimStart().startsWith('|')) {
      const [head = '', , ...rows] = take((one) => one.trimStart().startsWith('|'));
      blocks.push({ kind: 'table', head: cellsOf(head), rows: rows.map(cellsOf) });
    } else if (ITEM.test(line)) blocks.push(listOf(take(inList(lines, at))));
    else {
      const first = at;
      const said = take((one, index) => index === first || !begins(one)).map((one) => one.trim());
      blocks.push({ kind: 'paragraph', text: said.join(' ') });
    }
  }
  return blocks;
}

/** What ends a paragraph. */
const begins = (line: string): boolean =>
  isBlank(line) || HEADING.test(line) || ITEM.test(line) || FENCE.test(line) || line.trimStart().startsWith('|');

/** An item goes on over its own indented lines, and over empty ones that lie between. */
const inList =
  (lines: readonly string[], from: number) =>
  (line: string, index: number): boolean => {
    if (index === from || ITEM.test(line)) return true;
    if (!isBlank(line)) return indentOf(line) >= 2 || (!isBlank(lines[index - 1]) && !begins(line));
    const next = lines.slice(index + 1).find((one) => !isBlank(one));
    return next !== undefined && indentOf(next) >= 2;
  };

function listOf(lines: readonly string[]): Block {
  const items: string[][] = [];
  for (const line of lines) {
    const mark = ITEM.exec(line)?.[0];
    if (mark !== undefined) items.push([line.slice(mark.length)]);
    else items.at(-1)!.push(line);
  }
  return { kind: 'list', isNumbered: /^\d/.test(lines[0]!), items: items.map((item) => blocksIn(withoutIndent(item))) };
}

/** What lies in an item is indented by two or three, as its mark is wide. */
function withoutIndent([first = '', ...rest]: readonly string[]): string[] {
  const deep = Math.min(...rest.filter((line) => !isBlank(line)).map(indentOf), 3);
  return [first, ...rest.map((line) => line.slice(Math.min(deep, indentOf(line))))];
}

export type Piece =
  | { readonly kind: 'text' | 'bold' | 'emphasis' | 'code'; readonly text: string }
  | { readonly kind: 'link'; readonly text: string; readonly to: string };

const INLINE = /(`[^`]+`|\*\*[^*]+\*\*|\*[^*\s][^*]*\*|\[[^\]]+\]\([^)\s]+\))/;

export const piecesOf = (text: string): Piece[] =>
  text
    .split(INLINE)
    .filter((part) => part !== '')
    .map((part) => {
      const link = /^\[([^\]]+)\]\(([^)\s]+)\)$/.exec(part);
      if (link) return { kind: 'link', text: link[1]!.replaceAll(/[*`]/g, ''), to: link[2]! };
      if (/^`[^`]+`$/.test(part)) return { kind: 'code', text: part.slice(1, -1) };
      if (/^\*\*[^*]+\*\*$/.test(part)) return { kind: 'bold', text: part.slice(2, -2) };
      if (/^\*[^*\s][^*]*\*$/.test(part)) return { kind: 'emphasis', text: part.slice(1, -1) };
      return { kind: 'text', text: part };
    });
