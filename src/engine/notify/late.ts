// What is late: reads that are overdue, events that stay away, credentials that expire. Reads only.
import type { JobSettings } from '../../core/job-settings.ts';
import type { InstallationNotices } from '../../core/notices.ts';
import type { Reader } from '../../store/database.ts';
import { savedVersion, type JobRow } from '../../store/jobs.ts';
import { lastTouchedRun } from '../../store/real-time.ts';
import { lastReconcile } from '../../store/runs.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

export interface WatchedJob {
  readonly row: JobRow;
  readonly settings: JobSettings;
}

interface Overdue {
  readonly hours: number;
  /** The last complete read; null before the first. */
  readonly since: number | null;
  /** From when it is counted. */
  readonly base: number;
}

/** A job that nobody starts by itself is not late, unless its own settings say so. */
export async function overdueRead(
  reader: Reader,
  { row, settings }: WatchedJob,
  rules: InstallationNotices,
  now: number,
): Promise<Overdue | null> {
  const hours = settings.notices.noCompleteReadHours ?? (settings.trigger.kind === 'manual' ? null : rules.noCompleteReadHours);
  if (hours === null) return null;
  const base = row.last_complete_at ?? (await savedVersion(reader, row.id, row.version))?.saved_at ?? now;
  return now - base <= hours * HOUR ? null : { hours, since: row.last_complete_at, base };
}

interface Silence {
  readonly hours: number;
  /** The run that compared everything, and how much it found of which no event had told. */
  readonly run: number;
  readonly count: number;
  readonly since: number | null;
}

/** A reconcile that found something, and no event in the hours before it: the push is broken, or was never set up. */
export async function silentEvents(reader: Reader, { row, settings }: WatchedJob, rules: InstallationNotices): Promise<Silence | null> {
  const hours = settings.notices.noEventHours ?? rules.noEventHours;
  if (hours === null || settings.trigger.kind !== 'event') return null;
  const run = await lastReconcile(reader, row.id);
  const count = (run?.counts.applied ?? 0) + (run?.counts.held ?? 0) + (run?.counts.failed ?? 0);
  if (!run || count === 0) return null;
  const since = await lastTouchedRun(reader, row.id);
  return since !== null && since > run.endedAt! - hours * HOUR ? null : { hours, run: run.id, count, since };
}

interface Expiry {
  readonly days: number;
  /** Epoch ms. */
  readonly expires: number;
  readonly threshold: number;
}

export function expiringSoon(expiresAt: string | null, rules: InstallationNotices, now: number): Expiry | null {
  const expires = Date.parse(expiresAt ?? '');
  if (Number.isNaN(expires)) return null;
  const days = Math.max(0, Math.ceil((expires - now) / DAY));
  const threshold = [...rules.expiryDays].sort((a, b) => a - b).find((limit) => days <= limit);
  return threshold === undefined ? null : { days, expires, threshold };
}
