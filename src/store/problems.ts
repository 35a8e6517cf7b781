// Problems of single objects as people work through them: grouped by cause, looked at, waived, retried together, mended.
import { list, type Reader, rows, type SqlValue, type Transaction } from './database.ts';
import type { ItemRow } from './upkeep.ts';

/** new: nobody has looked at it · known: somebody has · waived: it may stay as it is, and is no reason to warn */
export type Triage = 'new' | 'known' | 'waived';

export interface ProblemRow extends ItemRow {
  readonly triage: Triage;
  readonly note: string | null;
  readonly triage_by: string | null;
  readonly triage_at: number | null;
}

/** What is wrong alike. */
export interface ProblemGroup {
  readonly job: number;
  readonly type: string;
  readonly cause: string;
  readonly attribute: string;
}

export interface GroupCount extends ProblemGroup {
  readonly state: ItemRow['state'];
  readonly triage: Triage;
  readonly count: number;
}

/** Answered from the index alone. job 0: all. */
export const countGroups = (reader: Reader, job: number): Promise<readonly GroupCount[]> =>
  reader.all<GroupCount>(
    `SELECT job, type, cause, attribute, state, triage, count(*) AS count FROM item ${job === 0 ? '' : 'WHERE job = ?'}
     GROUP BY job, type, cause, attribute, state, triage ORDER BY job, type, cause, attribute, state, triage LIMIT 2000`,
    ...(job === 0 ? [] : [job]),
  );

/** Of one group, by key, after this one. */
export const groupPage = (reader: Reader, group: ProblemGroup, after: string, limit: number): Promise<readonly ProblemRow[]> =>
  reader.all<ProblemRow>(
    `SELECT * FROM item WHERE job = ? AND type = ? AND cause = ? AND attribute = ? AND source_key > ? ORDER BY source_key LIMIT ?`,
    group.job,
    group.type,
    group.cause,
    group.attribute,
    after,
    limit,
  );

/** Keys that name a place instead of an object. */
const UNREADABLE = '?%';

/** Which problems of a job: the named objects', those of a kind, or all. */
export interface ProblemChoice {
  readonly keys?: readonly { readonly type: string; readonly id: string }[] | undefined;
  readonly type?: string | undefined;
  readonly cause?: string | undefined;
  readonly attribute?: string | undefined;
}

function chosen(job: number, choice: ProblemChoice): { sql: string; params: SqlValue[] } {
  const parts = ['job = ?'];
  const params: SqlValue[] = [job];
  for (const name of ['type', 'cause', 'attribute'] as const) {
    const wanted = choice[name];
    if (wanted === undefined) continue;
    parts.push(`${name} = ?`);
    params.push(wanted);
  }
  if (choice.keys) {
    parts.push('(type, source_key) IN (SELECT r.t, r.k FROM {rows: t text, k text} r)');
    params.push(rows(choice.keys.map((key) => [key.type, key.id])));
  }
  return { sql: parts.join(' AND '), params };
}

/** What could not be read has no key to ask for. */
export const hasRetriable = async (reader: Reader, job: number, choice: ProblemChoice): Promise<boolean> => {
  const { sql, params } = chosen(job, choice);
  return (
    (await reader.get(`SELECT 1 AS yes FROM item WHERE ${sql} AND source_key NOT LIKE ? LIMIT 1`, ...params, UNREADABLE)) !== undefined
  );
};

/** The run looks at them. */
export const lookAtProblems = (transaction: Transaction, job: number, choice: ProblemChoice, run: number): Promise<number> => {
  const { sql, params } = chosen(job, choice);
  return transaction.run(
    `INSERT INTO run_key (run, type, source_key) SELECT DISTINCT CAST(? AS BIGINT), type, source_key FROM item
     WHERE ${sql} AND source_key NOT LIKE ? ON CONFLICT (run, type, source_key) DO NOTHING`,
    run,
    ...params,
    UNREADABLE,
  );
};

/** Failed writes are counted anew, also those that were given up. */
export const reviveProblems = (transaction: Transaction, job: number, choice: ProblemChoice, nextAt: number): Promise<number> => {
  const { sql, params } = chosen(job, choice);
  return transaction.run(
    `UPDATE item SET state = CASE WHEN state = 'dead' THEN 'retrying' ELSE state END, attempts = 0, next_at = ? WHERE ${sql} AND state IN ('retrying', 'dead', 'waiting')`,
    nextAt,
    ...params,
  );
};

