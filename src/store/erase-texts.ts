// Sentences about others in which somebody is named ("… is also used by …"): the name is taken out of them, the sentence stays.
import type { SqlValue, Transaction } from './database.ts';

/** Where such sentences rest: text of ours, what a system answered, what somebody gave as a reason. */
const places: readonly { readonly table: string; readonly key: readonly string[]; readonly columns: readonly string[] }[] = [
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
];

const pattern = (piece: string): string => `%${piece.replaceAll(/[!%_]/g, '!$&')}%`;

/** `reword` gets every text that holds one of the pieces, and returns it without them, or as it is. Returns how many texts it changed. */
export async function rewordTexts(transaction: Transaction, pieces: readonly string[], reword: (text: string) => string): Promise<number> {
  if (pieces.length === 0) return 0;
  let count = 0;
  for (const { table, key, columns } of places)
    for (const column of columns) {
      const rows = await transaction.all<Record<string, SqlValue>>(
        `SELECT ${[...key, column].join(', ')} FROM ${table} WHERE ${pieces.map(() => `${column} LIKE ? ESCAPE '!'`).join(' OR ')}`,
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
