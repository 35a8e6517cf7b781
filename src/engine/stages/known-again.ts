// Ids that all changed at once, since the credential did: people are known again by what stays with them, and their links are renewed.
import { comparisonKeys } from '../../core/attribute.ts';
import { knownAgain } from '../../core/known-again.ts';
import type { Attributes, ObjectTypeSpec } from '../../core/model.ts';
import { keysOf, readAgain, renewIds, sharedButApart, sharedKeys } from '../../store/known-again.ts';
import { absentKeys } from '../../store/absent.ts';
import { dropMirror, mirrorRows } from '../../store/mirror.ts';
import { putStaged, stagedOf } from '../../store/staged.ts';
import type { ReadingRow } from '../../store/upkeep.ts';
import { batchOf, type RunContext, type TypePlan } from '../context.ts';
import { startOf } from './evidence.ts';

/** Sensitive values have no keys in the clear. */
const strongestFirst = (type: ObjectTypeSpec): readonly string[] =>
  (type.knownAgainBy ?? []).filter((name) => type.attributes.find((spec) => spec.name === name)?.kind === undefined);

/** Upstream, where the mirror is not looked up otherwise: the keys by which an object is known again. */
export const recognitionKeys = (type: ObjectTypeSpec, attributes: Attributes): { attribute: string; key: string }[] =>
  strongestFirst(type).flatMap((name) => {
    const spec = type.attributes.find((candidate) => candidate.name === name)!;
    return comparisonKeys(attributes[name], spec).map((key) => ({ attribute: name, key }));
  });

/** Old id → new id. `shownNow`: of these ids, those that this run was shown. */
async function pairsOf(
  context: RunContext,
  type: string,
  by: readonly string[],
  olds: readonly string[],
  shownNow: (ids: readonly string[]) => Promise<ReadonlySet<string>>,
): Promise<ReadonlyMap<string, string>> {
  const { database, outside } = context;
  const shared = await sharedKeys(database, outside.id, type, by, olds);
  if (shared.length === 0) return new Map();
  const shown = await shownNow(shared.map(({ fresh }) => fresh));
  const seen = shared.filter(({ fresh }) => shown.has(fresh));
  // Like a rule that finds an account: it passes over whom somebody has said to be somebody else.
  const apart = new Set((await sharedButApart(database, outside.id, type, seen)).map(({ old, fresh }) => `${old}\0${fresh}`));
  const alive = seen.filter(({ old, fresh }) => !apart.has(`${old}\0${fresh}`));
  return knownAgain(alive, by, await keysOf(database, outside.id, type, [...new Set(alive.flatMap(({ old, fresh }) => [old, fresh]))]));
}

/**
 * After everything of a type was read: claims whose objects were not shown, and which somebody new shares a value with. While what the source
 * lets us see is another part than before, only the strongest value counts. Nothing of the directory changes by it; in a dry run it is only told.
 */
export async function recogniseSources(context: RunContext, plan: TypePlan, before: ReadingRow | undefined): Promise<void> {
  const all = strongestFirst(plan.source);
  const seen = context.evidence.types[plan.type];
  if (!context.up || all.length === 0 || !seen?.complete || seen.objects === 0) return;
  const by = before && before.range !== seen.range ? all.slice(0, 1) : all;
  let count = 0;
  for (let after = ''; ; ) {
    const limit = batchOf(context);
    const olds = await absentKeys(context.database, context.run.id, context.job.id, plan.type, startOf(context), { after, limit });
    const pairs = await pairsOf(context, plan.type, by, olds, async (ids) => {
      const rows = await stagedOf(context.database, context.run.id, plan.type, ids);
      return new Set(rows.filter((row) => row.seen === 'present').map((row) => row.source_key));
    });
    if (pairs.size > 0) await renewSources(context, plan.type, pairs);
    count += pairs.size;
    if (olds.length < limit) break;
    after = olds.at(-1)!;
    await context.breathe();
  }
  tellRecognised(context, plan.source, count);
}

async function renewSources(context: RunContext, type: string, pairs: ReadonlyMap<string, string>): Promise<void> {
  const { database, run, outside } = context;
  const row = { type, step: 'same', inputHash: null } as const;
  await database.write(async (transaction) => {
    if (run.dryRun)
      await putStaged(transaction, run.id, [
        ...[...pairs.keys()].map((key) => ({ ...row, key, seen: 'unknown' as const })),
        ...[...pairs.values()].map((key) => ({ ...row, key, seen: 'present' as const })),
      ]);
    else {
      await renewIds(transaction, outside.id, type, pairs);
      await dropMirror(transaction, outside.id, type, [...pairs.keys()]);
      await readAgain(transaction, run.id, type, [...pairs.values()]);
    }
  });
}

/**
 * Of accounts that a complete read of a target did not show: those that were read under another id. Their links are renewed, not in a dry run:
 * then the mirror must not forget them yet.
 */
export async function recogniseAccounts(context: RunContext, plan: TypePlan, unseen: readonly string[]): Promise<ReadonlySet<string>> {
  const { database, run, outside } = context;
  const by = strongestFirst(plan.target).filter((name) => !plan.veiled.has(name));
  if (by.length === 0 || unseen.length === 0) return new Set();
  const pairs = await pairsOf(context, plan.type, by, unseen, async (ids) => {
    const rows = await mirrorRows(database, outside.id, plan.type, ids);
    return new Set(rows.filter((row) => row.observed_at >= run.now).map((row) => row.external_id));
  });
  if (!run.dryRun) await database.write((transaction) => renewIds(transaction, outside.id, plan.type, pairs));
  return new Set(pairs.keys());
}

export function tellRecognised(context: RunContext, type: ObjectTypeSpec, count: number): void {
  if (count > 0) context.evidence.warnings.push(told(context, type, count));
}

function told({ run }: RunContext, type: ObjectTypeSpec, count: number): { en: string; zh: string } {
  const by = type.knownAgainBy!.join(', ');
  return run.dryRun
    ? {
        en: `${count} ${type.label.en} records have new ids and are known again by ${by}. This dry run does not compare them; the next run renews their links.`,
        zh: `${count} 个${type.label.zh}的 ID 已变化，可通过 ${by} 重新识别。本次试运行不对其比较；下次执行会更新关联。`,
      }
    : {
        en: `${count} ${type.label.en} records have new ids and were known again by ${by}: their links were renewed, and nothing else. That happens when the app of the system is made anew.`,
        zh: `${count} 个${type.label.zh}的 ID 已变化，已通过 ${by} 重新识别并更新关联，其余不变。重新创建系统应用时会出现这种情况。`,
      };
}
