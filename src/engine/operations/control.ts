// Operations that steer: the brake, job states, connection checks, and the status of everything.
import { z } from 'zod';
import type { Label } from '../../core/model.ts';
import { doubtsOf, listDoubts } from '../../store/doubts.ts';
import { getJob, listBrakes, listConnections, listJobs, type JobRow } from '../../store/jobs.ts';
import { countAsked, countItems, countQuestions, lastRuns, piledUp } from '../../store/overview.ts';
import { getRun, hasShownPlan, listRuns } from '../../store/runs.ts';
import { assertPartingSeen, whatIsLeft } from '../config/parting.ts';
import { CommandError } from '../engine.ts';
import { doubtSaid } from '../resume.ts';
import { parseJson } from '../shapes.ts';
import { chosenStates, conductOf } from '../states.ts';
import { questionWords } from '../words.ts';
import { wantedConnection } from './connections.ts';
import { command, type CommandContext, jobRef, optionalJob, query, resolveJob, type QueryContext } from './operation.ts';
import { scheduleOf, type JobSettings } from '../../core/job-settings.ts';
import { jobName, loadNames, runOf, scopeName, settingsOfJob, type Names } from './show.ts';
import { brakeView, findingView, jobView, labelView, statusView, type JobView, type RunView } from './views.ts';

/** Answered first, as `job.parting` tells it. */
export const seenParting = z.boolean().default(false).describe('The consequence (GET /jobs/{job}/parting) was seen.');
const countedView = z.object({ type: z.string(), count: z.int() });

const scopeInput = { job: jobRef.optional(), connection: z.string().optional() };

async function scopeOf(
  context: QueryContext,
  input: { job?: number | string | undefined; connection?: string | undefined },
): Promise<string> {
  if (input.job !== undefined && input.connection !== undefined)
    throw new CommandError('Give a job or a connection, not both.', '请指定任务或连接之一。', {
      code: 'invalid',
      issues: [{ field: 'connection', message: { en: 'not together with job', zh: '不能与 job 同时使用' } }],
    });
  const job = await optionalJob(context.reader, input.job);
  if (job) return `job:${job.id}`;
  if (input.connection === undefined) return 'all';
  await wantedConnection(context.reader, input.connection);
  return `connection:${input.connection}`;
}

export const brakeHold = command({
  role: 'operator',
  route: { method: 'POST', path: '/brakes', group: 'status', status: 201 },
  does: { en: 'Puts the brake on: no write leaves, reading and planning go on', zh: '拉下总闸：停止写入，读取与计划继续' },
  input: z.strictObject({ ...scopeInput, reason: z.string().min(1) }),
  output: brakeView,
  async answer(context, input) {
    const scope = await scopeOf(context, input);
    await context.engine.hold(scope, input.reason, context.actor);
    const row = (await listBrakes(context.reader)).find((brake) => brake.scope === scope)!;
    return { scope, scopeName: scopeName(await loadNames(context), scope), since: row.since, by: row.by_whom, reason: row.reason };
  },
});

export const brakeRelease = command({
  role: 'operator',
  route: { method: 'POST', path: '/brakes/release', group: 'status' },
  does: { en: 'Releases the brake, and says what piled up meanwhile', zh: '松开总闸，并列出期间积压的变更' },
  input: z.strictObject({ ...scopeInput, onlyShow: z.boolean().default(false) }),
  output: z.object({
    released: z.boolean(),
    scopeName: labelView,
    piled: z.array(z.object({ run: z.int(), job: z.int(), jobName: z.string(), action: z.string(), type: z.string(), count: z.int() })),
    /** Runs that go on now. */
    runs: z.array(z.int()),
  }),
  async answer(context, input) {
    const scope = await scopeOf(context, input);
    const names = await loadNames(context);
    const concerns = (job: number): boolean =>
      scope === 'all' || scope === `job:${job}` || scope === `connection:${names.jobs.get(job)?.connection}`;
    const piled = (await piledUp(context.reader))
      .filter((row) => concerns(row.job))
      .map((row) => ({ ...row, jobName: jobName(names, row.job) }));
    if (!input.onlyShow) {
      await assertBrake(context, scope, names);
      await context.engine.release(scope, context.actor);
    }
    const released = !input.onlyShow;
    return { released, scopeName: scopeName(names, scope), piled, runs: released ? [...new Set(piled.map((row) => row.run))] : [] };
  },
});

/** Which brakes are on, where this one is not. */
async function assertBrake(context: CommandContext, scope: string, names: Names): Promise<void> {
  const on = (await listBrakes(context.reader)).map((brake) => brake.scope);
  if (on.includes(scope)) return;
  const code = { code: 'not-found' } as const;
  if (on.length === 0)
    throw new CommandError(
      'No brake is on, so there is nothing to release. What waits, and for what, is listed ("tributary waiting").',
      '总闸没有拉下，无需松开。在等待什么，可以查看（tributary waiting）。',
      code,
    );
  const [it, others] = [scopeName(names, scope), on.map((one) => scopeName(names, one))];
  const [kind, id] = on[0]!.split(':');
  const how = id === undefined ? '("tributary release")' : `("tributary release --${kind} ${id}")`;
  throw new CommandError(
    `The brake is not on for ${it.en}. It is on for ${others.map(({ en }) => en).join(', ')}: release it there ${how}.`,
    `${it.zh}没有拉下总闸。已拉下的是：${others.map(({ zh }) => zh).join('、')}，请在该处松开${how.replace('("', '（').replace('")', '）')}。`,
    code,
  );
}

