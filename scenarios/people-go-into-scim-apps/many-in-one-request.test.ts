// A SCIM app that takes many writes in one request: fewer requests, and still each write has a line and an outcome of its own.
import { expect, it } from 'vitest';
import { scimScene } from './scene.ts';

const PEOPLE = 120;

it('people come, change and leave with a few requests; what was refused or lost concerns nobody else', { timeout: 120_000 }, async () => {
  const scene = await scimScene('bulk', { policy: { leaver: { gone: 'disable', leftScope: 'disable', departed: 'disable' } } });
  const { app, bench, hr, hire } = scene;
  for (let n = 1; n <= PEOPLE; n += 1) hire(n);
  let from = 0;
  /** A run into the app, with the requests that wrote. */
  const sync = async () => {
    const { run } = await scene.sync();
    const wrote = app.requests.slice(from).filter((request) => !request.startsWith('GET'));
    from = app.requests.length;
    const lines = await bench.database.all<{ state: string; n: number }>(
      'SELECT state, count(*) AS n FROM change WHERE run = ? GROUP BY state ORDER BY state',
      run.id,
    );
    return { run, wrote, lines: Object.fromEntries(lines.map(({ state, n }) => [state, Number(n)])) };
  };
  const users = () => new Map(app.state.list('Users').map((user) => [String(user.userName), user]));

  const first = await sync();
  expect(first.lines).toEqual({ applied: PEOPLE });
  expect(users().size).toBe(PEOPLE);
  expect(new Set(first.wrote)).toEqual(new Set(['POST /scim/v2/Bulk']));
  expect(first.wrote.length).toBeLessThanOrEqual(PEOPLE / 20);
  expect((await sync()).wrote).toEqual([]);

  // One of them may not be touched: it is listed, the others are written.
  for (let n = 1; n <= 60; n += 1) hire(n, { title: 'new' });
  app.fault({ fault: 'refuse-write', on: 'write' });
  const refused = await sync();
  expect(refused.lines).toEqual({ applied: 59, failed: 1 });
  expect(refused.wrote.length).toBeLessThanOrEqual(4);
  expect([...users().values()].filter(({ title }) => title === 'new')).toHaveLength(59);

  // The answer to a request is lost after it was carried out: each is looked up, nobody is made twice.
  for (let n = PEOPLE + 1; n <= PEOPLE + 40; n += 1) hire(n);
  app.fault({ fault: 'lose-answer', on: 'write' });
  const lost = await sync();
  expect(lost.run.state).toBe('succeeded');
  expect(lost.lines.applied).toBeGreaterThanOrEqual(40);
  expect(app.state.list('Users')).toHaveLength(PEOPLE + 40);
  expect(users().size).toBe(PEOPLE + 40);

  for (let n = 1; n <= 50; n += 1) hr.delete('person', String(n));
  const left = await sync();
  expect(new Set(left.wrote)).toEqual(new Set(['POST /scim/v2/Bulk']));
  expect([...users().values()].filter(({ active }) => active === false)).toHaveLength(50);
  expect(await bench.database.all(`SELECT id FROM change WHERE state IN ('sent', 'unknown')`)).toEqual([]);
  expect((await sync()).wrote).toEqual([]);
});
