// A server that is told to stop in the middle of a run and started again, under load: nothing is lost, nothing is written twice.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'ldapts';
import { expect, it, onTestFinished } from 'vitest';
import { ldap } from '../src/connectors/ldap/index.ts';
import { makeCompany } from '../src/sandbox/company.ts';
import { writeCompanyFile } from '../src/sandbox/company-file.ts';

const PEOPLE = 800;
/** Always the same ones get a new title: below the half of a small company that needs nobody's consent. */
const CHANGED = 350;
const main = join(import.meta.dirname, '../src/main.ts');

function workplace() {
  const root = mkdtempSync(join(tmpdir(), 'tributary-stop-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const start = (...args: string[]): ChildProcess =>
    spawn(process.execPath, [main, ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, LANG: 'C', TRIBUTARY_DATA: join(root, 'data'), PORT: '0', NO_COLOR: '1' },
    });
  const cli = async (...args: string[]): Promise<{ code: number; out: string }> => {
    const child = start(...args);
    let out = '';
    for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk: Buffer) => (out += chunk.toString()));
    const [code] = (await once(child, 'close')) as [number];
    return { code, out };
  };
  return { root, start, cli };
}

async function serve(start: ReturnType<typeof workplace>['start']): Promise<{ child: ChildProcess; url: string }> {
  const child = start('serve');
  onTestFinished(() => void (child.exitCode === null && child.kill('SIGKILL')));
  let out = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', () => reject(new Error(`the server ended: ${out}`)));
    for (const stream of [child.stdout!, child.stderr!])
      stream.on('data', (chunk: Buffer) => {
        out += chunk.toString();
        const found = /http:\/\/[\d.]+:\d+/.exec(out);
        if (found) resolve(found[0]);
      });
  });
  return { child, url };
}

/** Asks for the page all the time, four at once, until it is stopped. Returns what was not answered while it should be. */
function load(url: string): () => Promise<number> {
  let isOn = true;
  let failed = 0;
  const one = async (): Promise<void> => {
    while (isOn) {
      const answer = await fetch(`${url}/healthz`).catch(() => null);
      await answer?.text().catch(() => '');
      if (isOn && answer?.status !== 200) failed += 1;
    }
  };
  const all = [one(), one(), one(), one()];
  return async () => {
    isOn = false;
    await Promise.all(all);
    return failed;
  };
}

it('is stopped five times in the middle of a run, and each time the next start finishes what was begun', { timeout: 300_000 }, async () => {
  const { root, start, cli } = workplace();
  const simulator = await ldap.simulate!({ options: {} });
  onTestFinished(() => simulator.stop());
  const file = join(root, 'people.csv');
  await writeCompanyFile(makeCompany({ people: PEOPLE, departments: 12, seed: 11 }), file);
  writeFileSync(
    join(root, 'tributary.yaml'),
    `connections:
  - { id: hr, connector: file, name: HR, config: { path: people.csv, settleSeconds: 0 } }
  - { id: ldap, connector: ldap, name: LDAP, config: ${JSON.stringify(simulator.config)} }
jobs:
  - { name: In, connection: hr, direction: up, policy: { guard: { limits: { update: { count: 100000 } }, firstRun: { creates: 100000 } } } }
  - { name: Out, connection: ldap, direction: down, policy: { guard: { limits: { update: { count: 100000 } }, firstRun: { creates: 100000 } } } }
`,
  );
  const applied = await cli('config', 'apply', '-f', 'tributary.yaml');
  expect([applied.code, applied.out]).toEqual([0, expect.stringContaining('Applied')]);
  for (const job of ['In', 'Out']) expect((await cli('config', 'enable', job)).code).toBe(0);
  for (const job of ['In', 'Out']) {
    const { code, out } = await cli('run', job);
    expect([code === 0 || code === 2, out]).toEqual([true, expect.stringContaining('applied')]);
  }

  const [head, ...rows] = readFileSync(file, 'utf8').split(/\r?\n/);
  const column = head!
    .replace(/^\ufeff/, '')
    .split(',')
    .indexOf('职位');
  expect(column).toBeGreaterThan(0);
  for (let round = 1; round <= 5; round++) {
    const title = `Round ${round}`;
    const changed = rows.map((row, at) => (row === '' || at >= CHANGED ? row : row.split(',').with(column, title).join(',')));
    writeFileSync(file, [head, ...changed].join('\n'));
    expect((await cli('run', 'In')).out).toContain('applied');
    const before = simulator.writes();
    const first = await serve(start);
    const quiet = load(first.url);
    const asked = cli('run', 'Out');
    await expect.poll(() => simulator.writes() - before, { timeout: 30_000, interval: 1 }).toBeGreaterThan(round * 30);
    const failed = await quiet();
    const ended = once(first.child, 'exit');
    first.child.kill('SIGTERM');
    expect((await ended)[0]).toBe(0);
    await asked;
    const done = simulator.writes() - before;
    const second = await serve(start);
    const state = async (): Promise<string> =>
      (JSON.parse((await cli('runs', 'Out', '--limit', '1', '--json')).out) as { runs: { state: string }[] }).runs[0]!.state;
    await expect.poll(state, { timeout: 60_000, interval: 100 }).toMatch(/succeeded|warnings|failed|cancelled/);
    const finished = once(second.child, 'exit');
    second.child.kill('SIGTERM');
    await finished;

    const client = new Client({ url: simulator.address });
    await client.bind(String(simulator.config.bindDn), String(simulator.config.password));
    const { searchEntries } = await client.search(String(simulator.config.base), {
      filter: '(objectClass=inetOrgPerson)',
      attributes: ['uid', 'title', 'employeeNumber'],
      paged: true,
    });
    await client.unbind();
    const active = searchEntries.filter((entry) => entry.title === title);
    // One write for each account: none twice, none missing; and the stop really came in the middle.
    expect(active.length).toBeGreaterThan(CHANGED * 0.8);
    expect({ round, failed, writes: simulator.writes() - before }).toEqual({ round, failed: 0, writes: active.length });
    expect(new Set(searchEntries.map((entry) => String(entry.employeeNumber))).size).toBe(searchEntries.length);
    expect(done).toBeLessThan(active.length);
  }
});
