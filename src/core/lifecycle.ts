// Existence as an attribute: what a source says of a person, and what that is at a moment in time.

export const lifecycles = ['pre-hire', 'active', 'suspended', 'departed', 'absent'] as const;
/** What a contribution says of existence (unknown by leaving it out), and what a directory object then is. */
export type Lifecycle = (typeof lifecycles)[number];
/** The same, as one source says it. */
export type Existence = Lifecycle;

export interface LifecycleInput {
  readonly existence: Lifecycle;
  /** ISO date; the person starts at the beginning of this day. */
  readonly startsAt?: string | null;
  /** ISO date, last working day inclusive: departed at the start of the next day. */
  readonly endsAt?: string | null;
  /** IANA name; missing or unknown counts as UTC. */
  readonly timeZone?: string | null;
}

export interface LifecycleResult {
  readonly lifecycle: Lifecycle;
  /** When this answer may change by itself, in epoch ms; null when never. */
  readonly reviewAt: number | null;
}

/**
 * The lifecycle at `now`. Only `active` and `pre-hire` move with time; what a source states outright
 * (suspended, departed, absent) stands.
 */
export function lifecycleAt(input: LifecycleInput, now: number): LifecycleResult {
  if (input.existence !== 'active' && input.existence !== 'pre-hire') {
    return { lifecycle: input.existence, reviewAt: null };
  }
  const zone = input.timeZone || 'UTC';
  const starts = input.startsAt ? startOfDay(input.startsAt, zone, 0) : null;
  const ends = input.endsAt ? startOfDay(input.endsAt, zone, 1) : null;
  if (ends !== null && now >= ends) return { lifecycle: 'departed', reviewAt: null };
  if (starts !== null && now < starts) return { lifecycle: 'pre-hire', reviewAt: Math.min(starts, ends ?? starts) };
  const lifecycle = input.existence === 'pre-hire' && starts === null ? 'pre-hire' : 'active';
  return { lifecycle, reviewAt: ends };
}

/** Epoch ms at which local day `date` + `addDays` begins in `timeZone`; null when the date does not parse. */
export function startOfDay(date: string, timeZone: string, addDays: number): number | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})/.exec(date);
  if (!match) return null;
  const utc = Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]) + addDays);
  // Two rounds settle days on which the offset itself changes. Where the clock jumps over midnight they disagree for
  // ever, and the later one is the first moment of the day.
  const first = utc - offsetMs(utc, timeZone);
  const second = utc - offsetMs(first, timeZone);
  const third = utc - offsetMs(second, timeZone);
  return Math.max(second, third);
}

const formats = new Map<string, Intl.DateTimeFormat | null>();

/** null for a zone that nobody knows: it counts as UTC, because one wrong record must not stop a run. */
function formatOf(timeZone: string): Intl.DateTimeFormat | null {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const made = isTimeZone(timeZone)
    ? new Intl.DateTimeFormat('en-US', {
        timeZone,
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
      })
    : null;
  formats.set(timeZone, made);
  return made;
}

/** Whether a time zone of this name exists. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function offsetMs(at: number, timeZone: string): number {
  if (timeZone === 'UTC') return 0;
  const format = formatOf(timeZone);
  if (format === null) return 0;
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(at)) part[type] = Number(value);
  const local = Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!, part.second!);
  return local - Math.floor(at / 1000) * 1000;
}

/** Whether an account of such a person may be used. */
export const isEnabled = (lifecycle: Lifecycle): boolean => lifecycle === 'active';
