// The stage that a matching adds to a dry run: who has no link, whose accounts nobody owns, and which pairs of them are likely.
import {
  calledOtherwise,
  COMMON,
  CLEAR_AHEAD,
  CLEAR_AT,
  compared,
  keysOf,
  LEAST,
  type Scored,
  scoreOf,
  type Sign,
  type SignKey,
} from '../../core/matching.ts';
import type { MatchKind } from '../../core/match-kinds.ts';
import type { Attributes } from '../../core/model.ts';
import { objectsOf } from '../../store/directory.ts';
import {
  dropMatched,
  looseAccounts,
  type LooseRow,
  looseObjects,
  markCandidates,
  markClear,
  type MatchRow,
  matchPage,
  type ProposalRow,
  putMatchRows,
  putProposals,
  staleMatchings,
} from '../../store/matching.ts';
import { mirrorRows } from '../../store/mirror.ts';
import { pairsBy, putSigns, sharedKeys, type SharedKey, type SignRow, signsOfIds } from '../../store/match-signs.ts';
import { BATCH, type RunContext, type TypePlan } from '../context.ts';
import { groupBy, parseJson } from '../shapes.ts';
import type { Desired, Problem } from '../stages/assess.ts';
import { protectedTargets } from '../stages/untouchable.ts';
import { wordOf } from '../words.ts';
import { signMaker, type SignMaker } from './signs.ts';

/** Rows that one statement drops: it holds the lock for a moment only. */
const PIECE = 5000;
/** Objects that are compared at once. */
const TOGETHER = 500;
/** So many proposals of one object are kept. */
const BEST = 3;

export async function match(context: RunContext): Promise<void> {
  for (const run of await staleMatchings(context.database)) await drop(context, run, 'all');
  await drop(context, context.run.id, 'all');
  for (const plan of context.types) {
    const make = signMaker(context, plan);
    const named = await noteObjects(context, plan, make);
    await noteAccounts(context, plan, make, named);
    await propose(context, plan);
  }
  await drop(context, context.run.id, 'signs');
}

async function drop(context: RunContext, run: number, what: 'signs' | 'all'): Promise<void> {
  while ((await context.database.write((transaction) => dropMatched(transaction, run, what, PIECE))) > 0) await context.breathe();
}

/** What the run makes of an object without a link, in the words of a matching; null = nothing that anybody has to decide. */
function kindOfLoose(row: LooseRow): MatchKind | null {
  if (row.action === 'create') return 'create';
  if (row.action === 'link') return 'matched';
  if (row.situation === 'ambiguous' || row.situation === 'protected') return row.situation;
  return row.target_key === null ? null : 'other';
}

/** Why somebody gets no account by themselves: what is wrong with them, or that they have left or are suspended. */
function withReason(plan: TypePlan, row: LooseRow): string {
  const { x } = parseJson<Desired>(row.desired, { a: {}, x: 'active' });
  const [problem] = parseJson<Problem[]>(row.problems, []);
  const why = problem?.message ?? (x === 'active' ? null : wordOf.lifecycle(x, plan.type));
  return JSON.stringify({ ...parseJson<object>(row.detail, {}), ...(why === null ? {} : { why }) });
}

/** Returns the accounts of which a rule found several for one object. */
async function noteObjects(context: RunContext, plan: TypePlan, make: SignMaker): Promise<ReadonlySet<string>> {
  const { database, run, job, outside } = context;
  const named = new Set<string>();
  for (let after = ''; ; ) {
    const page = await looseObjects(database, { run: run.id, job: job.id, connection: outside.id, type: plan.type }, after, BATCH);
    if (page.length === 0) return named;
    after = page.at(-1)!.id;
    for (const row of page)
      if (row.situation === 'ambiguous')
        for (const id of parseJson<{ candidates?: string[] }>(row.detail, {}).candidates ?? []) named.add(id);
    const renamed = await accountsCalledOtherwise(
      context,
      plan,
      make,
      page.filter((row) => kindOfLoose(row) === 'matched'),
    );
    const matched = page.flatMap((row): MatchRow[] => {
      const kind = renamed.has(row.id) ? 'renamed' : kindOfLoose(row);
      const detail = kind === 'other' ? withReason(plan, row) : row.detail;
      return kind ? [{ type: plan.type, kind, id: row.id, external_id: row.target_key, detail }] : [];
    });
    const loose = page.filter((row) => row.target_key === null);
    const signs = loose.flatMap(await objectSigns(context, make, loose));
    const found = page.filter((row) => kindOfLoose(row) === 'other');
    await database.write(async (transaction) => {
      await putMatchRows(transaction, run.id, matched);
      await putSigns(transaction, run.id, plan.type, 'object', signs);
      await putProposals(
        transaction,
        run.id,
        outside.id,
        found.map((row) => byRule(plan, row)),
      );
    });
    context.engine.probe?.('match:batch');
    await context.breathe();
  }
}

