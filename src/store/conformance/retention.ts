// What is forgotten after its time: runs that nothing needs, with all that is theirs; entries of the history that something newer follows.
import { describe, expect, it } from 'vitest';
import type { Database } from '../database.ts';
import { change, changesOf, endRun, item, newRun, plan, sorted, withJobs } from './rows.ts';
import { asOf, directory, held, jobs, ledger, notices, problems, realTime, retention, runs, upkeep } from './watched.ts';

export function describeRetention(open: () => Promise<Database>): void {
  describe('retention', () => {
    const ended = async (database: Database, more: Parameters<typeof newRun>[1] = {}, state = 'succeeded'): Promise<number> => {
      const run = await newRun(database, more);
      await endRun(database, run, state);
      return run;
    };

    it('of runs spares what a question, a change under way, a problem, an undo or the next run of its job needs', async () => {
      const database = await open();
      await withJobs(database);
      const write = database.write.bind(database);
      const plain = await ended(database);
      const asks = await ended(database);
      await plan(database, asks, [change('a', { action: 'remove' })]);
      const rows = await changesOf(database, asks);
      await write((transaction) => held.putHeld(transaction, asks, rows, { now: 1, expiresAt: 9 }));
      const sent = await ended(database);
      await plan(database, sent, [change('b')]);
      await write(async (transaction) =>
        ledger.patchChanges(transaction, [{ id: (await changesOf(database, sent))[0]!.id, state: 'waiting', at: 1 }]),
      );
      const trouble = await ended(database);
      await write((transaction) => upkeep.putItems(transaction, [item('c', { last_run: trouble })]));
      const undone = await ended(database);
      const undo = await write((transaction) =>
        runs.createRun(transaction, {
          job: 1,
          mode: 'keys',
          dryRun: false,
          cause: 'undo',
          actor: 'test',
          version: 1,
          now: 1,
          order: { kind: 'run', run: undone, made: 'disable' },
        }),
      );
      expect([await retention.isAskedFor(database, undone), await retention.isAskedFor(database, plain)]).toEqual([true, false]);
      await endRun(database, undo);
      expect(await retention.isAskedFor(database, undone)).toBe(false);
      const short = await ended(database, { mode: 'keys' });
      const last = await ended(database);
      const needed = await retention.neededRuns(database);
      expect(sorted(needed)).toEqual(sorted([asks, sent, trouble, undone, last]));
      expect([plain, undo, short].some((run) => needed.has(run))).toBe(false);

      const old = await retention.oldRuns(database, { runs: 10, dryRuns: 10 }, 0, 99);
      expect(old).toHaveLength(8);
      expect(old[0]).toEqual({ id: plain, dryRun: false });
      expect(await retention.oldRuns(database, { runs: 9, dryRuns: 99 }, 0, 99)).toEqual([]);
      expect(await retention.oldRuns(database, { runs: 10, dryRuns: 10 }, plain, 2)).toHaveLength(2);
    });

    it('drops a run piece by piece: first it is no longer whole, at last its row is gone', async () => {
      const database = await open();
      const run = await newRun(database, { mode: 'keys', keys: ['a', 'b'].map((id) => ({ type: 'person', id })) });
      const other = await newRun(database);
      const edge = { relation: 'membership', to_type: 'department', to_id: 'd', op: 'add', facts: '{}', facts_before: null } as const;
      await plan(
        database,
        run,
        ['a', 'b', 'c'].map((key) => change(key, { edges: [edge] })),
      );
      await plan(database, other, [change('z', { edges: [edge] })]);
      expect(await retention.countChanges(database, [run, other])).toBe(4);
      const once = <T>(work: Parameters<typeof database.write<T>>[0]): Promise<T> => database.write(work);
      expect(await once((transaction) => retention.beginForgetting(transaction, run, 7))).toBe(1);
      await once((transaction) => retention.beginForgetting(transaction, run, 9));
      expect(await runs.getRun(database, run)).toMatchObject({ forgottenAt: 7 });
      const dropped: number[] = [];
      for (let n = 0; n < 3; n++) dropped.push(await once((transaction) => retention.dropChanges(transaction, run, 2)));
      expect(dropped).toEqual([2, 1, 0]);
      expect(await once((transaction) => retention.dropRest(transaction, run, 1))).toBe(1);
      expect(await once((transaction) => retention.dropRest(transaction, run, 9))).toBe(1);
      expect(await runs.getRun(database, run)).toBeDefined();
      expect(await once((transaction) => retention.dropRest(transaction, run, 9))).toBe(0);
      expect(await runs.getRun(database, run)).toBeUndefined();
      expect(await database.all('SELECT change FROM change_edge')).toHaveLength(1);
      expect(await retention.countChanges(database, [run, other])).toBe(1);
    });

    it('of answered questions, mended problems and notices goes by their time', async () => {
      const database = await open();
      const run = await newRun(database);
      await plan(
        database,
        run,
        ['a', 'b'].map((key) => change(key, { action: 'remove' })),
      );
      const rows = await changesOf(database, run);
      await database.write((transaction) => held.putHeld(transaction, run, rows, { now: 1, expiresAt: 9 }));
      const [first] = await held.heldOf(database, 1, 'person', ['a']);
      await database.write((transaction) => held.decideHeld(transaction, [first!.id], 'superseded', 'ann', 5));
      expect([await retention.countAnswered(database, 5), await retention.countAnswered(database, 6)]).toEqual([0, 1]);
      expect(await database.write((transaction) => retention.dropAnswered(transaction, 6, 9))).toBe(1);
      expect(await held.listHeld(database, { states: ['open', 'superseded'], after: 0, limit: 9 })).toHaveLength(1);
      expect([await notices.countOldNotices(database, 9), await problems.countOldFixed(database, 9)]).toEqual([0, 0]);
    });

    it('of the history leaves the last entry of each object, those of named runs, and what somebody has still to follow', async () => {
      const database = await open();
      await withJobs(database);
      const entry = (id: string) => ({ type: 'person', id, action: 'update', before: null, after: '{}', change: null, edges: [] });
      const append = (run: number | null, ...ids: string[]): Promise<unknown> =>
        database.write((transaction) => directory.appendHistory(transaction, ids.map(entry), { at: 1, run, job: null, actor: 'test' }));
      await append(null, 'a', 'b');
      await append(3, 'a');
      await append(null, 'a', 'c');
      const places = async (until: number, without: number[] = []) =>
        (await retention.oldEntries(database, until, without, { seq: 0, n: -1 }, 99)).map((one) => `${one.seq}.${one.n}`);
      expect(await places(99)).toEqual(['1.0', '2.0']);
      expect(await places(1)).toEqual(['1.0']);
      expect(await places(99, [3])).toEqual(['1.0']);
      expect(await retention.oldEntries(database, 99, [], { seq: 1, n: 0 }, 1)).toEqual([{ seq: 2, n: 0 }]);
      expect(await database.write((transaction) => retention.dropEntries(transaction, [{ seq: 1, n: 0 }]))).toBe(1);
      expect(await places(99)).toEqual(['2.0']);
      expect(await asOf.placeAt(database, 1)).toBe(3);

      expect(await retention.followedUntil(database)).toBe(Number.MAX_SAFE_INTEGER);
      const patch = (of: Parameters<typeof jobs.patchJob>[2]) => database.write((transaction) => jobs.patchJob(transaction, 2, of));
      await patch({ state: 'enabled', cursor: '2' });
      expect(await retention.followedUntil(database)).toBe(2);
      await database.write((transaction) => realTime.putFeed(transaction, 2, 1));
      expect(await retention.followedUntil(database)).toBe(1);
      await database.write((transaction) => retention.loseThread(transaction, 3));
      expect(await realTime.feedOf(database, 2)).toBe(1);
      await patch({ state: 'disabled' });
      expect(await retention.followedUntil(database)).toBe(Number.MAX_SAFE_INTEGER);
      await database.write((transaction) => retention.loseThread(transaction, 3));
      expect([(await jobs.getJob(database, 2))!.cursor, await realTime.feedOf(database, 2)]).toEqual([null, null]);
    });
  });
}
