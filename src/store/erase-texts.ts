// Sentences about others in which somebody is named ("… is also used by …"): the name is taken out of them, the sentence stays.
import type { SqlValue, Transaction } from './database.ts';

/** Where such sentences rest: text of ours, what a system answered, what somebody gave as a reason. */
const places: readonly {
  readonly table: string;
  readonly key: readonly string[];
  readonly columns: readonly string[];
  readonly where?: string;
}[] = [
  { table: 'item', key: ['job', 'type', 'source_key', 'attribute'], columns: ['message', 'note'] },
  { table: 'item_fixed', key: ['job', 'type', 'source_key', 'attribute', 'fixed_run'], columns: ['message'] },
  { table: 'change', key: ['id'], columns: ['error', 'reason'] },
  { table: 'held', key: ['id'], columns: ['reason'] },
  { table: 'run', key: ['id'], columns: ['problem', 'evidence'] },
  { table: 'job', key: ['id'], columns: ['state_reason'] },
  { table: 'doubt', key: ['job', 'about'], columns: ['said'] },
  { table: 'connection', key: ['id'], columns: ['breaker_reason'] },
  { table: 'brake', key: ['scope'], columns: ['reason'] },
  { table: 'protected', key: ['connection', 'type', 'external_id'], columns: ['reason'] },
  { table: 'notice', key: ['id'], columns: ['facts'] },
  { table: 'delivery', key: ['id'], columns: ['error', 'recipient'] },
  { table: 'draft', key: ['id'], columns: ['parts'] },
  // What was decided is history; what is only proposed waits for somebody, as it was written.
  { table: 'edit', key: ['id'], columns: ['steps'], where: `state <> 'proposed'` },
];

const pattern = (piece: string): string => `%${piece.replaceAll(/[!%_]/g, '!$&')}%`;

/** `reword` gets every text that holds one of the pieces, and returns it without them, or as it is. Returns how many texts it changed. */
export async function rewordTexts(transaction: Transaction, pieces: readonly string[], reword: (text: string) => string): Promise<number> {
  if (pieces.length === 0) return 0;
  let count = 0;
  for (const { table, key, columns, where = '1 = 1' } of places)
    for (const column of columns) {
      const rows = await transaction.all<Record<string, SqlValue>>(
        `SELECT ${[...key, column].join(', ')} FROM ${table} WHERE ${where} AND (${pieces.map(() => `${column} LIKE ? ESCAPE '!'`).join(' OR ')})`,
        ...pieces.map(pattern),
      );
      for (const row of rows) {
        const text = reword(String(row[column]));
        if (text === row[column]) continue;
        await transaction.run(
          `UPDATE ${table} SET ${column} = ? WHERE ${key.map((name) => `${name} = ?`).join(' AND ')}`,
          text,
          ...key.map((name) => row[name]!),
        );
        count++;
      }
    }
  return count;
}

/** Earlier settings of jobs; those of now are not touched. `reword` gets each, and returns it without somebody, or as it is. Returns how many it changed. */
export async function rewordVersions(transaction: Transaction, reword: (job: number, settings: string) => string): Promise<number> {
  const versions = await transaction.all<{ job: number; version: number; settings: string }>(
    `SELECT v.job, v.version, v.settings FROM job_version v LEFT JOIN job j ON j.id = v.job WHERE j.id IS NULL OR j.version <> v.version`,
  );
  let count = 0;
  for (const { job, version, settings } of versions) {
    const text = reword(Number(job), settings);
    if (text !== settings)
      count += await transaction.run('UPDATE job_version SET settings = ? WHERE job = ? AND version = ?', text, job, version);
  }
  return count;
}
