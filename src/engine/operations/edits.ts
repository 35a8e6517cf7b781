// Operations that edit the directory by hand: propose steps, see what they would change everywhere, then apply or discard.
import { z } from 'zod';
import { createEdit, decideEdit, draftsOf, editPage, getEdit, noteRun, type EditRow } from '../../store/console.ts';
import type { Transaction } from '../../store/database.ts';
import { historyOf, objectsOf } from '../../store/directory.ts';
import { getRun } from '../../store/runs.ts';
import { draft } from '../console/draft.ts';
import { fedFromAbove } from '../console/fed.ts';
import { consoleJob, ensureConsoleJob } from '../console/job.ts';
import { preview } from '../console/preview.ts';
import { storeRecords } from '../console/records.ts';
import { type RuleEffect, ruleEffects } from '../console/rule-effects.ts';
import { MOST_STEPS, stepSchema } from '../console/steps.ts';
import { CommandError } from '../engine.ts';
import { parseJson } from '../shapes.ts';
import { command, query, type CommandContext, type Issue, type QueryContext } from './operation.ts';
import { rank, runPlan } from './runs.ts';
import { loadNames, settingsOfJob } from './show.ts';
import { planView, type PlanView } from './views.ts';

const crowd = z.object({ count: z.int(), examples: z.array(z.object({ id: z.string(), title: z.string() })) });

const editView = z.object({
  id: z.int(),
  state: z.enum(['proposed', 'applied', 'discarded']),
  at: z.number(),
  by: z.string(),
  decidedAt: z.number().nullable(),
  decidedBy: z.string().nullable(),
  /** As they were given. */
  steps: z.array(z.unknown()),
  /** What changes in the directory. */
  directory: planView.nullable(),
  /** Before it is carried out: who would enter and leave groups that follow a rule. Groups that the edit is about are in its plan. */
  ruleGroups: z.array(z.object({ group: z.string(), title: z.string(), enters: crowd, leaves: crowd })),
  /** What that changes in each system below, the gravest first. A run that failed says why. */
  downstream: z.array(planView),
  /** The run that carries it out, once it is applied. */
  run: z.int().nullable(),
});

const EXAMPLES = 5;

async function ruleGroupsOf(context: QueryContext, plan: number): Promise<z.input<typeof editView>['ruleGroups']> {
  const effects = await ruleEffects(context.reader, plan);
  const groups = await objectsOf(
    context.reader,
    effects.map(({ group }) => group),
  );
  const titles = new Map(groups.map((row) => [row.id, String(parseJson<Record<string, unknown>>(row.data, {}).name ?? row.id)]));
  const crowdOf = (people: RuleEffect['enters']): z.input<typeof crowd> => ({
    count: people.length,
    examples: people.slice(0, EXAMPLES).map((one) => ({ ...one })),
  });
  return effects.map(({ group, enters, leaves }) => ({
    group,
    title: titles.get(group) ?? group,
    enters: crowdOf(enters),
    leaves: crowdOf(leaves),
  }));
}

async function viewOf(context: QueryContext, edit: EditRow): Promise<z.input<typeof editView>> {
  // Plans of an edit that was decided long ago are not kept.
  const planOf = async (run: number): Promise<PlanView[]> =>
    (await getRun(context.reader, run))?.forgottenAt === null
      ? [runPlan.output.parse(await runPlan.answer(context, { run, examples: EXAMPLES }))]
      : [];
  const downstream = (await Promise.all(parseJson<number[]>(edit.below, []).map(planOf))).flat();
  return {
    id: edit.id,
    state: edit.state,
    at: edit.at,
    by: edit.actor,
    decidedAt: edit.decided_at,
    decidedBy: edit.decided_by,
    steps: JSON.parse(edit.steps) as unknown[],
    directory: edit.plan === null ? null : ((await planOf(edit.plan))[0] ?? null),
    ruleGroups: edit.plan === null || edit.state !== 'proposed' ? [] : await ruleGroupsOf(context, edit.plan),
    downstream: downstream.sort((a, b) => gravity(a) - gravity(b) || size(b) - size(a)),
    run: edit.run,
  };
}

