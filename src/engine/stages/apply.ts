// Stage 10, apply: wave by wave, batch by batch, until nothing planned is left.
import { hasPlan, nextBatch, nextStep, type ChangeRow } from '../../store/ledger.ts';
import { listBrakes } from '../../store/jobs.ts';
import { getRun } from '../../store/runs.ts';
import { batchOf, type RunContext } from '../context.ts';
import { HaltRun } from '../fault.ts';
import { regroupOf } from '../persons/overlay.ts';
import { applyCreates, CREATES } from './apply-creates.ts';
import { applyToDirectory } from './apply-directory.ts';
import { applyToTarget, oneOfEach, openLane } from './apply-target.ts';
import { orderParents } from './order-parents.ts';
import { orderRemovals } from './order-removals.ts';
import { orderUniqueValues } from './order.ts';
import { readBack } from './read-back.ts';
import { openBatchSize } from './batch-size.ts';
import { isShared, sharedBatches, type BatchSource } from './shared-batches.ts';

export async function apply(context: RunContext): Promise<void> {
  const { run, target } = context;
  if (run.ofPlan !== null) await keepOnlyPlanned(context, run.ofPlan);
  if (!target.isDirectory) {
    if (await hasPlan(context.database, run.id)) {
      await orderParents(context);
      await orderRemovals(context);
      await orderUniqueValues(context);
    }
    await readBack(context);
  }
  const source =
    isShared(context) && !(await isShort(context)) ? sharedBatches(context) : target.isDirectory ? ownBatches(context) : ownLane(context);
  let done = 0;
  let readBacks = 0;
  let place = '';
  try {
    for (;;) {
      await assertReleased(context);
      const step = await source.step(place);
      // What the next step refers to has to be known first: an account whose answer was lost is looked for now.
      if (step && placeOf(step) !== place) {
        place = placeOf(step);
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
      await context.breathe(done, null, source.settle);
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

/** Of a run about a few keys, which has one batch, nobody could take a part: telling of it would cost more than carrying it out. */
async function isShort(context: RunContext): Promise<boolean> {
  const { database, run } = context;
  if (run.mode !== 'keys') return false;
  // A batch that is still in other hands was taken in an earlier life of this run: it is waited for.
  const row = await database.get<{ planned: number; taken: number }>(
    `SELECT (SELECT count(*) FROM change WHERE run = ? AND state = 'planned') AS planned, (SELECT count(*) FROM batch WHERE run = ?) AS taken`,
    run.id,
    run.id,
  );
  return row!.taken === 0 && row!.planned <= batchSize(context);
}

/** A merge or a split is one transaction, however many point to the two. */
const ALL = 1_000_000;

function batchSize(context: RunContext): number {
  const { run, target } = context;
  if (regroupOf(run)) return ALL;
  return target.isDirectory ? batchOf(context) : Math.max(1, Math.min(mostAtOnce(context), target.limits.inFlight * 25));
}

const mostAtOnce = (context: RunContext): number => Math.min(batchOf(context), context.target.limits.batchSize);

/** Carries out one batch. */
export async function applyBatch(context: RunContext, batch: readonly ChangeRow[]): Promise<void> {
  context.engine.probe?.('apply:before-batch');
  if (context.target.isDirectory) await applyToDirectory(context, batch);
  else await applyToTarget(context, batch);
  context.engine.probe?.('apply:after-batch');
}

/** Into the directory: a batch is one transaction. */
function ownBatches(context: RunContext): BatchSource {
  /** So many more are looked at one by one before the straight way is tried again. */
  let oneByOne = 0;
  return {
    step: () => nextStep(context.database, context.run.id),
    async applyNext({ run, wave, depth, size }) {
      if (oneByOne <= 0) {
        const created = await applyCreates(context, wave, depth);
        if (created > 0) return created;
        oneByOne = CREATES;
      }
      const batch = oneOfEach(await nextBatch(context.database, run, 'planned', wave, depth, size));
      await applyBatch(context, batch);
      oneByOne -= batch.length;
      return batch.length;
    },
    settle: async () => {},
    end: async () => {},
  };
}

const placeOf = (step: { readonly wave: number; readonly depth: number }): string => `${step.wave}/${step.depth}`;

/** The same for an outside target, where the next batch is made ready while one is carried out. */
function ownLane(context: RunContext): BatchSource {
  const { database, run, engine } = context;
  const lane = openLane(context);
  const size = openBatchSize(batchSize(context), mostAtOnce(context));
  return {
    async step(place) {
      const step = await nextStep(database, run.id);
      if (lane.isEmpty() || (step && placeOf(step) === place)) return step;
      await lane.land();
      return nextStep(database, run.id);
    },
    async applyNext(step) {
      const startedAt = engine.clock.now();
      const begun = await lane.next({ ...step, size: size.now });
      if (begun === 0) await lane.land();
      // The last batch of a step says nothing of how quick the target is.
      else if (begun === size.now) size.took(begun, engine.clock.now() - startedAt);
      return begun;
    },
    settle: () => lane.land(),
    end: () => lane.abandon(),
  };
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
    zh: `总闸已于 ${moment(brake.since)} 拉下（${brake.by_whom}:${brake.reason}）。已计划的变更将等待总闸松开。`,
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
      JSON.stringify({ reason: { en: `Not in plan ${plan}, or different by now.`, zh: `不在计划 ${plan} 中，或已发生变化。` } }),
      run.id,
      plan,
    ),
  );
}

/** To the minute; whose clock it is, nobody knows who reads a stored sentence. */
const moment = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
