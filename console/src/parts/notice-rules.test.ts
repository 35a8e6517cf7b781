// A rule of notices is changed without the others.
import { expect, it } from 'vitest';
import { withRule } from './notice-rules.ts';

it('is put in the place of the one before, added at the end, or taken away', () => {
  expect(withRule(['a', 'b', 'c'], 1, 'x')).toEqual(['a', 'x', 'c']);
  expect(withRule(['a'], 1, 'b')).toEqual(['a', 'b']);
  expect(withRule([], 0, 'a')).toEqual(['a']);
  expect(withRule(['a', 'b'], 0, null)).toEqual(['b']);
  expect(withRule([], 0, null)).toEqual([]);
});
