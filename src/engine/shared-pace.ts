// The rate budget of a connection where several workers keep one limit: this one begins what it has borrowed, and borrows again.
//
// One word to the store per slice (half a second), not per call: how much is asked for follows what was begun in the last slice.
import type { Clock, Pace, PaceLimit } from '../connector-kit/contract.ts';
import { createPace, type Gate, type Waiting, windowsOf } from '../connector-kit/http/pace.ts';
import { type Begun, type BudgetAsk, type Slice, SLICE_MS } from '../core/budget.ts';

/** Where slices come from: the store. */
export interface Lender {
  borrow(bucket: string, ask: BudgetAsk): Promise<Slice>;
  hold(bucket: string, at: number): Promise<void>;
}

/** Calls that begin within so many ms are told as one. */
const TOLD_TOGETHER_MS = 20;
/** A pause of this length between two calls is none. */
const IDLE_MS = 50;

export const createSharedPace = (clock: Clock, holder: string, lender: Lender): Pace =>
  createPace(clock, (bucket, waiting) => borrowingGate({ clock, holder, lender, bucket, waiting }));

interface Borrowing {
  readonly clock: Clock;
  readonly holder: string;
  readonly lender: Lender;
  readonly bucket: string;
  readonly waiting: Waiting;
}

function borrowingGate({ clock, holder, lender, bucket, waiting }: Borrowing): Gate {
  let slice: Slice | null = null;
  let left = 0;
  let limit: PaceLimit = {};
  let untold: Begun[] = [];
  let recent: number[] = [];
  let underWay = 0;
  let asking = false;
  let retryAt = 0;
  /** When the newest of `untold` began. */
  let toldFrom = 0;
  let entered = 0;
  let isResting = false;
  /** How long the last answer took: a store that is far away lends for longer, else it would lend what has lapsed. */
  let answerMs = 0;

  const ask = (wants: number): void => {
    asking = true;
    // Until the answer is here nothing begins: it would be told by nobody.
    slice = null;
    const told = untold;
    untold = [];
    const word = {
      holder,
      now: clock.now(),
      windows: windowsOf(limit),
      inFlight: limit.inFlight ?? null,
      begun: told,
      underWay,
      wants,
      answerMs: 2 * answerMs,
    };
    lender
      .borrow(bucket, word)
      .then(
        (lent) => {
          waiting.heldUntil(lent.heldUntil);
          retryAt = lent.retryAt ?? 0;
          slice = lent;
          left = lent.calls;
        },
        (error: unknown) => {
          untold = [...told, ...untold];
          waiting.turnAway(error);
        },
      )
      .finally(() => {
        answerMs = clock.now() - word.now;
        asking = false;
        waiting.look();
      });
  };

  const note = (now: number): void => {
    const last = untold.at(-1);
    if (last && now - toldFrom < TOLD_TOGETHER_MS) untold[untold.length - 1] = [now, last[1] + 1];
    else {
      untold.push([now, 1]);
      toldFrom = now;
    }
    recent = [...recent.filter((at) => at > now - SLICE_MS), now];
  };

  /** Gives back what is left, unless somebody comes at once: another worker may wait for it. */
  const rest = (): void => {
    const keeps = slice !== null && (left > 0 || (slice.slots ?? 0) > 0);
    if (!keeps || asking || underWay > 0 || isResting) return;
    isResting = true;
    const before = entered;
    const over = (): void => {
      isResting = false;
      if (entered === before && underWay === 0 && !asking) ask(0);
      else rest();
    };
    clock.sleep(IDLE_MS).then(over, over);
  };

  return {
    enter(asked, now, count) {
      limit = asked;
      if (asking) return null;
      if (slice && left > 0 && now < slice.until && (slice.slots === null || underWay < slice.slots)) {
        left -= 1;
        underWay += 1;
        entered += 1;
        note(now);
        return true;
      }
      // What is under way fills the slots: a call that ends lets the next one in.
      if (slice && left > 0 && now < slice.until) return slice.until;
      if (now < retryAt) return retryAt;
      ask(count + recent.filter((at) => at > now - SLICE_MS).length);
      return null;
    },
    left: () => void (underWay -= 1),
    idle: rest,
    hold: (at) => lender.hold(bucket, at),
  };
}
