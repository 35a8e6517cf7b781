// What a job's next run would do with other settings: a dry run with them, then one of every job below over what that leaves.
import type { JobSettings } from '../core/job-settings.ts';
import { getJob, listJobs, patchJob, type JobRow } from '../store/jobs.ts';
import { countPlanned } from '../store/overview.ts';
import type { RunRow } from '../store/runs.ts';
import { concerned, planNow } from './dry-run.ts';
import type { Engine } from './engine.ts';
import { concernedByEdit } from './scope-edit.ts';
import { conductOf } from './states.ts';
import { actionOrder } from './words.ts';

/**
 * The same engine plans it as will carry it out. What it says holds until the source, the target or the job changes. An edit of whom a downstream
 * job is about is planned for those whom it concerns only, and no forecast reads a target of which the mirror is fresh.
 */
export async function forecast(
  engine: Engine,
  job: JobRow,
  settings: JobSettings,
  actor: string,
  /** Of its connection, where that is edited with it; null takes a setting away. */
  config?: Readonly<Record<string, unknown>>,
): Promise<RunRow> {
  const { database } = engine.options;
  const request = { cause: 'forecast', actor } as const;
  const keys = config ? null : await concernedByEdit(engine.options, job, settings);
  const what = keys ? { mode: 'keys' as const, keys } : { mode: 'full' as const };
  const run = await planNow(engine, { ...request, ...what, job: job.id, trial: settings, ...(config ? { trialConfig: config } : {}) });
  // The mirror may show another system now: until the next full run it is not told from.
  if (config)
    await database.write(async (transaction) => {
      for (const { id, connection } of await listJobs(transaction))
        if (connection === job.connection) await patchJob(transaction, id, { settled_hash: null });
    });
  if (run.state !== 'succeeded' || job.direction === 'down') return run;
  const touched = await concerned(engine, run.id);
  if (touched.length === 0) return run;
  for (const below of await listJobs(database))
    if (below.direction === 'down' && conductOf(below.state).takesOver)
      await planNow(engine, { ...request, mode: 'keys', job: below.id, keys: touched, over: run.id });
  return run;
}

/** Whether a job holds anything that an edit could take away. */
export const holdsSomething = async (engine: Engine, job: number): Promise<boolean> =>
  (await getJob(engine.options.database, job)) !== undefined &&
  (await engine.options.database.get('SELECT 1 AS yes FROM claim WHERE job = ? LIMIT 1', job)) !== undefined;

export interface Consequence {
  readonly action: string;
  readonly type: string;
  readonly count: number;
}

const destructive = new Set(['remove', 'disable', 'unlink', 'update']);

/** What the plans do, the gravest first. Held work counts: it is asked about. */
export async function effects(engine: Engine, runs: readonly number[]): Promise<readonly Consequence[]> {
  const found = new Map<string, Consequence>();
  for (const run of runs)
    for (const row of await countPlanned(engine.options.database, run)) {
      const known = found.get(`${row.action}\0${row.type}`);
      found.set(`${row.action}\0${row.type}`, { ...row, count: row.count + (known?.count ?? 0) });
    }
  const place = (one: Consequence): number => actionOrder.indexOf(one.action);
  return [...found.values()].filter((one) => place(one) >= 0).sort((a, b) => place(a) - place(b) || b.count - a.count);
}

/** What of it takes something away or overwrites it; empty = the edit destroys nothing. */
export const consequences = async (engine: Engine, runs: readonly number[]): Promise<readonly Consequence[]> =>
  (await effects(engine, runs)).filter((one) => destructive.has(one.action));
