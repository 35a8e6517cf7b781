// The port under every aggregate: a few verbs, two dialects. All SQL of the product is written against this.
//
// SQL is common SQL with `?` placeholders and three marks that each dialect expands:
//   IN {list}, NOT IN {list}        a parameter that is a JSON array of texts
//   {rows: key text, n bigint}      a parameter that is a JSON array of arrays, as a derived table
//   {each: column}                  joins the entries of a JSON list of texts in a column, as e.value
//   {rowless}, {id}                 WITHOUT ROWID; the integer primary key of the dialect

import type { Regrouped } from './regrouped.ts';

export type SqlValue = string | number | null;

export interface Reader {
  /** Set for a dry run below a merge or a split: what that will have led elsewhere is read so (regrouped.ts). */
  readonly regrouped?: Regrouped;
  all<T>(sql: string, ...params: readonly SqlValue[]): Promise<readonly T[]>;
  get<T>(sql: string, ...params: readonly SqlValue[]): Promise<T | undefined>;
}

export interface Transaction extends Reader {
  /** Rows changed. */
  run(sql: string, ...params: readonly SqlValue[]): Promise<number>;
  /** Many rows in one go. `conflict` is the text after ON CONFLICT; without it a conflict is an error. */
  insert(table: string, columns: readonly string[], rows: readonly (readonly SqlValue[])[], conflict?: string): Promise<void>;
}

export type Write = { readonly beside: true } | { readonly apart: true };

export interface Database extends Reader {
  readonly dialect: 'sqlite' | 'postgres';
  /**
   * One write transaction. Commits when `work` resolves, rolls back when it throws. Never nest. No other one runs at the
   * same time, unless both say `beside`: those run next to each other where the store can (PostgreSQL). They must not rely
   * on rows that another of their kind may write meanwhile, and may be called again after a deadlock.
   *
   * One that says `apart` waits for none of these: all that it touches is a row that nothing else touches, and it takes that row first.
   */
  write<T>(work: (transaction: Transaction) => Promise<T>, how?: Write): Promise<T>;
  /**
   * Writes the whole file anew, without what was deleted; nobody writes meanwhile. Missing where the store does that itself
   * (PostgreSQL). `left`: somebody was reading, so what was written before may still lie in the write-ahead file for a while.
   */
  readonly compact?: () => Promise<{ readonly before: number; readonly after: number; readonly left: boolean }>;
  close(): Promise<void>;
}

export const list = (values: readonly string[]): string => JSON.stringify(values);
export const rows = (values: readonly (readonly SqlValue[])[]): string => JSON.stringify(values);

/** For `lower(column) LIKE ? ESCAPE '\\'`: LIKE alone minds case on PostgreSQL and not on SQLite. ASCII letters only. */
export const containing = (text: string): string =>
  `%${text
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase())
    .replaceAll('\\', '\\\\')
    .replaceAll('%', '\\%')
    .replaceAll('_', '\\_')}%`;

/** Expands the marks of one statement for a dialect. */
export function expand(sql: string, dialect: Database['dialect']): string {
  const sqlite = dialect === 'sqlite';
  let text = sql
    .replaceAll('{rowless}', sqlite ? 'WITHOUT ROWID' : '')
    .replace(/\{each: ([\w.]+)\}/g, (_, column: string) =>
      sqlite ? `json_each(${column}) AS e` : `jsonb_array_elements_text(${column}::jsonb) AS e(value)`,
    )
    .replace(/\{pairs: ([\w.]+)\}/g, (_, column: string) =>
      sqlite ? `json_each(${column}) AS e` : `jsonb_each_text(${column}::jsonb) AS e(key, value)`,
    )
    .replaceAll('{id}', sqlite ? 'INTEGER PRIMARY KEY' : 'BIGINT PRIMARY KEY')
    .replace(/(NOT IN|IN) \{list\}/g, (_, how: string) =>
      // PostgreSQL gets the entries themselves (postgres/statements.ts): it then knows how many they are, and walks an index for
      // each of them, or hashes them where it looks through rows. Entries that it does not know it compares one by one.
      sqlite ? `${how} (SELECT value FROM json_each(?))` : `${how === 'IN' ? '= ANY' : '<> ALL'} (?::text[])`,
    )
    .replace(/\{rows:([^}]*)\}/g, (_, columns: string) => {
      const parts = columns.split(',').map((column) => column.trim().split(/\s+/) as [string, string]);
      return sqlite
        ? `(SELECT ${parts.map(([name], index) => `value->>'$[${index}]' AS ${name}`).join(', ')} FROM json_each(?))`
        : `(SELECT ${parts.map(([name, type], index) => `(e.v->>${index})::${type} AS ${name}`).join(', ')} FROM jsonb_array_elements(?::jsonb) AS e(v))`;
    });
  if (sqlite) return text;
  let count = 0;
  text = text.replace(/\?/g, () => `$${++count}`);
  // Order of bytes, as on SQLite, whatever the database's own order is.
  return /^\s*CREATE TABLE/.test(text) ? text.replace(/\bTEXT\b/g, 'TEXT COLLATE "C"') : text;
}
