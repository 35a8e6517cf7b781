// What was touched and waits to be looked at, which events were seen, and how far the directory's history was followed.
import type { Reader, Transaction } from './database.ts';
import { list, rows } from './database.ts';

export interface TouchedRow {
  readonly job: number;
  readonly type: string;
  readonly source_key: string;
  /** Epoch ms; 0 for leavers, who come first. */
  readonly at: number;
}

/** Once per object: a second touch changes nothing, unless it is more urgent. */
export const touch = (transaction: Transaction, entries: readonly TouchedRow[]): Promise<void> =>
  transaction.insert(
    'touched',
    ['job', 'type', 'source_key', 'at'],
    entries.map((entry) => [entry.job, entry.type, entry.source_key, entry.at]),
    '(job, type, source_key) DO UPDATE SET at = CASE WHEN excluded.at < touched.at THEN excluded.at ELSE touched.at END',
  );

/** The most urgent of one job, leavers first, then the oldest. */
export const touchedFirst = (reader: Reader, job: number, limit: number): Promise<readonly TouchedRow[]> =>
  reader.all<TouchedRow>(
    'SELECT job, type, source_key, at FROM touched WHERE job = ? ORDER BY job, at, type, source_key LIMIT ?',
    job,
    limit,
  );

export const countTouched = async (reader: Reader, job: number): Promise<number> =>
  (await reader.get<{ n: number }>('SELECT count(*) AS n FROM touched WHERE job = ?', job))!.n;

/** Only rows that are as they were read: one touched again meanwhile with more urgency stays. */
export const dropTouched = (transaction: Transaction, entries: readonly TouchedRow[]): Promise<number> =>
  transaction.run(
    'DELETE FROM touched WHERE (job, type, source_key, at) IN (SELECT r.j, r.t, r.k, r.a FROM {rows: j bigint, t text, k text, a bigint} r)',
    rows(entries.map((entry) => [entry.job, entry.type, entry.source_key, entry.at])),
  );

export const forgetTouched = (transaction: Transaction, job: number): Promise<number> =>
  transaction.run('DELETE FROM touched WHERE job = ?', job);

/** When the last short run of a job that events started was queued; null before the first. */
export const lastTouchedRun = async (reader: Reader, job: number): Promise<number | null> =>
  (
    await reader.get<{ at: number }>(
      `SELECT queued_at AS at FROM run WHERE job = ? AND mode = 'keys' AND cause = 'event' ORDER BY id DESC LIMIT 1`,
      job,
    )
  )?.at ?? null;

// ── events ───────────────────────────────────────────────────────────────────────────────────────────────

/** Which of these events of a connection were taken already. */
export const seenEvents = async (reader: Reader, connection: string, ids: readonly string[]): Promise<ReadonlySet<string>> =>
  new Set(
    (
      await reader.all<{ event_id: string }>(
        'SELECT event_id FROM inbox WHERE connection = ? AND event_id IN {list}',
        connection,
        list(ids),
      )
    ).map((row) => row.event_id),
  );

export const noteEvents = (
  transaction: Transaction,
  connection: string,
  at: number,
  events: readonly { id: string; keys: number }[],
): Promise<void> =>
  transaction.insert(
    'inbox',
    ['connection', 'event_id', 'received_at', 'keys'],
    events.map((event) => [connection, event.id, at, event.keys]),
    '(connection, event_id) DO NOTHING',
  );

export const trimInbox = (transaction: Transaction, before: number): Promise<number> =>
  transaction.run('DELETE FROM inbox WHERE received_at < ?', before);

export interface CallbackRow {
  readonly connection: string;
  /** The vendor's handshake with the address, the last one. */
  readonly verified_at: number | null;
  readonly first_at: number | null;
  readonly last_at: number | null;
}

/** Who has called which connection's address. */
export const listCallbacks = (reader: Reader): Promise<readonly CallbackRow[]> =>
  reader.all<CallbackRow>('SELECT * FROM callback ORDER BY connection');

export const noteVerified = (transaction: Transaction, connection: string, at: number): Promise<number> =>
  transaction.run(
    'INSERT INTO callback (connection, verified_at) VALUES (?, ?) ON CONFLICT (connection) DO UPDATE SET verified_at = excluded.verified_at',
    connection,
    at,
  );

export const noteCalled = (transaction: Transaction, connection: string, at: number): Promise<number> =>
  transaction.run(
    `INSERT INTO callback (connection, first_at, last_at) VALUES (?, ?, ?)
     ON CONFLICT (connection) DO UPDATE SET first_at = coalesce(callback.first_at, excluded.first_at), last_at = excluded.last_at`,
    connection,
    at,
    at,
  );

// ── feed ─────────────────────────────────────────────────────────────────────────────────────────────────

export const feedOf = async (reader: Reader, job: number): Promise<number | null> =>
  (await reader.get<{ seq: number }>('SELECT seq FROM feed WHERE job = ?', job))?.seq ?? null;

export const putFeed = (transaction: Transaction, job: number, seq: number): Promise<number> =>
  transaction.run('INSERT INTO feed (job, seq) VALUES (?, ?) ON CONFLICT (job) DO UPDATE SET seq = excluded.seq', job, seq);

/** Of these directory objects, those that are no longer at work: their accounts are served first. */
export const leaversOf = async (reader: Reader, ids: readonly string[]): Promise<ReadonlySet<string>> =>
  new Set(
    (
      await reader.all<{ id: string }>(
        `SELECT id FROM object WHERE id IN {list} AND lifecycle IN ('departed', 'suspended', 'absent')`,
        list(ids),
      )
    ).map((row) => row.id),
  );
