// What an edit of a scope would concern: objects with where they belong, what is not settled, who points to whom.
import { describe, expect, it } from 'vitest';
import type { Database } from '../database.ts';
import { change, changesOf, claim, item, newRun, plan, seen, sorted } from './rows.ts';
import { directory, forecast, held, links, mirror, upkeep } from './watched.ts';

export function describeForecast(open: () => Promise<Database>): void {
  describe('what an edit of a scope would concern', () => {
    const withPeople = async (database: Database): Promise<void> => {
      const object = (id: string, type: string, lifecycle = 'active') => ({ id, type, lifecycle, data: '{}', relations: '["membership"]' });
      const member = (owner: string, toId: string) =>
        ({ owner, relation: 'membership', toType: 'department', toId, op: 'add', facts: '{}', factsBefore: null }) as const;
      await database.write(async (transaction) => {
        await directory.putObjects(transaction, [
          object('d1', 'department'),
          object('a', 'person'),
          object('b', 'person', 'departed'),
          object('c', 'person'),
          object('x', 'person', 'absent'),
        ]);
        await directory.applyEdges(transaction, [member('a', 'd1'), member('a', 'd2'), member('b', 'd1'), member('x', 'd1')], 'main', 1);
        await directory.replaceKeys(transaction, [], [{ type: 'person', attribute: 'manager', key: 'a', id: 'c' }]);
        await links.putClaims(transaction, [claim('a'), claim('b', { settled: 0 })], 1);
      });
    };

    it('is read page by page: one row per membership, and who is held', async () => {
      const database = await open();
      await withPeople(database);
      expect(await forecast.pageEnd(database, 'person', '', 2)).toBe('b');
      expect(await forecast.pageEnd(database, 'person', 'x', 2)).toBeUndefined();
      expect(
        (await forecast.scopePage(database, 1, 'person', '', 'c')).map((row) => [row.id, row.department, row.claimed, row.relations]),
      ).toEqual([
        ['a', 'd1', 1, '["membership"]'],
        ['a', 'd2', 1, '["membership"]'],
        ['b', 'd1', 1, '["membership"]'],
        ['c', null, 0, '["membership"]'],
      ]);
      expect(await forecast.scopePage(database, 2, 'person', 'a', 'x')).toHaveLength(2);
      expect(await forecast.notActive(database, 1, 'person')).toEqual(['b']);
      expect(sorted((await forecast.pointersTo(database, ['d1'], [])).map((row) => `${row.type} ${row.id}`))).toEqual([
        'person a',
        'person b',
        'person x',
      ]);
      expect(await forecast.pointersTo(database, ['a'], [{ type: 'person', attribute: 'manager' }])).toEqual([{ id: 'c', type: 'person' }]);
    });

    it('tells who was taken out of the directory page by page, how many belong somewhere, and what was said of each last', async () => {
      const database = await open();
      await withPeople(database);
      expect((await directory.gonePage(database, 'person', '', 5)).map((row) => row.id)).toEqual(['x']);
      expect(await directory.gonePage(database, 'person', 'x', 5)).toEqual([]);
      expect(await directory.countEdges(database, [], 'membership')).toEqual([]);
      expect(
        sorted((await directory.countEdges(database, ['a', 'b', 'c'], 'membership')).map((row) => `${row.owner} ${row.count}`)),
      ).toEqual(['a 2', 'b 1']);
      const entry = (id: string, action: string) => ({ type: 'person', id, action, before: null, after: '{}', change: null, edges: [] });
      const facts = { at: 1, run: null, job: null, actor: 'anna' };
      await database.write((transaction) => directory.appendHistory(transaction, [entry('a', 'create'), entry('b', 'create')], facts));
      await database.write((transaction) => directory.appendHistory(transaction, [entry('a', 'update'), entry('a', 'link')], facts));
      expect(await directory.lastEntries(database, [])).toEqual([]);
      expect(sorted((await directory.lastEntries(database, ['a', 'b', 'c'])).map((row) => `${row.id} ${row.action}`))).toEqual([
        'a update',
        'b create',
      ]);
    });

    it('is besides what the next run looks at anyway', async () => {
      const database = await open();
      await withPeople(database);
      const of = { job: 1, connection: 'hr', type: 'person' };
      const keys = async (now = 5): Promise<string[]> => sorted(await forecast.unsettledKeys(database, of, now));
      // Neither has a link: what was agreed on is not known.
      expect(await keys()).toEqual(['a', 'b']);
      await database.write(async (transaction) => {
        await mirror.putMirror(transaction, 'hr', 'person', [seen('t-a'), seen('t-b')], 1, new Set(['t-a', 't-b']));
        await links.putLinks(
          transaction,
          'hr',
          ['a', 'b'].map((id) => ({ type: 'person', externalId: `t-${id}`, directoryId: id, madeBy: 'test' })),
          1,
        );
        await links.putAgreement(
          transaction,
          'hr',
          ['a', 'b'].map((id) => ({ type: 'person', externalId: `t-${id}`, mirrorHash: 'h1' })),
        );
      });
      expect(await keys()).toEqual(['b']);
      await database.write(async (transaction) => {
        await links.putClaims(transaction, [claim('b'), claim('x')], 1);
        await upkeep.putItems(transaction, [item('i')]);
        await upkeep.putDue(transaction, [
          { job: 1, type: 'person', source_key: 'now', what: 'review', at: 5 },
          { job: 1, type: 'person', source_key: 'later', what: 'review', at: 6 },
        ]);
      });
      const run = await newRun(database, { mode: 'keys' });
      await plan(database, run, [change('asked', { action: 'remove' })]);
      const rows = await changesOf(database, run);
      await database.write((transaction) => held.putHeld(transaction, run, rows, { now: 1, expiresAt: 9 }));
      // x is gone from the directory.
      expect(await keys()).toEqual(['asked', 'i', 'now', 'x']);
      await database.write((transaction) => mirror.putMirror(transaction, 'hr', 'person', [seen('t-a', 'other')], 2, new Set()));
      expect(await keys()).toEqual(['a', 'asked', 'i', 'now', 'x']);
    });
  });
}
