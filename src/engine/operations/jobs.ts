// Operations on jobs, one by one.
import { z } from 'zod';
import { getJob, savedVersion, type JobRow } from '../../store/jobs.ts';
import { lockedSettings } from '../config/locked.ts';
import { editConfig } from '../config/edit.ts';
import { CommandError } from '../engine.ts';
import { namesInScopes, namingOf } from '../scope-names.ts';
import { command, jobRef, query, resolveJob, type QueryContext } from './operation.ts';
import { loadNames, settingsOfJob } from './show.ts';
import { labelView } from './views.ts';

export const jobDetails = z.object({
  id: z.int(),
  name: z.string(),
  connection: z.string(),
  direction: z.enum(['up', 'down']),
  state: z.string(),
  stateReason: z.string().nullable(),
  settings: z.record(z.string(), z.unknown()),
  /** Departments and people that scope and pilot name: id in the source → name. Who was never read is missing. */
  scopeNames: z.record(z.string(), z.string()),
  /** Settings that cannot be changed any more, with the reason. */
  locked: z.array(z.object({ setting: z.string(), reason: labelView })),
  savedAt: z.number(),
  savedBy: z.string(),
  revision: z.int(),
});

export async function detailsOf(context: QueryContext, id: number): Promise<z.input<typeof jobDetails>> {
  const job = (await getJob(context.reader, id))!;
  const saved = await savedVersion(context.reader, id, job.version);
  const { name, connection, direction, ...settings } = settingsOfJob(job);
  return {
    id,
    name,
    connection,
    direction,
    state: job.state,
    stateReason: job.state_reason,
    settings,
    scopeNames: await namesInScopes(context.reader, await loadNames(context), job, namingOf(settings)),
    locked: [...lockedSettings(job)],
    savedAt: saved?.saved_at ?? 0,
    savedBy: saved?.saved_by ?? '',
    revision: job.version,
  };
}

export const jobGet = query({
  role: 'viewer',
  route: { method: 'GET', path: '/jobs/{job}', group: 'jobs' },
  does: { en: 'Shows one job with all its settings', zh: '查看一个任务及其全部设置' },
  input: z.strictObject({ job: jobRef }),
  output: jobDetails,
  answer: async (context, input) => detailsOf(context, (await resolveJob(context.reader, input.job)).id),
});

export const name = z.string().min(1).max(200);
export const settings = z
  .record(z.string(), z.unknown())
  .describe(
    'rank, tree, part, scope, mapping, correlation, trigger, policy, onError …, as in a configuration file. What is left out has a safe default.',
  );

export const jobCreate = command({
  role: 'admin',
  route: { method: 'POST', path: '/jobs', group: 'jobs', status: 201 },
  does: { en: 'Makes a job; it is disabled until somebody enables it', zh: '新建任务；启用前处于停用状态' },
  input: z.strictObject({ name, connection: z.string().min(1), direction: z.enum(['up', 'down']), settings: settings.default({}) }),
  output: jobDetails,
  async answer(context, { settings: rest, ...own }) {
    await editConfig(context, { jobs: [{ ...withoutOwn(rest), ...own }] }, async (reader) => {
      if (!(await jobNamed(reader, own.name))) return;
      throw new CommandError(`There is a job "${own.name}" already.`, `已存在任务“${own.name}”。`, {
        issues: [{ field: 'name', message: { en: 'is taken', zh: '已被使用' } }],
      });
    });
    return detailsOf(context, (await jobNamed(context.reader, own.name))!.id);
  },
});

export const jobNamed = (reader: QueryContext['reader'], wanted: string): Promise<JobRow | undefined> =>
  reader.get<JobRow>('SELECT * FROM job WHERE name = ?', wanted);

/** These have fields of their own; `number` and `state` are not settings. */
export function withoutOwn(given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const wrong = ['name', 'connection', 'direction', 'number', 'state'].find((field) => field in given);
  if (wrong === undefined) return { ...given };
  throw new CommandError(`"${wrong}" is not one of the settings.`, `“${wrong}”不属于 settings。`, {
    code: 'invalid',
    issues: [{ field: `settings.${wrong}`, message: { en: 'is not one of the settings', zh: '不属于 settings' } }],
  });
}
