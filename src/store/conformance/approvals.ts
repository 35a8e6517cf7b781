// Held changes by object across jobs, and who has confirmed them where two people must.
import { describe, expect, it } from 'vitest';
import type { Database } from '../database.ts';
import { change, changesOf, newRun, plan } from './rows.ts';
import { approvals, held, tokens } from './watched.ts';

export function describeApprovals(open: () => Promise<Database>): void {
  describe('held changes', () => {
    it('are found by the object they are about, whatever the job; each person has one word on each', async () => {
      const database = await open();
      for (const [job, keys] of [
        [1, ['a', 'b']],
        [2, ['b', 'c']],
      ] as const) {
        const run = await newRun(database, { job });
        await plan(
          database,
          run,
          keys.map((key) => change(key, { action: 'remove' })),
          job,
        );
        const changes = await changesOf(database, run);
        await database.write((transaction) => held.putHeld(transaction, run, changes, { now: 1, expiresAt: 9 }));
      }
      expect(await approvals.heldObjects(database, '', 2)).toEqual(['d-a', 'd-b']);
      expect(await approvals.heldObjects(database, 'd-b', 2)).toEqual(['d-c']);
      const found = await approvals.heldOfObjects(database, ['d-b', 'd-c'], ['open']);
      expect(found.map((row) => [row.directory_id, row.job])).toEqual([
        ['d-b', 1],
        ['d-b', 2],
        ['d-c', 2],
      ]);
      const [first, second] = found.map((row) => row.id);
      await database.write((transaction) => held.decideHeld(transaction, [second!], 'cancelled', 'ann', 2));
      expect(await approvals.heldOfObjects(database, ['d-b'], ['open'])).toHaveLength(1);

      const vote = (id: number, actor: string, hash: string, at: number) => ({ held: id, actor, hash, at });
      const put = (...votes: ReturnType<typeof vote>[]) => database.write((transaction) => approvals.putVotes(transaction, votes));
      await put(vote(first!, 'ann', 'h1', 3), vote(first!, 'bob', 'h1', 4), vote(second!, 'ann', 'h1', 3));
      await put(vote(first!, 'ann', 'h2', 5));
      expect(await approvals.votesOn(database, [first!])).toEqual([vote(first!, 'bob', 'h1', 4), vote(first!, 'ann', 'h2', 5)]);
      expect(await approvals.votesOn(database, [first!, second!])).toHaveLength(3);
    });

    it('know who made a token and who answers for it', async () => {
      const database = await open();
      for (const [id, by, owner] of [
        ['1', 'ann', null],
        ['2', 'bob', { id: 'c', name: 'cleo' }],
      ] as const)
        await database.write((transaction) =>
          tokens.putToken(transaction, {
            id,
            hash: id,
            name: 'ci',
            role: 'approver',
            connections: null,
            jobs: null,
            createdAt: 1,
            createdBy: by,
            owner,
            expiresAt: 9,
          }),
        );
      expect(await approvals.behindTokens(database, 'ci')).toEqual(['ann', 'bob', 'cleo']);
      expect(await approvals.behindTokens(database, 'ann')).toEqual([]);
    });
  });
}
