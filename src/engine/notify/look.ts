// Looks for what only time makes worth telling: reads that are overdue, events that stay away, credentials that expire.
import { jobSettingsSchema, type JobSettings } from '../../core/job-settings.ts';
import type { InstallationNotices } from '../../core/notices.ts';
import { getConnection, listConnections, listJobs, savedVersion, type ConnectionRow, type JobRow } from '../../store/jobs.ts';
import { lookedAt, noteLooked } from '../../store/notices.ts';
import { lastTouchedRun } from '../../store/real-time.ts';
import { lastReconcile } from '../../store/runs.ts';
import { endLease, takeLease } from '../../store/upkeep.ts';
import type { EngineOptions } from '../context.ts';
import type { Engine } from '../engine.ts';
import { noteExpiry, noteOverdue, noteSilence } from './note.ts';
import { installationNotices } from './settings.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const LEASE_MS = 5 * MINUTE;

interface Watched {
  readonly row: JobRow;
  readonly settings: JobSettings;
}

/** At most once a minute, by one worker. */
export async function lookAround(engine: Engine): Promise<void> {
  const { options } = engine;
  const { database, clock } = options;
  const now = clock.now();
  if (now - ((await lookedAt(database, LOOK)) ?? 0) < MINUTE) return;
  const lease = await database.write((transaction) => takeLease(transaction, 'notice-look', 'all', options.holder, now, now + LEASE_MS));
  if (lease === null) return;
  try {
    await database.write((transaction) => noteLooked(transaction, LOOK, now));
    const rules = await installationNotices(database);
    const jobs = (await listJobs(database))
      .filter((row) => row.state === 'enabled')
      .map((row): Watched => ({ row, settings: jobSettingsSchema.parse(JSON.parse(row.settings)) }));
    for (const job of jobs) {
      await lookAtReads(options, job, rules, now);
      await lookAtEvents(options, job, rules, now);
    }
    const connections = (await listConnections(database)).filter((row) => jobs.some((job) => job.row.connection === row.id));
    await checkOne(engine, connections, jobs, now);
    for (const row of connections) await lookAtExpiry(options, row.id, rules, now);
  } finally {
    await database.write((transaction) => endLease(transaction, 'notice-look', 'all', options.holder));
  }
}
const LOOK = 'notices.look';

/** A job that nobody starts by itself is not late, unless its own settings say so. */
async function lookAtReads(
  { database }: EngineOptions,
  { row, settings }: Watched,
  rules: InstallationNotices,
  now: number,
): Promise<void> {
  const hours = settings.notices.noCompleteReadHours ?? (settings.trigger.kind === 'manual' ? null : rules.noCompleteReadHours);
  if (hours === null) return;
  const since = row.last_complete_at ?? (await savedVersion(database, row.id, row.version))?.saved_at ?? now;
  if (now - since <= hours * HOUR) return;
  await database.write((transaction) => noteOverdue(transaction, row.id, { hours, since: row.last_complete_at, base: since, at: now }));
}

/** A reconcile that found something, and no event in the hours before it: the push is broken, or was never set up. */
async function lookAtEvents(
  { database }: EngineOptions,
  { row, settings }: Watched,
  rules: InstallationNotices,
  now: number,
): Promise<void> {
  const hours = settings.notices.noEventHours ?? rules.noEventHours;
  if (hours === null || settings.trigger.kind !== 'event') return;
  const run = await lastReconcile(database, row.id);
  const found = (run?.counts.applied ?? 0) + (run?.counts.held ?? 0) + (run?.counts.failed ?? 0);
  if (!run || found === 0) return;
  const last = await lastTouchedRun(database, row.id);
  if (last !== null && last > run.endedAt! - hours * HOUR) return;
  await database.write((transaction) => noteSilence(transaction, row.id, { hours, run: run.id, count: found, since: last, at: now }));
}

/** One connection at a time is checked, each once a day: what `check` says of expiry is never older. */
async function checkOne(engine: Engine, connections: readonly ConnectionRow[], jobs: readonly Watched[], now: number): Promise<void> {
  const { database, log } = engine.options;
  for (const row of connections) {
    const last = Math.max(row.checked_at ?? 0, (await lookedAt(database, `check:${row.id}`)) ?? 0);
    if (now - last < DAY) continue;
    // Noted first: one that fails is not tried every minute; its jobs tell that it is away.
    await database.write((transaction) => noteLooked(transaction, `check:${row.id}`, now));
    const { row: job, settings } = jobs.find((one) => one.row.connection === row.id)!;
    await engine
      .check(row.id, { direction: job.direction, part: settings.part })
      .catch((error: unknown) => log('daily-check', { connection: row.id, error: error instanceof Error ? error.message : String(error) }));
    return;
  }
}

/** Once per threshold; whoever starts with five days left hears of it once. */
async function lookAtExpiry({ database }: EngineOptions, id: string, rules: InstallationNotices, now: number): Promise<void> {
  const expires = Date.parse((await getConnection(database, id))?.expires_at ?? '');
  if (Number.isNaN(expires)) return;
  const days = Math.max(0, Math.ceil((expires - now) / DAY));
  const threshold = [...rules.expiryDays].sort((a, b) => a - b).find((limit) => days <= limit);
  if (threshold === undefined) return;
  await database.write((transaction) => noteExpiry(transaction, id, { days, expires, threshold, at: now }));
}
