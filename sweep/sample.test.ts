// A sample of the kill sweep, in every `npm test`. The whole of it: `npm run test:sweep`.
import { expect, it } from 'vitest';
import { testStore } from '../test/support/store.ts';
import { coverage, sweep } from './sweep.ts';

/** On PostgreSQL every life takes several times as long; the whole sweep covers it (`npm run test:sweep`). */
const KILLS = testStore === 'postgres' ? 12 : 24;

it(`${KILLS} kills leave target, ledger, history and links as if nothing had happened`, { timeout: 900_000 }, async () => {
  const result = await sweep({ seed: 2026, kills: KILLS, companies: 2, everyPoint: false });
  expect(result.problems).toEqual([]);
  expect(result.kills.length, coverage(result).join('\n')).toBeGreaterThanOrEqual(KILLS);
});
