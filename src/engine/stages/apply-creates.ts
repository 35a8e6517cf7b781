// Apply to the directory, the straight way: a batch of creates that take nothing from anybody, in the same transaction and to the same end.
import {
  appendCreates,
  areStraightCreates,
  createdBy,
  markSpanApplied,
  nextSpan,
  settleCreates,
  storeCreates,
  waitingForCreates,
} from '../../store/creates.ts';
import { putObjects, replaceKeys, type KeyIn } from '../../store/directory.ts';
import { batchOf, type RunContext } from '../context.ts';
import { hidesSomething, keysOf, nextObject, wake } from './apply-directory.ts';
import { isAnythingStuck } from './taken-values.ts';

/** Creates carried out at once: nobody waits for one of them. */
export const CREATES = 2000;

/** Carries out the next creates of the step; 0 when they need a look one by one. */
export async function applyCreates(context: RunContext, wave: number, depth: number): Promise<number> {
  const { database, run, outside, settings } = context;
  // An undo accepts nobody's word.
  if (run.order !== null) return 0;
  const span = await nextSpan(database, run.id, wave, depth, batchOf(context, CREATES));
  if (span === null) return 0;
  context.engine.probe?.('apply:before-batch');
  const done = await database.write(async (transaction) => {
    // Inside the transaction: nothing can move between the check and the write.
    if ((await isAnythingStuck(context, transaction)) || !(await areStraightCreates(transaction, span, outside.id))) return 0;
    const keys: KeyIn[] = [];
    const objects = (await createdBy(transaction, span)).map((row) => {
      const made = nextObject({ ...row, action: 'create' }, undefined, row);
      keysOf(context.types.find((plan) => plan.type === row.type)!.target, made.object.id, made.data, keys);
      return made.object;
    });
    await putObjects(transaction, objects);
    await replaceKeys(transaction, [], keys);
    const hiding = context.types.map((plan) => plan.type).filter((type) => hidesSomething(context, type));
    await storeCreates(transaction, span, { connection: outside.id, tree: settings.tree, now: run.now, hiding });
    await settleCreates(transaction, span);
    await wake(transaction, context.job.id, await waitingForCreates(transaction, span));
    await markSpanApplied(transaction, span.first, span.last, run.now);
    context.engine.probe?.('apply:in-transaction');
    await appendCreates(transaction, span, { at: run.now, actor: run.actor });
    return span.count;
  });
  context.counts.applied = (context.counts.applied ?? 0) + done;
  if (done > 0) context.engine.probe?.('apply:after-batch');
  return done;
}
