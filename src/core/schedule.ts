// When a job runs by the clock: its times, what keeps it from running, and what becomes of a time that was missed.
//
// Two laws. A wall time stays a wall time: "daily at 02:30" is 02:30 in winter and in summer; where the clocks jump over
// it, it comes at the first moment after the jump, and where they show it twice, the first time. "Every n minutes or
// hours" is elapsed time from the start: never a short pause, never a doubled run.
import { Cron } from 'croner';
import { z } from 'zod';
import { startOfDay } from './lifecycle.ts';
import type { Label } from './model.ts';

const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const clockTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 22:00');
const day = z.iso.date();

/** No run begins inside it. A window that ends before it begins reaches into the next day; equal times are a whole day. */
const blackoutSchema = z.union([
  z.strictObject({
    /** Days on which the window begins; left out = every day. */
    days: z.array(z.enum(weekdays)).min(1).optional(),
    from: clockTime,
    to: clockTime,
  }),
  /** From the beginning of the first day to the end of the last one. */
  z.strictObject({ first: day, last: day }),
]);
type Blackout = z.output<typeof blackoutSchema>;

export const scheduleFields = {
  /** Cron, five fields, in `timeZone`. Either this or `every`. */
  cron: z.string().min(1).optional(),
  every: z
    .string()
    .regex(/^([1-9]\d{0,4} (minutes|hours)|minute|hour|day|week|month)$/, 'must be such as "15 minutes", "2 hours", day, week or month')
    .optional(),
  /**
   * Local date and time before which nothing runs. `every` counts from it: minutes and hours from this moment; day, week and
   * month keep its time, its day of the week, its day of the month (in a shorter month the last day).
   */
  start: z.iso.datetime({ local: true, offset: false }).optional(),
  timeZone: z.string().default('UTC'),
  /** Times at which no run may begin, in `timeZone`. A time inside counts as missed. */
  blackout: z.array(blackoutSchema).default([]),
  /** A time that passed while nothing could run: one run makes up for all of them, or none does. */
  missed: z.enum(['once', 'skip']).default('once'),
  mode: z.enum(['full', 'incremental']).default('full'),
};

export interface Schedule {
  readonly cron?: string | undefined;
  readonly every?: string | undefined;
  readonly start?: string | undefined;
  readonly timeZone: string;
  readonly blackout: readonly Blackout[];
  readonly missed: 'once' | 'skip';
  readonly mode: 'full' | 'incremental';
}

/** A run that begins later than this after its time was missed. */
const LATE_MS = 10 * 60_000;
/** How many times inside blackouts are passed over before a schedule counts as one that never comes. */
const MOST_TRIES = 400;
const MINUTE = 60_000;

/** What is wrong with a schedule; null = nothing. */
export function scheduleProblem(schedule: Schedule): Label | null {
  if ((schedule.cron === undefined) === (schedule.every === undefined))
    return {
      en: 'Say when: either cron ("0 6 * * 1-5") or every ("6 hours", "day", "week", "month").',
      zh: '请指定执行时间：cron（如 "0 6 * * 1-5"）或 every（如 "6 hours"、day、week、month）之一。',
    };
  const told = `${schedule.cron ?? schedule.every} (${schedule.timeZone})`;
  // The library also takes seconds and single dates, which would run once a second, or once.
  if (schedule.cron !== undefined && schedule.cron.trim().split(/\s+/).length !== 5)
    return {
      en: `The schedule ${told} is not understood: cron has five fields. Example: "0 6 * * 1-5", at six on working days.`,
      zh: `无法理解定时 ${told}:cron 为五个字段。示例："0 6 * * 1-5"（工作日六点）。`,
    };
  try {
    if (next(schedule, 0) !== null) return null;
    return { en: `The schedule ${told} never comes.`, zh: `定时 ${told} 永远不会触发。` };
  } catch (error) {
    return {
      en: `The schedule ${told} is not understood: ${(error as Error).message}. Example: cron "0 6 * * 1-5", timeZone Asia/Shanghai.`,
      zh: `无法理解定时 ${told}:${(error as Error).message}。示例：cron "0 6 * * 1-5",timeZone Asia/Shanghai。`,
    };
  }
}

/** The first time after `from` (epoch ms) at which a run begins; null when none ever does. */
export function next(schedule: Schedule, from: number): number | null {
  const times = timesOf(schedule);
  let after = from;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const candidate = times(after);
    if (candidate === null) return null;
    const free = endOfBlackout(schedule, candidate);
    if (free === null) return null;
    if (free === candidate || schedule.missed === 'once') return free;
    // A time at the very end of the window is not in it.
    after = free - 1;
  }
  return null;
}

/** The next `count` times after `from`. What stands here is what fires. */
export function upcoming(schedule: Schedule, from: number, count: number): readonly number[] {
  const found: number[] = [];
  for (let at = next(schedule, from); at !== null && found.length < count; at = next(schedule, at)) found.push(at);
  return found;
}

export interface Due {
  /** A run begins now. */
  readonly run: boolean;
  /** When the schedule is to be asked again: the time that is shown. */
  readonly next: number | null;
}

