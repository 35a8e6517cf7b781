// Of a job that is being tried: for whom it writes. The rest is skipped, as if the run had not come by.
import type { EndpointObject } from '../../core/model.ts';
import { bareDepartments, type Scope } from '../../core/scope.ts';
import type { RunContext, TypePlan } from '../context.ts';
import { sourceObjects } from '../source-data.ts';
import { scopeOf, type Tree } from './scope.ts';

export interface Pilot {
  readonly scope: Scope;
  readonly tree: Tree;
}

export const pilotScope = (context: RunContext): Scope | null => (context.job.state === 'pilot' ? (context.settings.pilot ?? null) : null);

/** @param holding  departments of the people who were chosen one by one */
export const pilotOf = (scope: Scope | null, parents: Tree['parents'], holding: readonly string[]): Pilot | null =>
  scope && { scope, tree: { parents, bare: bareDepartments(parents, scope, holding) } };

/** What could not be seen is left alone. Groups hold people of everywhere: none is part of a pilot. */
export const isTried = (plan: TypePlan, object: EndpointObject, pilot: Pilot | null): boolean => {
  if (pilot === null) return true;
  if (plan.type === 'group') return false;
  // A scope of people alone takes every department along; a pilot of them, those above them.
  if (plan.type === 'department' && !namesDepartments(pilot.scope)) return pilot.tree.bare.has(object.id);
  return scopeOf({ settings: { scope: pilot.scope }, scopeRules: {} }, plan, object, pilot.tree).in === true;
};

const namesDepartments = ({ departments }: Scope): boolean =>
  (departments?.include.length ?? 0) + (departments?.onlyBelow?.length ?? 0) > 0;

/** Of objects that the source does not show any more: by what was last known of them. */
export async function triedAmong(
  context: RunContext,
  plan: TypePlan,
  keys: readonly string[],
  pilot: Pilot | null,
): Promise<ReadonlySet<string>> {
  if (pilot === null) return new Set(keys);
  const last = await sourceObjects(context, plan, keys);
  const isNamed = (key: string): boolean => plan.type === 'person' && pilot.scope.people?.include.includes(key) === true;
  return new Set(keys.filter((key) => isNamed(key) || (last.has(key) && isTried(plan, last.get(key)!, pilot))));
}
