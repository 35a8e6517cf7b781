// Operations that change a job: each edit that could take something away first says what, and every version can be brought back.
import { z } from 'zod';
import { CONSOLE } from '../../core/console.ts';
import { jobSettingsSchema, type JobSettings } from '../../core/job-settings.ts';
import { listChannels } from '../../store/channels.ts';
import type { Reader } from '../../store/database.ts';
import { jobVersions as versionsOf, savedVersion, type JobRow } from '../../store/jobs.ts';
import { losingTheirOwner } from '../../store/job-removal.ts';
import { titlesOf } from '../../store/overview.ts';
import { runsOver } from '../../store/runs.ts';
import { differences } from '../config/compare.ts';
import { considerEdit, type Seen } from '../config/consider.ts';
import { assertJobUnchanged, editConfig, removeConfig } from '../config/edit.ts';
import { assertPartingSeen } from '../config/parting.ts';
import { CommandError } from '../engine.ts';
import { forecast } from '../forecast.ts';
import { losses, sharesOf } from '../forecast-shares.ts';
import { namesInScopes, namingOf } from '../scope-names.ts';
import { alreadyWords, consequenceWords, wordOf } from '../words.ts';
import { seenParting } from './control.ts';
import { detailsOf, jobDetails, jobNamed, name, settings, withoutOwn } from './jobs.ts';
import { command, jobRef, query, resolveJob, type CommandContext } from './operation.ts';
import { runPlan } from './runs.ts';
import { loadNames, settingsOfJob } from './show.ts';
import { labelView, planView } from './views.ts';

/** Departments and people that the scopes name: id in the source → name. */
const scopeNames = z.record(z.string(), z.string());
/** Id of a channel → name: settings that say who is told name it by its id. */
const channels = z.record(z.string(), z.string());
/** Only of those that these settings name: whoever may see a job need not see all channels. */
async function channelNames(reader: Reader, all: readonly Pick<JobSettings, 'notices' | 'welcome'>[]): Promise<Record<string, string>> {
  const named = new Set(all.flatMap(({ notices, welcome }) => [...notices.rules, ...(welcome ? [welcome] : [])].map((one) => one.channel)));
  return Object.fromEntries((await listChannels(reader)).filter(({ id }) => named.has(id)).map(({ id, name: own }) => [id, own]));
}
const revision = z.int().optional().describe('The revision that was read; refused when somebody saved it meanwhile.');
const seen = {
  forecast: z.int().positive().optional().describe('The run that showed what this edit would do; needed when it takes something away.'),
  withoutForecast: z
    .boolean()
    .optional()
    .describe('Saves without one, where the consequence cannot be told. The guard still watches the next run.'),
};

interface Given {
  readonly name?: string | undefined;
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
}

/** The job's settings with what was given laid over them; null brings a default back. */
function edited(job: JobRow, given: Given): Record<string, unknown> {
  const now = settingsOfJob(job);
  const wanted = { ...now, ...withoutOwn(given.settings ?? {}), name: given.name ?? now.name };
  return Object.fromEntries(Object.entries(wanted).filter(([, value]) => value !== null));
}

async function save(context: CommandContext, job: JobRow, wanted: object, how: Seen & { revision?: number | undefined }): Promise<void> {
  await editConfig(
    context,
    { jobs: [{ ...wanted, number: job.id }] },
    (reader) => assertJobUnchanged(reader, job.id, how.revision),
    (understood) => considerEdit(context, job, understood.jobs[0]!.settings, how),
  );
}

export const jobUpdate = command({
  role: 'admin',
  route: { method: 'PATCH', path: '/jobs/{job}', group: 'jobs' },
  does: {
    en: 'Changes a job: settings that are not given stay, null brings the default back. What would take something away is first refused with its consequence',
    zh: '修改任务：未给出的设置保持不变，null 恢复默认值。会造成移除的修改先返回其后果',
  },
  input: z.strictObject({ job: jobRef, name: name.optional(), settings: settings.optional(), revision, ...seen }),
  output: jobDetails,
  async answer(context, input) {
    const job = await resolveJob(context.reader, input.job);
    await save(context, job, edited(job, input), input);
    return detailsOf(context, job.id);
  },
});

