// Operations about runs: start, follow, cancel, list, and what a run planned and did.
import { z } from 'zod';
import { deedNames } from '../../core/deed.ts';
import { listBrakes, getConnection } from '../../store/jobs.ts';
import { changePage } from '../../store/change-list.ts';
import { itemPage, objectsInGroups, planExamples, planGroups, type PlanGroup } from '../../store/overview.ts';
import { countRunKeys, getRun, listRuns, openRuns, patchRun, type RunRow } from '../../store/runs.ts';
import { runHours, runPage } from '../../store/run-list.ts';
import { standings, takenBack } from '../undo/taken-back.ts';
import { CommandError } from '../engine.ts';
import { endEarly } from '../fault.ts';
import { outdatedBy } from '../outdated.ts';
import { groupBy, parseJson } from '../shapes.ts';
import { hasSignedInSince } from '../signed-in.ts';
import { actionOrder, questionWords, reasonWords, wordOf } from '../words.ts';
import { command, jobRef, optionalJob, query, resolveJob, type CommandContext, type QueryContext } from './operation.ts';
import { assertTypes } from './named-records.ts';
import { changesOf, isRemoved, jobName, labelIn, loadNames, type Names, runOf } from './show.ts';
import { changeView, labelView, planView, runView, type PlanView } from './views.ts';

const keySchema = z.object({ type: z.string().min(1), id: z.string().min(1) });

export async function wantedRun(context: QueryContext, id: number): Promise<RunRow> {
  const run = await getRun(context.reader, id);
  if (!run)
    throw new CommandError(`There is no run ${id}. "tributary runs" lists them.`, `没有编号为 ${id} 的执行。可用 tributary runs 查看。`, {
      code: 'not-found',
    });
  if (run.forgottenAt !== null)
    throw new CommandError(
      `Run ${id} is no longer kept: it is older than keepRunsDays and keepDryRunsDays say.`,
      `执行 ${id} 已超过保留期限（keepRunsDays、keepDryRunsDays），不再保留。`,
      { code: 'not-found' },
    );
  return run;
}

export const runStart = command({
  role: 'operator',
  route: { method: 'POST', path: '/jobs/{job}/runs', group: 'runs', status: 202 },
  does: { en: 'Queues a run, or goes on with one that stands still', zh: '排入一次执行，或继续停滞的执行' },
  input: z.strictObject({
    job: jobRef,
    mode: z.enum(['full', 'incremental', 'keys']).optional(),
    dryRun: z.boolean().default(false),
    keys: z.array(keySchema).optional(),
    /** Apply exactly this run's plan. */
    plan: z.int().positive().optional(),
  }),
  output: z.object({ run: z.int(), resumed: z.boolean() }),
  async answer(context, input) {
    const job = await resolveJob(context.reader, input.job);
    const plan = input.plan === undefined ? null : await planOf(context, input.plan, job.id);
    const mode = input.keys ? 'keys' : (input.mode ?? plan?.mode ?? 'full');
    const { keys } = input;
    assertTypes(job, keys ?? []);
    const named = keys ? keys.length : plan ? await countRunKeys(context.reader, plan.id) : 0;
    if (mode === 'keys' && named === 0)
      throw new CommandError('Name the records: --keys person:10234,department:D7', '请指定记录：--keys person:10234,department:D7', {
        code: 'invalid',
        issues: [{ field: 'keys', message: { en: 'required in mode keys', zh: 'keys 模式下必填' } }],
      });
    if (!input.dryRun && mode !== 'keys' && !plan) {
      const open = await standing(context, job.id);
      if (open !== null) return { run: open, resumed: true };
    }
    const id = await context.engine.enqueue({
      job: job.id,
      mode,
      dryRun: input.dryRun,
      actor: context.actor,
      ...(keys ? { keys } : {}),
      ...(plan ? { ofPlan: plan.id } : {}),
    });
    return { run: id, resumed: false };
  },
});

