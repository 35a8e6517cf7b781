// Runs as lists show them: by job, state, mode, cause and time, newest first; short ones by the hour.
import { describe, expect, it } from 'vitest';
import type { Database } from '../database.ts';
import type { RunFilter } from '../run-list.ts';
import { change, endRun, newRun, plan, withJobs } from './rows.ts';
import { changeList, runList, runs } from './watched.ts';

const HOUR = 3_600_000;

export function describeRunList(open: () => Promise<Database>): void {
  describe('lists of runs', () => {
    it('are filtered by each of what people ask for, and end where nothing is left', async () => {
      const database = await open();
      await withJobs(database);
      const made: number[] = [];
      for (const [job, mode, cause, state, hour] of [
        [1, 'full', 'schedule', 'succeeded', 0],
        [1, 'keys', 'event', 'succeeded', 0],
        [1, 'keys', 'event', 'failed', 0],
        [2, 'keys', 'event', 'warnings', 0],
        [1, 'full', 'manual', 'failed', 5],
        [1, 'keys', 'event', 'partly-failed', 9],
      ] as const) {
        made.push(await newRun(database, { job, mode, cause, now: hour * HOUR + 60_000 + made.length }));
        await endRun(database, made.at(-1)!, state);
      }
      const page = async (filter: Omit<RunFilter, 'limit'>, limit = 9) =>
        (await runList.runPage(database, { ...filter, limit })).map((run) => made.indexOf(run.id) + 1);
      expect(await page({})).toEqual([6, 5, 4, 3, 2, 1]);
      expect(await page({ before: made[4]! }, 2)).toEqual([4, 3]);
      expect(await page({ job: 2 })).toEqual([4]);
      expect(await page({ states: ['failed', 'partly-failed'] })).toEqual([6, 5, 3]);
      expect(await page({ states: ['failed', 'partly-failed'] }, 2)).toEqual([6, 5]);
      expect(await page({ job: 1, states: ['succeeded'], modes: ['keys'] })).toEqual([2]);
      expect(await page({ modes: ['full', 'incremental'] })).toEqual([5, 1]);
      expect(await page({ cause: 'manual' })).toEqual([5]);
      expect(await page({ from: HOUR, until: 6 * HOUR })).toEqual([5]);
      expect(await page({ from: 10 * HOUR })).toEqual([]);
      expect(await page({ until: 5 })).toEqual([]);
      expect(await runs.runsById(database, [made[1]!, 999])).toMatchObject([{ id: made[1] }]);

      const hours = await runList.runHours(database, { limit: 9 });
      expect(hours.next).toBe(null);
      expect(
        hours.rows.map((row) => [row.from / HOUR, row.job, row.runs, row.failed, row.warnings, made.indexOf(row.lastRun) + 1]),
      ).toEqual([
        [9, 1, 1, 1, 0, 6],
        [0, 1, 2, 1, 0, 3],
        [0, 2, 1, 0, 1, 4],
      ]);
      const first = await runList.runHours(database, { limit: 1, job: 1 });
      expect([first.rows.length, first.next]).toEqual([1, 9 * HOUR]);
      expect((await runList.runHours(database, { limit: 1, job: 2, before: first.next! })).rows).toMatchObject([{ job: 2, runs: 1 }]);
    });

    it('of changes tell a move, another identifier and another leader from other updates', async () => {
      const database = await open();
      await withJobs(database);
      const run = await newRun(database);
      const leader = { relation: 'leader', to_type: 'person', to_id: 'p', op: 'add', facts: '{}', facts_before: null } as const;
      await plan(database, run, [
        change('a', { action: 'create', kinds: '|create|' }),
        change('b', { kinds: '|move|update:title|' }),
        change('c', { kinds: '|update:identifying:email|' }),
        change('d', { type: 'department', kinds: '||', edges: [leader] }),
        change('e'),
      ]);
      const keys = async (filter: object) =>
        (await changeList.changePage(database, { run, after: 0, limit: 9, ...filter })).rows.map((row) => row.source_key).join('');
      expect(await keys({ actions: ['update'] })).toBe('bcde');
      expect(await keys({ deeds: ['move', 'leader'] })).toBe('bd');
      expect(await keys({ actions: ['create'], deeds: ['move'] })).toBe('');
      expect(await keys({ deeds: ['identifier'], states: ['planned'] })).toBe('c');
    });
  });
}
