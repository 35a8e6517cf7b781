// What leaves under the lease of a run: whatever has waited (for the rate budget, for a socket, for an answer) leaves only while it still holds.
import type { Pace } from '../connector-kit/contract.ts';
import { LostLease } from './fence.ts';

export interface Held {
  readonly run: number;
  /** False after a stop, too. */
  mayBegin(): boolean;
  /** False while the lease of the run may have lapsed: another worker may be about to do the same. */
  isHeld(): boolean;
}

/** Asked in the turn in which a write leaves. A process that is stopped in just that moment is beyond our reach. */
export function assertHeld({ run, isHeld }: Held): void {
  if (!isHeld()) throw new LostLease(run);
}

export const heldPace = (pace: Pace, { run, mayBegin }: Held): Pace => ({
  async take(bucket, limit, signal) {
    const leave = await pace.take(bucket, limit, signal);
    if (mayBegin()) return leave;
    leave();
    throw new LostLease(run);
  },
  holdUntil: (bucket, at) => pace.holdUntil(bucket, at),
});