/** Lower is graver: what it does worst; a plan that could not be made comes first. */
const gravity = (plan: PlanView): number =>
  plan.run.state !== 'succeeded' ? -1 : Math.min(99, ...plan.groups.filter((group) => group.count > 0).map((group) => rank(group.action)));
const size = (plan: PlanView): number => plan.groups.reduce((sum, group) => sum + group.count, 0);

async function wantedEdit(context: QueryContext, id: number): Promise<EditRow> {
  const edit = await getEdit(context.reader, id);
  if (edit) return edit;
  throw new CommandError(
    `There is no edit ${id}. "tributary edit list" lists them.`,
    `没有编号为 ${id} 的编辑。可用 tributary edit list 查看。`,
    { code: 'not-found' },
  );
}

export const editPropose = command({
  role: 'admin',
  route: { method: 'POST', path: '/edits', group: 'directory', status: 201 },
  does: {
    en: 'Says what an edit of people, departments and groups would change in the directory and in every system below; writes nothing',
    zh: '预览对人员、部门和组的编辑将给目录及各下游系统带来的变更；不写入',
  },
  input: z.strictObject({ steps: z.array(stepSchema).min(1).max(MOST_STEPS) }),
  output: editView,
  async answer(context, { steps }) {
    const job = await ensureConsoleJob(context.engine.options);
    const drafted = await draft(context, steps);
    const settings = settingsOfJob(job);
    const fed =
      drafted.issues.length > 0 ? [] : await fedFromAbove(context, await loadNames(context), { id: job.id, settings }, drafted.objects);
    const issues = [...drafted.issues, ...fed];
    if (issues.length > 0) throw refused(issues, drafted.issues.length > 0);
    const { database, clock } = context.engine.options;
    const id = await database.write((transaction) =>
      createEdit(transaction, { at: clock.now(), actor: context.actor, steps: JSON.stringify(steps) }, drafted.rows),
    );
    await preview(context.engine, id, job.id, drafted.rows, context.actor);
    return viewOf(context, await wantedEdit(context, id));
  },
});

/** What is not understood is the caller's to mend; what a source feeds is a conflict. */
function refused(issues: readonly Issue[], notUnderstood: boolean): CommandError {
  const text = (language: 'en' | 'zh'): string => issues.map((issue) => `${issue.field}: ${issue.message[language]}`).join('; ');
  return new CommandError(`Not possible. ${text('en')}.`, `无法执行。${text('zh')}。`, {
    code: notUnderstood ? 'invalid' : 'conflict',
    issues,
  });
}

export const editGet = query({
  role: 'viewer',
  route: { method: 'GET', path: '/edits/{edit}', group: 'directory' },
  does: { en: 'Shows an edit with what it would change, or has changed', zh: '查看一次编辑及其变更' },
  input: z.strictObject({ edit: z.int().positive() }),
  output: editView,
  answer: async (context, { edit }) => viewOf(context, await wantedEdit(context, edit)),
});

export const editList = query({
  role: 'viewer',
  route: { method: 'GET', path: '/edits', group: 'directory', page: 'before' },
  does: { en: 'Lists edits by hand, newest first', zh: '列出手工编辑，新的在前' },
  input: z.strictObject({ before: z.int().optional(), limit: z.int().min(1).max(200).default(50) }),
  output: z.object({
    edits: z.array(
      editView.pick({ id: true, state: true, at: true, by: true, decidedAt: true, decidedBy: true, run: true }).extend({ steps: z.int() }),
    ),
    next: z.int().nullable(),
  }),
  async answer(context, input) {
    const rows = await editPage(context.reader, input.before ?? Number.MAX_SAFE_INTEGER, input.limit);
    return {
      edits: rows.map((edit) => ({
        id: edit.id,
        state: edit.state,
        at: edit.at,
        by: edit.actor,
        decidedAt: edit.decided_at,
        decidedBy: edit.decided_by,
        run: edit.run,
        steps: (JSON.parse(edit.steps) as unknown[]).length,
      })),
      next: rows.length === input.limit ? rows.at(-1)!.id : null,
    };
  },
});

