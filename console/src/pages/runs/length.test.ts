// Lengths of time and moments, as people read them in each language.
import { expect, it } from 'vitest';
import { relativeTime } from '../../ui/time-words.ts';
import { lengthOf } from './length.ts';

it('numbers stand apart from Chinese words, as everywhere', () => {
  expect(lengthOf(500, 'zh')).toBe('0.5 秒');
  expect(lengthOf(50, 'zh')).toBe('< 0.1 秒');
  expect(relativeTime(0, 45_000, 'zh')).toBe('45 秒钟前');
  expect(relativeTime(0, 4 * 60_000, 'zh')).toBe('4 分钟前');
});

it('English is as it was', () => {
  expect(lengthOf(500, 'en')).toBe('0.5s');
  expect(relativeTime(0, 45_000, 'en')).toBe('45 seconds ago');
});
