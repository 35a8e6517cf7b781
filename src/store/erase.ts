// Erasing one person: every copy of their values that this store holds, in one transaction. What stays are ids that lead nowhere.
import { list, type Reader, type Transaction } from './database.ts';

export interface Traces {
  readonly links: readonly { readonly connection: string; readonly type: string; readonly external_id: string }[];
  /** Under which names jobs know them. */
  readonly keys: readonly { readonly job: number; readonly type: string; readonly source_key: string }[];
  /** JSON of attributes, present and past: for what names them. */
  readonly values: readonly string[];
  /** Runs that work with them at this moment. */
  readonly busyRuns: readonly number[];
}

export async function tracesOf(reader: Reader, id: string): Promise<Traces> {
  // What was theirs in a system although nothing links it any more, unless it is somebody else's by now.
  const links = await reader.all<Traces['links'][number]>(
    `SELECT connection, type, external_id FROM link WHERE directory_id = ?
     UNION SELECT o.connection, o.type, o.external_id FROM (
       SELECT connection, type, target_key AS external_id FROM change WHERE directory_id = ? AND target_key IS NOT NULL
       UNION SELECT j.connection, c.type, c.source_key FROM claim c JOIN job j ON j.id = c.job AND j.direction = 'up' WHERE c.directory_id = ?
       UNION SELECT j.connection, c.type, c.source_key FROM change c JOIN job j ON j.id = c.job AND j.direction = 'up' WHERE c.directory_id = ?
       UNION SELECT j.connection, c.type, c.target_key FROM claim c JOIN job j ON j.id = c.job AND j.direction = 'down' WHERE c.directory_id = ?) o
     WHERE NOT EXISTS (SELECT 1 FROM link l WHERE l.connection = o.connection AND l.type = o.type AND l.external_id = o.external_id AND l.directory_id <> ?)`,
    id,
    id,
    id,
    id,
    id,
    id,
  );
  const keys = await reader.all<{ job: number; type: string; source_key: string }>(
    `SELECT job, type, source_key FROM claim WHERE directory_id = ?
     UNION SELECT job, type, external_id AS source_key FROM contribution WHERE directory_id = ?
     UNION SELECT job, type, source_key FROM change WHERE directory_id = ?`,
    id,
    id,
    id,
  );
  const values = await reader.all<{ data: string | null }>(
    `SELECT data FROM object WHERE id = ? UNION ALL SELECT data FROM contribution WHERE directory_id = ?
     UNION ALL SELECT after AS data FROM history WHERE id = ? UNION ALL SELECT before AS data FROM history WHERE id = ?`,
    id,
    id,
    id,
    id,
  );
  const busy = await reader.all<{ run: number }>(
    // What an ended run (a dry run, say) has planned is history; what was sent and not heard of is not.
    `SELECT c.run AS run FROM change c LEFT JOIN run r ON r.id = c.run WHERE c.directory_id = ?
       AND (c.state IN ('sent', 'unknown') OR (c.state IN ('planned', 'pending', 'waiting') AND r.ended_at IS NULL))
     UNION SELECT s.run FROM staged s JOIN run r ON r.id = s.run WHERE s.directory_id = ? AND r.ended_at IS NULL AND r.dry_run = 0`,
    id,
    id,
  );
  return {
    links,
    keys: keys.map((key) => ({ ...key, job: Number(key.job) })),
    values: values.map((row) => row.data).filter((data) => data !== null),
    busyRuns: busy.map((row) => Number(row.run)),
  };
}

/** Their rows belong to a run. */
const ofRuns: ReadonlySet<string> = new Set(['staged', 'staged_edge', 'run_key']);

