// A SCIM app that takes members by PATCH alone, shows them nowhere, and loses what PATCH says of an extension: all of it answered with 200.
import { expect, it } from 'vitest';
import { ENTERPRISE } from '../../src/connectors/scim/places.ts';
import { sentences } from '../../test/support/plain-scene.ts';
import { scimScene } from './scene.ts';

it('everything arrives all the same, and the run says what nobody can check', async () => {
  const scene = await scimScene('jackson', { config: { profile: 'custom', update: 'put', memberRemove: 'replace' } });
  const { app, hr } = scene;
  for (let n = 1; n <= 4; n += 1) scene.hire(n, { manager: n > 1 ? '1' : '' });
  const crew = (...ids: string[]): void =>
    hr.group(
      'g',
      ids.map((id) => ['person', id] as const),
    );
  crew('1', '2');
  const sync = async () => {
    const { run, wrote } = await scene.sync();
    return { state: run.state, says: sentences(run), wrote };
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
  const scene = await scimScene('jackson');
  const { app, hr } = scene;
  for (let n = 1; n <= 4; n += 1) scene.hire(n, { manager: n > 1 ? '1' : '' });
  const sync = async (): Promise<number> => {
    const { run, wrote } = await scene.sync();
    expect(run.state).toBe('succeeded');
    return wrote;
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
