// One server per database: a session holds a lock of the database for as long as the server lives, and others can see who it is.
import pg from 'pg';
import type { Reader } from '../database.ts';
import { withPatience } from './database.ts';
import { nameOfThis } from './presence.ts';

export interface Serving {
  /** Resolves when another server has the database. */
  readonly lost: Promise<void>;
  release(): Promise<void>;
}

/** Who serves the database, as far as the database may tell. */
export interface ServedBy {
  readonly who: string | null;
  readonly since: Date | null;
}

export interface ServingOptions {
  readonly url: string;
  /** How long a server that is just ending is waited for. */
  readonly patienceMs?: number;
  readonly log?: (event: string, fields?: Record<string, unknown>) => void;
}

/** Any number that nobody else uses in this database: the one of the writers, plus one. */
const SERVER = 0x74726963;
const PATIENCE_MS = 3_000;
const START_MS = 10_000;
const AGAIN_MS = 1_000;
const BEAT_MS = 10_000;
const ANSWER_MS = 5_000;
/**
 * After the way to the database was cut, its end of the old session may still hold the lock: the database drops it within half a
 * minute (keepalives below). Who still finds it taken then has been replaced.
 */
const REPLACED_MS = 60_000;

export async function takeServing({ url, patienceMs = PATIENCE_MS, log = () => {} }: ServingOptions): Promise<Serving | ServedBy> {
  // A database that is just being started with us is waited for.
  let client = await withPatience(START_MS, () => connect(url));
  for (const giveUpAt = Date.now() + patienceMs; !(await tryLock(client)); ) {
    if (Date.now() >= giveUpAt) {
      const by = await holder(client);
      await client.end();
      return by;
    }
    await pause(200);
  }
  let isReleased = false;
  let replaced: () => void = () => {};
  const lost = new Promise<void>((resolve) => (replaced = resolve));

  /** Until the session breaks. */
  const hold = async (): Promise<void> => {
    const broken = new Promise<void>((resolve) => {
      client.once('error', () => resolve());
      client.once('end', () => resolve());
    });
    let isBroken = false;
    void broken.then(() => (isBroken = true));
    while (!isBroken && !isReleased) {
      await Promise.race([broken, wait()]);
      if (isBroken || isReleased) return;
      await client.query('SELECT 1').catch(() => (isBroken = true));
    }
  };

  /** The session is gone: a new one takes the lock, unless somebody else has it for good. */
  const regain = async (): Promise<boolean> => {
    let takenSince: number | null = null;
    while (!isReleased) {
      const next = await connect(url).catch(() => null);
      if (next) {
        if (await tryLock(next).catch(() => false)) {
          client = next;
          log('serving-again');
          return true;
        }
        await next.end().catch(() => undefined);
        takenSince ??= Date.now();
        if (Date.now() - takenSince > REPLACED_MS) return false;
      }
      await pause(AGAIN_MS);
    }
    return false;
  };

  let stopWaiting: () => void = () => {};
  const wait = (): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, BEAT_MS);
      timer.unref();
      stopWaiting = () => {
        clearTimeout(timer);
        resolve();
      };
    });

  const keep = async (): Promise<void> => {
    for (;;) {
      await hold();
      if (isReleased) return;
      client.end().catch(() => undefined);
      log('serving-interrupted');
      if (!(await regain())) break;
    }
    if (!isReleased) replaced();
  };
  const kept = keep();

  return {
    lost,
    async release() {
      isReleased = true;
      stopWaiting();
      await client.end().catch(() => undefined);
      await kept;
    },
  };
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: nameOfThis('tributary serve'),
    connectionTimeoutMillis: ANSWER_MS,
    query_timeout: ANSWER_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: BEAT_MS,
    // @see https://www.postgresql.org/docs/current/runtime-config-connection.html#GUC-TCP-KEEPALIVES-IDLE
    options: '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3 -c idle_session_timeout=0',
  });
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

const tryLock = async (client: pg.Client): Promise<boolean> =>
  ((await client.query('SELECT pg_try_advisory_lock($1::bigint) AS got', [SERVER])).rows[0] as { got: boolean }).got;

/** @see https://www.postgresql.org/docs/current/view-pg-locks.html a bigint key stands in classid and objid */
const HELD = `pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
     WHERE l.locktype = 'advisory' AND l.granted AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
       AND l.classid = 0 AND l.objid = ${SERVER}::bigint AND l.objsubid = 1`;

async function holder(client: pg.Client): Promise<ServedBy> {
  const { rows } = await client.query(`SELECT a.application_name AS who, a.backend_start AS since FROM ${HELD}`);
  const [row] = rows as { who: string | null; since: Date | null }[];
  return { who: row?.who?.replace(/^tributary serve: /, '') ?? null, since: row?.since ?? null };
}

/** Whether a server has the database just now. */
export const isServed = async (reader: Reader): Promise<boolean> => (await reader.get(`SELECT 1 AS yes FROM ${HELD}`)) !== undefined;
