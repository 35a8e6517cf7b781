// The rate budget of a connection inside one process: sliding windows, calls under way, and holds that the vendor asked for.
import type { Clock, Pace, PaceLimit } from '../contract.ts';
import { ConnectorError } from '../errors.ts';

/** A bucket held for longer than this turns callers away at once: the engine comes back, and is not kept waiting. */
const HOLD_PATIENCE_MS = 30_000;

interface Waiter {
  readonly limit: PaceLimit;
  readonly go: () => void;
  readonly turnAway: (error: unknown) => void;
}

interface Bucket {
  readonly waiting: Waiter[];
  /** When calls began, oldest first; as many as the widest window needs. */
  readonly begun: number[];
  underWay: number;
  heldUntil: number;
  /** Ends the sleep of the pump; null while nothing sleeps. */
  wake: AbortController | null;
}

export function createPace(clock: Clock): Pace {
  const buckets = new Map<string, Bucket>();

  const bucketOf = (name: string): Bucket => {
    const known = buckets.get(name);
    if (known) return known;
    const made: Bucket = { waiting: [], begun: [], underWay: 0, heldUntil: 0, wake: null };
    buckets.set(name, made);
    return made;
  };

  /** Lets go whoever may; sleeps until the next one may. One sleep per bucket, ended when it became pointless. */
  const pump = (bucket: Bucket): void => {
    while (bucket.waiting.length > 0) {
      const first = bucket.waiting[0]!;
      const now = clock.now();
      if (bucket.heldUntil - now > HOLD_PATIENCE_MS) {
        bucket.waiting.shift();
        first.turnAway(heldTooLong(bucket.heldUntil - now));
        continue;
      }
      if (first.limit.inFlight !== undefined && bucket.underWay >= first.limit.inFlight) return;
      const at = Math.max(bucket.heldUntil, nextBegin(bucket.begun, first.limit));
      if (at > now) {
        if (!bucket.wake) sleep(bucket, at - now);
        return;
      }
      bucket.waiting.shift();
      begin(bucket, first, now);
    }
    bucket.wake?.abort(new Error('nobody waits'));
  };

  const begin = (bucket: Bucket, waiter: Waiter, now: number): void => {
    bucket.underWay += 1;
    const keep = Math.max(0, ...windowsOf(waiter.limit).map((window) => window.calls));
    if (keep > 0) bucket.begun.push(now);
    if (bucket.begun.length > keep * 2 + 1) bucket.begun.splice(0, bucket.begun.length - keep);
    waiter.go();
  };

  const sleep = (bucket: Bucket, ms: number): void => {
    const wake = new AbortController();
    bucket.wake = wake;
    const over = (): void => {
      if (bucket.wake === wake) bucket.wake = null;
      pump(bucket);
    };
    clock.sleep(Math.ceil(ms), wake.signal).then(over, over);
  };

  return {
    take: (name, limit, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason as Error);
        const bucket = bucketOf(name);
        const leave = (): void => {
          const at = bucket.waiting.indexOf(waiter);
          if (at >= 0) bucket.waiting.splice(at, 1);
          reject(signal.reason as Error);
          pump(bucket);
        };
        const waiter: Waiter = {
          limit,
          go: () => {
            signal.removeEventListener('abort', leave);
            let ended = false;
            resolve(() => {
              if (ended) return;
              ended = true;
              bucket.underWay -= 1;
              pump(bucket);
            });
          },
          turnAway: (error) => {
            signal.removeEventListener('abort', leave);
            reject(error as Error);
          },
        };
        signal.addEventListener('abort', leave, { once: true });
        bucket.waiting.push(waiter);
        pump(bucket);
      }),
    holdUntil: async (name, at) => {
      const bucket = bucketOf(name);
      bucket.heldUntil = Math.max(bucket.heldUntil, at);
    },
  };
}

interface Window {
  readonly calls: number;
  readonly ms: number;
}

/** In any stretch of `ms`, at most `calls` begin. */
const windowsOf = ({ perSecond, perMinute }: PaceLimit): readonly Window[] =>
  [
    { rate: perSecond, ms: 1000 },
    { rate: perMinute, ms: 60_000 },
  ].flatMap(({ rate, ms }) => {
    if (rate === undefined) return [];
    // Vendors count whole calls in whole windows: what is left of 2.5 is not saved up, below 1 the window grows.
    return [rate < 1 ? { calls: 1, ms: ms / rate } : { calls: Math.floor(rate), ms }];
  });

function nextBegin(begun: readonly number[], limit: PaceLimit): number {
  return Math.max(0, ...windowsOf(limit).map(({ calls, ms }) => (begun.length < calls ? 0 : begun[begun.length - calls]! + ms)));
}

const heldTooLong = (ms: number): ConnectorError =>
  new ConnectorError(
    'rate-limited',
    { en: 'The system asked us to wait before we call again.', zh: '对方系统要求稍后再调用。' },
    { afterMs: ms },
  );
