// What a card says of a job: nothing is fine after a run that ended with warnings.
import { expect, it } from 'vitest';
import type { Job } from './picture.ts';
import { lookOf } from './look.ts';

const ran = (state: string, job: Partial<Pick<Job, 'state' | 'held'>> = {}) =>
  lookOf({ state: 'enabled', held: 0, ...job, lastRun: { state } as Job['lastRun'] }).code;

it('a job is fine only after a run that succeeded', () => {
  expect(ran('succeeded')).toBe('fine');
  expect(ran('warnings')).toBe('warnings');
  expect(ran('partly-failed')).toBe('partly-failed');
});

it('what waits for a person, and a job that rests, is told before warnings', () => {
  expect(ran('warnings', { held: 2 })).toBe('confirm');
  expect(ran('warnings', { state: 'disabled' })).toBe('disabled');
  expect(ran('warnings', { state: 'paused' })).toBe('paused');
});

it('a job that only observes says so, whether it has run or not', () => {
  expect(lookOf({ state: 'observing', held: 0, lastRun: null }).code).toBe('observing');
  expect(ran('warnings', { state: 'observing' })).toBe('observing');
  expect(lookOf({ state: 'pilot', held: 0, lastRun: null }).code).toBe('pilot');
});
