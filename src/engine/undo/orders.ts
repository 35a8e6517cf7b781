// Orders to undo: which of the held changes belong to one, and under which aspect their changes are planned.
import type { UndoOrder } from '../../core/undo.ts';
import type { Reader } from '../../store/database.ts';
import { getRun, type RunRow } from '../../store/runs.ts';

/** Aspects of changes of an undo: other runs of the job neither refresh nor supersede what of them is held. */
export const UNDO = 'undo';
export const UNDO_REFERENCES = 'undo:references';

export const isOfUndo = (aspect: string): boolean => aspect.startsWith(UNDO);

export interface Order {
  readonly run: number;
  readonly undo: UndoOrder;
}

/** Held change → the order that its approval carries out again. */
export async function undoOrders(
  reader: Reader,
  held: readonly { readonly id: number; readonly aspect: string; readonly last_run: number }[],
): Promise<ReadonlyMap<number, Order>> {
  const orders = new Map<number, Order>();
  const runs = new Map<number, RunRow | undefined>();
  for (const row of held.filter((one) => isOfUndo(one.aspect))) {
    if (!runs.has(row.last_run)) runs.set(row.last_run, await getRun(reader, row.last_run));
    const run = runs.get(row.last_run);
    if (run?.undo) orders.set(row.id, { run: run.id, undo: run.undo });
  }
  return orders;
}
