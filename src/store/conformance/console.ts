// What is edited by hand: records with their edges, and edits that are decided once.
import { describe, expect, it } from 'vitest';
import type { Database } from '../database.ts';
import { consoleStore, directory, tree } from './watched.ts';

export function describeConsole(open: () => Promise<Database>): void {
  describe('what the console says', () => {
    const record = { type: 'group', id: 'g1', data: '{"name":"G"}', relations: '["member"]', rule: '{}' };
    const edge = { type: 'group', id: 'g1', relation: 'member', to_type: 'person', to_id: 'p1', facts: '{}' };

    it('is replaced as a whole, read by id and by page, and forgotten', async () => {
      const database = await open();
      await database.write((transaction) =>
        consoleStore.putConsoleRecords(
          transaction,
          [record, { ...record, type: 'person', id: 'p1', rule: null }],
          [edge, { ...edge, to_id: 'p2' }],
        ),
      );
      await database.write((transaction) =>
        consoleStore.putConsoleRecords(transaction, [{ ...record, data: '{"name":"H"}' }], [{ ...edge, facts: '{"order":1}' }]),
      );
      expect(await consoleStore.consoleRecords(database, 'group', ['g1', 'g2'])).toEqual([{ ...record, data: '{"name":"H"}' }]);
      expect(await consoleStore.consoleEdges(database, 'group', ['g1'])).toEqual([{ ...edge, facts: '{"order":1}' }]);
      expect(await consoleStore.consolePage(database, 'person', '', 5)).toHaveLength(1);
      expect(await consoleStore.consolePage(database, 'person', 'p1', 5)).toEqual([]);
      expect((await consoleStore.ruledGroups(database)).map((row) => row.id)).toEqual(['g1']);
      await database.write((transaction) => consoleStore.dropConsoleRecords(transaction, 'group', ['g1']));
      expect(await consoleStore.consoleRecords(database, 'group', ['g1'])).toEqual([]);
      expect(await consoleStore.consoleEdges(database, 'group', ['g1'])).toEqual([]);
    });
  });

  describe('edits', () => {
    it('keep their drafts and plans, and are decided once', async () => {
      const database = await open();
      const draft = { type: 'person', id: 'p1', record: '{"a":{}}', base: 3 };
      const id = await database.write((transaction) =>
        consoleStore.createEdit(transaction, { at: 1, actor: 'anna', steps: '[]' }, [
          draft,
          { ...draft, id: 'p2', record: null, base: null },
        ]),
      );
      expect(await consoleStore.draftsOf(database, id)).toEqual([draft, { ...draft, id: 'p2', record: null, base: null }]);
      await database.write((transaction) => consoleStore.notePlans(transaction, id, 7, [8, 9]));
      const decide = (state: 'applied' | 'discarded') =>
        database.write((transaction) => consoleStore.decideEdit(transaction, id, { state, at: 2, by: 'bert' }));
      expect([await decide('applied'), await decide('discarded')]).toEqual([true, false]);
      await database.write((transaction) => consoleStore.noteRun(transaction, id, 10));
      expect(await consoleStore.getEdit(database, id)).toEqual({
        id,
        at: 1,
        actor: 'anna',
        state: 'applied',
        steps: '[]',
        plan: 7,
        below: '[8,9]',
        run: 10,
        decided_at: 2,
        decided_by: 'bert',
      });
      expect((await consoleStore.editPage(database, 99, 5)).map((row) => row.id)).toEqual([id]);
      expect(await consoleStore.editPage(database, id, 5)).toEqual([]);
    });
  });

  describe('who is in a department', () => {
    it('is told with everything below, once each, without those who have left', async () => {
      const database = await open();
      const object = (id: string, type: string, lifecycle = 'active') => ({ id, type, lifecycle, data: '{}', relations: '[]' });
      const member = (owner: string, toId: string) => ({
        owner,
        relation: 'membership',
        toType: 'department',
        toId,
        op: 'add' as const,
        facts: '{}',
        factsBefore: null,
      });
      await database.write(async (transaction) => {
        await directory.putObjects(transaction, [
          ...['top', 'low', 'lowest'].map((id) => object(id, 'department')),
          ...['a', 'b', 'c'].map((id) => object(id, 'person')),
          object('gone', 'person', 'departed'),
        ]);
        await directory.replaceKeys(
          transaction,
          [],
          [
            { type: 'department', attribute: 'parent', key: 'top', id: 'low' },
            { type: 'department', attribute: 'parent', key: 'low', id: 'lowest' },
            { type: 'person', attribute: 'manager', key: 'a', id: 'b' },
            { type: 'person', attribute: 'manager', key: 'a', id: 'c' },
          ],
        );
        await directory.applyEdges(
          transaction,
          [member('a', 'top'), member('b', 'lowest'), member('b', 'low'), member('gone', 'low')],
          'main',
          1,
        );
      });
      const below = await directory.subtreeOf(database, ['top']);
      expect([...below].sort()).toEqual(['low', 'lowest', 'top']);
      expect((await directory.membersOfDepartments(database, below, '', 9)).map((row) => row.id)).toEqual(['a', 'b']);
      expect((await directory.membersOfDepartments(database, below, 'a', 9)).map((row) => row.id)).toEqual(['b']);
      expect((await directory.peoplePage(database, '', 2)).map((row) => row.id)).toEqual(['a', 'b']);
      expect((await directory.peoplePage(database, 'b', 2)).map((row) => row.id)).toEqual(['c']);
      expect((await directory.edgesTo(database, ['low'])).map((row) => row.owner)).toEqual(['b', 'gone']);
      expect((await directory.departmentPage(database, 'low', '', 9)).map((row) => row.id)).toEqual(['b', 'gone']);
      expect((await directory.departmentPage(database, 'low', 'b', 9)).map((row) => row.id)).toEqual(['gone']);
      expect((await tree.departmentsUnder(database, null, 9)).map((row) => row.id)).toEqual(['top']);
      expect((await tree.departmentsUnder(database, 'top', 9)).map((row) => row.id)).toEqual(['low']);
      expect(await tree.departmentsBelow(database, ['top'])).toEqual([
        { id: 'low', parent: 'top' },
        { id: 'lowest', parent: 'low' },
      ]);
      // b is in two of them.
      const parts = [...below.map((id) => ['top', id] as const), ['lowest', 'lowest'] as const];
      expect((await tree.countPeople(database, parts)).map((one) => [one.tree, Number(one.people)]).toSorted()).toEqual([
        ['lowest', 1],
        ['top', 3],
      ]);
      expect(await tree.countPeople(database, [])).toEqual([]);
      expect((await tree.peopleBelow(database, below, 'a', 9)).map((row) => row.id)).toEqual(['b', 'gone']);
      expect((await tree.referringTo(database, 'person', 'manager', 'a', 1)).map((row) => row.id)).toEqual(['b']);
      expect(Number(await tree.countReferringTo(database, 'person', 'manager', 'a'))).toBe(2);
    });
  });

  describe('a tree of departments', () => {
    it('is what its jobs speak of, with what was made by hand below; the usual one has what nobody speaks of, too', async () => {
      const database = await open();
      const names = ['company', 'sales', 'by-hand', 'cost', 'cost-sales', 'below-cost', 'shared', 'round-a', 'round-b'];
      const object = (id: string, lifecycle = 'active') => ({ id, type: 'department', lifecycle, data: '{}', relations: '[]' });
      const under = (id: string, key: string) => ({ type: 'department', attribute: 'parent', key, id });
      const says = (job: number, ...ids: string[]) => ids.map((id) => [job, 'department', `${job} ${id}`, id, '{}', '[]', 1]);
      await database.write(async (transaction) => {
        await directory.putObjects(transaction, [...names.map((id) => object(id)), object('gone', 'absent')]);
        await directory.replaceKeys(
          transaction,
          [],
          [
            under('sales', 'company'),
            under('shared', 'company'),
            // A cost centre below a department of the company: at the top of its own tree.
            under('cost-sales', 'sales'),
            under('below-cost', 'cost-sales'),
            under('round-a', 'round-b'),
            under('round-b', 'round-a'),
          ],
        );
        await transaction.insert(
          'contribution',
          ['job', 'type', 'external_id', 'directory_id', 'data', 'relations', 'accepted_run'],
          [
            ...says(1, 'company', 'sales', 'shared', 'gone'),
            ...says(2, 'cost', 'cost-sales', 'shared', 'round-a'),
            // By hand: no word on where it belongs.
            ...says(9, 'sales', 'by-hand', 'below-cost'),
          ],
        );
      });
      const usual = { own: [1], others: [2], takesUnsaid: true };
      const cost = { own: [2], others: [1], takesUnsaid: false };
      expect(await tree.departmentsOfTree(database, usual)).toEqual(['by-hand', 'company', 'sales', 'shared']);
      const inside = await tree.departmentsOfTree(database, cost);
      expect(inside).toEqual(['below-cost', 'cost', 'cost-sales', 'round-a', 'round-b', 'shared']);
      expect(await tree.departmentsOfTree(database, { own: [], others: [1, 2], takesUnsaid: false })).toEqual([]);
      expect((await tree.topsAmong(database, inside, 9)).map((row) => row.id)).toEqual(['cost', 'cost-sales', 'shared']);
      expect((await tree.topsAmong(database, inside, 1)).map((row) => row.id)).toEqual(['cost']);
      expect((await tree.departmentsAmong(database, inside, 'cost', 2)).map((row) => row.id)).toEqual(['cost-sales', 'round-a']);
      expect(await tree.departmentsAmong(database, ['gone'], '', 2)).toEqual([]);
    });
  });

  describe('what happened', () => {
    it('is paged newest first: of everything, of one object, of one run', async () => {
      const database = await open();
      const entry = (id: string) => ({ type: 'person', id, action: 'update', before: null, after: '{}', change: 1, edges: [] });
      const facts = { at: 5, run: 1, job: 1, actor: 'anna' };
      await database.write((transaction) => directory.appendHistory(transaction, [entry('a'), entry('b')], facts));
      await database.write((transaction) => directory.appendHistory(transaction, [entry('a')], facts));
      const page = async (filter: object) =>
        (await directory.historyPage(database, { limit: 9, ...filter })).map((row) => `${row.seq}.${row.n} ${row.id}`);
      expect(await page({})).toEqual(['2.0 a', '1.1 b', '1.0 a']);
      expect(await page({ object: 'a', before: [2, 0] })).toEqual(['1.0 a']);
      expect([await page({ run: 1, limit: 1 }), await page({ run: 2 })]).toEqual([['2.0 a'], []]);
    });
  });
}
