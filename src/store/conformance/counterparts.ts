// Whom the rules of a plan led to one and the same counterpart.
import { describe, expect, it } from 'vitest';
import type { Database } from '../database.ts';
import { staged } from './watched.ts';

export function describeCounterparts(open: () => Promise<Database>): void {
  describe('counterparts of one plan', () => {
    it('names who was led to one and the same, and takes it from them', async () => {
      const database = await open();
      const found = { type: 'person', step: 'correlated', situation: 'found', detail: '{}' } as const;
      const rows = ['a', 'b', 'c', 'd'].map((key) => ({ type: 'person', key, step: 'read', seen: 'present', inputHash: null }) as const);
      await database.write(async (transaction) => {
        await staged.putStaged(transaction, 1, rows);
        await staged.patchStaged(transaction, 1, [
          { ...found, key: 'a', targetKey: 'one' },
          { ...found, key: 'b', targetKey: 'two' },
          { ...found, key: 'c', targetKey: 'one' },
          { ...found, key: 'd', targetKey: 'one', situation: 'linked' },
        ]);
      });
      const shared = () => staged.sharedCounterparts(database, 1, 'person');
      expect((await staged.stagedFound(database, 1, 'person')).map((row) => row.source_key)).toEqual(['a', 'b', 'c']);
      expect((await shared()).map((row) => [row.source_key, row.target_key])).toEqual([
        ['a', 'one'],
        ['c', 'one'],
      ]);
      await database.write((transaction) =>
        staged.makeAmbiguous(transaction, 1, 'person', [
          { key: 'a', detail: 'A' },
          { key: 'c', detail: 'C' },
        ]),
      );
      expect(await shared()).toEqual([]);
      const now = await staged.stagedOf(database, 1, 'person', ['a', 'b', 'c', 'd']);
      expect(now.map((row) => [row.source_key, row.situation, row.target_key, row.detail]).toSorted()).toEqual([
        ['a', 'ambiguous', null, 'A'],
        ['b', 'found', 'two', '{}'],
        ['c', 'ambiguous', null, 'C'],
        ['d', 'linked', 'one', '{}'],
      ]);
    });
  });
}
