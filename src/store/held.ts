// The held list: changes that wait for a person, and what was answered.
import { takeNumbers } from './counters.ts';
import { list, type Reader, rows, type SqlValue, type Transaction } from './database.ts';
import type { ChangeRow } from './ledger.ts';

export interface HeldRow {
  readonly id: number;
  readonly job: number;
  readonly type: string;
  readonly source_key: string;
  readonly action: string;
  readonly aspect: string;
  readonly directory_id: string | null;
  readonly target_key: string | null;
  readonly title: string | null;
  readonly reason: string;
  readonly question: string;
  readonly kinds: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly hash: string;
  readonly state: string;
  readonly first_run: number;
  readonly last_run: number;
  readonly change: number;
  readonly created_at: number;
  readonly expires_at: number | null;
  readonly decided_at: number | null;
  readonly decided_by: string | null;
  /** The run that an approval started. */
  readonly carried_by: number | null;
}

/** Held rows that are still a question (or its answer) for these objects. */
export const heldOf = (reader: Reader, job: number, type: string, keys: readonly string[]): Promise<readonly HeldRow[]> =>
  reader.all<HeldRow>(
    `SELECT * FROM held WHERE job = ? AND type = ? AND source_key IN {list} AND state IN ('open', 'approved', 'cancelled')`,
    job,
    type,
    list(keys),
  );

export const listHeld = (
  reader: Reader,
  options: { job?: number; states: readonly string[]; after: number; limit: number },
): Promise<readonly HeldRow[]> =>
  reader.all<HeldRow>(
    'SELECT * FROM held WHERE state IN {list} AND (? = 0 OR job = ?) AND id > ? ORDER BY id LIMIT ?',
    list(options.states),
    options.job ?? 0,
    options.job ?? 0,
    options.after,
    options.limit,
  );

/** New questions, or the refreshed text of an open one; an approved row whose change differs, or that was held in spite of the approval, is a question again. */
export async function putHeld(
  transaction: Transaction,
  run: number,
  changes: readonly ChangeRow[],
  facts: { now: number; expiresAt: number },
): Promise<void> {
  if (changes.length === 0) return;
  const first = await takeNumbers(transaction, 'held', changes.length);
  await transaction.insert(
    'held',
    [
      'id',
      'job',
      'type',
      'source_key',
      'action',
      'aspect',
      'directory_id',
      'target_key',
      'title',
      'reason',
      'question',
      'kinds',
      'before',
      'after',
      'hash',
      'state',
      'first_run',
      'last_run',
      'change',
      'created_at',
      'expires_at',
    ],
    changes.map((change, index): SqlValue[] => {
      const verdict = JSON.parse(change.verdict ?? '{}') as { question?: string; reason?: unknown };
      return [
        first + index,
        change.job,
        change.type,
        change.source_key,
        change.action,
        change.aspect,
        change.directory_id,
        change.target_key,
        change.title,
        JSON.stringify(verdict.reason ?? null),
        verdict.question ?? '',
        change.kinds,
        change.before,
        change.after,
        change.hash,
        'open',
        run,
        run,
        change.id,
        facts.now,
        facts.expiresAt,
      ];
    }),
    `(job, type, source_key, action, aspect) WHERE state IN ('open', 'approved', 'cancelled') DO UPDATE SET reason = excluded.reason, question = excluded.question, kinds = excluded.kinds,
       before = excluded.before, after = excluded.after, state = CASE WHEN held.state = 'approved' AND (held.hash <> excluded.hash OR held.decided_at < excluded.created_at) THEN 'open' ELSE held.state END,
       expires_at = CASE WHEN held.state = 'approved' THEN excluded.expires_at ELSE held.expires_at END,
       hash = excluded.hash, last_run = excluded.last_run, change = excluded.change, target_key = excluded.target_key, title = excluded.title`,
  );
}

/** What a run has planned for the object and action of a held row: found by the object, whatever the run is believed to hold. */
const plannedFor = `SELECT 1 FROM change c WHERE c.job = held.job AND c.type = held.type AND c.source_key = held.source_key AND +c.run = ?
  AND c.action = held.action AND c.aspect = held.aspect`;

interface OfRun {
  readonly id: number;
  readonly job: number;
}

/** Whether anything of the job was ever held that is still kept. */
export const hasHeld = async (reader: Reader, job: number): Promise<boolean> =>
  (await reader.get('SELECT 1 AS yes FROM held WHERE job = ? LIMIT 1', job)) !== undefined;

/** A refusal of another value says nothing about the one that the run has planned. */
export const forgetRefusals = (transaction: Transaction, run: OfRun, now: number): Promise<number> =>
  transaction.run(
    `UPDATE held SET state = 'superseded', decided_at = ? WHERE job = ? AND state = 'cancelled' AND EXISTS (${plannedFor} AND c.state <> 'skipped')`,
    now,
    run.job,
    run.id,
  );

/**
 * What the run looked at and did not plan any more has been rescued, or is moot; so is what it planned otherwise, with nothing to hold it
 * back: that covers all that is wanted of the object. An answer that is being carried out stays. An undo and all other runs settle their own questions.
 */
