// The real clock: system time, and sleeping that an abort signal ends.
import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from './contract.ts';

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => wait(ms, undefined, signal ? { signal } : {}),
};
