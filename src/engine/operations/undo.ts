// Operations that take a run back: look at it first, carry it out, what cannot come back, and what is kept because of it.
import { z } from 'zod';
import { jobSettingsSchema } from '../../core/job-settings.ts';
import type { Label, ObjectKey, ObjectTypeSpec } from '../../core/model.ts';
import { EXISTENCE, edgeOfSubject } from '../../core/pin.ts';
import { oppositeOf, type RegroupOrder } from '../../core/regroup.ts';
import { lossReasons, type LossReason, type UndoOrder } from '../../core/undo.ts';
import { directoryTypes } from '../../core/directory-types.ts';
import { audit } from '../../store/audit.ts';
import type { Transaction } from '../../store/database.ts';
import { getJob, patchJob, type JobRow } from '../../store/jobs.ts';
import { titlesOf } from '../../store/overview.ts';
import { dropPins, pinPage, unsettleObjects, type PinRow } from '../../store/pins.ts';
import { lossPage, type LossRow } from '../../store/undo.ts';
import type { RunRow } from '../../store/runs.ts';
import { type Alongside, CommandError } from '../engine.ts';
import { parseJson } from '../shapes.ts';
import { assertTransition, stateBehind } from '../states.ts';
import { regroupOf } from '../persons/overlay.ts';
import { assertNotTakenBack } from '../undo/taken-back.ts';
import { wordOf } from '../words.ts';
import { command, query, type CommandContext, type QueryContext } from './operation.ts';
import { wantedRun } from './runs.ts';
import { labelOf, loadNames, shownValue, specOf, targetTypes, type Names } from './show.ts';
import { labelView, pinView, subjectView, type PinView } from './views.ts';

const made = z
  .enum(['disable', 'remove'])
  .default('disable')
  .describe('What becomes of people whom the run made. Departments and groups are removed.');

async function undoable(context: QueryContext, id: number): Promise<RunRow> {
  const run = await wantedRun(context, id);
  if (run.dryRun) throw new CommandError(`Run ${id} was a dry run: it has written nothing.`, `执行 ${id} 是试运行，没有写入任何内容。`);
  if (run.endedAt === null)
    throw new CommandError(
      `Run ${id} is still ${wordOf.run(run.state).en}. Wait for its end, or cancel it ("tributary cancel ${id}").`,
      `执行 ${id} 尚未结束（${wordOf.run(run.state).zh}）。请等待结束，或取消（tributary cancel ${id}）。`,
    );
  await assertNotTakenBack(context.reader, run);
  return run;
}

export const undoPreview = command({
  role: 'operator',
  route: { method: 'POST', path: '/runs/{run}/undo-preview', group: 'runs', status: 202 },
  does: { en: 'Plans how a run is taken back, and lists what cannot be as before', zh: '预览撤销一次执行：计划，以及无法恢复的内容' },
  input: z.strictObject({ run: z.int().positive(), made }),
  output: z.object({ run: z.int() }),
  async answer(context, input) {
    const run = await undoable(context, input.run);
    const order = takingBack(run, input.made);
    return { run: await enqueue(context, run.job, order, { dryRun: true, keys: null }) };
  },
});

export const undoStart = command({
  role: 'admin',
  route: { method: 'POST', path: '/runs/{run}/undo', group: 'runs', status: 202 },
  does: {
    en: 'Takes a run back, through guard and confirmation; not one that is taken back wholly, or being taken back',
    zh: '撤销一次执行（经过保护与确认）；已全部撤销或正在撤销的不可再次撤销',
  },
  input: z.strictObject({
    run: z.int().positive(),
    plan: z.int().positive().optional().describe('Carry out exactly this preview.'),
    made,
    pause: z.boolean().default(true).describe('Pause the job, if it runs by schedule or events.'),
  }),
  output: z.object({ run: z.int(), paused: z.boolean() }),
  async answer(context, input) {
    const run = await undoable(context, input.run);
    const plan = input.plan === undefined ? null : await previewOf(context, input.plan, run.id);
    const job = (await getJob(context.reader, run.job))!;
    const pause = input.pause && job.state === 'enabled' && runsByItself(job);
    const order = (plan?.order as UndoOrder | RegroupOrder | undefined) ?? takingBack(run, input.made);
    const id = await enqueue(context, run.job, order, { keys: null, ofPlan: plan?.id }, async (transaction, own) => {
      // Another may have begun since it was looked at.
      await assertNotTakenBack(transaction, run, own);
      if (pause) await pauseJob(transaction, job, run.id);
      await audit(transaction, {
        at: context.now(),
        actor: context.actor,
        action: 'run.undo',
        subject: `run:${run.id}`,
        after: JSON.stringify({ ...order, pause }),
      });
    });
    return { run: id, paused: pause };
  },
});

/** What made two people one is taken back by making them two, and the other way round. */
function takingBack(run: RunRow, what: UndoOrder['made']): UndoOrder | RegroupOrder {
  const regroup = regroupOf(run);
  return regroup ? oppositeOf(regroup, run.id) : { kind: 'run', run: run.id, made: what };
}

