// An embedded store as SQL text and back: how the stores of released versions are kept in test/fixtures/store.
import { DatabaseSync } from 'node:sqlite';

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
