// Waiting for the rate budget may outlast a lease: what has waited begins only while the lease still holds.
import type { Pace } from '../connector-kit/contract.ts';
import { LostLease } from './fence.ts';

/** @param mayBegin  false while the lease of the run may have lapsed: another worker may be about to do the same */
export const heldPace = (pace: Pace, run: number, mayBegin: () => boolean): Pace => ({
  async take(bucket, limit, signal) {
    const leave = await pace.take(bucket, limit, signal);
    if (mayBegin()) return leave;
    leave();
    throw new LostLease(run);
  },
  holdUntil: (bucket, at) => pace.holdUntil(bucket, at),
});