async function planOf(context: CommandContext, id: number, job: number): Promise<RunRow> {
  const run = await wantedRun(context, id);
  if (run.job !== job)
    throw new CommandError(
      `Run ${id} is a plan of job ${run.job}, not of job ${job}.`,
      `执行 ${id} 是任务 ${run.job} 的计划，不属于任务 ${job}。`,
    );
  if (run.state === 'failed' || run.state === 'cancelled' || run.endedAt === null)
    throw new CommandError(
      `Run ${id} has no finished plan (it is ${run.state}). Plan again.`,
      `执行 ${id} 没有完成的计划（状态：${run.state}）。请重新试运行。`,
    );
  return run;
}

/** An open run of the job that nobody is carrying out: it is put back into the queue. */
async function standing(context: CommandContext, job: number): Promise<number | null> {
  const open = (await openRuns(context.reader)).find((run) => run.job === job && run.mode !== 'keys' && !run.dryRun);
  if (!open) return null;
  if (open.state === 'running') return context.alone ? open.id : null;
  if (open.state === 'waiting') {
    const row = await connectionOf(context, job);
    if (row?.breaker_opened_at != null) await context.engine.check(row.id, { direction: 'down' }).catch(() => undefined);
    await context.engine.options.database.write(async (transaction) => {
      await transaction.run(`DELETE FROM due WHERE what = 'run' AND source_key = ?`, String(open.id));
      await patchRun(transaction, open.id, { state: 'queued' });
    });
  }
  return open.id;
}

async function connectionOf(context: QueryContext, job: number) {
  const row = await resolveJob(context.reader, job);
  return getConnection(context.reader, row.connection);
}

export const runCancel = command({
  role: 'operator',
  route: { method: 'POST', path: '/runs/{run}/cancel', group: 'runs' },
  does: { en: 'Cancels a run', zh: '取消一次执行' },
  input: z.strictObject({ run: z.int().positive() }),
  output: z.object({ run: z.int() }),
  async answer(context, { run }) {
    const row = await wantedRun(context, run);
    if (row.endedAt !== null)
      throw new CommandError(
        `Run ${run} has ended already (${wordOf.run(row.state).en}).`,
        `执行 ${run} 已结束（${wordOf.run(row.state).zh}）。`,
      );
    if (row.state === 'running' && context.alone) {
      // Interrupted by a crash: nobody carries it out who could be told.
      const now = context.now();
      await context.engine.options.database.write((transaction) =>
        endEarly(transaction, row, 'cancelled', { en: `Cancelled by ${context.actor}.`, zh: `已由 ${context.actor} 取消。` }, now),
      );
      return { run };
    }
    await context.engine.cancel(run, context.actor);
    return { run };
  },
});

export const runList = query({
  role: 'viewer',
  route: { method: 'GET', path: '/runs', group: 'runs', page: 'before' },
  does: { en: 'Lists runs, newest first', zh: '列出执行记录，新的在前' },
  input: z.strictObject({
    job: jobRef.optional(),
    states: z.array(z.string()).optional(),
    modes: z
      .array(z.enum(['full', 'incremental', 'keys']))
      .optional()
      .describe('Without `keys`: no short runs of single records.'),
    cause: z.string().optional(),
    from: z.int().optional().describe('Queued at this moment or later, epoch ms.'),
    until: z.int().optional().describe('Queued before this moment, epoch ms.'),
    before: z.int().optional(),
    limit: z.int().min(1).max(500).default(20),
  }),
  output: z.object({ runs: z.array(runView), next: z.int().nullable() }),
  async answer(context, input) {
    const job = await optionalJob(context.reader, input.job);
    const names = await loadNames(context);
    const rows = await runPage(context.reader, { ...input, job: job?.id });
    return { runs: rows.map((row) => runOf(names, row)), next: rows.length === input.limit ? rows.at(-1)!.id : null };
  },
});

