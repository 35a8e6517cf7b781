// The log of a server or worker: lines of JSON, at a level that an alarm can go by.
import { expect, it } from 'vitest';
import type { RunRow } from '../store/runs.ts';
import { logOf, noteSettled } from './log.ts';

function logged(level: string) {
  const lines: string[] = [];
  return { log: logOf(level, { write: (line) => void lines.push(line) }), read: () => lines.map((line) => JSON.parse(line) as object) };
}

it('says faults as errors and interruptions as warnings, also when nothing less is wanted', () => {
  const { log, read } = logged('warn');
  log('fault', { error: 'x' });
  log('run-taken-over', { run: 3 });
  log('worker-ready');
  log('stage', { run: 3 });
  expect(read()).toEqual([
    { level: 50, time: expect.any(Number) as number, error: 'x', msg: 'fault' },
    { level: 40, time: expect.any(Number) as number, run: 3, msg: 'run-taken-over' },
  ]);
});

it('names run and job when a run has ended or goes on later', () => {
  const { log, read } = logged('info');
  const row = { id: 7, job: 2, mode: 'keys', state: 'succeeded', startedAt: 10, endedAt: 25 } as RunRow;
  noteSettled(log)(row);
  noteSettled(log)({ ...row, state: 'waiting', endedAt: null });
  expect(read()).toMatchObject([
    { msg: 'run-settled', run: 7, job: 2, ms: 15 },
    { msg: 'run-settled', run: 7, job: 2, state: 'waiting' },
  ]);
});
