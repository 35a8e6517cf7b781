// Stage 10, apply: wave by wave, batch by batch, until nothing planned is left.
import { nextBatch, nextStep, type ChangeRow } from '../../store/ledger.ts';
import { listBrakes } from '../../store/jobs.ts';
import { getRun } from '../../store/runs.ts';
import type { RunContext } from '../context.ts';
import { HaltRun } from '../fault.ts';
import { applyToDirectory } from './apply-directory.ts';
import { applyToTarget } from './apply-target.ts';
import { orderParents } from './order-parents.ts';
import { orderUniqueValues } from './order.ts';
import { readBack } from './read-back.ts';
import { isShared, sharedBatches, type BatchSource } from './shared-batches.ts';

export async function apply(context: RunContext): Promise<void> {
  const { run, target } = context;
  if (run.ofPlan !== null) await keepOnlyPlanned(context, run.ofPlan);
  if (!target.isDirectory) {
    await orderParents(context);
    await orderUniqueValues(context);
    await readBack(context);
  }
  const source = isShared(context) ? sharedBatches(context) : ownBatches(context);
  let done = 0;
  let readBacks = 0;
  let place = '';
  try {
    for (;;) {
      await assertReleased(context);
      const step = await source.step();
      // What the next step refers to has to be known first: an account whose answer was lost is looked for now.
      if (step && `${step.wave}/${step.depth}` !== place) {
        place = `${step.wave}/${step.depth}`;
        if (!target.isDirectory && (await hasUnknown(context))) {
          await readBack(context);
          continue;
        }
      }
      if (!step) {
        if (target.isDirectory || !(await hasUnknown(context)) || ++readBacks > 3) break;
        await readBack(context);
        continue;
      }
      done += await source.applyNext({ ...step, run: run.id, size: batchSize(context) });
      await context.breathe(done, null);
    }
  } finally {
    await source.end();
  }
  if (target.connection.finish && done > 0) {
    await target.connection.finish({
      part: context.settings.part,
      signal: context.signal,
      now: run.now,
      runId: String(run.id),
      idempotencyKey: `finish-${run.id}`,
    });
  }
}

const batchSize = ({ target }: RunContext): number =>
  target.isDirectory ? 1000 : Math.max(1, Math.min(1000, target.limits.batchSize, target.limits.inFlight * 25));

/** Carries out one batch. */
export async function applyBatch(context: RunContext, batch: readonly ChangeRow[]): Promise<void> {
  context.engine.probe?.('apply:before-batch');
  if (context.target.isDirectory) await applyToDirectory(context, batch);
  else await applyToTarget(context, batch);
  context.engine.probe?.('apply:after-batch');
}

/** The run is carried out by this worker alone. */
const ownBatches = (context: RunContext): BatchSource => ({
  step: () => nextStep(context.database, context.run.id),
  async applyNext({ run, wave, depth, size }) {
    const batch = onePerObject(await nextBatch(context.database, run, 'planned', wave, depth, size));
    await applyBatch(context, batch);
    return batch.length;
  },
  end: async () => {},
});

/** Two changes of one object (enable and update) follow each other; the second stays planned for the next batch. */
function onePerObject(changes: readonly ChangeRow[]): readonly ChangeRow[] {
  const seen = new Set<string>();
  return changes.filter((change) => {
    const object = change.directory_id ?? `${change.type}\0${change.source_key}`;
    return !seen.has(object) && seen.add(object);
  });
}

const hasUnknown = async (context: RunContext): Promise<boolean> =>
  (await context.database.get(`SELECT 1 AS yes FROM change WHERE run = ? AND state = 'unknown' LIMIT 1`, context.run.id)) !== undefined;

/** The brake lets reading and planning go on, but no write leaves. */
export async function assertReleased(context: RunContext): Promise<void> {
  const brakes = await listBrakes(context.database);
  const brake = brakes.find(
    (row) => row.scope === 'all' || row.scope === `connection:${context.outside.id}` || row.scope === `job:${context.job.id}`,
  );
  if (!brake) return;
  throw new HaltRun({
    en: `The brake is on since ${moment(brake.since)} (${brake.by_whom}: ${brake.reason}). What is planned waits until it is released.`,
    zh: `总闸已于 ${moment(brake.since)} 拉下(${brake.by_whom}:${brake.reason})。已计划的变更将等待总闸松开。`,
  });
}

/** `run --plan RUN`: what differs from the plan that was looked at is superseded. */
async function keepOnlyPlanned(context: RunContext, plan: number): Promise<void> {
  const { database, run } = context;
  const seen = await getRun(database, plan);
  if (!seen) return;
  await database.write((transaction) =>
    transaction.run(
      `UPDATE change SET state = 'superseded', ended_at = ?, verdict = ? WHERE run = ? AND state = 'planned' AND NOT EXISTS
         (SELECT 1 FROM change p WHERE p.run = ? AND p.type = change.type AND p.source_key = change.source_key AND p.action = change.action AND p.aspect = change.aspect AND p.hash = change.hash)`,
      run.now,
      JSON.stringify({ reason: { en: `Not in plan ${plan}, or different by now.`, zh: `不在计划 ${plan} 中,或已发生变化。` } }),
      run.id,
      plan,
    ),
  );
}

/** To the minute; whose clock it is, nobody knows who reads a stored sentence. */
const moment = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
