// Times by the clock: zones, nights in which clocks change, ends of months, blackouts, what was missed.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { due, next, type Schedule, scheduleFields, scheduleProblem, upcoming } from './schedule.ts';

const schedule = (given: object): Schedule => z.strictObject(scheduleFields).parse(given);
const at = (iso: string): number => Date.parse(`${iso.length === 16 ? `${iso}:00` : iso}Z`);
const told = (times: readonly number[]): string[] => times.map((time) => new Date(time).toISOString().slice(0, 16));

const NEW_YORK = 'America/New_York';
const SHANGHAI = 'Asia/Shanghai';
const BERLIN = 'Europe/Berlin';
const night = { from: '22:00', to: '06:00' };

/** Times in UTC. */
const cases: readonly (readonly [name: string, given: object, from: string, times: readonly string[]])[] = [
  // cron
  ['cron in UTC', { cron: '0 6 * * *' }, '2026-03-10T05:59', ['2026-03-10T06:00', '2026-03-11T06:00']],
  ['cron: the time itself is not after itself', { cron: '0 6 * * *' }, '2026-03-10T06:00', ['2026-03-11T06:00']],
  ['cron in Shanghai', { cron: '0 6 * * *', timeZone: SHANGHAI }, '2026-03-10T00:00', ['2026-03-10T22:00', '2026-03-11T22:00']],
  ['cron on working days', { cron: '0 6 * * 1-5' }, '2026-03-13T07:00', ['2026-03-16T06:00', '2026-03-17T06:00']],
  ['cron every quarter of an hour', { cron: '*/15 * * * *' }, '2026-03-13T07:01', ['2026-03-13T07:15', '2026-03-13T07:30']],
  ['cron on the 31st leaves short months out', { cron: '0 0 31 * *' }, '2026-01-31T00:00', ['2026-03-31T00:00', '2026-05-31T00:00']],
  ['cron on the last day', { cron: '0 0 L * *' }, '2026-01-31T00:00', ['2026-02-28T00:00', '2026-03-31T00:00', '2026-04-30T00:00']],
  ['cron on the last day of a leap February', { cron: '0 0 L 2 *' }, '2027-06-01T00:00', ['2028-02-29T00:00', '2029-02-28T00:00']],
  ['cron not before its start', { cron: '0 6 * * *', start: '2026-05-01T00:00' }, '2026-03-10T00:00', ['2026-05-01T06:00']],
  ['cron at its start', { cron: '0 6 * * *', start: '2026-05-01T06:00' }, '2026-03-10T00:00', ['2026-05-01T06:00', '2026-05-02T06:00']],
  ['cron in a zone with half hours', { cron: '0 6 * * *', timeZone: 'Asia/Kolkata' }, '2026-03-10T00:00', ['2026-03-10T00:30']],
  ['cron where the day begins first', { cron: '0 0 * * *', timeZone: 'Pacific/Kiritimati' }, '2026-03-10T00:00', ['2026-03-10T10:00']],

  // clocks go forward: New York on 8 March 2026 at 02:00, Berlin on 29 March at 02:00, São Paulo (2018) at midnight
  [
    'a wall time stays: New York in spring',
    { cron: '0 9 * * *', timeZone: NEW_YORK },
    '2026-03-07T00:00',
    ['2026-03-07T14:00', '2026-03-08T13:00', '2026-03-09T13:00'],
  ],
  [
    'a time that the clocks jump over comes when they have jumped',
    { cron: '30 2 * * *', timeZone: NEW_YORK },
    '2026-03-07T12:00',
    ['2026-03-08T07:00', '2026-03-09T06:30'],
  ],
  [
    'daily, jumped over in Berlin',
    { every: 'day', start: '2026-01-01T02:15', timeZone: BERLIN },
    '2026-03-28T12:00',
    ['2026-03-29T01:00', '2026-03-30T00:15'],
  ],
  [
    'midnight, jumped over in São Paulo',
    { every: 'day', timeZone: 'America/Sao_Paulo' },
    '2018-11-03T12:00',
    ['2018-11-04T03:00', '2018-11-05T02:00'],
  ],
  [
    'half an hour forward on Lord Howe',
    { cron: '15 2 * * *', timeZone: 'Australia/Lord_Howe' },
    '2026-10-02T20:00',
    ['2026-10-03T15:30', '2026-10-04T15:15'],
  ],
  [
    'two hours are two hours across a jump',
    { every: '2 hours', start: '2026-03-07T00:00', timeZone: NEW_YORK },
    '2026-03-08T04:59',
    ['2026-03-08T05:00', '2026-03-08T07:00', '2026-03-08T09:00'],
  ],
  [
    'every hour across a jump',
    { cron: '0 * * * *', timeZone: NEW_YORK },
    '2026-03-08T05:30',
    ['2026-03-08T06:00', '2026-03-08T07:00', '2026-03-08T08:00'],
  ],

  // clocks go back: New York on 1 November 2026 at 02:00, Berlin on 25 October at 03:00
  [
    'a wall time stays: New York in autumn',
    { cron: '0 9 * * *', timeZone: NEW_YORK },
    '2026-10-31T00:00',
    ['2026-10-31T13:00', '2026-11-01T14:00', '2026-11-02T14:00'],
  ],
  [
    'a time that is shown twice comes once',
    { cron: '30 1 * * *', timeZone: NEW_YORK },
    '2026-10-31T12:00',
    ['2026-11-01T05:30', '2026-11-02T06:30'],
  ],
  [
    'daily, shown twice in Berlin',
    { every: 'day', start: '2026-01-01T02:30', timeZone: BERLIN },
    '2026-10-24T12:00',
    ['2026-10-25T00:30', '2026-10-26T01:30'],
  ],
  [
    'six hours are six hours when clocks go back',
    { every: '6 hours', start: '2026-10-24T02:00', timeZone: BERLIN },
    '2026-10-24T12:00',
    ['2026-10-24T18:00', '2026-10-25T00:00', '2026-10-25T06:00'],
  ],
  [
    'every half hour misses none of the hour that comes twice',
    { every: '30 minutes', timeZone: NEW_YORK },
    '2026-11-01T04:45',
    ['2026-11-01T05:00', '2026-11-01T05:30', '2026-11-01T06:00', '2026-11-01T06:30', '2026-11-01T07:00'],
  ],
  [
    'weekly on the night of the change',
    { every: 'week', start: '2026-10-18T02:30', timeZone: BERLIN },
    '2026-10-18T01:00',
    ['2026-10-25T00:30', '2026-11-01T01:30'],
  ],

  // every n minutes or hours
  ['every minute', { every: 'minute' }, '2026-03-10T05:00', ['2026-03-10T05:01', '2026-03-10T05:02']],
  ['every 15 minutes', { every: '15 minutes' }, '2026-03-10T05:01', ['2026-03-10T05:15', '2026-03-10T05:30']],
  ['every 7 minutes from a start', { every: '7 minutes', start: '2026-03-10T05:00' }, '2026-03-10T05:08', ['2026-03-10T05:14']],
  ['every hour', { every: 'hour' }, '2026-03-10T05:01', ['2026-03-10T06:00', '2026-03-10T07:00']],
  ['every 2 hours', { every: '2 hours' }, '2026-03-10T05:01', ['2026-03-10T06:00', '2026-03-10T08:00']],
  ['every 2 hours from a start', { every: '2 hours', start: '2026-03-10T05:30' }, '2026-03-10T05:30', ['2026-03-10T07:30']],
  ['every 6 hours', { every: '6 hours' }, '2026-03-10T05:01', ['2026-03-10T06:00', '2026-03-10T12:00', '2026-03-10T18:00']],
  [
    'every 6 hours from a start in Shanghai',
    { every: '6 hours', start: '2026-03-10T02:00', timeZone: SHANGHAI },
    '2026-03-09T00:00',
    ['2026-03-09T18:00', '2026-03-10T00:00', '2026-03-10T06:00'],
  ],
  [
    'every 5 hours goes round the day',
    { every: '5 hours', start: '2026-03-10T00:00' },
    '2026-03-10T19:00',
    ['2026-03-10T20:00', '2026-03-11T01:00'],
  ],
  ['every 48 hours', { every: '48 hours', start: '2026-03-10T00:00' }, '2026-03-10T00:00', ['2026-03-12T00:00', '2026-03-14T00:00']],
  ['the start itself counts', { every: '6 hours', start: '2026-03-10T02:00' }, '2026-01-01T00:00', ['2026-03-10T02:00']],
  [
    'a start in a zone with half hours',
    { every: '2 hours', start: '2026-03-10T02:00', timeZone: 'Asia/Kolkata' },
    '2026-03-10T00:00',
    ['2026-03-10T00:30'],
  ],

  // day, week, month
  ['daily without a start is midnight', { every: 'day', timeZone: SHANGHAI }, '2026-03-10T00:00', ['2026-03-10T16:00', '2026-03-11T16:00']],
  [
    'daily at the time of its start',
    { every: 'day', start: '2026-03-10T02:30' },
    '2026-03-10T00:00',
    ['2026-03-10T02:30', '2026-03-11T02:30'],
  ],
  ['weekly without a start is Monday', { every: 'week' }, '2026-03-10T00:00', ['2026-03-16T00:00', '2026-03-23T00:00']],
  [
    'weekly on the day of its start',
    { every: 'week', start: '2026-03-13T20:00' },
    '2026-03-10T00:00',
    ['2026-03-13T20:00', '2026-03-20T20:00'],
  ],
  ['monthly without a start is the first', { every: 'month' }, '2026-03-10T00:00', ['2026-04-01T00:00', '2026-05-01T00:00']],
  ['monthly on the 15th', { every: 'month', start: '2026-01-15T02:00' }, '2026-03-10T00:00', ['2026-03-15T02:00', '2026-04-15T02:00']],
  [
    'monthly on the 31st is the last day of each month',
    { every: 'month', start: '2026-01-31T02:00' },
    '2026-01-31T02:00',
    ['2026-02-28T02:00', '2026-03-31T02:00', '2026-04-30T02:00', '2026-05-31T02:00'],
  ],
  [
    'monthly on the 30th',
    { every: 'month', start: '2026-01-30T02:00' },
    '2026-01-30T02:00',
    ['2026-02-28T02:00', '2026-03-30T02:00', '2026-04-30T02:00'],
  ],
  [
    'monthly on the 29th, in a common year',
    { every: 'month', start: '2026-01-29T02:00' },
    '2026-01-29T02:00',
    ['2026-02-28T02:00', '2026-03-29T02:00'],
  ],
  [
    'monthly on the 29th, in a leap year',
    { every: 'month', start: '2028-01-29T02:00' },
    '2028-01-29T02:00',
    ['2028-02-29T02:00', '2028-03-29T02:00'],
  ],
  [
    'monthly on the 31st over the end of a year, in Shanghai',
    { every: 'month', start: '2026-10-31T00:00', timeZone: SHANGHAI },
    '2026-11-29T20:00',
    ['2026-12-30T16:00', '2027-01-30T16:00', '2027-02-27T16:00'],
  ],

  // blackouts, made up for once
  [
    'inside a blackout, made up for at its end',
    { cron: '0 23 * * *', blackout: [night] },
    '2026-03-10T20:00',
    ['2026-03-11T06:00', '2026-03-12T06:00'],
  ],
  [
    'many times inside a blackout are made up for once',
    { every: '2 hours', blackout: [night] },
    '2026-03-10T19:00',
    ['2026-03-10T20:00', '2026-03-11T06:00', '2026-03-11T08:00'],
  ],
  [
    'the end of a blackout that is a time itself runs once',
    { cron: '0 5,6 * * *', blackout: [night] },
    '2026-03-10T12:00',
    ['2026-03-11T06:00', '2026-03-12T06:00'],
  ],
  [
    'a blackout on Saturday night reaches into Sunday',
    { cron: '0 3 * * *', blackout: [{ days: ['sat'], ...night }] },
    '2026-03-13T12:00',
    ['2026-03-14T03:00', '2026-03-15T06:00', '2026-03-16T03:00'],
  ],
  [
    'blackouts that follow each other are one',
    { cron: '0 23 * * *', blackout: [night, { from: '06:00', to: '08:30' }] },
    '2026-03-10T12:00',
    ['2026-03-11T08:30', '2026-03-12T08:30'],
  ],
  [
    'a blackout of days, in Shanghai',
    { cron: '0 3 * * *', timeZone: SHANGHAI, blackout: [{ first: '2026-10-01', last: '2026-10-07' }] },
    '2026-09-29T12:00',
    ['2026-09-29T19:00', '2026-10-07T16:00', '2026-10-07T19:00'],
  ],
  [
    'a blackout that ends in a night of change',
    { cron: '0 23 * * *', timeZone: NEW_YORK, blackout: [{ from: '22:00', to: '02:30' }] },
    '2026-03-07T12:00',
    ['2026-03-08T07:00', '2026-03-09T06:30'],
  ],
  [
    'a whole day of the week',
    { every: 'day', start: '2026-03-01T04:00', blackout: [{ days: ['sun'], from: '00:00', to: '00:00' }] },
    '2026-03-14T00:00',
    ['2026-03-14T04:00', '2026-03-16T00:00', '2026-03-16T04:00'],
  ],

  // blackouts, left out
  [
    'inside a blackout, left out',
    { every: '6 hours', missed: 'skip', blackout: [night] },
    '2026-03-10T13:00',
    ['2026-03-10T18:00', '2026-03-11T06:00', '2026-03-11T12:00'],
  ],
  ['the first minute of a blackout is in it', { cron: '0 22 * * *', missed: 'skip', blackout: [night] }, '2026-03-10T13:00', []],
  [
    'the last minute of a blackout is not',
    { cron: '0 6 * * *', missed: 'skip', blackout: [night] },
    '2026-03-10T13:00',
    ['2026-03-11T06:00'],
  ],
  [
    'a month that falls into a blackout is left out',
    { every: 'month', start: '2026-01-31T02:00', missed: 'skip', blackout: [{ first: '2026-02-20', last: '2026-03-05' }] },
    '2026-02-01T00:00',
    ['2026-03-31T02:00', '2026-04-30T02:00'],
  ],
  [
    'working days, left out over a holiday',
    { cron: '0 6 * * 1-5', missed: 'skip', blackout: [{ first: '2026-12-24', last: '2027-01-03' }] },
    '2026-12-22T12:00',
    ['2026-12-23T06:00', '2027-01-04T06:00'],
  ],
];