const isOf = (order: RunRow['order'], undone: number): boolean =>
  order?.kind === 'run' ? order.run === undone : (order?.kind === 'merge' || order?.kind === 'split') && order.undoes === undone;

const runsByItself = (job: JobRow): boolean => jobSettingsSchema.parse(JSON.parse(job.settings)).trigger.kind !== 'manual';

async function pauseJob(transaction: Transaction, job: JobRow, undone: number): Promise<void> {
  assertTransition('job', job.state, 'paused');
  const reason = {
    en: `Run ${undone} was undone. What is kept because of it ("tributary pins") is looked at before it goes on.`,
    zh: `执行 ${undone} 已被撤销。请先查看因此保留的内容（tributary pins），再恢复执行。`,
  };
  await patchJob(transaction, job.id, { state: 'paused', state_reason: JSON.stringify(reason), resumes: stateBehind(job) });
}

async function previewOf(context: QueryContext, id: number, undone: number): Promise<RunRow> {
  const plan = await wantedRun(context, id);
  if (isOf(plan.order, undone) && plan.dryRun && plan.endedAt !== null && plan.state === 'succeeded') return plan;
  throw new CommandError(
    `Run ${id} is no finished preview of undoing run ${undone}. Make one ("tributary undo ${undone}").`,
    `执行 ${id} 不是撤销执行 ${undone} 的已完成预览。请重新预览（tributary undo ${undone}）。`,
  );
}

export const enqueue = (
  context: CommandContext,
  job: number,
  order: UndoOrder | RegroupOrder,
  more: { readonly dryRun?: boolean; readonly keys: readonly ObjectKey[] | null; readonly ofPlan?: number | undefined },
  alongside?: Alongside,
): Promise<number> =>
  context.engine.enqueue(
    {
      job,
      mode: 'keys',
      cause: 'undo',
      actor: context.actor,
      order,
      keys: more.keys,
      ...(more.dryRun ? { dryRun: true } : {}),
      ...(more.ofPlan === undefined ? {} : { ofPlan: more.ofPlan }),
    },
    alongside,
  );

// ── what cannot come back ────────────────────────────────────────────────────────────────────────────────

const lossView = z.object({
  type: z.string(),
  object: z.string(),
  title: z.string(),
  ...subjectView,
  reason: z.string(),
  says: labelView,
  was: z.unknown(),
  now: z.unknown(),
});
export type LossView = z.output<typeof lossView>;

export const undoLosses = query({
  role: 'viewer',
  route: { method: 'GET', path: '/runs/{run}/losses', group: 'runs', page: 'after' },
  does: { en: 'Lists what an undo, or its preview, cannot bring back', zh: '列出撤销（或其预览）无法恢复的内容' },
  input: z.strictObject({ run: z.int().positive(), after: z.int().default(0), limit: z.int().min(1).max(1000).default(100) }),
  output: z.object({ losses: z.array(lossView), next: z.int().nullable() }),
  async answer(context, input) {
    const run = await wantedRun(context, input.run);
    const rows = await lossPage(context.reader, input.run, input.after, input.limit);
    const types = targetTypes(await loadNames(context), run.job);
    const titles = await titlesIn(context, rows, types);
    return {
      losses: rows.map((row) => ({
        type: row.type,
        object: row.object,
        title: row.title ?? titles.get(row.object) ?? row.object,
        ...subjectOf(types, row.type, row.subject, titles),
        reason: row.reason,
        says: lossReasons[row.reason as LossReason],
        was: valueIn(types, row.type, row.subject, row.was, titles),
        now: valueIn(types, row.type, row.subject, row.now, titles),
      })),
      next: rows.length === input.limit ? rows.at(-1)!.n : null,
    };
  },
});

const words: Readonly<Record<string, Label>> = {
  '': { en: 'the object itself', zh: '对象本身' },
  id: { en: 'id in the system', zh: '在该系统中的编号' },
  enabled: { en: 'enabled', zh: '启用' },
};

function subjectOf(types: readonly ObjectTypeSpec[], type: string, subject: string, titles: ReadonlyMap<string, string>) {
  const edge = edgeOfSubject(subject);
  if (edge) return { subject, label: labelOf(types, type, edge.relation), end: titles.get(edge.id) ?? edge.id };
  return { subject, label: words[subject] ?? labelOf(types, type, subject), end: null };
}

function valueIn(
  types: readonly ObjectTypeSpec[],
  type: string,
  subject: string,
  text: string | null,
  titles: ReadonlyMap<string, string>,
): unknown {
  const value = parseJson<unknown>(text, null);
  return edgeOfSubject(subject) ? value : shownValue(value, specOf(types, type, subject), titles);
}

/** Names of everything that these rows are about or point to. */
function titlesIn(
  context: QueryContext,
  rows: readonly (Pick<LossRow, 'type' | 'object' | 'subject'> & { readonly was?: string | null; readonly now?: string | null })[],
  types: readonly ObjectTypeSpec[],
): Promise<ReadonlyMap<string, string>> {
  const ids = rows.flatMap((row) => {
    const isReference = specOf(types, row.type, row.subject)?.type === 'reference';
    const values = isReference ? [row.was, row.now].map((text) => parseJson<unknown>(text, null)) : [];
    return [row.object, edgeOfSubject(row.subject)?.id, ...values].filter((id): id is string => typeof id === 'string');
  });
  return titlesOf(context.reader, [...new Set(ids)]);
}

