// Edges of one object that has very many: a few at a time, and how many there are.
import { describe, expect, it } from 'vitest';
import type { Database } from '../database.ts';
import { directory, find } from './watched.ts';

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

    it('stay in their tree when another run writes them, unless it is said in which one they are now, and by whose word', async () => {
      const database = await open();
      const home = { ...edge('p', 'd'), relation: 'membership', toType: 'department' };
      const writes = [
        [home, 'main', 1],
        [{ ...home, op: 'update' as const, facts: '{"primary":true}' }, 'other', 2],
        [{ ...home, op: 'update' as const, of: { tree: 'projects', job: 7 } }, 'other', 2],
      ] as const;
      const seen = [];
      for (const [op, tree, job] of writes) {
        await database.write((transaction) => directory.applyEdges(transaction, [op], tree, job));
        seen.push(...(await directory.edgesOf(database, ['p'])).map((row) => `${row.tree} ${row.job} ${row.facts}`));
      }
      expect(seen).toEqual(['main 1 {}', 'main 2 {"primary":true}', 'projects 7 {}']);
      // A new one that another source says, and one of no tree.
      await database.write((transaction) =>
        directory.applyEdges(transaction, [{ ...home, toId: 'e', of: { tree: 'projects', job: 7 } }, edge('g', 'p')], 'main', 1),
      );
      expect((await directory.edgesOf(database, ['p', 'g'])).map((row) => `${row.to_id} ${row.tree} ${row.job}`).toSorted()).toEqual([
        'd projects 7',
        'e projects 7',
        'p  1',
      ]);
    });

    it('are found by the keys of their far ends, each once, and only those of this owner', async () => {
      const database = await open();
      const key = (text: string, id: string, attribute = 'name') => ({ type: 'person', attribute, key: text, id: `p-${id}` });
      await database.write(async (transaction) => {
        await directory.applyEdges(transaction, [...['a', 'b', 'c'].map((id) => edge('g', `p-${id}`)), edge('other', 'p-d')], '', 1);
        await directory.replaceKeys(
          transaction,
          [],
          [key('wang', 'a'), key('wangfang', 'a'), key('wang', 'b'), key('wen', 'c'), key('wang', 'd'), key('wang', 'c', 'mail')],
        );
      });
      const found = async (begins: string, limit = 9, relation = 'member') => {
        const of = { owner: 'g', relation, type: 'person' };
        return (await find.edgesByKey(database, of, 'name', begins, limit)).map((row) => row.to_id);
      };
      expect(await found('wang')).toEqual(['p-a', 'p-b']);
      expect(await found('w', 2)).toEqual(['p-a', 'p-b']);
      expect(await found('we')).toEqual(['p-c']);
      expect([await found('x'), await found('wang', 9, 'leader')]).toEqual([[], []]);
    });
  });
}
