// Unique values of an account that is nobody's, and from which somebody is kept apart: their own account cannot have them, and the plan says so.
import { sameValue } from '../../core/attribute.ts';
import type { Attributes, EndpointObject } from '../../core/model.ts';
import { linksByExternal } from '../../store/links.ts';
import { apartFrom } from '../../store/matching.ts';
import type { StagedRow } from '../../store/staged.ts';
import type { RunContext, TypePlan } from '../context.ts';
import { groupBy } from '../shapes.ts';
import { mirrorObjects } from '../source-data.ts';
import type { Problem } from './assess.ts';
import { foundHere } from './found-here.ts';

/** What stands against an account with these values, for somebody who has none yet. An account that has an owner may give a value up in the same run. */
export async function keptValues(
  context: RunContext,
  plan: TypePlan,
  rows: readonly StagedRow[],
): Promise<(key: string, wanted: Attributes) => readonly Problem[]> {
  const { database, outside } = context;
  const loose = rows.filter((row) => row.target_key === null).map((row) => row.source_key);
  const apart = await apartFrom(database, outside.id, plan.type, loose);
  if (apart.length === 0) return () => [];
  const ids = [...new Set(apart.map((row) => row.external_id))];
  const owned = new Set((await linksByExternal(database, outside.id, plan.type, ids)).map((link) => link.external_id));
  const found = await foundHere(context, plan.type);
  const free = ids.filter((id) => !owned.has(id) && !found.has(id));
  const accounts = await mirrorObjects(context, outside.id, plan.type, free);
  const of = groupBy(apart, (row) => row.object);
  const unique = plan.target.attributes.filter((spec) => spec.unique);
  return (key, wanted) =>
    unique.flatMap((spec) => {
      const value = wanted[spec.name] ?? null;
      if (value === null) return [];
      const holder = (of.get(key) ?? [])
        .map((row) => accounts.get(row.external_id))
        .find((account) => account && sameValue(value, account.attributes[spec.name], spec));
      return holder ? [keptProblem(spec.name, String(value), titleOf(plan, holder))] : [];
    });
}

const titleOf = (plan: TypePlan, account: EndpointObject): string => {
  const title = account.attributes[plan.target.title];
  return typeof title === 'string' && title !== '' ? title : account.id;
};

const keptProblem = (attribute: string, value: string, account: string): Problem => ({
  attribute,
  cause: 'duplicate',
  message: {
    en: `"${value}" in "${attribute}" is that of the account "${account}", which somebody has said is not theirs: an account of their own needs another value. Correct it at the source or there, or take that decision back ("tributary match rejected").`,
    zh: `“${attribute}”的值“${value}”已属于账号“${account}”，而有人已指明该账号不属于此人：自己的账号需要不同的值。请在源系统或目标系统更正，或撤回该指明（tributary match rejected）。`,
  },
});
