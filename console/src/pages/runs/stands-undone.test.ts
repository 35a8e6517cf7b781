// A run that was taken back is not offered to be taken back once more, unless that would do something.
import { expect, it } from 'vitest';
import { standsUndone } from './stands-undone.ts';

const taker = (state: string, undoneBy: number | null = null) => ({ run: { state }, undoneBy });

it('is taken back once another run has done so', () => {
  expect(standsUndone(null, undefined)).toBe(false);
  expect(standsUndone(12, taker('succeeded'))).toBe(true);
  // What waits for confirmation is asked there, not begun anew.
  expect(standsUndone(12, taker('warnings'))).toBe(true);
});

it('is not where the undo was taken back itself, or failed in part', () => {
  expect(standsUndone(12, taker('succeeded', 13))).toBe(false);
  expect(standsUndone(12, taker('partly-failed'))).toBe(false);
});

it('is not said either way before it is known', () => {
  expect(standsUndone(12, undefined)).toBeNull();
});
