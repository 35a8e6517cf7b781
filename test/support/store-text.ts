// A store as SQL text and back, for both databases: how the stores of released versions are kept in test/fixtures/store.
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import { expand, type Reader, type SqlValue } from '../../src/store/database.ts';
import { migrations, schemaDigest, schemaVersion } from '../../src/store/migrations.ts';
import { tableShapes } from '../../src/store/schema/columns.ts';

/** Tables, rows and indexes, in an order that loads. */
export function textOf(path: string): string {
  const database = new DatabaseSync(path, { readOnly: true });
  try {
    const made = database
      .prepare(
        `SELECT type, name, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY type = 'table' DESC, name`,
      )
      .all() as {
      type: string;
      name: string;
      sql: string;
    }[];
    const rowsOf = (table: string): string[] => {
      const columns = (database.prepare('SELECT name FROM pragma_table_info(?)').all(table) as { name: string }[]).map(({ name }) => name);
      const values = columns.map((column) => `quote("${column}")`).join(` || ', ' || `);
      return (database.prepare(`SELECT ${values} AS row FROM ${table} ORDER BY 1`).all() as { row: string }[]).map(
        ({ row }) => `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${row});`,
      );
    };
    return made.flatMap(({ type, name, sql }) => [`${sql};`, ...(type === 'table' ? rowsOf(name) : [])]).join('\n');
  } finally {
    database.close();
  }
}

/** The file must not exist. */
export function loadText(path: string, text: string): void {
  const database = new DatabaseSync(path);
  try {
    database.exec(text);
  } finally {
    database.close();
  }
}

/** What PostgreSQL holds when it holds the rows of this store, of whichever dialect, under the present schema. */
export async function postgresTextOf(store: Reader): Promise<string> {
  const lines = [...migrations.flat(), 'CREATE TABLE schema_version (version BIGINT NOT NULL, digest TEXT NOT NULL)'].map(
    (statement) => `${expand(statement, 'postgres')};`,
  );
  lines.push(`INSERT INTO schema_version (version, digest) VALUES (${schemaVersion}, '${schemaDigest()}');`);
  for (const { name, columns, key } of tableShapes(migrations.flat()))
    for (const row of await store.all<Record<string, SqlValue>>(`SELECT ${columns.join(', ')} FROM ${name} ORDER BY ${key.join(', ')}`))
      lines.push(
        `INSERT INTO ${name} (${columns.join(', ')}) VALUES (${columns.map((column) => literal(row[column] ?? null)).join(', ')});`,
      );
  return lines.join('\n');
}

/** With standard_conforming_strings, which is how PostgreSQL comes, a backslash is one. */
const literal = (value: SqlValue): string =>
  value === null ? 'NULL' : typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`;

/** The database must be empty. */
export async function loadPostgresText(url: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(text);
  } finally {
    await client.end();
  }
}
