// Which far ends of relations and references are not in the target yet and will be: by this plan, or once somebody has said yes.
import { isEnabled } from '../../core/lifecycle.ts';
import { list } from '../../store/database.ts';
import { heldOf } from '../../store/held.ts';
import { cannot } from '../abilities.ts';
import { isEarlier, type RunContext, type TypePlan } from '../context.ts';
import { parseJson } from '../shapes.ts';
import type { Desired } from './assess.ts';
import { keptAbsent } from './untouchable.ts';

/** @returns `type:directory id` of those of `ends` (directory ids by type) that this job will have in the target. */
export async function comingEnds(
  context: RunContext,
  plan: TypePlan,
  ends: ReadonlyMap<string, ReadonlySet<string>>,
): Promise<ReadonlySet<string>> {
  const { database, run, job } = context;
  const coming = new Set<string>();
  for (const [type, ids] of ends) {
    const found = await database.all<{ source_key: string; target_key: string | null; desired: string | null }>(
      `SELECT source_key, target_key, CASE WHEN type = 'person' AND target_key IS NULL THEN desired END AS desired FROM staged
       WHERE run = ? AND type = ? AND seen = 'present' AND scope_rule IS NOT NULL AND situation <> 'out-of-scope' AND source_key IN {list}`,
      run.id,
      type,
      list([...ids]),
    );
    const makes = cannot(context.target, type, 'create') === null;
    const never = await keptAbsent(
      context,
      type,
      found.filter((row) => row.target_key === null).map((row) => row.source_key),
    );
    // Who has nothing there and gets nothing cannot be pointed to: the target makes none, or they may not use one.
    for (const row of found) {
      const usable = row.desired === null || isEnabled(parseJson<Desired>(row.desired, { a: {}, x: 'active' }).x);
      if (usable && (makes || row.target_key !== null) && !never.has(row.source_key)) coming.add(`${type}:${row.source_key}`);
    }
    // A run about a few looks at no department of theirs. One that is asked about still comes: without it their question would turn into
    // another one, which nobody has answered, and a yes would make accounts outside their department.
    if (run.mode === 'full' || !isEarlier(type, plan.type)) continue;
    const asked = await heldOf(database, job.id, type, [...ids]);
    for (const row of asked) if (row.action === 'create' && row.state !== 'cancelled') coming.add(`${type}:${row.source_key}`);
  }
  return coming;
}