/**
 * What a schedule says at `now`.
 * @param expected  the time that was shown; null when the schedule is new
 */
export function due(schedule: Schedule, expected: number | null, now: number): Due {
  if (expected === null) return { run: false, next: next(schedule, now) };
  if (now < expected) return { run: false, next: expected };
  if (now - expected <= LATE_MS || schedule.missed === 'once') {
    const free = endOfBlackout(schedule, now);
    if (free === now) return { run: true, next: next(schedule, now) };
    return { run: false, next: schedule.missed === 'once' ? free : next(schedule, now) };
  }
  return { run: false, next: next(schedule, now) };
}

// ── times ────────────────────────────────────────────────────────────────────────────────────────────────

/** The first time after a moment, blackouts not considered. */
type Times = (after: number) => number | null;

function timesOf(schedule: Schedule): Times {
  const { timeZone } = schedule;
  const start = schedule.start === undefined ? null : moment(schedule.start, timeZone);
  const step = stepOf(schedule.every);
  if (step !== null) {
    const anchor = start ?? moment('1970-01-02T00:00:00', timeZone);
    return (after) => {
      const count = Math.floor((after - anchor) / step) + 1;
      return start !== null && count < 0 ? start : anchor + count * step;
    };
  }
  const crons = cronsOf(schedule).map((expression) => new Cron(expression, { timezone: timeZone }));
  return (after) => {
    // One ms earlier, so that the start itself counts.
    const from = new Date(start === null ? after : Math.max(after, start - 1));
    const times = crons.map((cron) => cron.nextRun(from)?.getTime()).filter((time) => time !== undefined);
    return times.length === 0 ? null : Math.min(...times);
  };
}

/** Of elapsed time: ms from one run to the next. */
function stepOf(every: string | undefined): number | null {
  const [first = '', unit = ''] = (every ?? '').split(' ');
  if (first === 'minute' || unit === 'minutes') return (unit === '' ? 1 : Number(first)) * MINUTE;
  if (first === 'hour' || unit === 'hours') return (unit === '' ? 1 : Number(first)) * 60 * MINUTE;
  return null;
}

/** Day, week and month as cron; a month that has no such day runs on its last one. */
function cronsOf(schedule: Schedule): readonly string[] {
  if (schedule.cron !== undefined) return [schedule.cron];
  const start = new Date(`${schedule.start ?? '2018-01-01T00:00:00'}Z`);
  const time = `${start.getUTCMinutes()} ${start.getUTCHours()}`;
  const date = start.getUTCDate();
  if (schedule.every === 'day') return [`${time} * * *`];
  if (schedule.every === 'week') return [`${time} * * ${start.getUTCDay()}`];
  if (date === 31) return [`${time} L * *`];
  return date > 28 ? [`${time} ${date} * *`, `${time} L 2 *`] : [`${time} ${date} * *`];
}

/** Epoch ms of a local date and time; one that the clocks jump over is the first moment after the jump. */
function moment(local: string, timeZone: string): number {
  const text = local.length === 16 ? `${local}:00` : local;
  const found = new Cron(text, { timezone: timeZone }).nextRun(new Date(0));
  if (!found) throw new Error(`there is no time ${local} in ${timeZone}`);
  return found.getTime();
}

// ── blackouts ────────────────────────────────────────────────────────────────────────────────────────────

/** The first moment from `at` on that lies in no blackout; null when there is none. */
function endOfBlackout(schedule: Schedule, at: number): number | null {
  let moment = at;
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    const window = schedule.blackout.find((candidate) => isInside(candidate, schedule.timeZone, moment));
    if (!window) return moment;
    const end = endOf(window, schedule.timeZone, moment);
    if (end === null) return null;
    moment = end;
  }
  return null;
}

function isInside(window: Blackout, timeZone: string, at: number): boolean {
  const local = localOf(at, timeZone);
  if ('first' in window) return window.first <= local.date && local.date <= window.last;
  const beginsOn = (weekday: number): boolean => window.days?.includes(weekdays[weekday]!) ?? true;
  if (window.from < window.to) return beginsOn(local.weekday) && window.from <= local.time && local.time < window.to;
  if (local.time >= window.from && beginsOn(local.weekday)) return true;
  return local.time < window.to && beginsOn((local.weekday + 6) % 7);
}

function endOf(window: Blackout, timeZone: string, at: number): number | null {
  if ('first' in window) return startOfDay(window.last, timeZone, 1);
  const [hour, minute] = window.to.split(':').map(Number);
  return new Cron(`${minute} ${hour} * * *`, { timezone: timeZone }).nextRun(new Date(at))?.getTime() ?? null;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function localOf(at: number, timeZone: string): { date: string; time: string; weekday: number } {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hourCycle: 'h23',
      weekday: 'short',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    });
    formats.set(timeZone, format);
  }
  const part = Object.fromEntries(format.formatToParts(at).map((one) => [one.type, one.value]));
  return {
    date: `${part.year!.padStart(4, '0')}-${part.month}-${part.day}`,
    time: `${part.hour}:${part.minute}`,
    weekday: weekdays.findIndex((name) => name === part.weekday!.toLowerCase()),
  };
}
