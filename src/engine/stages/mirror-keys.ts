// Comparison keys of a target's objects: what correlation rules and unique() look things up by.
import { comparisonKeys } from '../../core/attribute.ts';
import type { CorrelationRule } from '../../core/correlation.ts';
import type { Attributes, ObjectTypeSpec } from '../../core/model.ts';

export function mirrorKeys(type: ObjectTypeSpec, attributes: Attributes, rules: readonly CorrelationRule[]): { attribute: string; key: string }[] {
  const found: { attribute: string; key: string }[] = [];
  for (const spec of type.attributes) {
    if (!spec.unique && !rules.some((rule) => rule.attribute === spec.name)) continue;
    for (const key of comparisonKeys(attributes[spec.name], spec)) found.push({ attribute: spec.name, key });
  }
  return found;
}
