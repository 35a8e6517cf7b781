// The rate budget belongs to the connection: whatever run of a worker asks for it, long or short, it is the same one.
import { expect, test } from 'vitest';
import { systemClock } from '../connector-kit/clock.ts';
import type { Database } from '../store/database.ts';
import type { EngineOptions } from './context.ts';
import { paceOf } from './endpoint.ts';

test('a connection has one budget for all runs of a worker, and another worker has its own way to it', () => {
  const options = { database: { dialect: 'sqlite' } as Database, clock: systemClock, holder: 'one' } as EngineOptions;
  const longRun = { ...options, between: async () => {} };
  expect(paceOf(longRun, 'app')).toBe(paceOf(options, 'app'));
  expect(paceOf(options, 'other')).not.toBe(paceOf(options, 'app'));
  expect(paceOf({ ...options, holder: 'two' }, 'app')).not.toBe(paceOf(options, 'app'));
  expect(paceOf({ ...options, database: { dialect: 'sqlite' } as Database }, 'app')).not.toBe(paceOf(options, 'app'));
});
