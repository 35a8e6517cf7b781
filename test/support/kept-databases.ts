// Databases on PostgreSQL that stay open from one test to the next: connections that already know the tables and the statements
// are a fifth of the processor time of a test.
import pg from 'pg';
import type { Database } from '../../src/store/database.ts';
import { openPostgres } from '../../src/store/postgres/database.ts';
import { asKeeper, isLarge, restored, type Template, withKeptPlans } from './used-database.ts';

interface Kept {
  readonly url: string;
  readonly pool: Database;
  /** Empties it; ends whoever else a test has left behind in it. */
  readonly keeper: pg.Client;
}

const idle: Kept[] = [];
const inUse = new Map<string, { readonly one: Kept; readonly database: Database }>();
let template: Promise<Template> | null = null;

async function open(url: string): Promise<Kept> {
  const keeper = new pg.Client({ connectionString: asKeeper(url) });
  keeper.on('error', () => undefined);
  await keeper.connect();
  return { url, keeper, pool: await openPostgres({ url: withKeptPlans(asKeeper(url)), readers: 3, writers: 3 }) };
}

async function end({ keeper, pool }: Kept): Promise<void> {
  await Promise.all([keeper.end(), pool.close()]);
}

/** The pool as one who opened it sees it: after `close` nothing goes through, and what was under way is waited for. */
function lent(pool: Database): Database {
  let isClosed = false;
  const underWay = new Set<Promise<unknown>>();
  const through = async <T>(ask: () => Promise<T>): Promise<T> => {
    if (isClosed) throw new Error('The store is closed.');
    const asked = ask();
    underWay.add(asked);
    try {
      return await asked;
    } finally {
      underWay.delete(asked);
    }
  };
  return {
    dialect: pool.dialect,
    all: (sql, ...params) => through(() => pool.all(sql, ...params)),
    get: (sql, ...params) => through(() => pool.get(sql, ...params)),
    write: (work, how) => through(() => pool.write(work, how)),
    async close() {
      isClosed = true;
      await Promise.allSettled(underWay);
    },
  };
}

/** A database with all tables and nothing of anybody, for the store of a folder. */
export async function keptFor(folder: string, make: () => Promise<string>): Promise<{ readonly url: string; readonly database: Database }> {
  const one = idle.pop() ?? (await open(await make()));
  const database = lent(one.pool);
  inUse.set(folder, { one, database });
  return { url: one.url, database };
}

/** True when the database of the folder was one of these and waits for the next; false when somebody else must see to it. */
export async function kept(folder: string, ask: () => Promise<string>): Promise<boolean> {
  const used = inUse.get(folder);
  if (!used) return false;
  inUse.delete(folder);
  await used.database.close();
  const { one } = used;
  template ??= ask().then((tables) => ({ name: '', tables: new Map(JSON.parse(tables) as [string, string][]) }));
  // What a pool believes of tables that were large would be true of no other.
  if (!(await isLarge(one.keeper)) && (await restored(one.keeper, await template))) idle.push(one);
  else await end(one);
  return idle.at(-1) === one;
}
