// One vendor limit kept by several workers: the law holds for any traffic, any delay of the store and any death, and nobody starves.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Clock, Pace, PaceLimit } from '../connector-kit/contract.ts';
import { type BudgetState, hold, lend, noBudget, usage } from '../core/budget.ts';
import { createSharedPace, type Lender } from './shared-pace.ts';

const never = new AbortController().signal;

/** Time that only passes when nobody can do anything else: sleepers wake in order. */
function steppedTime() {
  let now = 1_000_000;
  const sleepers: { at: number; wake: () => void }[] = [];
  const sleep: Clock['sleep'] = (ms, signal) =>
    new Promise((resolve, reject) => {
      const sleeper = { at: now + ms, wake: resolve };
      sleepers.push(sleeper);
      signal?.addEventListener('abort', () => {
        const at = sleepers.indexOf(sleeper);
        if (at >= 0) sleepers.splice(at, 1);
        reject(signal.reason as Error);
      });
    });
  return {
    clock: { now: () => now, sleep } satisfies Clock,
    async run(until = Number.POSITIVE_INFINITY) {
      for (;;) {
        await new Promise((resolve) => setImmediate(resolve));
        sleepers.sort((a, b) => a.at - b.at);
        const next = sleepers[0];
        if (!next || next.at > until) return;
        sleepers.shift();
        now = Math.max(now, next.at);
        next.wake();
      }
    },
  };
}

/** A store that takes its time: words are carried out one after the other, and answers come late. */
function slowStore(
  time: ReturnType<typeof steppedTime>,
  delays: readonly number[],
): Lender & { state(): BudgetState; words(): number; fail: boolean } {
  let state = noBudget;
  let words = 0;
  const wait = async (): Promise<void> => {
    const ms = delays[words % Math.max(1, delays.length)] ?? 0;
    words += 1;
    if (ms > 0) await time.clock.sleep(ms);
  };
  const lender = {
    fail: false,
    async borrow(_: string, ask: Parameters<Lender['borrow']>[1]) {
      await wait();
      if (lender.fail) throw new Error('the store is away');
      const lent = lend(state, ask);
      // Through the text that the store keeps.
      state = JSON.parse(JSON.stringify(lent.state)) as BudgetState;
      await wait();
      return lent.slice;
    },
    async hold(_: string, at: number) {
      state = hold(state, at);
    },
    state: () => state,
    words: () => words,
  };
  return lender;
}

const limits = fc.record(
  {
    perSecond: fc.double({ min: 0.2, max: 20, noNaN: true }),
    perMinute: fc.integer({ min: 5, max: 200 }),
    inFlight: fc.integer({ min: 1, max: 5 }),
  },
  { requiredKeys: [] },
);

const windowOf = (rate: number, ms: number): readonly [number, number] => (rate < 1 ? [1, ms / rate] : [Math.floor(rate), ms]);

function expectLaw(limit: PaceLimit, begun: readonly number[]): void {
  for (const [rate, unit] of [
    [limit.perSecond, 1000],
    [limit.perMinute, 60_000],
  ] as const) {
    if (rate === undefined) continue;
    const [calls, ms] = windowOf(rate, unit);
    for (const from of begun) expect(begun.filter((at) => at >= from && at < from + ms).length).toBeLessThanOrEqual(calls);
  }
}

async function callAll(time: ReturnType<typeof steppedTime>, pace: Pace, limit: PaceLimit, count: number, takes = 0): Promise<number[]> {
  const begun: number[] = [];
  await Promise.all(
    Array.from({ length: count }, async () => {
      const leave = await pace.take('b', limit, never);
      begun.push(time.clock.now());
      if (takes > 0) await time.clock.sleep(takes);
      leave();
    }),
  );
  return begun;
}

