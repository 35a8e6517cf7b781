// Stage 7 of an undo: what every object was, against what it is, as lines of a plan and a list of what cannot come back.
import type { ObjectTypeSpec } from '../../core/model.ts';
import type { UndoOrder } from '../../core/undo.ts';
import { clearPlan } from '../../store/ledger.ts';
import { clearLosses } from '../../store/undo.ts';
import { getRun, patchRun } from '../../store/runs.ts';
import { patchStaged, stagedAt } from '../../store/staged.ts';
import { BATCH, type RunContext, type TypePlan } from '../context.ts';
import type { Desired } from '../stages/assess.ts';
import { undoInDirectory, wishesInDirectory } from './plan-directory.ts';
import { comebackOf, undoAtTarget, wishesAtTarget } from './plan-target.ts';
import { depthsWith, storeUndone, type Undone } from './planned.ts';
import { undoOf } from './orders.ts';

/** One kind of object: what its objects shall have again, and what has to be written for it. */
interface Kind {
  readonly type: ObjectTypeSpec;
  wishes(ids: readonly string[]): Promise<readonly { readonly id: string; readonly desired: Desired; readonly comesBack: boolean }[]>;
  undo(ids: readonly string[]): Promise<readonly Undone[]>;
}

/** What an undo has made again had been removed before: undoing that undo removes it, as the run did. */
async function madeBy(context: RunContext): Promise<UndoOrder['made']> {
  const order = undoOf(context.run);
  const undone = order.kind === 'run' ? await getRun(context.database, order.run) : undefined;
  return undone?.order ? 'remove' : order.made;
}

async function kindsOf(context: RunContext): Promise<readonly Kind[]> {
  const order = undoOf(context.run);
  const made = await madeBy(context);
  if (context.target.isDirectory)
    return context.target.types.map((type) => ({
      type,
      wishes: (ids) => wishesInDirectory(context, type, ids),
      undo: (ids) => undoInDirectory(context, type, ids, made),
    }));
  const comeback = await comebackOf(context, order.kind === 'run' ? order.run : 0);
  return context.types.map((plan: TypePlan) => ({
    type: plan.target,
    wishes: (ids) => wishesAtTarget(context, plan, ids, comeback),
    undo: (ids) => undoAtTarget(context, plan, ids, comeback, made),
  }));
}

export async function planUndo(context: RunContext): Promise<void> {
  const { database, run } = context;
  if (run.checkpoint !== 'diff')
    await database.write(async (transaction) => {
      await clearPlan(transaction, run.id);
      await clearLosses(transaction, run.id);
      await patchRun(transaction, run.id, { checkpoint: 'diff' });
    });
  const kinds = await kindsOf(context);
  for (const kind of kinds)
    await eachBatch(context, kind.type.id, async (ids) => {
      const wishes = await kind.wishes(ids);
      await database.write((transaction) =>
        patchStaged(
          transaction,
          run.id,
          wishes.map((wish) => ({
            type: kind.type.id,
            key: wish.id,
            step: 'correlated' as const,
            directoryId: wish.id,
            desired: JSON.stringify(wish.desired),
            situation: wish.comesBack ? 'comes-back' : null,
          })),
        ),
      );
    });
  for (const kind of kinds) {
    const departments: Undone[] = [];
    const flat = await depthsWith(context, kind.type, []);
    await eachBatch(context, kind.type.id, async (ids) => {
      const undone = await kind.undo(ids);
      // Their order follows from the tree as it will be, so all of them are known first.
      if (kind.type.parent !== undefined) departments.push(...undone);
      else await storeUndone(context, kind.type, undone, flat);
      context.engine.probe?.('diff:batch');
    });
    if (departments.length > 0) await storeUndone(context, kind.type, departments, await depthsWith(context, kind.type, departments));
  }
}

async function eachBatch(context: RunContext, type: string, work: (ids: readonly string[]) => Promise<void>): Promise<void> {
  for (let after = ''; ; ) {
    const batch = await stagedAt(context.database, context.run.id, 'correlated', type, after, BATCH);
    if (batch.length === 0) return;
    after = batch.at(-1)!.source_key;
    await work(batch.map((row) => row.source_key));
    await context.breathe();
  }
}
