// Operations about work that waits for a person: list it, confirm, cancel, take back, retry problems.
import { z } from 'zod';
import { getJob } from '../../store/jobs.ts';
import { heldInBrief, type HeldInBrief } from '../../store/held.ts';
import { heldPage } from '../../store/overview.ts';
import { CommandError } from '../engine.ts';
import { isOfUndo } from '../undo/orders.ts';
import { conductOf } from '../states.ts';
import { command, jobRef, optionalJob, query, resolveJob, type CommandContext, type QueryContext } from './operation.ts';
import { pieces } from '../shapes.ts';
import { heldOf, loadNames } from './show.ts';
import { heldView } from './views.ts';
import { wordOf } from '../words.ts';

export const heldList = query({
  role: 'viewer',
  route: { method: 'GET', path: '/held', group: 'waiting', page: 'after' },
  does: { en: 'Lists held changes', zh: '列出待确认的变更' },
  input: z.strictObject({
    job: jobRef.optional(),
    run: z.int().positive().optional(),
    question: z.string().optional(),
    states: z.array(z.enum(['open', 'approved', 'cancelled', 'done', 'expired', 'superseded', 'rescued'])).default(['open']),
    after: z.int().default(0),
    limit: z.int().min(1).max(1000).default(100),
  }),
  output: z.object({ held: z.array(heldView), next: z.int().nullable() }),
  async answer(context, input) {
    const job = await optionalJob(context.reader, input.job);
    const rows = await heldPage(context.reader, { ...input, job: job?.id });
    return { held: await heldOf(context, await loadNames(context), rows), next: rows.length === input.limit ? rows.at(-1)!.id : null };
  },
});

const decisions = {
  approve: { from: 'open', verb: { en: 'confirmed', zh: '确认' } },
  cancel: { from: 'open', verb: { en: 'cancelled', zh: '取消' } },
  'take-back': { from: 'cancelled', verb: { en: 'taken back', zh: '撤回' } },
} as const;

export const heldDecide = command({
  role: 'approver',
  route: { method: 'POST', path: '/held/decisions', group: 'waiting' },
  does: { en: 'Confirms, cancels or takes back held changes: by number, by run, or a whole question', zh: '确认、取消或撤回待确认的变更' },
  input: z.strictObject({
    decision: z.enum(['approve', 'cancel', 'take-back']),
    ids: z.array(z.int().positive()).optional(),
    run: z.int().positive().optional(),
    question: z.string().optional(),
    job: jobRef.optional(),
  }),
  output: z.object({ decided: z.int(), ids: z.array(z.int()), runs: z.array(z.int()) }),
  async answer(context, input) {
    const { from } = decisions[input.decision];
    const rows = await chosen(context, input, from);
    const ids = rows.map((row) => row.id);
    if (input.decision === 'approve') {
      await assertEnabled(context, rows);
      return { decided: ids.length, ids, runs: [...(await context.engine.approve(ids, context.actor))] };
    }
    await (input.decision === 'cancel' ? context.engine.cancelHeld(ids, context.actor) : context.engine.takeBack(ids, context.actor));
    return { decided: ids.length, ids, runs: [] };
  },
});

type Choice = {
  ids?: readonly number[] | undefined;
  run?: number | undefined;
  question?: string | undefined;
  job?: number | string | undefined;
};

/** Of all that was chosen, only this is in memory at once. */
type Picked = Pick<HeldInBrief, 'id' | 'job' | 'aspect'>;

async function chosen(context: QueryContext, input: Choice, state: string): Promise<readonly Picked[]> {
  if (input.ids && input.ids.length > 0) {
    const rows: Picked[] = [];
    for (const piece of pieces(input.ids, 1000))
      for (const { id, job, aspect } of await heldInBrief(context.reader, piece)) rows.push({ id, job, aspect });
    const found = new Set(rows.map((row) => row.id));
    const missing = input.ids.find((id) => !found.has(id));
    if (missing !== undefined)
      throw new CommandError(
        `There is no held change ${missing}. "tributary held" lists them.`,
        `没有编号为 ${missing} 的待确认变更。可用 tributary held 查看。`,
        { code: 'not-found' },
      );
    return rows;
  }
  if (input.run === undefined && input.question === undefined && input.job === undefined) {
    throw new CommandError(
      'Say which: numbers, --run RUN, --question Q or --job JOB. "tributary held" lists them.',
      '请指定:编号、--run、--question 或 --job。可用 tributary held 查看。',
      {
        code: 'invalid',
        issues: [{ field: 'ids', message: { en: 'give ids, run, question or job', zh: '请给出 ids、run、question 或 job' } }],
      },
    );
  }
  const job = await optionalJob(context.reader, input.job);
  const rows: Picked[] = [];
  for (;;) {
    const page = await heldPage(context.reader, {
      job: job?.id,
      run: input.run,
      question: input.question,
      states: [state],
      after: rows.at(-1)?.id ?? 0,
      limit: 1000,
    });
    for (const { id, job: of, aspect } of page) rows.push({ id, job: of, aspect });
    if (page.length < 1000) break;
  }
  if (rows.length === 0)
    throw new CommandError(
      'Nothing that waits fits. "tributary held" lists what waits.',
      '没有符合条件的待确认变更。可用 tributary held 查看。',
      { code: 'not-found' },
    );
  return rows;
}

/** Before anything is marked as approved: its run must be able to start. */
async function assertEnabled(context: CommandContext, rows: readonly Picked[]): Promise<void> {
  for (const id of new Set(rows.filter((row) => !isOfUndo(row.aspect)).map((row) => row.job))) {
    const job = await getJob(context.reader, id);
    if (job && conductOf(job.state).writes) continue;
    throw new CommandError(
      `Job ${id} "${job?.name ?? ''}" is ${job?.state ?? 'gone'}, so nothing of it can be carried out. Enable it with "tributary config enable ${id}".`,
      `任务 ${id}“${job?.name ?? ''}”当前状态为“${job ? wordOf.job(job.state).zh : '已删除'}”,无法执行。请用 tributary config enable ${id} 启用。`,
    );
  }
}

export const itemsRetry = command({
  role: 'operator',
  route: { method: 'POST', path: '/jobs/{job}/retry', group: 'waiting', status: 202 },
  does: { en: 'Looks at records with problems again', zh: '重新处理有问题的记录' },
  input: z.strictObject({ job: jobRef, keys: z.array(z.object({ type: z.string().min(1), id: z.string().min(1) })).optional() }),
  output: z.object({ run: z.int().nullable() }),
  async answer(context, input) {
    const job = await resolveJob(context.reader, input.job);
    return { run: await context.engine.retry(job.id, input.keys ?? 'all', context.actor) };
  },
});
