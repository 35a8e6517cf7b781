// `npm run bench:api [-- 100000 sqlite|postgres]`: how soon the API answers an office of people while a first sync is going, on both stores.
//
// The mix "office", 20 requests a second, one of them a write: what a console with a few people at it asks. Requests leave on the
// clock and not after the answer before (an open loop), so a slow answer delays none and hides none.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'undici';
import { writeCompanyFile } from '../src/sandbox/company-file.ts';
import { planCompany } from '../src/sandbox/company.ts';
import { postgresAvailable, startPostgres } from '../test/servers/postgres.ts';
import { watch, type Cost } from './process.ts';
import { urlOf } from './serve.ts';

const PER_SECOND = 20;
const GOAL_MS = 100;

interface Asked {
  readonly what: string;
  readonly method: 'GET' | 'PUT';
  /** `n` counts requests, so that no two ask for the same. */
  readonly path: (n: number) => string;
  readonly body?: (n: number) => unknown;
  /** What counts as an answer: of a run that is not queued yet, 404 is right. */
  readonly statuses: readonly number[];
}

const ok = [200];
const get = (what: string, path: Asked['path'], statuses: readonly number[] = ok): Asked => ({ what, method: 'GET', path, statuses });
const number = (n: number): string => String(1001 + ((n * 7919) % people)).padStart(6, '0');

const status = get('status', () => '/status');
const runs = get('runs', () => '/runs?limit=50');
const changes = get('changes of the run', () => '/runs/1/changes?limit=50', [200, 404]);
const held = get('held list', () => '/held?limit=50');
const search = get('search a person', (n) => `/people?text=${number(n)}`);
const page = get('page of people', () => '/people?limit=50');
const history = get('history', () => '/history?limit=50');
const explanation = get('explain a person', (n) => `/explanation?person=${number(n)}`);
const jobs = get('jobs', () => '/jobs');
const connections = get('connections', () => '/connections');
const write: Asked = {
  what: 'write a lookup table',
  method: 'PUT',
  path: (n) => `/lookups/table_${n % 50}`,
  body: (n) => ({ rows: Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`key${at}`, `value ${n} ${at}`])) }),
  statuses: ok,
};

/** One second of the office. */
const office: readonly Asked[] = [
  [status, search, runs, search, changes, status, page, held, explanation, search],
  [write, status, runs, search, history, status, changes, jobs, held, connections],
].flat();

interface Answered {
  readonly what: string;
  readonly ms: number;
  readonly status: number;
}

interface Result extends Cost {
  readonly store: string;
  readonly answered: readonly Answered[];
  readonly runMs: number;
  readonly applied: number;
}

const people = Number(process.argv[2] ?? 100_000);
const only = process.argv[3];

