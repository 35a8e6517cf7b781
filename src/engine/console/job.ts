// The built-in connection and job of what is edited by hand; made by the first edit, changed like any other.
import { CONSOLE, CONSOLE_RANK } from '../../core/console.ts';
import { effectiveSettings, jobSettingsSchema } from '../../core/job-settings.ts';
import type { Reader, Transaction } from '../../store/database.ts';
import { getConnection, listJobs, patchJob, putConnection, putJob, type JobRow } from '../../store/jobs.ts';
import type { EngineOptions } from '../context.ts';
import { digest } from '../shapes.ts';

export const CONSOLE_JOB = 'Edited by hand';

export const consoleJob = async (reader: Reader): Promise<JobRow | undefined> =>
  (await listJobs(reader)).find((job) => job.connection === CONSOLE && job.direction === 'up');

/** The job; made when there is none yet. */
export async function ensureConsoleJob(options: EngineOptions): Promise<JobRow> {
  const known = await consoleJob(options.database);
  if (known) return known;
  await options.database.write(async (transaction) => {
    if (!(await getConnection(transaction, CONSOLE)))
      await putConnection(transaction, { id: CONSOLE, connector: CONSOLE, name: CONSOLE_JOB, config: '{}' });
    if (!(await consoleJob(transaction))) await make(transaction, options);
  });
  return (await consoleJob(options.database))!;
}

async function make(transaction: Transaction, options: EngineOptions): Promise<void> {
  const settings = jobSettingsSchema.parse({
    name: CONSOLE_JOB,
    description: '手工维护',
    connection: CONSOLE,
    direction: 'up',
    rank: CONSOLE_RANK,
    ...options.connectors.get(CONSOLE)!.manifest.defaults.up,
    policy: { leaver: { gone: 'delete', leftScope: 'keep', departed: 'disable' } },
  });
  const id = await putJob(transaction, {
    name: settings.name,
    connection: CONSOLE,
    direction: 'up',
    rank: settings.rank,
    settings: JSON.stringify(settings),
    effectiveHash: digest(effectiveSettings(settings)),
    now: options.clock.now(),
    by: 'tributary',
  });
  await patchJob(transaction, id, { state: 'enabled' });
}
