// The embedded database: node:sqlite, WAL, synchronous=FULL. One connection writes, one reads committed data.
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { checkpointsOf } from './checkpoints.ts';
import { type Database, expand, type Reader, type SqlValue, type Transaction } from '../database.ts';

export interface SqliteOptions {
  readonly path: string;
  /** Readers of other threads: no writes, no migrations. */
  readonly readOnly?: boolean;
  /** A thread of its own moves what is committed into the file: for who writes for long while others wait. */
  readonly checkpointsBeside?: boolean;
}

export function openSqlite(options: SqliteOptions): Database {
  const writer = options.readOnly ? null : connect(options.path, false);
  const reader = connect(options.path, true);
  const checkpoints = writer && options.checkpointsBeside ? checkpointsOf(options.path) : null;
  let queue: Promise<unknown> = Promise.resolve();
  const reading = readerOf(reader);

  return {
    dialect: 'sqlite',
    ...reading,
    write(work) {
      if (!writer) throw new Error('This connection to the store is read-only.');
      const result = queue.then(() => inTransaction(writer, work));
      queue = result.then(
        () => checkpoints?.committed(),
        () => {},
      );
      return result;
    },
    ...(writer
      ? {
          compact() {
            const result = queue.then(() => compact(writer));
            queue = result.catch(() => {});
            return result;
          },
        }
      : {}),
    async close() {
      await queue;
      await checkpoints?.end();
      reader.database.close();
      if (writer) {
        // A sample of each index says enough to choose between them.
        writer.database.exec('PRAGMA analysis_limit = 400; PRAGMA optimize');
        writer.database.close();
      }
    },
  };
}

const IN_MEMORY = 128 * 1024 * 1024;
const TRUNCATE_TRIES = 20;
const TRUNCATE_PAUSE_MS = 100;

/** @see https://www.sqlite.org/lang_vacuum.html the file keeps its place, and its time of birth */
async function compact({ database }: Connected): Promise<{ before: number; after: number; left: boolean }> {
  const one = (sql: string): number => Number(Object.values(database.prepare(sql).get()!)[0]);
  const size = (): number => one('PRAGMA page_count') * one('PRAGMA page_size');
  const before = size();
  // What is written anew lies beside the file for a moment: of a small one in memory, as everything temporary does here.
  if (before > IN_MEMORY) database.exec('PRAGMA temp_store = FILE');
  try {
    database.exec('VACUUM');
  } finally {
    database.exec('PRAGMA temp_store = MEMORY');
  }
  // 1: a reader, or the checkpoint beside, was in the way; for that one SQLite does not wait by itself.
  const truncate = (): boolean => one('PRAGMA wal_checkpoint(TRUNCATE)') === 0;
  let isTruncated = truncate();
  for (let tries = 1; tries < TRUNCATE_TRIES && !isTruncated; tries++) {
    await pause(TRUNCATE_PAUSE_MS);
    isTruncated = truncate();
  }
  return { before, after: size(), left: !isTruncated };
}

interface Connected {
  readonly database: DatabaseSync;
  readonly statements: Map<string, StatementSync>;
}

function connect(path: string, readOnly: boolean): Connected {
  const database = new DatabaseSync(path, { readOnly, timeout: 10_000 });
  if (!readOnly) database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 16000');
  database.exec(`PRAGMA cache_size = ${readOnly ? -8000 : -48000}; PRAGMA temp_store = MEMORY; PRAGMA mmap_size = 0`);
  return { database, statements: new Map() };
}

function prepared(connected: Connected, sql: string): StatementSync {
  let statement = connected.statements.get(sql);
  if (!statement) {
    statement = connected.database.prepare(expand(sql, 'sqlite'));
    connected.statements.set(sql, statement);
  }
  return statement;
}

function readerOf(connected: Connected): Reader {
  return {
    async all<T>(sql: string, ...params: readonly SqlValue[]) {
      return prepared(connected, sql).all(...params) as T[];
    },
    async get<T>(sql: string, ...params: readonly SqlValue[]) {
      return prepared(connected, sql).get(...params) as T | undefined;
    },
  };
}

async function inTransaction<T>(connected: Connected, work: (transaction: Transaction) => Promise<T>): Promise<T> {
  connected.database.exec('BEGIN IMMEDIATE');
  try {
    const result = await work(transactionOf(connected));
    connected.database.exec('COMMIT');
    return result;
  } catch (error) {
    connected.database.exec('ROLLBACK');
    throw error;
  }
}

function transactionOf(connected: Connected): Transaction {
  return {
    ...readerOf(connected),
    async run(sql, ...params) {
      return Number(prepared(connected, sql).run(...params).changes);
    },
    async insert(table, columns, rows, conflict) {
      if (rows.length === 0) return;
      const statement = prepared(
        connected,
        `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})${conflict ? ` ON CONFLICT ${conflict}` : ''}`,
      );
      for (const row of rows) statement.run(...row);
    },
  };
}
