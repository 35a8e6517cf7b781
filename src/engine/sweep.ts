// What has become due: schedules, retries of single objects, last days, waiting runs, breaker probes, expiries.
import { jobSettingsSchema, scheduleOf } from '../core/job-settings.ts';
import type { ObjectKey } from '../core/model.ts';
import { due } from '../core/schedule.ts';
import { listBrakes, listConnections, listJobs, patchBreaker, patchJob } from '../store/jobs.ts';
import { trimInbox } from '../store/real-time.ts';
import type { Transaction } from '../store/database.ts';
import { openRuns, patchRun } from '../store/runs.ts';
import { dropEndedLeases, dueItems, dueNow, postponeItems, trimWindow } from '../store/upkeep.ts';
import type { EngineOptions } from './context.ts';
import { openEndpoint } from './endpoint.ts';
import { isLeftToServer, tellWaiting } from './left-to-server.ts';
import { closeBreaker } from './notify/note.ts';
import { tryQuarantined } from './quarantine.ts';
import type { Enqueue } from './real-time.ts';
import { groupBy } from './shapes.ts';
import { conductOf } from './states.ts';

const RETRY_LEASE_MS = 600_000;
const PROBE_MS = 30_000;
/** Longer than any vendor goes on sending an event again. */
const INBOX_MS = 8 * 86_400_000;

export async function sweep(options: EngineOptions, enqueue: Enqueue): Promise<void> {
  const now = options.clock.now();
  const enabled = new Set(
    (await listJobs(options.database)).filter(({ state }) => conductOf(state).runsByItself && conductOf(state).writes).map((job) => job.id),
  );
  await schedules(options, enqueue, now);
  await dueKeys(options, enqueue, now, enabled);
  await retries(options, enqueue, now, enabled);
  await probes(options, now);
  await expiries(options, now);
  await tellWaiting(options);
}

async function schedules(options: EngineOptions, enqueue: Enqueue, now: number): Promise<void> {
  const open = new Set(
    (await openRuns(options.database))
      .filter((run) => run.mode !== 'keys' && (!run.dryRun || run.cause === 'schedule'))
      .map((run) => run.job),
  );
  await tryQuarantined(options.database, enqueue, open, now);
  for (const job of await listJobs(options.database)) {
    // One run at a time: what came due meanwhile is judged when the open one has ended.
    if (!conductOf(job.state).runsByItself || open.has(job.id)) continue;
    const schedule = scheduleOf(jobSettingsSchema.parse(JSON.parse(job.settings)).trigger);
    if (!schedule) continue;
    const said = due(schedule, job.next_due_at, now);
    const remember = (transaction: Transaction): Promise<void> => patchJob(transaction, job.id, { next_due_at: said.next });
    if (said.run) await enqueue({ job: job.id, mode: schedule.mode, cause: 'schedule', actor: 'schedule' }, remember);
    else if (said.next !== job.next_due_at) await options.database.write(remember);
  }
}

async function dueKeys(options: EngineOptions, enqueue: Enqueue, now: number, enabled: ReadonlySet<number>): Promise<void> {
  const rows = (await dueNow(options.database, now, 5_000)).filter((row) => row.what !== 'delete-asked' && enabled.has(row.job));
  for (const row of rows.filter((candidate) => candidate.what === 'run')) {
    await options.database.write(async (transaction) => {
      await transaction.run('DELETE FROM due WHERE job = ? AND source_key = ? AND what = ?', row.job, row.source_key, 'run');
      await transaction.run(`UPDATE run SET state = 'queued' WHERE id = ? AND state = 'waiting'`, Number(row.source_key));
    });
  }
  for (const [job, own] of groupBy(
    rows.filter((candidate) => candidate.what !== 'run'),
    (row) => String(row.job),
  )) {
    const keys = [
      ...new Map(
        own.map((row): [string, ObjectKey] => [`${row.type}\0${row.source_key}`, { type: row.type, id: row.source_key }]),
      ).values(),
    ];
    await enqueue({ job: Number(job), mode: 'keys', keys, cause: 'due', actor: 'schedule' });
    await options.database.write(async (transaction) => {
      for (const row of own) {
        if (row.what === 'delete')
          await transaction.run(
            `UPDATE due SET what = 'delete-asked' WHERE job = ? AND type = ? AND source_key = ? AND what = 'delete'`,
            row.job,
            row.type,
            row.source_key,
          );
        else
          await transaction.run(
            'DELETE FROM due WHERE job = ? AND type = ? AND source_key = ? AND what = ?',
            row.job,
            row.type,
            row.source_key,
            row.what,
          );
      }
    });
  }
}

