// Statements as PostgreSQL takes them: marks expanded once, prepared under a name, many rows as arrays of columns.
import type pg from 'pg';
import { expand, type SqlValue } from '../database.ts';

/** Every text is expanded once and has one name, on every connection. */
export interface Statements {
  query(client: Queryable, sql: string, params: readonly SqlValue[]): Promise<pg.QueryResult>;
  insert(
    client: Queryable,
    table: string,
    columns: readonly string[],
    rows: readonly (readonly SqlValue[])[],
    conflict: string | undefined,
  ): Promise<void>;
}

interface Statement {
  readonly name: string;
  readonly text: string;
  /** Places of parameters that are JSON lists of texts and go as arrays. */
  readonly lists: readonly number[];
}

const SELECT = /^\s*SELECT\b/i;

type Queryable = Pick<pg.ClientBase, 'query'>;

/** Rows of one statement: a parameter of PostgreSQL may hold 1 GB, memory decides earlier. */
const ROWS = 5_000;

export function createStatements(): Statements {
  const texts = new Map<string, Statement>();
  const types = new Map<string, ReadonlyMap<string, string>>();

  const statement = (sql: string): Statement => {
    let known = texts.get(sql);
    if (!known) {
      const text = expand(sql, 'postgres');
      const lists = [...text.matchAll(/(?:= ANY|<> ALL) \(\$(\d+)::text\[\]\)/g)].map((match) => Number(match[1]) - 1);
      texts.set(sql, (known = { name: `s${texts.size}`, text, lists }));
    }
    return known;
  };

  const typesOf = async (client: Queryable, table: string, columns: readonly string[]): Promise<readonly string[]> => {
    let known = types.get(table);
    if (!known || columns.some((column) => !known!.has(column))) {
      const { rows } = await client.query(
        `SELECT attname AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0`,
        [table],
      );
      known = new Map((rows as { name: string; type: string }[]).map((row) => [row.name, row.type]));
      types.set(table, known);
    }
    return columns.map((column) => {
      const type = known!.get(column);
      if (type === undefined) throw new Error(`Table ${table} has no column ${column}.`);
      return type;
    });
  };

  return {
    query(client, sql, params) {
      // Without parameters it may be DDL, which is not worth a name, or several statements, which cannot have one.
      if (params.length === 0 && !SELECT.test(sql)) return client.query(expand(sql, 'postgres'));
      const { name, text, lists } = statement(sql);
      const values = [...params];
      for (const place of lists) values[place] = arrayOf(JSON.parse(String(values[place])) as readonly string[]);
      return client.query({ name, text, values });
    },
    async insert(client, table, columns, rows, conflict) {
      if (rows.length === 0) return;
      const kinds = await typesOf(client, table, columns);
      const sql = `INSERT INTO ${table} (${columns.join(', ')}) SELECT * FROM unnest(${kinds.map((kind) => `?::${kind}[]`).join(', ')})${conflict ? ` ON CONFLICT ${conflict}` : ''}`;
      for (const layer of layers(columns, rows, conflict)) {
        for (let at = 0; at < layer.length; at += ROWS) {
          const part = layer.slice(at, at + ROWS);
          const { name, text } = statement(sql);
          await client.query({ name, text, values: columns.map((_, index) => arrayOf(part.map((row) => row[index] ?? null))) });
        }
      }
    },
  };
}

/**
 * One statement may not update a row twice: a row whose key came before waits for the next statement, so that the later
 * one wins as it does where rows are inserted one by one.
 * @see https://www.postgresql.org/docs/current/sql-insert.html#SQL-ON-CONFLICT
 */
export function layers(
  columns: readonly string[],
  rows: readonly (readonly SqlValue[])[],
  conflict: string | undefined,
): readonly (readonly (readonly SqlValue[])[])[] {
  const target = conflict && /^\s*\(([^)]*)\)/.exec(conflict)?.[1];
  if (!target || /DO NOTHING\s*$/i.test(conflict)) return [rows];
  const places = target.split(',').map((name) => columns.indexOf(name.trim()));
  const found: (readonly SqlValue[])[][] = [];
  const seen = new Map<string, number>();
  for (const row of rows) {
    const key = JSON.stringify(places.map((place) => row[place]));
    const layer = seen.get(key) ?? 0;
    seen.set(key, layer + 1);
    (found[layer] ??= []).push(row);
  }
  return found;
}

/** @see https://www.postgresql.org/docs/current/arrays.html#ARRAYS-IO */
const arrayOf = (values: readonly SqlValue[]): string =>
  `{${values
    .map((value) =>
      value === null ? 'NULL' : typeof value === 'number' ? String(value) : `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`,
    )
    .join(',')}}`;
