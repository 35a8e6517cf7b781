// What waits for a person, counted: each by an index of its own, so that a screen may ask every few seconds.
import type { Reader } from './database.ts';

export interface Asked {
  readonly job: number;
  readonly question: string;
  readonly count: number;
  /** Objects that it is about. */
  readonly objects: number;
  readonly since: number;
  /** When the first of them expires. */
  readonly until: number | null;
}

/** Held changes by what is asked. */
export const countAsked = (reader: Reader): Promise<readonly Asked[]> =>
  reader.all<Asked>(
    `SELECT job, question, count(*) AS count, count(DISTINCT directory_id) AS objects, min(created_at) AS since, min(expires_at) AS until
     FROM held WHERE state = 'open' GROUP BY job, question ORDER BY job, question LIMIT 500`,
  );

/** Everybody and everything that held changes are about. job 0: whatever the job. */
export const countAskedAbout = async (reader: Reader, job: number): Promise<number> =>
  (await reader.get<{ n: number }>(
    `SELECT count(DISTINCT directory_id) AS n FROM held WHERE state = 'open' ${job === 0 ? '' : 'AND job = ?'}`,
    ...(job === 0 ? [] : [job]),
  ))!.n;

export interface Loose {
  readonly job: number;
  readonly count: number;
  readonly since: number;
}

/** Attributes that somebody writes back each time: nothing is written there any more until a person says so. */
export const countFought = (reader: Reader): Promise<readonly Loose[]> =>
  reader.all<Loose>(`SELECT job, count(*) AS count, min(last_at) AS since FROM drift WHERE state = 'fought' GROUP BY job ORDER BY job`);

/** Attributes of which a target's value could be taken over. */
export const countAdoptable = (reader: Reader): Promise<readonly Loose[]> =>
  reader.all<Loose>(
    `SELECT job, count(*) AS count, min(last_at) AS since FROM drift WHERE state = 'open' AND mode = 'adopt' GROUP BY job ORDER BY job`,
  );

/** People and departments for whom the last matching of a job found several accounts. */
export const countSeveral = (reader: Reader): Promise<readonly Loose[]> =>
  reader.all<Loose>(
    `SELECT m.job AS job, count(*) AS count, min(m.at) AS since FROM matching m JOIN match_row r ON r.run = m.run AND r.kind = 'ambiguous'
       AND r.type IN ('department', 'group', 'person') GROUP BY m.job ORDER BY m.job`,
  );

export interface FullRead {
  readonly run: number;
  readonly at: number;
  readonly evidence: unknown;
}

/** Of each job that reads a source: its last run that read everything and came through, with what it proved. */
export async function lastFullReads(reader: Reader): Promise<ReadonlyMap<number, FullRead>> {
  const rows = await reader.all<{ job: number; id: number; ended_at: number; evidence: string }>(
    `SELECT r.job, r.id, r.ended_at, r.evidence FROM job j JOIN run r ON r.id = (
       SELECT l.id FROM run l WHERE l.job = j.id AND l.mode <> 'keys' AND l.mode = 'full' AND l.dry_run = 0
         AND l.state IN ('succeeded', 'warnings', 'partly-failed') AND l.evidence IS NOT NULL ORDER BY l.id DESC LIMIT 1)
     WHERE j.direction = 'up'`,
  );
  return new Map(rows.map((row) => [row.job, { run: row.id, at: row.ended_at, evidence: JSON.parse(row.evidence) as unknown }]));
}

/** Messages that were given up, by channel. */
export const countUndelivered = (
  reader: Reader,
): Promise<readonly { readonly channel: string; readonly count: number; readonly since: number }[]> =>
  reader.all(
    `SELECT channel, count(*) AS count, min(made_at) AS since FROM delivery WHERE state = 'dead' GROUP BY channel ORDER BY channel`,
  );

/** Edits of the directory that were proposed and neither applied nor discarded, oldest first. */
export const proposedEdits = (
  reader: Reader,
  limit: number,
): Promise<readonly { readonly id: number; readonly at: number; readonly actor: string }[]> =>
  reader.all(`SELECT id, at, actor FROM edit WHERE state = 'proposed' ORDER BY at, id LIMIT ?`, limit);
