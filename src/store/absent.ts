// What a job holds and a read did not show: staged as absent, counted, and looked for under another key.
import type { Reader, Transaction } from './database.ts';

/**
 * Claims of a job that a read did not show; those that left before are done. Parameters: run, type, job, type, startedAt, run.
 * The unchanged are joined: a NOT IN of more of them than fit into its memory PostgreSQL compares one by one.
 */
const notShown = `FROM claim c
     LEFT JOIN (SELECT DISTINCT e.value AS source_key FROM unchanged u, {each: u.keys} WHERE u.run = ? AND u.type = ?) same ON same.source_key = c.source_key
     WHERE c.job = ? AND c.type = ? AND c.since < ? AND c.state NOT IN ('left', 'leaving') AND same.source_key IS NULL AND NOT EXISTS
       (SELECT 1 FROM staged s WHERE s.run = ? AND s.type = c.type AND s.source_key = c.source_key)`;

/** What a complete read did not show becomes staged rows `absent`. Returns how many. */
export const stageAbsent = (transaction: Transaction, run: number, job: number, type: string, startedAt: number): Promise<number> =>
  transaction.run(
    `INSERT INTO staged (run, type, source_key, step, seen, directory_id, target_key)
     SELECT ?, c.type, c.source_key, 'read', 'absent', c.directory_id, c.target_key ${notShown}`,
    run,
    run,
    type,
    job,
    type,
    startedAt,
    run,
  );

/**
 * Those who left before, of whom others speak as well, and who were judged with another standing of the job: its word on them may count for more
 * or less now. They become rows `absent`, too.
 */
export const stageLeft = (transaction: Transaction, run: number, job: number, type: string, standing: string): Promise<number> =>
  transaction.run(
    `INSERT INTO staged (run, type, source_key, step, seen, directory_id, target_key)
     SELECT ?, c.type, c.source_key, 'read', 'absent', c.directory_id, c.target_key FROM claim c
     WHERE c.job = ? AND c.type = ? AND c.state = 'left' AND c.input_hash <> ?
       AND EXISTS (SELECT 1 FROM contribution o WHERE o.directory_id = c.directory_id AND o.job <> c.job)
       AND NOT EXISTS (SELECT 1 FROM staged s WHERE s.run = ? AND s.type = c.type AND s.source_key = c.source_key)`,
    run,
    job,
    type,
    standing,
    run,
  );

/** How many would become so. */
export const countAbsent = async (reader: Reader, run: number, job: number, type: string, startedAt: number): Promise<number> =>
  (await reader.get<{ n: number }>(`SELECT count(*) AS n ${notShown}`, run, type, job, type, startedAt, run))!.n;

/** Which, in the order of their keys. Those of a run that are staged are not among them. */
export const absentKeys = async (
  reader: Reader,
  run: number,
  job: number,
  type: string,
  startedAt: number,
  page: { readonly after: string; readonly limit: number },
): Promise<readonly string[]> =>
  (
    await reader.all<{ source_key: string }>(
      `SELECT c.source_key ${notShown} AND c.source_key > ? ORDER BY c.source_key LIMIT ?`,
      run,
      type,
      job,
      type,
      startedAt,
      run,
      page.after,
      page.limit,
    )
  ).map((row) => row.source_key);