export const runHoursList = query({
  role: 'viewer',
  route: { method: 'GET', path: '/runs/hours', group: 'runs', page: 'before' },
  does: { en: 'Lists short runs of single records by hour and job, newest first', zh: '按小时和任务汇总单条执行，新的在前' },
  input: z.strictObject({ job: jobRef.optional(), before: z.int().optional(), limit: z.int().min(1).max(48).default(24) }),
  output: z.object({
    hours: z.array(
      z.object({
        /** When the hour began. The runs in it: run.list with job, modes keys, from and until. */
        from: z.number(),
        until: z.number(),
        job: z.int(),
        jobName: z.string(),
        jobRemoved: z.boolean(),
        runs: z.int(),
        failed: z.int(),
        warnings: z.int(),
        lastRun: z.int(),
      }),
    ),
    next: z.int().nullable(),
  }),
  async answer(context, input) {
    const job = await optionalJob(context.reader, input.job);
    const names = await loadNames(context);
    const page = await runHours(context.reader, { ...input, job: job?.id });
    return {
      hours: page.rows.map((row) => ({ ...row, jobName: jobName(names, row.job), jobRemoved: isRemoved(names, row.job) })),
      next: page.next,
    };
  },
});

export const runGet = query({
  role: 'viewer',
  route: { method: 'GET', path: '/runs/{run}', group: 'runs' },
  does: { en: 'Shows one run, and how much the last one of its job read', zh: '查看一次执行' },
  input: z.strictObject({ run: z.int().positive() }),
  output: z.object({
    run: runView,
    /** Records that the last full run of the job read: what progress is measured by. */
    expected: z.number().nullable(),
    /** Of a dry run: what was decided after its plan was made, so that it would come out otherwise; null: nothing. */
    outdated: labelView.nullable(),
    brakes: z.array(z.object({ scope: z.string(), by: z.string(), since: z.number(), reason: z.string() })),
    /** The run that has taken it back wholly; null: none has. */
    undoneBy: z.int().nullable(),
    /** Its undo, and how far that has come: `asked` waits for a person, `part` did not do all of its work; null: there is none, or it was taken back itself. */
    undo: z.object({ run: z.int(), stands: z.enum(standings) }).nullable(),
    /** Of a run that failed: where to look, and whether its credential was refused and no check has signed in since. */
    remedy: z.object({ connection: z.string(), connectionName: z.string(), renew: z.boolean() }).nullable(),
  }),
  async answer(context, { run }) {
    const row = await wantedRun(context, run);
    const names = await loadNames(context);
    const undo = row.dryRun ? null : await takenBack(context.reader, row);
    const before = (await listRuns(context.reader, { job: row.job, before: row.id, limit: 20 })).find(
      (other) => other.mode === row.mode && other.counts.read !== undefined,
    );
    const connection = names.jobs.get(row.job)?.connection;
    const brakes = (await listBrakes(context.reader)).filter((brake) =>
      ['all', `job:${row.job}`, `connection:${connection}`].includes(brake.scope),
    );
    return {
      run: runOf(names, row),
      expected: before?.counts.read ?? null,
      outdated: await outdatedBy(context.reader, row),
      undoneBy: undo?.stands === 'whole' ? undo.run : null,
      undo,
      remedy: row.state === 'failed' && connection !== undefined ? await remedyFor(context, names, row, connection) : null,
      brakes: brakes.map((brake) => ({ scope: brake.scope, by: brake.by_whom, since: brake.since, reason: brake.reason })),
    };
  },
});

async function remedyFor(context: QueryContext, names: Names, run: RunRow, connection: string) {
  const isRefused = run.problem?.kind === 'credentials' && !(await hasSignedInSince(context.reader, connection, run.endedAt ?? 0));
  return { connection, connectionName: names.connections.get(connection)?.name ?? connection, renew: isRefused };
}

/** Lower is graver. */
export const rank = (action: string): number => (actionOrder.indexOf(action) + 99) % 99;

/**
 * Of a run under way that has more changes, people are not told from changes: it is asked every few seconds, and at 400,000 changes of which
 * each has a second one of its object beside it, that doubles what the answer costs (another 0.4 s on SQLite).
 */
const COUNTED_UNDER_WAY = 50_000;

