// What an undo reads from the ledger, what a removal keeps for it, and the list of what it cannot bring back.
import { list, type Reader, rows, type SqlValue, type Transaction } from './database.ts';
import type { ChangeRow } from './ledger.ts';

/** What a run has applied to these objects, in the order in which it was written. */
export const appliedOf = (
  reader: Reader,
  job: number,
  run: number,
  type: string,
  keys: readonly string[],
): Promise<readonly ChangeRow[]> =>
  keys.length === 0
    ? Promise.resolve([])
    : reader.all<ChangeRow>(
        `SELECT * FROM change WHERE job = ? AND type = ? AND source_key IN {list} AND run = ? AND state = 'applied' ORDER BY wave, depth, id`,
        job,
        type,
        list(keys),
        run,
      );

/**
 * What a run wanted and could not do, and what nobody has done since but for the run `undo`. What is held waits for a person, and what was
 * refused or skipped is not tried again by itself.
 */
export const leftOpenBy = (reader: Reader, run: number, undo: number, after: number, limit: number): Promise<readonly ChangeRow[]> =>
  reader.all<ChangeRow>(
    `SELECT * FROM change WHERE run = ? AND id > ? AND state IN ('failed', 'dead', 'pending', 'superseded') AND directory_id IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM change d WHERE d.directory_id = change.directory_id AND d.job = change.job AND d.type = change.type AND d.id > change.id
         AND d.run NOT IN (?, ?) AND d.state = 'applied')
     ORDER BY id LIMIT ?`,
    run,
    after,
    run,
    undo,
    limit,
  );

export interface UndoRow {
  readonly id: number;
  readonly state: string;
  readonly counts: Readonly<Record<string, number>>;
}

/** The runs that were to take this one back, whatever became of them; the newest first. An approval of what one of them asked is such a run as well. */
export async function undosOf(reader: Reader, run: { readonly id: number; readonly job: number }): Promise<readonly UndoRow[]> {
  const found = await reader.all<{ id: number; state: string; counts: string | null; work_order: string }>(
    'SELECT id, state, counts, work_order FROM run WHERE id > ? AND job = ? AND dry_run = 0 AND work_order IS NOT NULL ORDER BY id DESC',
    run.id,
    run.job,
  );
  const order = (text: string) => JSON.parse(text) as { readonly kind: string; readonly run?: number; readonly undoes?: number };
  const isOfIt = ({ kind, run: whole, undoes }: ReturnType<typeof order>): boolean => (kind === 'run' ? whole : undoes) === run.id;
  return found
    .filter((row) => isOfIt(order(row.work_order)))
    .map((row) => ({
      id: Number(row.id),
      state: row.state,
      counts: row.counts === null ? {} : (JSON.parse(row.counts) as UndoRow['counts']),
    }));
}

/** Of these runs of a job, the newest of which a question is still open; null: none. */
export async function askingOf(reader: Reader, job: number, runs: readonly number[]): Promise<number | null> {
  if (runs.length === 0) return null;
  const found = await reader.get<{ run: number | null }>(
    `SELECT max(last_run) AS run FROM held WHERE job = ? AND state = 'open' AND last_run >= ? AND last_run IN (SELECT r.id FROM {rows: id bigint} r)`,
    job,
    Math.min(...runs),
    rows(runs.map((run) => [run])),
  );
  return found?.run == null ? null : Number(found.run);
}

/** Whether this run skipped something because its question was answered with no. What it skipped for another reason is nobody's open wish. */
export async function skippedAsUnwanted(reader: Reader, run: number): Promise<boolean> {
  // The first condition on the state is the one of the index `held_open`.
  const found = await reader.get<{ id: number }>(
    `SELECT c.id FROM change c WHERE c.run = ? AND c.state = 'skipped' AND EXISTS (SELECT 1 FROM held h
       WHERE h.job = c.job AND h.type = c.type AND h.source_key = c.source_key AND h.action = c.action AND h.aspect = c.aspect
         AND h.state IN ('open', 'approved', 'cancelled') AND h.state = 'cancelled') LIMIT 1`,
    run,
  );
  return found !== undefined;
}

/** What is kept of objects that were removed. */
export async function putSnapshots(
  transaction: Transaction,
  snapshots: readonly { readonly id: number; readonly text: string }[],
): Promise<void> {
  if (snapshots.length === 0) return;
  await transaction.run(
    'UPDATE change SET snapshot = r.s FROM {rows: id bigint, s text} r WHERE change.id = r.id',
    rows(snapshots.map((snapshot) => [snapshot.id, snapshot.text])),
  );
}

export interface LossRow {
  readonly run: number;
  readonly n: number;
  readonly type: string;
  /** Directory id. */
  readonly object: string;
  readonly title: string | null;
  readonly subject: string;
  readonly reason: string;
  /** JSON, where it is known. */
  readonly was: string | null;
  readonly now: string | null;
}
export type NewLoss = Omit<LossRow, 'run' | 'n'>;

export async function addLosses(transaction: Transaction, run: number, losses: readonly NewLoss[]): Promise<void> {
  if (losses.length === 0) return;
  const last = (await transaction.get<{ n: number | null }>('SELECT max(n) AS n FROM undo_loss WHERE run = ?', run))?.n ?? 0;
  await transaction.insert(
    'undo_loss',
    ['run', 'n', 'type', 'object', 'title', 'subject', 'reason', 'was', 'now'],
    losses.map((loss, index): SqlValue[] => [
      run,
      Number(last) + 1 + index,
      loss.type,
      loss.object,
      loss.title,
      loss.subject,
      loss.reason,
      loss.was,
      loss.now,
    ]),
  );
}

export const clearLosses = (transaction: Transaction, run: number): Promise<number> =>
  transaction.run('DELETE FROM undo_loss WHERE run = ?', run);

export const lossPage = (reader: Reader, run: number, after: number, limit: number): Promise<readonly LossRow[]> =>
  reader.all<LossRow>('SELECT * FROM undo_loss WHERE run = ? AND n > ? ORDER BY n LIMIT ?', run, after, limit);

export const countLosses = (reader: Reader, run: number): Promise<readonly { reason: string; count: number }[]> =>
  reader.all('SELECT reason, count(*) AS count FROM undo_loss WHERE run = ? GROUP BY reason ORDER BY reason', run);
