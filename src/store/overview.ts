// Bounded questions of screens: what waits, what a run planned, what things are called. Reads only.
import { list, rows, type Reader, type SqlValue } from './database.ts';
import type { ChangeRow } from './ledger.ts';
import type { ProblemRow } from './problems.ts';

/** `objects`: whom these changes are about. */
export const countQuestions = (reader: Reader): Promise<readonly { job: number; question: string; count: number; objects: number }[]> =>
  reader.all(
    `SELECT job, question, count(*) AS count, count(DISTINCT directory_id) + count(*) - count(directory_id) AS objects FROM held WHERE state = 'open' GROUP BY job, question ORDER BY job, question LIMIT 200`,
  );

/** Whom each job asks about: once, however many questions there are about somebody. */
export const countAsked = (reader: Reader): Promise<readonly { job: number; objects: number }[]> =>
  reader.all(
    `SELECT job, count(DISTINCT directory_id) + count(*) - count(directory_id) AS objects FROM held WHERE state = 'open' GROUP BY job`,
  );

/** Who waits for a person at the far side has no problem, and what was waived is none any more. */
export const countItems = (
  reader: Reader,
): Promise<readonly { job: number; count: number; dead: number; waiting: number; waived: number }[]> =>
  reader.all(
    `SELECT job, sum(CASE WHEN state <> 'waiting' AND triage <> 'waived' THEN 1 ELSE 0 END) AS count,
       sum(CASE WHEN state = 'dead' AND triage <> 'waived' THEN 1 ELSE 0 END) AS dead,
       sum(CASE WHEN state = 'waiting' AND triage <> 'waived' THEN 1 ELSE 0 END) AS waiting,
       sum(CASE WHEN triage = 'waived' THEN 1 ELSE 0 END) AS waived FROM item GROUP BY job ORDER BY job`,
  );

/** The last ended run of each job that was no dry run. */
export const lastRuns = (reader: Reader): Promise<readonly { job: number; id: number }[]> =>
  reader.all(`SELECT job, max(id) AS id FROM run WHERE dry_run = 0 AND mode <> 'keys' AND ended_at IS NOT NULL GROUP BY job`);

/** Of each job the open run that has begun to write, if it is about everybody or about what changed. */
export const writingRuns = (reader: Reader): Promise<readonly { job: number; id: number }[]> =>
  reader.all(
    `SELECT r.job AS job, max(r.id) AS id FROM run r WHERE r.dry_run = 0 AND r.mode <> 'keys' AND r.ended_at IS NULL
       AND EXISTS (SELECT 1 FROM change c WHERE c.run = r.id AND c.state IN ('sent', 'unknown', 'applied', 'failed', 'dead')) GROUP BY r.job`,
  );

export interface PlanGroup {
  readonly action: string;
  readonly type: string;
  readonly situation: string;
  readonly state: string;
  /** Of held changes: the guard's answer, with its question. */
  readonly verdict: string | null;
  /** Of updates: what is changed, as in `change.kinds`. */
  readonly kinds: string | null;
  readonly count: number;
  /** Two aspects of the changes: the first and the last in the alphabet. */
  readonly first_aspect: string;
  readonly last_aspect: string;
}

/** What a run planned, counted, in one walk. */
export const planGroups = (reader: Reader, run: number): Promise<readonly PlanGroup[]> =>
  reader.all<PlanGroup>(
    `SELECT action, type, situation, state, verdict, kinds, count(*) AS count, min(aspect) AS first_aspect, max(aspect) AS last_aspect FROM
       (SELECT action, type, situation, state, aspect, CASE WHEN state IN ('held', 'refused') THEN verdict ELSE NULL END AS verdict,
          CASE WHEN action = 'update' THEN kinds ELSE NULL END AS kinds
        FROM change WHERE run = ?) c
     GROUP BY action, type, situation, state, verdict, kinds`,
    run,
  );

/**
 * About how many objects these groups of one action, type, situation and state are together. One action is planned once for an aspect of an
 * object, so that only changes of several aspects need a walk through them; a part that was split off and waits has that of another change.
 */
