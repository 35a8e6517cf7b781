// The rate budget: its law holds for any traffic, holds hold, and whoever gives up leaves the queue.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Clock, PaceLimit } from '../contract.ts';
import { createPace } from './pace.ts';

const never = new AbortController().signal;

/** Time that only passes when nobody can do anything else: sleepers wake in order. */
function steppedClock() {
  let now = 0;
  const sleepers: { at: number; wake: () => void }[] = [];
  const clock: Clock = {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = { at: now + ms, wake: resolve };
        sleepers.push(sleeper);
        signal?.addEventListener('abort', () => {
          sleepers.splice(sleepers.indexOf(sleeper), 1);
          reject(signal.reason as Error);
        });
      }),
  };
  return {
    clock,
    /** Runs until nothing sleeps any more. */
    async run() {
      for (;;) {
        await new Promise((resolve) => setImmediate(resolve));
        sleepers.sort((a, b) => a.at - b.at);
        const next = sleepers.shift();
        if (!next) return;
        now = Math.max(now, next.at);
        next.wake();
      }
    },
  };
}

const limits = fc.record(
  {
    perSecond: fc.double({ min: 0.2, max: 20, noNaN: true }),
    perMinute: fc.integer({ min: 5, max: 200 }),
    inFlight: fc.integer({ min: 1, max: 5 }),
  },
  { requiredKeys: [] },
);

describe('a bucket', () => {
  test('lets no more begin in any window, and no more be under way, than its limit says', async () => {
    await fc.assert(
      fc.asyncProperty(
        limits,
        fc.array(fc.record({ comesAt: fc.integer({ min: 0, max: 5000 }), takes: fc.integer({ min: 0, max: 700 }) }), { maxLength: 40 }),
        async (limit: PaceLimit, calls) => {
          const time = steppedClock();
          const pace = createPace(time.clock);
          const begun: number[] = [];
          let underWay = 0;
          let most = 0;
          const done = calls.map(async ({ comesAt, takes }) => {
            if (comesAt > 0) await time.clock.sleep(comesAt);
            const leave = await pace.take('b', limit, never);
            begun.push(time.clock.now());
            most = Math.max(most, ++underWay);
            if (takes > 0) await time.clock.sleep(takes);
            underWay -= 1;
            leave();
          });
          await time.run();
          await Promise.all(done);
          expect(begun.length).toBe(calls.length);
          if (limit.inFlight) expect(most).toBeLessThanOrEqual(limit.inFlight);
          for (const [rate, ms] of [
            [limit.perSecond, 1000],
            [limit.perMinute, 60_000],
          ] as const) {
            if (rate === undefined) continue;
            for (const from of begun) {
              const inWindow = begun.filter((at) => at >= from && at < from + ms).length;
              expect(inWindow).toBeLessThanOrEqual(Math.max(1, Math.floor(rate)));
            }
          }
        },
      ),
      { numRuns: 100 },
    );
  });

  test('uses its limit up: 100 calls of 10 a second are done after 9 seconds', async () => {
    const time = steppedClock();
    const pace = createPace(time.clock);
    const all = Promise.all(Array.from({ length: 100 }, async () => (await pace.take('b', { perSecond: 10 }, never))()));
    await time.run();
    await all;
    expect(time.clock.now()).toBe(9000);
  });

  test('that is held lets nothing begin before that time', async () => {
    const time = steppedClock();
    const pace = createPace(time.clock);
    await pace.holdUntil('b', 4000);
    await pace.holdUntil('b', 1000);
    const taken = pace.take('b', {}, never);
    await time.run();
    await taken;
    expect(time.clock.now()).toBe(4000);
  });

  test('that is held for long turns callers away and says until when', async () => {
    const time = steppedClock();
    const pace = createPace(time.clock);
    await pace.holdUntil('b', 3_600_000);
    await expect(pace.take('b', {}, never)).rejects.toMatchObject({ kind: 'rate-limited', facts: { afterMs: 3_600_000 } });
  });

  test('forgets a caller who gives up, and the next one goes', async () => {
    const time = steppedClock();
    const pace = createPace(time.clock);
    const leave = await pace.take('b', { inFlight: 1 }, never);
    const impatient = new AbortController();
    const given = pace.take('b', { inFlight: 1 }, impatient.signal);
    const next = pace.take('b', { inFlight: 1 }, never);
    impatient.abort(new Error('enough'));
    await expect(given).rejects.toThrow('enough');
    leave();
    await expect(next).resolves.toBeTypeOf('function');
  });

  test('is its own: another one is not slowed', async () => {
    const time = steppedClock();
    const pace = createPace(time.clock);
    await pace.take('a', { inFlight: 1 }, never);
    await expect(pace.take('b', { inFlight: 1 }, never)).resolves.toBeTypeOf('function');
  });
});
