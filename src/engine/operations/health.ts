// How the server itself is: versions, store, disk, what is under way, what lags behind, what cannot be reached.
import { statfs } from 'node:fs/promises';
import { z } from 'zod';
import {
  breakers,
  changesInFlight,
  feedLag,
  noticesByState,
  openRunsByState,
  problemsByState,
  secondsSinceComplete,
  touchedByJob,
} from '../../store/gauges.ts';
import { holdersNow, storeHealth } from '../../store/health.ts';
import { listConnections, listJobs } from '../../store/jobs.ts';
import type { EngineOptions } from '../context.ts';
import { pendingKey, rotating } from '../keys/rotate.ts';
import { command } from './operation.ts';
import { labelView } from './views.ts';

const count = z.int().nonnegative();

async function rotationNow(options: EngineOptions) {
  const obstacle = (await options.keys?.obstacle()) ?? null;
  // Asked before and after: one that begins or ends meanwhile was not cut off.
  const before = rotating(options);
  const isPending = (await pendingKey(options.database)) !== null;
  const rows = before ?? rotating(options);
  const state = rows !== null ? ('running' as const) : isPending ? ('cut-off' as const) : ('none' as const);
  return { obstacle, state, rows: rows ?? 0 };
}

export const systemHealth = command({
  role: 'viewer',
  route: { method: 'GET', path: '/health', group: 'status' },
  does: {
    en: 'Shows how the server is: versions, store, disk, work under way, what lags behind and what cannot be reached',
    zh: '查看服务状况：版本、数据库、磁盘、进行中的工作、滞后与无法连接的系统',
  },
  input: z.strictObject({}),
  output: z.object({
    now: z.number(),
    /** Of this program, of Node, and of the machine, as they name themselves. */
    release: z.string(),
    runtime: z.string(),
    platform: z.string(),
    startedAt: z.number(),
    memoryBytes: count,
    store: z.object({ kind: z.enum(['sqlite', 'postgres']), version: z.string(), schema: count, bytes: count }),
    /** Where files of the server lie. */
    disk: z.object({ freeBytes: count, totalBytes: count }),
    /** Id of the key that seals credentials and sensitive values; null: nothing is sealed yet. */
    key: z.string().nullable(),
    keyRotation: z
      .object({
        obstacle: labelView.nullable(),
        state: z.enum(['none', 'running', 'cut-off']),
        rows: count,
      })
      .describe(
        'A new master key. `obstacle`: why none can be made here and now, and what to do about it. `state`: whether one is taking over, `rows`: values sealed anew so far; cut-off: it goes on by itself.',
      ),
    /** Runs that are queued, running or waiting, by state. */
    runs: z.record(z.string(), count),
    changes: z.record(z.string(), count).describe('Changes sent, in doubt, pending or waiting, by state.'),
    problems: z.record(z.string(), count),
    notices: z.record(z.string(), count).describe('Messages that wait, and those that were given up, by state.'),
    /** Processes that hold work now, and the runs they lead. */
    workers: z.array(z.object({ holder: z.string(), isThis: z.boolean(), runs: z.array(z.int()) })),
    /** Only jobs that have something to say. */
    jobs: z.array(
      z.object({
        job: z.int(),
        name: z.string(),
        /** Objects said to have changed and not looked at yet. */
        touched: count,
        /** Entries of the history that it has still to follow. */
        behind: count,
        completeAgoSeconds: count.nullable(),
      }),
    ),
    away: z.array(z.object({ connection: z.string(), name: z.string() })),
  }),
  async answer({ engine }) {
    const { database, clock, folder, holder, release } = engine.options;
    const now = clock.now();
    const { dialect, version, schema, bytes, key } = await storeHealth(database);
    const disk = await statfs(folder);
    const held = await holdersNow(database, now);
    const byJob = async (rows: Promise<readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[]>) =>
      new Map((await rows).map(({ labels, value }) => [Number(labels.job), Math.max(0, Math.floor(value))]));
    const byState = async (rows: ReturnType<typeof openRunsByState>) =>
      Object.fromEntries((await rows).map(({ labels, value }) => [labels.state!, value]));
    const [touched, behind, complete] = [
      await byJob(touchedByJob(database)),
      await byJob(feedLag(database)),
      await byJob(secondsSinceComplete(database, now)),
    ];
    const away = new Set((await breakers(database)).filter(({ value }) => value === 1).map(({ labels }) => labels.connection));
    return {
      now,
      release: release ?? '',
      runtime: `Node ${process.versions.node}`,
      platform: `${process.platform} ${process.arch}`,
      startedAt: now - Math.round(process.uptime() * 1000),
      memoryBytes: process.memoryUsage.rss(),
      store: { kind: dialect, version, schema, bytes },
      disk: { freeBytes: disk.bavail * disk.bsize, totalBytes: disk.blocks * disk.bsize },
      key,
      keyRotation: await rotationNow(engine.options),
      runs: await byState(openRunsByState(database)),
      changes: await byState(changesInFlight(database)),
      problems: await byState(problemsByState(database)),
      notices: await byState(noticesByState(database)),
      workers: [...Map.groupBy(held, (row) => row.holder)].map(([one, rows]) => ({
        holder: one,
        isThis: one === holder,
        runs: rows.filter((row) => row.kind === 'run').map((row) => Number(row.name)),
      })),
      jobs: (await listJobs(database))
        .filter(({ id }) => touched.has(id) || behind.has(id) || complete.has(id))
        .map(({ id, name }) => ({
          job: id,
          name,
          touched: touched.get(id) ?? 0,
          behind: behind.get(id) ?? 0,
          completeAgoSeconds: complete.get(id) ?? null,
        })),
      away: (await listConnections(database)).filter(({ id }) => away.has(id)).map(({ id, name }) => ({ connection: id, name })),
    };
  },
});
