// The rows of a lookup table as somebody types or pastes them: key and value, from a spreadsheet or a CSV file.

export interface Row {
  readonly key: string;
  readonly value: string;
}

interface Pasted {
  readonly rows: readonly Row[];
  /** Lines, counted from 1, that are not two columns. */
  readonly wrong: readonly number[];
}

/** In this order: a tab comes from a spreadsheet, and commas are part of many texts. */
const separators = ['\t', ';', ','] as const;
/** A column: in quotes, where two of them are one, or up to the next separator. */
const column = (separator: string): RegExp => new RegExp(`\\s*(?:"((?:[^"]|"")*)"\\s*|([^${separator}]*))(${separator}|$)`, 'y');

function columnsOf(line: string, separator: string): readonly string[] {
  const pattern = column(separator);
  const columns: string[] = [];
  for (let found = pattern.exec(line); found; found = pattern.exec(line)) {
    columns.push(found[1] === undefined ? found[2]!.trim() : found[1].replaceAll('""', '"'));
    if (found[3] === '') break;
  }
  return columns;
}

export function pastedRows(text: string): Pasted {
  const rows: Row[] = [];
  const wrong: number[] = [];
  for (const [index, line] of text
    .replace(/^\ufeff/, '')
    .split(/\r?\n/)
    .entries()) {
    if (line.trim() === '') continue;
    const separator = separators.find((one) => line.includes(one));
    const columns = separator === undefined ? [] : columnsOf(line, separator);
    const [key = '', value = ''] = columns;
    if (columns.length === 2 && key !== '') rows.push({ key, value });
    else wrong.push(index + 1);
  }
  return { rows, wrong };
}

/** A key that comes again replaces the one before, in its place. */
export function joined(rows: readonly Row[], more: readonly Row[]): readonly Row[] {
  const all = new Map(rows.map(({ key, value }) => [key, value]));
  for (const { key, value } of more) all.set(key, value);
  return [...all].map(([key, value]) => ({ key, value }));
}

/** Keys that stand there twice; a table has each once. */
export const doubledKeys = (rows: readonly Row[]): readonly string[] => [
  ...new Set(rows.map(({ key }) => key).filter((key, index, all) => all.indexOf(key) !== index)),
];
