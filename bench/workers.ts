// `npm run bench:workers [-- 2000]`: one worker beside two, on a target that takes 50 ms for every request. The goal is 1.8 times the writes.
//
// Real processes on a real PostgreSQL (durable: fsync on): the target, and the workers, which are woken as those of the product are. What is
// timed is the writing, from the first write that the target executed to the last, and beside it the whole run with its plan.
import { fork, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../src/connector-kit/clock.ts';
import type { Connector } from '../src/connector-kit/contract.ts';
import { directory } from '../src/connectors/directory/index.ts';
import { memory } from '../src/connectors/memory/index.ts';
import { simulate as simulateMemory } from '../src/connectors/memory/simulator.ts';
import { workUntil } from '../src/cli/work-loop.ts';
import { createCarriedQueue } from '../src/engine/carried-queue.ts';
import { createDirectoryIds } from '../src/engine/directory-ids.ts';
import { createEngine, type Engine } from '../src/engine/engine.ts';
import { createSealer } from '../src/engine/sealing.ts';
import type { Database } from '../src/store/database.ts';
import { putConnection, putSealed } from '../src/store/jobs.ts';
import { migrate } from '../src/store/migrations.ts';
import { openPostgres } from '../src/store/postgres/database.ts';
import { openCarrier, prepareQueue } from '../src/store/postgres/queue.ts';
import { getRun } from '../src/store/runs.ts';
import { startTarget } from '../sweep/life.ts';
import { remote } from '../sweep/remote-connector.ts';
import { startPostgres } from '../test/servers/postgres.ts';
import { define } from './configured.ts';
import { watch } from './process.ts';

const LATENCY_MS = 50;
const IN_FLIGHT = 8;
const GOAL = 1.8;

const slow: Connector = {
  ...remote,
  manifest: { ...remote.manifest, limits: { ...remote.manifest.limits, inFlight: IN_FLIGHT, batchSize: 50 } },
};

function engineOn(
  database: Database,
  url: string,
  holder: string,
  folder: string,
): { engine: Engine; queue: ReturnType<typeof createCarriedQueue> } {
  const queue = createCarriedQueue(openCarrier(url, () => undefined));
  const engine = createEngine({
    database,
    queue,
    connectors: new Map([memory, slow, directory].map((one) => [one.manifest.id, one as unknown as Connector])),
    clock: systemClock,
    sealer: createSealer(Buffer.alloc(32, 1)),
    newId: createDirectoryIds(),
    folder,
    holder,
    log: (event, fields) => process.env.BENCH_LOG && console.error(holder, event, JSON.stringify(fields)),
  });
  return { engine, queue };
}

/** Works until it is ended. */
async function work(url: string, folder: string): Promise<void> {
  const { engine, queue } = engineOn(await openPostgres({ url }), url, `worker ${process.pid}`, folder);
  process.send!('ready');
  await workUntil({
    engine,
    queue,
    mayWork: async () => true,
    log: (event, fields) => console.error(event, fields),
    signal: new AbortController().signal,
  });
}

interface Figure {
  readonly workers: number;
  readonly writesPerSecond: number;
  readonly runMs: number;
  readonly cpuSeconds: number;
  /** Changes that each worker carried out, by the batches of the ledger. */
  readonly writes: number;
}

async function measure(people: number, workers: number): Promise<Figure> {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-bench-'));
  const server = await startPostgres({ fsync: true });
  const target = await startTarget(LATENCY_MS);
  const crowd: ChildProcess[] = [];
  try {
    const url = await server.createDatabase();
    const database = await openPostgres({ url });
    await migrate(database);
    await prepareQueue(url);
    const { engine, queue } = engineOn(database, url, 'conductor', folder);
    const down = await prepare(engine, people, target.url);
    for (let n = 0; n < workers; n += 1) {
      const child = fork(import.meta.filename, ['worker', url, folder], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
      crowd.push(child);
      await new Promise((resolve) => child.once('message', resolve));
    }
    const costs = crowd.map((child) => watch(child.pid!));
    const startedAt = performance.now();
    const run = await engine.enqueue({ job: down, mode: 'full', actor: 'bench' });
    let state = '';
    while (!/succeeded|warnings|failed|cancelled/.test(state)) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      state = (await getRun(database, run))!.state;
    }
    const runMs = performance.now() - startedAt;
    const cpuSeconds = costs.reduce((sum, cost) => sum + cost.stop().cpuSeconds, 0);
    const { journal, traffic } = await target.dump();
    const accounts = journal.filter((entry) => entry.op === 'create' && entry.type === 'person').length;
    if (state !== 'succeeded' || accounts !== people || new Set(journal.map((entry) => entry.key)).size !== journal.length)
      throw new Error(`${state}, ${accounts} accounts of ${people}, ${journal.length} writes: a figure from such work is none`);
    await queue.close();
    await database.close();
    const [first, last] = [traffic.writtenAt[0]!, traffic.writtenAt.at(-1)!];
    return { workers, writesPerSecond: (journal.length - 1) / ((last - first) / 1000), runMs, cpuSeconds, writes: journal.length };
  } finally {
    for (const child of crowd) child.kill('SIGKILL');
    target.process.kill('SIGKILL');
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** People in the directory, and a job that will write them into the slow target. */
async function prepare(engine: Engine, people: number, targetUrl: string): Promise<number> {
  const source = await simulateMemory({ options: { world: 'bench', pageSize: 1000 } });
  for (let n = 0; n < people; n += 1)
    source.world.insert('person', { userName: `user${n}`, displayName: `张伟 ${n}`, employeeNumber: `N-${n}`, title: `title ${n % 50}` });
  await engine.options.database.write(async (transaction) => {
    await putConnection(transaction, {
      id: 'hr',
      connector: 'memory',
      name: 'hr',
      config: JSON.stringify({ world: 'bench', pageSize: 1000 }),
    });
    await putSealed(transaction, 'connection:hr', 'token', engine.options.sealer.seal(String(source.config.token)));
    await putConnection(transaction, {
      id: 'app',
      connector: 'remote',
      name: 'app',
      config: JSON.stringify({ url: targetUrl, carries: true }),
    });
  });
  const guard = {
    limits: Object.fromEntries(['create', 'update'].map((name) => [name, { count: 10_000_000 }])),
    firstRun: { creates: 10_000_000, touched: 10_000_000 },
  };
  const up = await define(engine, { name: 'up', connection: 'hr', direction: 'up', ...memory.manifest.defaults.up, policy: { guard } });
  const rows = [
    ['name', 'displayName'],
    ['login', 'userName'],
    ['number', 'employeeNumber'],
    ['title', 'title'],
  ];
  const down = await define(engine, {
    name: 'down',
    connection: 'app',
    direction: 'down',
    mapping: { person: rows.map(([target, field]) => ({ target, field })) },
    correlation: { person: [{ attribute: 'number' }] },
    policy: { guard },
  });
  await engine.enqueue({ job: up, mode: 'full', actor: 'bench' });
  await engine.drain();
  return down;
}

async function main(people: number): Promise<void> {
  const one = await measure(people, 1);
  const two = await measure(people, 2);
  const ratio = two.writesPerSecond / one.writesPerSecond;
  mkdirSync(join(import.meta.dirname, 'results'), { recursive: true });
  const about = {
    people,
    latencyMs: LATENCY_MS,
    inFlight: IN_FLIGHT,
    cores: cpus().length,
    node: process.version,
    at: new Date().toISOString(),
  };
  writeFileSync(join(import.meta.dirname, 'results', 'workers.json'), `${JSON.stringify({ about, one, two, ratio }, null, 2)}\n`);
  console.log('| people | writes/s, one worker | two workers | ratio | goal | whole run | processor time of the workers |');
  console.log('|---|---|---|---|---|---|---|');
  console.log(
    `| ${people} | ${one.writesPerSecond.toFixed(0)} | ${two.writesPerSecond.toFixed(0)} | ${ratio.toFixed(2)} | ≥ ${GOAL} | ${(one.runMs / 1000).toFixed(1)} s : ${(two.runMs / 1000).toFixed(1)} s | ${one.cpuSeconds.toFixed(1)} s : ${two.cpuSeconds.toFixed(1)} s |`,
  );
}

const [role = '', url = '', folder = ''] = process.argv.slice(2);
if (role === 'worker') await work(url, folder);
else await main(Number(role || 2000));
