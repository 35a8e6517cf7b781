// Operations that make two people one, or one person two: what would follow first, then exactly that; and pairs that are kept apart.
import { z } from 'zod';
import type { RegroupOrder } from '../../core/regroup.ts';
import { audit } from '../../store/audit.ts';
import { concernedJobs } from '../persons/below.ts';
import { apartOf, apartPage, dropApart, putApart } from '../../store/persons.ts';
import { titlesOf } from '../../store/overview.ts';
import { getRun, type RunRow } from '../../store/runs.ts';
import { planPage } from '../../store/ledger.ts';
import type { Reader } from '../../store/database.ts';
import { ensureConsoleJob } from '../console/job.ts';
import { planNow } from '../dry-run.ts';
import { CommandError } from '../engine.ts';
import { wantedPerson } from '../leavers/closing.ts';
import { mergeOrder, recordsOfPerson, splitOrder, type AccountAfter } from '../persons/orders.ts';
import { regroupOf } from '../persons/overlay.ts';
import { digest } from '../shapes.ts';
import { command, query, type CommandContext } from './operation.ts';
import { runPlan } from './runs.ts';
import { labelView, planView, type PlanView } from './views.ts';

/** How long a preview may be carried out. */
const VALID_MS = 15 * 60_000;
const EXAMPLES = 5;

const person = z.string().trim().min(1).max(200).describe('Id, number, user name or name.');
const record = z.object({ connection: z.string(), externalId: z.string() });
const accountView = z.object({
  connection: z.string(),
  account: z.string(),
  becomes: z.enum(['stays', 'moves', 'surplus']),
  says: labelView,
});

const previewView = z.object({
  /** Directory ids: what leads to `from` leads to `to`. */
  from: z.string(),
  fromTitle: z.string(),
  to: z.string(),
  toTitle: z.string(),
  records: z.array(record),
  accounts: z.array(accountView),
  /** What changes in the directory. */
  directory: planView,
  /** What that changes in each system below, by the next runs there; accounts that change hands are written as whose they will be. */
  downstream: z.array(planView),
  /** A person has said before that these are two. */
  keptApart: z.object({ by: z.string(), at: z.number() }).nullable(),
  /** Carries out exactly this, for 15 minutes. */
  token: z.string(),
});

async function preview(
  context: CommandContext,
  order: RegroupOrder,
  accounts: readonly AccountAfter[],
): Promise<z.input<typeof previewView>> {
  const { engine, actor, reader } = context;
  const job = await ensureConsoleJob(engine.options);
  const plan = await planNow(engine, { job: job.id, mode: 'keys', cause: order.kind, actor, order });
  if (plan.state !== 'succeeded') {
    const why = plan.problem ?? { en: plan.state, zh: plan.state };
    throw new CommandError(`Not possible: ${why.en}`, `无法执行：${why.zh}`, { code: 'conflict' });
  }
  const below: PlanView[] = [];
  for (const run of await concernedJobs(engine, plan.id, order, actor))
    below.push(runPlan.output.parse(await runPlan.answer(context, { run, examples: EXAMPLES })));
  const titles = await titlesOf(reader, [order.from, order.to]);
  const apart = await apartOf(reader, order.from, order.to);
  return {
    from: order.from,
    fromTitle: titles.get(order.from) ?? order.from,
    to: order.to,
    toTitle: titles.get(order.to) ?? order.to,
    records: [...order.records],
    accounts: [...accounts],
    directory: runPlan.output.parse(await runPlan.answer(context, { run: plan.id, examples: EXAMPLES })),
    downstream: below,
    keptApart: apart ? { by: apart.by_whom, at: Number(apart.at) } : null,
    token: `${plan.id}.${await checkOf(reader, plan)}`,
  };
}

/** A check over what the plan is. */
async function checkOf(reader: Reader, plan: RunRow): Promise<string> {
  const changes = (await planPage(reader, plan.id, 0, 10_000)).map((change) => [change.directory_id, change.hash]);
  return digest(JSON.stringify([plan.id, plan.order, changes])).slice(0, 10);
}

