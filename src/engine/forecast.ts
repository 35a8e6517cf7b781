// What a job's next run would do with other settings: a dry run with them, then one of every job below over what that leaves.
import type { JobSettings } from '../core/job-settings.ts';
import { getJob, listJobs, patchJob, type JobRow } from '../store/jobs.ts';
import type { RunRow } from '../store/runs.ts';
import { concerned, planNow } from './dry-run.ts';
import type { Engine } from './engine.ts';
import { concernedByEdit } from './scope-edit.ts';
import { conductOf } from './states.ts';

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
  const keys = config ? null : await concernedByEdit(engine.options, job, settings);
  const what = keys ? { mode: 'keys' as const, keys } : { mode: 'full' as const };
  const tried = { trial: settings, ...(config ? { trialConfig: config } : {}) };
  const run = await planNow(engine, { cause: 'forecast', actor, ...what, ...tried, job: job.id });
  // The mirror may show another system now: until the next full run it is not told from.
  if (config)
    await database.write(async (transaction) => {
      for (const { id, connection } of await listJobs(transaction))
        if (connection === job.connection) await patchJob(transaction, id, { settled_hash: null });
    });
  if (run.state === 'succeeded') await planBelow(engine, job, run.id, actor);
  return run;
}

/** Plans every job below over what this plan of an upstream job would leave. */
export async function planBelow(engine: Engine, job: JobRow, run: number, actor: string): Promise<void> {
  if (job.direction === 'down') return;
  const touched = await concerned(engine, run);
  if (touched.length === 0) return;
  for (const below of await listJobs(engine.options.database))
    if (below.direction === 'down' && conductOf(below.state).takesOver)
      await planNow(engine, { cause: 'forecast', actor, mode: 'keys', job: below.id, keys: touched, over: run });
}

/** Whether a job holds anything that an edit could take away. */
export const holdsSomething = async (engine: Engine, job: number): Promise<boolean> =>
  (await getJob(engine.options.database, job)) !== undefined &&
  (await engine.options.database.get('SELECT 1 AS yes FROM claim WHERE job = ? LIMIT 1', job)) !== undefined;

export interface Consequence {
  readonly action: string;
  readonly type: string;
  /** Objects, each once, in however many systems. */
  readonly count: number;
  readonly inDirectory: boolean;
  /** In how many systems below or above, the directory apart. */
  readonly systems: number;
}
