// A number alone is no name: of a job that was removed it is said that it was.
import { expect, it } from 'vitest';
import { isRemovedJob } from './job-name.ts';

it('a job is taken for removed by the number that stands for its name, and no job that is called like one', () => {
  expect(isRemovedJob('#12', 12)).toBe(true);
  expect(['HR', 'HR #1', '#1 HR', '#', '#12'].map((name) => isRemovedJob(name, 1))).toEqual([false, false, false, false, false]);
});
