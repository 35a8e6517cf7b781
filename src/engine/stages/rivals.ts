// Downstream, two people whom the rules lead to one account: it belongs to one of them at most, so neither gets it until somebody says whose it is.
import { ambiguousOf } from '../../store/problems.ts';
import { makeAmbiguous, sharedCounterparts, stagedFound } from '../../store/staged.ts';
import type { RunContext, TypePlan } from '../context.ts';
import { groupBy, parseJson } from '../shapes.ts';
import { sourceObjects } from '../source-data.ts';
import { correlateBatch } from './correlate.ts';

interface Found {
  readonly key: string;
  readonly account: string;
  readonly detail: string | null;
}

const foundOf = (rows: Awaited<ReturnType<typeof sharedCounterparts>>): Found[] =>
  rows.map((row) => ({ key: row.source_key, account: row.target_key!, detail: row.detail }));

/** Upstream the same is seen batch by batch (`correlate.ts`): there the record becomes a person of its own key. */
export async function partRivals(context: RunContext, plan: TypePlan): Promise<void> {
  if (context.up) return;
  const { database, run } = context;
  const shared = foundOf(await sharedCounterparts(database, run.id, plan.type));
  const absent = run.mode === 'keys' ? await rivalsBeyond(context, plan) : [];
  if (shared.length === 0 && absent.length === 0) return;
  const own = run.mode === 'keys' ? foundOf(await stagedFound(database, run.id, plan.type)) : shared;
  const byAccount = groupBy([...own, ...absent], (one) => one.account);
  const beyond = new Set(absent.map((one) => one.key));
  const parted = own.flatMap((one) => {
    const rivals = byAccount.get(one.account)!.filter((other) => other.key !== one.key);
    if (rivals.length === 0 || beyond.has(one.key)) return [];
    const detail = {
      ...parseJson<{ rule?: string }>(one.detail, {}),
      candidates: [one.account],
      rivals: rivals.map((other) => other.key),
    };
    return [{ key: one.key, detail: JSON.stringify(detail) }];
  });
  if (parted.length > 0) await database.write((transaction) => makeAmbiguous(transaction, run.id, plan.type, parted));
}

/** A run about single people does not see the others: of those who wait for the same answer it is asked what the rules say of them now. */
async function rivalsBeyond(context: RunContext, plan: TypePlan): Promise<Found[]> {
  const { database, run, job } = context;
  const found = await stagedFound(database, run.id, plan.type);
  if (found.length === 0) return [];
  const here = new Set(found.map((row) => row.source_key));
  const others = (await ambiguousOf(database, job.id, plan.type)).filter((key) => !here.has(key));
  const objects = await sourceObjects(context, plan, others);
  const subjects = [...objects].map(([key, object]) => ({
    key,
    object,
    mapped: plan.mapping.apply(object.attributes, { standing: 'new' }).attributes,
  }));
  const correlations = await correlateBatch(context, plan, subjects);
  return [...correlations].flatMap(([key, one]) =>
    one.kind === 'found' && one.targetKey !== null ? [{ key, account: one.targetKey, detail: null }] : [],
  );
}