// ── pins ─────────────────────────────────────────────────────────────────────────────────────────────────

const pinPlace = z.tuple([z.string(), z.string(), z.string(), z.string()]);

export const pinList = query({
  role: 'viewer',
  route: { method: 'GET', path: '/pins', group: 'directory', page: 'after' },
  does: { en: 'Lists what is kept because a run was undone', zh: '列出因撤销而保留的内容' },
  input: z.strictObject({
    connection: z.string().optional(),
    object: z.string().optional().describe('Directory id.'),
    run: z.int().positive().optional().describe('The undo that left them.'),
    after: pinPlace.optional(),
    limit: z.int().min(1).max(1000).default(100),
  }),
  output: z.object({ pins: z.array(pinView), next: pinPlace.nullable() }),
  async answer(context, input) {
    const rows = await pinPage(context.reader, input);
    const last = rows.length === input.limit ? rows.at(-1)! : null;
    return {
      pins: await pinViews(context, await loadNames(context), rows),
      next: last ? ([last.connection, last.type, last.object, last.subject] as [string, string, string, string]) : null,
    };
  },
});

const existenceWords: Readonly<Record<string, Label>> = {
  created: { en: 'stays, although it would be removed or disabled', zh: '继续保留，即使本应删除或停用' },
  linked: { en: 'stays linked', zh: '保持关联' },
  enabled: { en: 'stays enabled', zh: '保持启用' },
  disabled: { en: 'stays disabled', zh: '保持停用' },
  removed: { en: 'is not made again', zh: '不再创建' },
  unlinked: { en: 'is not linked again', zh: '不再关联' },
};

export async function pinViews(context: QueryContext, names: Names, rows: readonly PinRow[]): Promise<PinView[]> {
  const typesOf = (connection: string): readonly ObjectTypeSpec[] =>
    connection === 'directory'
      ? directoryTypes
      : (names.connectors.get(names.connections.get(connection)?.connector ?? '')?.manifest.types ?? []);
  const titles = new Map<string, string>();
  for (const connection of new Set(rows.map((row) => row.connection)))
    for (const [id, title] of await titlesIn(
      context,
      rows.filter((row) => row.connection === connection).map((row) => ({ ...row, was: row.undone, now: row.keep })),
      typesOf(connection),
    ))
      titles.set(id, title);
  return rows.map((row) => {
    const types = typesOf(row.connection);
    return {
      connection: row.connection,
      connectionName: names.connections.get(row.connection)?.name ?? row.connection,
      type: row.type,
      object: row.object,
      title: row.title ?? titles.get(row.object) ?? row.object,
      ...subjectOf(types, row.type, row.subject, titles),
      undone: valueIn(types, row.type, row.subject, row.undone, titles),
      keep: valueIn(types, row.type, row.subject, row.keep, titles),
      says:
        row.subject === EXISTENCE
          ? existenceWords[parseJson<string>(row.keep, '')]!
          : { en: 'kept until another value is wanted than the undone one', zh: '在期望值与被撤销的值不同之前保留' },
      run: Number(row.run),
      at: Number(row.at),
      by: row.by_whom,
    };
  });
}

export const pinRemove = command({
  role: 'admin',
  route: { method: 'POST', path: '/pins/removals', group: 'directory' },
  does: { en: 'Ends pins: the next run does again what was undone', zh: '解除保留：下次执行将重新写入被撤销的内容' },
  input: z.strictObject({
    object: z.string().optional().describe('Directory id.'),
    connection: z.string().optional(),
    subject: z.string().optional(),
    run: z.int().positive().optional().describe('All that this undo left.'),
  }),
  output: z.object({ removed: z.int() }),
  async answer(context, input) {
    if (input.object === undefined && input.run === undefined)
      throw new CommandError('Say whose: object, or run.', '请指定 object 或 run。', {
        code: 'invalid',
        issues: [{ field: 'object', message: { en: 'give object or run', zh: '请给出 object 或 run' } }],
      });
    const rows: PinRow[] = [];
    for (;;) {
      const last = rows.at(-1);
      const page = await pinPage(context.reader, {
        ...input,
        ...(last ? { after: [last.connection, last.type, last.object, last.subject] as const } : {}),
        limit: 1000,
      });
      rows.push(...page);
      if (page.length < 1000) break;
    }
    const wanted = rows.filter((row) => input.subject === undefined || row.subject === input.subject);
    await context.engine.options.database.write(async (transaction) => {
      await dropPins(transaction, wanted);
      await unsettleObjects(transaction, [...new Set(wanted.map((row) => row.object))]);
      await audit(transaction, {
        at: context.now(),
        actor: context.actor,
        action: 'pin.remove',
        subject: input.object ?? `run:${input.run}`,
        before: JSON.stringify(wanted.map((row) => [row.connection, row.object, row.subject])),
      });
    });
    return { removed: wanted.length };
  },
});
