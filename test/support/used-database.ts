// A database that a test has used, made again what it was when it was copied from the template.
import pg from 'pg';
import { withParameter } from './url-parameter.ts';

export interface Template {
  readonly name: string;
  /** Its tables, each with its rows as JSON. */
  readonly tables: ReadonlyMap<string, string>;
}

/** Beside our tables: a queue's own, which not every test has. */
const SCHEMAS = `SELECT 1 FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_%' AND nspname NOT IN ('public', 'information_schema')`;
const LARGE = 'pg_relation_size(oid) > 1000000';
const OURS = `FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace`;
const TABLES = `SELECT relname AS name, ${LARGE} AS large ${OURS} ORDER BY relname COLLATE "C"`;
const ANY_LARGE = `SELECT 1 ${OURS} AND ${LARGE} LIMIT 1`;
const OTHERS = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
  WHERE datname = current_database() AND application_name <> current_setting('application_name')`;
const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

/** Who keeps a database, by the name under which PostgreSQL knows them. */
export const asKeeper = (url: string): string => withParameter(url, 'application_name', 'keeper-of-tests');

/**
 * Half of what a small statement costs is its plan, which the product makes anew each time because tables grow under it. Those of tests are
 * small, so a plan that was made serves again; the conformance of the store (src/store/postgres) runs as the product does.
 */
export const withKeptPlans = (url: string): string => withParameter(url, 'options', '-c plan_cache_mode=auto -c jit=off');

export async function asking<T>(url: string, use: (keeper: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: asKeeper(url) });
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

/** Whether much has stood in it, of which traces stay with those who worked on it. */
export const isLarge = async (keeper: pg.Client): Promise<boolean> => (await keeper.query(ANY_LARGE)).rowCount !== 0;

export const templateOf = (url: string): Promise<Template> =>
  asking(url, async (client) => {
    const tables = new Map<string, string>();
    for (const { name } of (await client.query(TABLES)).rows as { name: string }[]) {
      const { rows } = await client.query(`SELECT coalesce(json_agg(t), '[]') :: text AS all FROM ${quoted(name)} t`);
      tables.set(name, (rows as { all: string }[])[0]!.all);
    }
    return { name: new URL(url).pathname.slice(1), tables };
  });

/**
 * False when it has become something else than the template with other rows, or does not let itself be emptied.
 *
 * @param keeper  sees to the database; connections that bear its name stay, all others are ended
 */
export async function restored(keeper: pg.Client, template: Template): Promise<boolean> {
  try {
    if ((await keeper.query(SCHEMAS)).rowCount !== 0) return false;
    const tables = (await keeper.query(TABLES)).rows as { name: string; large: boolean }[];
    if (tables.map((table) => table.name).join() !== [...template.tables.keys()].join()) return false;
    await keeper.query(OTHERS);
    // One statement, one transaction; rules and references between tables do not matter while everything goes.
    const rows = [...template.tables].flatMap(([name, all]) =>
      all === '[]'
        ? []
        : [`INSERT INTO ${quoted(name)} SELECT * FROM json_populate_recordset(NULL::${quoted(name)}, ${keeper.escapeLiteral(all)})`],
    );
    await keeper.query(
      [
        'SET session_replication_role = replica',
        // A file made anew costs more than some rows, and less than what everybody after this would walk through.
        ...tables.map(({ name, large }) => `${large ? 'TRUNCATE' : 'DELETE FROM'} ${quoted(name)}`),
        ...rows,
      ].join('; '),
    );
    return true;
  } catch {
    return false;
  }
}
