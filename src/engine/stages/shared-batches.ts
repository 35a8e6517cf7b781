// Batches of a run that several workers carry out: who leads it says where it stands, everybody takes from there.
import { claimBatch, countFree, endBatch, firstStep, lapsedBatches, shareStep, takeBack, type SharedStep } from '../../store/batches.ts';
import type { RunContext } from '../context.ts';
import { StoreAway } from '../../store/faults.ts';
import { LostLease } from '../fence.ts';
import { leaseOf } from '../hold.ts';
import { applyBatch } from './apply.ts';

export interface BatchSource {
  /** The first step with something left; undefined when all is done. `place`: where the run stood so far. */
  step(place: string): Promise<{ readonly wave: number; readonly depth: number } | undefined>;
  /** Carries out a batch of it, or waits a moment while others have all of it in hand. Returns how many changes. */
  applyNext(step: SharedStep): Promise<number>;
  /** Stores what is under way, before somebody else works on the same objects. */
  settle(): Promise<void>;
  end(): Promise<void>;
}

/** How long to wait when all that is left of a step is in other hands. */
const WAIT_MS = 50;
/** Who else is there comes by itself, once it looks. */
const MOST_WOKEN = 16;

/**
 * Only a store that other processes can reach is shared, and only targets that several can write to at once: not those
 * that lie on one machine, take one write at a time, or become true as a whole at the end.
 */
export const isShared = ({ database, target }: RunContext): boolean =>
  database.dialect === 'postgres' &&
  !target.isDirectory &&
  target.manifest.place === undefined &&
  !target.facts.serialWrites &&
  target.connection.finish === undefined;

function ignoreLoss(error: unknown): void {
  if (!(error instanceof LostLease || error instanceof StoreAway)) throw error;
}

export function sharedBatches(context: RunContext): BatchSource {
  const { database, run, engine } = context;
  let shared = '';
  return {
    async step() {
      const now = engine.clock.now();
      if ((await lapsedBatches(database, run.id, now)).length > 0)
        await database.write((transaction) => takeBack(transaction, run.id, engine.clock.now()));
      return firstStep(database, run.id);
    },
    async applyNext(step) {
      const place = `${step.wave}/${step.depth}`;
      const until = engine.clock.now() + leaseOf(engine);
      const batch = await database.write(async (transaction) => {
        if (place !== shared) await shareStep(transaction, run.id, step);
        return claimBatch(transaction, step, engine.holder, until);
      });
      if (place !== shared && engine.queue) {
        const free = await countFree(database, step);
        engine.queue.wake({ kind: 'batches', key: String(run.id) }, Math.min(MOST_WOKEN, Math.ceil(free / step.size)));
      }
      shared = place;
      if (!batch) {
        await engine.clock.sleep(WAIT_MS, context.signal);
        return 0;
      }
      engine.probe?.('apply:claimed');
      try {
        await applyBatch(context, batch.changes);
      } finally {
        // Where the store is away or the run was taken over, it lapses by itself.
        await database.write((transaction) => endBatch(transaction, run.id, batch.n)).catch(ignoreLoss);
      }
      return batch.changes.length;
    },
    settle: async () => {},
    async end() {
      // Nobody is to go on when this run halts; a store that is away is met elsewhere.
      if (shared !== '') await database.write((transaction) => shareStep(transaction, run.id, null)).catch(ignoreLoss);
    },
  };
}
