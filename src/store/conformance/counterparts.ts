// Whom the rules of a plan led to one and the same counterpart.
import { describe, expect, it } from 'vitest';
import type { Database } from '../database.ts';
import { directory, links, staged } from './watched.ts';

export function describeCounterparts(open: () => Promise<Database>): void {
  describe('counterparts of one plan', () => {
    it('names who has no account in a system and was not judged by a run', async () => {
      const database = await open();
      const person = { type: 'person', lifecycle: 'active', data: '{}', relations: '[]' };
      const led = (directoryId: string) => [{ type: 'person', externalId: 'x', directoryId, madeBy: 'ann' }];
      await database.write(async (transaction) => {
        await directory.putObjects(transaction, [
          ...['a', 'b', 'c', 'd', 'e'].map((id) => ({ ...person, id })),
          { ...person, id: 'f', lifecycle: 'absent' },
          { ...person, id: 'g', type: 'group' },
        ]);
        await links.putLinks(transaction, 'app', led('b'), 1);
        await links.putLinks(transaction, 'other', led('c'), 1);
        await staged.putStaged(transaction, 1, [
          { type: 'person', key: 'd', step: 'correlated', seen: 'present', inputHash: null },
          { type: 'person', key: 'e', step: 'skipped', seen: 'present', inputHash: null },
        ]);
      });
      const page = { run: 1, connection: 'app', type: 'person', after: '', limit: 2 };
      expect(await staged.unlinkedBeside(database, page)).toEqual(['a', 'c']);
      expect(await staged.unlinkedBeside(database, { ...page, after: 'c' })).toEqual(['e']);
    });

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
      expect([await staged.hasFound(database, 1, 'person'), await staged.hasFound(database, 1, 'group')]).toEqual([true, false]);
      const led = await staged.foundCounterparts(database, 1, 'person', ['two', 'three']);
      expect(led.map((row) => [row.source_key, row.target_key, row.detail])).toEqual([['b', 'two', '{}']]);
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