/** The plan that a token names; refuses what is no preview of this, or too old. */
async function planOf(
  context: CommandContext,
  kind: RegroupOrder['kind'],
  token: string,
  fits: (order: RegroupOrder) => boolean,
): Promise<RunRow> {
  const [number = '', check] = token.split('.');
  const run = /^\d{1,15}$/.test(number) ? await getRun(context.reader, Number(number)) : undefined;
  const order = run && regroupOf(run);
  const isThis = run?.dryRun === true && order?.kind === kind && order.undoes === undefined && fits(order);
  if (isThis && run.queuedAt + VALID_MS >= context.now() && (await checkOf(context.reader, run)) === check) return run;
  throw new CommandError(
    'This is no token of a preview of the last 15 minutes for exactly this. Look at it again, and give the token of that.',
    '该令牌不是 15 分钟内针对此操作的预览令牌。请重新预览并使用其令牌。',
    { code: 'conflict' },
  );
}

async function carryOut(context: CommandContext, plan: RunRow): Promise<number> {
  const order = regroupOf(plan)!;
  return context.engine.enqueue(
    { job: plan.job, mode: 'keys', cause: order.kind, actor: context.actor, order, ofPlan: plan.id },
    async (transaction) => {
      await audit(transaction, {
        at: context.now(),
        actor: context.actor,
        action: `person.${order.kind}`,
        subject: `person:${order.to}`,
        after: JSON.stringify({ plan: plan.id, ...order }),
      });
    },
  );
}

const token = z.string().min(1).max(200).describe('Of the preview.');
const started = z.object({ run: z.int() });
const choices = z
  .record(z.string(), z.enum(['kept', 'merged']))
  .default({})
  .describe('By connection, where both have an account: whose it is that stays. Default: of the person who is kept.');

export const mergePreview = command({
  role: 'admin',
  route: { method: 'POST', path: '/people/{person}/merge-preview', group: 'directory' },
  does: {
    en: 'Says what follows when a person, who is in the directory twice, is merged into another: in the directory and in every system below; writes nothing',
    zh: '预览将重复的人员合并到另一人员的后果：目录与各下游系统；不写入',
  },
  input: z.strictObject({ person, into: person.describe('Who is kept.'), accounts: choices }),
  output: previewView,
  async answer(context, input) {
    const gone = await wantedPerson(context.reader, input.person);
    const keep = await wantedPerson(context.reader, input.into);
    if (gone.id === keep.id)
      throw new CommandError('These two are one person already.', '两者已是同一人员。', {
        issues: [{ field: 'into', message: { en: 'is the same person', zh: '是同一人员' } }],
      });
    const { order, accounts } = await mergeOrder(context.reader, keep.id, gone.id, input.accounts);
    return preview(context, order, accounts);
  },
});

export const merge = command({
  role: 'admin',
  route: { method: 'POST', path: '/people/{person}/merge', group: 'directory', status: 202 },
  does: {
    en: 'Merges a person into another, as the preview said; its undo makes them two again',
    zh: '按预览将人员合并到另一人员；可撤销以恢复为两人',
  },
  input: z.strictObject({ person, into: person, token }),
  output: started,
  async answer(context, input) {
    const gone = await wantedPerson(context.reader, input.person);
    const keep = await wantedPerson(context.reader, input.into);
    const plan = await planOf(context, 'merge', input.token, (order) => order.from === gone.id && order.to === keep.id);
    return { run: await carryOut(context, plan) };
  },
});

const splitInput = {
  person,
  records: z.array(record).min(1).max(1000).describe('Records of sources that are somebody else; person.records lists them.'),
  accounts: z.array(record).max(1000).default([]).describe('Accounts of systems below that go along.'),
};

export const personRecords = query({
  role: 'viewer',
  route: { method: 'GET', path: '/people/{person}/records', group: 'directory' },
  does: { en: 'Lists the records of sources that lead to a person', zh: '列出指向某人员的来源记录' },
  input: z.strictObject({ person }),
  output: z.object({ person: z.string(), records: z.array(record) }),
  async answer(context, input) {
    const { id } = await wantedPerson(context.reader, input.person);
    return { person: id, records: [...(await recordsOfPerson(context.reader, id))] };
  },
});

