// Lists as files: every value arrives as it was, nothing runs as a formula, and one page is held at a time.
import { readFileSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { readSheet } from 'read-excel-file/node';
import { expect, it } from 'vitest';
import { type Ask, exportOf, type ExportFormat } from './export.ts';
import { columnName, workbookOf } from './workbook.ts';

const label = (text: string) => ({ en: text, zh: `中${text}` });
const nasty = ['=1+1', '+86 138', '-2', '@cmd', '\tx', "'=2", '＝3', 'plain, "quoted"\nsecond line', '张伟 👩‍💻', '<b>&amp;', 'a\u0007b'];

/** A change with one attribute. */
const change = (id: number, after: unknown) => ({
  id,
  run: 7,
  job: 1,
  type: 'person',
  title: `Person ${id}`,
  key: `k${id}`,
  targetKey: null,
  action: 'update',
  deed: 'update',
  aspect: '',
  situation: 'changed',
  because: label('changed'),
  rule: '',
  state: 'applied',
  why: null,
  question: null,
  error: null,
  attempts: 1,
  sentAt: 1000,
  endedAt: 2000,
  attributes: [{ name: 'title', label: label('title'), before: null, after }],
  edges: [],
});
const pagesOf =
  (...pages: readonly (readonly object[])[]): Ask =>
  async (_, input) => {
    const at = Number(input.after ?? 0);
    return { changes: pages[at], next: at + 1 < pages.length ? at + 1 : null };
  };
const all = async (pieces: AsyncIterable<Buffer>): Promise<Buffer> => {
  const found: Buffer[] = [];
  for await (const piece of pieces) found.push(piece);
  return Buffer.concat(found);
};
const made = (ask: Ask, format: ExportFormat, language: 'en' | 'zh' = 'en') =>
  all(exportOf(ask, { list: 'changes', format, language, filter: { run: 7 } }));
const guarded = (text: string): string => (/^'*[=+\-@\t＝]/.test(text) ? `'${text}` : text);

it('a CSV holds each value in its row, guarded where a spreadsheet would run it', async () => {
  const rows = nasty.map((text, index) => change(index + 1, text));
  const text = (await made(pagesOf(rows.slice(0, 4), rows.slice(4)), 'csv')).toString();
  const [head, ...found] = parse(text, { bom: true }) as string[][];
  expect(head!.slice(-3)).toEqual(['field', 'before', 'after']);
  expect(found.map((row) => row.at(-1))).toEqual(nasty.map(guarded));
  expect(found[0]!.slice(0, 5)).toEqual(['1', '7', '1970-01-01T00:00:02.000Z', 'person', 'Person 1']);
  expect((await made(pagesOf([change(1, 'x')]), 'csv', 'zh')).toString()).toMatch(/^\ufeff变更,执行,.*\r\n1,7,.*已写入.*中title,,x\r\n$/s);
});

it('a workbook holds the same as text that no spreadsheet runs, over as many sheets as it takes', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-test-'));
  const path = join(folder, 'x.xlsx');
  writeFileSync(path, await made(pagesOf(nasty.map((text, index) => change(index + 1, text))), 'xlsx'));
  const rows = (await readSheet(path)) as unknown as (string | number | null)[][];
  expect(rows).toHaveLength(nasty.length + 1);
  // The reader of this test trims.
  expect(rows.slice(1).map((row) => row.at(-1))).toEqual(
    nasty.map((text) => (text === "'=2" ? "''=2" : text.replace('\u0007', '\ufffd').trim())),
  );
  expect(rows[1]!.slice(0, 2)).toEqual([1, 7]);
  const pieces = async function* () {
    yield [['a', 1]] as const;
    yield Array.from({ length: 4 }, (_, index) => [`b${index}`, index] as const);
  };
  writeFileSync(path, await all(workbookOf(['name', 'n'], pieces(), 3)));
  const sheets = [];
  for (const sheet of [1, 2, 3]) sheets.push(await readSheet(path, sheet));
  expect(sheets).toEqual([
    [
      ['name', 'n'],
      ['a', 1],
      ['b0', 0],
    ],
    [
      ['name', 'n'],
      ['b1', 1],
      ['b2', 2],
    ],
    [
      ['name', 'n'],
      ['b3', 3],
    ],
  ]);
  expect(readFileSync(path).subarray(0, 4).toString('latin1')).toBe('PK\u0003\u0004');
  rmSync(folder, { recursive: true });
  expect([0, 25, 26, 701, 702].map(columnName)).toEqual(['A', 'Z', 'AA', 'ZZ', 'AAA']);
});

it('JSON holds the entries as the list shows them; an empty list is an empty file of its kind', async () => {
  const rows = [change(1, '=1'), change(2, ['a'])];
  expect(JSON.parse((await made(pagesOf([rows[0]!], [], [rows[1]!]), 'json')).toString())).toEqual(rows);
  expect((await made(pagesOf([]), 'json')).toString()).toBe('[]\n');
  expect((await made(pagesOf([]), 'csv')).toString().trim().split('\n')).toHaveLength(1);
});

it('however long the list is, the next page is asked for when what came before was taken', async () => {
  const PAGE = 50;
  const pages = 1000;
  for (const format of ['csv', 'json', 'xlsx'] as const) {
    let asked = 0;
    let taken = 0;
    const ask: Ask = async () => {
      // What is asked for and not yet taken is all that is held.
      expect(asked - taken, format).toBeLessThanOrEqual(format === 'xlsx' ? 20 : 1);
      asked += 1;
      return { changes: Array.from({ length: PAGE }, (_, index) => change(asked * PAGE + index, 'x')), next: asked < pages ? asked : null };
    };
    const pieces = exportOf(ask, { list: 'changes', format, language: 'en', filter: {} });
    await pieces.next();
    // Nobody takes anything: nothing more is asked for, however long that lasts.
    await new Promise((resolve) => setImmediate(resolve));
    expect(asked, format).toBeLessThanOrEqual(10);
    taken = asked;
    let largest = 0;
    for await (const piece of pieces) {
      taken = asked;
      largest = Math.max(largest, piece.length);
    }
    expect([format, asked]).toEqual([format, pages]);
    expect(largest, format).toBeLessThan(100_000);
  }
});
