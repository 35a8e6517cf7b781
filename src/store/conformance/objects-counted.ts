// How many people a plan is about: changes counted beside the objects that they change.
import { describe, expect, it } from 'vitest';
import type { Database } from '../database.ts';
import { change, newRun, plan } from './rows.ts';
import { ledger, overview } from './watched.ts';

export function describeCountedObjects(open: () => Promise<Database>): void {
  const hold = (database: Database, ids: readonly number[], verdict: object) =>
    database.write((transaction) =>
      ledger.patchChanges(
        transaction,
        ids.map((id) => ({ id, state: 'held', verdict: JSON.stringify(verdict), at: 1 })),
      ),
    );
  const objectsOf = async (database: Database, run: number) =>
    Object.fromEntries((await ledger.countObjects(database, run)).map(({ state, count }) => [state ?? 'all', count]));
  /** Action and state of the groups, with how many changes of how many objects. */
  const groupsOf = async (database: Database, run: number, sameGroup: (row: Group) => string) => {
    const found: Record<string, readonly [changes: number, objects: number]> = {};
    for (const [name, rows] of Map.groupBy(await overview.planGroups(database, run), sameGroup))
      found[name] = [rows.reduce((sum, row) => sum + row.count, 0), await overview.objectsInGroups(database, run, rows)];
    return found;
  };
  type Group = Awaited<ReturnType<typeof overview.planGroups>>[number];
  const byState = (row: Group): string => `${row.action} ${row.situation} ${row.state}`;
  const byQuestion = (row: Group): string =>
    `${byState(row)} ${(JSON.parse(row.verdict ?? '{}') as { question?: string }).question ?? '-'}`;

  describe('the number of people beside that of changes', () => {
    it('has everybody once, in all and of each state, whatever is done to them', async () => {
      const database = await open();
      // Those of an earlier run count for nothing.
      await plan(database, await newRun(database, { mode: 'keys' }), [change('a'), change('z')]);
      const run = await newRun(database);
      expect(await objectsOf(database, run)).toEqual({ all: 0 });
      const first = await plan(database, run, [
        change('linked', { action: 'link', situation: 'found' }),
        change('linked', { situation: 'found' }),
        change('linked', { situation: 'found', aspect: 'references' }),
        change('leaver', { action: 'disable', situation: 'departed' }),
        change('leaver', { action: 'remove', situation: 'departed' }),
        change('returner', { action: 'enable', situation: 'returned' }),
        change('returner', { situation: 'returned' }),
        change('other', { aspect: 'references' }),
        // A department with the same key is another object.
        change('other', { type: 'department' }),
      ]);
      expect(await objectsOf(database, run)).toEqual({ all: 5, planned: 5 });
      await hold(database, [first + 1, first + 2, first + 4], { question: 'limit:update' });
      expect(await objectsOf(database, run)).toEqual({ all: 5, planned: 5, held: 2 });
    });

    it('has everybody once in a group of a plan who has a change in it, though it may be a further one', async () => {
      const database = await open();
      const run = await newRun(database);
      const first = await plan(database, run, [
        ...['a', 'b', 'c'].map((key) => change(key)),
        ...['a', 'b', 'd'].map((key) => change(key, { aspect: 'references', kinds: '|update:manager|' })),
        change('a', { action: 'create', situation: 'absent' }),
      ]);
      expect(await groupsOf(database, run, byState)).toEqual({ 'update changed planned': [6, 4], 'create absent planned': [1, 1] });
      // Two questions about the same people, and one whose words differ.
      await hold(database, [first, first + 1], { question: 'limit:update', reason: 'now' });
      await hold(database, [first + 3], { question: 'limit:update', reason: 'before' });
      await hold(database, [first + 4], { question: 'loop' });
      expect(await groupsOf(database, run, byQuestion)).toEqual({
        'update changed held limit:update': [3, 2],
        'update changed held loop': [1, 1],
        'update changed planned -': [2, 2],
        'create absent planned -': [1, 1],
      });
    });

    it('has somebody once of whose change a part was split off and waits beside one that waits', async () => {
      const database = await open();
      const run = await newRun(database);
      const first = await plan(database, run, [change('a', { aspect: 'references' }), change('a', { aspect: 'references', hash: 'rest' })]);
      await database.write((transaction) =>
        ledger.patchChanges(
          transaction,
          [first, first + 1].map((id) => ({ id, state: 'pending', at: 1 })),
        ),
      );
      expect(await groupsOf(database, run, byState)).toEqual({ 'update changed pending': [2, 1] });
      expect(await overview.objectsInGroups(database, run, [])).toBe(0);
    });
  });
}
