// `npm run bench [-- 10000 100000]`: every figure beside its floor or peer of the same run. JSON and a table.
import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { startSlapd, type Slapd } from '../test/servers/slapd.ts';
import { companyLdif, SUFFIX } from './ldif.ts';
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

const sizes = process.argv
  .slice(2)
  .map(Number)
  .filter((size) => size > 0);
const results: Row[] = [];
const details: Record<string, unknown> = {
  cpu: cpus()[0]?.model ?? '',
  cores: cpus().length,
  node: process.version,
  at: new Date().toISOString(),
};

async function bench(people: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-bench-'));
  const made = companyLdif(people, 11);
  const source = await startSlapd({ suffix: SUFFIX, ldif: made.ldif, sizelimit: 'unlimited' });
  const root = `dn: ${SUFFIX}\nobjectClass: dcObject\nobjectClass: organization\ndc: bench\no: Bench\n`;
  const empty = await startSlapd({ suffix: SUFFIX, ldif: root, sizelimit: 'unlimited' });
  const floorTarget = await startSlapd({ suffix: SUFFIX, ldif: root, sizelimit: 'unlimited' });
  try {
    const floor = await measure('bare-read', { folder, source: plain(source), target: plain(empty), people });
    expect(floor.count, people, 'bare read');
    const search = ldapsearch(source);
    const peer = await freshCopy(source, people);
    const first = await measure('first-sync', { folder, source: plain(source), target: plain(empty), people });
    expect(first.people, people, 'first sync');
    const again = await measure('no-change', { folder, source: plain(source), target: plain(empty), people });
    expect(again.applied, 0, 'writes of the no-change run');
    const adds = await measure('bare-adds', { folder, source: plain(source), target: plain(floorTarget), people });
    const down = await measure('downstream', { folder, source: plain(source), target: plain(empty), people });
    expect(down.applied, people, 'downstream');
    expect(down.durability, 2, 'synchronous=FULL');
    add(people, 'first sync LDAP → directory', first.ms, 'bare ldapts read', floor.ms, '≤ 3.5');
    add(people, 'first sync LDAP → directory', first.ms, 'syncrepl fresh copy (dbnosync)', peer.ms, '≤ 1.0');
    add(people, 'no-change full run', again.ms, 'bare ldapts read', floor.ms, '≤ 1.5');
    add(people, 'bare ldapts read', floor.ms, 'ldapsearch', search, '');
    add(
      people,
      'directory → LDAP, people per second',
      people / (down.ms / 1000),
      'bare ldapts adds at 8',
      people / (adds.ms / 1000),
      '≥ 0.85',
    );
    // Processor time says the same on a busy machine; what merely starting costs is in all of these.
    const cpu = (figure: string, ours: Measured, besideName: string, beside: Measured, goal: string): void =>
      add(people, `${figure}: processor ms`, ours.cpuSeconds * 1000, besideName, beside.cpuSeconds * 1000, goal);
    cpu('first sync LDAP → directory', first, 'bare ldapts read', floor, '');
    cpu('no-change full run', again, 'bare ldapts read', floor, '');
    cpu('directory → LDAP (plan, approval, writing)', down, 'bare ldapts adds at 8', adds, '');
    const server = await served(source);
    expect(server.state, '0', 'exit code of the run in the server');
    const figure = (name: string, ours: string, ratio: number, goal: string): void =>
      void results.push({ people, figure: name, ours, beside: '', ratio, goal });
    figure('server ready after start', `${server.readyMs.toFixed(0)} ms`, server.readyMs / 1000, '≤ 1.5 s');
    figure(
      `status p99 at 20 requests/s during the first sync (${server.requests} asked, median ${server.p50.toFixed(0)} ms)`,
      `${server.p99.toFixed(0)} ms`,
      server.p99,
      '≤ 100 ms',
    );
    figure('peak RSS of the server during the first sync', `${server.rssMiB} MiB`, server.rssMiB, '≤ 256 MiB at 100k');
    results.push({
      people,
      figure: 'peak RSS of the first sync',
      ours: `${first.rssMiB} MiB`,
      beside: '',
      ratio: first.rssMiB,
      goal: '≤ 256 MiB at 100k',
    });
    results.push({
      people,
      figure: 'CPU per person of the first sync',
      ours: `${Math.round((first.cpuSeconds / people) * 1e6)} µs`,
      beside: '',
      ratio: (first.cpuSeconds / people) * 1e6,
      goal: 'within 1.25 × of 10k',
    });
    details[String(people)] = {
      made: { people: made.people, departments: made.departments },
      floor,
      search,
      peer,
      first,
      again,
      adds,
      down,
      server,
    };
  } finally {
    await Promise.all([source.stop(), empty.stop(), floorTarget.stop()]);
    rmSync(folder, { recursive: true, force: true });
  }
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

function expect(found: unknown, wanted: number | string, what: string): void {
  if (found !== wanted) throw new Error(`${what}: ${String(found)} instead of ${wanted}; a figure from skipped work is none`);
}

function add(people: number, figure: string, ours: number, besideName: string, beside: number, goal: string): void {
  results.push({ people, figure, ours: ours.toFixed(0), beside: `${besideName}: ${beside.toFixed(0)}`, ratio: ours / beside, goal });
}

function print(): void {
  mkdirSync(join(import.meta.dirname, 'results'), { recursive: true });
  writeFileSync(join(import.meta.dirname, 'results', 'latest.json'), `${JSON.stringify({ results, details }, null, 2)}\n`);
  console.log('| people | figure | ours | beside | ratio | goal |\n|---|---|---|---|---|---|');
  for (const row of results)
    console.log(`| ${row.people} | ${row.figure} | ${row.ours} | ${row.beside} | ${row.ratio.toFixed(2)} | ${row.goal} |`);
}

for (const people of sizes.length > 0 ? sizes : [10_000, 100_000]) await bench(people);
print();
