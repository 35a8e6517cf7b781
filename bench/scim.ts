// `npm run bench:scim [-- 5000]`: directory → SCIM with the ledger, beside a bare undici loop that posts the same accounts.
//
// Three processes: the server (our simulator; strict, and once more with many writes in one request), the loop, and the engine. What is timed is one whole run: reading the
// directory and the empty app, the plan, the writes, until every row is stored. A job's guard would make the first run into an
// app a question; this job allows it, since the answer would have to be timed with a second plan.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'undici';
import { simulate } from '../src/connectors/scim/simulator.ts';
import { watch, type Cost } from './process.ts';
import { oneChange } from './scim-change.ts';
import { accountOf, IN_FLIGHT, setScene, type Server } from './scim-scene.ts';

type Result = Record<string, number | string>;

const roles: Record<string, (people: number, server: Server, folder: string) => Promise<Result>> = {
  /** Runs until it is ended. `folder` is its mood. */
  async server(_people, _server, mood) {
    const { config } = await simulate({ options: { mood, pageSize: 1000 } });
    console.log(JSON.stringify({ url: config.url, token: config.token }));
    await new Promise(() => {});
    return {};
  },

  /** The floor: the same bodies over 32 connections, answers read and thrown away. */
  async bare(people, { url, token }) {
    const { origin, pathname } = new URL(url);
    const pool = new Pool(origin, { connections: IN_FLIGHT });
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/scim+json',
      accept: 'application/scim+json',
      'user-agent': 'bench',
    };
    let next = 0;
    const [startedAt, cpu] = [performance.now(), process.cpuUsage()];
    await Promise.all(
      Array.from({ length: IN_FLIGHT }, async () => {
        while (next < people) {
          const { mail, mobile, employeeNumber, ...rest } = accountOf(next++);
          const body = JSON.stringify({
            schemas: ['urn:ietf:params:scim:schemas:core:2.0:User', 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'],
            externalId: `bare-${next}`,
            ...rest,
            name: { formatted: rest.displayName },
            emails: [{ value: mail, type: 'work', primary: true }],
            phoneNumbers: [{ value: mobile, type: 'mobile' }],
            'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User': { employeeNumber },
            active: true,
          });
          const answer = await pool.request({ path: `${pathname}/Users`, method: 'POST', headers, body });
          await answer.body.text();
          if (answer.statusCode !== 201) throw new Error(`HTTP ${answer.statusCode}`);
        }
      }),
    );
    const ms = performance.now() - startedAt;
    await pool.destroy();
    const { user, system } = process.cpuUsage(cpu);
    return { ms, runCpuSeconds: (user + system) / 1e6 };
  },

  async ours(people, { url, token }, folder) {
    const { engine, database, down, counted } = await setScene(people, { url, token }, folder);
    const { asked, texts } = counted;
    await engine.enqueue({ job: down, mode: 'full', actor: 'bench' });
    const before = { ...asked };
    texts.clear();
    const [startedAt, cpu] = [performance.now(), process.cpuUsage()];
    await engine.drain();
    const ms = performance.now() - startedAt;
    const { user, system } = process.cpuUsage(cpu);
    const spent = {
      commits: asked.commits - before.commits,
      statements: asked.statements - before.statements,
      inserted: asked.rows - before.rows,
    };
    if (process.env.BENCH_SQL)
      for (const [k, v] of [...texts].sort((a, b) => b[1] - a[1]).slice(0, 60)) console.error(v, k.replace(/\s+/g, ' ').slice(0, 150));
    const count = async (sql: string): Promise<number> => (await database.get<{ n: number }>(sql))!.n;
    const rows = await count(
      `SELECT count(*) AS n FROM change WHERE job = ${down} AND type = 'person' AND action = 'create' AND state = 'applied'`,
    );
    const links = await count(`SELECT count(*) AS n FROM link WHERE connection = 'app' AND type = 'person'`);
    await engine.enqueue({ job: down, mode: 'full', actor: 'bench' });
    const [again] = await engine.drain();
    const { synchronous } = (await database.get<{ synchronous: number }>('PRAGMA synchronous'))!;
    await database.close();
    return { ms, runCpuSeconds: (user + system) / 1e6, rows, links, again: again!.counts.applied ?? 0, durability: synchronous, ...spent };
  },
  /** One change at a time, by event. */
  change: async (_, server, folder) => ({ ...(await oneChange(server, folder)) }),
};

