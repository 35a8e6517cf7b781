// A run that was taken back is not offered to be taken back once more, unless that would do something.
import { expect, it } from 'vitest';
import { standsUndone } from './stands-undone.ts';

const taker = (state: string, counts: Readonly<Record<string, number>>, undoneBy: number | null = null) => ({
  run: { state, counts },
  undoneBy,
});

it('is taken back once another run has done so', () => {
  expect(standsUndone(null, undefined)).toBe('no');
  expect(standsUndone(12, taker('succeeded', { applied: 13 }))).toBe('whole');
  // What is as it was before needs no undo.
  expect(standsUndone(12, taker('warnings', { applied: 13, skipped: 2, superseded: 1 }))).toBe('whole');
});

it('is not where the undo waits for confirmation, in whole or in part', () => {
  expect(standsUndone(12, taker('warnings', { applied: 0, held: 13 }))).toBe('asked');
  expect(standsUndone(12, taker('warnings', { applied: 5, held: 8 }))).toBe('asked');
});

it.each(['refused', 'failed', 'dead', 'pending', 'waiting', 'unknown'])('is not where some of the undo is %s', (open) => {
  expect(standsUndone(12, taker('warnings', { applied: 12, [open]: 1 }))).toBe('part');
});

it('is not where the undo was taken back itself, failed in part, or did nothing', () => {
  expect(standsUndone(12, taker('succeeded', { applied: 13 }, 13))).toBe('no');
  expect(standsUndone(12, taker('partly-failed', { applied: 13 }))).toBe('part');
  expect(standsUndone(12, taker('succeeded', {}))).toBe('no');
});

it('is not said either way before it is known', () => {
  expect(standsUndone(12, undefined)).toBeNull();
  expect(standsUndone(12, taker('running', { applied: 3 }))).toBeNull();
});
