// The day and time that somebody chooses are those at which the server runs the job.
import { describe, expect, it } from 'vitest';
import { next } from '../../../src/core/schedule.ts';
import { dayOf, timeOf, weekdayOf, withDay, withTime, withWeekday } from './clock-start.ts';

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
});
