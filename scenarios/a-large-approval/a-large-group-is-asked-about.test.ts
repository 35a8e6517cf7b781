// A question about a group with many members is looked at every few seconds: it tells some of them, and how many there are.
import { expect, it } from 'vitest';
import { ask } from '../../test/support/asking.ts';
import { openScene, roomy } from '../../test/support/plain-scene.ts';

it('carries the first members of a group that is held, and how many more there are', async () => {
  const scene = await openScene({
    people: 60,
    up: { policy: { guard: roomy } },
    down: { policy: { guard: { ...roomy, firstRun: { creates: 0, touched: 0, share: 100 } } } },
  });
  const { hr, bench } = scene;
  const members = (from: number, count: number) => Array.from({ length: count }, (_, at) => ['person', String(from + at)] as const);
  hr.group('large', members(1, 60));
  hr.group('small', members(1, 3));
  await bench.run(scene.up);
  await bench.run(scene.down);
  const { held } = await ask(scene, 'held.list', { job: scene.down, limit: 1000 });
  const told = held
    .filter((one) => one.type === 'group')
    .map((one) => [one.edges.length, one.moreEdges])
    .toSorted(([a], [b]) => a! - b!);
  expect(told).toEqual([
    [3, 0],
    [20, 40],
  ]);
  await bench.approveAll();
  expect(
    scene.app
      .all('group')
      .map((group) => group.edges?.member?.length)
      .toSorted(),
  ).toEqual([3, 60]);
});
