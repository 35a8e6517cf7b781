// Runs as lists show them: by job, state, mode, cause and time, newest first; short ones by the hour.
import { describe, expect, it } from 'vitest';
import type { Database } from '../database.ts';
import type { RunFilter } from '../run-list.ts';
import { change, endRun, newRun, plan, withJobs } from './rows.ts';
import { changeList, course, endedRunsStore, runList, runs } from './watched.ts';

const HOUR = 3_600_000;

export function describeRunList(open: () => Promise<Database>): void {
  describe('lists of runs', () => {
    it('say which have ended since the last look, each once, those that were open before included', async () => {
      const database = await open();
      await withJobs(database);
      const old = await newRun(database, { mode: 'keys' });
      await endRun(database, old);
      const long = await newRun(database, { mode: 'keys' });
      const watch = endedRunsStore.endedRuns(database);
      expect(await watch.look()).toEqual([]);
      const [short, later] = [await newRun(database, { mode: 'keys' }), await newRun(database, { mode: 'keys' })];
      await endRun(database, short, 'failed');
      const ended = async () => (await watch.look()).map((run) => [run.id, run.state]);
      expect(await ended()).toEqual([[short, 'failed']]);
      await endRun(database, long);
      await endRun(database, later);
      expect((await Promise.all([ended(), ended()])).flat().sort()).toEqual([
        [long, 'succeeded'],
        [later, 'succeeded'],
      ]);
      expect(await ended()).toEqual([]);
    });

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

    it('become days of a clock: what was counted by direction, how late events were, what began to differ', async () => {
      const database = await open();
      await withJobs(database);
      const ran = async (
        hour: number,
        cause: string,
        counts: Record<string, number>,
        tookMs: number,
        more: { readonly dryRun?: boolean } = {},
      ) => {
        const at = hour * HOUR;
        const run = await newRun(database, { job: 1, cause, now: at, mode: 'keys', ...more });
        await endRun(database, run);
        await database.write(async (transaction) => {
          await transaction.run(
            'UPDATE run SET queued_at = ?, ended_at = ?, counts = ? WHERE id = ?',
            at,
            at + tookMs,
            JSON.stringify(counts),
            run,
          );
        });
      };
      await ran(1, 'event', { 'applied.create': 2, read: 9 }, 100);
      await ran(2, 'event', { 'applied.create': 3, failed: 1 }, 300);
      await ran(23, 'schedule', { 'applied.create': 4 }, 9_000);
      await ran(24, 'event', { 'applied.create': 100 }, 50, { dryRun: true });
      const span = { from: 0, aheadMs: 0 };
      const names = ['applied.create', 'failed'];
      expect(await course.countsByDay(database, names, span)).toEqual([
        { day: 0, direction: 'up', name: 'applied.create', count: 9 },
        { day: 0, direction: 'up', name: 'failed', count: 1 },
      ]);
      expect(
        (await course.countsByDay(database, names, { ...span, aheadMs: 2 * HOUR })).map((row) => [row.day, row.name, row.count]),
      ).toEqual([
        [0, 'applied.create', 5],
        [0, 'failed', 1],
        [1, 'applied.create', 4],
      ]);
      expect(await course.countsByDay(database, names, { from: 3 * HOUR, aheadMs: 0, job: 1 })).toMatchObject([{ count: 4 }]);
      expect(await course.countsByDay(database, names, { ...span, job: 2 })).toEqual([]);
      expect(await course.lagByDay(database, span)).toEqual([{ day: 0, runs: 2, usual: 200, worst: 300 }]);
      expect(await course.driftByDay(database, span)).toEqual([]);
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

    it('of changes are counted by department, as the filter finds them, and say how many were looked at', async () => {
      const database = await open();
      await withJobs(database);
      const edge = (to: string, op: 'add' | 'remove') =>
        ({ relation: 'membership', to_type: 'department', to_id: to, op, facts: '{}', facts_before: null }) as const;
      await database.write(async (transaction) => {
        for (const [owner, department] of [
          ['d-stays', 'sales'],
          ['d-moves', 'sales'],
          ['d-both', 'sales'],
          ['d-both', 'finance'],
        ])
          await transaction.run(
            `INSERT INTO edge (owner, relation, to_type, to_id, tree, job, facts) VALUES (?, 'membership', 'department', ?, '', 1, '{}')`,
            owner!,
            department!,
          );
      });
      // Those of another run count for nothing.
      await plan(database, await newRun(database, { mode: 'keys' }), [change('stays'), change('both')]);
      const run = await newRun(database);
      await plan(database, run, [
        change('stays'),
        change('moves', { edges: [edge('sales', 'remove'), edge('finance', 'add')] }),
        change('both'),
        change('itself', { type: 'department', directory_id: 'sales' }),
        change('nowhere'),
        change('new', { action: 'create', edges: [edge('design', 'add')] }),
      ]);
      const counted = (most: number, among: number) => changeList.departmentsOfChanges(database, run, { most, among });
      const all = [
        { department: 'sales', count: 4 },
        { department: 'finance', count: 2 },
        { department: 'design', count: 1 },
      ];
      expect(await counted(9, 6)).toEqual({ shares: all, departments: 3, isWhole: true });
      expect(await counted(1, 100)).toEqual({ shares: all.slice(0, 1), departments: 3, isWhole: true });
      expect(await counted(9, 5)).toMatchObject({ departments: 2, isWhole: false });
      for (const { department, count } of all)
        expect((await changeList.changePage(database, { run, after: 0, limit: 9, department })).rows).toHaveLength(count);
      expect(await changeList.departmentsOfChanges(database, 999, { most: 9, among: 9 })).toEqual({
        shares: [],
        departments: 0,
        isWhole: true,
      });
    });

    it('of changes tell what took an object out of use, once it is written', async () => {
      const database = await open();
      await withJobs(database);
      const run = await newRun(database);
      const out = (key: string, id: string, situation: string) => change(key, { action: 'disable', directory_id: id, situation });
      await plan(database, run, [
        out('a', 'p1', 'gone'),
        out('b', 'p2', 'departed'),
        change('c', { directory_id: 'p1' }),
        out('d', 'p1', 'changed'),
      ]);
      const told = async () =>
        (await changeList.disablesOf(database, ['p1', 'p3'])).map((one) => [one.job, one.directory_id, one.situation]);
      expect(await told()).toEqual([]);
      await database.write((transaction) =>
        transaction.run(`UPDATE change SET state = 'applied' WHERE run = ? AND source_key <> 'd'`, run),
      );
      expect(await told()).toEqual([[1, 'p1', 'gone']]);
    });
  });
}