export const jobState = command({
  role: 'admin',
  route: { method: 'POST', path: '/jobs/{job}/state', group: 'jobs' },
  does: {
    en: 'Enables a job, lets it only observe, tries it with chosen people, or disables it: what stops then is answered first',
    zh: '启用、仅观察、试点或停用任务；停用前先返回其后果',
  },
  input: z.strictObject({
    job: jobRef,
    state: z.enum(chosenStates),
    unseen: z.boolean().default(false).describe('Also where nobody has seen a dry run of the job yet.'),
    seen: seenParting,
  }),
  output: z.object({ job: z.int(), jobName: z.string(), before: z.string(), state: z.string() }),
  async answer(context, input) {
    const job = await resolveJob(context.reader, input.job);
    if (input.state === 'disabled' && job.state !== 'disabled')
      await assertPartingSeen(context.reader, { job, parting: 'disable' }, input.seen);
    if (conductOf(input.state).writes && !input.unseen && !(await hasShownPlan(context.reader, job.id))) throw neverSeen(job);
    await context.engine.setJobState(job.id, input.state, context.actor);
    return { job: job.id, jobName: job.name, before: job.state, state: input.state };
  },
});

/** The consequence itself, to be asked for before. */
export const jobParting = query({
  role: 'viewer',
  route: { method: 'GET', path: '/jobs/{job}/parting', group: 'jobs' },
  does: {
    en: 'Says what stops when a job is disabled, or what loses its owner when it is deleted',
    zh: '说明停用或删除任务的后果',
  },
  input: z.strictObject({ job: jobRef, parting: z.enum(['disable', 'remove']).default('disable') }),
  output: z.object({
    followed: z.array(countedView),
    losing: z.array(countedView),
    waiting: z.int(),
    /** In a sentence; null: it takes nothing from anybody. */
    says: labelView.nullable(),
  }),
  async answer(context, input) {
    const { followed, losing, waiting, says } = await whatIsLeft(
      context.reader,
      await resolveJob(context.reader, input.job),
      input.parting,
    );
    return { followed: [...followed], losing: [...losing], waiting, says };
  },
});

const neverSeen = (job: JobRow): CommandError =>
  new CommandError(
    `Nobody has seen yet what job ${job.id} "${job.name}" would do. Look at a dry run first ("tributary plan ${job.id}").`,
    `尚未查看过任务 ${job.id}“${job.name}”的试运行结果。请先试运行（tributary plan ${job.id}）。`,
  );

export const jobResume = command({
  role: 'approver',
  route: { method: 'POST', path: '/jobs/{job}/resume', group: 'jobs' },
  does: {
    en: 'Lets a job go on that the guard paused; with accept, what it asked about is right as it is',
    zh: '恢复被保护暂停的任务；可接受现状',
  },
  input: z.strictObject({ job: jobRef, accept: z.boolean().default(false) }),
  output: z.object({
    job: z.int(),
    jobName: z.string(),
    before: z.string(),
    state: z.string(),
    /** What was asked. */
    question: labelView.nullable(),
    /** Null: the policy asks for two people, and this was the first. */
    run: z.int().nullable(),
  }),
  async answer(context, input) {
    const job = await resolveJob(context.reader, input.job);
    const question = doubtSaid(await doubtsOf(context.reader, job.id));
    const run = await context.engine.resume(job.id, { accept: input.accept }, context.actor);
    return { job: job.id, jobName: job.name, before: job.state, state: (await getJob(context.reader, job.id))!.state, question, run };
  },
});

