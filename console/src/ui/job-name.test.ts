// A number alone is no name: of a job that was removed it is said that it was.
import { expect, it } from 'vitest';
import { isRemovedJob } from './job-name.ts';

it('a job is taken for removed by the number that stands for its name, and no job that is called like one', () => {
  expect(['#1', '#12'].map(isRemovedJob)).toEqual([true, true]);
  expect(['HR', 'HR #1', '#1 HR', '#'].map(isRemovedJob)).toEqual([false, false, false, false]);
});
