// A job's versions, what its runs have shown, what they plan, and what goes when it goes.
import { describe, expect, it } from 'vitest';
import type { Database, Transaction } from '../database.ts';
import type { JobRow } from '../jobs.ts';
import { change, claim, endRun, newRun, plan, seen, withJobs } from './rows.ts';
import { contributions, forecast, jobRemoval, jobs, links, mirror, runs } from './watched.ts';

const job = async (database: Database, id: number): Promise<JobRow> => (await jobs.getJob(database, id))!;

const says = (job: number, key: string, directoryId = `d-${key}`) => ({
  job,
  type: 'person',
  external_id: key,
  directory_id: directoryId,
  data: '{}',
  relations: '[]',
});

/** Job 3: a second job of the same connection and direction as job 1. */
const withRival = (transaction: Transaction): Promise<number> =>
  jobs.putJob(transaction, {
    id: 3,
    name: 'rival',
    connection: 'hr',
    direction: 'up',
    rank: 50,
    settings: '{}',
    effectiveHash: 'h',
    now: 1,
    by: 'test',
  });

export function describeJobLife(open: () => Promise<Database>): void {
  describe('the life of a job', () => {
    it('keeps every version with who saved it and when, newest first, page by page', async () => {
      const database = await open();
      await withJobs(database);
      for (const version of [2, 3])
        await database.write((transaction) =>
          jobs.putJob(transaction, {
            id: 1,
            name: 'up',
            connection: 'hr',
            direction: 'up',
            rank: 100,
            settings: `{"v":${version}}`,
            effectiveHash: 'h',
            now: version,
            by: `admin ${version}`,
          }),
        );
      const page = await jobs.jobVersions(database, 1, 99, 2);
      expect(page.map((row) => [row.version, row.settings, row.saved_at, row.saved_by])).toEqual([
        [3, '{"v":3}', 3, 'admin 3'],
        [2, '{"v":2}', 2, 'admin 2'],
      ]);
      expect((await jobs.jobVersions(database, 1, 2, 2)).map((row) => row.version)).toEqual([1]);
      expect(await jobs.jobVersions(database, 7, 99, 2)).toEqual([]);
    });

    it('has shown its plan once a run of it has ended well, and not by a run that was cancelled or is under way', async () => {
      const database = await open();
      await withJobs(database);
      const first = await newRun(database);
      expect(await runs.hasShownPlan(database, 1)).toBe(false);
      await endRun(database, first, 'cancelled');
      expect(await runs.hasShownPlan(database, 1)).toBe(false);
      const good = await newRun(database);
      await endRun(database, good, 'warnings');
      expect(await runs.hasShownPlan(database, 1)).toBe(true);
      expect([await runs.hadGoodFullRun(database, 1, good), await runs.hadGoodFullRun(database, 1, good + 1)]).toEqual([false, true]);
      expect(await runs.hasShownPlan(database, 2)).toBe(false);
    });

    it('knows the dry runs that were made over the plan of a run, in their order', async () => {
      const database = await open();
      await withJobs(database);
      const over = async (job: number, overPlan: number): Promise<number> => {
        const run = await database.write((transaction) =>
          runs.createRun(transaction, {
            job,
            mode: 'full',
            dryRun: true,
            cause: 'manual',
            actor: 'test',
            version: 1,
            now: 1,
            overPlan,
          }),
        );
        await endRun(database, run);
        return run;
      };
      const base = await newRun(database);
      await endRun(database, base);
      const other = await newRun(database);
      const made = [await over(2, base), await over(2, base)];
      await over(2, other);
      expect(await runs.runsOver(database, base)).toEqual(made);
      expect(await runs.runsOver(database, 999)).toEqual([]);
    });

    it('tells what plans would do to some objects, without what they may not do', async () => {
      const database = await open();
      await withJobs(database);
      const run = await newRun(database);
      await plan(database, run, [
        change('a'),
        change('b'),
        change('b', { action: 'disable' }),
        change('b', { action: 'disable', aspect: 'again' }),
        change('c', { type: 'department' }),
      ]);
      await endRun(database, run);
      const refused = await newRun(database);
      await plan(database, refused, [change('a')]);
      await database.write((transaction) => transaction.run(`UPDATE change SET state = 'refused' WHERE run = ?`, refused));
      const found = async (runs: readonly number[], keys: readonly string[]) =>
        (await forecast.plannedFor(database, runs, 1, 'person', keys)).map((row) => `${row.run} ${row.action} ${row.source_key}`);
      expect(await found([run, refused], ['b', 'c'])).toEqual([`${run} update b`, `${run} disable b`, `${run} disable b`]);
      expect([await found([refused], ['a']), await found([], ['a']), await found([run], [])]).toEqual([[], [], []]);
    });

    it('shows the departments of its source: what the system showed for a job upstream, the directory for one downstream', async () => {
      const database = await open();
      await withJobs(database);
      await database.write((transaction) =>
        mirror.putMirror(transaction, 'hr', 'department', [seen('d2'), seen('d1')], 1, new Set(['d1', 'd2'])),
      );
      expect((await jobs.departmentsOf(database, await job(database, 1))).map((row) => row.id)).toEqual(['d1', 'd2']);
      expect(await jobs.departmentsOf(database, await job(database, 2))).toEqual([]);
    });

    it('tells what loses its owner when it goes, and not what another job speaks of', async () => {
      const database = await open();
      await withJobs(database);
      await database.write(async (transaction) => {
        await withRival(transaction);
        await links.putClaims(transaction, [claim('a'), claim('b'), claim('c')], 1);
        await links.putClaims(transaction, [claim('c', { job: 3 })], 1);
        await contributions.acceptContributions(transaction, 1, [says(1, 'a'), says(1, 'b'), says(1, 'c'), says(3, 'c')]);
      });
      const losing = await jobRemoval.losingTheirOwner(database, await job(database, 1), ['', ''], 100);
      expect(losing.map((row) => row.directory_id)).toEqual(['d-a', 'd-b']);
      const second = await jobRemoval.losingTheirOwner(database, await job(database, 1), ['person', losing[0]!.key], 100);
      expect(second.map((row) => row.directory_id)).toEqual(['d-b']);
      expect(await jobRemoval.countClaims(database, 1)).toEqual([{ type: 'person', count: 3 }]);
      expect(await jobRemoval.countLosing(database, await job(database, 1))).toEqual([{ type: 'person', count: 2 }]);
      expect(await jobRemoval.countLosing(database, await job(database, 2))).toEqual([]);
      expect(await jobRemoval.countWaiting(database, 1)).toBe(0);
    });

    it.each([
      ['keep', ['a', 'b']],
      ['cut', ['b']],
    ] as const)('goes with its word and its claims; links: %s', async (wish, left) => {
      const database = await open();
      await withJobs(database);
      await database.write(async (transaction) => {
        await withRival(transaction);
        await links.putClaims(transaction, [claim('a'), claim('b'), claim('b', { job: 3 })], 1);
        await links.putLinks(
          transaction,
          'hr',
          ['a', 'b'].map((key) => ({ type: 'person', externalId: key, directoryId: `d-${key}`, madeBy: 'test' })),
          1,
        );
        await contributions.acceptContributions(transaction, 1, [says(1, 'a'), says(1, 'b'), says(3, 'b')]);
      });
      // By its last version it is called what it was, though it is not there any more.
      const gone = await job(database, 1);
      const called = '{"name":"renamed"}';
      await database.write((transaction) =>
        jobs.putJob(transaction, { ...gone, name: 'renamed', settings: called, effectiveHash: 'h', now: 2, by: 'anna' }),
      );
      expect(await jobs.removedJobs(database)).toEqual([]);
      await database.write((transaction) => jobRemoval.removeJob(transaction, gone, wish));
      expect(await jobs.getJob(database, 1)).toBeUndefined();
      expect((await jobs.removedJobs(database)).map((row) => [Number(row.job), row.settings])).toEqual([[1, called]]);
      expect((await contributions.contributionsOf(database, ['d-a', 'd-b'])).map((row) => row.job)).toEqual([3]);
      expect(await links.claimsOf(database, 1, 'person', ['a', 'b'])).toEqual([]);
      expect((await links.linksByExternal(database, 'hr', 'person', ['a', 'b'])).map((row) => row.external_id)).toEqual(left);
      const due = await database.all<{ job: number; source_key: string }>(`SELECT job, source_key FROM due WHERE what = 'review'`);
      expect(due.map((row) => [row.job, row.source_key])).toEqual([[3, 'b']]);
    });
  });
}
