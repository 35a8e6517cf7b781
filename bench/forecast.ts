// `npm run bench:forecast [-- 100000]`: what the forecast of a scope edit costs beside the set questions it rests on, and beside a dry run, on either store.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { planNow } from '../src/engine/dry-run.ts';
import { forecast } from '../src/engine/forecast.ts';
import { sharesOf } from '../src/engine/forecast-shares.ts';
import { savedSettings } from '../src/engine/fresh-mirror.ts';
import { concernedByEdit } from '../src/engine/scope-edit.ts';
import { getJob } from '../src/store/jobs.ts';
import type { Database } from '../src/store/database.ts';
import { migrate } from '../src/store/migrations.ts';
import { openPostgres } from '../src/store/postgres/database.ts';
import { openSqlite } from '../src/store/sqlite/database.ts';
import { postgresAvailable, startPostgres } from '../test/servers/postgres.ts';
import { byNumber, PlainSystem, plainDown, plainUp } from '../test/support/plain-system.ts';
import { openWorkbench } from '../test/support/workbench.ts';
import { roomy } from '../test/support/plain-scene.ts';

const people = Number(process.argv[2] ?? 100_000);
const DEPARTMENTS = 300;
const TIMES = 5;

interface Figure {
  readonly store: string;
  readonly what: string;
  readonly changes: number;
  /** Seconds of processor of this process, and on the clock; the middle one of several. */
  readonly cpu: number;
  readonly wall: number;
}

const middle = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

async function bench(store: string, database: Database): Promise<Figure[]> {
  const bench = await openWorkbench({ watched: (own) => (void own.close(), database) });
  const [hr, app] = [new PlainSystem('hr'), new PlainSystem('app')];
  for (const system of [hr, app]) {
    system.pageSize = 1000;
    await bench.connection(system.id, system.connector, {});
  }
  hr.department('root');
  for (let id = 0; id < DEPARTMENTS; id++) hr.department(`d${id}`, id < 10 ? 'root' : `d${id % 10}`);
  for (let id = 1; id <= people; id++)
    hr.person(String(id), `d${id % DEPARTMENTS}`, { title: 'Engineer', phone: `+861${3_000_000_000 + id}` });
  const limits = Object.fromEntries(Object.keys(roomy.limits).map((name) => [name, { count: 10 * people, share: 100 }]));
  const policy = { guard: { limits, firstRun: { creates: 10 * people, touched: 10 * people, share: 100 } } };
  const up = await bench.job({ name: 'in', connection: 'hr', direction: 'up', mapping: plainUp(), correlation: byNumber.up, policy });
  const down = await bench.job({
    name: 'out',
    connection: 'app',
    direction: 'down',
    mapping: plainDown(),
    correlation: byNumber.down,
    policy,
  });
  for (const job of [up, down, down]) process.stderr.write(`${store}: run of job ${job}: ${(await bench.run(job)).state}\n`);
  const job = (await getJob(database, down))!;
  const [out] = await database.all<{ id: string }>(
    `SELECT id FROM object_key WHERE type = 'department' AND attribute = 'code' AND key = 'd123'`,
  );
  const wanted = { ...savedSettings(job), scope: { departments: { include: [], exclude: [out!.id], below: true } } };
  const figures: Figure[] = [];
  const measure = async (what: string, times: number, work: () => Promise<number>): Promise<void> => {
    const [cpu, wall]: [number[], number[]] = [[], []];
    let changes = 0;
    for (let time = 0; time < times; time++) {
      const [at, before] = [performance.now(), process.cpuUsage()];
      changes = await work();
      const { user, system } = process.cpuUsage(before);
      cpu.push((user + system) / 1e6);
      wall.push((performance.now() - at) / 1000);
    }
    figures.push({ store, what, changes, cpu: middle(cpu), wall: middle(wall) });
    process.stderr.write(`${store}: ${what}: ${changes}, ${middle(cpu).toFixed(2)} s of processor, ${middle(wall).toFixed(2)} s\n`);
  };
  const planned = async (run: number): Promise<number> =>
    (await database.get<{ n: number }>('SELECT count(*) AS n FROM change WHERE run = ?', run))!.n;
  const { engine } = bench;
  await measure('set questions alone', TIMES, async () => (await concernedByEdit(engine.options, job, wanted))!.length);
  await measure('forecast', TIMES, async () => planned((await forecast(engine, job, wanted, 'bench')).id));
  await measure('forecast, told apart from what was planned before', TIMES, async () => {
    const run = await forecast(engine, job, wanted, 'bench');
    await sharesOf(engine, job, run, 'bench');
    return planned(run.id);
  });
  await measure('dry run', 1, async () =>
    planned((await planNow(engine, { job: down, mode: 'full', cause: 'manual', actor: 'bench', trial: wanted })).id),
  );
  await bench.close();
  return figures;
}

async function onSqlite(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-bench-'));
  try {
    const database = openSqlite({ path: join(folder, 'tributary.db') });
    await migrate(database);
    return await bench('SQLite', database);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function onPostgres(): Promise<Figure[]> {
  const available = postgresAvailable();
  if (!available.ok) return [];
  const server = await startPostgres();
  try {
    const database = await openPostgres({ url: await server.createDatabase('') });
    await migrate(database);
    return await bench('PostgreSQL', database);
  } finally {
    await server.stop();
  }
}

const only = process.argv[3];
const figures = [...(only === 'postgres' ? [] : await onSqlite()), ...(only === 'sqlite' ? [] : await onPostgres())];
const ratio = (figure: Figure): string => {
  const alone = figures.find((one) => one.store === figure.store && one.what === 'set questions alone')!;
  return `${(figure.wall / alone.wall).toFixed(1)} ×`;
};
console.table(
  figures.map((figure) => ({ ...figure, cpu: figure.cpu.toFixed(2), wall: figure.wall.toFixed(2), 'of the set questions': ratio(figure) })),
);
mkdirSync('bench/results', { recursive: true });
writeFileSync(`bench/results/forecast-${people}.json`, JSON.stringify(figures, null, 2));
