// Stage 2, read: an unchanged object is passed over only while it still belongs: a department above it may have moved, and it says nothing of that.
import { bareDepartments } from '../../core/scope.ts';
import type { EndpointObject } from '../../core/model.ts';
import type { RunContext, TypePlan } from '../context.ts';
import { sourceTree } from '../source-data.ts';
import { holdingDepartments } from './assess.ts';
import { scopeOf } from './scope.ts';

export type StillIn = (object: EndpointObject) => boolean;

/** Departments come before people, so the tree above people is whole. Of departments of a source it is not yet: each is looked at. */
export async function stillIn(context: RunContext, plan: TypePlan): Promise<StillIn> {
  const { scope } = context.settings;
  if (scope.departments === undefined || context.run.mode !== 'full') return () => true;
  if (context.up && plan.type === 'department') return () => false;
  const parents = await sourceTree(context);
  const tree = { parents, bare: bareDepartments(parents, scope, await holdingDepartments(context, scope)) };
  return (object) => scopeOf(context, plan, object, tree).in === true;
}