async function retries(options: EngineOptions, enqueue: Enqueue, now: number, enabled: ReadonlySet<number>): Promise<void> {
  const away = new Set((await listConnections(options.database)).filter((row) => row.breaker_opened_at !== null).map((row) => row.id));
  const jobs = new Map((await listJobs(options.database)).map((job) => [job.id, job]));
  const items = (await dueItems(options.database, now, 1_000)).filter(
    (item) => enabled.has(item.job) && !away.has(jobs.get(item.job)?.connection ?? ''),
  );
  for (const [job, own] of groupBy(items, (item) => String(item.job))) {
    const keys = [
      ...new Map(
        own.map((item): [string, ObjectKey] => [`${item.type}\0${item.source_key}`, { type: item.type, id: item.source_key }]),
      ).values(),
    ];
    await enqueue({ job: Number(job), mode: 'keys', keys, cause: 'retry', actor: 'schedule' });
    await options.database.write((transaction) => postponeItems(transaction, own, now + RETRY_LEASE_MS));
  }
}

/** One probe per connection that is away; when it answers, its waiting runs go on. */
async function probes(options: EngineOptions, now: number): Promise<void> {
  for (const row of await listConnections(options.database)) {
    if (row.breaker_opened_at === null || (row.breaker_probe_at ?? 0) > now || isLeftToServer(options, row.connector)) continue;
    const reached = await isReachable(options, row.id);
    await options.database.write(async (transaction) => {
      if (reached) return closeBreaker(transaction, row.id, options.clock.now());
      await patchBreaker(transaction, row.id, row.breaker_failures, row.breaker_opened_at, now + PROBE_MS, row.breaker_reason);
    });
  }
  const away = new Set((await listConnections(options.database)).filter((row) => row.breaker_opened_at !== null).map((row) => row.id));
  const brakes = await listBrakes(options.database);
  const jobs = new Map((await listJobs(options.database)).map((job) => [job.id, job]));
  for (const run of await openRuns(options.database)) {
    if (run.state !== 'waiting') continue;
    const connection = jobs.get(run.job)?.connection ?? '';
    const braked = brakes.some((row) => row.scope === 'all' || row.scope === `job:${run.job}` || row.scope === `connection:${connection}`);
    const later = await options.database.get(`SELECT 1 AS yes FROM due WHERE what = 'run' AND source_key = ?`, String(run.id));
    if (!away.has(connection) && !braked && !later)
      await options.database.write((transaction) => patchRun(transaction, run.id, { state: 'queued' }));
  }
}

async function isReachable(options: EngineOptions, connection: string): Promise<boolean> {
  const signal = AbortSignal.timeout(10_000);
  try {
    const endpoint = await openEndpoint(options, connection, signal);
    try {
      const report = await endpoint.connection.check({ direction: 'down', signal });
      return report.findings.every((finding) => finding.level !== 'reachable' || finding.ok);
    } finally {
      await endpoint.connection.close();
    }
  } catch {
    return false;
  }
}

async function expiries(options: EngineOptions, now: number): Promise<void> {
  await options.database.write(async (transaction) => {
    // A deletion after n days whose question nobody answered is asked about again.
    await transaction.run(
      `UPDATE due SET what = 'delete' WHERE what = 'delete-asked' AND EXISTS (SELECT 1 FROM held h WHERE h.job = due.job AND h.type = due.type AND h.source_key = due.source_key
         AND h.action = 'remove' AND h.state = 'open' AND h.expires_at <= ?)`,
      now,
    );
    await transaction.run(`UPDATE held SET state = 'expired', decided_at = ? WHERE state = 'open' AND expires_at <= ?`, now, now);
    await dropEndedLeases(transaction, now);
    await trimWindow(transaction, now - 31 * 86_400_000);
    await trimInbox(transaction, now - INBOX_MS);
  });
}
