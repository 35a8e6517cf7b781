// What the benches of directory → SCIM stand on: a made-up company in memory, an engine over SQLite, a SCIM app.
import { join } from 'node:path';
import type { Connector } from '../src/connector-kit/contract.ts';
import { directory } from '../src/connectors/directory/index.ts';
import { memory } from '../src/connectors/memory/index.ts';
import { simulate as simulateMemory, type MemorySimulator } from '../src/connectors/memory/simulator.ts';
import { scim } from '../src/connectors/scim/index.ts';
import { createDirectoryIds } from '../src/engine/directory-ids.ts';
import { createEngine, type Engine } from '../src/engine/engine.ts';
import { createSealer } from '../src/engine/sealing.ts';
import type { Database } from '../src/store/database.ts';
import { migrate } from '../src/store/migrations.ts';
import { openSqlite } from '../src/store/sqlite/database.ts';
import { connect, define } from './configured.ts';
import { counted } from './counted.ts';

export const IN_FLIGHT = 32;

export interface Server {
  readonly url: string;
  readonly token: string;
}

export const accountOf = (n: number) => ({
  userName: `user${n}`,
  displayName: `张伟 ${n}`,
  mail: `user${n}@example.com`,
  mobile: `+86138${String(n).padStart(8, '0')}`,
  employeeNumber: `N-${n}`,
  title: `title ${n % 50}`,
});

export interface Scene {
  readonly engine: Engine;
  readonly database: Database;
  readonly source: MemorySimulator;
  readonly up: number;
  readonly down: number;
  readonly counted: ReturnType<typeof counted>;
}

/** Both jobs are enabled; the directory is filled, the app is not. `trigger` is the downstream job's. */
export async function setScene(
  people: number,
  { url, token }: Server,
  folder: string,
  more: { trigger?: object; probe?: (point: string) => void } = {},
): Promise<Scene> {
  const source = await simulateMemory({ options: { world: 'bench', pageSize: 1000 } });
  for (let n = 0; n < people; n += 1) source.world.insert('person', accountOf(n));
  const store = openSqlite({ path: join(folder, 'tributary.db') });
  await migrate(store);
  const counters = counted(store);
  const { database } = counters;
  const engine = createEngine({
    database,
    connectors: new Map([memory, scim, directory].map((one) => [one.manifest.id, one as unknown as Connector])),
    clock: { now: () => Date.now(), sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) },
    sealer: createSealer(Buffer.alloc(32, 1)),
    newId: createDirectoryIds(),
    folder,
    holder: 'bench',
    log: (event, fields) => process.env.BENCH_LOG && console.error(event, JSON.stringify(fields)),
    ...(more.probe ? { probe: more.probe } : {}),
  });
  await connect(engine, 'hr', 'memory', { world: 'bench', pageSize: 1000 }, String(source.config.token));
  await connect(engine, 'app', 'scim', { url, parallel: IN_FLIGHT, pageSize: 1000 }, token);
  const guard = {
    limits: Object.fromEntries(['create', 'update'].map((name) => [name, { count: 10_000_000 }])),
    firstRun: { creates: 10_000_000, touched: 10_000_000 },
  };
  const up = await define(engine, { name: 'up', connection: 'hr', direction: 'up', ...memory.manifest.defaults.up, policy: { guard } });
  await engine.enqueue({ job: up, mode: 'full', actor: 'bench' });
  await engine.drain();
  const down = await define(engine, {
    name: 'down',
    connection: 'app',
    direction: 'down',
    ...scim.manifest.defaults.down,
    policy: { guard },
    ...(more.trigger ? { trigger: more.trigger } : {}),
  });
  return { engine, database, source, up, down, counted: counters };
}
