// Which store the tests of the engine stand on: SQLite in their folder, or a database of the run's PostgreSQL.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrations.ts';
import { openPostgres } from '../../src/store/postgres/database.ts';
import { openSqlite } from '../../src/store/sqlite/database.ts';
import { kept, keptFor } from './kept-databases.ts';
import { withKeptPlans } from './used-database.ts';

/** Set by the projects of vitest.config.ts. */
export const testStore = process.env.TRIBUTARY_TEST_STORE === 'postgres' ? 'postgres' : 'sqlite';

/** Nothing is made shorter here: set for the sweep, and for what `npm run test:again` has on SQLite. */
export const isWhole = process.env.TRIBUTARY_TEST_WHOLE === 'yes';

/** How often something random is tried: on PostgreSQL, where each time takes longer, less often, but for `npm run test:sweep`. */
export const times = (always: number, onPostgres: number): number => (testStore === 'postgres' && !isWhole ? onPostgres : always);

/** Where the run's PostgreSQL is asked for databases; see test/servers/one-postgres.ts. */
export const ASKING = 'TRIBUTARY_TEST_POSTGRES';

async function ask(what: string): Promise<string> {
  const path = process.env[ASKING];
  if (!path) throw new Error('There is no shared PostgreSQL: the test must run in a project of vitest that has one.');
  const socket = connect(path);
  await once(socket, 'connect');
  socket.write(what);
  let said = '';
  for await (const chunk of socket) said += String(chunk);
  if (said.startsWith('!')) throw new Error(said.slice(2));
  return said;
}

/** A new, empty database; `more` is further text of CREATE DATABASE. */
export const newDatabase = (more = ''): Promise<string> => ask(`new${more}`);
/** A new database with all tables. */
export const newStore = (): Promise<string> => ask('store');
export const dropDatabase = async (url: string): Promise<void> => void (await ask(url));

const sqliteIn = (folder: string): string => join(folder, 'tributary.db');
const addressIn = (folder: string): string => join(folder, 'store-url');

/** The store that belongs to a folder; opened again, from whatever process, it is the same one. For tests: their process keeps connections. */
export async function openStore(folder: string): Promise<Database> {
  const file = addressIn(folder);
  if (testStore === 'sqlite' && !existsSync(sqliteIn(folder))) writeFileSync(sqliteIn(folder), await (emptyStore ??= makeEmptyStore()));
  if (testStore === 'sqlite' || existsSync(file)) return openOwnStore(folder);
  const { url, database } = await keptFor(folder, 'kept', newStore);
  writeFileSync(file, url);
  return database;
}

/** A store with all tables and nothing in them: a copy of it takes a quarter of what making one takes. */
let emptyStore: Promise<Buffer> | null = null;

async function makeEmptyStore(): Promise<Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-empty-'));
  const database = openSqlite({ path: sqliteIn(folder) });
  await migrate(database);
  await database.close();
  const bytes = readFileSync(sqliteIn(folder));
  rmSync(folder, { recursive: true });
  return bytes;
}

/** The same for a process that a test starts: closed, it leaves no connection behind, so that the process can end. */
export async function openOwnStore(folder: string, patienceMs?: number): Promise<Database> {
  if (testStore === 'sqlite') {
    const database = openSqlite({ path: sqliteIn(folder) });
    await migrate(database);
    return database;
  }
  const file = addressIn(folder);
  if (!existsSync(file)) writeFileSync(file, await newStore());
  return openPostgres({
    url: withKeptPlans(readFileSync(file, 'utf8')),
    readers: 3,
    writers: 3,
    ...(patienceMs === undefined ? {} : { patienceMs }),
  });
}

/** Frees what a closed store takes outside of its folder. */
export async function dropStore(folder: string): Promise<void> {
  const file = addressIn(folder);
  if (!existsSync(file) || (await kept(folder, () => ask('template')))) return;
  await dropDatabase(readFileSync(file, 'utf8'));
}

let borrowed = 0;

/** A database with all tables, as the product uses it; whoever is through with it gives it back. */
export async function borrowStore(): Promise<{ readonly database: Database; giveBack(): Promise<void> }> {
  const name = `borrowed ${++borrowed}`;
  const { url, database } = await keptFor(name, 'made', newStore);
  return {
    database,
    async giveBack() {
      if (!(await kept(name, () => ask('template')))) await dropDatabase(url);
    },
  };
}