/** Overwrites what it deletes (SQLite would leave it in free pages). Returns rows touched. */
export async function erasePerson(transaction: Transaction, id: string, traces: Traces, isSqlite: boolean): Promise<number> {
  if (isSqlite) await transaction.all('PRAGMA secure_delete = ON');
  let count = 0;
  const run = async (sql: string, ...params: readonly (string | number)[]): Promise<void> => {
    count += await transaction.run(sql, ...params);
  };
  // The keys first in importance: without them every sealed copy, in old backups too, is noise.
  const owners = [id, ...traces.links.map((link) => `${link.connection}/${link.type}/${link.external_id}`)];
  await run('DELETE FROM person_key WHERE owner IN {list}', list(owners));

  for (const { connection, type, external_id } of traces.links) {
    for (const table of ['mirror_edge', 'mirror_key', 'mirror', 'allotted'])
      await run(`DELETE FROM ${table} WHERE connection = ? AND type = ? AND external_id = ?`, connection, type, external_id);
  }
  await run('UPDATE link SET sent = NULL, echoed = NULL, mirror_hash = NULL WHERE directory_id = ?', id);

  for (const { job, type, source_key } of traces.keys) {
    for (const table of ['item', 'item_fixed', 'due', 'touched', 'staged_edge', 'staged', 'run_key', 'waiting_reference'])
      await run(
        ofRuns.has(table)
          ? `DELETE FROM ${table} WHERE run IN (SELECT id FROM run WHERE job = ?) AND type = ? AND source_key = ?`
          : `DELETE FROM ${table} WHERE job = ? AND type = ? AND source_key = ?`,
        job,
        type,
        source_key,
      );
  }
  for (const { job, type, source_key } of traces.keys)
    await run('DELETE FROM contribution_edge WHERE job = ? AND type = ? AND external_id = ?', job, type, source_key);
  await run('DELETE FROM contribution WHERE directory_id = ?', id);
  await run(`DELETE FROM claim WHERE directory_id = ? AND job IN (SELECT id FROM job WHERE direction = 'up')`, id);
  await run('DELETE FROM staged_key WHERE directory_id = ?', id);
  await run('DELETE FROM reservation WHERE holder = ?', id);
  await run('DELETE FROM held_vote WHERE held IN (SELECT h.id FROM held h WHERE h.directory_id = ?)', id);
  await run('DELETE FROM held WHERE directory_id = ?', id);
  await run('DELETE FROM pin WHERE object = ?', id);
  await run('DELETE FROM drift WHERE object = ?', id);
  await run('DELETE FROM merged WHERE id = ? OR into_id = ?', id, id);
  await run('DELETE FROM kept_apart WHERE one = ? OR other = ?', id, id);
  await run('DELETE FROM undo_loss WHERE object = ?', id);
  await run('DELETE FROM match_row WHERE id = ?', id);
  for (const table of ['match_proposal', 'match_rejected']) await run(`DELETE FROM ${table} WHERE object = ?`, id);
  await run('DELETE FROM match_sign WHERE id = ?', id);
  await run(`UPDATE change_edge SET facts = '{}', facts_before = NULL WHERE change IN (SELECT id FROM change WHERE directory_id = ?)`, id);
  await run(
    `UPDATE change SET title = NULL, before = NULL, after = NULL, secrets = NULL, temporary = NULL, snapshot = NULL, error = NULL,
       source_key = ?, target_key = NULL WHERE directory_id = ?`,
    id,
    id,
  );
  await run(
    `UPDATE history_edge SET facts = '{}', facts_before = NULL
     WHERE EXISTS (SELECT 1 FROM history h WHERE h.seq = history_edge.seq AND h.n = history_edge.n AND h.id = ?)`,
    id,
  );
  await run(
    'DELETE FROM history_link WHERE EXISTS (SELECT 1 FROM history h WHERE h.seq = history_link.seq AND h.n = history_link.n AND h.id = ?)',
    id,
  );
  await run('UPDATE history SET before = NULL, after = NULL WHERE id = ?', id);
  // What was entered by hand, and the words in which it was asked for.
  await run(`UPDATE edit SET steps = '[]' WHERE id IN (SELECT r.edit FROM edit_record r WHERE r.id = ?)`, id);
  for (const table of ['edit_record', 'console_record']) await run(`DELETE FROM ${table} WHERE id = ?`, id);
  await run('DELETE FROM console_edge WHERE id = ? OR to_id = ?', id, id);
  await run('DELETE FROM edge WHERE owner = ? OR to_id = ?', id, id);
  await run('DELETE FROM object_key WHERE id = ?', id);
  await run(
    `UPDATE object SET lifecycle = 'absent', data = '{}', relations = '[]', revision = revision + 1, contributions = contributions + 1 WHERE id = ?`,
    id,
  );
  if (isSqlite) await transaction.all('PRAGMA secure_delete = OFF');
  return count;
}
