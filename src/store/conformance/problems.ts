// Problems: grouped by cause, marked, retried together, waived, kept as mended.
import { describe, expect, it } from 'vitest';
import type { Database } from '../database.ts';
import type { FixedPlace } from '../problems.ts';
import { change, item, newRun, plan, sorted } from './rows.ts';
import { ledger, problems, runs, upkeep } from './watched.ts';

export function describeProblems(open: () => Promise<Database>): void {
  describe('problems by cause', () => {
    const put = (database: Database, ...items: ReturnType<typeof item>[]): Promise<void> =>
      database.write((transaction) => upkeep.putItems(transaction, items));
    const invalid = { job: 1, type: 'person', cause: 'apply:invalid', attribute: '' } as const;

    it('are counted and listed by group, marked and retried by key, by kind or all', async () => {
      const database = await open();
      await put(
        database,
        item('a'),
        item('b', { state: 'dead', next_at: null }),
        item('c', { cause: 'mapping', attribute: 'mail', state: 'open', next_at: null }),
        item('?line 7', { cause: 'unreadable', state: 'open', next_at: null }),
        item('a', { job: 2, cause: 'apply:waiting-for-person', state: 'waiting', next_at: 5 }),
      );
      const counted = await problems.countGroups(database, 1);
      expect(sorted(counted.map((row) => `${row.cause} ${row.attribute} ${row.state} ${row.triage} ${row.count}`))).toEqual([
        'apply:invalid  dead new 1',
        'apply:invalid  retrying new 1',
        'mapping mail open new 1',
        'unreadable  open new 1',
      ]);
      expect(await problems.countGroups(database, 0)).toHaveLength(5);
      expect((await problems.groupPage(database, invalid, '', 9)).map((row) => row.source_key)).toEqual(['a', 'b']);
      expect((await problems.groupPage(database, invalid, 'a', 9)).map((row) => row.source_key)).toEqual(['b']);

      // Somebody who must act first is looked at again, but what was waived is not.
      expect((await upkeep.dueItems(database, 99, 9)).map((row) => [row.job, row.source_key])).toEqual([
        [2, 'a'],
        [1, 'a'],
      ]);
      const said = { triage: 'waived', note: 'as agreed', by: 'ann', at: 3 } as const;
      const mark = (choice: Parameters<typeof problems.triageProblems>[2]) =>
        database.write((transaction) => problems.triageProblems(transaction, 1, choice, said));
      expect(await mark({ cause: 'apply:invalid', attribute: 'mail' })).toBe(0);
      expect(await mark({ cause: 'apply:invalid', keys: [{ type: 'person', id: 'a' }] })).toBe(1);
      expect((await upkeep.dueItems(database, 99, 9)).map((row) => row.job)).toEqual([2]);
      expect((await problems.groupPage(database, invalid, '', 1))[0]).toMatchObject({
        triage: 'waived',
        note: 'as agreed',
        triage_by: 'ann',
        triage_at: 3,
      });
      // The same trouble again stays waived; another one is new.
      await put(database, item('a', { last_run: 2 }));
      expect((await problems.groupPage(database, invalid, '', 1))[0]).toMatchObject({ triage: 'waived', attempts: 2 });
      expect(await problems.countWaived(database, 1, 2)).toEqual({ data: 0, writing: 1 });
      expect(await problems.countWaived(database, 2, 2)).toEqual({ data: 0, writing: 0 });
      await put(database, item('a', { last_run: 2, cause: 'apply:conflict' }));
      expect(await problems.countWaived(database, 1, 2)).toEqual({ data: 0, writing: 0 });
      expect(await mark({ cause: 'mapping' })).toBe(1);
      expect(await problems.countWaived(database, 1, 1)).toEqual({ data: 1, writing: 0 });

      const run = await newRun(database, { mode: 'keys' });
      const look = (choice: Parameters<typeof problems.lookAtProblems>[2]) =>
        database.write((transaction) => problems.lookAtProblems(transaction, 1, choice, run));
      expect([await problems.hasRetriable(database, 1, { cause: 'unreadable' }), await look({ cause: 'unreadable' })]).toEqual([false, 0]);
      expect([await problems.hasRetriable(database, 1, { cause: 'mapping' }), await look({ cause: 'mapping' })]).toEqual([true, 1]);
      await look({});
      expect(await runs.runKeys(database, run, 'person', '', 9)).toEqual(['a', 'b', 'c']);
      await database.write((transaction) => problems.reviveProblems(transaction, 1, { cause: 'apply:invalid' }, 40));
      expect(
        (await problems.groupPage(database, invalid, '', 9)).map((row) => [row.source_key, row.state, row.attempts, row.next_at]),
      ).toEqual([['b', 'retrying', 0, 40]]);
    });

    it('stay for a while as mended, newest first', async () => {
      const database = await open();
      const old = { last_run: 0 };
      await put(database, item('a', old), item('b', old), item('a', { job: 2, ...old }));
      const later = await newRun(database, { now: 70, mode: 'keys' });
      const last = await newRun(database, { now: 90, mode: 'keys' });
      const mend = (job: number, run: number, ...keys: string[]) =>
        database.write((transaction) => upkeep.mendItems(transaction, job, 'person', keys, run, 'writing'));
      expect([await mend(1, later, 'a', 'b'), await mend(1, later, 'a', 'b')]).toEqual([2, 0]);
      await put(database, item('a', { last_run: later }));
      await mend(1, last, 'a');
      await mend(2, last, 'a');
      const shown = async (job: number, before?: FixedPlace, limit = 9) =>
        (await problems.fixedPage(database, job, before, limit)).map(
          (row) => `${row.job}${row.source_key} ${row.fixed_run} ${row.fixed_at}`,
        );
      expect(await shown(0)).toEqual([`2a ${last} 90`, `1a ${last} 90`, `1b ${later} 70`, `1a ${later} 70`]);
      expect(await shown(1, undefined, 1)).toEqual([`1a ${last} 90`]);
      expect(await shown(1, [90, 1, 'person', 'a', '', last])).toEqual([`1b ${later} 70`, `1a ${later} 70`]);
      const trim = () => database.write((transaction) => problems.trimFixed(transaction, 80, 1));
      expect([await trim(), await trim(), await trim()]).toEqual([1, 1, 0]);
      expect(await shown(0)).toHaveLength(2);
    });

    it('that wait for a person end the waiting of earlier runs', async () => {
      const database = await open();
      const run = await newRun(database);
      const first = await plan(database, run, [change('a'), change('b')]);
      await database.write((transaction) =>
        ledger.patchChanges(
          transaction,
          [first, first + 1].map((id) => ({ id, state: 'waiting', at: 1 })),
        ),
      );
      expect(await problems.anybodyWaits(database, 1)).toBe(false);
      await put(database, item('a', { state: 'waiting' }));
      expect([await problems.anybodyWaits(database, 1), await problems.anybodyWaits(database, 2)]).toEqual([true, false]);
      const end = (by: number) => database.write((transaction) => problems.endWaits(transaction, 1, by, 'person', ['a']));
      expect([await end(run), await end(run + 1)]).toEqual([0, 1]);
    });
  });
}
