// Paces requests to the vendor's published numbers, per API: never more in a window than it allows, and no slower than that.
import type { Clock } from '../../connector-kit/contract.ts';

export interface Pace {
  readonly perMinute?: number;
  readonly perSecond?: number;
}

/** The far side counts arrivals, not departures; a window a little longer absorbs what the network shifts. */
const MARGIN = 1.01;
const MINUTE_MS = 60_000 * MARGIN;
const SECOND_MS = 1000 * MARGIN;

interface Bucket {
  /** When the last requests leave or have left, oldest first; at most as many as the largest limit. */
  readonly slots: number[];
  /** Nobody leaves before this moment: the vendor said so. */
  heldUntil: number;
}

export class Pacer {
  private readonly buckets = new Map<string, Bucket>();
  private readonly clock: Clock;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  private bucket(name: string): Bucket {
    let bucket = this.buckets.get(name);
    if (!bucket) this.buckets.set(name, (bucket = { slots: [], heldUntil: 0 }));
    return bucket;
  }

  /** Resolves when the request may leave. Slots are given in the order of asking; an aborted wait leaves its slot unused. */
  async take(name: string, pace: Pace, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const bucket = this.bucket(name);
    const now = this.clock.now();
    const slot = nextSlot(bucket, pace, now);
    bucket.slots.push(slot);
    const most = Math.max(pace.perMinute ?? 0, pace.perSecond ?? 0);
    if (bucket.slots.length > most) bucket.slots.splice(0, bucket.slots.length - most);
    if (slot > now) await this.clock.sleep(slot - now, signal);
    // Held back while it waited: go to the end of what is held.
    while (bucket.heldUntil > this.clock.now()) await this.clock.sleep(bucket.heldUntil - this.clock.now(), signal);
  }

  /** The vendor asked for a pause of this API. */
  hold(name: string, ms: number): void {
    const bucket = this.bucket(name);
    bucket.heldUntil = Math.max(bucket.heldUntil, this.clock.now() + ms);
  }
}

function nextSlot({ slots, heldUntil }: Bucket, { perMinute, perSecond }: Pace, now: number): number {
  const after = (limit: number | undefined, windowMs: number): number => {
    const blocking = limit === undefined ? undefined : slots.at(-limit);
    return blocking === undefined ? now : blocking + windowMs;
  };
  return Math.max(now, heldUntil, slots.at(-1) ?? now, after(perMinute, MINUTE_MS), after(perSecond, SECOND_MS));
}
