// The mapping and rules that a new job starts with, less what its system does not have: systems of one kind differ in what they keep.
import type { JobDefaults } from '../../connector-kit/contract.ts';
import { compileExpression } from '../../core/mapping/expression.ts';
import type { MappingRowInput } from '../../core/mapping/rows.ts';
import type { ObjectTypeSpec } from '../../core/model.ts';
import type { Lookups } from '../prepare.ts';

/** Only defaults are made to fit; what a person has written is judged as it is. */
export function fittingDefaults(
  defaults: JobDefaults,
  sourceTypes: readonly ObjectTypeSpec[],
  targetTypes: readonly ObjectTypeSpec[],
  lookups: Lookups,
): JobDefaults {
  const both = Object.keys(defaults.mapping).flatMap((name) => {
    const source = sourceTypes.find((type) => type.id === name);
    const target = targetTypes.find((type) => type.id === name);
    return source && target ? [{ name, source, target }] : [];
  });
  const has = (type: ObjectTypeSpec, attribute: string): boolean => type.attributes.some((spec) => spec.name === attribute);
  const isRead = (source: ObjectTypeSpec, { field, cel }: MappingRowInput): boolean =>
    (field === undefined || has(source, field)) &&
    (cel === undefined || !('problem' in compileExpression(cel, source.attributes, lookups)));
  return {
    mapping: Object.fromEntries(
      both.map(({ name, source, target }) => [
        name,
        defaults.mapping[name]!.filter((row) => has(target, row.target) && isRead(source, row)),
      ]),
    ),
    correlation: Object.fromEntries(
      both.flatMap(({ name, target }) => {
        const rules = defaults.correlation[name];
        return rules ? [[name, rules.filter((rule) => has(target, rule.attribute))]] : [];
      }),
    ),
  };
}
