// The built-in connection and job of what is edited by hand; made by the first edit, changed like any other.
import { canonicalText } from '../../core/attribute.ts';
import { CONSOLE, CONSOLE_RANK } from '../../core/console.ts';
import { effectiveSettings, type JobSettings, jobSettingsSchema } from '../../core/job-settings.ts';
import { customAttributes } from '../../store/attributes.ts';
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
  const id = await put(transaction, await withAdded(transaction, settings), options.clock.now(), 'tributary');
  await patchJob(transaction, id, { state: 'enabled' });
}

/** What was added to the directory's attributes can be entered by hand, like the others; what was archived or is sensitive cannot. */
export async function enterAdded(transaction: Transaction, now: number, by: string): Promise<void> {
  const job = await consoleJob(transaction);
  if (!job) return;
  const before = jobSettingsSchema.parse(JSON.parse(job.settings));
  const after = await withAdded(transaction, before);
  if (canonicalText(before) !== canonicalText(after)) await put(transaction, after, now, by, job.id);
}

async function withAdded(reader: Reader, settings: JobSettings): Promise<JobSettings> {
  const mapping = { ...settings.mapping };
  for (const { type, name, archived_at, sensitive } of await customAttributes(reader)) {
    const rows = mapping[type] ?? [];
    const plain = rows.find((row) => row.target === name && row.field === name);
    const enters = archived_at === null && sensitive === 0;
    if (!enters) mapping[type] = rows.filter((row) => row !== plain);
    else if (!rows.some((row) => row.target === name)) mapping[type] = [...rows, { target: name, field: name }] as typeof rows;
  }
  return jobSettingsSchema.parse({ ...settings, mapping });
}

const put = (transaction: Transaction, settings: JobSettings, now: number, by: string, id?: number): Promise<number> =>
  putJob(transaction, {
    ...(id === undefined ? {} : { id }),
    name: settings.name,
    connection: CONSOLE,
    direction: 'up',
    rank: settings.rank,
    settings: JSON.stringify(settings),
    effectiveHash: digest(effectiveSettings(settings)),
    now,
    by,
  });
