// What PostgreSQL believes of tables that this process has just changed by much: it plans every statement by that belief, and
// asks nobody before its own minute comes, in which a first sync has grown them from nothing.
// @see https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-STATISTICS
import type pg from 'pg';

export interface Statistics {
  /** A statement has touched so many rows. */
  note(sql: string, rows: number): void;
  /** Looks again at the tables that were touched by much, each at most once per tripling. After the commit, outside of a transaction. */
  refresh(client: Pick<pg.ClientBase, 'query'>): Promise<void>;
}

/** Fewer rows than this are found soon enough by any plan. */
const LEAST = 500;
/** One row at a time is what autovacuum is for. */
const MANY = 2;

interface Touched {
  rows: number;
  /** How many there were when PostgreSQL last looked; null: not asked yet. */
  known: number | null;
}

export function createStatistics(): Statistics {
  const tables = new Map<string, Touched>();
  const isDue = ({ rows, known }: Touched): boolean => rows >= Math.max(LEAST, 2 * (known ?? 0));

  return {
    note(sql, rows) {
      if (rows < MANY) return;
      const name = /^\s*(?:INSERT INTO|UPDATE|DELETE FROM)\s+(\w+)/.exec(sql)?.[1];
      if (name === undefined) return;
      const touched = tables.get(name);
      if (touched) touched.rows += rows;
      else tables.set(name, { rows, known: null });
    },
    async refresh(client) {
      for (const [name, touched] of tables) {
        if (!isDue(touched)) continue;
        const facts = await factsOf(client, name);
        touched.known ??= facts.rows;
        if (!isDue(touched)) continue;
        // Columns that are looked up; the long ones are left to autovacuum, which counts on as if this had not been.
        // Who meets somebody else who looks at the same table right now has nothing to add.
        await client.query(`ANALYZE (SKIP_LOCKED) ${name} (${facts.columns})`);
        tables.set(name, { rows: 0, known: (await factsOf(client, name)).rows });
      }
    },
  };
}

async function factsOf(client: Pick<pg.ClientBase, 'query'>, name: string): Promise<{ readonly rows: number; readonly columns: string }> {
  const { rows } = await client.query(
    `SELECT greatest(c.reltuples, 0) AS rows, string_agg(DISTINCT quote_ident(a.attname), ', ') AS columns
     FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey)
     WHERE c.oid = $1::regclass GROUP BY c.oid, c.reltuples`,
    [name],
  );
  return (rows as [{ rows: number; columns: string }])[0];
}
