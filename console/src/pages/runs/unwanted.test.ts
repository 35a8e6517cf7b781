// A change that a run passed over is said to be unwanted only where somebody had said so by then.
import { expect, it } from 'vitest';
import { wordBefore } from './unwanted.ts';

it('whoever said so before the run ended is named', () => {
  expect(wordBefore(2_000, { decidedBy: 'ann', decidedAt: 1_000 })).toEqual({ by: 'ann', at: 1_000 });
  expect(wordBefore(null, { decidedBy: 'ann', decidedAt: 1_000 })).toEqual({ by: 'ann', at: 1_000 });
});

it('what was decided after the run is no reason of that run', () => {
  expect(wordBefore(2_000, { decidedBy: 'ann', decidedAt: 3_000 })).toBeNull();
  expect(wordBefore(2_000, { decidedBy: null, decidedAt: null })).toBeNull();
});
