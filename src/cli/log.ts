// The log of whatever runs until it is stopped: an event a line, at a level that says whether somebody should look, runs with their job.
import pino from 'pino';
import type { RunRow } from '../store/runs.ts';

export type Log = (event: string, fields?: Record<string, unknown>) => void;

/** Events that somebody should look at. */
const levels: Readonly<Record<string, 'error' | 'warn' | 'debug'>> = {
  fault: 'error',
  'run-fault': 'error',
  'engine-thread': 'error',
  'serving-lost': 'error',
  'event-rejected': 'warn',
  'watch-broken': 'warn',
  'run-taken-over': 'warn',
  'restored-installation': 'warn',
  'serving-interrupted': 'warn',
  'other-version': 'warn',
  'queue-away': 'warn',
  'queue-unprepared': 'warn',
  'waits-for-server': 'warn',
  'key-not-moved': 'warn',
  stage: 'debug',
};

/** `to`: where lines go instead of standard output. */
export function logOf(level: string, to?: pino.DestinationStream): Log {
  const logger = to ? pino({ level, base: null }, to) : pino({ level, base: null });
  return (event, fields = {}) => logger[levels[event] ?? 'info'](fields, event);
}

/** The line of a run that ended, waits, or was put back. */
export const noteSettled =
  (log: Log) =>
  ({ id, job, mode, state, startedAt, endedAt }: RunRow): void =>
    log('run-settled', { run: id, job, mode, state, ...(endedAt === null ? {} : { ms: endedAt - (startedAt ?? endedAt) }) });
