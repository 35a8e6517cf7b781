// What is forgotten after its time: runs with their changes, history, answered questions. Each piece is a bounded statement.
import { list, rows, type Reader, type Transaction } from './database.ts';

/** Runs that something still needs, whatever their age. */
export async function neededRuns(reader: Reader): Promise<ReadonlySet<number>> {
  const named = await reader.all<{ id: number | null }>(
    `SELECT first_run AS id FROM held WHERE state IN ('open', 'approved', 'cancelled')
     UNION SELECT last_run FROM held WHERE state IN ('open', 'approved', 'cancelled')
     UNION SELECT carried_by FROM held WHERE state IN ('open', 'approved', 'cancelled')
     UNION SELECT run FROM change WHERE state IN ('sent', 'unknown', 'pending', 'waiting')
     UNION SELECT run FROM pin UNION SELECT run FROM matching UNION SELECT run FROM doubt UNION SELECT run FROM reading
     UNION SELECT last_run FROM item
     UNION SELECT plan FROM edit WHERE state = 'proposed' UNION SELECT run FROM edit WHERE state = 'proposed'
     UNION SELECT of_plan FROM run WHERE state IN ('queued', 'running', 'waiting')
     UNION SELECT over_plan FROM run WHERE state IN ('queued', 'running', 'waiting')
     UNION SELECT id FROM run WHERE state IN ('queued', 'running', 'waiting')`,
  );
  const needed = new Set(named.flatMap((row) => (row.id === null ? [] : [Number(row.id)])));
  // What an undo took back is needed while the undo is there: it can be taken back itself.
  for (const { work_order } of await orders(reader)) {
    const order = JSON.parse(work_order) as { kind: string; run?: number };
    if (order.run !== undefined) needed.add(order.run);
  }
  // A job is judged by its last runs: whether it has had a good one, what it compared last, when its events came.
  for (const { id } of await reader.all<{ id: number }>('SELECT id FROM job'))
    for (const which of lastOnes) {
      const row = await reader.get<{ id: number }>(
        `SELECT id FROM run WHERE job = ? AND ended_at IS NOT NULL AND ${which} ORDER BY id DESC LIMIT 1`,
        id,
      );
      if (row) needed.add(Number(row.id));
    }
  return needed;
}

const lastOnes = [
  'dry_run = 0',
  `dry_run = 0 AND mode <> 'keys'`,
  `dry_run = 0 AND mode = 'full' AND state IN ('succeeded', 'warnings')`,
  `dry_run = 0 AND mode <> 'keys' AND cause = 'schedule'`,
  `mode = 'keys' AND cause = 'event'`,
  `state IN ('succeeded', 'warnings', 'partly-failed') AND trial IS NULL`,
] as const;

const orders = (reader: Reader): Promise<readonly { work_order: string }[]> =>
  reader.all('SELECT work_order FROM run WHERE work_order IS NOT NULL');

/** Whether somebody has just begun to take it back or to carry out its plan. */
export const isAskedFor = async (reader: Reader, run: number): Promise<boolean> =>
  (
    await reader.all<{ of_plan: number | null; over_plan: number | null; work_order: string | null }>(
      `SELECT of_plan, over_plan, work_order FROM run WHERE state IN ('queued', 'running', 'waiting')`,
    )
  ).some(
    (open) =>
      [open.of_plan, open.over_plan].map(Number).includes(run) ||
      (open.work_order !== null && (JSON.parse(open.work_order) as { run?: number }).run === run),
  );

export interface OldRun {
  readonly id: number;
  readonly dryRun: boolean;
}

/** Runs that ended before their time, oldest first, after this one. */
export const oldRuns = async (
  reader: Reader,
  before: { readonly runs: number; readonly dryRuns: number },
  after: number,
  limit: number,
): Promise<readonly OldRun[]> =>
  (
    await reader.all<{ id: number; dry_run: number }>(
      `SELECT id, dry_run FROM run WHERE id > ? AND ended_at < CASE WHEN dry_run = 1 THEN CAST(? AS BIGINT) ELSE CAST(? AS BIGINT) END ORDER BY id LIMIT ?`,
      after,
      before.dryRuns,
      before.runs,
      limit,
    )
  ).map((row) => ({ id: Number(row.id), dryRun: Number(row.dry_run) === 1 }));

/** From here on the run is no longer whole, and nobody may take it back. */
export const beginForgetting = (transaction: Transaction, run: number, now: number): Promise<number> =>
  transaction.run('UPDATE run SET forgotten_at = coalesce(forgotten_at, ?) WHERE id = ?', now, run);

export const countChanges = async (reader: Reader, runs: readonly number[]): Promise<number> =>
  (await reader.get<{ n: number }>(
    'SELECT count(*) AS n FROM change c WHERE c.run IN (SELECT r.id FROM {rows: id bigint} r)',
    rows(runs.map((id) => [id])),
  ))!.n;

/** Changes with their edges; 0 = none are left. */
export async function dropChanges(transaction: Transaction, run: number, limit: number): Promise<number> {
  const ids = rows(
    (await transaction.all<{ id: number }>('SELECT id FROM change WHERE run = ? LIMIT ?', run, limit)).map((row) => [Number(row.id)]),
  );
  await transaction.run('DELETE FROM change_edge WHERE change IN (SELECT r.id FROM {rows: id bigint} r)', ids);
  return transaction.run('DELETE FROM change WHERE id IN (SELECT r.id FROM {rows: id bigint} r)', ids);
}

