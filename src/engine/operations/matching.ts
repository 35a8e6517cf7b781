// Operations that match a target which has accounts already: start it, see its sums, its lists and the likely pairs. Nothing is linked here.
import { z } from 'zod';
import { type MatchKind, matchKinds } from '../../core/match-kinds.ts';
import { type Reason, type Sign, signs } from '../../core/matching.ts';
import type { Attributes, Label, ObjectTypeSpec } from '../../core/model.ts';
import { spelled } from '../../core/spelled.ts';
import type { JobRow } from '../../store/jobs.ts';
import {
  countClear,
  countLinked,
  countMatched,
  type MatchingRow,
  matchingOf,
  matchPage,
  type ProposalRow,
  proposalPage,
  proposalsOf,
  proposalsOfAccounts,
  putMatching,
} from '../../store/matching.ts';
import { linksByExternal } from '../../store/links.ts';
import { objectsOf } from '../../store/directory.ts';
import { mirrorCount, mirrorRows } from '../../store/mirror.ts';
import { titlesOf } from '../../store/overview.ts';
import { directoryCatalogue } from '../catalogue.ts';
import { CommandError } from '../engine.ts';
import { type LookAlike, lookAlikes } from '../links/look-alikes.ts';
import { accountMarks, accountTitles, marksIn } from '../links/titles.ts';
import { ranAfter } from '../matching/current.ts';
import { parseJson } from '../shapes.ts';
import { command, jobRef, query, resolveJob, type QueryContext } from './operation.ts';
import { wantedRun } from './runs.ts';
import { labelOf, loadNames, settingsOfJob, targetTypes } from './show.ts';
import { labelView } from './views.ts';

export async function downstreamJob(context: QueryContext, ref: number | string): Promise<JobRow> {
  const job = await resolveJob(context.reader, ref);
  if (job.direction === 'down') return job;
  throw new CommandError(
    `Job ${job.id} "${job.name}" reads: its records find people by the rules of its correlation. Only accounts of a system that is written to are matched here.`,
    `任务 ${job.id}“${job.name}”为上游任务：其记录按匹配规则对应人员。此处仅匹配下游系统中已有的账号。`,
  );
}

/** The matching of a job that has come to its end. */
export async function finishedMatching(context: QueryContext, ref: number | string): Promise<{ job: JobRow; matching: MatchingRow }> {
  const job = await downstreamJob(context, ref);
  const matching = await matchingOf(context.reader, job.id);
  const run = matching ? await wantedRun(context, matching.run) : null;
  if (matching && run?.state === 'succeeded') return { job, matching };
  if (!matching) throw notMatched(job);
  throw new CommandError(
    `The matching of job ${job.id} has not come to its end: see run ${matching.run}.`,
    `任务 ${job.id} 的匹配尚未完成：请查看执行 ${matching.run}。`,
  );
}

const notMatchedWords = (job: JobRow): Label => ({
  en: `Job ${job.id} "${job.name}" was not matched yet. Start it ("tributary match start ${job.id}").`,
  zh: `任务 ${job.id}“${job.name}”尚未匹配。请先开始匹配（tributary match start ${job.id}）。`,
});

function notMatched(job: JobRow): CommandError {
  const { en, zh } = notMatchedWords(job);
  return new CommandError(en, zh, { code: 'not-found' });
}

export const matchStart = command({
  role: 'operator',
  route: { method: 'POST', path: '/jobs/{job}/matching', group: 'links', status: 202 },
  does: {
    en: 'Compares a target that has accounts already with the directory: a dry run that also looks for likely pairs. Replaces the matching before',
    zh: '将已有账号的目标系统与目录比较：一次试运行，并查找可能的对应关系；取代之前的匹配结果',
  },
  input: z.strictObject({ job: jobRef }),
  output: z.object({ run: z.int() }),
  async answer(context, input) {
    const job = await downstreamJob(context, input.job);
    const { actor } = context;
    const run = await context.engine.enqueue({ job: job.id, mode: 'full', dryRun: true, cause: 'match', actor }, (transaction, id) =>
      putMatching(transaction, { job: job.id, run: id, at: context.now(), by_whom: actor }),
    );
    return { run };
  },
});