export const triageProblems = (
  transaction: Transaction,
  job: number,
  choice: ProblemChoice,
  said: { readonly triage: Triage; readonly note: string | null; readonly by: string; readonly at: number },
): Promise<number> => {
  const { sql, params } = chosen(job, choice);
  return transaction.run(
    `UPDATE item SET triage = ?, note = ?, triage_by = ?, triage_at = ? WHERE ${sql}`,
    said.triage,
    said.note,
    said.by,
    said.at,
    ...params,
  );
};

/** How many objects of a run have problems of which every one is waived: in their data, and in writing them. */
export async function countWaived(reader: Reader, job: number, run: number): Promise<{ data: number; writing: number }> {
  if (!(await reader.get(`SELECT 1 AS yes FROM item WHERE job = ? AND triage = 'waived' LIMIT 1`, job))) return { data: 0, writing: 0 };
  const count = async (writing: boolean): Promise<number> => {
    const kind = writing ? 'LIKE' : 'NOT LIKE';
    const own = await reader.get<{ n: number }>(
      `SELECT count(*) AS n FROM (SELECT type, source_key FROM item WHERE job = ? AND last_run = ? AND cause ${kind} 'apply:%'
         GROUP BY type, source_key HAVING min(CASE WHEN triage = 'waived' THEN 1 ELSE 0 END) = 1) w`,
      job,
      run,
    );
    return own!.n;
  };
  return { data: await count(false), writing: await count(true) };
}

/** Changes that waited for a person at the far side, and whose object was written, or asked for, again since. */
export const endWaits = (transaction: Transaction, job: number, run: number, type: string, keys: readonly string[]): Promise<number> =>
  transaction.run(
    `UPDATE change SET state = 'superseded' WHERE job = ? AND type = ? AND source_key IN {list} AND state = 'waiting' AND run <> ?`,
    job,
    type,
    list(keys),
    run,
  );

export const anybodyWaits = async (reader: Reader, job: number): Promise<boolean> =>
  (await reader.get(`SELECT 1 AS yes FROM item WHERE state = 'waiting' AND job = ? LIMIT 1`, job)) !== undefined;

// ── mended ───────────────────────────────────────────────────────────────────────────────────────────────

export interface FixedRow
  extends Pick<ItemRow, 'job' | 'type' | 'source_key' | 'attribute' | 'cause' | 'message' | 'title' | 'first_run' | 'at'> {
  readonly fixed_run: number;
  readonly fixed_at: number;
}

/** When it was mended, and what tells it from others of that moment. */
export type FixedPlace = readonly [at: number, job: number, type: string, key: string, attribute: string, run: number];

/** Newest first. */
export const fixedPage = (reader: Reader, job: number, before: FixedPlace | undefined, limit: number): Promise<readonly FixedRow[]> =>
  reader.all<FixedRow>(
    `SELECT * FROM item_fixed WHERE (? = 0 OR job = ?) AND (fixed_at, job, type, source_key, attribute, fixed_run) < (?, ?, ?, ?, ?, ?)
     ORDER BY fixed_at DESC, job DESC, type DESC, source_key DESC, attribute DESC, fixed_run DESC LIMIT ?`,
    job,
    job,
    ...(before ?? [Number.MAX_SAFE_INTEGER, 0, '', '', '', 0]),
    limit,
  );

export const countOldFixed = async (reader: Reader, before: number): Promise<number> =>
  (await reader.get<{ n: number }>('SELECT count(*) AS n FROM item_fixed WHERE fixed_at < ?', before))!.n;

/** Forgets what was mended before that time, a piece at a time. */
export const trimFixed = (transaction: Transaction, before: number, limit: number): Promise<number> =>
  transaction.run(
    `DELETE FROM item_fixed WHERE (job, type, source_key, attribute, fixed_run) IN
       (SELECT job, type, source_key, attribute, fixed_run FROM item_fixed WHERE fixed_at < ? ORDER BY fixed_at LIMIT ?)`,
    before,
    limit,
  );
