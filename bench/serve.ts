// The server as an administrator has it, built and started like deploy/tributary.service: how soon it is ready, how soon its status
// answers while a full run is going, and the memory it takes.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'node:http';
import type { Slapd } from '../test/servers/slapd.ts';
import { watch, type Cost } from './process.ts';

export interface Served extends Cost {
  readonly readyMs: number;
  readonly requests: number;
  readonly p50: number;
  readonly p99: number;
  readonly runMs: number;
  readonly state: string;
}

const PER_SECOND = 20;
const root = join(import.meta.dirname, '..');
const { memoryFlags } = (await import(join(root, 'bin/pinned-node.mjs'))) as { memoryFlags: readonly string[] };

/** Path of the program, built from what is here. */
function built(): string {
  const { status } = spawnSync('npm', ['run', '-s', 'build'], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] });
  if (status !== 0) throw new Error(`npm run build ended with ${status}`);
  return join(root, 'dist/main.js');
}

/** Starts the server on an empty folder, runs one first sync from the source, and asks for the status page 20 times a second meanwhile. */
export async function served(source: Slapd): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-bench-serve-'));
  const main = built();
  const env = { ...process.env, TRIBUTARY_DATA: join(folder, 'data'), PORT: '0', LDAP_PASSWORD: source.password, LANG: 'C', NO_COLOR: '1' };
  const cli = (...args: string[]): string => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args, '--json'], { env, encoding: 'utf8' });
    if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
    return stdout;
  };
  writeFileSync(
    join(folder, 'bench.yaml'),
    `connections:
  - id: people
    connector: ldap
    name: People
    config: { url: '${source.url}', bindDn: '${source.rootDn}', base: '${source.suffix}', password: '\${env:LDAP_PASSWORD}' }
jobs:
  - { name: People, connection: people, direction: up }
`,
  );
  cli('config', 'apply', '-f', join(folder, 'bench.yaml'));
  cli('config', 'enable', 'People', '--unseen');
  const startedAt = performance.now();
  const server = spawn(process.execPath, [...memoryFlags, main, 'serve'], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const url = await urlOf(server.stdout);
    // Not /healthz, which answers before the store is asked.
    await ask(`${url}/readyz`);
    const readyMs = performance.now() - startedAt;
    const { token } = JSON.parse(cli('token', 'create', 'bench', '--role', 'viewer')) as { token: string };
    // With the console built, it has the first page.
    const page = await ask(`${url}/status`, token).then(
      () => `${url}/status`,
      () => `${url}/`,
    );
    await ask(page, token);
    const cost = watch(server.pid!);
    const took: number[] = [];
    const asking: Promise<void>[] = [];
    const timer = setInterval(
      () =>
        asking.push(
          ask(page, token).then(
            (ms) => void took.push(ms),
            (error: unknown) => void took.push(error instanceof Error ? Number.POSITIVE_INFINITY : 0),
          ),
        ),
      1000 / PER_SECOND,
    );
    const runAt = performance.now();
    const run = spawn(process.execPath, [main, 'run', 'People', '--full', '--json'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
    const [code] = (await once(run, 'close')) as [number];
    clearInterval(timer);
    const runMs = performance.now() - runAt;
    await Promise.all(asking);
    took.sort((a, b) => a - b);
    const at = (share: number): number => took[Math.min(took.length - 1, Math.floor(took.length * share))]!;
    return { ...cost.stop(), readyMs, requests: took.length, p50: at(0.5), p99: at(0.99), runMs, state: String(code) };
  } finally {
    const ended = once(server, 'exit');
    server.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a server says when it is ready. */
export function urlOf(stdout: NodeJS.ReadableStream): Promise<string> {
  let text = '';
  return new Promise((resolve, reject) => {
    stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0];
      if (url) resolve(url);
    });
    stdout.on('end', () => reject(new Error(`The server did not say where it runs: ${text}`)));
  });
}

/** Milliseconds until the whole answer was there; throws unless it was 200. */
function ask(url: string, token?: string): Promise<number> {
  const startedAt = performance.now();
  return new Promise((resolve, reject) => {
    request(url, token ? { headers: { authorization: `Bearer ${token}` } } : {}, (answer) => {
      answer.resume();
      answer.on('end', () =>
        answer.statusCode === 200 ? resolve(performance.now() - startedAt) : reject(new Error(`${url}: ${answer.statusCode}`)),
      );
    })
      .on('error', reject)
      .end();
  });
}
