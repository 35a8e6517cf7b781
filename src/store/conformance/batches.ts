// Batches of a run in the hands of several workers: nothing twice, nothing lost, nothing after it was taken back.
import { describe, expect, it } from 'vitest';
import type { Database } from '../database.ts';
import { change, changesOf, ids, newRun, plan, sorted, withJobs } from './rows.ts';
import { batches, jobs, ledger, runs, upkeep } from './watched.ts';

export function describeBatches(open: () => Promise<Database>): void {
  describe('batches', () => {
    /** A run that stands at wave 2, with eight changes there and one in wave 4. */
    const standing = async (database: Database): Promise<{ run: number; wave: number; depth: number; size: number }> => {
      const run = await newRun(database);
      await plan(database, run, ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((key) => change(key)).concat(change('z', { wave: 4 })));
      await database.write(async (transaction) => {
        await runs.patchRun(transaction, run, { state: 'running' });
        await batches.shareStep(transaction, run, { wave: 2, depth: 0, size: 3 });
      });
      return { run, wave: 2, depth: 0, size: 3 };
    };
    const claim = (database: Database, step: Parameters<typeof batches.claimBatch>[1], holder: string, until = 100) =>
      database.write((transaction) => batches.claimBatch(transaction, step, holder, until));
    const sent = (database: Database, changes: readonly { id: number }[], state = 'sent') =>
      database.write((transaction) =>
        ledger.patchChanges(
          transaction,
          changes.map(({ id }) => ({ id, state, at: 5 })),
        ),
      );

    it('share the changes of one step out, each to one worker, and those of no other step', async () => {
      const database = await open();
      const step = await standing(database);
      expect(await batches.countFree(database, step)).toBe(8);
      const taken = await Promise.all(['a', 'b', 'c', 'd'].map((holder) => claim(database, step, holder)));
      expect(sorted(taken.flatMap((batch) => batch?.changes.map((row) => row.source_key) ?? []))).toEqual([...'abcdefgh']);
      expect(taken.filter((batch) => batch === null)).toHaveLength(1);
      expect(new Set(taken.flatMap((batch) => batch?.n ?? [])).size).toBe(3);
      expect(await batches.stepsToHelp(database)).toEqual([]);
      expect(await batches.countFree(database, step)).toBe(0);
    });

    it('hold one change of an object at a time', async () => {
      const database = await open();
      const run = await newRun(database);
      await plan(database, run, [change('a', { action: 'enable' }), change('a'), change('b')]);
      await database.write(async (transaction) => {
        await runs.patchRun(transaction, run, { state: 'running' });
        await batches.shareStep(transaction, run, { wave: 2, depth: 0, size: 10 });
      });
      const step = { run, wave: 2, depth: 0, size: 10 };
      const first = (await claim(database, step, 'one'))!;
      expect(first.changes.map((row) => row.action)).toEqual(['enable', 'update']);
      expect(await claim(database, step, 'two')).toBeNull();
      await sent(database, first.changes, 'applied');
      await database.write((transaction) => batches.endBatch(transaction, run, first.n));
      expect((await claim(database, step, 'two'))!.changes.map((row) => row.source_key)).toEqual(['a']);
    });

    it('are offered only where the run stands, while it runs and has something left', async () => {
      const database = await open();
      const step = await standing(database);
      expect(await batches.stepsToHelp(database)).toEqual([step]);
      expect(await claim(database, { ...step, wave: 4 }, 'a')).toBeNull();
      expect(await batches.firstStep(database, step.run)).toEqual({ wave: 2, depth: 0 });
      await database.write((transaction) => runs.patchRun(transaction, step.run, { state: 'waiting' }));
      expect(await batches.stepsToHelp(database)).toEqual([]);
      expect(await claim(database, step, 'a')).toBeNull();
      await database.write(async (transaction) => {
        await runs.patchRun(transaction, step.run, { state: 'running' });
        await batches.shareStep(transaction, step.run, null);
      });
      expect(await claim(database, step, 'a')).toBeNull();
    });

    it('keep the run at its step for as long as something of it is under way', async () => {
      const database = await open();
      const step = { ...(await standing(database)), size: 10 };
      const batch = (await claim(database, step, 'a'))!;
      await sent(database, batch.changes);
      expect(await batches.firstStep(database, step.run)).toEqual({ wave: 2, depth: 0 });
      expect(await batches.inHand(database, await changesOf(database, step.run))).toEqual(new Set(ids(batch.changes)));
      await sent(database, batch.changes, 'applied');
      expect(await batches.firstStep(database, step.run)).toEqual({ wave: 4, depth: 0 });
    });

    it('of one connection are led by one worker at a time, short runs beside long ones', async () => {
      const database = await open();
      await withJobs(database);
      const run = await newRun(database);
      const led = (holder: string, now: number, mode: 'full' | 'keys' = 'full') =>
        runs.isLedElsewhere(database, holder, { job: 2, mode }, now);
      await database.write((transaction) => upkeep.takeLease(transaction, 'run', String(run), 'a', 0, 100));
      expect([await led('b', 99), await led('a', 99), await led('b', 100), await led('b', 99, 'keys')]).toEqual([
        true,
        false,
        false,
        false,
      ]);
      expect([await runs.isLed(database, run, 99), await runs.isLed(database, run, 100), await runs.isLed(database, run + 1, 99)]).toEqual([
        true,
        false,
        false,
      ]);
      await database.write(async (transaction) => {
        await jobs.putConnection(transaction, { id: 'app', connector: 'file', name: 'App', config: '{}' });
        await transaction.run(`UPDATE job SET connection = 'app' WHERE id = 2`);
      });
      expect(await led('b', 99)).toBe(false);
    });

    it('that lapse are taken back: what was sent is unknown, the rest is free, and the number is never given again', async () => {
      const database = await open();
      const step = await standing(database);
      const late = (await claim(database, step, 'late', 100))!;
      await sent(database, late.changes.slice(0, 1));
      expect(await batches.lapsedBatches(database, step.run, 99)).toEqual([]);
      expect(await database.write((transaction) => batches.renewBatch(transaction, step.run, late.n, 200))).toBe(true);
      await database.write((transaction) => batches.takeBack(transaction, step.run, 150));
      expect(await batches.holdsBatch(database, step.run, late.n)).toBe(true);
      await database.write((transaction) => batches.takeBack(transaction, step.run, 200));
      expect(await batches.holdsBatch(database, step.run, late.n)).toBe(false);
      expect(await database.write((transaction) => batches.renewBatch(transaction, step.run, late.n, 900))).toBe(false);
      expect((await changesOf(database, step.run)).slice(0, 3).map((row) => [row.state, row.sent_at])).toEqual([
        ['unknown', 200],
        ['planned', null],
        ['planned', null],
      ]);
      // What turns out not to have happened is planned, and free, again.
      await sent(database, late.changes.slice(0, 1), 'planned');
      const next = (await claim(database, step, 'next'))!;
      expect(next.n).toBeGreaterThan(late.n);
      expect(next.changes.map((row) => row.source_key)).toEqual(['a', 'b', 'c']);
    });
  });
}