describe('next times', () => {
  it.each(cases)('%s', (_, given, from, times) => {
    expect(told(upcoming(schedule(given), at(from), Math.max(1, times.length)))).toEqual(times);
  });
  it('are at least sixty cases', () => {
    expect(cases.length).toBeGreaterThanOrEqual(60);
  });
});

/** Fires as the engine does: asked every `step` ms while the server is up, it keeps nothing but the time it showed last. */
function fired(given: Schedule, from: number, until: number, step: number, isDown: (now: number) => boolean = () => false): number[] {
  const runs: number[] = [];
  let shown: number | null = null;
  for (let now = from; now <= until; now += step) {
    if (isDown(now)) continue;
    const said = due(given, shown, now);
    if (said.run) runs.push(now);
    shown = said.next;
    if (shown === null) break;
  }
  return runs;
}

describe('what is shown', () => {
  it.each(cases)('is what fires: %s', (_, given, from, times) => {
    const wanted = schedule(given);
    const until = times.length === 0 ? at(from) + 3 * 86_400_000 : at(times.at(-1)!);
    expect(told(fired(wanted, at(from), until, 60_000))).toEqual(times);
  });

  const zone = fc.constantFrom('UTC', SHANGHAI, NEW_YORK, BERLIN, 'America/Sao_Paulo', 'Australia/Lord_Howe', 'Asia/Kolkata');
  const clock = fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom(0, 15, 30))
    .map(([h, m]) => `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`);
  const when = fc.oneof(
    fc.constantFrom('15 minutes', '2 hours', '6 hours', 'day', 'week', 'month').map((every) => ({ every })),
    fc.constantFrom('*/20 * * * *', '30 2 * * *', '0 0 L * *', '15 1,2,3 * * 0', '0 6 * * 1-5').map((cron) => ({ cron })),
  );
  const any = fc
    .record({
      when,
      timeZone: zone,
      missed: fc.constantFrom('once', 'skip'),
      start: fc.option(
        fc.tuple(fc.integer({ min: 1, max: 31 }), clock).map(([d, t]) => `2026-01-${String(d).padStart(2, '0')}T${t}`),
        { nil: undefined },
      ),
      blackout: fc.array(
        fc.record({
          from: clock,
          to: clock,
          days: fc.option(
            fc.constantFrom([['sun']], [['sat'], ['sun']]).map((days) => days.flat()),
            { nil: undefined },
          ),
        }),
        { maxLength: 2 },
      ),
    })
    .map(({ when: times, ...rest }) => schedule({ ...times, ...rest }));
  // Around the nights in which the clocks of some of these zones change.
  const moment = fc
    .constantFrom('2026-03-06T00:00', '2026-03-27T13:07', '2026-10-23T00:00', '2026-10-30T23:59', '2026-12-31T12:00')
    .map(at);

  it('is what fires, whatever the schedule', () => {
    fc.assert(
      fc.property(any, moment, (given, from) => {
        const times = upcoming(given, from, 5).filter((time) => time <= from + 5 * 86_400_000);
        expect(told(fired(given, from, times.at(-1) ?? from + 86_400_000, 60_000))).toEqual(told(times));
      }),
      { numRuns: 150 },
    );
  });

  it('comes later and later, and never inside a blackout', () => {
    fc.assert(
      fc.property(any, moment, (given, from) => {
        let last = from;
        for (const time of upcoming(given, from, 20)) {
          expect(time).toBeGreaterThan(last);
          expect(next({ ...given, cron: '* * * * *', every: undefined, start: undefined, missed: 'once' }, time - 1)).toBe(time);
          last = time;
        }
      }),
      { numRuns: 150 },
    );
  });
});

