// Before apply: departments are removed from the bottom of the tree that stands. Those that are gone have no place in the desired one.
import { treeDepths, waveOf } from '../../core/order.ts';
import { rows } from '../../store/database.ts';
import type { RunContext } from '../context.ts';
import { treeAbove } from './order-parents.ts';

export async function orderRemovals(context: RunContext): Promise<void> {
  for (const plan of context.types) {
    const parent = plan.target.parent;
    if (parent === undefined) continue;
    const removals = await removalsOf(context, plan.type);
    if (removals.length < 2) continue;
    const ids = removals.map((change) => change.target_key);
    const { depth } = treeDepths(await treeAbove(context, plan.type, parent, ids));
    const deepest = ids.reduce((most, id) => Math.max(most, depth.get(id) ?? 0), 0);
    const first = removals.reduce((least, change) => Math.min(least, Number(change.depth)), Number.POSITIVE_INFINITY);
    await context.database.write((transaction) =>
      transaction.run(
        'UPDATE change SET depth = r.depth FROM {rows: id bigint, depth bigint} r WHERE change.id = r.id',
        rows(removals.map((change) => [Number(change.id), first + deepest - (depth.get(change.target_key) ?? 0)])),
      ),
    );
  }
}

const removalsOf = (context: RunContext, type: string): Promise<readonly { id: number; depth: number; target_key: string }[]> =>
  context.database.all(
    `SELECT id, depth, target_key FROM change WHERE run = ? AND state = 'planned' AND wave = ? AND type = ? AND action = 'remove' AND target_key IS NOT NULL`,
    context.run.id,
    waveOf({ action: 'remove', type }),
    type,
  );