/** What else a run has left, and at last the run itself; 0 = it is gone. */
export async function dropRest(transaction: Transaction, run: number, limit: number): Promise<number> {
  const keys = await transaction.run(
    `DELETE FROM run_key WHERE run = ? AND (type, source_key) IN (SELECT type, source_key FROM run_key WHERE run = ? LIMIT ?)`,
    run,
    run,
    limit,
  );
  const losses = await transaction.run(
    'DELETE FROM undo_loss WHERE run = ? AND n IN (SELECT n FROM undo_loss WHERE run = ? LIMIT ?)',
    run,
    run,
    limit,
  );
  if (keys + losses > 0) return keys + losses;
  await transaction.run('DELETE FROM run WHERE id = ?', run);
  return 0;
}

const answered = `state IN ('done', 'expired', 'superseded', 'rescued') AND coalesce(decided_at, created_at) < ?`;

export const countAnswered = async (reader: Reader, before: number): Promise<number> =>
  (await reader.get<{ n: number }>(`SELECT count(*) AS n FROM held WHERE ${answered}`, before))!.n;

/** Questions that were answered, with who answered them. */
export async function dropAnswered(transaction: Transaction, before: number, limit: number): Promise<number> {
  const ids = rows(
    (await transaction.all<{ id: number }>(`SELECT id FROM held WHERE ${answered} ORDER BY id LIMIT ?`, before, limit)).map((row) => [
      Number(row.id),
    ]),
  );
  await transaction.run('DELETE FROM held_vote WHERE held IN (SELECT r.id FROM {rows: id bigint} r)', ids);
  return transaction.run('DELETE FROM held WHERE id IN (SELECT r.id FROM {rows: id bigint} r)', ids);
}

// ── history ──────────────────────────────────────────────────────────────────────────────────────────────

/** The place up to which nobody has still to follow the history: jobs that run have, and no undo to a moment goes back so far. */
export async function followedUntil(reader: Reader): Promise<number> {
  const jobs = await reader.all<{ cursor: string | null; observed_cursor: string | null; seq: number | null }>(
    `SELECT j.cursor AS cursor, j.observed_cursor AS observed_cursor, f.seq AS seq FROM job j LEFT JOIN feed f ON f.job = j.id
     WHERE j.direction = 'down' AND j.state <> 'disabled'`,
  );
  const places = jobs.flatMap((job) => [job.cursor, job.observed_cursor, job.seq]).flatMap((at) => (at === null ? [] : [Number(at)]));
  const moments = (await orders(reader)).flatMap(({ work_order }) => {
    const order = JSON.parse(work_order) as { kind: string; seq?: number };
    return order.seq === undefined ? [] : [order.seq];
  });
  return Math.min(Number.MAX_SAFE_INTEGER, ...places.filter((at) => !Number.isNaN(at)), ...moments);
}

/** Jobs that do not run begin with everything where what they had to follow is gone. */
export async function loseThread(transaction: Transaction, until: number): Promise<void> {
  for (const { id, cursor, observed_cursor } of await transaction.all<{
    id: number;
    cursor: string | null;
    observed_cursor: string | null;
  }>(`SELECT id, cursor, observed_cursor FROM job WHERE direction = 'down' AND state = 'disabled'`))
    if ([cursor, observed_cursor].some((at) => at !== null && Number(at) < until))
      await transaction.run('UPDATE job SET cursor = NULL, observed_cursor = NULL WHERE id = ?', id);
  await transaction.run(
    `DELETE FROM feed WHERE seq < ? AND job IN (SELECT id FROM job WHERE direction = 'down' AND state = 'disabled')`,
    until,
  );
}

export interface Place {
  readonly seq: number;
  readonly n: number;
}

/** Entries up to a place that something newer about the same object follows, without those of the named runs; oldest first, after a place. */
export const oldEntries = (
  reader: Reader,
  until: number,
  without: readonly number[],
  after: Place,
  limit: number,
): Promise<readonly Place[]> =>
  reader.all<Place>(
    `SELECT h.seq AS seq, h.n AS n FROM history h WHERE (h.seq, h.n) > (?, ?) AND h.seq <= ? AND (h.run IS NULL OR CAST(h.run AS TEXT) NOT IN {list})
       AND EXISTS (SELECT 1 FROM history o WHERE o.id = h.id AND (o.seq, o.n) > (h.seq, h.n)) ORDER BY h.seq, h.n LIMIT ?`,
    after.seq,
    after.n,
    until,
    list(without.map(String)),
    limit,
  );

export async function dropEntries(transaction: Transaction, entries: readonly Place[]): Promise<number> {
  const wanted = rows(entries.map((entry) => [entry.seq, entry.n]));
  for (const table of ['history_edge', 'history_link'])
    await transaction.run(`DELETE FROM ${table} WHERE (seq, n) IN (SELECT r.s, r.n FROM {rows: s bigint, n bigint} r)`, wanted);
  return transaction.run('DELETE FROM history WHERE (seq, n) IN (SELECT r.s, r.n FROM {rows: s bigint, n bigint} r)', wanted);
}
