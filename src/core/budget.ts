// The rate budget of one bucket that several workers share: who may begin how many calls, until when. Pure.
//
// A worker borrows a slice: so many calls, to be begun before a time. What was lent counts in every window that it may
// still touch: a slice in hand as if all of it began at its end, a reported call from when it began. So the sum over all
// workers stays within every window, whatever becomes of them, and what was not used is given back with the next word.

/** In any stretch of `ms`, at most `calls` begin. */
export interface Window {
  readonly calls: number;
  readonly ms: number;
}

/** `calls` that began at `at` (ms of the workers' clock) or shortly before. */
export type Begun = readonly [at: number, calls: number];

export interface BudgetAsk {
  readonly holder: string;
  readonly now: number;
  readonly windows: readonly Window[];
  /** Calls under way at once, over all workers; null = any number. */
  readonly inFlight: number | null;
  /** What the holder has begun since it asked last, oldest first. What is not named here is given back. */
  readonly begun: readonly Begun[];
  readonly underWay: number;
  /** Calls it would like to begin now and in a moment; 0 = it gives back what it has. */
  readonly wants: number;
  /** How long the answer is expected to be under way: the slice lasts longer by that. */
  readonly answerMs: number;
}

/** What is lent. A new slice takes the place of the one before. */
export interface Slice {
  readonly calls: number;
  /** Calls that the holder may have under way, those of before included; null = any number. */
  readonly slots: number | null;
  /** Nothing of it begins at this time or later. */
  readonly until: number;
  /** When to ask again, where nothing could be lent. */
  readonly retryAt: number | null;
  /** The system wants no calls before this time. */
  readonly heldUntil: number;
}

interface Share {
  readonly calls: number;
  readonly until: number;
  readonly slots: number;
  readonly slotsUntil: number;
  readonly begun: readonly Begun[];
  /** It asked in vain: whoever came first is served first, while it still asks. */
  readonly waits: { readonly since: number; readonly until: number } | null;
}

/** What the store keeps of a bucket. */
export interface BudgetState {
  readonly heldUntil: number;
  readonly windows: readonly Window[];
  readonly shares: Readonly<Record<string, Share>>;
}

export const noBudget: BudgetState = { heldUntil: 0, windows: [], shares: {} };

/** How long a slice lasts: what a worker that died had in hand is lost to the others for so long. */
export const SLICE_MS = 500;
const LONGEST_ANSWER_MS = 10_000;
/** How long a call of a worker that died may still be under way. */
const CALL_MS = 40_000;
/** Clocks of two workers differ by less than this. */
const SKEW_MS = 50;
/** Between two questions of somebody who waits for a call of another worker to end. */
const ASK_AGAIN_MS = 100;
/** Who does not ask again so long after it was told to has gone. */
const PATIENCE_MS = 1_000;
/** Calls of one slice where nothing is counted but what is under way. */
const UNCOUNTED = 1_000_000;
/** Older ones are kept by whole seconds, so that a bucket with a limit per minute stays short. */
const FINE_MS = 2_000;

const nothing: Share = { calls: 0, until: 0, slots: 0, slotsUntil: 0, begun: [], waits: null };

export function lend(state: BudgetState, ask: BudgetAsk): { readonly state: BudgetState; readonly slice: Slice } {
  const { now, holder, windows } = ask;
  const before = state.shares[holder] ?? nothing;
  const own: Share = { ...nothing, begun: [...before.begun, ...ask.begun], slots: ask.underWay, slotsUntil: now + CALL_MS };
  const others = Object.entries(state.shares)
    .filter(([name]) => name !== holder)
    .map(([, share]) => share);
  const keep = (share: Share): BudgetState => ({
    heldUntil: state.heldUntil,
    windows,
    shares: tidy({ ...state.shares, [holder]: share }, windows, now),
  });
  const free = freeOf(ask, own, others);
  const waiting = others.flatMap((share) => (share.waits && share.waits.until > now ? share.waits : []));
  const since = Math.min(before.waits?.since ?? now, now);
  // Who waits for longer comes first; what is left is shared out among all who ask.
  const earlier = waiting.filter((other) => other.since < since).length;
  const fair = (amount: number): number => (amount <= earlier ? 0 : Math.ceil(amount / (waiting.length + 1)));
  const slots = free.slots === null ? null : Math.min(ask.wants, fair(free.slots));
  const calls = state.heldUntil > now || slots === 0 ? 0 : Math.min(windows.length === 0 ? UNCOUNTED : ask.wants, fair(free.calls));
  const until = now + SLICE_MS + Math.min(ask.answerMs, LONGEST_ANSWER_MS);
  const slice = { slots: null, until, retryAt: null, heldUntil: state.heldUntil };
  if (ask.wants === 0) return { state: keep(own), slice: { ...slice, calls: 0, slots: ask.underWay, until: now } };
  if (calls <= 0) {
    const retryAt = Math.max(state.heldUntil, free.calls < 1 ? free.callsAt : now + ASK_AGAIN_MS);
    const waits = { since, until: retryAt + PATIENCE_MS };
    return { state: keep({ ...own, waits }), slice: { ...slice, calls: 0, slots: ask.underWay, until: now, retryAt } };
  }
  const lent = slots === null ? 0 : ask.underWay + slots;
  return {
    state: keep({ ...own, calls, until, slots: lent, slotsUntil: until + CALL_MS }),
    slice: { ...slice, calls, slots: slots === null ? null : lent },
  };
}

