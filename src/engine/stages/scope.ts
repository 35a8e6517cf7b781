// Stage 3, scope: whether one object of the source belongs to a job, and the clause that decided.
import type { Expression } from '../../core/mapping/expression.ts';
import type { JobSettings } from '../../core/job-settings.ts';
import type { EndpointObject } from '../../core/model.ts';
import { type ScopeInput, scopeVerdict, type ScopeVerdict } from '../../core/scope.ts';
import type { TypePlan } from '../context.ts';
import { chainOf } from '../source-data.ts';

/** What of a job decides: its scope, and the compiled rules in it. */
export interface Scoping {
  readonly settings: Pick<JobSettings, 'scope'>;
  readonly scopeRules: Readonly<Record<string, Expression>>;
}

export interface Tree {
  readonly parents: ReadonlyMap<string, string | null>;
  readonly bare: ReadonlySet<string>;
}

/** @param held  what the job held when its scope had been carried out once; missing: nothing counts as new */
export function scopeOf(
  job: Scoping,
  plan: Pick<TypePlan, 'type' | 'source'>,
  object: EndpointObject,
  tree: Tree,
  held?: ScopeInput['held'],
): ScopeVerdict {
  const { scope } = job.settings;
  if (scope.departments === undefined && scope.people === undefined && scope.rules?.[plan.type] === undefined && held === undefined)
    return { in: true, rule: 'everything' };
  const result = job.scopeRules[plan.type]?.evaluate(object.attributes);
  const ruleResult = result === undefined ? undefined : 'value' in result ? result.value === true : 'unknown';
  const memberships = object.edges?.membership;
  const parent = plan.source.parent ? object.attributes[plan.source.parent] : undefined;
  const ancestors =
    plan.type === 'department'
      ? [typeof parent === 'string' ? chainOf(parent, tree.parents) : []]
      : memberships === undefined
        ? ('unknown' as const)
        : memberships.map((edge) => chainOf(edge.to.id, tree.parents));
  return scopeVerdict({ type: plan.type, id: object.id, ancestors, ruleResult, aboveChosen: tree.bare.has(object.id), held }, scope);
}