/** Signs of what the directory knows of each, and of what would be written. */
async function objectSigns(
  context: RunContext,
  make: SignMaker,
  loose: readonly LooseRow[],
): Promise<(row: LooseRow) => readonly SignRow[]> {
  const ids = loose.map((row) => row.id);
  const known = new Map((await objectsOf(context.database, ids)).map((object) => [object.id, parseJson<Attributes>(object.data, {})]));
  return (row) => make.ofObject(row.id, known.get(row.id) ?? {}, parseJson<Desired>(row.desired, { a: {}, x: 'active' }).a);
}

/** People whose account a rule has found, and who are called otherwise than that account: it may be somebody else's. */
async function accountsCalledOtherwise(
  context: RunContext,
  plan: TypePlan,
  make: SignMaker,
  matched: readonly LooseRow[],
): Promise<ReadonlySet<string>> {
  if (plan.type !== 'person' || matched.length === 0) return new Set();
  const accounts = await mirrorRows(
    context.database,
    context.outside.id,
    plan.type,
    matched.flatMap((row) => row.target_key ?? []),
  );
  const theirs = new Map(
    accounts.map((row) => [row.external_id, make.ofAccount(row.external_id, parseJson<{ a: Attributes }>(row.data, { a: {} }).a)]),
  );
  const mine = await objectSigns(context, make, matched);
  return new Set(matched.filter((row) => calledOtherwise(mine(row), theirs.get(row.target_key!) ?? [])).map((row) => row.id));
}

/** What a rule has found for somebody who gets no account by themselves. */
const byRule = (plan: TypePlan, row: LooseRow): Omit<ProposalRow, 'clear'> => ({
  type: plan.type,
  object: row.id,
  external_id: row.target_key!,
  score: 100,
  reasons: JSON.stringify([{ rule: parseJson<{ rule?: string }>(row.detail, {}).rule ?? '' }]),
});

async function noteAccounts(context: RunContext, plan: TypePlan, make: SignMaker, named: ReadonlySet<string>): Promise<void> {
  const { database, run, outside } = context;
  const kindOfAccount = (id: string): MatchKind => (named.has(id) ? 'candidate' : 'nobody');
  for (let after = ''; ; ) {
    const page = await looseAccounts(database, { run: run.id, connection: outside.id, type: plan.type }, after, BATCH);
    if (page.length === 0) return;
    after = page.at(-1)!.external_id;
    const guarded = await protectedTargets(
      context,
      plan,
      page.map((row) => row.external_id),
    );
    const free = page.filter((row) => !guarded.has(row.external_id));
    const signs = free.flatMap((row) => make.ofAccount(row.external_id, parseJson<{ a: Attributes }>(row.data, { a: {} }).a));
    await database.write(async (transaction) => {
      await putMatchRows(
        transaction,
        run.id,
        page.map((row) => ({
          type: plan.type,
          kind: guarded.has(row.external_id) ? 'untouched' : kindOfAccount(row.external_id),
          id: row.external_id,
          external_id: null,
          detail: null,
        })),
      );
      await putSigns(transaction, run.id, plan.type, 'account', signs);
    });
    await context.breathe();
  }
}

