// Holds the lease of a run for as long as it is carried out, and notices when it was lost or the run was cancelled.
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
  /** Renews when it is time; throws when another worker has the run. */
  renew(): Promise<void>;
  end(): Promise<void>;
}

/** @param heldSince  when the lease was taken, so that `mayWrite` never hopes for more than was granted */
export function holdRun(engine: EngineOptions, run: number, epoch: number, heldSince: number, outer: AbortSignal): Hold {
  const { database, clock, holder } = engine;
  const lease = engine.leaseMs ?? LEASE_MS;
  const own = new AbortController();
  const signal = AbortSignal.any([outer, own.signal]);
  let until = heldSince + lease;
  const renewNow = async (): Promise<void> => {
    const now = clock.now();
    const held = await database.write((transaction) => renewLease(transaction, 'run', String(run), holder, epoch, now + lease));
    if (held) until = now + lease;
    else own.abort(new LostLease(run));
  };
  const look = async (): Promise<void> => {
    if ((await getRunState(database, run)) === 'cancelled') own.abort('cancel');
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
        .write((transaction) => endLease(transaction, 'run', String(run), holder))
        .catch((error: unknown) => {
          if (!(error instanceof StoreAway)) throw error;
        });
    },
  };
}