// ── The run ──────────────────────────────────────────────────────────────────────────────────────────────

const start = (role: string, ...more: string[]): ChildProcess =>
  spawn(process.execPath, [import.meta.filename, role, ...more], { stdio: ['ignore', 'pipe', 'inherit'] });

async function lineOf(child: ChildProcess): Promise<string> {
  for await (const chunk of child.stdout!) return String(chunk).trim();
  throw new Error('a process ended without a word');
}

async function measure(role: string, people: number, folder: string, mood: 'strict' | 'bulk' = 'strict'): Promise<Result & Cost> {
  const server = start('server', '0', '{}', mood);
  try {
    const child = start(role, String(people), await lineOf(server), folder);
    const cost = watch(child.pid!);
    const ended = once(child, 'close');
    const line = await lineOf(child);
    await ended;
    return { ...(JSON.parse(line) as Result), ...cost.stop() };
  } finally {
    server.kill();
  }
}

async function main(people: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-bench-'));
  for (const part of ['whole', 'bulk', 'change']) mkdirSync(join(folder, part));
  try {
    const bare = await measure('bare', people, folder);
    const ours = await measure('ours', people, join(folder, 'whole'));
    const bulk = await measure('ours', people, join(folder, 'bulk'), 'bulk');
    const change = await measure('change', people, join(folder, 'change'));
    for (const [name, wanted] of [
      ['rows', people],
      ['links', people],
      ['again', 0],
      ['durability', 2],
    ] as const)
      for (const figure of [ours, bulk])
        if (figure[name] !== wanted) throw new Error(`${name}: ${figure[name]} instead of ${wanted}; a figure from skipped work is none`);
    const rate = (result: Result): number => people / (Number(result.ms) / 1000);
    const seconds = (result: Result): string => Number(result.runCpuSeconds).toFixed(1);
    const verdict = (isMet: boolean): string => (isMet ? 'met' : 'missed');
    mkdirSync(join(import.meta.dirname, 'results'), { recursive: true });
    writeFileSync(join(import.meta.dirname, 'results', 'scim.json'), `${JSON.stringify({ people, bare, ours, bulk, change }, null, 2)}\n`);
    console.log(
      '| people | directory → SCIM | accounts/s | bare undici loop at 32, accounts/s | ratio | goal | processor time of the run |',
    );
    console.log('|---|---|---|---|---|---|---|');
    for (const [name, result] of [
      ['an account a request', ours],
      ['many in one request (Bulk)', bulk],
    ] as const) {
      const ratio = rate(result) / rate(bare);
      console.log(
        `| ${people} | ${name} | ${rate(result).toFixed(0)} | ${rate(bare).toFixed(0)} | ${ratio.toFixed(2)} | ≥ 0.4: ${verdict(ratio >= 0.4)} | ${seconds(result)} s : ${seconds(bare)} s |`,
      );
    }
    const ms = (name: string): number => Number(change[name]);
    const within = (name: string, most: number): string => `${ms(name).toFixed(1)} | ≤ ${most}: ${verdict(ms(name) <= most)}`;
    console.log(`\n| one committed change → in the app | p50 ms | goal | p99 ms | goal | bare PATCH p50 ms | commits | statements |`);
    console.log('|---|---|---|---|---|---|---|---|');
    console.log(
      `| ${change.changes} changes | ${within('p50', 60)} | ${within('p99', 250)} | ${ms('bareP50').toFixed(1)} | ${change.commits} | ${change.statements} |`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const [role = '', people = '5000', server = '{}', folder = ''] = process.argv.slice(2);
const own = roles[role];
if (own) console.log(JSON.stringify(await own(Number(people), JSON.parse(server) as Server, folder)));
else await main(Number(role || 5000));
