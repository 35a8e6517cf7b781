// First and last days: local, inclusive, and right where the clock is put forward or back.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lifecycleAt, startOfDay } from './lifecycle.ts';
import type { LifecycleInput } from './lifecycle.ts';

const HOUR = 3_600_000;
const zones = [
  'UTC',
  'Asia/Shanghai',
  'Europe/Berlin',
  'America/New_York',
  'America/St_Johns',
  'Pacific/Auckland',
  'Pacific/Kiritimati',
  'Asia/Kathmandu',
  'Africa/Cairo',
  'America/Sao_Paulo',
  'Australia/Lord_Howe',
  'Pacific/Apia',
];
const localDay = (at: number, timeZone: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' }).format(at);
const at = (input: Partial<LifecycleInput>, now: number) => lifecycleAt({ existence: 'active', timeZone: 'Asia/Shanghai', ...input }, now);

describe('the start of a day', () => {
  it('is the first moment of that local day, in every zone and year', () => {
    const anyDay = fc
      .date({ min: new Date('1990-01-01'), max: new Date('2040-12-31'), noInvalidDate: true })
      .map((date) => date.toISOString().slice(0, 10));
    fc.assert(
      fc.property(anyDay, fc.constantFrom(...zones), (day, zone) => {
        // Samoa left this day out.
        fc.pre(!(zone === 'Pacific/Apia' && day === '2011-12-30'));
        const start = startOfDay(day, zone, 0)!;
        expect([localDay(start, zone), localDay(start - 1, zone) < day]).toEqual([day, true]);
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00Z'],
    ['2026-03-30', 'Europe/Berlin', '2026-03-29T22:00:00Z'],
    ['2026-10-25', 'Europe/Berlin', '2026-10-24T22:00:00Z'],
    ['2026-10-26', 'Europe/Berlin', '2026-10-25T23:00:00Z'],
    ['2026-02-28', 'Asia/Shanghai', '2026-02-27T16:00:00Z'],
  ])('%s in %s is %s', (day, zone, expected) => {
    expect(startOfDay(day, zone, 0)).toBe(Date.parse(expected));
  });

  it('is right where the clock jumps over midnight', () => {
    expect(startOfDay('2018-11-04', 'America/Sao_Paulo', 0)).toBe(Date.parse('2018-11-04T03:00:00Z'));
    expect(startOfDay('2023-04-28', 'Africa/Cairo', 0)).toBe(Date.parse('2023-04-27T22:00:00Z'));
  });

  it('is the earlier midnight where the clock is put back over midnight', () => {
    // 2023-10-26 24:00 becomes 23:00; 23:00 to 24:00 of the 26th comes twice, the 27th begins once.
    expect(startOfDay('2023-10-27', 'Africa/Cairo', 0)).toBe(Date.parse('2023-10-26T22:00:00Z'));
  });

  it('adds days over ends of months and years, and is null for what is no date', () => {
    expect(startOfDay('2026-12-31', 'UTC', 1)).toBe(Date.UTC(2027, 0, 1));
    expect(startOfDay('2028-02-28', 'UTC', 1)).toBe(Date.UTC(2028, 1, 29));
    expect(startOfDay('soon', 'UTC', 0)).toBeNull();
  });
});

describe('the lifecycle', () => {
  const lastDayEnds = Date.UTC(2026, 5, 30, 16);

  it('includes the last day, to its last millisecond of local time', () => {
    expect(at({ endsAt: '2026-06-30' }, lastDayEnds - 1)).toEqual({ lifecycle: 'active', reviewAt: lastDayEnds });
    expect(at({ endsAt: '2026-06-30' }, lastDayEnds)).toEqual({ lifecycle: 'departed', reviewAt: null });
  });

  it('begins with the first day and asks to be looked at then', () => {
    const begins = Date.UTC(2026, 5, 30, 16);
    expect(at({ startsAt: '2026-07-01' }, begins - 1)).toEqual({ lifecycle: 'pre-hire', reviewAt: begins });
    expect(at({ startsAt: '2026-07-01' }, begins)).toEqual({ lifecycle: 'active', reviewAt: null });
  });

  it('keeps a pre-hire without a first day waiting, and starts one whose day has come', () => {
    expect(at({ existence: 'pre-hire' }, 0)).toEqual({ lifecycle: 'pre-hire', reviewAt: null });
    expect(at({ existence: 'pre-hire', startsAt: '2026-01-01' }, lastDayEnds).lifecycle).toBe('active');
  });

  it('lets what a source states outright stand, whatever the dates', () => {
    for (const existence of ['suspended', 'departed', 'absent'] as const) {
      expect(at({ existence, startsAt: '2020-01-01', endsAt: '2099-01-01' }, lastDayEnds)).toEqual({
        lifecycle: existence,
        reviewAt: null,
      });
    }
  });

  it('reads an unknown zone as UTC instead of failing', () => {
    expect(at({ endsAt: '2026-06-30', timeZone: 'Mars/Olympus' }, 0).reviewAt).toBe(Date.UTC(2026, 6, 1));
    expect(at({ endsAt: '2026-06-30', timeZone: null }, 0).reviewAt).toBe(Date.UTC(2026, 6, 1));
  });

  it('changes only at the moments it names', () => {
    const anyDay = fc
      .integer({ min: 0, max: 60 })
      .map((days) => new Date(Date.UTC(2026, 2, 1) + days * 24 * HOUR).toISOString().slice(0, 10));
    const anyInput = fc.record({
      existence: fc.constantFrom('active' as const, 'pre-hire' as const),
      startsAt: fc.option(anyDay),
      endsAt: fc.option(anyDay),
      timeZone: fc.constantFrom(...zones),
    });
    fc.assert(
      fc.property(anyInput, fc.integer({ min: 0, max: 70 * 24 }), fc.integer({ min: 0, max: 30 * 24 }), (input, hour, later) => {
        const now = Date.UTC(2026, 1, 25) + hour * HOUR;
        const first = lifecycleAt(input, now);
        if (first.reviewAt !== null) expect(first.reviewAt).toBeGreaterThan(now);
        const then = now + later * HOUR;
        if (first.reviewAt === null || then < first.reviewAt) expect(lifecycleAt(input, then).lifecycle).toBe(first.lifecycle);
      }),
    );
  });
});