export const runPlan = query({
  role: 'viewer',
  route: { method: 'GET', path: '/runs/{run}/plan', group: 'runs' },
  does: { en: 'Summarises what a run planned and did, gravest first, with examples', zh: '汇总一次执行的计划与结果，最严重的在前' },
  input: z.strictObject({ run: z.int().positive(), examples: z.int().min(0).max(20).default(3) }),
  output: planView,
  async answer(context, input) {
    const row = await wantedRun(context, input.run);
    const names = await loadNames(context);
    const stored = await planGroups(context.reader, row.id);
    // Nobody wants any: a large plan is not walked through for nothing.
    const wanted = input.examples === 0 ? [] : await planExamples(context.reader, row.id, input.examples);
    const examples = await changesOf(context, names, wanted);
    const merged = [...groupBy(stored, groupKey).values()];
    const changes = stored.reduce((sum, one) => sum + one.count, 0);
    const objects =
      row.endedAt === null && changes > COUNTED_UNDER_WAY
        ? []
        : await Promise.all(merged.map((rows) => objectsInGroups(context.reader, row.id, rows)));
    const groups = merged.map((rows, index): PlanView['groups'][number] => {
      const [first] = rows;
      const count = rows.reduce((sum, one) => sum + one.count, 0);
      const verdict = parseJson<{ question?: string; reason?: unknown }>(first!.verdict, {});
      return {
        action: first!.action,
        type: first!.type,
        situation: first!.situation,
        because: reasonWords(first!.action, first!.situation),
        state: first!.state,
        question: verdict.question ?? null,
        asks: verdict.question ? questionWords(verdict.question) : null,
        why: verdict.reason ? labelIn(JSON.stringify(verdict.reason)) : null,
        count,
        objects: objects[index] ?? count,
        parts: partsOf(rows),
        examples: examples
          .filter(
            (one) =>
              one.action === first!.action && one.type === first!.type && one.situation === first!.situation && one.state === first!.state,
          )
          .slice(0, input.examples),
      };
    });
    groups.sort((a, b) => rank(a.action) - rank(b.action) || a.type.localeCompare(b.type) || b.count - a.count);
    const problems = await itemPage(context.reader, { job: row.job, run: row.id, limit: 1000 });
    return {
      run: runOf(names, row),
      groups,
      problems: Math.max((row.counts.problems ?? 0) + (row.counts.unreadable ?? 0), problems.length),
    };
  },
});

const groupKey = (row: PlanGroup): string =>
  `${row.action}\0${row.type}\0${row.situation}\0${row.state}\0${parseJson<{ question?: string }>(row.verdict, {}).question ?? ''}`;

function partsOf(rows: readonly PlanGroup[]): { kind: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const row of rows) {
    for (const kind of (row.kinds ?? '').split('|')) if (kind !== '') counts.set(kind, (counts.get(kind) ?? 0) + row.count);
  }
  return [...counts].map(([kind, count]) => ({ kind, count })).sort((a, b) => b.count - a.count);
}

export const runChanges = query({
  role: 'viewer',
  route: { method: 'GET', path: '/runs/{run}/changes', group: 'runs', page: 'after' },
  does: { en: 'Lists the changes of a run, page by page', zh: '分页列出一次执行的变更' },
  input: z.strictObject({
    run: z.int().positive(),
    after: z.int().default(0),
    limit: z.int().min(1).max(1000).default(50),
    states: z.array(z.string()).optional(),
    actions: z.array(z.string()).optional(),
    deeds: z
      .array(z.enum(deedNames))
      .optional()
      .describe('Narrower than an action: `move`, `identifier` and `leader` are kinds of updates.'),
    types: z.array(z.string()).optional(),
    situations: z.array(z.string()).optional().describe('Why it was planned: `gone`, `departed`, `changed` …'),
    department: z.string().optional().describe('Directory id: the department, who belongs to it, comes to it or leaves it.'),
    text: z.string().optional(),
  }),
  output: z.object({ changes: z.array(changeView), next: z.int().nullable() }),
  async answer(context, input) {
    await wantedRun(context, input.run);
    const page = await changePage(context.reader, input);
    return { changes: await changesOf(context, await loadNames(context), page.rows), next: page.next };
  },
});
