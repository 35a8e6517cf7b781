// The demo, as a newcomer starts it: it must end well, in both languages, and leave nothing behind.
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { spawn } from 'node:child_process';
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
