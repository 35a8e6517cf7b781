// Accounts that a run leaves alone: those on the protected list, and those that a pin keeps from being made.
import { comparisonKeys } from '../../core/attribute.ts';
import { EXISTENCE } from '../../core/pin.ts';
import { list } from '../../store/database.ts';
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
  const found = new Set(rows.map((row) => row.external_id));
  for (const rule of context.settings.policy.protected) {
    const spec = plan.target.attributes.find((attribute) => attribute.name === rule.attribute);
    if (!spec) continue;
    const keys = await context.database.all<{ external_id: string }>(
      'SELECT external_id FROM mirror_key WHERE connection = ? AND type = ? AND attribute = ? AND key IN {list} AND external_id IN {list}',
      context.outside.id,
      plan.type,
      rule.attribute,
      list(comparisonKeys(rule.values, spec)),
      list(ids),
    );
    for (const row of keys) found.add(row.external_id);
  }
  return found;
}
