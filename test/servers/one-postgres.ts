// One PostgreSQL cluster for a whole test run, in vitest's main process: started by whoever asks first (test/support/store.ts).
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '../../src/store/migrations.ts';
import { openPostgres } from '../../src/store/postgres/database.ts';
import { ASKING } from '../support/store.ts';
import { startPostgres, type Postgres } from './postgres.ts';
import { asking, restored, type Template, templateOf } from '../support/used-database.ts';

interface Run {
  readonly server: Postgres;
  /** A database with all tables, of which copies are made. */
  template: Promise<Template> | null;
  /** Copies that somebody has. */
  readonly lent: Set<string>;
  /** Copies that nobody has any more, as they were when they were made. */
  readonly idle: string[];
}

/**
 * Nothing is looked after in the background: databases are small and short-lived, and the more of them there are, the more often somebody
 * would walk through them. What has grown is analyzed by who grew it (docs/decisions/0030-what-postgresql-believes.md).
 */
const settings = {
  autovacuum: 'off',
  bgwriter_lru_maxpages: '0',
  checkpoint_timeout: '1h',
  max_wal_size: '4GB',
  max_wal_senders: '0',
  wal_level: 'minimal',
};

async function makeTemplate(server: Postgres): Promise<Template> {
  const url = await server.createDatabase();
  const database = await openPostgres({ url });
  await migrate(database);
  await database.close();
  return templateOf(url);
}

/** A copy takes half a second of processor time, and a run wants a thousand: what comes back is emptied and lent again. */
async function lend(run: Run): Promise<string> {
  const { name } = await (run.template ??= makeTemplate(run.server));
  const url = run.idle.pop() ?? run.server.near(await run.server.createDatabase(`TEMPLATE ${name}`));
  run.lent.add(url);
  return url;
}

async function takeBack(run: Run, url: string): Promise<void> {
  const template = (await run.template)!;
  if (run.lent.delete(url) && (await asking(url, (keeper) => restored(keeper, template)))) run.idle.push(url);
  else await run.server.dropDatabase(url);
}

async function answer(run: Run, what: string): Promise<string> {
  if (what.startsWith('new')) return run.server.createDatabase(`TEMPLATE template0 ${what.slice(3)}`);
  if (what === 'store') return lend(run);
  if (what === 'template') return JSON.stringify([...(await (run.template ??= makeTemplate(run.server))).tables]);
  await takeBack(run, what);
  return 'dropped';
}

/** Global set-up: costs nothing until somebody asks. */
export default async function setup(): Promise<() => Promise<void>> {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-asking-'));
  const path = join(folder, 's');
  let run: Promise<Run> | null = null;
  const serve = async (socket: Socket): Promise<void> => {
    socket.on('error', () => undefined);
    const [line] = (await once(socket, 'data')) as [Buffer];
    try {
      run ??= startPostgres({ settings }).then((server) => ({ server, template: null, lent: new Set<string>(), idle: [] }));
      socket.end(await answer(await run, line.toString()));
    } catch (error) {
      socket.end(`! ${(error as Error).message}`);
    }
  };
  const asking = createServer((socket) => void serve(socket)).listen(path);
  await once(asking, 'listening');
  asking.unref();
  process.env[ASKING] = path;
  return async () => {
    asking.close();
    await (await run)?.server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
}
