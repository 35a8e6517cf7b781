// A schedule as the page of its job says it: nobody has to read cron for what has a short sentence.
import { describe, expect, it } from 'vitest';
import { wordsIn } from '../../i18n/words-in.ts';
import { clockSaid } from './clock-said.ts';

const said = (cron: string): string[] => (['en', 'zh'] as const).map((language) => clockSaid({ cron }, wordsIn(language)));

describe('a schedule', () => {
  it.each([
    ['0 3 * * *', 'Every day at 03:00', '每天 03:00'],
    ['30 6 * * 1-5', 'On working days at 06:30', '工作日 06:30'],
    ['0 8 * * 1', 'Every Monday at 08:00', '每星期一 08:00'],
    ['0 8 * * 1,4', 'Every Monday and Thursday at 08:00', '每星期一和星期四 08:00'],
    ['15 22 * * 7', 'Every Sunday at 22:15', '每星期日 22:15'],
    ['0 5 1 * *', 'Every month on day 1 at 05:00', '每月 1 日 05:00'],
    ['0 3 28 * *', 'Every month on day 28 at 03:00', '每月 28 日 03:00'],
    ['0 3 31 * *', 'On day 31 of the months that have one, at 03:00', '每月 31 日 03:00（没有这一天的月份除外）'],
    ['0 8 * * 1,1', 'Every Monday at 08:00', '每星期一 08:00'],
    ['0 8 * * 0,7', 'Every Sunday at 08:00', '每星期日 08:00'],
    ['*/10 * * * *', 'Every 10 minutes', '每 10 分钟'],
    ['* * * * *', 'Every minute', '每 1 分钟'],
    ['5 * * * *', 'Every hour at minute 05', '每 1 小时，第 05 分'],
    ['0 */4 * * *', 'Every 4 hours at minute 00', '每 4 小时，第 00 分'],
  ])('that was written as %s is said in words', (cron, english, chinese) => {
    expect(said(cron)).toEqual([english, chinese]);
  });

  it.each([
    ['day', 'Every day at 06:30', '每天 06:30'],
    ['week', 'Every Wednesday at 06:30', '每星期三 06:30'],
    ['month', 'Every month on day 3 at 06:30', '每月 3 日 06:30'],
    ['2 hours', 'By the clock: 2 hours', '定时：2 hours'],
  ])('of every %s that counts from a date says the day and the time', (every, english, chinese) => {
    const start = '2018-01-03T06:30:00';
    expect((['en', 'zh'] as const).map((language) => clockSaid({ every, start }, wordsIn(language)))).toEqual([english, chinese]);
  });

  it.each([
    '0 */5 * * *',
    '*/7 * * * *',
    '0 3 32 * *',
    '0 3 1 * 1',
    '0 3 * 1 *',
    '0 3,15 * * *',
    '61 3 * * *',
    '*/10 8 * * *',
    'rubbish',
  ])('that has no short sentence, %s, stays as it was entered', (cron) => {
    expect(said(cron)).toEqual([`By the clock: ${cron}`, `定时：${cron}`]);
  });
});