const counts = z.object({
  type: z.string(),
  /** In one sentence. */
  says: labelView,
  /** What the system was last seen to have, whoever owns it. */
  accounts: z.int(),
  /** Links of the connection, those accepted since included. */
  linked: z.int(),
  /** A rule found exactly one account: the next run links it. */
  matched: z.int(),
  /** The same, but the two are called otherwise: it may be somebody else's account. */
  renamed: z.int(),
  /** A rule found several, or one that is somebody else's. */
  ambiguous: z.int(),
  /** The next run would make an account; `createProposed`: of these, with a likely pair. */
  create: z.int(),
  createProposed: z.int(),
  /** A rule found a protected account. */
  protected: z.int(),
  /** Get no account by themselves (have left, are suspended, lack a value), and seem to have one. */
  other: z.int(),
  /** Accounts without an owner that a rule or a proposal names for somebody. */
  candidate: z.int(),
  /** Accounts without an owner that nobody seems to own. */
  nobody: z.int(),
  /** Accounts without an owner that are protected. */
  untouched: z.int(),
  accepted: z.int(),
  /** Proposals that are far ahead of every other. */
  clear: z.int(),
});

export const matchGet = query({
  role: 'viewer',
  route: { method: 'GET', path: '/jobs/{job}/matching', group: 'links' },
  does: {
    en: 'Sums up the matching of a job: matched, ambiguous, would be created, nobody’s',
    zh: '汇总任务的匹配结果：已匹配、不唯一、将新建、无主',
  },
  input: z.strictObject({ job: jobRef }),
  output: z.object({
    job: z.int(),
    /** Null: never compared. */
    run: z.int().nullable(),
    /** That of the run, or `never`. */
    state: z.string(),
    at: z.number().nullable(),
    by: z.string().nullable(),
    /** A run into the system that came after the comparison: nothing is accepted by it any more; null: none did. */
    newer: z.int().nullable(),
    /** Where there is nothing to show: what to do. */
    says: labelView.nullable(),
    types: z.array(counts),
  }),
  async answer(context, input) {
    const job = await downstreamJob(context, input.job);
    const matching = await matchingOf(context.reader, job.id);
    const run = matching ? await wantedRun(context, matching.run) : null;
    const found = run ? await countMatched(context.reader, run.id) : [];
    const clear = new Map((run ? await countClear(context.reader, run.id) : []).map((row) => [row.type, Number(row.count)]));
    const linked = new Map((await countLinked(context.reader, job.connection)).map((row) => [row.type, Number(row.count)]));
    const types = run && run.state !== 'succeeded' ? [] : Object.keys(settingsOfJob(job).mapping);
    const newer = matching && run?.state === 'succeeded' ? await ranAfter(context.reader, job, matching) : null;
    const accounts = new Map<string, number>();
    for (const type of types) accounts.set(type, await mirrorCount(context.reader, job.connection, type));
    return {
      job: job.id,
      run: run?.id ?? null,
      state: run?.state ?? 'never',
      at: matching?.at ?? null,
      by: matching?.by_whom ?? null,
      newer,
      says: matching ? null : notMatchedWords(job),
      types: types.map((type) => {
        const of = (kind: MatchKind, what: 'count' | 'proposed' = 'count'): number =>
          Number(found.find((row) => row.type === type && row.kind === kind)?.[what] ?? 0);
        const sums = Object.fromEntries(matchKinds.map((kind) => [kind, of(kind)])) as Record<MatchKind, number>;
        const all = {
          ...sums,
          accounts: accounts.get(type) ?? 0,
          linked: linked.get(type) ?? 0,
          clear: clear.get(type) ?? 0,
          createProposed: of('create', 'proposed'),
        };
        return { type, says: run ? (newer === null ? sentence(all) : sentenceThen(all)) : lastSeen(all.accounts), ...all };
      }),
    };
  },
});

const lastSeen = (accounts: number): Label => ({
  en: `Not compared yet; ${spelled(accounts)} were there when it was last looked at`,
  zh: `尚未比较；最近一次读取时已有 ${spelled(accounts)} 个`,
});

function sentence(sums: { linked: number; matched: number; renamed: number; ambiguous: number; create: number; nobody: number }): Label {
  const [matched, ambiguous, create, nobody] = [sums.linked + sums.matched + sums.renamed, sums.ambiguous, sums.create, sums.nobody].map(
    spelled,
  );
  const renamed = spelled(sums.renamed);
  const named = sums.renamed === 0 ? { en: '', zh: '' } : { en: ` (${renamed} with another name)`, zh: `（其中 ${renamed} 个姓名不同）` };
  return {
    en: `${matched} matched${named.en}, ${ambiguous} ambiguous, ${create} would be created, ${nobody} nobody's`,
    zh: `已匹配 ${matched}${named.zh}，不唯一 ${ambiguous}，将新建 ${create}，无主 ${nobody}`,
  };
}

/** A run came after it: what is linked now has partly been made or found by that run, and is no part of what was found then. */
function sentenceThen({ linked, ...sums }: Parameters<typeof sentence>[0]): Label {
  const then = sentence({ ...sums, linked: 0 });
  return { en: `At that time: ${then.en}. Linked now: ${spelled(linked)}`, zh: `当时：${then.zh}。现已关联 ${spelled(linked)}` };
}

