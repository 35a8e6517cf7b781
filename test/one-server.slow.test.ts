// Real processes on one PostgreSQL: one server, a second that is refused, a worker that is woken, and a place that is free at once after a kill.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { postgresAvailable } from './servers/postgres.ts';
import { dropDatabase, newDatabase } from './support/store.ts';

const main = join(import.meta.dirname, '../src/main.ts');
const LATE_MS = 90_000;

interface Started {
  readonly child: ChildProcess;
  said(): string;
}

it.skipIf(!postgresAvailable().ok)(
  'a database has one server, a worker finds it, and when the server was killed another one takes its place at once',
  { timeout: 300_000 },
  async () => {
    const root = mkdtempSync(join(tmpdir(), 'tributary-one-server-'));
    const url = await newDatabase();
    const running = new Set<ChildProcess>();
    onTestFinished(async () => {
      for (const child of running) child.kill('SIGKILL');
      await dropDatabase(url);
      rmSync(root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    });
    const start = (name: string, command: string): Started => {
      const child = spawn(process.execPath, [main, command], {
        cwd: root,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          ...process.env,
          LANG: 'C',
          NO_COLOR: '1',
          PORT: '0',
          TRIBUTARY_DATA: join(root, name),
          TRIBUTARY_DATABASE: url,
          WORKER_PORT: '0',
          TRIBUTARY_KEY: Buffer.alloc(32, 9).toString('base64'),
        },
      });
      running.add(child);
      child.once('exit', () => running.delete(child));
      let text = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
      return { child, said: () => text };
    };
    const ready = (started: Started, what: RegExp): Promise<void> =>
      expect.poll(started.said, { timeout: LATE_MS, interval: 50 }).toMatch(what);

    const first = start('first', 'serve');
    await ready(first, /http:\/\/127\.0\.0\.1:\d+/);
    const second = start('second', 'serve');
    const [code] = (await once(second.child, 'exit')) as [number];
    expect(code).not.toBe(0);
    expect(second.said()).toMatch(new RegExp(`is served already \\(.*process ${first.child.pid}`));
    expect(second.said()).toContain('tributary worker');

    const worker = start('worker', 'worker');
    await ready(worker, /worker-ready/);
    const own = `http://127.0.0.1:${/"port":(\d+)/.exec(worker.said())![1]}`;
    expect(await (await fetch(`${own}/healthz`)).json()).toEqual({ ok: true });
    const mayWork = async (): Promise<string> => /^tributary_worker_may_work \d/m.exec(await (await fetch(`${own}/metrics`)).text())![0];
    await expect.poll(mayWork, { timeout: LATE_MS, interval: 50 }).toBe('tributary_worker_may_work 1');
    first.child.kill('SIGKILL');
    const third = start('third', 'serve');
    await ready(third, /http:\/\/127\.0\.0\.1:\d+/);

    for (const { child } of [worker, third]) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      expect((await ended)[0]).toBe(0);
    }
    expect(`${first.said()}${worker.said()}${third.said()}`).not.toMatch(/queue-away|queue-unprepared|other-version|"fault"/);
  },
);
