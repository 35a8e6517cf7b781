// Operations about when jobs run: the times to come, of a job or of a schedule not saved yet, and everything at once in order.
import { z } from 'zod';
import { scheduleOf, triggerSchema } from '../../core/job-settings.ts';
import { accountReads } from '../../core/mapping/compile.ts';
import type { MappingRow } from '../../core/mapping/rows.ts';
import { riverOrder } from '../../core/river.ts';
import { type Schedule, scheduleProblem, upcoming } from '../../core/schedule.ts';
import { listJobs } from '../../store/jobs.ts';
import { openRuns } from '../../store/runs.ts';
import { CommandError } from '../engine.ts';
import { conductOf } from '../states.ts';
import { command, jobRef, query, resolveJob } from './operation.ts';
import { settingsOfJob } from './show.ts';

const SHOWN = 5;
const count = z.int().min(1).max(100).default(SHOWN);
const times = z.object({
  timeZone: z.string().nullable(),
  /** Epoch ms. Empty: nothing runs by the clock. */
  times: z.array(z.number()),
});

export const jobTimes = query({
  role: 'viewer',
  route: { method: 'GET', path: '/jobs/{job}/times', group: 'jobs' },
  does: { en: 'Says when a job runs next by its schedule', zh: '查看任务接下来的定时执行时间' },
  input: z.strictObject({ job: jobRef, count }),
  output: times.extend({ job: z.int(), jobName: z.string(), state: z.string() }),
  async answer(context, input) {
    const job = await resolveJob(context.reader, input.job);
    const schedule = scheduleOf(settingsOfJob(job).trigger);
    // What is already due, or put off to the end of a blackout, comes first.
    const waiting = conductOf(job.state).runsByItself && job.next_due_at !== null ? [job.next_due_at] : [];
    const from = waiting[0] ?? context.now();
    return {
      job: job.id,
      jobName: job.name,
      state: job.state,
      timeZone: schedule?.timeZone ?? null,
      times: schedule ? [...waiting, ...upcoming(schedule, from, input.count)].slice(0, input.count) : [],
    };
  },
});

export const schedulePreview = query({
  role: 'viewer',
  route: { method: 'POST', path: '/schedules/preview', group: 'jobs' },
  does: { en: 'Says when a trigger would run, before it is saved', zh: '预览触发方式的执行时间（未保存）' },
  input: z.strictObject({ trigger: triggerSchema, count }),
  output: times,
  answer: async (context, input) => previewOf(scheduleOf(input.trigger), context.now(), input.count),
});

function previewOf(schedule: Schedule | null, now: number, wanted: number): z.input<typeof times> {
  const wrong = schedule && scheduleProblem(schedule);
  if (wrong) throw new CommandError(wrong.en, wrong.zh, { code: 'invalid', issues: [{ field: 'trigger', message: wrong }] });
  return { timeZone: schedule?.timeZone ?? null, times: schedule ? [...upcoming(schedule, now, wanted)] : [] };
}

export const riverRun = command({
  role: 'operator',
  route: { method: 'POST', path: '/runs', group: 'runs', status: 202 },
  does: {
    en: 'Syncs everything: all enabled jobs, upstream before downstream of the same tree',
    zh: '全部同步：按先上游后下游的顺序执行所有已启用任务',
  },
  input: z.strictObject({
    mode: z.enum(['full', 'incremental']).default('full'),
    /** Only this tree. */
    tree: z.string().optional(),
  }),
  output: z.object({
    /** In the order in which they begin. */
    runs: z.array(
      z.object({
        job: z.int(),
        jobName: z.string(),
        run: z.int(),
        /** It was under way already. */
        open: z.boolean(),
        /** Runs that have to be through before. */
        behind: z.array(z.int()),
      }),
    ),
  }),
  async answer(context, input) {
    const jobs = new Map((await listJobs(context.reader)).filter((job) => conductOf(job.state).writes).map((job) => [job.id, job]));
    const settings = [...jobs.values()].map((job) => ({ job, settings: settingsOfJob(job) }));
    const steps = riverOrder(
      settings
        .filter((one) => input.tree === undefined || one.settings.tree === input.tree)
        .map(({ job, settings: own }) => ({
          id: job.id,
          direction: job.direction,
          tree: own.tree,
          connection: job.connection,
          reads: Object.values(own.mapping).flatMap((rows) => accountReads(rows as MappingRow[]).map((read) => read.system)),
        })),
    );
    if (steps.length === 0) throw new CommandError('No job is enabled, so nothing can be synced.', '没有已启用的任务，无可同步。');
    const open = new Map(
      (await openRuns(context.reader)).filter((run) => run.mode !== 'keys' && !run.dryRun).map((run) => [run.job, run.id]),
    );
    const runs = new Map<number, number>();
    const said = [];
    for (const step of steps) {
      const behind = step.behind.flatMap((job) => runs.get(job) ?? []);
      const run =
        open.get(step.job) ??
        (await context.engine.enqueue({ job: step.job, mode: input.mode, actor: context.actor, ...(behind.length > 0 ? { behind } : {}) }));
      runs.set(step.job, run);
      said.push({ job: step.job, jobName: jobs.get(step.job)!.name, run, open: open.has(step.job), behind });
    }
    return { runs: said };
  },
});
