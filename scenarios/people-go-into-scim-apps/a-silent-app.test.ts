// A SCIM app that takes members by PATCH alone, shows them nowhere, and loses what PATCH says of an extension: all of it answered with 200.
import { expect, it, onTestFinished } from 'vitest';
import { scim } from '../../src/connectors/scim/index.ts';
import { ENTERPRISE } from '../../src/connectors/scim/places.ts';
import { simulate } from '../../src/connectors/scim/simulator.ts';
import { byNumber, PlainSystem, plainUp } from '../../test/support/plain-system.ts';
import { roomy, sentences } from '../../test/support/plain-scene.ts';
import { openWorkbench } from '../../test/support/workbench.ts';

it('everything arrives all the same, and the run says what nobody can check', async () => {
  const bench = await openWorkbench();
  const app = await simulate({ clock: bench.clock, options: { mood: 'jackson' } });
  onTestFinished(async () => {
    await app.stop();
    await bench.close();
  });
  const hr = new PlainSystem('hr');
  hr.department('d');
  for (let n = 1; n <= 4; n += 1) hr.person(String(n), 'd', { login: `user${n}`, manager: n > 1 ? '1' : '' });
  const crew = (...ids: string[]): void =>
    hr.group(
      'g',
      ids.map((id) => ['person', id] as const),
    );
  crew('1', '2');
  await bench.connection('hr', hr.connector, {});
  await bench.connection('app', scim, { ...app.config, profile: 'custom', update: 'put', memberRemove: 'replace' });
  const policy = { guard: roomy };
  const up = await bench.job({ name: 'in', connection: 'hr', direction: 'up', mapping: plainUp(), correlation: byNumber.up, policy });
  const down = await bench.job({ name: 'out', connection: 'app', direction: 'down', ...scim.manifest.defaults.down!, policy });
  const sync = async () => {
    const before = app.writes();
    await bench.run(up);
    const run = await bench.run(down);
    return { state: run.state, says: sentences(run), wrote: app.writes() - before };
  };
  const inGroup = (): string[] =>
    (app.state.list('Groups')[0]!.members as { value: string }[]).map(({ value }) => String(app.state.get('Users', value).userName)).sort();

  expect(await sync()).toMatchObject({ state: 'warnings', says: expect.stringContaining('nobody can check whether they are in') });
  expect(inGroup()).toEqual(['user1', 'user2']);
  // What was sent is remembered: it is neither sent again nor said again.
  expect(await sync()).toEqual({ state: 'succeeded', says: '', wrote: 0 });

  crew('2', '3');
  expect(await sync()).toMatchObject({ state: 'warnings', says: expect.stringContaining('nobody can check whether they are in') });
  expect(inGroup()).toEqual(['user2', 'user3']);
  expect(await sync()).toEqual({ state: 'succeeded', says: '', wrote: 0 });
});

it('what PATCH loses is put whole without anybody having to know it', async () => {
  const bench = await openWorkbench();
  const app = await simulate({ clock: bench.clock, options: { mood: 'jackson' } });
  onTestFinished(async () => {
    await app.stop();
    await bench.close();
  });
  const hr = new PlainSystem('hr');
  hr.department('d');
  for (let n = 1; n <= 4; n += 1) hr.person(String(n), 'd', { login: `user${n}`, manager: n > 1 ? '1' : '' });
  await bench.connection('hr', hr.connector, {});
  await bench.connection('app', scim, app.config);
  const policy = { guard: roomy };
  const up = await bench.job({ name: 'in', connection: 'hr', direction: 'up', mapping: plainUp(), correlation: byNumber.up, policy });
  const down = await bench.job({ name: 'out', connection: 'app', direction: 'down', ...scim.manifest.defaults.down!, policy });
  const sync = async (): Promise<number> => {
    const before = app.writes();
    await bench.run(up);
    expect((await bench.run(down)).state).toBe('succeeded');
    return app.writes() - before;
  };
  const managerOf = (n: number): unknown => {
    const user = app.state.list('Users').find(({ userName }) => userName === `user${n}`)!;
    const { manager } = user[ENTERPRISE] as { manager: { value: string } };
    return app.state.get('Users', manager.value).userName;
  };
  await sync();
  for (const n of [3, 4]) hr.set('person', String(n), { manager: '2' });
  await sync();
  expect([managerOf(3), managerOf(4)]).toEqual(['user2', 'user2']);
  expect(await sync()).toBe(0);
});
