// Takes part in runs that other workers lead: batch by batch, under a lease of each batch.
import { isConnectorError } from '../connector-kit/errors.ts';
import { claimBatch, stepsToHelp, type SharedStep } from '../store/batches.ts';
import { StoreAway } from '../store/faults.ts';
import { getJob } from '../store/jobs.ts';
import { getRun, openRuns } from '../store/runs.ts';
import type { EngineOptions, RunContext } from './context.ts';
import { HaltRun } from './fault.ts';
import { fencedByBatch, LostLease } from './fence.ts';
import { type Hold, holdBatch, leaseOf } from './hold.ts';
import { withoutLeft } from './left-to-server.ts';
import { openContext } from './run.ts';
import { applyBatch, assertReleased } from './stages/apply.ts';

/** Carries out batches until none is left, or a run waits for somebody to lead it. Returns how many. */
export async function help(engine: EngineOptions, isOurs: (run: number) => boolean, signal: AbortSignal): Promise<number> {
  let done = 0;
  for (const step of await stepsToHelp(engine.database)) if (!isOurs(step.run)) done += await helpWith(engine, step, signal);
  return done;
}

async function helpWith(engine: EngineOptions, first: SharedStep, signal: AbortSignal): Promise<number> {
  const { database } = engine;
  const run = (await getRun(database, first.run))!;
  if ((await withoutLeft(engine, [run])).length === 0) return 0;
  // Before the first batch only questions are asked.
  let inHand = null as Hold | null;
  const idle = {
    signal,
    mayWrite: () => inHand?.mayWrite() ?? true,
    isHeld: () => inHand?.isHeld() ?? true,
    renew: async () => {},
  };
  const opened = await openContext(engine, database, { run, job: (await getJob(database, run.job))! }, run.epoch, idle).catch(
    (error: unknown) => {
      // Who leads the run says what is wrong with the connection.
      if (!isConnectorError(error)) throw error;
      return null;
    },
  );
  if (!opened) return 0;
  let done = 0;
  try {
    for (let step: SharedStep | undefined = first; step && !signal.aborted; step = await stepOf(engine, run.id)) {
      if (!(await helpOnce(opened.context, step, signal, (hold) => (inHand = hold)))) break;
      done += 1;
      const queued = (await openRuns(database)).filter((open) => open.state === 'queued');
      if ((await withoutLeft(engine, queued)).length > 0) break;
    }
  } finally {
    await opened.close();
  }
  return done;
}

const stepOf = async (engine: EngineOptions, run: number): Promise<SharedStep | undefined> =>
  (await stepsToHelp(engine.database)).find((step) => step.run === run);

/** False when there is nothing to do, or this worker had better leave the run alone. */
async function helpOnce(opened: RunContext, step: SharedStep, signal: AbortSignal, onHold: (hold: Hold) => void): Promise<boolean> {
  const { engine } = opened;
  const { database, clock } = engine;
  const takenAt = clock.now();
  const batch = await database.write((transaction) => claimBatch(transaction, step, engine.holder, takenAt + leaseOf(engine)));
  if (!batch) return false;
  const hold = holdBatch(engine, step.run, batch.n, takenAt, signal);
  onHold(hold);
  const context: RunContext = {
    ...opened,
    database: fencedByBatch(database, step.run, batch.n),
    signal: hold.signal,
    mayWrite: () => hold.mayWrite(),
    breathe: () => hold.renew(),
    counts: {},
  };
  try {
    await assertReleased(context);
    await applyBatch(context, batch.changes);
    engine.log('helped', { run: step.run, batch: batch.n, changes: batch.changes.length });
    return true;
  } catch (error) {
    if (error instanceof StoreAway) throw error;
    // Taken back, braked, cancelled, or a fault of the far side: it is in the ledger, and who leads the run deals with it.
    if (!(error instanceof LostLease || error instanceof HaltRun || isConnectorError(error) || hold.signal.aborted))
      engine.log('run-fault', { run: step.run, error: error instanceof Error ? error.stack : String(error) });
    return false;
  } finally {
    await hold.end();
  }
}
