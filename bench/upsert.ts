// The floor of writing: people into one table, a thousand a statement, each row only where its hash differs. No history, no links, no plan.
import { hash } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

export interface Upserted {
  readonly [fact: string]: number | string;
  readonly ms: number;
  readonly rows: number;
  /** Rows that the same people, upserted once more, wrote: none. */
  readonly again: number;
  readonly durability: string;
}

const PIECE = 1000;

/** @param people  as a source gives them */
export function guardedUpsert(folder: string, people: readonly (readonly [key: string, attributes: object])[]): Upserted {
  const database = new DatabaseSync(join(folder, 'upsert.db'));
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    database.exec('CREATE TABLE person (key TEXT PRIMARY KEY, hash TEXT NOT NULL, data TEXT NOT NULL) WITHOUT ROWID');
    const statement = database.prepare(
      `INSERT INTO person SELECT value->>'$[0]', value->>'$[1]', value->>'$[2]' FROM json_each(?) WHERE true
       ON CONFLICT (key) DO UPDATE SET hash = excluded.hash, data = excluded.data WHERE person.hash <> excluded.hash`,
    );
    const upsert = (): number => {
      let written = 0;
      for (let at = 0; at < people.length; at += PIECE) {
        const rows = people.slice(at, at + PIECE).map(([key, attributes]) => {
          const data = JSON.stringify(attributes);
          return [key, hash('sha1', data, 'base64url'), data];
        });
        written += Number(statement.run(JSON.stringify(rows)).changes);
      }
      return written;
    };
    const startedAt = performance.now();
    const rows = upsert();
    const ms = performance.now() - startedAt;
    const { synchronous } = database.prepare('PRAGMA synchronous').get() as { synchronous: number };
    return { ms, rows, again: upsert(), durability: synchronous === 2 ? 'full' : 'less' };
  } finally {
    database.close();
  }
}