export const jobForecast = command({
  role: 'admin',
  route: { method: 'POST', path: '/jobs/{job}/forecast', group: 'jobs' },
  does: {
    en: 'Says what the next run would do if the job were changed like this, there and in every system below; saves nothing',
    zh: '预测如此修改任务后下一次执行的变更，包括各下游系统；不保存',
  },
  input: z.strictObject({ job: jobRef, name: name.optional(), settings: settings.optional(), revision }),
  output: z.object({
    /** The number to save the edit with. */
    forecast: z.int(),
    revision: z.int(),
    changes: z.array(z.object({ path: z.string(), before: z.string().nullable(), after: z.string().nullable() })),
    /** What the edit takes away, in one sentence; null: nothing. */
    says: labelView.nullable(),
    consequences: z.array(
      z.object({
        action: z.string(),
        type: z.string(),
        /** Objects, each once, in however many systems. */
        count: z.int(),
        inDirectory: z.boolean(),
        /** The directory apart. */
        systems: z.int(),
      }),
    ),
    /** Everything the edit leads to, also whom it makes and enables, in one sentence; null: nothing. */
    does: labelView.nullable(),
    /** What the next run would do without the edit, too; null: nothing. `plan` shows both. */
    already: labelView.nullable(),
    scopeNames,
    channels,
    plan: planView,
    downstream: z.array(planView),
  }),
  async answer(context, input) {
    const job = await resolveJob(context.reader, input.job);
    await assertJobUnchanged(context.reader, job.id, input.revision);
    const wanted = await understood(context, job, edited(job, input));
    const run = await forecast(context.engine, job, wanted, context.actor);
    const below = await runsOver(context.reader, run.id);
    const { own, already } = await sharesOf(context.engine, job, run, context.actor);
    const found = losses(own);
    const planOf = async (id: number) => runPlan.output.parse(await runPlan.answer(context, { run: id, examples: 5 }));
    return {
      forecast: run.id,
      revision: job.version,
      changes: differences(settingsOfJob(job), wanted),
      says: found.length === 0 ? null : consequenceWords(found),
      consequences: [...found],
      does: own.length === 0 ? null : consequenceWords(own),
      already: already.length === 0 ? null : alreadyWords(already),
      scopeNames: await namesInScopes(context.reader, await loadNames(context), job, [settingsOfJob(job), wanted].flatMap(namingOf)),
      channels: await channelNames(context.reader, [settingsOfJob(job), wanted]),
      plan: await planOf(run.id),
      downstream: await Promise.all(below.map(planOf)),
    };
  },
});

/** What the edit would be saved as; throws what is wrong with it. */
async function understood(context: CommandContext, job: JobRow, wanted: object): Promise<JobSettings> {
  const found: JobSettings[] = [];
  const stop = new Error('understood');
  await editConfig(
    context,
    { jobs: [{ ...wanted, number: job.id }] },
    async () => {},
    async (all) => {
      found.push(all.jobs[0]!.settings);
      throw stop;
    },
  ).catch((error: unknown) => {
    if (error !== stop) throw error;
  });
  return found[0]!;
}

export const jobVersions = query({
  role: 'viewer',
  route: { method: 'GET', path: '/jobs/{job}/versions', group: 'jobs', page: 'before' },
  does: {
    en: 'Lists the versions of a job, newest first: who saved it, when, and what that changed',
    zh: '列出任务的历史版本：保存人、时间与差异，新的在前',
  },
  input: z.strictObject({ job: jobRef, before: z.int().optional(), limit: z.int().min(1).max(200).default(20) }),
  output: z.object({
    versions: z.array(
      z.object({
        version: z.int(),
        at: z.number(),
        by: z.string(),
        changes: z.array(z.object({ path: z.string(), before: z.string().nullable(), after: z.string().nullable() })),
      }),
    ),
    scopeNames,
    channels,
    next: z.int().nullable(),
  }),
  async answer(context, input) {
    const job = await resolveJob(context.reader, input.job);
    const rows = await versionsOf(context.reader, job.id, input.before ?? Number.MAX_SAFE_INTEGER, input.limit + 1);
    const parsed = rows.map((row) => ({ row, settings: jobSettingsSchema.parse(JSON.parse(row.settings)) }));
    const versions = parsed.slice(0, input.limit).map(({ row, settings: own }, index) => ({
      version: row.version,
      at: row.saved_at,
      by: row.saved_by,
      changes: parsed[index + 1] ? differences(parsed[index + 1]!.settings, own) : [],
    }));
    const scopes = parsed.flatMap((one) => namingOf(one.settings));
    return {
      versions,
      scopeNames: await namesInScopes(context.reader, await loadNames(context), job, scopes),
      channels: await channelNames(
        context.reader,
        parsed.map((one) => one.settings),
      ),
      next: rows.length > input.limit ? versions.at(-1)!.version : null,
    };
  },
});

export const jobRollback = command({
  role: 'admin',
  route: { method: 'POST', path: '/jobs/{job}/rollback', group: 'jobs' },
  does: {
    en: 'Makes a job as an earlier version was; like any edit, it first says what it would take away',
    zh: '将任务恢复为某个历史版本；与其他修改一样先返回其后果',
  },
  input: z.strictObject({ job: jobRef, version: z.int().positive(), revision, ...seen }),
  output: jobDetails,
  async answer(context, input) {
    const job = await resolveJob(context.reader, input.job);
    const saved = await savedVersion(context.reader, job.id, input.version);
    if (!saved)
      throw new CommandError(
        `Job ${job.id} "${job.name}" has no version ${input.version}.`,
        `任务 ${job.id}“${job.name}”没有版本 ${input.version}。`,
        {
          code: 'not-found',
        },
      );
    await save(context, job, jobSettingsSchema.parse(JSON.parse(saved.settings)), input);
    return detailsOf(context, job.id);
  },
});

