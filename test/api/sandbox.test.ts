// The sandbox company over HTTP: added with one call, hurt without harm, and gone again as if it had never been.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openApp } from '../../src/cli/open-app.ts';
import { dataFolder, prepareFolder } from '../../src/cli/data-folder.ts';
import { carryOut, type OperationName } from '../../src/engine/commands.ts';

async function office() {
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
  return { folder, database, engine, call };
}

it.each([
  ['zh', 'Han'],
  ['en', 'Latin'],
] as const)('is added in the language of who adds it (%s), tried to be hurt, and taken away with everybody in it', async (language, script) => {
  const { database, call } = await office();
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

it('the phone book refuses some of what it is sent: they are listed with the cause, everybody else is synced, and tried again they are, too', async () => {
  const { folder, database, call } = await office();
  interface Told {
    readonly id: number;
    readonly counts: Record<string, number>;
  }
  const told = async (run: number) => (await call<{ run: Told }>('run.get', { run })).run.counts;
  const refuse = async () => (await call<{ run: number }>('sandbox.try', { attempt: 'refuse' })).run;
  const problems = async () => (await call<{ items: { title: string; cause: string; message: { en: string } }[] }>('item.list')).items;
  const people = async () => (await call<{ directory: { people: unknown } }>('sizes')).directory.people;
  const ranked = (rank: string): number =>
    readFileSync(join(folder.path, 'sandbox', 'phone-book.csv'), 'utf8')
      .split('\r\n')
      .filter((row) => row.split(',').some((cell) => cell.endsWith(` ${rank}`))).length;

  await call('sandbox.add', { hr: 'HR', book: 'Phone book', language: 'en' });
  await expect(call('sandbox.try', { attempt: 'refuse' })).rejects.toThrow(/"Phone book" has nobody yet.*Confirm/);
  for (let ids = [0]; ids.length > 0; ids = (await call<{ held: { id: number }[] }>('held.list', { limit: 1000 })).held.map(({ id }) => id))
    if (ids[0] !== 0) await call('held.decide', { decision: 'approve', ids });
  const before = await people();

  expect(await told(await refuse())).toMatchObject({ applied: 7, failed: 3 });
  expect(ranked('II')).toBe(7);
  const listed = await problems();
  expect(listed.map(({ cause }) => cause)).toEqual(Array(3).fill('apply:forbidden'));
  for (const { message } of listed) expect(message.en).toContain('The sandbox phone book refuses this entry');
  expect(await people()).toEqual(before);

  const { run } = await call<{ run: number }>('item.retry', { job: 'Phone book' });
  expect(await told(run)).toMatchObject({ applied: 3 });
  expect(ranked('II')).toBe(10);
  expect(await problems()).toEqual([]);
  const { run: next } = await call<{ run: number }>('run.start', { job: 'Phone book', mode: 'full' });
  expect((await told(next)).applied ?? 0).toBe(0);

  // Each time there is something to refuse, and whoever puts the file right again is refused nothing.
  expect(await told(await refuse())).toMatchObject({ applied: 7, failed: 3 });
  await call('sandbox.try', { attempt: 'whole' });
  const { run: last } = await call<{ run: number }>('run.start', { job: 'Phone book', mode: 'full' });
  expect((await told(last)).failed ?? 0).toBe(0);
  expect([ranked('II'), ranked('III'), await people()]).toEqual([0, 0, before]);

  while (!(await call<{ isDone: boolean }>('sandbox.remove')).isDone);
  expect(await database.all(`SELECT * FROM sealed WHERE owner LIKE '%sandbox%'`)).toEqual([]);
});

it('a process that is killed in the middle of filling the phone book has lost nobody and doubled nobody once the next one has ended', async () => {
  const { folder, call } = await office();
  await expect(call('sandbox.kill')).rejects.toThrow('There is no sandbox company here.');
  await call('sandbox.add', {});
  const before = await call('sizes');
  const { isUnharmed, ...counts } = await call<
    Record<'before' | 'unnoted' | 'afterwards' | 'people' | 'again', number> & { isUnharmed: boolean }
  >('sandbox.kill');
  const { unnoted, ...others } = counts;
  expect(others).toEqual({ before: 100, afterwards: 185, people: 285, again: 0 });
  // In the middle: of some the answer was noted, of others it was not.
  expect(unnoted).toBeGreaterThan(0);
  expect(unnoted).toBeLessThan(100);
  expect(isUnharmed).toBe(true);
  // It was a copy: nothing of it is left, and this one is as it was.
  expect(await call('sizes')).toEqual(before);
  expect(readdirSync(join(folder.path, 'sandbox')).filter((name) => name.startsWith('killed'))).toEqual([]);
}, 120_000);
