// Moments as people read them.
import { expect, it } from 'vitest';
import { zonedTime } from './time-words.ts';

it('a moment names its time zone in the language of the page', () => {
  const at = Date.UTC(2026, 10, 22, 17, 38, 25);
  expect(zonedTime(at, 'zh', 'Asia/Shanghai')).toBe('2026年11月23日 中国标准时间 01:38:25');
  expect(zonedTime(at, 'zh', 'UTC')).toBe('2026年11月22日 协调世界时 17:38:25');
  expect(zonedTime(at, 'en', 'Asia/Shanghai')).toBe('23 Nov 2026, 01:38:25 GMT+8');
});
