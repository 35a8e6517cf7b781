// The day and time that somebody chooses are those at which the server runs the job.
import { describe, expect, it } from 'vitest';
import { next } from '../../../src/core/schedule.ts';
import { atBeat, CRON, dayOf, everyNight, timeOf, weekdayOf, withDay, withTime, withWeekday } from './clock-start.ts';

const from = Date.UTC(2026, 1, 10, 12);
const runsAt = (every: string, start: string | undefined): string =>
  new Date(next({ every, start, timeZone: 'UTC', blackout: [], missed: 'once', mode: 'full' }, from)!).toISOString().slice(0, 16);

describe('the day and time of a schedule', () => {
  it('are what is shown before anybody chose', () => {
    expect([timeOf(undefined), weekdayOf(undefined), dayOf(undefined)]).toEqual(['00:00', 1, 1]);
    expect(runsAt('week', undefined)).toBe('2026-02-16T00:00');
  });

  it('a time of day is kept by every day, week and month', () => {
    const start = withTime(undefined, '06:30');
    expect(timeOf(start)).toBe('06:30');
    expect(['day', 'week', 'month'].map((every) => runsAt(every, start))).toEqual([
      '2026-02-11T06:30',
      '2026-02-16T06:30',
      '2026-03-01T06:30',
    ]);
  });

  it.each([0, 1, 2, 3, 4, 5, 6])('a day of the week is that day (%i), with the time as it was', (weekday) => {
    const start = withWeekday(withTime(undefined, '22:15'), weekday);
    expect(weekdayOf(start)).toBe(weekday);
    expect(new Date(`${runsAt('week', start)}Z`).getUTCDay()).toBe(weekday);
    expect(timeOf(start)).toBe('22:15');
  });

  it('a day of the month is that day, and the last one where a month is shorter', () => {
    const start = withDay(withTime(undefined, '05:00'), 31);
    expect(dayOf(start)).toBe(31);
    expect(runsAt('month', start)).toBe('2026-02-28T05:00');
    expect(runsAt('month', withDay(start, 12))).toBe('2026-02-12T05:00');
  });

  it('nothing is chosen that runs before the date that was said', () => {
    const start = '2027-02-20T08:00:00';
    for (const day of [1, 20, 30, 31]) expect(withDay(start, day) >= start).toBe(true);
    for (const weekday of [0, 3, 6]) expect(withWeekday(start, weekday) >= start).toBe(true);
  });

  it('begin with every night, in words', () => {
    const { every, start } = everyNight('UTC') as { every: string; start: string };
    expect([every, timeOf(start)]).toEqual(['day', '03:00']);
    expect(runsAt(every, start)).toBe('2026-02-11T03:00');
  });

  it('a time of day stays while there is a day, and is no "not before" of anything else', () => {
    const daily = { every: 'day', start: withTime(undefined, '06:30'), timeZone: 'UTC' };
    expect(atBeat(daily, 'week')).toEqual({ ...daily, every: 'week' });
    expect(atBeat(daily, '6 hours')).toEqual({ every: '6 hours', timeZone: 'UTC' });
    expect(atBeat(daily, CRON)).toEqual({ cron: '0 3 * * *', timeZone: 'UTC' });
    expect(atBeat({ cron: '0 6 * * 1-5', timeZone: 'UTC' }, 'day')).toEqual(everyNight('UTC'));
  });

  it('not before a moment stays at every beat', () => {
    const later = { every: '1 hours', start: '2026-12-01T08:00:00' };
    expect(atBeat(later, '6 hours')).toEqual({ ...later, every: '6 hours' });
    expect(atBeat(later, CRON)).toEqual({ cron: '0 3 * * *', start: '2026-12-01T08:00:00' });
    expect(atBeat(later, 'day')).toEqual({ ...later, every: 'day' });
  });
});