describe('a time that was missed', () => {
  const down = (from: string, to: string) => (now: number) => now >= at(from) && now < at(to);
  const run = (given: object, isDown: (now: number) => boolean) =>
    told(fired(schedule(given), at('2026-03-10T00:30'), at('2026-03-10T12:00'), 60_000, isDown));

  it('is made up for once, however many there were', () => {
    expect(run({ every: 'hour' }, down('2026-03-10T01:30', '2026-03-10T09:20'))).toEqual([
      '2026-03-10T01:00',
      '2026-03-10T09:20',
      '2026-03-10T10:00',
      '2026-03-10T11:00',
      '2026-03-10T12:00',
    ]);
  });
  it('is left out where the job says so', () => {
    expect(run({ every: 'hour', missed: 'skip' }, down('2026-03-10T01:30', '2026-03-10T09:20'))).toEqual([
      '2026-03-10T01:00',
      '2026-03-10T10:00',
      '2026-03-10T11:00',
      '2026-03-10T12:00',
    ]);
  });
  it('by a few minutes is no missed time', () => {
    expect(run({ every: '6 hours', missed: 'skip' }, down('2026-03-10T05:50', '2026-03-10T06:05'))).toEqual([
      '2026-03-10T06:05',
      '2026-03-10T12:00',
    ]);
  });
  it('is not made up for inside a blackout, but when that ends', () => {
    expect(run({ cron: '0 2 * * *', blackout: [{ from: '03:00', to: '08:00' }] }, down('2026-03-10T01:30', '2026-03-10T04:00'))).toEqual([
      '2026-03-10T08:00',
    ]);
  });
  it('before the schedule was there is not made up for', () => {
    expect(due(schedule({ cron: '0 2 * * *' }), null, at('2026-03-10T02:00'))).toEqual({ run: false, next: at('2026-03-11T02:00') });
  });
});

