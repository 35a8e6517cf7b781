// Orders of runs that read no source: under which aspect their changes are planned, and which of the held changes belong to one.
import type { RegroupOrder } from '../../core/regroup.ts';
import type { UndoOrder } from '../../core/undo.ts';
import type { Reader } from '../../store/database.ts';
import { getRun, type RunRow } from '../../store/runs.ts';

/** Aspects of changes of an undo: other runs of the job neither refresh nor supersede what of them is held. */
export const UNDO = 'undo';
export const UNDO_REFERENCES = 'undo:references';

/** Aspect of changes of a merge or a split: like those of an undo, they are left alone by ordinary runs, and their approval carries the order out again. */
export const REGROUP = 'undo:persons';

export const isOfUndo = (aspect: string): boolean => aspect.startsWith(UNDO);

/** Aspect of changes of a closing. */
export const CLOSE = 'close';

/** The order of a run whose stages are those of an undo. */
export function undoOf({ order }: Pick<RunRow, 'order'>): UndoOrder {
  if (order?.kind !== 'run' && order?.kind !== 'moment') throw new Error('This run takes nothing back.');
  return order;
}

export interface Order {
  readonly run: number;
  readonly order: UndoOrder | RegroupOrder;
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
    if (run?.order && run.order.kind !== 'close') orders.set(row.id, { run: run.id, order: run.order });
  }
  return orders;
}

/** What a run that carries the order out is caused by. */
export const causeOf = (order: Order['order']): string => (order.kind === 'merge' || order.kind === 'split' ? order.kind : 'undo');
