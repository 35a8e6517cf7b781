// Copies a whole store into an empty one of either dialect, and proves that both hold the same rows.
import { createHash, randomUUID } from 'node:crypto';
import type { Database, Reader, SqlValue, Transaction } from './database.ts';
import { getSetting, putSetting } from './jobs.ts';
import { assertKnownSchema, foundSchema, migrate, migrations, NewerSchemaError, OtherSchemaError, schemaVersion } from './migrations.ts';
import { tableShapes, type TableShape } from './schema/columns.ts';

/** Rows of one transaction. */
const PAGE = 2_000;
/** In the target while it is being filled: it must not be served, and an interrupted copy begins anew. Names the copy. */
const UNDER_WAY = 'transfer.under-way';
/** In the source when its successor was proved equal: it must not be served any more. */
const MOVED = 'transfer.moved';
/** Marks of one side only: no part of what is compared. */
const ownMarks: readonly SqlValue[] = [UNDER_WAY, MOVED];

export interface TableCount {
  readonly table: string;
  readonly rows: number;
}

export interface Moved {
  /** Where to, without credentials. */
  readonly to: string;
  /** Which database that is, whatever its address. */
  readonly mark: Readonly<Record<string, string>>;
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
  readonly onProgress?: (progress: TransferProgress) => void;
  readonly signal?: AbortSignal;
  /** Both sides are equal and the target is still closed: the last moment in which the source may be closed. */
  readonly beforeOpening?: () => Promise<unknown>;
  /** In the transaction that opens the target. */
  readonly opening?: (transaction: Transaction) => Promise<unknown>;
}

export interface TransferProgress {
  readonly step: 'copy' | 'compare';
  readonly table: string;
  /** Rows of all tables, so far and in the end. */
  readonly done: number;
  readonly total: number;
}

/** The target must be new, or hold the beginning of an interrupted copy. Returns the rows of every table. */
export async function transferStore(options: TransferOptions): Promise<readonly TableCount[]> {
  const { from, to } = options;
  const found = await foundSchema(from, from.dialect);
  const version = found?.version ?? 0;
  if (version !== schemaVersion)
    throw new TransferError(
      `The store has schema ${version}, this program knows ${schemaVersion}. Start the server once, so that it is brought up to date.`,
      `数据库结构版本为 ${version},本程序为 ${schemaVersion}。请先启动一次服务完成升级。`,
    );
  assertKnownSchema(found!);
  const shapes = tableShapes(migrations.flat());
  const name = randomUUID();
  await prepareTarget(to, shapes, name);
  const total = options.onProgress ? await rowsOf(from, shapes) : 0;
  const counts: TableCount[] = [];
  let done = 0;
  for (const shape of shapes) {
    const rows = await copyTable(options, shape, (copied) =>
      options.onProgress?.({ step: 'copy', table: shape.name, done: done + copied, total }),
    );
    done += rows;
    counts.push({ table: shape.name, rows });
  }
  done = 0;
  for (const [index, shape] of shapes.entries()) {
    options.onProgress?.({ step: 'compare', table: shape.name, done, total });
    await assertEqual(options, shape);
    done += counts[index]!.rows;
  }
  options.signal?.throwIfAborted();
  await options.beforeOpening?.();
  await to.write(async (transaction) => {
    const opened = await transaction.run('DELETE FROM setting WHERE name = ? AND value = ?', UNDER_WAY, name);
    if (opened !== 1)
      throw new TransferError(
        'Somebody else began to fill the same database meanwhile. Let only one command do it, then start again.',
        '另有命令在同时写入同一目标数据库。请只保留一个后重新开始。',
      );
    // Without numbers about what has just come in, the first questions would be answered slowly.
    await transaction.run('ANALYZE');
    await options.opening?.(transaction);
  });
  return counts;
}

/** From now on the store refuses to be served. */
export const markMoved = (from: Database, moved: Moved): Promise<number> =>
  from.write((transaction) => putSetting(transaction, MOVED, JSON.stringify(moved)));

export async function movedTo(reader: Reader): Promise<Moved | null> {
  const found = await getSetting(reader, MOVED);
  return found === undefined ? null : (JSON.parse(found) as Moved);
}

/** Only the source's last step lifts this: what is being filled, or was left half full, is served to nobody. */
export const isBeingFilled = async (reader: Reader): Promise<boolean> => (await getSetting(reader, UNDER_WAY)) !== undefined;

/** For a copy that ended between closing the source and opening the target: nobody was ever served there. */
export const unmarkMoved = (from: Database): Promise<number> =>
  from.write((transaction) => transaction.run('DELETE FROM setting WHERE name = ?', MOVED));

async function prepareTarget(to: Database, shapes: readonly TableShape[], name: string): Promise<void> {
  await migrate(to).catch((error: unknown) => {
    if (!(error instanceof OtherSchemaError || error instanceof NewerSchemaError)) throw error;
    throw new TransferError(
      `The target cannot be filled, name an empty database. What stands there: ${error.label.en}`,
      `无法写入目标数据库，请指定空数据库。其中的内容：${error.label.zh}`,
    );
  });
  if (!(await isBeingFilled(to))) {
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
    await putSetting(transaction, UNDER_WAY, name);
  });
}

async function rowsOf(reader: Reader, shapes: readonly TableShape[]): Promise<number> {
  let rows = 0;
  for (const shape of shapes) rows += Number((await reader.get<{ rows: number }>(`SELECT count(*) AS rows FROM ${shape.name}`))!.rows);
  return rows;
}

async function copyTable({ from, to, signal }: TransferOptions, shape: TableShape, onRows: (copied: number) => void): Promise<number> {
  let copied = 0;
  for await (const page of pagesOf(from, shape)) {
    signal?.throwIfAborted();
    await to.write((transaction) => transaction.insert(shape.name, shape.columns, page, `(${shape.key.join(', ')}) DO NOTHING`));
    copied += page.length;
    onRows(copied);
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
  const [a, b] = await Promise.all([sumOf(from, shape, signal), sumOf(to, shape, signal)]);
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
      if (shape.name === 'setting' && ownMarks.includes(row[0]!)) continue;
      rows++;
      sum += createHash('sha256').update(JSON.stringify(row)).digest().readBigUInt64BE();
    }
  }
  return { rows, sum };
}
