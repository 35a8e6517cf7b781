// Accounts that a run leaves alone: those on the protected list, and those that a pin keeps from being made.
import { comparisonKeys } from '../../core/attribute.ts';
import type { JobSettings } from '../../core/job-settings.ts';
import type { ObjectTypeSpec } from '../../core/model.ts';
import { EXISTENCE } from '../../core/pin.ts';
import { list, type Reader } from '../../store/database.ts';
import type { RunContext, TypePlan } from '../context.ts';
import { pinsFor } from '../undo/keep.ts';

/** Of these objects, those that a pin keeps from being made. */
export async function keptAbsent(context: RunContext, type: string, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const pins = await pinsFor(context.database, context.outside.id, type, ids);
  return new Set([...pins].flatMap(([id, own]) => (own.some((pin) => pin.subject === EXISTENCE && pin.undone === 'present') ? [id] : [])));
}

export async function protectedTargets(context: RunContext, plan: TypePlan, ids: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await context.database.all<{ external_id: string }>(
    'SELECT external_id FROM protected WHERE connection = ? AND type = ? AND external_id IN {list}',
    context.outside.id,
    plan.type,
    list(ids),
  );
  const byRules = await heldByRules(context.database, context.outside.id, plan.target, context.settings.policy.protected, ids);
  return new Set([...rows.map((row) => row.external_id), ...byRules.keys()]);
}

/** Of these accounts, those that rules of a job protect, and by which attribute. */
export async function heldByRules(
  reader: Reader,
  connection: string,
  type: ObjectTypeSpec,
  rules: JobSettings['policy']['protected'],
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const rule of rules) {
    const spec = type.attributes.find((attribute) => attribute.name === rule.attribute);
    if (!spec) continue;
    const keys = await reader.all<{ external_id: string }>(
      'SELECT external_id FROM mirror_key WHERE connection = ? AND type = ? AND attribute = ? AND key IN {list} AND external_id IN {list}',
      connection,
      type.id,
      rule.attribute,
      list(comparisonKeys(rule.values, spec)),
      list(ids),
    );
    for (const row of keys) found.set(row.external_id, rule.attribute);
  }
  return found;
}