export async function objectsInGroups(reader: Reader, run: number, groups: readonly PlanGroup[]): Promise<number> {
  const [first] = groups;
  if (!first) return 0;
  const aspects = new Set(groups.flatMap((group) => [group.first_aspect, group.last_aspect]));
  if (aspects.size === 1 && first.state !== 'pending') return groups.reduce((sum, group) => sum + group.count, 0);
  const isJudged = first.state === 'held' || first.state === 'refused';
  const row = await reader.get<{ objects: number }>(
    `SELECT count(DISTINCT source_key) AS objects FROM change
     WHERE run = ? AND state = ? AND action = ? AND type = ? AND situation = ?${isJudged ? ` AND coalesce(verdict, '') IN {list}` : ''}`,
    run,
    first.state,
    first.action,
    first.type,
    first.situation,
    ...(isJudged ? [list([...new Set(groups.map((group) => group.verdict ?? ''))])] : []),
  );
  return row!.objects;
}

/** The first `each` changes of every group. */
export const planExamples = (reader: Reader, run: number, each: number): Promise<readonly ChangeRow[]> =>
  reader.all<ChangeRow>(
    `SELECT c.* FROM (SELECT id, row_number() OVER (PARTITION BY action, type, situation, state ORDER BY id) AS place FROM change WHERE run = ?) p
     JOIN change c ON c.id = p.id WHERE p.place <= ? ORDER BY c.id`,
    run,
    each,
  );

/** Job, type, key and attribute of the last row of a page. */
export type ItemPlace = readonly [job: number, type: string, key: string, attribute: string];

/** From the index of one job, of one run, or of all. */
export function itemPage(
  reader: Reader,
  filter: { job?: number | undefined; run?: number | undefined; after?: ItemPlace | undefined; limit: number },
): Promise<readonly ProblemRow[]> {
  const [job, ...rest] = filter.after ?? [-1, '', '', ''];
  if (filter.job !== undefined && job > filter.job) return Promise.resolve([]);
  const parts: string[] = [];
  const params: SqlValue[] = [];
  const only = (condition: string, ...values: SqlValue[]): void => {
    parts.push(condition);
    params.push(...values);
  };
  if (filter.run !== undefined) only('last_run = ?', filter.run);
  if (filter.job === undefined) only('(job, type, source_key, attribute) > (?, ?, ?, ?)', job, ...rest);
  else only('job = ? AND (type, source_key, attribute) > (?, ?, ?)', filter.job, ...(job === filter.job ? rest : ['', '', '']));
  return reader.all<ProblemRow>(
    `SELECT * FROM item WHERE ${parts.join(' AND ')} ORDER BY job, type, source_key, attribute LIMIT ?`,
    ...params,
    filter.limit,
  );
}

/** Directory id → what people call it: from the directory, else from plans that are about to make it. */
export async function titlesOf(reader: Reader, ids: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const titles = new Map<string, string>();
  if (ids.length === 0) return titles;
  for (const row of await reader.all<{ id: string; data: string }>('SELECT id, data FROM object WHERE id IN {list}', list(ids))) {
    const data = JSON.parse(row.data) as { displayName?: string; name?: string; userName?: string };
    const title = data.displayName ?? data.name ?? data.userName;
    if (title) titles.set(row.id, title);
  }
  const open = ids.filter((id) => !titles.has(id));
  if (open.length === 0) return titles;
  // The last change of each, however many there were.
  for (const row of await reader.all<{ id: string; title: string | null }>(
    `SELECT i.id AS id, (SELECT c.title FROM change c WHERE c.directory_id = i.id AND c.title IS NOT NULL ORDER BY c.id DESC LIMIT 1) AS title
     FROM {rows: id text} i`,
    rows(open.map((id) => [id])),
  ))
    if (row.title !== null) titles.set(row.id, row.title);
  return titles;
}

/** Runs that stand still, with what they have planned and not written. */
export const piledUp = (reader: Reader): Promise<readonly { run: number; job: number; action: string; type: string; count: number }[]> =>
  reader.all(
    `SELECT r.id AS run, r.job AS job, c.action AS action, c.type AS type, count(*) AS count FROM run r JOIN change c ON c.run = r.id AND c.state = 'planned'
     WHERE r.state = 'waiting' GROUP BY r.id, r.job, c.action, c.type ORDER BY r.id`,
  );

/** Questions that this run was the first to ask, with how many changes each is about. */
export const heldSince = (reader: Reader, job: number, run: number): Promise<readonly { question: string; count: number }[]> =>
  reader.all(
    `SELECT question, count(*) AS count FROM held WHERE state = 'open' AND job = ? AND first_run = ? GROUP BY question ORDER BY question`,
    job,
    run,
  );
