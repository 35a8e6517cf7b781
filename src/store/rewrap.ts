// Everything that the master key has sealed, found by the key's id and written anew, a batch at a time.
import type { Database, SqlValue } from './database.ts';

/** Where sealed texts rest: alone in a column, or inside JSON. */
const places: readonly { readonly table: string; readonly key: readonly string[]; readonly column: string }[] = [
  { table: 'sealed', key: ['owner', 'name'], column: 'value' },
  { table: 'person_key', key: ['owner'], column: 'wrapped' },
  { table: 'account', key: ['id'], column: 'totp' },
  { table: 'session', key: ['hash'], column: 'refresh' },
  { table: 'answered', key: ['by_whom', 'key'], column: 'answer' },
  { table: 'change', key: ['id'], column: 'secrets' },
  { table: 'notice', key: ['id'], column: 'secret' },
  { table: 'run', key: ['id'], column: 'trial_config' },
  { table: 'staged', key: ['run', 'type', 'source_key'], column: 'desired' },
];

/** `prefix` begins what the old key sealed; `renew` gets a whole text. Returns how many rows were written. One transaction a batch. */
export async function rewrapAll(database: Database, prefix: string, renew: (text: string) => string, batch = 1000): Promise<number> {
  let count = 0;
  for (const { table, key, column } of places) {
    for (;;) {
      const done = await database.write(async (transaction) => {
        const rows = await transaction.all<Record<string, SqlValue>>(
          `SELECT ${[...key, column].join(', ')} FROM ${table} WHERE ${column} LIKE ? LIMIT ?`,
          `%${prefix}%`,
          batch,
        );
        for (const row of rows)
          await transaction.run(
            `UPDATE ${table} SET ${column} = ? WHERE ${key.map((name) => `${name} = ?`).join(' AND ')}`,
            renew(String(row[column])),
            ...key.map((name) => row[name]!),
          );
        return rows.length;
      });
      count += done;
      if (done < batch) break;
    }
  }
  return count;
}