export const connectionCheck = command({
  role: 'operator',
  route: { method: 'POST', path: '/connections/{connection}/check', group: 'connections' },
  does: { en: 'Checks whether a connection works and may do what its jobs need', zh: '检查连接是否可用、权限是否足够' },
  input: z.strictObject({ connection: z.string(), direction: z.enum(['up', 'down']).optional(), probeWrite: z.boolean().default(false) }),
  output: z.object({
    connection: z.string(),
    connector: z.string(),
    checks: z.array(
      z.object({
        direction: z.enum(['up', 'down']),
        systemId: z.string().nullable(),
        expiresAt: z.string().nullable(),
        findings: z.array(findingView),
      }),
    ),
  }),
  async answer(context, input) {
    const row = await wantedConnection(context.reader, input.connection);
    const used = [...new Set((await listJobs(context.reader)).filter((job) => job.connection === row.id).map((job) => job.direction))];
    const roles = context.connectors.get(row.connector)?.manifest.roles ?? [];
    const directions = input.direction
      ? [input.direction]
      : used.length > 0
        ? used
        : [roles.includes('source') ? ('up' as const) : ('down' as const)];
    const checks = [];
    for (const direction of directions) {
      const part = (await listJobs(context.reader))
        .filter((job) => job.connection === row.id && job.direction === direction)
        .map((job) => settingsOfJob(job).part)[0];
      const report = await context.engine.check(row.id, {
        direction,
        ...(part === undefined ? {} : { part }),
        ...(input.probeWrite && direction === 'down' ? { probeWrite: true } : {}),
      });
      checks.push({
        direction,
        systemId: report.systemId ?? null,
        expiresAt: report.expiresAt ?? null,
        findings: report.findings.map((finding) => ({
          level: finding.level,
          ok: finding.ok,
          message: finding.message,
          remedy: finding.remedy ?? null,
          settings: finding.settings ? { ...finding.settings } : null,
        })),
      });
    }
    return { connection: row.id, connector: row.connector, checks };
  },
});

/** `0 6 * * * (UTC)`, `every 6 hours (UTC)`; with "live + " before it when events start the job, too. Null: by hand. */
function scheduleText(trigger: JobSettings['trigger']): string | null {
  const schedule = scheduleOf(trigger);
  const times = schedule ? `${schedule.cron ?? `every ${schedule.every}`} (${schedule.timeZone})` : null;
  return trigger.kind === 'event' ? ['live', ...(times ? [times] : [])].join(' + ') : times;
}

async function jobsOf(context: QueryContext, names: Names): Promise<JobView[]> {
  const away = new Map((await listConnections(context.reader)).map((row) => [row.id, row.breaker_opened_at]));
  const last = new Map((await lastRuns(context.reader)).map((row) => [row.job, row.id]));
  const asked = new Map((await countAsked(context.reader)).map((row) => [row.job, row.objects]));
  const items = new Map((await countItems(context.reader)).map((row) => [row.job, row.count]));
  const doubts = await listDoubts(context.reader);
  const views: JobView[] = [];
  for (const job of names.jobs.values()) {
    const settings = settingsOfJob(job);
    const connection = names.connections.get(job.connection);
    const run = last.has(job.id) ? await getRun(context.reader, last.get(job.id)!) : undefined;
    const lastRun: RunView | null = run ? runOf(names, run) : null;
    views.push({
      id: job.id,
      name: job.name,
      description: settings.description,
      owner: settings.owner,
      connection: job.connection,
      connectionName: connection?.name ?? job.connection,
      connector: connection?.connector ?? '',
      awaySince: away.get(job.connection) ?? null,
      direction: job.direction,
      state: job.state,
      stateReason: parseJson<Label | null>(job.state_reason, null),
      question: doubtSaid(doubts.filter((doubt) => doubt.job === job.id)),
      trigger: settings.trigger.kind,
      schedule: scheduleText(settings.trigger),
      nextDueAt: conductOf(job.state).listens ? job.next_due_at : null,
      lastCompleteAt: job.last_complete_at,
      lastRun,
      held: asked.get(job.id) ?? 0,
      problems: items.get(job.id) ?? 0,
    });
  }
  return views;
}

export const jobList = query({
  role: 'viewer',
  route: { method: 'GET', path: '/jobs', group: 'jobs' },
  does: { en: 'Lists jobs', zh: '列出任务' },
  input: z.strictObject({}),
  output: z.object({ jobs: z.array(jobView) }),
  async answer(context) {
    return { jobs: await jobsOf(context, await loadNames(context)) };
  },
});

const RUNS_SHOWN = 15;

export const status = query({
  role: 'viewer',
  route: { method: 'GET', path: '/status', group: 'status' },
  does: { en: 'Jobs, runs and waiting work at a glance; no values of people', zh: '任务、执行与待办一览；不含人员数据' },
  input: z.strictObject({}),
  output: statusView,
  async answer(context) {
    const names = await loadNames(context);
    return {
      now: context.now(),
      jobs: await jobsOf(context, names),
      runs: (await listRuns(context.reader, { limit: RUNS_SHOWN })).map((run) => runOf(names, run)),
      questions: (await countQuestions(context.reader)).map((row) => ({
        ...row,
        jobName: jobName(names, row.job),
        label: questionWords(row.question),
      })),
      problems: (await countItems(context.reader)).map((row) => ({ ...row, jobName: jobName(names, row.job) })),
      brakes: (await listBrakes(context.reader)).map((row) => ({
        scope: row.scope,
        scopeName: scopeName(names, row.scope),
        since: row.since,
        by: row.by_whom,
        reason: row.reason,
      })),
      connections: (await listConnections(context.reader)).map((row) => ({
        id: row.id,
        name: row.name,
        connector: row.connector,
        awaySince: row.breaker_opened_at,
        reason: row.breaker_reason,
        checkedAt: row.checked_at,
        expiresAt: row.expires_at,
      })),
    };
  },
});
