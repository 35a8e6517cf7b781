// Orders of runs that read no source: under which aspect their changes are planned, and which of the held changes belong to one.
import type { UndoOrder } from '../../core/undo.ts';
import type { Reader } from '../../store/database.ts';
import { getRun, type RunRow } from '../../store/runs.ts';

/** Aspects of changes of an undo: other runs of the job neither refresh nor supersede what of them is held. */
export const UNDO = 'undo';
export const UNDO_REFERENCES = 'undo:references';

export const isOfUndo = (aspect: string): boolean => aspect.startsWith(UNDO);

/** Aspect of changes of a closing. */
export const CLOSE = 'close';

/** The order of a run whose stages are those of an undo. */
export function undoOf({ order }: Pick<RunRow, 'order'>): UndoOrder {
  if (order === null || order.kind === 'close') throw new Error('This run takes nothing back.');
  return order;
}

export interface Order {
  readonly run: number;
  readonly order: UndoOrder;
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
    if (run?.order) orders.set(row.id, { run: run.id, order: undoOf(run) });
  }
  return orders;
}