export const editApply = command({
  role: 'admin',
  route: { method: 'POST', path: '/edits/{edit}/apply', group: 'directory', status: 202 },
  does: { en: 'Carries out a proposed edit; the guard may hold parts of it', zh: '执行已预览的编辑；其中部分可能被删除保护拦下待确认' },
  input: z.strictObject({ edit: z.int().positive() }),
  output: z.object({ edit: z.int(), run: z.int() }),
  async answer(context, { edit: id }) {
    const edit = await wantedEdit(context, id);
    const drafts = await draftsOf(context.reader, id);
    const job = (await consoleJob(context.reader))!;
    const run = await context.engine.enqueue(
      { job: job.id, mode: 'keys', keys: drafts.map((one) => ({ type: one.type, id: one.id })), cause: 'edit', actor: context.actor },
      async (transaction, queued) => {
        await assertUntouched(transaction, drafts);
        await storeRecords(transaction, drafts);
        await decide(context, transaction, edit, 'applied');
        await noteRun(transaction, id, queued);
      },
    );
    return { edit: id, run };
  },
});

export const editDiscard = command({
  role: 'admin',
  route: { method: 'POST', path: '/edits/{edit}/discard', group: 'directory' },
  does: { en: 'Throws a proposed edit away', zh: '放弃已预览的编辑' },
  input: z.strictObject({ edit: z.int().positive() }),
  output: z.object({ edit: z.int() }),
  async answer(context, { edit: id }) {
    const edit = await wantedEdit(context, id);
    await context.engine.options.database.write((transaction) => decide(context, transaction, edit, 'discarded'));
    return { edit: id };
  },
});

async function decide(context: CommandContext, transaction: Transaction, edit: EditRow, state: 'applied' | 'discarded'): Promise<void> {
  if (await decideEdit(transaction, edit.id, { state, at: context.now(), by: context.actor })) return;
  const now = (await getEdit(transaction, edit.id))!;
  throw new CommandError(
    `Edit ${edit.id} was ${now.state} already, by ${now.decided_by}.`,
    `编辑 ${edit.id} 已由 ${now.decided_by} ${now.state === 'applied' ? '执行' : '放弃'}。`,
  );
}

/** What was looked at is what is changed: refuses when an object has moved since. */
async function assertUntouched(transaction: Transaction, drafts: readonly { id: string; base: number | null }[]): Promise<void> {
  const objects = new Map(
    (
      await objectsOf(
        transaction,
        drafts.map((one) => one.id),
      )
    ).map((object) => [object.id, object]),
  );
  for (const { id, base } of drafts) {
    const object = objects.get(id);
    if ((object?.revision ?? null) === base) continue;
    const [last] = await historyOf(transaction, id, 1);
    const what = Object.keys(parseJson<Record<string, unknown>>(last?.after, {}));
    const data = parseJson<{ displayName?: string; name?: string }>(object?.data, {});
    const title = data.displayName ?? data.name ?? id;
    throw new CommandError(
      `${title} was changed since this was planned, by ${last?.actor ?? '–'} (${what.join(', ') || last?.action || '–'}). Propose the edit again.`,
      `预览之后 ${title} 已被 ${last?.actor ?? '–'} 修改（${what.join('、') || last?.action || '–'}）。请重新预览。`,
      { code: 'changed', saved: { by: last?.actor ?? '–', at: last?.at ?? 0, what } },
    );
  }
}
