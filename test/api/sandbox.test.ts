// The sandbox company over HTTP: added with one call, hurt without harm, and gone again as if it had never been.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openApp } from '../../src/cli/open-app.ts';
import { dataFolder, prepareFolder } from '../../src/cli/data-folder.ts';
import { carryOut, type OperationName } from '../../src/engine/commands.ts';

it.each([
  ['zh', 'Han'],
  ['en', 'Latin'],
] as const)('is added in the language of who adds it (%s), tried to be hurt, and taken away with everybody in it', async (language, script) => {
  const root = mkdtempSync(join(tmpdir(), 'tributary-sandbox-'));
  const folder = dataFolder(root);
  prepareFolder(folder);
  const app = await openApp({ folder, key: null, log: () => {} });
  onTestFinished(async () => {
    await app.close();
    rmSync(root, { recursive: true, force: true });
  });
  const { database, engine } = app;
  const context = {
    reader: database,
    connectors: engine.options.connectors,
    now: () => Date.now(),
    engine,
    alone: true,
    actor: 'anna',
  };
  const call = async <T>(name: OperationName, input: object = {}): Promise<T> => {
    const answer = await carryOut(name, context, input);
    await engine.drain();
    return answer as T;
  };
  const people = async () => (await call<{ directory: { people: Record<string, number>; department: number } }>('sizes')).directory;
  const runOf = async (run: number) => (await call<{ run: { state: string; counts: Record<string, number> } }>('run.get', { run })).run;

  expect(await call('sandbox.show')).toMatchObject({ isHere: false, up: null });
  const { run } = await call<{ run: number }>('sandbox.add', { hr: '人事', book: '通讯录', language });
  expect((await runOf(run)).counts.applied).toBeGreaterThan(300);
  const before = await people();
  // Words of both languages say who has left and who is away.
  for (const lifecycle of ['departed', 'suspended']) expect(before.people[lifecycle], lifecycle).toBeGreaterThan(0);
  const written = async () =>
    (await database.all<{ data: string }>(`SELECT data FROM object WHERE type = 'department'`)).map(({ data }) => data).join();
  expect(/\p{Script=Han}/u.test(await written())).toBe(script === 'Han');
  await expect(call('sandbox.add')).rejects.toThrow(/here already/);
  for (const attempt of ['empty', 'half', 'whole', 'renamed', 'whole']) {
    await call('sandbox.try', { attempt });
    expect((await people()).people.active, attempt).toBe(before.people.active);
    expect(/\p{Script=Han}/u.test(await written()), attempt).toBe(script === 'Han');
  }
  let steps = 0;
  while (!(await call<{ isDone: boolean }>('sandbox.remove')).isDone) expect(++steps).toBeLessThan(6);
  expect(await call('sandbox.show')).toMatchObject({ isHere: false });
  expect((await people()).people).toEqual({});
  expect((await people()).department).toBe(0);
  expect((await call<{ jobs: unknown[] }>('job.list')).jobs).toEqual([]);
});
