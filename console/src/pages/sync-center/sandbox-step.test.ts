// The sandbox company leads on: what is said at each stage.
import { expect, it } from 'vitest';
import { isBehind, stepsOf } from './sandbox-step.ts';

const job = (part: object = {}) => ({ state: 'enabled', question: null, held: 0, lastRun: { id: 1, endedAt: 1 }, ...part });
const run = (id: number, applied = 0, part: object = {}) => ({
  id,
  dryRun: false,
  state: 'succeeded',
  endedAt: 1,
  counts: { applied },
  ...part,
});
const under = { lastRun: { id: 3, endedAt: null } };

it('first the file is read, then the phone book is planned, then it waits for consent, and then it is done', () => {
  expect(stepsOf(job({ lastRun: null }), job({ lastRun: null }), false, false)).toEqual(['reading']);
  expect(stepsOf(job(), job({ lastRun: null }), true, false)).toEqual(['planning']);
  expect(stepsOf(job(), job({ held: 309 }), false, false)).toEqual(['asked']);
  expect(stepsOf(job(), job(under), false, false)).toEqual(['planning']);
  expect(stepsOf(job(), job(), false, false)).toEqual(['done']);
});

it('a rename that the directory has and the phone book has not is the next step', () => {
  expect(isBehind([run(7, 1)], [run(2)])).toBe(true);
  expect(stepsOf(job(), job(), true, false)).toEqual(['behind']);
  expect(isBehind([run(7, 1)], [run(9), run(2)])).toBe(false);
});

it('an attempt that changed nothing leaves nothing behind, and a comparison that failed or was only tried has compared nothing', () => {
  expect(isBehind([run(7, 0), run(1, 309)], [run(2)])).toBe(false);
  expect(isBehind([run(7, 1)], [run(9, 0, { state: 'failed' }), run(8, 0, { dryRun: true }), run(2)])).toBe(true);
});

it('while the HR file is doubted that is said first, and consent that waits for the phone book is not forgotten', () => {
  expect(stepsOf(job({ state: 'paused' }), job({ held: 309 }), false, false)).toEqual(['doubted', 'asked']);
  expect(stepsOf(job({ held: 3 }), job(), false, false)).toEqual(['doubted']);
});

it('an emptied file, which pauses nothing, is not passed over as if all were done', () => {
  expect(stepsOf(job(), job(), false, true)).toEqual(['doubted']);
});
