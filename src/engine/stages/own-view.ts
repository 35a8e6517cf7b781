// An object as one job sees it: without what only other jobs of the connection read.
import type { EndpointObject } from '../../core/model.ts';
import type { TypePlan } from '../context.ts';

export function ownView(plan: TypePlan, object: EndpointObject): EndpointObject {
  if (!plan.asks.more) return object;
  const pick = <T>(from: Readonly<Record<string, T>>, names: readonly string[]): Record<string, T> =>
    Object.fromEntries(names.flatMap((name) => (from[name] === undefined ? [] : [[name, from[name]]])));
  return {
    ...object,
    attributes: pick(object.attributes, plan.reads),
    ...(object.edges ? { edges: pick(object.edges, plan.relations) } : {}),
  };
}
