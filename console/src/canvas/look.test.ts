// What a card says of a job: nothing is fine after a run that ended with warnings.
import { expect, it } from 'vitest';
import type { Job } from './picture.ts';
import { lookOf, streamOf } from './look.ts';

const ran = (state: string, job: Partial<Pick<Job, 'state' | 'held'>> = {}) =>
  lookOf({ state: 'enabled', held: 0, problems: 0, ...job, lastRun: { state, warnings: [] } as unknown as Job['lastRun'] }).code;

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
  expect(lookOf({ state: 'observing', held: 0, problems: 0, lastRun: null }).code).toBe('observing');
  expect(ran('warnings', { state: 'observing' })).toBe('observing');
  expect(lookOf({ state: 'pilot', held: 0, problems: 0, lastRun: null }).code).toBe('pilot');
});

it('a job whose last run only asked something is fine once all of it is answered', () => {
  const lastRun = (counts: Record<string, number>) => ({ state: 'warnings', counts, warnings: [] }) as unknown as Job['lastRun'];
  expect(lookOf({ state: 'enabled', held: 0, problems: 0, lastRun: lastRun({ held: 30 }) }).code).toBe('fine');
  expect(lookOf({ state: 'enabled', held: 1, problems: 0, lastRun: lastRun({ held: 30 }) }).code).toBe('confirm');
  expect(lookOf({ state: 'enabled', held: 0, problems: 0, lastRun: lastRun({ held: 30, problems: 1 }) }).code).toBe('warnings');
});

it('a job whose last run failed in part is fine once each of these records was written, and not as long as one is left', () => {
  const after = (counts: Record<string, number>, problems: number): string =>
    lookOf({ state: 'enabled', held: 0, problems, lastRun: { state: 'partly-failed', counts, warnings: [] } as unknown as Job['lastRun'] })
      .code;
  expect(after({ failed: 3 }, 3)).toBe('partly-failed');
  expect(after({ failed: 3 }, 1)).toBe('partly-failed');
  expect(after({ failed: 3 }, 0)).toBe('fine');
  // Of what nobody knows whether it was written, and of what is left for other reasons, no record tells.
  for (const other of ['unknown', 'refused', 'pending']) expect(after({ failed: 3, [other]: 1 }, 0)).toBe('partly-failed');
});

it('the stream of a job is drawn as its card says: what failed, waits, rests or never ran does not look like what flows', () => {
  const drawn = (state: string | null, job: Partial<Pick<Job, 'state' | 'held'>> = {}) =>
    streamOf({
      state: 'enabled',
      held: 0,
      problems: 0,
      ...job,
      lastRun: state === null ? null : ({ state, warnings: [] } as unknown as Job['lastRun']),
    });
  expect(drawn('succeeded')).toBe('flowing');
  expect(drawn('running')).toBe('moving');
  for (const state of ['failed', 'partly-failed']) expect(drawn(state)).toBe('failed');
  expect(drawn('succeeded', { state: 'quarantined' })).toBe('failed');
  expect(drawn('succeeded', { held: 3 })).toBe('waiting');
  expect(drawn('waiting')).toBe('waiting');
  expect(drawn('succeeded', { state: 'paused' })).toBe('waiting');
  expect(drawn('warnings')).toBe('warned');
  expect(drawn(null)).toBe('never');
  expect(drawn('succeeded', { state: 'disabled' })).toBe('disabled');
  expect(drawn('succeeded', { state: 'observing' })).toBe('watched');
  expect(drawn('succeeded', { state: 'pilot' })).toBe('flowing');
});

it('a job whose system does not answer is not fine, however well its last run went', () => {
  const lastRun = { state: 'succeeded', warnings: [] } as unknown as Job['lastRun'];
  const job = { held: 0, problems: 0, lastRun, awaySince: 7 };
  expect(lookOf({ ...job, state: 'enabled' })).toEqual({ kind: 'card', code: 'away', tone: 'bad' });
  expect(lookOf({ ...job, state: 'disabled' }).code).toBe('disabled');
  expect(lookOf({ ...job, state: 'enabled', awaySince: null }).code).toBe('fine');
});
