// Promise 2, in small pieces: the harm of one run of 2,000 changes, cut into 2,000 runs of one change.
import { expect, it } from 'vitest';
import { openScene } from '../../test/support/plain-scene.ts';
import { isWhole } from '../../test/support/store.ts';

/** The law is the same in fewer runs, still many times the limit: all of them on SQLite in `npm run test:again`, on PostgreSQL in `npm run test:sweep`. */
const RUNS = isWhole ? 2_000 : 400;
const PEOPLE = RUNS + 100;

it(`holds what comes after the limit in ${RUNS} runs, as if it were one`, { timeout: 240_000 }, async () => {
  const scene = await openScene({ people: PEOPLE });
  await scene.bench.run(scene.up);
  for (let id = 1; id <= RUNS; id++) {
    scene.hr.delete('person', String(id));
    await scene.bench.run(scene.up, { keys: [{ type: 'person', id: String(id) }] });
  }
  // 2 % of the people and the one department, or ten, within a day; the runs themselves took less than an hour.
  const limit = Math.max(10, Math.floor((PEOPLE + 1) * 0.02));
  expect((await scene.people()).filter((person) => person.lifecycle !== 'active')).toHaveLength(limit);
  expect(await scene.bench.held()).toHaveLength(RUNS - limit);
});
