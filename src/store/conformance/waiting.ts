// What waits for a person, counted: held work by question, fights, values to take over, ambiguous matches, proposed edits, dead messages.
import { describe, expect, it } from 'vitest';
import type { Database } from '../database.ts';
import { change, changesOf, newRun, plan, withJobs } from './rows.ts';
import { consoleStore, drift, held, matching, runs, waiting } from './watched.ts';

export function describeWaiting(open: () => Promise<Database>): void {
  describe('what waits', () => {
    it('of held work is counted by question, with whom it is about; what was decided is not', async () => {
      const database = await open();
      const hold = async (job: number, question: string, at: number, keys: readonly string[]): Promise<void> => {
        const run = await newRun(database, { mode: 'keys', job });
        await plan(
          database,
          run,
          keys.map((key) => change(key, { action: 'remove' })),
          job,
        );
        const rows = (await changesOf(database, run)).map((row) => ({ ...row, verdict: JSON.stringify({ question }) }));
        await database.write((transaction) => held.putHeld(transaction, run, rows, { now: at, expiresAt: at + 100 }));
      };
      expect(await waiting.countAsked(database)).toEqual([]);
      await hold(1, 'delete', 5, ['a', 'b', 'c']);
      await hold(2, 'delete', 3, ['a']);
      await hold(2, 'limit:disable', 9, ['z']);
      const [gone] = await held.heldOf(database, 1, 'person', ['c']);
      await database.write((transaction) => held.decideHeld(transaction, [gone!.id], 'cancelled', 'ann', 6));
      expect(await waiting.countAsked(database)).toEqual([
        { job: 1, question: 'delete', count: 2, objects: 2, since: 5, until: 105 },
        { job: 2, question: 'delete', count: 1, objects: 1, since: 3, until: 103 },
        { job: 2, question: 'limit:disable', count: 1, objects: 1, since: 9, until: 109 },
      ]);
      expect(await waiting.countAskedAbout(database, 0)).toBe(3);
      expect(await waiting.countAskedAbout(database, 1)).toBe(2);
    });

    it('of drift, matches, edits and messages is what a person can settle', async () => {
      const database = await open();
      const row = { job: 2, type: 'person', title: null, wanted: null, found: null, times: 1, first_at: 1, run: 1, written: 1 };
      await database.write((transaction) =>
        drift.replaceDrift(
          transaction,
          2,
          'person',
          [],
          [
            { ...row, object: 'a', attribute: 'title', mode: 'enforce', state: 'fought', last_at: 8 },
            { ...row, object: 'b', attribute: 'title', mode: 'enforce', state: 'fought', last_at: 7 },
            { ...row, object: 'a', attribute: 'mail', mode: 'adopt', state: 'open', last_at: 6 },
            { ...row, object: 'b', attribute: 'mail', mode: 'report', state: 'open', last_at: 5 },
          ],
        ),
      );
      expect(await waiting.countFought(database)).toEqual([{ job: 2, count: 2, since: 7 }]);
      expect(await waiting.countAdoptable(database)).toEqual([{ job: 2, count: 1, since: 6 }]);

      await database.write(async (transaction) => {
        await matching.putMatching(transaction, { job: 2, run: 4, at: 40, by_whom: 'ann' });
        const found = (run: number, kind: 'ambiguous' | 'create', id: string) =>
          matching.putMatchRows(transaction, run, [{ type: 'person', kind, id, external_id: null, detail: null }]);
        await found(3, 'ambiguous', 'old');
        await found(4, 'ambiguous', 'a');
        await found(4, 'create', 'b');
        for (const [id, state] of [
          [1, 'applied'],
          [2, 'proposed'],
          [3, 'proposed'],
        ] as const)
          await transaction.insert('edit', ['id', 'at', 'actor', 'state', 'steps', 'below'], [[id, 100 - id, 'bob', state, '[]', '[]']]);
        for (const [id, channel, state] of [
          [1, 'mail', 'dead'],
          [2, 'mail', 'sent'],
          [3, 'hook', 'dead'],
          [4, 'mail', 'dead'],
        ] as const)
          await transaction.insert(
            'delivery',
            ['id', 'channel', 'recipient', 'kind', 'message', 'digest', 'state', 'attempts', 'made_at'],
            [[id, channel, '', 'run-failed', `m${id}`, 0, state, 1, 10 * id]],
          );
      });
      expect(await waiting.countSeveral(database)).toEqual([{ job: 2, count: 1, since: 40 }]);
      expect(await waiting.proposedEdits(database, 9)).toEqual([
        { id: 3, at: 97, actor: 'bob' },
        { id: 2, at: 98, actor: 'bob' },
      ]);
      expect(await waiting.proposedEdits(database, 1)).toHaveLength(1);
      expect(await consoleStore.proposedSteps(database)).toEqual([
        { id: 2, steps: '[]' },
        { id: 3, steps: '[]' },
      ]);
      expect(await waiting.countUndelivered(database)).toEqual([
        { channel: 'hook', count: 1, since: 30 },
        { channel: 'mail', count: 2, since: 10 },
      ]);
    });

    it('because of what a source showed is told from the last run that read everything and came through', async () => {
      const database = await open();
      await withJobs(database);
      const end = async (of: Parameters<typeof newRun>[1], state: string, objects: number): Promise<number> => {
        const id = await newRun(database, of);
        const evidence = { types: { person: { objects } } };
        await database.write((transaction) => runs.patchRun(transaction, id, { state, endedAt: 10 * id, evidence }));
        return id;
      };
      expect((await waiting.lastFullReads(database)).size).toBe(0);
      const run = await end({ mode: 'full' }, 'warnings', 0);
      await end({ mode: 'full', dryRun: true }, 'succeeded', 1);
      await end({ mode: 'full' }, 'failed', 2);
      await end({ mode: 'incremental' }, 'succeeded', 3);
      await end({ mode: 'keys' }, 'succeeded', 4);
      await end({ mode: 'full', job: 2 }, 'succeeded', 5);
      await newRun(database, { mode: 'full' });
      expect([...(await waiting.lastFullReads(database))]).toEqual([
        [1, { run, at: 10 * run, evidence: { types: { person: { objects: 0 } } } }],
      ]);
    });
  });
}