async function propose(context: RunContext, plan: TypePlan): Promise<void> {
  const { database, run, job, outside } = context;
  const of = { run: run.id, job: job.id, connection: outside.id, type: plan.type };
  for (let after = ''; ; ) {
    const page = await looseObjects(database, of, after, TOGETHER);
    if (page.length === 0) break;
    after = page.at(-1)!.id;
    const loose = page.filter((row) => row.target_key === null);
    const proposals = await likely(
      context,
      plan,
      loose.map((row) => row.id),
    );
    // Who gets no account by themselves is listed only when there seems to be one.
    const proposed = new Set(proposals.map((one) => one.object));
    const others = loose.filter((row) => kindOfLoose(row) === null && proposed.has(row.id));
    await database.write(async (transaction) => {
      await putProposals(transaction, run.id, outside.id, proposals);
      await putMatchRows(
        transaction,
        run.id,
        others.map((row) => ({ type: plan.type, kind: 'other', id: row.id, external_id: null, detail: withReason(plan, row) })),
      );
    });
    await context.breathe();
  }
  // All proposals are there: only now can be said which of them are ahead of every rival, and which accounts nobody asks for.
  for (const kind of ['ambiguous', 'create', 'nobody'] as const)
    for (let after = ''; ; ) {
      const page = await matchPage(database, run.id, { kind, type: plan.type, after, limit: BATCH });
      if (page.length === 0) break;
      after = page.at(-1)!.id;
      const ids = page.map((row) => row.id);
      await database.write((transaction) =>
        kind === 'nobody'
          ? markCandidates(transaction, run.id, plan.type, ids)
          : markClear(transaction, run.id, plan.type, ids, CLEAR_AT, CLEAR_AHEAD),
      );
      await context.breathe();
    }
}

/** The best proposals of each of these objects. */
async function likely(context: RunContext, plan: TypePlan, objects: readonly string[]): Promise<Omit<ProposalRow, 'clear'>[]> {
  const { database, run } = context;
  const shared = (await sharedKeys(database, run.id, plan.type, objects, compared)).filter(
    (key) => key.objects <= COMMON && key.accounts <= COMMON,
  );
  if (shared.length === 0) return [];
  const pairs = await pairsBy(database, run.id, plan.type, objects, shared);
  const accounts = [...new Set(pairs.map((pair) => pair.account))];
  const mine = keysById(await signsOfIds(database, run.id, plan.type, 'object', objects));
  const theirs = keysById(await signsOfIds(database, run.id, plan.type, 'account', accounts));
  const counts = new Map(shared.map((key) => [nameOf(key), Math.max(key.objects, key.accounts)]));
  // A key that was left out is shared by too many to count for anything.
  const sharedBy = (key: string, here: Sign, there: Sign): number => counts.get(nameOf({ here, there, key })) ?? Number.POSITIVE_INFINITY;
  const scored = pairs.map((pair) => ({ ...pair, ...scoreOf(mine.get(pair.object)!, theirs.get(pair.account)!, sharedBy) }));
  return [...groupBy(scored, (one) => one.object).values()].flatMap((own) => best(own).map((one) => proposal(plan, one)));
}

type ScoredPair = Scored & { readonly object: string; readonly account: string };

const best = (own: readonly ScoredPair[]): readonly ScoredPair[] =>
  own
    .filter((one) => one.score >= LEAST)
    .toSorted((a, b) => b.score - a.score || (a.account < b.account ? -1 : 1))
    .slice(0, BEST);

const proposal = (plan: TypePlan, one: ScoredPair): Omit<ProposalRow, 'clear'> => ({
  type: plan.type,
  object: one.object,
  external_id: one.account,
  score: one.score,
  reasons: JSON.stringify(one.reasons.filter((reason) => Number.isFinite(reason.sharedBy))),
});

const nameOf = (key: Pick<SharedKey, 'here' | 'there' | 'key'>): string => `${key.here} ${key.there} ${key.key}`;

const keysById = (list: readonly SignRow[]) =>
  new Map([...groupBy(list, (row) => row.id)].map(([id, own]) => [id, keysOf(own as readonly SignKey[])]));
