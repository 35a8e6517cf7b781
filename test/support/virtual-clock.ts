// Time for tests that measure in the vendor's minutes and not on the wall: it passes only while nobody does anything.
import type { Clock } from '../../src/connector-kit/contract.ts';
import type { Database } from '../../src/store/database.ts';

/** Time passes only when nobody does anything: whoever sleeps least wakes first. No wait takes real time. */
export function virtualClock(isBusy: () => boolean): Clock & { stop(): void } {
  let now = Date.UTC(2026, 0, 5);
  let stopped = false;
  const sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  const step = (quiet: number): void => {
    if (stopped) return;
    const idle = !isBusy() && sleepers.length > 0;
    if (idle && quiet >= 2) {
      sleepers.sort((a, b) => a.at - b.at);
      const first = sleepers.shift()!;
      now = Math.max(now, first.at);
      first.wake();
    }
    setTimeout(step, 0, idle && quiet < 2 ? quiet + 1 : 0);
  };
  step(0);
  return {
    now: () => now,
    sleep: (ms, until) =>
      new Promise((resolve, reject) => {
        const sleeper = { at: now + ms, wake: resolve };
        sleepers.push(sleeper);
        until?.addEventListener('abort', () => {
          const at = sleepers.indexOf(sleeper);
          if (at >= 0) sleepers.splice(at, 1);
          reject(until.reason as Error);
        });
      }),
    stop: () => {
      stopped = true;
    },
  };
}

/** The same store, telling of each question (1) and of its answer (-1): while one is asked, no time passes. */
export const askedAloud = (database: Database, tell: (change: 1 | -1) => void): Database =>
  new Proxy(database, {
    get(inner, name) {
      const value: unknown = Reflect.get(inner, name);
      if (typeof value !== 'function') return value;
      return (...words: unknown[]): unknown => {
        const answer: unknown = value.apply(inner, words);
        if (!(answer instanceof Promise)) return answer;
        tell(1);
        return answer.finally(() => tell(-1));
      };
    },
  });
