// The grown-up store: PostgreSQL through a pool. Any number of processes on any number of machines share it.
//
// Order of writers: an ordinary write transaction is alone, as it is on SQLite, by an advisory lock of the database. One
// that says `beside` takes the same lock shared: such transactions run at the same time, and what ordinary ones write
// (leases, jobs, counters of plans) stands still for as long as they run. One that says `apart` takes no lock but that of its row.
import pg from 'pg';
import type { Database, Reader, Transaction } from '../database.ts';
import { StoreAway, StoreUnusable } from '../faults.ts';
import { explainConnecting, isAway, isCollision } from './faults.ts';
import { nameOfThis } from './presence.ts';
import { createStatements } from './statements.ts';
import { createStatistics } from './statistics.ts';

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`; further parameters as libpq knows them. */
  readonly url: string;
  /** What the address was given with, for errors. */
  readonly given?: string;
  readonly readers?: number;
  readonly writers?: number;
  /** How long one statement may take, also waiting for a lock. */
  readonly statementMs?: number;
  /** How long a transaction may stand still, holding its locks, before the server ends it: its process may be stopped. */
  readonly idleMs?: number;
  /** How long a store that does not answer is asked again before anything was done. */
  readonly patienceMs?: number;
}

const LEAST_VERSION = 150000;
/** Any number that nobody else uses in this database: "trib". */
const WRITERS = 0x74726962;
const ALONE = `SELECT pg_advisory_xact_lock(${WRITERS})`;
const BESIDE = `SELECT pg_advisory_xact_lock_shared(${WRITERS})`;
/** A lost one is a call that nobody counted (store/budgets.ts): not worth waiting for the disk at each. */
const APART = 'SET LOCAL synchronous_commit TO off';
const TRIES = 5;
const START_MS = 10_000;

export async function openPostgres(options: PostgresOptions): Promise<Database> {
  const where = placeOf(options.url);
  const given = options.given ?? 'TRIBUTARY_DATABASE';
  const readers = poolOf(options, options.readers ?? 6);
  const writers = poolOf(options, options.writers ?? 6);
  const close = async (): Promise<void> => {
    await Promise.all([readers.end(), writers.end()]);
  };
  try {
    // A server that is just being started with us is waited for; a wrong address is told soon.
    await withPatience(Math.min(options.patienceMs ?? START_MS, START_MS), () => assertSuitable(readers, where, given));
  } catch (error) {
    await close();
    throw explainConnecting(error instanceof StoreAway ? error.cause : error, where, given);
  }
  const statements = createStatements();
  const statistics = createStatistics();
  const patience = options.patienceMs ?? 30_000;

  const readerOf = (query: (sql: string, params: Parameters<Reader['all']>[1][]) => Promise<pg.QueryResult>): Reader => ({
    async all<T>(sql: string, ...params: Parameters<Reader['all']>[1][]) {
      return (await query(sql, params)).rows as T[];
    },
    async get<T>(sql: string, ...params: Parameters<Reader['all']>[1][]) {
      return (await query(sql, params)).rows[0] as T | undefined;
    },
  });

  const transactionOf = (client: pg.PoolClient, note: (sql: string, rows: number) => void): Transaction => ({
    ...readerOf((sql, params) => statements.query(client, sql, params)),
    async run(sql, ...params) {
      const rows = (await statements.query(client, sql, params)).rowCount ?? 0;
      note(sql, rows);
      return rows;
    },
    async insert(table, columns, rows, conflict) {
      await statements.insert(client, table, columns, rows, conflict);
      note(`INSERT INTO ${table}`, rows.length);
    },
  });

  /** A connection with an open transaction that holds its lock. Nothing was done yet, so it is asked for again. */
  const begin = (lock: string): Promise<pg.PoolClient> =>
    withPatience(patience, async () => {
      const client = await writers.connect();
      try {
        await client.query(`BEGIN; ${lock}`);
        return client;
      } catch (error) {
        client.release(true);
        throw error;
      }
    });

  const inTransaction = async <T>(work: (transaction: Transaction) => Promise<T>, lock: string): Promise<T> => {
    const client = await begin(lock);
    let broken: Error | boolean = false;
    const onError = (error: Error): void => void (broken = error);
    client.on('error', onError);
    const touched: (readonly [sql: string, rows: number])[] = [];
    try {
      const result = await work(transactionOf(client, (sql, rows) => touched.push([sql, rows])));
      const { command } = await client.query('COMMIT');
      // A statement failed and the work went on regardless: PostgreSQL has thrown everything away.
      if (command !== 'COMMIT') throw new Error('The transaction was rolled back because one of its statements failed.');
      // What was written is written, whatever becomes of this.
      for (const [sql, rows] of touched) statistics.note(sql, rows);
      await statistics.refresh(client).catch(() => (broken = true));
      return result;
    } catch (error) {
      if (isAway(error)) broken = true;
      else await client.query('ROLLBACK').catch(() => (broken = true));
      throw isAway(error) ? new StoreAway(error) : error;
    } finally {
      client.removeListener('error', onError);
      client.release(broken);
    }
  };

  /** One ordinary writer of this process at a time asks for the lock, so that those who wait hold no connection. */
  let alone: Promise<unknown> = Promise.resolve();

  return {
    dialect: 'postgres',
    // A question harms nobody when it is asked again.
    ...readerOf((sql, params) => withPatience(patience, () => statements.query(readers as unknown as pg.PoolClient, sql, params))),
    write(work, how) {
      if (how) return untilNoCollision(() => inTransaction(work, 'beside' in how ? BESIDE : APART));
      const result = alone.then(() => inTransaction(work, ALONE));
      alone = result.catch(() => {});
      return result;
    },
    async close() {
      await alone;
      await close();
    },
  };
}

function poolOf(options: PostgresOptions, max: number): pg.Pool {
  const statementMs = options.statementMs ?? 120_000;
  const pool = new pg.Pool({
    connectionString: options.url,
    max,
    application_name: nameOfThis('tributary'),
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    // The server may never hear of it when the network is cut: then this end gives up by itself.
    query_timeout: statementMs + 10_000,
    statement_timeout: statementMs,
    idle_in_transaction_session_timeout: options.idleMs ?? 15_000,
    // Plans are made for the tables as they are now: during a first sync they grow from nothing within a minute.
    options: '-c plan_cache_mode=force_custom_plan -c jit=off',
    types: {
      getTypeParser: (oid: number, format?: 'text' | 'binary') => numbers.get(oid) ?? pg.types.getTypeParser(oid, format as 'text'),
    },
  });
  // A connection that breaks while nothing is asked of it must not end the process: the next one who asks meets it.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}

/** int8 and numeric come as text; all of ours fit into a number. @see https://www.postgresql.org/docs/current/catalog-pg-type.html */
const numbers: ReadonlyMap<number, (text: string) => number> = new Map([
  [20, Number],
  [1700, Number],
]);

async function assertSuitable(pool: pg.Pool, where: string, given: string): Promise<void> {
  const { rows } = await pool.query(
    `SELECT current_setting('server_version_num')::int AS version, current_setting('server_version') AS name,
       pg_encoding_to_char(encoding) AS encoding, pg_is_in_recovery() AS standby FROM pg_database WHERE datname = current_database()`,
  );
  const [server] = rows as [{ version: number; name: string; encoding: string; standby: boolean }];
  if (server.version < LEAST_VERSION)
    throw new StoreUnusable(
      `PostgreSQL at ${where} is version ${server.name}; Tributary needs 15 or newer.`,
      `${where} 的 PostgreSQL 版本为 ${server.name},需要 15 或更高版本。`,
    );
  if (server.encoding !== 'UTF8')
    throw new StoreUnusable(
      `The database ${where} is encoded in ${server.encoding}, which cannot hold every name. Make one with "createdb -T template0 -E UTF8 NAME".`,
      `数据库 ${where} 的编码为 ${server.encoding},无法保存所有姓名。请用 createdb -T template0 -E UTF8 名称 重新创建。`,
    );
  if (server.standby)
    throw new StoreUnusable(
      `PostgreSQL at ${where} is a standby and takes no writes. Name the primary in ${given}.`,
      `${where} 的 PostgreSQL 是只读备库。请在 ${given} 中填写主库。`,
    );
}

/** Host, port and database of a URL, without who signs in. */
export function placeOf(url: string): string {
  try {
    const { host, pathname } = new URL(url);
    return `${host}${pathname}`;
  } catch {
    return 'TRIBUTARY_DATABASE';
  }
}

/** For what has had no effect yet, or none at all: asked again while the store is away. */
export async function withPatience<T>(patienceMs: number, ask: () => Promise<T>): Promise<T> {
  const giveUpAt = Date.now() + patienceMs;
  for (let pause = 50; ; pause = Math.min(pause * 2, 1000)) {
    try {
      return await ask();
    } catch (error) {
      if (!isAway(error)) throw error;
      if (Date.now() + pause > giveUpAt) throw new StoreAway(error);
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}

/** Two transactions side by side that wanted the same rows in another order: one was rolled back, and is done again. */
async function untilNoCollision<T>(attempt: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!isCollision(error) || tries >= TRIES) throw error;
    }
  }
}