// ── lists ────────────────────────────────────────────────────────────────────────────────────────────────

/** `marks`: user name, mail, number and place there, for telling apart who is called the same. */
const account = z.object({ id: z.string(), title: z.string(), marks: z.array(z.string()) });
const proposalView = z.object({
  object: z.string(),
  title: z.string(),
  account,
  score: z.int(),
  /** Far ahead of every other, on both sides. */
  clear: z.boolean(),
  reasons: z.array(z.object({ sign: z.string(), label: labelView, agrees: z.boolean(), sharedBy: z.int() })),
});
type ProposalView = z.output<typeof proposalView>;

type StoredReason = Reason | { readonly rule: string };

function reasonView(reason: StoredReason): ProposalView['reasons'][number] {
  if ('rule' in reason)
    return { sign: 'rule', label: { en: `rule "${reason.rule}"`, zh: `匹配规则“${reason.rule}”` }, agrees: true, sharedBy: 1 };
  return { sign: reason.sign, label: signs[reason.sign as Sign].label, agrees: reason.agrees, sharedBy: reason.sharedBy };
}

/** Names of accounts and of whom they are proposed for. */
async function proposalViews(context: QueryContext, job: JobRow, rows: readonly ProposalRow[]): Promise<readonly ProposalView[]> {
  const [first] = rows;
  if (!first) return [];
  const titles = await titlesOf(
    context.reader,
    rows.map((row) => row.object),
  );
  const accounts = await accountsOf(
    context,
    job,
    first.type,
    rows.map((row) => row.external_id),
  );
  return rows.map((row) => ({
    object: row.object,
    title: titles.get(row.object) ?? row.object,
    account: accounts(row.external_id),
    score: row.score,
    clear: row.clear === 1,
    reasons: parseJson<StoredReason[]>(row.reasons, []).map(reasonView),
  }));
}

type Account = z.output<typeof account>;

export async function accountsOf(
  context: QueryContext,
  job: JobRow,
  type: string,
  ids: readonly string[],
): Promise<(id: string) => Account> {
  const [names, rows] = [await loadNames(context), await mirrorRows(context.reader, job.connection, type, ids)];
  const titles = accountTitles(names, job.connection, type, rows);
  const marks = accountMarks(names, job.connection, type, rows);
  return (id) => {
    const title = titles.get(id) ?? id;
    return { id, title, marks: (marks.get(id) ?? []).filter((mark) => mark !== title) };
  };
}

/** People of the directory, by what is known of them besides their name. */
export async function peopleOf(context: QueryContext, type: string, ids: readonly string[]): Promise<(id: string) => Account> {
  const titles = await titlesOf(context.reader, ids);
  const spec = (await directoryCatalogue(context.reader)).find((one) => one.id === type);
  const marks = new Map((await objectsOf(context.reader, ids)).map((row) => [row.id, marksIn(spec, parseJson<Attributes>(row.data, {}))]));
  return (id) => ({ id, title: titles.get(id) ?? id, marks: [...(marks.get(id) ?? [])] });
}

