// What goes when a job goes: its word, its claims, its questions, and where it is wanted its links. Nothing that it has written.
import { list, type Reader, type Transaction } from './database.ts';
import { deleteJob, type JobRow } from './jobs.ts';
import { cutLinks } from './links.ts';

export interface LostRow {
  readonly type: string;
  /** Id in the system of the job's connection. */
  readonly key: string;
  readonly directory_id: string;
}

type Place = readonly [type: string, key: string];
const PIECE = 1000;

// Held by no other job of the connection: nobody follows the account any more.
const accounts = (side: 'source_key' | 'target_key'): string =>
  `SELECT c.type, c.${side} AS key, c.directory_id FROM claim c WHERE c.job = ? AND (c.type, c.${side}) > (?, ?) AND NOT EXISTS
     (SELECT 1 FROM claim o JOIN job j ON j.id = o.job WHERE o.directory_id = c.directory_id AND o.job <> c.job AND j.connection = ? AND j.direction = ?)
   ORDER BY c.type, c.${side} LIMIT ?`;

const unheld = (reader: Reader, job: JobRow, after: Place, limit: number): Promise<readonly LostRow[]> =>
  reader.all(accounts(job.direction === 'up' ? 'source_key' : 'target_key'), job.id, ...after, job.connection, job.direction, limit);

/** Upstream: objects of which nobody else speaks. Downstream: accounts that no other job of the connection holds. */
export const losingTheirOwner = (reader: Reader, job: JobRow, after: Place, limit: number): Promise<readonly LostRow[]> =>
  job.direction === 'down'
    ? unheld(reader, job, after, limit)
    : reader.all(
        `SELECT c.type, c.source_key AS key, c.directory_id FROM claim c WHERE c.job = ? AND (c.type, c.source_key) > (?, ?)
           AND NOT EXISTS (SELECT 1 FROM contribution o WHERE o.directory_id = c.directory_id AND o.job <> c.job)
         ORDER BY c.type, c.source_key LIMIT ?`,
        job.id,
        ...after,
        limit,
      );

export interface Counted {
  readonly type: string;
  readonly count: number;
}

/** What a job looks after, by type. */
export const countClaims = (reader: Reader, job: number): Promise<readonly Counted[]> =>
  reader.all('SELECT type, count(*) AS count FROM claim WHERE job = ? GROUP BY type ORDER BY count(*) DESC, type', job);

/** Of how many nobody else speaks, or whose accounts nobody else holds: as `losingTheirOwner` lists them, by type. */
export const countLosing = (reader: Reader, job: JobRow): Promise<readonly Counted[]> => {
  const alone =
    job.direction === 'down'
      ? `NOT EXISTS (SELECT 1 FROM claim o JOIN job j ON j.id = o.job WHERE o.directory_id = c.directory_id AND o.job <> c.job AND j.connection = ? AND j.direction = 'down')`
      : `NOT EXISTS (SELECT 1 FROM contribution o WHERE o.directory_id = c.directory_id AND o.job <> c.job)`;
  return reader.all(
    `SELECT c.type, count(*) AS count FROM claim c WHERE c.job = ? AND ${alone} GROUP BY c.type ORDER BY count(*) DESC, c.type`,
    job.id,
    ...(job.direction === 'down' ? [job.connection] : []),
  );
};

/** Changes of a job that wait for somebody's decision, or for their run. */
export const countWaiting = async (reader: Reader, job: number): Promise<number> =>
  (await reader.get<{ count: number }>(`SELECT count(*) AS count FROM held WHERE job = ? AND state IN ('open', 'approved')`, job))!.count;

/** Whoever else speaks of its objects is asked again, so that their word counts from then on, through the guard. */
export async function removeJob(transaction: Transaction, job: JobRow, links: 'keep' | 'cut'): Promise<void> {
  if (links === 'cut') await cutUnheld(transaction, job);
  await transaction.run(
    `INSERT INTO due (job, type, source_key, what, at) SELECT o.job, o.type, o.external_id, 'review', 0 FROM contribution o
     WHERE o.job <> ? AND o.directory_id IN (SELECT directory_id FROM contribution WHERE job = ?) ON CONFLICT (job, type, source_key, what) DO NOTHING`,
    job.id,
    job.id,
  );
  await transaction.run(
    `UPDATE object SET contributions = contributions + 1 WHERE id IN (SELECT directory_id FROM contribution WHERE job = ?)`,
    job.id,
  );
  for (const table of ['contribution_edge', 'contribution']) await transaction.run(`DELETE FROM ${table} WHERE job = ?`, job.id);
  await transaction.run(`UPDATE held SET state = 'superseded' WHERE job = ? AND state IN ('open', 'approved', 'cancelled')`, job.id);
  await deleteJob(transaction, job.id);
}

async function cutUnheld(transaction: Transaction, job: JobRow): Promise<void> {
  for (let after: Place = ['', '']; ; ) {
    const rows = await unheld(transaction, job, after, PIECE);
    for (const type of new Set(rows.map((row) => row.type)))
      await cutLinks(
        transaction,
        job.connection,
        type,
        rows.filter((row) => row.type === type).map((row) => row.key),
      );
    await transaction.run(
      `DELETE FROM allotted WHERE connection = ? AND external_id IN {list}`,
      job.connection,
      list(rows.map((row) => row.key)),
    );
    const last = rows.at(-1);
    if (!last || rows.length < PIECE) return;
    after = [last.type, last.key];
  }
}
