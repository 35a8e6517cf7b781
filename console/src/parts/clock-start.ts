// The day and the time of "every day, week, month": the server reads them off the date from which the schedule counts.

/** From where it counts when nobody says: a Monday, the first of a month, midnight. As the server does. */
const USUAL = '2018-01-01T00:00:00';
const DAY_MS = 86_400_000;

const dateOf = (start: string | undefined): Date => new Date(`${start ?? USUAL}Z`);
const written = (date: Date): string => date.toISOString().slice(0, 19);

/** "06:30" */
export const timeOf = (start: string | undefined): string => (start ?? USUAL).slice(11, 16);
/** 0 is Sunday. */
export const weekdayOf = (start: string | undefined): number => dateOf(start).getUTCDay();
export const dayOf = (start: string | undefined): number => dateOf(start).getUTCDate();

export const withTime = (start: string | undefined, time: string): string => `${(start ?? USUAL).slice(0, 10)}T${time}:00`;

/** The same week, or the next: never earlier than what was said not to be run before. */
export function withWeekday(start: string | undefined, weekday: number): string {
  const date = dateOf(start);
  return written(new Date(date.getTime() + ((weekday - date.getUTCDay() + 7) % 7) * DAY_MS));
}

/** That day of the month, or of the first month after it that has one. */
export function withDay(start: string | undefined, day: number): string {
  const date = dateOf(start);
  const at = (month: number): Date =>
    new Date(Date.UTC(date.getUTCFullYear(), month, day, date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()));
  let month = date.getUTCMonth();
  while (at(month).getUTCDate() !== day || at(month) < date) month += 1;
  return written(at(month));
}

/** What a schedule is chosen as that nobody wants in words. */
export const CRON = 'cron';
const NIGHT = '03:00';
const AT_NIGHT = '0 3 * * *';
const hasDay = (every: unknown): boolean => every === 'day' || every === 'week' || every === 'month';

/** Where a choice begins: in the night, in words. */
export const everyNight = (timeZone: string): Schedule => ({ every: 'day', start: withTime(undefined, NIGHT), timeZone });

type Schedule = Readonly<Record<string, unknown>>;

/** The same schedule at another beat. Its time of day goes where it would mean "not before". */
export function atBeat({ cron: _, every, start, ...rest }: Schedule, next: string): Schedule {
  if (hasDay(next)) return { ...rest, every: next, start: start ?? withTime(undefined, NIGHT) };
  const since = start === undefined || hasDay(every) ? {} : { start };
  return { ...rest, ...since, ...(next === CRON ? { cron: AT_NIGHT } : { every: next }) };
}