describe('a schedule that is not understood', () => {
  const wrong: readonly (readonly [object, string])[] = [
    [{}, 'Say when'],
    [{ cron: '0 6 * * *', every: 'day' }, 'Say when'],
    [{ cron: 'at six' }, 'five fields'],
    [{ cron: '0 0 6 * * *' }, 'five fields'],
    [{ cron: '99 6 * * *' }, 'is not understood'],
    [{ cron: '0 6 * * *', timeZone: 'Mars/Olympus' }, 'is not understood'],
    [{ every: 'day', timeZone: 'Mars/Olympus' }, 'is not understood'],
    [{ every: '2 hours', timeZone: 'Mars/Olympus' }, 'is not understood'],
    [{ cron: '0 0 30 2 *' }, 'never comes'],
    [{ cron: '0 22 * * *', missed: 'skip', blackout: [night] }, 'never comes'],
    [{ every: 'day', blackout: [{ from: '00:00', to: '00:00' }] }, 'never comes'],
  ];
  it.each(wrong)('%j: %s', (given, words) => {
    expect(scheduleProblem(schedule(given))?.en).toContain(words);
  });
  it('is told apart from one that is', () => {
    for (const [, given] of cases)
      if (!('missed' in given && 'cron' in given && given.cron === '0 22 * * *')) expect(scheduleProblem(schedule(given))).toBeNull();
  });
});
