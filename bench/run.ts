// `npm run bench [-- 10000 100000] [--upstream] [--postgres]`: every figure beside its floor or peer of the same run. JSON and a table.
// --upstream: only from LDAP into the directory (a million people: -- 1000000 --upstream; 10 GiB of temporary folder).
// --postgres: on a PostgreSQL of its own with fsync, upstream only; or TRIBUTARY_DATABASE names an empty database.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { startSlapd, type Slapd } from '../test/servers/slapd.ts';
import { companyLdif, SUFFIX } from './ldif.ts';
import { startPostgres } from '../test/servers/postgres.ts';
import { watch, type Cost } from './process.ts';
import { served } from './serve.ts';
import { freshCopy } from './syncrepl.ts';

type Measured = Record<string, number | string> & { ms: number } & Cost;

interface Row {
  readonly people: number;
  readonly figure: string;
  readonly ours: string;
  readonly beside: string;
  readonly ratio: number;
  readonly goal: string;
}

const asked = new Set(process.argv.slice(2));
const sizes = [...asked].map(Number).filter((size) => size > 0);
const onPostgres = asked.has('--postgres') || process.env.TRIBUTARY_DATABASE !== undefined;
const upstreamOnly = asked.has('--upstream') || onPostgres;
const results: Row[] = [];
const details: Record<string, unknown> = {
  cpu: cpus()[0]?.model ?? '',
  cores: cpus().length,
  node: process.version,
  at: new Date().toISOString(),
};

interface Subject {
  readonly people: number;
  readonly folder: string;
  readonly source: Slapd;
  /** URL of an empty database; undefined: the embedded store. */
  readonly database: string | undefined;
}

