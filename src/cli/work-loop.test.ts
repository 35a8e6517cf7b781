// How long a worker takes to stop.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { endsInTime, STOP_MS } from './work-loop.ts';

describe('a worker that is told to stop', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('ends with its work', async () => {
    const stop = new AbortController();
    let finish = (): void => undefined;
    const ended = endsInTime(new Promise((resolve) => (finish = resolve)), stop.signal);
    stop.abort();
    await vi.advanceTimersByTimeAsync(STOP_MS - 1);
    finish();
    expect(await ended).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not wait longer than nine seconds for a system that does not answer, and as long as it takes before', async () => {
    const stop = new AbortController();
    const told: boolean[] = [];
    const ended = endsInTime(new Promise(() => undefined), stop.signal).then((answer) => void told.push(answer));
    await vi.advanceTimersByTimeAsync(10 * STOP_MS);
    expect(told).toEqual([]);
    stop.abort();
    await vi.advanceTimersByTimeAsync(STOP_MS - 1);
    expect(told).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    await ended;
    expect(told).toEqual([false]);
    expect(STOP_MS).toBeLessThan(10_000);
  });
});
