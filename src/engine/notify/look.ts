// Looks for what only time makes worth telling: reads that are overdue, events that stay away, credentials that expire.
import { jobSettingsSchema } from '../../core/job-settings.ts';
import type { InstallationNotices } from '../../core/notices.ts';
import { getConnection, listConnections, listJobs, type ConnectionRow } from '../../store/jobs.ts';
import { lookedAt, noteLooked } from '../../store/notices.ts';
import { endLease, takeLease } from '../../store/upkeep.ts';
import type { EngineOptions } from '../context.ts';
import type { Engine } from '../engine.ts';
import { isLeftToServer } from '../left-to-server.ts';
import { expiringSoon, overdueRead, silentEvents, type WatchedJob } from './late.ts';
import { noteExpiry, noteOverdue, noteSilence } from './note.ts';
import { installationNotices } from './settings.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const LEASE_MS = 5 * MINUTE;

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
      .map((row): WatchedJob => ({ row, settings: jobSettingsSchema.parse(JSON.parse(row.settings)) }));
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

async function lookAtReads({ database }: EngineOptions, job: WatchedJob, rules: InstallationNotices, now: number): Promise<void> {
  const late = await overdueRead(database, job, rules, now);
  if (late) await database.write((transaction) => noteOverdue(transaction, job.row.id, { ...late, at: now }));
}

async function lookAtEvents({ database }: EngineOptions, job: WatchedJob, rules: InstallationNotices, now: number): Promise<void> {
  const silent = await silentEvents(database, job, rules);
  if (silent) await database.write((transaction) => noteSilence(transaction, job.row.id, { ...silent, at: now }));
}

/** One connection at a time is checked, each once a day: what `check` says of expiry is never older. */
async function checkOne(engine: Engine, connections: readonly ConnectionRow[], jobs: readonly WatchedJob[], now: number): Promise<void> {
  const { database, log } = engine.options;
  for (const row of connections) {
    const last = Math.max(row.checked_at ?? 0, (await lookedAt(database, `check:${row.id}`)) ?? 0);
    if (now - last < DAY || isLeftToServer(engine.options, row.connector)) continue;
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
  const soon = expiringSoon((await getConnection(database, id))?.expires_at ?? null, rules, now);
  if (soon) await database.write((transaction) => noteExpiry(transaction, id, { ...soon, at: now }));
}
