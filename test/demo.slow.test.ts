// The demo, as a newcomer starts it: it must end well, in both languages, and leave nothing behind.
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';

async function run(environment: Record<string, string>, ...args: string[]): Promise<{ code: number; text: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../src/demo/main.ts'), ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...environment },
  });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  return { code, text };
}

const left = (): readonly string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('tributary-demo-'));

test('the whole demo ends with 0, every line of its result table is good, nothing is left, and a database in use is left alone', {
  timeout: 300_000,
}, async () => {
  const before = left();
  const { code, text } = await run({ TRIBUTARY_DATABASE: 'postgres://nobody@127.0.0.1:1/nothing' }, '--exit', '--lang', 'en');
  expect(text).toContain('TRIBUTARY_DATABASE and TRIBUTARY_DATA are not used here');
  expect(text).not.toContain('✗');
  expect(text.match(/✓/g)?.length).toBeGreaterThanOrEqual(18);
  expect(code).toBe(0);
  expect(left()).toEqual(before);
});

test('an attempt that does not exist is named at once, with those that do', { timeout: 120_000 }, async () => {
  const { code, text } = await run({}, '--hurt', 'nope', '--lang', 'zh');
  expect(code).toBe(1);
  expect(text).toContain('empty-file');
});

test('stopped in its first moments or later, and on a port that is taken: it ends, leaves nothing behind, and starts again', {
  timeout: 300_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-demo-test-'));
  const taken = createServer().listen(0, '127.0.0.1');
  try {
    await once(taken, 'listening');
    const { port } = taken.address() as AddressInfo;
    const interrupted = (moment: () => Promise<void>) => async (child: ChildProcess) => {
      await moment();
      child.kill('SIGINT');
      child.kill('SIGINT');
    };
    const moments = [
      // The very one in which its folder is there.
      { flags: ['--import', STOPPED_WITH_ITS_FOLDER], stop: async () => {} },
      // In the middle of setting the stage.
      { flags: [], stop: interrupted(() => until(() => readdirSync(folder).length > 0)) },
      // When its server answers, on another port than the one it was told.
      { flags: [], stop: interrupted(() => until(() => answers(port))) },
    ];
    for (const [index, { flags, stop }] of moments.entries()) {
      const child = spawn(process.execPath, [...flags, join(import.meta.dirname, '../src/demo/main.ts')], {
        stdio: ['pipe', 'ignore', 'inherit'],
        env: { ...process.env, TMPDIR: folder, PORT: String(port) },
      });
      const ended = once(child, 'close') as Promise<[number]>;
      await stop(child);
      expect((await ended)[0], `moment ${index}`).toBe(130);
      expect(readdirSync(folder), `moment ${index}`).toEqual([]);
    }
  } finally {
    taken.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

/** A module that stops its own process in the moment in which it has made its first folder: no test from outside can be that quick. */
const STOPPED_WITH_ITS_FOLDER = `data:text/javascript,${encodeURIComponent(`
  import fs from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  const make = fs.mkdtempSync;
  fs.mkdtempSync = (...which) => {
    const made = make(...which);
    process.kill(process.pid, 'SIGINT');
    return made;
  };
  syncBuiltinESMExports();
`)}`;

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** Whether a server of ours is on one of the ports after this one. */
async function answers(port: number): Promise<boolean> {
  for (let next = port + 1; next <= port + 10; next += 1) {
    const answer = await fetch(`http://127.0.0.1:${next}/healthz`).catch(() => null);
    if (answer?.ok) return true;
  }
  return false;
}
