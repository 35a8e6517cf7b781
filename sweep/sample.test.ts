// A sample of the kill sweep, in every `npm test`. The whole of it: `npm run test:sweep`.
import { expect, it } from 'vitest';
import { testStore } from '../test/support/store.ts';
import { tell } from './life.ts';
import { coverage, sweep } from './sweep.ts';

/** On PostgreSQL every life takes several times as long; the whole sweep covers it (`npm run test:sweep`). */
const KILLS = testStore === 'postgres' ? 12 : 24;

it(`${KILLS} kills leave target, ledger, history and links as if nothing had happened`, { timeout: 900_000 }, async () => {
  const result = await sweep({ seed: 2026, kills: KILLS, companies: 2, everyPoint: false });
  expect(result.problems).toEqual([]);
  expect(result.kills.length, coverage(result).join('\n')).toBeGreaterThanOrEqual(KILLS);
});

it('killed while a target is matched, a run goes on and finds what it would have found', { timeout: 300_000 }, async () => {
  // The last runs of a story with one phase would take back all there is: of these stories only the matching is compared.
  const order = { company: 1, carries: true, phases: 1 } as const;
  const kills = [{ kind: 'point', point: 'match:batch', nth: 2 }] as const;
  const [story, reference] = await Promise.all([tell({ ...order, kills }), tell({ ...order, kills: [] })]);
  expect(story.kills.map(({ kill }) => kill)).toEqual(kills);
  expect(story.store.left).toEqual(reference.store.left);
  expect(story.store.matched).toEqual(reference.store.matched);
  expect(story.store.matched).toContainEqual({ type: 'person', kind: 'create', count: expect.any(Number) });
});
