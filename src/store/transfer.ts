// Copies a whole store into an empty one of either dialect, and proves that both hold the same rows.
import { createHash } from 'node:crypto';
import type { Database, Reader, SqlValue } from './database.ts';
import { getSetting, putSetting } from './jobs.ts';
import { migrate, migrations, schemaVersion } from './migrations.ts';
import { tableShapes, type TableShape } from './schema/columns.ts';

/** Rows of one transaction. */
const PAGE = 2_000;
/** In the target while it is being filled: an interrupted copy begins anew. */
const UNDER_WAY = 'transfer.under-way';
/** In the source when its successor was proved equal: it must not be served any more. */
const MOVED = 'transfer.moved';

export interface TableCount {
  readonly table: string;
  readonly rows: number;
}

export interface Moved {
  /** Where to, without credentials. */
  readonly to: string;
  /** Epoch ms. */
  readonly at: number;
}

/** The copy cannot be made or is not equal; nothing of the source was changed. */
export class TransferError extends Error {
  readonly label: { readonly en: string; readonly zh: string };
  constructor(en: string, zh: string) {
    super(en);
    this.name = 'TransferError';
    this.label = { en, zh };
  }
}

export interface TransferOptions {
  readonly from: Database;
  readonly to: Database;
  readonly onTable?: (table: string, rows: number) => void;
  readonly signal?: AbortSignal;
}

/** The target must be new, or hold the beginning of an interrupted copy. Returns the rows of every table. */
export async function transferStore(options: TransferOptions): Promise<readonly TableCount[]> {
  const { from, to } = options;
  const found = (await from.get<{ version: number }>('SELECT version FROM schema_version'))?.version ?? 0;
  if (found !== schemaVersion)
    throw new TransferError(
      `The store has schema ${found}, this program knows ${schemaVersion}. Start the server once, so that it is brought up to date.`,
      `数据库结构版本为 ${found},本程序为 ${schemaVersion}。请先启动一次服务完成升级。`,
    );
  const shapes = tableShapes(migrations.flat());
  await prepareTarget(to, shapes);
  const counts: TableCount[] = [];
  for (const shape of shapes) {
    const copied = await copyTable(options, shape);
    counts.push({ table: shape.name, rows: copied });
    options.onTable?.(shape.name, copied);
  }
  for (const shape of shapes) await assertEqual(options, shape);
  await to.write((transaction) => transaction.run('DELETE FROM setting WHERE name = ?', UNDER_WAY));
  return counts;
}

/** From now on the store refuses to be served. */
export const markMoved = (from: Database, moved: Moved): Promise<number> =>
  from.write((transaction) => putSetting(transaction, MOVED, JSON.stringify(moved)));

export async function movedTo(reader: Reader): Promise<Moved | null> {
  const found = await getSetting(reader, MOVED);
  return found === undefined ? null : (JSON.parse(found) as Moved);
}

async function prepareTarget(to: Database, shapes: readonly TableShape[]): Promise<void> {
  await migrate(to);
  const isOurs = (await getSetting(to, UNDER_WAY)) !== undefined;
  if (!isOurs) {
    for (const shape of shapes) {
      if (await to.get(`SELECT 1 AS yes FROM ${shape.name} LIMIT 1`))
        throw new TransferError(
          `The target holds data already (table "${shape.name}"). Name an empty database.`,
          `目标数据库中已有数据(表“${shape.name}”)。请指定空数据库。`,
        );
    }
  }
  await to.write(async (transaction) => {
    for (const shape of shapes.toReversed()) await transaction.run(`DELETE FROM ${shape.name}`);
    await putSetting(transaction, UNDER_WAY, 'yes');
  });
}

async function copyTable({ from, to, signal }: TransferOptions, shape: TableShape): Promise<number> {
  let copied = 0;
  for await (const page of pagesOf(from, shape)) {
    signal?.throwIfAborted();
    await to.write((transaction) => transaction.insert(shape.name, shape.columns, page, `(${shape.key.join(', ')}) DO NOTHING`));
    copied += page.length;
  }
  return copied;
}

/** Whole tables by key, a page at a time, in the order of the store that is read. */
async function* pagesOf(reader: Reader, shape: TableShape): AsyncGenerator<readonly (readonly SqlValue[])[]> {
  const key = shape.key.join(', ');
  const places = shape.key.map((column) => shape.columns.indexOf(column));
  let after: readonly SqlValue[] | null = null;
  for (;;) {
    const rows: readonly Record<string, SqlValue>[] = await reader.all<Record<string, SqlValue>>(
      `SELECT ${shape.columns.join(', ')} FROM ${shape.name} ${after ? `WHERE (${key}) > (${shape.key.map(() => '?').join(', ')})` : ''} ORDER BY ${key} LIMIT ${PAGE}`,
      ...(after ?? []),
    );
    if (rows.length === 0) return;
    const page = rows.map((row) => shape.columns.map((column) => row[column] ?? null));
    yield page;
    after = places.map((place) => page.at(-1)![place]!);
  }
}

async function assertEqual({ from, to, signal }: TransferOptions, shape: TableShape): Promise<void> {
  const [a, b] = [await sumOf(from, shape, signal), await sumOf(to, shape, signal)];
  if (a.rows === b.rows && a.sum === b.sum) return;
  throw new TransferError(
    `Table "${shape.name}" is not the same on both sides (${a.rows} rows against ${b.rows}). The old store was left as it is; try again with an empty target.`,
    `表“${shape.name}”两侧不一致(${a.rows} 行与 ${b.rows} 行)。旧数据未变,请换用空数据库重试。`,
  );
}

/** Rows and a sum over their digests that does not depend on their order. */
async function sumOf(reader: Reader, shape: TableShape, signal?: AbortSignal): Promise<{ rows: number; sum: bigint }> {
  let sum = 0n;
  let rows = 0;
  for await (const page of pagesOf(reader, shape)) {
    signal?.throwIfAborted();
    for (const row of page) {
      if (shape.name === 'setting' && row[0] === UNDER_WAY) continue;
      rows++;
      sum += createHash('sha256').update(JSON.stringify(row)).digest().readBigUInt64BE();
    }
  }
  return { rows, sum };
}
