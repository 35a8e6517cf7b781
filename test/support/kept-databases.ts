// Databases on PostgreSQL that stay open from one test to the next: connections that already know the tables and the statements
// are a fifth of the processor time of a test.
import pg from 'pg';
import type { Database } from '../../src/store/database.ts';
import { openPostgres } from '../../src/store/postgres/database.ts';
import { asKeeper, isLarge, restored, type Template, withKeptPlans } from './used-database.ts';

/** Whether a statement's plan serves again, or is made anew each time, as the product does it. */
export type Plans = 'kept' | 'made';

interface Kept {
  readonly url: string;
  readonly plans: Plans;
  readonly pool: Database;
  /** Empties it; ends whoever else a test has left behind in it. */
  readonly keeper: pg.Client;
}

const idle: Readonly<Record<Plans, Kept[]>> = { kept: [], made: [] };
const inUse = new Map<string, { readonly one: Kept; readonly database: Database }>();
let template: Promise<Template> | null = null;

async function open(url: string, plans: Plans): Promise<Kept> {
  const keeper = new pg.Client({ connectionString: asKeeper(url) });
  keeper.on('error', () => undefined);
  await keeper.connect();
  const own = plans === 'kept' ? withKeptPlans(asKeeper(url)) : asKeeper(url);
  return { url, plans, keeper, pool: await openPostgres({ url: own, readers: 3, writers: 3 }) };
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

/** A database with all tables and nothing of anybody, for the store of a folder, or for whoever else bears a name. */
export async function keptFor(
  name: string,
  plans: Plans,
  make: () => Promise<string>,
): Promise<{ readonly url: string; readonly database: Database }> {
  const one = idle[plans].pop() ?? (await open(await make(), plans));
  const database = lent(one.pool);
  inUse.set(name, { one, database });
  return { url: one.url, database };
}

/** True when the database was one of these and waits for the next; false when somebody else must see to it. */
export async function kept(name: string, ask: () => Promise<string>): Promise<boolean> {
  const used = inUse.get(name);
  if (!used) return false;
  inUse.delete(name);
  await used.database.close();
  const { one } = used;
  template ??= ask().then((tables) => ({ name: '', tables: new Map(JSON.parse(tables) as [string, string][]) }));
  // What a pool believes of tables that were large would be true of no other.
  if (!(await isLarge(one.keeper)) && (await restored(one.keeper, await template))) idle[one.plans].push(one);
  else await end(one);
  return idle[one.plans].at(-1) === one;
}
