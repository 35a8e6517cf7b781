// What the store says of itself, for whoever looks after the server: kind and version, size, schema, which key sealed it, who holds work.
import type { Database } from './database.ts';
import { getSetting } from './jobs.ts';

export interface StoreHealth {
  readonly dialect: Database['dialect'];
  readonly version: string;
  readonly schema: number;
  readonly bytes: number;
  /** Id of the master key; null: nothing was sealed yet. */
  readonly key: string | null;
}

const sizes = {
  sqlite: {
    version: 'SELECT sqlite_version() AS value',
    bytes: 'SELECT c.page_count * s.page_size AS value FROM pragma_page_count c, pragma_page_size s',
  },
  postgres: {
    version: `SELECT current_setting('server_version') AS value`,
    bytes: 'SELECT pg_database_size(current_database()) AS value',
  },
} as const satisfies Record<Database['dialect'], object>;

export async function storeHealth(database: Database): Promise<StoreHealth> {
  const { dialect } = database;
  const one = async (sql: string): Promise<string | number> => (await database.get<{ value: string | number }>(sql))!.value;
  return {
    dialect,
    version: String(await one(sizes[dialect].version)),
    bytes: Number(await one(sizes[dialect].bytes)),
    schema: Number(await one('SELECT version AS value FROM schema_version')),
    key: (await getSetting(database, 'key')) ?? null,
  };
}

/** Processes that hold work now, and what of it. */
export const holdersNow = async (
  database: Database,
  now: number,
): Promise<readonly { readonly holder: string; readonly kind: string; readonly name: string; readonly until: number }[]> =>
  (
    await database.all<{ holder: string; kind: string; name: string; until: number }>(
      'SELECT holder, kind, name, until FROM lease WHERE until > ? ORDER BY holder, kind, name LIMIT 200',
      now,
    )
  ).map((row) => ({ ...row, until: Number(row.until) }));