/** The system wants no calls before that time; an earlier one changes nothing. */
export const hold = (state: BudgetState, at: number): BudgetState => ({ ...state, heldUntil: Math.max(state.heldUntil, at) });

/** How much of its narrowest window is lent or used, 0 to 1. */
export function usage(state: BudgetState, now: number): number {
  const shares = Object.values(state.shares);
  return Math.max(
    0,
    ...state.windows.map((window) => shares.reduce((sum, share) => sum + counted(share, window, now, 0), 0) / window.calls),
  );
}

interface Free {
  readonly calls: number;
  /** When the next call becomes free; only where none is. */
  readonly callsAt: number;
  readonly slots: number | null;
}

function freeOf(ask: BudgetAsk, own: Share, others: readonly Share[]): Free {
  const { now, windows } = ask;
  const calls = windows.map(
    (window) => window.calls - counted(own, window, now, 0) - sum(others, (share) => counted(share, window, now, SKEW_MS)),
  );
  const callsAt = Math.max(now, ...windows.map((window) => nextFree(window, own, others)));
  const taken = sum(others, (share) => (share.slotsUntil > now ? share.slots : 0));
  return {
    calls: Math.min(Number.POSITIVE_INFINITY, ...calls),
    callsAt,
    slots: ask.inFlight === null ? null : ask.inFlight - taken - ask.underWay,
  };
}

/** Calls of a share that a call beginning now would share a window with. */
const counted = (share: Share, window: Window, now: number, skew: number): number =>
  sum(endsOf(share), ([at, calls]) => (at > now - window.ms - skew ? calls : 0));

const endsOf = (share: Share): readonly Begun[] => (share.calls > 0 ? [...share.begun, [share.until, share.calls]] : share.begun);

/** When so much has left the window that one more may begin. */
function nextFree(window: Window, own: Share, others: readonly Share[]): number {
  const leaves = [
    ...endsOf(own).map(([at, calls]): Begun => [at + window.ms, calls]),
    ...others.flatMap(endsOf).map(([at, calls]): Begun => [at + window.ms + SKEW_MS, calls]),
  ].sort(([a], [b]) => a - b);
  let over = sum(leaves, ([, calls]) => calls) - window.calls + 1;
  for (const [at, calls] of leaves) {
    if (over <= 0) break;
    over -= calls;
    if (over <= 0) return at;
  }
  return 0;
}

/** Without what no window reaches any more, and with old calls put together. */
function tidy(shares: Readonly<Record<string, Share>>, windows: readonly Window[], now: number): Readonly<Record<string, Share>> {
  const longest = Math.max(0, ...windows.map((window) => window.ms)) + SKEW_MS;
  const kept: Record<string, Share> = {};
  for (const [holder, share] of Object.entries(shares)) {
    const begun = together(
      share.begun.filter(([at]) => at > now - longest),
      now,
    );
    const lives = share.until > now - longest && share.calls > 0;
    if (begun.length > 0 || lives || (share.slots > 0 && share.slotsUntil > now) || (share.waits && share.waits.until > now))
      kept[holder] = { ...share, begun };
  }
  return kept;
}

function together(begun: readonly Begun[], now: number): readonly Begun[] {
  const seconds = new Map<number, Begun>();
  for (const [at, calls] of begun.filter(([time]) => time <= now - FINE_MS)) {
    const second = Math.floor(at / 1000);
    const known = seconds.get(second);
    seconds.set(second, [Math.max(at, known?.[0] ?? 0), calls + (known?.[1] ?? 0)]);
  }
  return [...seconds.values(), ...begun.filter(([at]) => at > now - FINE_MS)];
}

function sum<T>(of: readonly T[], amount: (one: T) => number): number {
  let total = 0;
  for (const one of of) total += amount(one);
  return total;
}
