// What this system wrote comes back changed and would be written again: such a change waits for a person, and says which attribute goes round.
import { CONSOLE } from '../../core/console.ts';
import { goesRound, LOOP_MS } from '../../core/loop.ts';
import type { Attributes, Label } from '../../core/model.ts';
import type { Verdict } from '../../core/plan.ts';
import { updatesOf } from '../../store/directory.ts';
import type { ChangeRow } from '../../store/ledger.ts';
import type { RunContext } from '../context.ts';
import { groupBy, parseJson } from '../shapes.ts';

/** A loop turns few objects at a time; of more than these the limits of the guard take care. */
const LOOKED_AT = 500;

/** Change → why it is held. */
export async function loopsAmong(context: RunContext, batch: readonly ChangeRow[]): Promise<ReadonlyMap<number, Verdict>> {
  const found = new Map<number, Verdict>();
  const updates = batch.filter((change) => change.action === 'update' && change.directory_id !== null);
  // What is taken back, a person has asked for.
  if (!context.up || context.run.order !== null || context.outside.id === CONSOLE || updates.length === 0 || updates.length > LOOKED_AT)
    return found;
  const ids = updates.map((change) => change.directory_id!);
  const past = groupBy(await updatesOf(context.database, ids, context.run.now - LOOP_MS), (row) => row.id);
  for (const change of updates) {
    const rows = past.get(change.directory_id!) ?? [];
    const after = parseJson<Attributes>(change.after, {});
    for (const [name, value] of Object.entries(after)) {
      const told = rows.filter((row) => name in row.after);
      const [first] = told;
      if (!first || !goesRound([first.before[name], ...told.map((row) => row.after[name]), value])) continue;
      found.set(change.id, { verdict: 'held', question: `loop:${name}`, reason: loopReason(name, told.length) });
      break;
    }
  }
  return found;
}

const loopReason = (name: string, times: number): Label => ({
  en: `"${name}" goes round: it was changed ${times} times within an hour, and each value follows from the one before. What is written below seems to come back changed. Stop whoever sends it back, or take the attribute out of one of the two jobs.`,
  zh: `“${name}”在循环：一小时内已变更 ${times} 次，且每个值都由前一个得出。写入下游的内容似乎经修改后又返回。请停止回传的一方，或从其中一个任务中去掉该属性。`,
});
