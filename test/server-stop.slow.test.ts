// A server that is told to stop in the middle of a run: five times in every `npm test`, fifty times in `npm run test:sweep`.
import { expect, it } from 'vitest';
import { isInTheMiddle, stops } from '../sweep/stops.ts';
import { wrongWith } from '../sweep/stops-verify.ts';

it('is stopped five times in the middle of a run, and each time the next start finishes what was begun', { timeout: 300_000 }, async () => {
  const seen = await stops({ rounds: 5, database: null });
  expect(seen.filter(isInTheMiddle)).toHaveLength(5);
  expect(wrongWith(seen)).toEqual([]);
});
