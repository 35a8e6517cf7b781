// Operations about work that waits for a person: list it, confirm, cancel, take back.
import { z } from 'zod';
import { getJob } from '../../store/jobs.ts';
import { heldInBrief, type HeldInBrief } from '../../store/held.ts';
import { heldObjects, heldOfObjects } from '../../store/approvals.ts';
import { heldPage, heldTotals } from '../../store/held-list.ts';
import { titlesOf } from '../../store/overview.ts';
import { CommandError } from '../engine.ts';
import { isOfUndo } from '../undo/orders.ts';
import { conductOf } from '../states.ts';
import { command, jobRef, optionalJob, query, type CommandContext, type QueryContext } from './operation.ts';
import { pieces } from '../shapes.ts';
import { heldOf, loadNames } from './show.ts';
import { sourceReadsOf, sourceReadView } from './source-reads.ts';
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
  output: z.object({
    held: z.array(heldView),
    /** How much the sources behind these showed. */
    reads: z.array(sourceReadView),
    /** On the first of several pages: how much there is in all. */
    totals: z.array(
      z.object({
        job: z.int(),
        question: z.string(),
        type: z.string(),
        action: z.string(),
        /** People, departments or groups; somebody may have several changes. */
        objects: z.int(),
        changes: z.int(),
      }),
    ),
    next: z.int().nullable(),
  }),
  async answer(context, input) {
    const job = await optionalJob(context.reader, input.job);
    const rows = await heldPage(context.reader, { ...input, job: job?.id });
    const names = await loadNames(context);
    const goesOn = rows.length === input.limit;
    return {
      held: await heldOf(context, names, rows),
      reads: await sourceReadsOf(context, names, rows),
      totals: goesOn && input.after === 0 ? [...(await heldTotals(context.reader, { ...input, job: job?.id }))] : [],
      next: goesOn ? rows.at(-1)!.id : null,
    };
  },
});

export const heldPeople = query({
  role: 'viewer',
  route: { method: 'GET', path: '/held/people', group: 'waiting', page: 'after' },
  does: {
    en: 'Lists what waits for confirmation by person (or department, or group), whatever the job',
    zh: '按对象汇总各任务的待确认变更',
  },
  input: z.strictObject({ after: z.string().default(''), limit: z.int().min(1).max(200).default(50) }),
  output: z.object({
    people: z.array(
      z.object({
        object: z.string(),
        type: z.string(),
        title: z.string(),
        /** Since when the oldest of it waits. */
        since: z.number(),
        held: z.array(heldView),
      }),
    ),
    next: z.string().nullable(),
  }),
  async answer(context, input) {
    const objects = await heldObjects(context.reader, input.after, input.limit);
    const rows = await heldOfObjects(context.reader, objects, ['open']);
    const views = await heldOf(context, await loadNames(context), rows);
    const titles = await titlesOf(context.reader, objects);
    const people = objects.flatMap((object) => {
      const own = views.filter((_, index) => rows[index]!.directory_id === object);
      const [first] = own;
      if (!first) return [];
      const since = Math.min(...own.map((one) => one.createdAt));
      return [{ object, type: first.type, title: titles.get(object) ?? first.title, since, held: own }];
    });
    return { people, next: objects.length === input.limit ? objects.at(-1)! : null };
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
    objects: z.array(z.string().min(1)).max(1000).optional().describe('Directory ids: all that waits about them, whatever the job.'),
  }),
  output: z.object({
    decided: z.int(),
    /** Confirmed by the first of two people: somebody else must confirm these, too. */
    asked: z.int(),
    ids: z.array(z.int()),
    runs: z.array(z.int()),
  }),
  async answer(context, input) {
    const { from } = decisions[input.decision];
    const rows = await chosen(context, input, from);
    const ids = rows.map((row) => row.id);
    if (input.decision === 'approve') {
      await assertEnabled(context, rows);
      const runs = [...(await context.engine.approve(ids, context.actor))];
      const asked = await countOpen(context, ids);
      return { decided: ids.length - asked, asked, ids, runs };
    }
    await (input.decision === 'cancel' ? context.engine.cancelHeld(ids, context.actor) : context.engine.takeBack(ids, context.actor));
    return { decided: ids.length, asked: 0, ids, runs: [] };
  },
});

async function countOpen(context: QueryContext, ids: readonly number[]): Promise<number> {
  let open = 0;
  for (const piece of pieces(ids, 1000)) open += (await heldInBrief(context.reader, piece)).filter((row) => row.state === 'open').length;
  return open;
}

type Choice = {
  objects?: readonly string[] | undefined;
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
  if (input.objects && input.objects.length > 0) {
    const rows: readonly Picked[] = await heldOfObjects(context.reader, input.objects, [state]);
    if (rows.length === 0) throw nothingFits();
    return rows.map(({ id, job, aspect }) => ({ id, job, aspect }));
  }
  if (input.run === undefined && input.question === undefined && input.job === undefined) {
    throw new CommandError(
      'Say which: numbers, --person P, --run RUN, --question Q or --job JOB. "tributary held" lists them.',
      '请指定：编号、--person、--run、--question 或 --job。可用 tributary held 查看。',
      {
        code: 'invalid',
        issues: [
          { field: 'ids', message: { en: 'give ids, objects, run, question or job', zh: '请给出 ids、objects、run、question 或 job' } },
        ],
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
  if (rows.length === 0) throw nothingFits();
  return rows;
}

const nothingFits = (): CommandError =>
  new CommandError(
    'Nothing that waits fits any more; see what does ("tributary held").',
    '没有符合条件的待确认变更，请重新查看（tributary held）。',
    {
      code: 'not-found',
    },
  );

/** Before anything is marked as approved: its run must be able to start. */
async function assertEnabled(context: CommandContext, rows: readonly Picked[]): Promise<void> {
  for (const id of new Set(rows.filter((row) => !isOfUndo(row.aspect)).map((row) => row.job))) {
    const job = await getJob(context.reader, id);
    if (job && conductOf(job.state).writes) continue;
    throw new CommandError(
      `Job ${id} "${job?.name ?? ''}" is ${job ? wordOf.job(job.state).en : 'gone'}, so nothing of it can be carried out. Enable it first ("tributary config enable ${id}").`,
      `任务 ${id}“${job?.name ?? ''}”当前状态为“${job ? wordOf.job(job.state).zh : '已删除'}”，无法执行。请先启用（tributary config enable ${id}）。`,
    );
  }
}
