// Questions about a whole job, and what a read did not show.
import { describe, expect, it } from 'vitest';
import type { Database } from '../database.ts';
import { claim, withJobs } from './rows.ts';
import { absent, contributions, doubts, jobs, links } from './watched.ts';

export function describeDoubts(open: () => Promise<Database>): void {
  describe('doubts', () => {
    it('are one question per job and subject, replaced by the next run and gone when answered', async () => {
      const database = await open();
      const doubt = (about: string, run: number, more: object = {}) => ({
        job: 1,
        about,
        run,
        at: run,
        said: `{"en":"${run}"}`,
        reading: null,
        ...more,
      });
      await database.write(async (transaction) => {
        await doubts.putDoubt(transaction, doubt('upgrade', 1));
        await doubts.putDoubt(transaction, doubt('narrower:person', 1, { reading: '{"x":1}' }));
        await doubts.putDoubt(transaction, doubt('narrower:person', 2));
        await doubts.putDoubt(transaction, doubt('upgrade', 3, { job: 2 }));
      });
      expect(await doubts.doubtsOf(database, 1)).toEqual([doubt('narrower:person', 2), doubt('upgrade', 1)]);
      await database.write((transaction) => doubts.dropDoubt(transaction, 1, 'upgrade'));
      expect((await doubts.listDoubts(database)).map((row) => `${row.job} ${row.about}`)).toEqual(['1 narrower:person', '2 upgrade']);
      await database.write((transaction) => doubts.dropDoubts(transaction, 2));
      expect(await doubts.doubtsOf(database, 2)).toEqual([]);
      await withJobs(database);
      await database.write((transaction) => jobs.deleteJob(transaction, 1));
      expect(await doubts.listDoubts(database)).toEqual([]);
    });

    it('have one word per person, which goes with the question', async () => {
      const database = await open();
      const vote = (actor: string, hash: string, at: number) => ({ actor, hash, at });
      await database.write(async (transaction) => {
        await doubts.putDoubtVote(transaction, 1, vote('ann', 'h1', 1));
        await doubts.putDoubtVote(transaction, 1, vote('bob', 'h1', 2));
        await doubts.putDoubtVote(transaction, 1, vote('ann', 'h2', 3));
        await doubts.putDoubtVote(transaction, 2, vote('ann', 'h1', 1));
      });
      expect(await doubts.doubtVotes(database, 1)).toEqual([vote('bob', 'h1', 2), vote('ann', 'h2', 3)]);
      await database.write((transaction) => doubts.dropDoubts(transaction, 1));
      expect([await doubts.doubtVotes(database, 1), await doubts.doubtVotes(database, 2)]).toEqual([[], [vote('ann', 'h1', 1)]]);
    });

    it('count what a read did not show, without what is newer than the run', async () => {
      const database = await open();
      await database.write((transaction) => links.putClaims(transaction, [claim('a'), claim('b'), claim('gone', { state: 'left' })], 5));
      expect(await absent.countAbsent(database, 1, 1, 'person', 6)).toBe(2);
      expect(await absent.countAbsent(database, 1, 1, 'person', 5)).toBe(0);
    });

    it('those who left are staged again only where others speak of them, and only for another standing of the job', async () => {
      const database = await open();
      const left = (key: string, standing: string) => claim(key, { state: 'left', directory_id: `p-${key}`, input_hash: standing });
      await database.write(async (transaction) => {
        await links.putClaims(transaction, [left('a', 'old'), left('b', 'now'), left('alone', 'old'), claim('c')], 5);
        await contributions.acceptContributions(
          transaction,
          1,
          [1, 2].flatMap((job) =>
            ['a', 'b', 'c', ...(job === 1 ? ['alone'] : [])].map((key) => ({
              job,
              type: 'person',
              external_id: key,
              directory_id: `p-${key}`,
              data: '{}',
              relations: '[]',
            })),
          ),
        );
      });
      const stage = () => database.write((transaction) => absent.stageLeft(transaction, 7, 1, 'person', 'now'));
      expect([await stage(), await stage()]).toEqual([1, 0]);
      expect(await database.all('SELECT source_key, seen, directory_id FROM staged WHERE run = 7')).toEqual([
        { source_key: 'a', seen: 'absent', directory_id: 'p-a' },
      ]);
    });

    it('once answered, make every object of the job worth looking at again', async () => {
      const database = await open();
      await database.write((transaction) => links.putClaims(transaction, [claim('b'), claim('b', { job: 2 })], 9));
      await database.write((transaction) => links.unsettleClaims(transaction, 1));
      expect((await links.claimsOf(database, 1, 'person', ['b']))[0]!.settled).toBe(0);
      expect((await links.claimsOf(database, 2, 'person', ['b']))[0]!.settled).toBe(1);
    });
  });
}
