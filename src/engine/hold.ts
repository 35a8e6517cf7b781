// Holds the lease of a run for as long as it is carried out, and notices when it was lost or the run was cancelled.
import { endBatch, renewBatch } from '../store/batches.ts';
import type { Transaction } from '../store/database.ts';
import { StoreAway } from '../store/faults.ts';
import { getRunState } from '../store/runs.ts';
import { endLease, renewLease } from '../store/upkeep.ts';
import type { EngineOptions } from './context.ts';
import { LostLease } from './fence.ts';

export const LEASE_MS = 60_000;
/** How soon a cancellation by another process is seen. */
const LOOK_MS = 300;

export interface Hold {
  /** Aborted by a stop, a cancellation from anywhere, or the loss of the lease (then its reason is `LostLease`). */
  readonly signal: AbortSignal;
  /** False while the lease may have lapsed: then no call may leave, because another worker may be at it. */
  mayWrite(): boolean;
  /** The same, but a change of several calls that was begun before a stop may make the rest of them. */
  isHeld(): boolean;
  /** Renews when it is time; throws when another worker has the run. */
  renew(): Promise<void>;
  end(): Promise<void>;
}

/** What is held, and how it is made to last and given back. */
interface Held {
  /** False when somebody else has it. */
  renew(transaction: Transaction, until: number): Promise<boolean>;
  end(transaction: Transaction): Promise<unknown>;
}

/** @param heldSince  when the lease was taken, so that `mayWrite` never hopes for more than was granted */
export function holdRun(engine: EngineOptions, run: number, epoch: number, heldSince: number, outer: AbortSignal): Hold {
  const name = String(run);
  return keepHold(engine, run, heldSince, outer, {
    renew: (transaction, until) => renewLease(transaction, 'run', name, engine.holder, epoch, until),
    end: (transaction) => endLease(transaction, 'run', name, engine.holder),
  });
}

/** One batch of a run that another worker leads. */
export const holdBatch = (engine: EngineOptions, run: number, n: number, heldSince: number, outer: AbortSignal): Hold =>
  keepHold(engine, run, heldSince, outer, {
    renew: (transaction, until) => renewBatch(transaction, run, n, until),
    end: (transaction) => endBatch(transaction, run, n),
  });

export const leaseOf = (engine: EngineOptions): number => engine.leaseMs ?? 60_000;

function keepHold(engine: EngineOptions, run: number, heldSince: number, outer: AbortSignal, held: Held): Hold {
  const { database, clock } = engine;
  const lease = leaseOf(engine);
  const own = new AbortController();
  const signal = AbortSignal.any([outer, own.signal]);
  let until = heldSince + lease;
  const renewNow = async (): Promise<void> => {
    const now = clock.now();
    if (await database.write((transaction) => held.renew(transaction, now + lease))) until = now + lease;
    else {
      until = 0;
      own.abort(new LostLease(run));
    }
  };
  const look = async (): Promise<void> => {
    if ((await getRunState(database, run)) === 'cancelled') own.abort('cancel');
    engine.onBeat?.();
    if (clock.now() > until - (lease * 2) / 3) await renewNow();
  };
  let looking: Promise<void> | null = null;
  const timer = setInterval(
    () => {
      // A store that does not answer now is met by the run itself.
      looking ??= look()
        .catch(() => undefined)
        .finally(() => (looking = null));
    },
    Math.min(LOOK_MS, lease / 4),
  );
  timer.unref();
  return {
    signal,
    mayWrite: () => !signal.aborted && clock.now() < until,
    isHeld: () => clock.now() < until,
    async renew() {
      signal.throwIfAborted();
      if (clock.now() > until - (lease * 2) / 3) await renewNow();
      signal.throwIfAborted();
    },
    async end() {
      clearInterval(timer);
      await looking;
      // Where the store is away, the lease lapses by itself.
      await database
        .write((transaction) => held.end(transaction))
        .catch((error: unknown) => {
          if (!(error instanceof StoreAway)) throw error;
        });
    },
  };
}
