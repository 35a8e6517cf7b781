// One file or sheet as rows of cells, with its header found within the first lines. CSV and workbooks look alike here.
import { createHash } from 'node:crypto';
import type { Label } from '../../core/model.ts';
import { ConnectorError } from '../../connector-kit/errors.ts';
import { findColumns, type Columns, type TableKind, wordsFor } from './columns.ts';
import { excerpt, say } from './text.ts';

/** A number cell of a workbook: text is its digits, as far as they can be trusted. */
export interface NumberCell {
  readonly text: string;
  readonly value: number;
  /** The cell is formatted as a date. */
  readonly isDate: boolean;
  /** The local day that this number would be, by the workbook's date system; null when out of range. */
  readonly day: string | null;
  /** More than 15 digits: a spreadsheet has already replaced the last ones by zeros. */
  readonly damaged: boolean;
  /** Digits that the number format shows, e.g. 6 for "000000"; 0 when it does not say. */
  readonly width: number;
}
/** A formula or cell that holds #N/A and the like. */
export interface ErrorCell {
  readonly error: string;
}
export type Cell = string | NumberCell | ErrorCell;

export interface Row {
  /** Counted from 1, as an editor or spreadsheet shows it. */
  readonly line: number;
  readonly cells: readonly Cell[];
  /** This row cannot be understood. */
  readonly problem?: Label;
}

export interface Table {
  /** File name, and sheet. */
  readonly where: string;
  readonly kind: TableKind;
  readonly headerLine: number;
  readonly columns: Columns;
  /** What a row says about columns that it does not reach: a text file nothing, a workbook that they are empty. */
  readonly beyondRow: 'unknown' | 'empty';
  /** In batches; may be gone through once. */
  readonly rows: AsyncIterable<readonly Row[]>;
  /** Lets go of the file, whether or not all rows were gone through. */
  close(): Promise<void>;
}

export const HEADER_LINES = 10;

export const cellText = (cell: Cell | undefined): string =>
  cell === undefined ? '' : typeof cell === 'string' ? cell : 'error' in cell ? cell.error : cell.text;
export const isBlank = (cell: Cell | undefined): boolean => cellText(cell).trim() === '';

export interface HeaderWish {
  readonly kind: TableKind;
  readonly configured: Readonly<Record<string, string>>;
  /** At least one attribute of each of these sets must have a column. */
  readonly needed: readonly (readonly string[])[];
}

/** Recognised columns, or -1 when a needed one is missing. */
export function headerScore(cells: readonly string[], wish: HeaderWish): { score: number; columns: Columns } {
  const columns = findColumns(wish.kind, cells, wish.configured);
  const fits = wish.needed.every((set) => set.some((attribute) => columns.indexes.has(attribute)));
  return { score: fits ? columns.indexes.size : -1, columns };
}

/** Reads rows up to the header and returns the table behind it; null when no line looks like one. */
export async function findHeader(
  batches: AsyncIterable<readonly Row[]>,
  wish: HeaderWish,
  where: string,
  beyondRow: Table['beyondRow'],
): Promise<Table | { readonly first: readonly string[] }> {
  const iterator = batches[Symbol.asyncIterator]();
  const first: Row[] = [];
  let ended = false;
  while (!ended && (first.at(-1)?.line ?? 0) < HEADER_LINES) {
    const next = await iterator.next();
    if (next.done) ended = true;
    else first.push(...next.value);
  }
  let best = { score: -1, at: -1, columns: null as Columns | null };
  for (const [at, row] of first.entries()) {
    if (row.line > HEADER_LINES) break;
    const { score, columns } = headerScore(row.cells.map(cellText), wish);
    if (score > best.score) best = { score, at, columns };
  }
  if (!best.columns) {
    await iterator.return?.();
    return { first: first.slice(0, 3).map((row) => excerpt(row.cells.map(cellText).join(' | '), 120)) };
  }
  const rest = first.slice(best.at + 1);
  return {
    where,
    kind: wish.kind,
    beyondRow,
    headerLine: first[best.at]!.line,
    columns: best.columns,
    rows: following(rest, iterator),
    close: async () => void (await iterator.return?.()),
  };
}

async function* following(first: readonly Row[], iterator: AsyncIterator<readonly Row[]>): AsyncGenerator<readonly Row[]> {
  try {
    if (first.length > 0) yield first;
    for (let next = await iterator.next(); !next.done; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}

/** No line of the file names the needed columns. */
export function noHeader(where: string, wish: HeaderWish, first: readonly string[]): ConnectorError {
  if (first.length === 0) {
    return new ConnectorError(
      'bad-response',
      say(
        `${where} is empty: it has not even a header. Nothing was read and nobody is taken as gone. Put the complete file there again.`,
        `${where} 是空文件，连表头都没有。未读取任何内容，也不会认为任何人离开。请重新放置完整的文件。`,
      ),
    );
  }
  const wanted = wish.needed
    .map((set) => set.map((attribute) => wish.configured[attribute] ?? wordsFor(wish.kind, attribute)[0]).join(' / '))
    .join(' + ');
  return new ConnectorError(
    'config',
    say(
      `${where}: none of the first ${HEADER_LINES} lines has the column ${wanted}. Rename the header, or name it under "columns". The file begins with: ${first[0]}`,
      `${where}：前 ${HEADER_LINES} 行中没有“${wanted}”列。请修改表头，或在“列”设置中指定。文件开头为：${first[0]}`,
    ),
    { detail: first.join('\n') },
  );
}

/** Short stable text for a fingerprint. */
export const fingerprint = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);