export const matchList = query({
  role: 'viewer',
  route: { method: 'GET', path: '/jobs/{job}/matching/rows', group: 'links', page: 'after' },
  does: {
    en: 'Lists one kind of a matching: people with what a rule found for them and with likely accounts, or accounts without an owner',
    zh: '列出匹配结果中的一类：人员及规则匹配到的、可能的账号，或无主账号',
  },
  input: z.strictObject({
    job: jobRef,
    kind: z.enum(matchKinds),
    type: z.string().min(1).default('person'),
    after: z.string().default(''),
    limit: z.int().min(1).max(500).default(50),
  }),
  output: z.object({
    /** The comparison. */
    run: z.int(),
    rows: z.array(
      z.object({
        /** A directory id; of `candidate`, `nobody` and `untouched` the id of the account. */
        id: z.string(),
        title: z.string(),
        marks: z.array(z.string()),
        /** What a rule found, or what was accepted. */
        account: account.nullable(),
        /** Of `ambiguous`: what the rule found. An account of somebody else is often of the same human: `person.merge` makes the two one. */
        candidates: z.array(account.extend({ owner: z.object({ object: z.string(), title: z.string() }).nullable() })),
        rule: z.string().nullable(),
        /** The same, with what is compared as people call it. */
        by: labelView.nullable(),
        /** Of `other`: why they get no account by themselves, where that is known. */
        why: labelView.nullable(),
        /** Of a person: likely accounts; of `candidate`: whose it may be. */
        proposals: z.array(proposalView),
        /** Of `nobody`: who has its number, mail, phone or user name, and which other account is theirs already; without one, the scope of the job leaves them out. */
        looksLike: z.object({ object: z.string(), title: z.string(), account: account.nullable() }).nullable(),
      }),
    ),
    next: z.string().nullable(),
  }),
  async answer(context, input) {
    const { job, matching } = await finishedMatching(context, input.job);
    const rows = await matchPage(context.reader, matching.run, input);
    const inWords = rulesInWords(targetTypes(await loadNames(context), job.id), input.type);
    const ids = rows.map((row) => row.id);
    const isAccount = ['candidate', 'nobody', 'untouched'].includes(input.kind);
    const details = new Map(rows.map((row) => [row.id, parseJson<{ rule?: string; candidates?: string[]; why?: Label }>(row.detail, {})]));
    const alike =
      input.kind === 'nobody' ? await lookAlikes(context.reader, job, matching.run, input.type, ids) : new Map<string, LookAlike>();
    const accounts = await accountsOf(context, job, input.type, [
      ...[...alike.values()].flatMap((one) => one.account ?? []),
      ...(isAccount ? ids : rows.flatMap((row) => row.external_id ?? [])),
      ...[...details.values()].flatMap((detail) => detail.candidates ?? []),
    ]);
    const named = isAccount ? accounts : await peopleOf(context, input.type, ids);
    const proposed = isAccount ? input.kind === 'candidate' && proposalsOfAccounts : proposalsOf;
    const proposals = proposed ? await proposalViews(context, job, await proposed(context.reader, matching.run, input.type, ids)) : [];
    const found = [...new Set([...details.values()].flatMap((detail) => detail.candidates ?? []))];
    const links = await linksByExternal(context.reader, job.connection, input.type, found);
    const owners = await titlesOf(context.reader, [
      ...links.map((link) => link.directory_id),
      ...[...alike.values()].map((one) => one.object),
    ]);
    const looksLike = (id: string) => {
      const one = alike.get(id);
      if (!one) return null;
      return {
        object: one.object,
        title: owners.get(one.object) ?? one.object,
        account: one.account === null ? null : accounts(one.account),
      };
    };
    const owned = new Map(
      links.map((link) => [link.external_id, { object: link.directory_id, title: owners.get(link.directory_id) ?? link.directory_id }]),
    );
    return {
      run: matching.run,
      rows: rows.map((row) => ({
        ...named(row.id),
        account: row.external_id === null ? null : accounts(row.external_id),
        candidates: (details.get(row.id)!.candidates ?? []).map((id) => ({ ...accounts(id), owner: owned.get(id) ?? null })),
        rule: details.get(row.id)!.rule ?? null,
        by: inWords(details.get(row.id)!.rule ?? null),
        why: details.get(row.id)!.why ?? null,
        proposals: proposals.filter((one) => (isAccount ? one.account.id : one.object) === row.id),
        looksLike: looksLike(row.id),
      })),
      next: rows.length === input.limit ? rows.at(-1)!.id : null,
    };
  },
});

/** `mail`, or `uid = ${userName}`: the attribute of the target by its label. */
const rulesInWords =
  (types: readonly ObjectTypeSpec[], type: string) =>
  (rule: string | null): Label | null => {
    if (rule === null) return null;
    const [, attribute = rule, expression = ''] = /^(\S+)( = .*)?$/s.exec(rule) ?? [];
    const { en, zh } = labelOf(types, type, attribute);
    return { en: en + expression, zh: zh + expression };
  };

const place = z.tuple([z.string(), z.string()]);

export const matchProposals = query({
  role: 'viewer',
  route: { method: 'GET', path: '/jobs/{job}/matching/proposals', group: 'links', page: 'after' },
  does: { en: 'Lists likely pairs of a matching with score and reasons', zh: '列出匹配中可能的对应关系及得分、理由' },
  input: z.strictObject({
    job: jobRef,
    type: z.string().min(1).default('person'),
    clear: z.boolean().default(false).describe('Only those far ahead of every other.'),
    score: z.int().min(0).max(100).default(0).describe('At least.'),
    after: place.optional(),
    limit: z.int().min(1).max(500).default(50),
  }),
  output: z.object({
    /** The comparison. */
    run: z.int(),
    proposals: z.array(proposalView),
    next: place.nullable(),
  }),
  async answer(context, input) {
    const { job, matching } = await finishedMatching(context, input.job);
    const rows = await proposalPage(context.reader, matching.run, { ...input, least: input.score, after: input.after ?? ['', ''] });
    const last = rows.length === input.limit ? rows.at(-1)! : null;
    return {
      run: matching.run,
      proposals: [...(await proposalViews(context, job, rows))],
      next: last ? ([last.object, last.external_id] as [string, string]) : null,
    };
  },
});