describe('a bucket that several workers share', () => {
  test('lets no more begin in any window, and no more be under way, than its limit says, and everybody is served', async () => {
    await fc.assert(
      fc.asyncProperty(
        limits,
        fc.integer({ min: 2, max: 4 }),
        fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 7 }),
        fc.array(fc.record({ worker: fc.nat(3), comesAt: fc.integer({ min: 0, max: 5000 }), takes: fc.integer({ min: 0, max: 700 }) }), {
          maxLength: 40,
        }),
        async (limit: PaceLimit, workers, delays, calls) => {
          const time = steppedTime();
          const store = slowStore(time, delays);
          const paces = Array.from({ length: workers }, (_, n) => createSharedPace(time.clock, `worker ${n}`, store));
          const begun: number[] = [];
          let underWay = 0;
          let most = 0;
          const done = calls.map(async ({ worker, comesAt, takes }) => {
            if (comesAt > 0) await time.clock.sleep(comesAt);
            const leave = await paces[worker % workers]!.take('b', limit, never);
            begun.push(time.clock.now());
            most = Math.max(most, ++underWay);
            if (takes > 0) await time.clock.sleep(takes);
            underWay -= 1;
            leave();
          });
          await time.run();
          await Promise.all(done);
          if (limit.inFlight) expect(most).toBeLessThanOrEqual(limit.inFlight);
          expectLaw(limit, begun);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('keeps its limit when workers die with a slice in hand, and goes on without them', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 12 }),
        fc.array(fc.integer({ min: 0, max: 3000 }), { minLength: 1, maxLength: 4 }),
        async (perSecond, deaths) => {
          const time = steppedTime();
          const store = slowStore(time, [3, 1, 40]);
          const limit = { perSecond, inFlight: 3 };
          const begun: number[] = [];
          const start = time.clock.now();
          for (const [n, dies] of deaths.entries()) {
            const pace = createSharedPace(time.clock, `mortal ${n}`, store);
            const dead = new AbortController();
            void time.clock.sleep(dies).then(() => dead.abort(new Error('killed')));
            void (async () => {
              while (!dead.signal.aborted) {
                const leave = await pace.take('b', limit, dead.signal).catch(() => null);
                if (!leave || dead.signal.aborted) return;
                begun.push(time.clock.now());
                await time.clock.sleep(100);
                leave();
              }
            })();
          }
          const own = callAll(time, createSharedPace(time.clock, 'survivor', store), limit, 30, 50).then((at) => begun.push(...at));
          await time.run();
          await own;
          expectLaw(limit, begun);
          expect(time.clock.now() - start).toBeLessThan(30 * (1000 / perSecond) + 60_000);
        },
      ),
      { numRuns: 40 },
    );
  });

  test('is used up: two workers that never stop get at least four fifths of it together, and each its part', async () => {
    const time = steppedTime();
    const store = slowStore(time, [4]);
    const limit = { perSecond: 20 };
    const counts = [0, 0];
    const stop = new AbortController();
    const begun: number[] = [];
    const busy = async (pace: Pace, n: number): Promise<void> => {
      while (!stop.signal.aborted) {
        const leave = await pace.take('b', limit, stop.signal).catch(() => null);
        if (!leave) return;
        counts[n]! += 1;
        begun.push(time.clock.now());
        await time.clock.sleep(30);
        leave();
      }
    };
    const start = time.clock.now();
    const all = [0, 1].flatMap((n) => {
      const pace = createSharedPace(time.clock, `worker ${n}`, store);
      return Array.from({ length: 8 }, () => busy(pace, n));
    });
    await time.run(start + 20_000);
    stop.abort();
    await time.run(start + 21_000);
    await Promise.all(all);
    expectLaw(limit, begun);
    expect(begun.length).toBeGreaterThan(20 * 20 * 0.8);
    expect(Math.min(...counts)).toBeGreaterThan(begun.length / 3);
  });

  test('costs the store no word per call: a worker that is alone asks a few times a second', async () => {
    const time = steppedTime();
    const store = slowStore(time, [2]);
    const pace = createSharedPace(time.clock, 'alone', store);
    const start = time.clock.now();
    const done = (async () => {
      for (let n = 0; n < 400; n += 1) {
        const leave = await pace.take('b', { perSecond: 50, perMinute: 1000 }, never);
        await time.clock.sleep(25);
        leave();
      }
    })();
    await time.run();
    await done;
    expect(time.clock.now() - start).toBeLessThan(15_000);
    expect(store.words() / 2).toBeLessThan(60);
  });

  test('of one call at a time goes from hand to hand', async () => {
    const time = steppedTime();
    const store = slowStore(time, [2]);
    const order: number[] = [];
    const work = async (n: number): Promise<void> => {
      const pace = createSharedPace(time.clock, `worker ${n}`, store);
      for (let call = 0; call < 40; call += 1) {
        const leave = await pace.take('b', { inFlight: 1 }, never);
        order.push(n);
        await time.clock.sleep(40);
        leave();
      }
    };
    const start = time.clock.now();
    const done = Promise.all([work(0), work(1), work(2)]);
    await time.run();
    await done;
    expect(new Set(order.slice(0, 60))).toEqual(new Set([0, 1, 2]));
    expect(time.clock.now() - start).toBeLessThan(120 * 40 * 1.5);
  });

  test('that one worker was told to leave alone is left alone by all, half a second later at the most', async () => {
    const time = steppedTime();
    const store = slowStore(time, [2]);
    const [told, other] = [createSharedPace(time.clock, 'told', store), createSharedPace(time.clock, 'other', store)];
    const start = time.clock.now();
    await told.holdUntil('b', start + 5000);
    const calls = callAll(time, other, { perSecond: 10 }, 3);
    await time.run();
    expect((await calls).every((at) => at >= start + 5000)).toBe(true);
    await told.holdUntil('b', time.clock.now() + 3_600_000);
    const long = other.take('b', { perSecond: 10 }, never).then(
      (leave) => leave(),
      (error: unknown) => error,
    );
    const refused = (async () => {
      await time.clock.sleep(1000);
      return other.take('b', { perSecond: 10 }, never).catch((error: unknown) => error);
    })();
    await time.run();
    await long;
    expect(await refused).toMatchObject({ kind: 'rate-limited' });
  });

  test('lets nothing begin while the store is away, and says why', async () => {
    const time = steppedTime();
    const store = slowStore(time, []);
    const pace = createSharedPace(time.clock, 'one', store);
    store.fail = true;
    const taken = pace.take('b', { perSecond: 10 }, never).catch((error: unknown) => error);
    await time.run();
    expect(await taken).toMatchObject({ message: 'the store is away' });
    store.fail = false;
    const again = callAll(time, pace, { perSecond: 10 }, 1);
    await time.run();
    expect(await again).toHaveLength(1);
  });

  test('that nobody needs any more is given back, and can be told by how full it is', async () => {
    const time = steppedTime();
    const store = slowStore(time, []);
    const calls = callAll(time, createSharedPace(time.clock, 'one', store), { perMinute: 10, inFlight: 4 }, 5);
    const start = time.clock.now();
    await time.run(start + 200);
    expect(await calls).toHaveLength(5);
    expect(usage(store.state(), time.clock.now())).toBe(0.5);
    expect(usage(store.state(), start + 60_000)).toBe(0);
    const shares = Object.values(store.state().shares);
    expect(shares.map((share) => [share.calls, share.slots])).toEqual([[0, 0]]);
  });
});
