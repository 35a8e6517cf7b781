// A question stays the one that was asked, whatever looks at the same people again before somebody answers.
import { expect, it } from 'vitest';
import { openScene, roomy, sentences } from '../../test/support/plain-scene.ts';

const asksFirst = { policy: { guard: { ...roomy, firstRun: { creates: 2, touched: 100, share: 100 } } } };

it('though their manager is linked in the meantime: all are made at the first yes, in their department', async () => {
  const scene = await openScene({ up: { policy: { guard: roomy } }, down: asksFirst });
  const { hr, app, bench } = scene;
  hr.department('main');
  hr.person('1', 'main');
  for (let id = 2; id <= 8; id++) hr.person(String(id), 'main', { manager: '1' });
  // The manager has an account already: it is linked, and whoever refers to them is looked at again.
  app.put('person', 'old', { name: 'Person 1', number: 'N-1', mail: '1@example.com' });
  await scene.sync();
  const asked = (await bench.held()).map(({ source_key, hash }) => [source_key, hash]);
  expect(asked).toHaveLength(8);
  bench.clock.advance(60_000);
  await bench.tick();
  expect((await bench.held()).map(({ source_key, hash }) => [source_key, hash])).toEqual(asked);
  const runs = await bench.approveAll();
  expect(runs.map(sentences).join('')).not.toContain('asked again');
  expect(await bench.held()).toEqual([]);
  const [main] = app.all('department');
  for (let id = 2; id <= 8; id++)
    expect(scene.account(String(id))).toMatchObject({ edges: { membership: [{ to: { type: 'department', id: main!.id } }] } });
});

it('and who is made alone, before the department is answered for, waits for it', async () => {
  const scene = await openScene({ people: 4, up: { policy: { guard: roomy } }, down: asksFirst });
  const { app, bench } = scene;
  await scene.sync();
  const people = (await bench.held()).filter((row) => row.type === 'person');
  await bench.engine.approve(
    people.map((row) => row.id),
    'approver',
  );
  await bench.engine.drain();
  expect(app.all('person')).toEqual([]);
  await bench.approveAll();
  await bench.tick();
  const [main] = app.all('department');
  expect(app.all('person').map((account) => account.edges?.membership?.map((edge) => edge.to.id))).toEqual(people.map(() => [main!.id]));
});
