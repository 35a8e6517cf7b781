// The rate budget of a connection: sliding windows, calls under way, holds that the vendor asked for, first come first served.
import type { Window } from '../../core/budget.ts';
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
  readonly gate: Gate;
  heldUntil: number;
  /** Ends the sleep of the pump; null while nothing sleeps. */
  wake: AbortController | null;
}

/** What decides when a call of one bucket may begin. One for each bucket. */
export interface Gate {
  /** `true`: it has begun. Else when to ask again; null: the gate says so itself, or a call that ends does. */
  enter(limit: PaceLimit, now: number, waiting: number): true | number | null;
  /** A call has ended. */
  left(): void;
  /** Nobody waits any more. */
  idle?(): void;
  /** The system wants no calls before that time. */
  hold?(at: number): Promise<void>;
}

/** What a gate may say by itself. */
export interface Waiting {
  /** Those who wait may try again. */
  look(): void;
  /** Another process was told that the system wants no calls before that time. */
  heldUntil(at: number): void;
  /** They are told so instead of being let in. */
  turnAway(error: unknown): void;
}

export type Gates = (bucket: string, waiting: Waiting) => Gate;

/** @param gates  where several processes keep one limit; by default this one has it for itself */
export function createPace(clock: Clock, gates: Gates = ownGate): Pace {
  const buckets = new Map<string, Bucket>();

  const bucketOf = (name: string): Bucket => {
    const known = buckets.get(name);
    if (known) return known;
    const made: Bucket = {
      waiting: [],
      heldUntil: 0,
      wake: null,
      gate: gates(name, {
        look: () => pump(made),
        heldUntil: (at) => void (made.heldUntil = Math.max(made.heldUntil, at)),
        turnAway: (error) => {
          for (const waiter of made.waiting.splice(0)) waiter.turnAway(error);
        },
      }),
    };
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
      const at = bucket.heldUntil > now ? bucket.heldUntil : bucket.gate.enter(first.limit, now, bucket.waiting.length);
      if (at !== true) {
        if (at !== null && !bucket.wake) sleep(bucket, at - now);
        return;
      }
      bucket.waiting.shift();
      first.go();
    }
    bucket.wake?.abort(new Error('nobody waits'));
    bucket.gate.idle?.();
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
        const begun = (): void => {
          let ended = false;
          resolve(() => {
            if (ended) return;
            ended = true;
            bucket.gate.left();
            pump(bucket);
          });
        };
        // Nobody waits and nothing is held: most calls begin at once.
        const isFree = bucket.waiting.length === 0 && bucket.heldUntil <= clock.now();
        if (isFree && bucket.gate.enter(limit, clock.now(), 1) === true) {
          bucket.gate.idle?.();
          return begun();
        }
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
            begun();
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
      if (at <= bucket.heldUntil) return;
      bucket.heldUntil = at;
      await bucket.gate.hold?.(at);
    },
  };
}

/** The whole limit is this process's own: nothing is asked of anybody. */
function ownGate(): Gate {
  /** When calls began, oldest first; as many as the widest window needs. */
  const begun: number[] = [];
  let underWay = 0;
  return {
    enter(limit, now) {
      if (limit.inFlight !== undefined && underWay >= limit.inFlight) return null;
      const at = nextBegin(begun, limit);
      if (at > now) return at;
      underWay += 1;
      const keep = windowsOf(limit).reduce((most, { calls }) => Math.max(most, calls), 0);
      if (keep > 0) begun.push(now);
      if (begun.length > keep * 2 + 1) begun.splice(0, begun.length - keep);
      return true;
    },
    left: () => void (underWay -= 1),
  };
}

/** What a limit says, as windows. */
export const windowsOf = ({ perSecond, perMinute }: PaceLimit): readonly Window[] =>
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