async function measure(store: string, database: string | null): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-bench-api-'));
  const main = join(import.meta.dirname, '../src/main.ts');
  const env: NodeJS.ProcessEnv = { ...process.env, TRIBUTARY_DATA: join(folder, 'data'), PORT: '0', LANG: 'C', NO_COLOR: '1' };
  if (database !== null) env.TRIBUTARY_DATABASE = database;
  const cli = (...args: string[]): string => {
    const { status: code, stdout, stderr } = spawnSync(process.execPath, [main, ...args, '--json'], { env, encoding: 'utf8' });
    if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${stderr}`);
    return stdout;
  };
  const file = join(folder, 'people.csv');
  await writeCompanyFile(planCompany({ people, departments: Math.max(10, Math.round(people / 50)), seed: 3 }), file);
  writeFileSync(
    join(folder, 'bench.yaml'),
    `connections:
  - { id: hr, connector: file, name: HR, config: { path: '${file}', settleSeconds: 0 } }
jobs:
  - { name: HR, connection: hr, direction: up }
`,
  );
  cli('config', 'apply', '-f', join(folder, 'bench.yaml'));
  cli('config', 'enable', 'HR', '--unseen');
  const server = spawn(process.execPath, [main, 'serve'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(server, 'exit');
  let pool: Pool | null = null;
  try {
    const url = await urlOf(server.stdout);
    const { token } = JSON.parse(cli('token', 'create', 'bench', '--role', 'admin')) as { token: string };
    pool = new Pool(url, { connections: PER_SECOND });
    const cost = watch(server.pid!);
    const runAt = performance.now();
    const run = spawn(process.execPath, [main, 'run', 'HR', '--full', '--json'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    run.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const stop = new AbortController();
    const asking = ask(pool, token, stop.signal);
    const [code] = (await once(run, 'close')) as [number];
    const runMs = performance.now() - runAt;
    stop.abort();
    const answered = await asking;
    if (code !== 0) throw new Error(`The run ended with ${code}: ${said}`);
    const applied = (JSON.parse(said) as { run: { counts: Record<string, number> } }).run.counts['applied.create.person'] ?? 0;
    return { store, answered, runMs, applied, ...cost.stop() };
  } finally {
    await pool?.destroy();
    server.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

async function ask(pool: Pool, token: string, signal: AbortSignal): Promise<readonly Answered[]> {
  const under: Promise<Answered | Error>[] = [];
  const startedAt = performance.now();
  for (let n = 0; !signal.aborted; n++) {
    under.push(one(pool, token, office[n % office.length]!, n).catch((error: unknown) => error as Error));
    const wait = startedAt + ((n + 1) * 1000) / PER_SECOND - performance.now();
    if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
  }
  const answers = await Promise.all(under);
  const wrong = answers.find((answer) => answer instanceof Error);
  if (wrong) throw wrong;
  return answers as Answered[];
}

async function one(pool: Pool, token: string, asked: Asked, n: number): Promise<Answered> {
  const at = performance.now();
  const answer = await pool.request({
    method: asked.method,
    path: `/api/v1${asked.path(n)}`,
    headers: { authorization: `Bearer ${token}`, ...(asked.body ? { 'content-type': 'application/json' } : {}) },
    ...(asked.body ? { body: JSON.stringify(asked.body(n)) } : {}),
  });
  const text = await answer.body.text();
  if (!asked.statuses.includes(answer.statusCode)) throw new Error(`${asked.method} ${asked.path(n)}: ${answer.statusCode} ${text}`);
  return { what: asked.what, ms: performance.now() - at, status: answer.statusCode };
}

const at = (sorted: readonly number[], share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]!;
const sorted = (answered: readonly Answered[]): number[] => answered.map((each) => each.ms).sort((a, b) => a - b);

const results: Result[] = [];
if (only !== 'postgres') results.push(await measure('SQLite', null));
const available = postgresAvailable();
if (only !== 'sqlite' && available.ok) {
  const server = await startPostgres({ fsync: true });
  try {
    results.push(await measure('PostgreSQL', await server.createDatabase()));
  } finally {
    await server.stop();
  }
}
for (const { store, answered, applied, runMs, cpuSeconds, rssMiB } of results) {
  if (applied !== people) throw new Error(`${store}: ${applied} people instead of ${people}; a figure from skipped work is none`);
  const all = sorted(answered);
  console.log(
    `\n${store}: ${people} people, run ${(runMs / 1000).toFixed(1)} s, ${all.length} requests, server ${cpuSeconds.toFixed(1)} s of processor, ${rssMiB} MiB`,
  );
  console.log('| request | count | p50 ms | p99 ms | worst ms |\n|---|---|---|---|---|');
  const line = (what: string, ms: readonly number[]): void =>
    console.log(`| ${what} | ${ms.length} | ${at(ms, 0.5).toFixed(1)} | ${at(ms, 0.99).toFixed(1)} | ${ms.at(-1)!.toFixed(1)} |`);
  for (const what of [...new Set(office.map((each) => each.what))].toSorted())
    line(what, sorted(answered.filter((each) => each.what === what)));
  line(`all (goal: p99 ≤ ${GOAL_MS})`, all);
}
mkdirSync(join(import.meta.dirname, 'results'), { recursive: true });
writeFileSync(
  join(import.meta.dirname, 'results', 'api.json'),
  `${JSON.stringify(
    results.map(({ answered, ...rest }) => ({
      ...rest,
      people,
      p50: at(sorted(answered), 0.5),
      p99: at(sorted(answered), 0.99),
      requests: answered.length,
    })),
    null,
    2,
  )}\n`,
);
