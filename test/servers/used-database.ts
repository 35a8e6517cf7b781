// A database that a test has used, made again what it was when it was copied from the template.
import pg from 'pg';

export interface Template {
  readonly name: string;
  /** Its tables, each with its rows as JSON. */
  readonly tables: ReadonlyMap<string, string>;
}

const TABLES = `SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' ORDER BY 1`;
/** Beside our tables: a queue's own, which not every test has. */
const SCHEMAS = `SELECT 1 FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%' AND nspname NOT IN ('public', 'information_schema')`;
const OTHERS = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`;
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

async function asking<T>(url: string, use: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

const tablesOf = async (client: pg.Client): Promise<readonly string[]> =>
  ((await client.query(TABLES)).rows as { name: string }[]).map((row) => row.name);

export const templateOf = (url: string): Promise<Template> =>
  asking(url, async (client) => {
    const tables = new Map<string, string>();
    for (const name of await tablesOf(client)) {
      const { rows } = await client.query(`SELECT coalesce(json_agg(t), '[]') :: text AS all FROM ${quoted(name)} t`);
      tables.set(name, (rows as { all: string }[])[0]!.all);
    }
    return { name: new URL(url).pathname.slice(1), tables };
  });

/** False when it has become something else than the template with other rows, or does not let itself be emptied. */
export async function restored(url: string, template: Template): Promise<boolean> {
  try {
    return await asking(url, async (client) => {
      if ((await client.query(SCHEMAS)).rowCount !== 0) return false;
      if ((await tablesOf(client)).join() !== [...template.tables.keys()].join()) return false;
      await client.query(OTHERS);
      // One statement, one transaction; rules and references between tables do not matter while everything goes.
      const rows = [...template.tables].flatMap(([name, all]) =>
        all === '[]'
          ? []
          : [`INSERT INTO ${quoted(name)} SELECT * FROM json_populate_recordset(NULL::${quoted(name)}, ${client.escapeLiteral(all)})`],
      );
      await client.query(
        [
          'SET session_replication_role = replica',
          ...[...template.tables.keys()].map((name) => `DELETE FROM ${quoted(name)}`),
          ...rows,
        ].join('; '),
      );
      return true;
    });
  } catch {
    return false;
  }
}