async function bench(people: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-bench-'));
  const postgres = asked.has('--postgres') && !process.env.TRIBUTARY_DATABASE ? await startPostgres({ fsync: true }) : null;
  const made = companyLdif(people, 11);
  const source = await startSlapd({ suffix: SUFFIX, ldif: made.ldif, sizelimit: 'unlimited' });
  try {
    const database = process.env.TRIBUTARY_DATABASE ?? (await postgres?.createDatabase());
    const subject: Subject = { people, folder, source, database };
    const found = await benchUpstream(subject);
    if (!upstreamOnly) Object.assign(found, await benchDownstream(subject), { server: await benchServer(subject) });
    details[String(people)] = { made: { people: made.people, departments: made.departments }, ...found };
  } finally {
    await source.stop();
    await postgres?.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function benchUpstream(subject: Subject): Promise<Record<string, unknown>> {
  const { people, folder, source, database } = subject;
  const input = { folder, source: plain(source), target: plain(source), people, ...(database === undefined ? {} : { database }) };
  const store = database === undefined ? '' : ', PostgreSQL';
  const floor = await measure('bare-read', input);
  expect(floor.count, people, 'bare read');
  const search = ldapsearch(source);
  const peer = await freshCopy(source, people);
  const first = await measure('first-sync', input);
  expect(first.people, people, 'first sync');
  wentThrough(first, 'first sync');
  expect(first.history, first.applied!, 'entries of history of the first sync');
  const again = await measure('no-change', input);
  wentThrough(again, 'the no-change run');
  expect(again.applied, 0, 'writes of the no-change run');
  expect(again.same, first.applied!, 'objects that the no-change run looked at and found the same');
  const { count: changed } = await measure('change-one-percent', input);
  const few = await measure('one-percent', input);
  wentThrough(few, 'the run after 1 % changed');
  expect(few.applied, changed!, 'writes of the run after 1 % changed');
  expect(few.same, (first.applied as number) - (changed as number), 'objects that the run after 1 % changed found the same');
  expect(few.people, people, 'people after both runs');
  const upsert = database === undefined ? await measure('guarded-upsert', input) : null;
  if (upsert) {
    expect(upsert.rows, people, 'rows of the guarded upsert');
    expect(upsert.again, 0, 'rows that the second guarded upsert wrote');
    expect(upsert.durability, 'full', 'durability');
    add(people, 'first sync LDAP → directory', first.ms, 'bare ldapts read and hash-guarded upsert of one table', floor.ms + upsert.ms, '');
  }
  add(people, `first sync LDAP → directory${store}`, first.ms, 'bare ldapts read', floor.ms, '≤ 3.5');
  add(people, `first sync LDAP → directory${store}`, first.ms, 'syncrepl fresh copy (dbnosync)', peer.ms, '≤ 1.0');
  add(people, `no-change full run${store}`, again.ms, 'bare ldapts read', floor.ms, '≤ 1.5');
  add(people, `full run after 1 % changed (${changed})${store}`, few.ms, 'bare ldapts read', floor.ms, '');
  add(people, 'bare ldapts read', floor.ms, 'ldapsearch', search, '');
  // Processor time says the same on a busy machine; what merely starting costs is in all of these.
  for (const [name, run] of [
    ['first sync', first],
    ['no-change full run', again],
    ['full run after 1 % changed', few],
  ] as const) {
    cpu(people, `${name}${store}`, run, 'bare ldapts read', floor);
    figure(
      people,
      `CPU of the run per person, ${name}${store}`,
      `${Math.round(((run.runCpuMs as number) * 1000) / people)} µs`,
      ((run.runCpuMs as number) * 1000) / people,
      name === 'first sync' ? 'within 1.25 × of 10k' : '',
    );
    figure(people, `peak RSS, ${name}${store}`, `${run.rssMiB} MiB`, run.rssMiB, '≤ 256 MiB at 100k; at 1M ≤ 1.5 × of 10k');
  }
  figure(people, `rows that rest in the store per person${store}`, String(first.rows), (first.rows as number) / people, '');
  return { floor, search, peer, first, again, few, upsert };
}

async function benchDownstream({ people, folder, source }: Subject): Promise<Record<string, unknown>> {
  const root = `dn: ${SUFFIX}\nobjectClass: dcObject\nobjectClass: organization\ndc: bench\no: Bench\n`;
  const empty = await startSlapd({ suffix: SUFFIX, ldif: root, sizelimit: 'unlimited' });
  const floorTarget = await startSlapd({ suffix: SUFFIX, ldif: root, sizelimit: 'unlimited' });
  try {
    const adds = await measure('bare-adds', { folder, source: plain(source), target: plain(floorTarget), people });
    const down = await measure('downstream', { folder, source: plain(source), target: plain(empty), people });
    wentThrough(down, 'directory → LDAP');
    expect(down.applied, people, 'downstream');
    // The ledger is not believed: the target is counted.
    const there = await measure('bare-read', { folder, source: plain(empty), target: plain(empty), people });
    expect(there.count, people, 'people at the target');
    add(
      people,
      'directory → LDAP, people per second',
      people / (down.ms / 1000),
      'bare ldapts adds at 8',
      people / (adds.ms / 1000),
      '≥ 0.85',
    );
    cpu(people, 'directory → LDAP (plan, approval, writing)', down, 'bare ldapts adds at 8', adds);
    return { adds, down };
  } finally {
    await Promise.all([empty.stop(), floorTarget.stop()]);
  }
}

async function benchServer({ people, source }: Subject): Promise<unknown> {
  const server = await served(source);
  expect(server.state, '0', 'exit code of the run in the server');
  figure(people, 'server ready after start', `${server.readyMs.toFixed(0)} ms`, server.readyMs / 1000, '≤ 1.5 s');
  figure(
    people,
    `status page p99 at 20 requests/s during the first sync (${server.requests} asked, median ${server.p50.toFixed(0)} ms)`,
    `${server.p99.toFixed(0)} ms`,
    server.p99,
    '≤ 100 ms',
  );
  figure(people, 'peak RSS of the server during the first sync', `${server.rssMiB} MiB`, server.rssMiB, '≤ 256 MiB at 100k');
  return server;
}

const plain = (server: Slapd) => ({ url: server.url, rootDn: server.rootDn, password: server.password, suffix: server.suffix });

async function measure(task: string, input: object): Promise<Measured> {
  const file = join((input as { folder: string }).folder, `${task}.json`);
  writeFileSync(file, JSON.stringify(input), { mode: 0o600 });
  const child = spawn(process.execPath, [join(import.meta.dirname, 'child.ts'), task, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const cost = watch(child.pid!);
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  const spent = cost.stop();
  if (code !== 0) throw new Error(`${task} ended with ${code}`);
  const result = { ...(JSON.parse(text.trim().split('\n').at(-1)!) as Record<string, number>), ...spent } as Measured;
  console.error(task, JSON.stringify(result));
  return result;
}

function ldapsearch(server: Slapd): number {
  const startedAt = performance.now();
  const { status } = spawnSync(
    'ldapsearch',
    [
      '-x',
      '-H',
      server.url,
      '-D',
      server.rootDn,
      '-w',
      server.password,
      '-b',
      server.suffix,
      '-E',
      'pr=1000/noprompt',
      '-LLL',
      '(objectClass=inetOrgPerson)',
    ],
    { stdio: ['ignore', 'ignore', 'ignore'] },
  );
  if (status !== 0) throw new Error('ldapsearch failed');
  return performance.now() - startedAt;
}

/** Ended well, on a store that keeps what it was given. */
function wentThrough(run: Measured, what: string): void {
  expect(run.state, 'succeeded', `state of ${what} (${String(run.problem ?? '')})`);
  expect(run.durability, 'full', `durability of ${what}`);
}

function expect(found: unknown, wanted: number | string, what: string): void {
  if (found !== wanted) throw new Error(`${what}: ${String(found)} instead of ${wanted}; a figure from skipped work is none`);
}

function add(people: number, figure: string, ours: number, besideName: string, beside: number, goal: string): void {
  results.push({ people, figure, ours: ours.toFixed(0), beside: `${besideName}: ${beside.toFixed(0)}`, ratio: ours / beside, goal });
}

const cpu = (people: number, name: string, ours: Measured, besideName: string, beside: Measured): void =>
  add(people, `${name}: processor ms`, ours.cpuSeconds * 1000, besideName, beside.cpuSeconds * 1000, '');

const figure = (people: number, name: string, ours: string, ratio: number, goal: string): void =>
  void results.push({ people, figure: name, ours, beside: '', ratio, goal });

function print(): void {
  mkdirSync(join(import.meta.dirname, 'results'), { recursive: true });
  writeFileSync(
    join(import.meta.dirname, 'results', onPostgres ? 'postgres.json' : 'latest.json'),
    `${JSON.stringify({ results, details }, null, 2)}\n`,
  );
  console.log('| people | figure | ours | beside | ratio | goal |\n|---|---|---|---|---|---|');
  for (const row of results)
    console.log(`| ${row.people} | ${row.figure} | ${row.ours} | ${row.beside} | ${row.ratio.toFixed(2)} | ${row.goal} |`);
}

for (const people of sizes.length > 0 ? sizes : [10_000, 100_000]) await bench(people);
print();