export const jobDuplicate = command({
  role: 'admin',
  route: { method: 'POST', path: '/jobs/{job}/duplicate', group: 'jobs', status: 201 },
  does: { en: 'Makes a second job like this one over the same connection; it is disabled', zh: '复制任务：使用同一连接，处于停用状态' },
  input: z.strictObject({ job: jobRef, name }),
  output: jobDetails,
  async answer(context, input) {
    const job = await resolveJob(context.reader, input.job);
    if (job.connection === CONSOLE) throw onlyOnce(job);
    await editConfig(context, { jobs: [{ ...settingsOfJob(job), name: input.name }] }, async (reader) => {
      if (await jobNamed(reader, input.name))
        throw new CommandError(`There is a job "${input.name}" already.`, `已存在任务“${input.name}”。`, {
          issues: [{ field: 'name', message: { en: 'is taken', zh: '已被使用' } }],
        });
    });
    return detailsOf(context, (await jobNamed(context.reader, input.name))!.id);
  },
});

const onlyOnce = (job: JobRow): CommandError =>
  new CommandError(
    `Job ${job.id} "${job.name}" holds what people entered by hand; there is one of it, and it stays. It can be disabled.`,
    `任务 ${job.id}“${job.name}”保存着手工录入的内容,只有一个且不能删除。可以停用。`,
  );

/** A job that runs is not taken away. */
export function assertDisabled(job: JobRow): void {
  if (job.state === 'disabled') return;
  throw new CommandError(
    `Job ${job.id} "${job.name}" is ${wordOf.job(job.state).en}. Disable it first, and look at what loses its owner with it ("tributary job orphans ${job.id}").`,
    `任务 ${job.id}“${job.name}”当前状态为“${wordOf.job(job.state).zh}”。请先停用，并查看将失去归属的账号（tributary job orphans ${job.id}）。`,
  );
}

export const jobRemove = command({
  role: 'admin',
  route: { method: 'DELETE', path: '/jobs/{job}', group: 'jobs' },
  does: {
    en: 'Takes a disabled job away; what it has written stays, its links if wanted. What loses its owner with it is answered first',
    zh: '删除已停用的任务；已写入的内容保留，关联可选择保留或解除。删除前先返回将失去归属的对象',
  },
  input: z.strictObject({
    job: jobRef,
    links: z.enum(['keep', 'cut']).default('keep').describe('cut: also forget who was who, where no other job of the connection holds it.'),
    revision,
    seen: seenParting,
  }),
  output: z.object({ removed: z.int() }),
  async answer(context, input) {
    const job = await resolveJob(context.reader, input.job);
    if (job.connection === CONSOLE) throw onlyOnce(job);
    assertDisabled(job);
    await assertPartingSeen(context.reader, { job, parting: 'remove' }, input.seen);
    await removeConfig(context, { kind: 'job', name: job.name, number: job.id, links: input.links }, (transaction) =>
      assertJobUnchanged(transaction, job.id, input.revision),
    );
    return { removed: job.id };
  },
});

const place = z.tuple([z.string(), z.string()]);

export const jobOrphans = query({
  role: 'viewer',
  route: { method: 'GET', path: '/jobs/{job}/orphans', group: 'jobs', page: 'after' },
  does: {
    en: 'Lists what would lose its owner with a job: objects that no other source feeds, accounts that no other job holds',
    zh: '列出删除任务后将失去归属的对象与账号',
  },
  input: z.strictObject({ job: jobRef, after: place.optional(), limit: z.int().min(1).max(1000).default(100) }),
  output: z.object({
    orphans: z.array(z.object({ type: z.string(), key: z.string(), title: z.string(), id: z.string() })),
    next: place.nullable(),
  }),
  async answer(context, input) {
    const job = await resolveJob(context.reader, input.job);
    const rows = await losingTheirOwner(context.reader, job, input.after ?? ['', ''], input.limit);
    const titles = await titlesOf(
      context.reader,
      rows.map((row) => row.directory_id),
    );
    const last = rows.length === input.limit ? rows.at(-1)! : null;
    return {
      orphans: rows.map((row) => ({ type: row.type, key: row.key, title: titles.get(row.directory_id) ?? row.key, id: row.directory_id })),
      next: last ? ([last.type, last.key] as [string, string]) : null,
    };
  },
});
