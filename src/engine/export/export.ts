// A list of any length as a file, made while it is read: one page is held at a time, and the next is asked for when somebody takes more.
import type { Label } from '../../core/model.ts';
import { guardFormula } from '../../core/formula.ts';
import type { OperationName } from '../commands.ts';
import { exportLists, type ExportList, type ExportName, type Page } from './lists.ts';
import { type Cell, workbookOf } from './workbook.ts';

/** How an operation is asked: by a server's thread, the socket or a remote session. */
export type Ask = (name: OperationName, input: Readonly<Record<string, unknown>>) => Promise<unknown>;

export interface ExportRequest {
  readonly list: ExportName;
  readonly format: ExportFormat;
  readonly language: keyof Label;
  /** What the list's operation takes, without its page. */
  readonly filter: Readonly<Record<string, unknown>>;
}

export const exportFormats = {
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  csv: 'text/csv; charset=utf-8',
  json: 'application/json; charset=utf-8',
} as const;
export type ExportFormat = keyof typeof exportFormats;

export async function* exportOf(ask: Ask, request: ExportRequest): AsyncGenerator<Buffer> {
  const list: ExportList = exportLists[request.list];
  // The first page comes before the heading: what is refused is refused before anything of the file is there.
  const later = pagesOf(ask, list, request.filter);
  const pages = joined(await later.next(), later);
  if (request.format === 'json') return yield* asJson(pages);
  const heading = list.heading.map((label) => label[request.language]);
  const rows = rowsOf(list, pages, request.language);
  yield* request.format === 'csv' ? asCsv(heading, rows) : workbookOf(heading, rows);
}

async function* joined(first: IteratorResult<Page>, later: AsyncGenerator<Page>): AsyncGenerator<Page> {
  if (!first.done) yield first.value;
  yield* later;
}

async function* pagesOf(ask: Ask, list: ExportList, filter: Readonly<Record<string, unknown>>): AsyncGenerator<Page> {
  const [place, limit] = list.paging;
  for (let next: unknown = undefined; next !== null; ) {
    const page = list.pageOf(
      await ask(list.operation, { ...filter, [limit]: list.most, ...(next === undefined ? {} : { [place]: next }) }),
    );
    yield page;
    next = page.next;
  }
}

async function* rowsOf(list: ExportList, pages: AsyncIterable<Page>, language: keyof Label): AsyncGenerator<(readonly Cell[])[]> {
  for await (const page of pages) yield page.entries.flatMap((entry) => list.rowsOf(entry as never, language));
}

/** One array, an entry a line. */
async function* asJson(pages: AsyncIterable<Page>): AsyncGenerator<Buffer> {
  let before = '[\n';
  for await (const page of pages) {
    if (page.entries.length === 0) continue;
    yield Buffer.from(before + page.entries.map((entry) => JSON.stringify(entry)).join(',\n'));
    before = ',\n';
  }
  yield Buffer.from(before === '[\n' ? '[]\n' : '\n]\n');
}

/** RFC 4180, with the mark by which spreadsheets know UTF-8. */
async function* asCsv(heading: readonly string[], pieces: AsyncIterable<readonly (readonly Cell[])[]>): AsyncGenerator<Buffer> {
  yield Buffer.from(`\ufeff${lineOf(heading)}`);
  for await (const rows of pieces) if (rows.length > 0) yield Buffer.from(rows.map(lineOf).join(''));
}

const lineOf = (cells: readonly Cell[]): string => `${cells.map(fieldOf).join(',')}\r\n`;

function fieldOf(cell: Cell): string {
  if (cell === null) return '';
  if (typeof cell === 'number') return String(cell);
  const text = guardFormula(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
