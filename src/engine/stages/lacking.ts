// What an account needs and would not have.
import type { Attributes, AttributeSpec, ObjectTypeSpec } from '../../core/model.ts';

/** The first list of attributes of which none would have a value. */
export function lackingOneOf(type: ObjectTypeSpec, after: Attributes): readonly AttributeSpec[] | undefined {
  const names = type.needsOneOf?.find((list) => list.every((name) => (after[name] ?? null) === null));
  return names && type.attributes.filter((spec) => names.includes(spec.name));
}
