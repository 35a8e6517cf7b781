// The rate budget belongs to the connection: whatever run of a worker asks for it, long or short, it is the same one.
import { expect, test } from 'vitest';
import type { Pace } from '../connector-kit/contract.ts';
import { systemClock } from '../connector-kit/clock.ts';
import type { Database } from '../store/database.ts';
import type { EngineOptions } from './context.ts';
import { paceOf } from './endpoint.ts';
import { LostLease } from './fence.ts';
import { heldPace } from './held-pace.ts';

test('a connection has one budget for all runs of a worker, and another worker has its own way to it', () => {
  const options = { database: { dialect: 'sqlite' } as Database, clock: systemClock, holder: 'one' } as EngineOptions;
  const longRun = { ...options, between: async () => {} };
  expect(paceOf(longRun, 'app')).toBe(paceOf(options, 'app'));
  expect(paceOf(options, 'other')).not.toBe(paceOf(options, 'app'));
  expect(paceOf({ ...options, holder: 'two' }, 'app')).not.toBe(paceOf(options, 'app'));
  expect(paceOf({ ...options, database: { dialect: 'sqlite' } as Database }, 'app')).not.toBe(paceOf(options, 'app'));
});

test('a call whose turn comes after the lease has lapsed does not begin, and leaves its place to the next one', async () => {
  let holds = true;
  let underWay = 0;
  const pace: Pace = {
    take: async () => {
      underWay += 1;
      // The process stood still meanwhile.
      holds = false;
      return () => void (underWay -= 1);
    },
    holdUntil: async () => {},
  };
  const held = heldPace(pace, { run: 7, mayBegin: () => holds, isHeld: () => holds });
  await expect(held.take('writes', {}, new AbortController().signal)).rejects.toThrow(LostLease);
  expect(underWay).toBe(0);
});