export const settleMoot = (transaction: Transaction, run: OfRun, of: 'undo' | 'ordinary', now: number): Promise<number> =>
  transaction.run(
    `UPDATE held SET state = CASE WHEN NOT EXISTS (${plannedFor}) AND EXISTS (SELECT 1 FROM staged s WHERE s.run = ? AND s.type = held.type AND s.source_key = held.source_key AND s.seen = 'present') THEN 'rescued' ELSE 'superseded' END,
       decided_at = ?
     WHERE job = ? AND aspect ${of === 'undo' ? 'LIKE' : 'NOT LIKE'} 'undo%' AND state IN ('open', 'approved', 'cancelled')
       AND EXISTS (SELECT 1 FROM staged s WHERE s.run = ? AND s.type = held.type AND s.source_key = held.source_key AND ((s.seen = 'present' AND s.step IN ('same', 'diffed')) OR (s.seen IN ('absent', 'tombstone') AND s.step = 'diffed')))
       AND (NOT EXISTS (${plannedFor}) OR (state = 'open' AND EXISTS (${plannedFor} AND c.state = 'planned')))`,
    run.id,
    run.id,
    now,
    run.job,
    run.id,
    run.id,
    run.id,
  );

/** Another job holds these objects now: what this one has asked about them is moot. An answer that is being carried out stays. */
export const rescueHeld = (transaction: Transaction, job: number, type: string, keys: readonly string[], now: number): Promise<number> =>
  transaction.run(
    `UPDATE held SET state = 'rescued', decided_at = ? WHERE job = ? AND type = ? AND source_key IN {list} AND state IN ('open', 'cancelled') AND aspect NOT LIKE 'undo%'`,
    now,
    job,
    type,
    list(keys),
  );

export async function decideHeld(
  transaction: Transaction,
  ids: readonly number[],
  state: string,
  by: string | null,
  now: number,
): Promise<void> {
  await transaction.run(
    'UPDATE held SET state = ?, decided_at = ?, decided_by = coalesce(?, decided_by) WHERE id IN (SELECT r.id FROM {rows: id bigint} r)',
    state,
    now,
    by,
    rows(ids.map((id) => [id])),
  );
}

/** Open questions are approved: the run carries them out, and looks at what they are about. */
export async function approveHeld(transaction: Transaction, ids: readonly number[], run: number, by: string, now: number): Promise<void> {
  const chosen = rows(ids.map((id) => [id]));
  await transaction.run(
    `UPDATE held SET state = 'approved', decided_at = ?, decided_by = ?, carried_by = ? WHERE id IN (SELECT r.id FROM {rows: id bigint} r)`,
    now,
    by,
    run,
    chosen,
  );
  await transaction.run(
    `INSERT INTO run_key (run, type, source_key) SELECT DISTINCT CAST(? AS BIGINT), h.type, h.source_key FROM held h
     WHERE h.id IN (SELECT r.id FROM {rows: id bigint} r) ON CONFLICT (run, type, source_key) DO NOTHING`,
    run,
    chosen,
  );
}

/** All that a job is asked for this reason is approved: the run carries it out. */
export const approveAll = (
  transaction: Transaction,
  job: number,
  question: string,
  run: number,
  by: string,
  now: number,
): Promise<number> =>
  transaction.run(
    `UPDATE held SET state = 'approved', decided_at = ?, decided_by = ?, carried_by = ? WHERE job = ? AND state = 'open' AND question = ?`,
    now,
    by,
    run,
    job,
    question,
  );

/** Approved rows that the run of their approval did not come to apply are questions again. */
export const reopenApproved = (transaction: Transaction, run: number): Promise<number> =>
  transaction.run(
    `UPDATE held SET state = 'open', decided_at = NULL, decided_by = NULL, carried_by = NULL WHERE state = 'approved' AND carried_by = ?`,
    run,
  );

/** What was approved is applied. */
export const closeHeld = (transaction: Transaction, ids: readonly number[], now: number): Promise<number> =>
  ids.length === 0
    ? Promise.resolve(0)
    : transaction.run(
        // By their numbers (`state || ''`), not by walking through all that is approved.
        `UPDATE held SET state = 'done', decided_at = ? WHERE state || '' = 'approved' AND id IN (SELECT r.id FROM {rows: id bigint} r)`,
        now,
        rows(ids.map((id) => [id])),
      );

export const heldById = (reader: Reader, ids: readonly number[]): Promise<readonly HeldRow[]> =>
  reader.all<HeldRow>('SELECT h.* FROM held h WHERE h.id IN (SELECT r.id FROM {rows: id bigint} r)', rows(ids.map((id) => [id])));

export type HeldInBrief = Pick<
  HeldRow,
  'id' | 'job' | 'state' | 'type' | 'action' | 'title' | 'source_key' | 'aspect' | 'last_run' | 'carried_by'
>;

/** What a decision needs to know of a question. */
export const heldInBrief = (reader: Reader, ids: readonly number[]): Promise<readonly HeldInBrief[]> =>
  reader.all(
    'SELECT h.id, h.job, h.state, h.type, h.action, h.title, h.source_key, h.aspect, h.last_run, h.carried_by FROM held h WHERE h.id IN (SELECT r.id FROM {rows: id bigint} r)',
    rows(ids.map((id) => [id])),
  );

export const countHeld = (reader: Reader): Promise<readonly { job: number; state: string; count: number }[]> =>
  reader.all('SELECT job, state, count(*) AS count FROM held GROUP BY job, state');
