// Edges of one object that has very many: a few at a time, and how many there are.
import { describe, expect, it } from 'vitest';
import type { Database } from '../database.ts';
import { directory } from './watched.ts';

export function describeEdgePages(open: () => Promise<Database>): void {
  describe('edges of one object', () => {
    const edge = (owner: string, toId: string) => ({
      owner,
      relation: 'member',
      toType: 'person',
      toId,
      op: 'add' as const,
      facts: '{}',
      factsBefore: null,
    });

    it('are read in the order of their far ends, a few at a time, with how many there are', async () => {
      const database = await open();
      const ids = ['e', 'd', 'c', 'b', 'a'].map((id) => `p-${id}`);
      await database.write((transaction) =>
        directory.applyEdges(transaction, [...ids.map((id) => edge('g', id)), edge('other', 'p-z')], '', 1),
      );
      const page = async (after: readonly [string, string], limit: number, relation = 'member') =>
        (await directory.edgePage(database, 'g', relation, after, limit)).map((row) => row.to_id);
      expect(await page(['', ''], 2)).toEqual(['p-a', 'p-b']);
      expect(await page(['person', 'p-b'], 9)).toEqual(['p-c', 'p-d', 'p-e']);
      expect(await page(['person', 'p-e'], 9)).toEqual([]);
      expect(await page(['', ''], 9, 'unknown')).toEqual([]);
      expect((await directory.firstEdgesOf(database, 'g', 3)).map((row) => row.to_id)).toEqual(['p-a', 'p-b', 'p-c']);
      expect([await directory.countEdgesOf(database, 'g'), await directory.countEdgesOf(database, 'none')]).toEqual([5, 0]);
    });
  });
}
