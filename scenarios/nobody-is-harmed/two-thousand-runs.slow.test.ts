// Promise 2, in small pieces: the harm of one run of 2,000 changes, cut into 2,000 runs of one change.
import { expect, it } from 'vitest';
import { openScene } from '../../test/support/plain-scene.ts';

it('holds what comes after the limit, as if it were one run', { timeout: 120_000 }, async () => {
  const scene = await openScene({ people: 2_100 });
  await scene.bench.run(scene.up);
  for (let id = 1; id <= 2_000; id++) {
    scene.hr.delete('person', String(id));
    await scene.bench.run(scene.up, { keys: [{ type: 'person', id: String(id) }] });
  }
  // 2 % of the 2,100 people and the one department, within a day; the runs themselves took 2,000 seconds.
  expect((await scene.people()).filter((person) => person.lifecycle !== 'active')).toHaveLength(42);
  expect(await scene.bench.held()).toHaveLength(1_958);
});
