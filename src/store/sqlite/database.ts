// The embedded database: node:sqlite, WAL, synchronous=FULL. One connection writes, one reads committed data.
import { DatabaseSync, type StatementSync } from 'node:sqlite';
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