export const splitPreview = command({
  role: 'admin',
  route: { method: 'POST', path: '/people/{person}/split-preview', group: 'directory' },
  does: {
    en: 'Says what follows when some records of a person become somebody else: in the directory and in every system below; writes nothing',
    zh: '预览将人员的部分记录拆分为另一人员的后果；不写入',
  },
  input: z.strictObject(splitInput),
  output: previewView,
  async answer(context, input) {
    const { id } = await wantedPerson(context.reader, input.person);
    const into = context.engine.options.newId(context.now());
    return preview(context, await splitOrder(context.reader, id, into, input), []);
  },
});

export const split = command({
  role: 'admin',
  route: { method: 'POST', path: '/people/{person}/split', group: 'directory', status: 202 },
  does: {
    en: 'Makes one person two, as the preview said; its undo makes them one again, and that they are two is remembered',
    zh: '按预览将一人拆分为两人并记住二者不同；可撤销',
  },
  input: z.strictObject({ person, token }),
  output: started.extend({ person: z.string() }),
  async answer(context, input) {
    const { id } = await wantedPerson(context.reader, input.person);
    const plan = await planOf(context, 'split', input.token, (order) => order.from === id);
    return { run: await carryOut(context, plan), person: regroupOf(plan)!.to };
  },
});

// ── pairs that are kept apart ────────────────────────────────────────────────────────────────────────────

const place = z.tuple([z.string(), z.string()]);

export const apartList = query({
  role: 'viewer',
  route: { method: 'GET', path: '/people-kept-apart', group: 'directory', page: 'after' },
  does: { en: 'Lists pairs of people who look like one and are two', zh: '列出已确认为不同的人员对' },
  input: z.strictObject({ after: place.optional(), limit: z.int().min(1).max(1000).default(100) }),
  output: z.object({
    pairs: z.array(
      z.object({ one: z.string(), oneTitle: z.string(), other: z.string(), otherTitle: z.string(), at: z.number(), by: z.string() }),
    ),
    next: place.nullable(),
  }),
  async answer(context, input) {
    const rows = await apartPage(context.reader, input.after ?? ['', ''], input.limit);
    const titles = await titlesOf(
      context.reader,
      rows.flatMap((row) => [row.one, row.other]),
    );
    const last = rows.length === input.limit ? rows.at(-1)! : null;
    return {
      pairs: rows.map((row) => ({
        one: row.one,
        oneTitle: titles.get(row.one) ?? row.one,
        other: row.other,
        otherTitle: titles.get(row.other) ?? row.other,
        at: Number(row.at),
        by: row.by_whom,
      })),
      next: last ? ([last.one, last.other] as [string, string]) : null,
    };
  },
});

export const apartSet = command({
  role: 'admin',
  route: { method: 'POST', path: '/people-kept-apart', group: 'directory' },
  does: {
    en: 'Remembers that two people who look like one are two, or forgets it: a merge of them says so',
    zh: '记住（或取消）两名相似人员确为不同的人；合并预览会提示',
  },
  input: z.strictObject({ one: person, other: person, apart: z.boolean().default(true) }),
  output: z.object({ one: z.string(), other: z.string(), apart: z.boolean() }),
  async answer(context, input) {
    const [one, other] = [await wantedPerson(context.reader, input.one), await wantedPerson(context.reader, input.other)];
    if (one.id === other.id) throw new CommandError('These two are one person.', '两者是同一人员。');
    const by = { at: context.now(), actor: context.actor };
    await context.engine.options.database.write(async (transaction) => {
      await (input.apart ? putApart(transaction, one.id, other.id, by) : dropApart(transaction, one.id, other.id));
      await audit(transaction, {
        ...by,
        action: input.apart ? 'person.apart' : 'person.not-apart',
        subject: `person:${one.id}`,
        after: JSON.stringify({ other: other.id }),
      });
    });
    return { one: one.id, other: other.id, apart: input.apart };
  },
});
