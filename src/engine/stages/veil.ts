// Sensitive values on their way to a target: sealed wherever they rest, opened in memory when they are sent, never read back.
import type { Attributes, EndpointObject, Value } from '../../core/model.ts';
import type { RunContext, TypePlan } from '../context.ts';
import { ownerKeys } from '../owner-keys.ts';

/** Attributes of the target that are read and mirrored. */
export const shownAttributes = (plan: TypePlan): readonly string[] =>
  plan.target.attributes.map((spec) => spec.name).filter((name) => !plan.veiled.has(name));

export const withoutVeiled = (plan: TypePlan, attributes: Attributes): Attributes =>
  plan.veiled.size === 0 ? attributes : Object.fromEntries(Object.entries(attributes).filter(([name]) => !plan.veiled.has(name)));

/** A system may show more than it was asked for. */
export const objectWithoutVeiled = (plan: TypePlan, object: EndpointObject): EndpointObject =>
  plan.veiled.size === 0 ? object : { ...object, attributes: withoutVeiled(plan, object.attributes) };

/** Opens what is sealed under the key of the person; the result must not be stored. */
export type Opener = (attributes: Attributes) => Attributes;

/** One opener per directory id. An erased person has no key: then the value is left out. */
export async function openersFor(context: RunContext, plan: TypePlan, directoryIds: readonly string[]): Promise<(id: string) => Opener> {
  const { sealer } = context.engine;
  if (plan.veiled.size === 0) return () => (attributes) => attributes;
  const keys = await ownerKeys(context.database, sealer, directoryIds);
  return (id) => (attributes) => {
    const opened: Record<string, Value | null> = {};
    for (const [name, value] of Object.entries(attributes))
      opened[name] = sealer.isSealed(value) ? (sealer.openFor(keys.get(id)!, value) as Value) : (value as Value | null);
    return opened;
  };
}
