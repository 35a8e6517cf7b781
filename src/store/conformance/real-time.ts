// Real time in the store: touched once, leavers first, events once, the feed followed.
import { describe, expect, it } from 'vitest';
import type { Database } from '../database.ts';
import { newRun } from './rows.ts';
import { directory, realTime, runs } from './watched.ts';

const touched = (key: string, at: number, job = 1) => ({ job, type: 'person', source_key: key, at });

export function describeRealTime(open: () => Promise<Database>): void {
  describe('what was touched', () => {
    it('is kept once per object, leavers first, then the oldest; a later touch does not make it less urgent', async () => {
      const database = await open();
      await database.write(async (transaction) => {
        await realTime.touch(transaction, [touched('b', 20), touched('a', 10), touched('c', 30), touched('x', 5, 2)]);
        await realTime.touch(transaction, [touched('c', 0), touched('a', 40)]);
        await realTime.touch(transaction, [touched('c', 50)]);
      });
      expect((await realTime.touchedFirst(database, 1, 10)).map((row) => [row.source_key, row.at])).toEqual([
        ['c', 0],
        ['a', 10],
        ['b', 20],
      ]);
      expect(await realTime.touchedFirst(database, 1, 1)).toHaveLength(1);
      expect(await realTime.countTouched(database, 1)).toBe(3);
    });

    it('goes only as it was read: one that became more urgent meanwhile stays', async () => {
      const database = await open();
      await database.write((transaction) => realTime.touch(transaction, [touched('a', 10), touched('b', 20)]));
      const read = await realTime.touchedFirst(database, 1, 10);
      await database.write(async (transaction) => {
        await realTime.touch(transaction, [touched('b', 0)]);
        expect(await realTime.dropTouched(transaction, read)).toBe(1);
      });
      expect((await realTime.touchedFirst(database, 1, 10)).map((row) => row.source_key)).toEqual(['b']);
      await database.write((transaction) => realTime.forgetTouched(transaction, 1));
      expect(await realTime.countTouched(database, 1)).toBe(0);
    });

    it('tells when events last started a short run of a job', async () => {
      const database = await open();
      const first = await newRun(database, { mode: 'keys', cause: 'event' });
      const job = (await runs.getRun(database, first))!.job;
      await newRun(database, { mode: 'keys', cause: 'retry' });
      expect(await realTime.lastTouchedRun(database, job)).toBe((await runs.getRun(database, first))!.queuedAt);
      expect(await realTime.lastTouchedRun(database, job + 99)).toBeNull();
    });
  });

  describe('events', () => {
    it('are known by connection and id until they are old', async () => {
      const database = await open();
      await database.write(async (transaction) => {
        await realTime.noteEvents(transaction, 'a', 10, [
          { id: 'e1', keys: 2 },
          { id: 'e2', keys: 0 },
        ]);
        await realTime.noteEvents(transaction, 'a', 20, [{ id: 'e1', keys: 2 }]);
        await realTime.noteEvents(transaction, 'b', 30, [{ id: 'e1', keys: 1 }]);
      });
      expect([...(await realTime.seenEvents(database, 'a', ['e1', 'e2', 'e3']))].sort()).toEqual(['e1', 'e2']);
      await database.write((transaction) => realTime.trimInbox(transaction, 20));
      expect([...(await realTime.seenEvents(database, 'a', ['e1']))]).toEqual([]);
    });
  });

  describe('the address that vendors call', () => {
    it('knows when it was verified last, and when the first event came and the last', async () => {
      const database = await open();
      await database.write(async (transaction) => {
        await realTime.noteCalled(transaction, 'b', 5);
        await realTime.noteVerified(transaction, 'a', 10);
        await realTime.noteVerified(transaction, 'a', 20);
        await realTime.noteCalled(transaction, 'a', 30);
        await realTime.noteCalled(transaction, 'a', 40);
      });
      expect(await realTime.listCallbacks(database)).toEqual([
        { connection: 'a', verified_at: 20, first_at: 30, last_at: 40 },
        { connection: 'b', verified_at: null, first_at: 5, last_at: 5 },
      ]);
    });
  });

  describe('the feed', () => {
    it('remembers how far a job has followed, and knows who is no longer at work', async () => {
      const database = await open();
      expect(await realTime.feedOf(database, 7)).toBeNull();
      await database.write(async (transaction) => {
        await realTime.putFeed(transaction, 7, 3);
        await realTime.putFeed(transaction, 7, 9);
        await directory.putObjects(
          transaction,
          ['active', 'departed', 'suspended'].map((lifecycle) => ({
            id: lifecycle,
            type: 'person',
            lifecycle,
            data: '{}',
            relations: '[]',
            hash: lifecycle,
          })),
        );
      });
      expect(await realTime.feedOf(database, 7)).toBe(9);
      expect([...(await realTime.leaversOf(database, ['active', 'departed', 'suspended', 'nobody']))].sort()).toEqual([
        'departed',
        'suspended',
      ]);
    });
  });
}
