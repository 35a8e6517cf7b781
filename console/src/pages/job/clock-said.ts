// When a job runs by the clock, in words: the usual schedules, also those that were written as cron; others as they were entered.
import type { useWords } from '../../i18n/i18n.ts';
import { dayOf, timeOf as timeOfStart, weekdayOf } from '../../parts/clock-start.ts';

type Words = Pick<ReturnType<typeof useWords>, 't' | 'language'>;

interface Clock {
  readonly cron?: string;
  readonly every?: string;
  /** The date from which it counts: it holds the time, the day of the week, the day of the month. */
  readonly start?: string;
}

const EVERY = ['15 minutes', '1 hours', '6 hours', 'day', 'week', 'month'] as const;
/** A Sunday. */
const SUNDAY = Date.UTC(2026, 0, 4);
const DAY_MS = 86_400_000;

export function clockSaid({ cron, every, start }: Clock, words: Words): string {
  const onDay = start === undefined ? null : dayAndTimeSaid(every, start, words);
  if (onDay !== null) return onDay;
  const known = EVERY.find((one) => one === every);
  if (known) return words.t(`wizard.parts.every.${known}`);
  return cronSaid(cron ?? '', words) ?? words.t('job.said.clock', { clock: cron ?? every ?? '' });
}

/** null: it counts minutes or hours, or nothing. */
function dayAndTimeSaid(every: string | undefined, start: string, words: Words): string | null {
  const time = timeOfStart(start);
  if (every === 'day') return words.t('job.said.daily', { time });
  if (every === 'week') return daysSaid({ day: '*', weekday: String(weekdayOf(start)), time }, words);
  return every === 'month' ? words.t('job.said.monthly', { day: dayOf(start), time }) : null;
}

/** null: one that has no short sentence. */
function cronSaid(cron: string, words: Words): string | null {
  const [minute, hour, day, month, weekday, ...more] = cron.trim().split(/\s+/);
  if (weekday === undefined || more.length > 0 || month !== '*') return null;
  const often = day === '*' && weekday === '*' ? oftenSaid(minute!, hour!, words) : null;
  if (often !== null) return often;
  if (!isBelow(minute!, 60) || !isBelow(hour!, 24)) return null;
  return daysSaid({ day: day!, weekday, time: timeOf(hour!, minute!) }, words);
}

const isBelow = (field: string, end: number): boolean => /^\d{1,2}$/.test(field) && Number(field) < end;
const timeOf = (hour: string, minute: string): string => `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`;

/** Of steps only those that come out even: after the others the last one of an hour or a day is shorter. */
function stepOf(field: string, whole: number): number | null {
  const step = Number(/^\*\/(\d{1,2})$/.exec(field)?.[1] ?? Number.NaN);
  return step > 0 && whole % step === 0 ? step : null;
}

function oftenSaid(minute: string, hour: string, { t }: Words): string | null {
  const minutes = minute === '*' ? 1 : stepOf(minute, 60);
  if (minutes !== null) return hour === '*' ? t('job.said.minutes', { count: minutes }) : null;
  const hours = hour === '*' ? 1 : stepOf(hour, 24);
  return hours !== null && isBelow(minute, 60) ? t('job.said.hours', { count: hours, minute: minute.padStart(2, '0') }) : null;
}

/** Every month has one; of later days that is not so. */
const IN_EVERY_MONTH = 28;
const monthlySaid = (day: number, time: string, t: Words['t']): string =>
  t(day > IN_EVERY_MONTH ? 'job.said.someMonths' : 'job.said.monthly', { day, time });

function daysSaid({ day, weekday, time }: Readonly<Record<'day' | 'weekday' | 'time', string>>, { t, language }: Words): string | null {
  if (day === '*' && weekday === '*') return t('job.said.daily', { time });
  if (day === '*' && weekday === '1-5') return t('job.said.workdays', { time });
  if (day !== '*') return weekday === '*' && isBelow(day, 32) && Number(day) > 0 ? monthlySaid(Number(day), time, t) : null;
  if (!/^[0-7](,[0-7])*$/.test(weekday)) return null;
  const name = new Intl.DateTimeFormat(language, { weekday: 'long', timeZone: 'UTC' });
  // 0 and 7 are both Sunday.
  const numbers = new Set(weekday.split(',').map((one) => Number(one) % 7));
  const days = [...numbers].map((one) => name.format(SUNDAY + one * DAY_MS));
  return t('job.said.weekly', { days: new Intl.ListFormat(language).format(days), time });
}
