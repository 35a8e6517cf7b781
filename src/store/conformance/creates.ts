// Creates in set SQL: which are plain, what carrying them out leaves, and who wants the same value as somebody else.
import { describe, expect, it } from 'vitest';
import type { Database } from '../database.ts';
import type { Span } from '../creates.ts';
import { change, changesOf, claim, newRun, plan, sorted, withJobs } from './rows.ts';
import { contributions, creates, directory, find, links, staged, upkeep } from './watched.ts';

const create = (key: string, more: Parameters<typeof change>[1] = {}) =>
  change(key, {
    action: 'create',
    situation: 'absent',
    kinds: '|create|',
    target_key: `d-${key}`,
    after: `{"displayName":"Person ${key}","lifecycle":"active"}`,
    precondition: '{"o":null,"c":null}',
    needs: '["home"]',
    edges: [{ relation: 'membership', to_type: 'department', to_id: 'home', op: 'add', facts: '{}', facts_before: null }],
    ...more,
  });

const home = { id: 'home', type: 'department', lifecycle: 'active', data: '{}', relations: '[]' };

/** A run with staged and planned creates of these keys, and the department they need. */
async function planned(database: Database, keys: readonly string[], more: Parameters<typeof change>[1] = {}): Promise<Span> {
  await withJobs(database);
  const run = await newRun(database);
  await database.write(async (transaction) => {
    await directory.putObjects(transaction, [home]);
    await staged.patchStaged(
      transaction,
      run,
      keys.map((key) => ({
        type: 'person',
        key,
        step: 'correlated' as const,
        inputHash: `i-${key}`,
        desired: '{"a":{},"x":"active"}',
        relations: '["membership"]',
        directoryId: `d-${key}`,
        situation: 'none',
      })),
    );
    await staged.replaceStagedEdges(
      transaction,
      run,
      'person',
      keys,
      keys.map((key) => ({ type: 'person', source_key: key, relation: 'membership', to_type: 'department', to_key: 'h', facts: '{}' })),
    );
    await links.putAllotted(
      transaction,
      'hr',
      keys.map((key) => ({ type: 'person', externalId: key, directoryId: `d-${key}` })),
    );
    await staged.markPlanned(transaction, run, 'person', keys);
    await staged.setReviews(transaction, run, 'person', [[keys[0]!, 77]]);
  });
  await plan(
    database,
    run,
    keys.map((key) => create(key, more)),
  );
  return (await creates.nextSpan(database, run, 2, 0, 100))!;
}

export function describeCreates(open: () => Promise<Database>): void {
  describe('creates in set SQL', () => {
    it('are a span while nothing else stands between them', async () => {
      const database = await open();
      const span = await planned(database, ['a', 'b', 'c']);
      expect(span.count).toBe(3);
      expect(await creates.nextSpan(database, span.run, 2, 0, 2)).toMatchObject({ first: span.first, last: span.first + 1, count: 2 });
      expect(await creates.nextSpan(database, span.run, 1, 0, 100)).toBeNull();
      await plan(database, span.run, [change('x')]);
      expect(await creates.nextSpan(database, span.run, 2, 0, 100)).toBeNull();
    });

    it('are straight only while nobody has heard of them and what they need is there', async () => {
      const database = await open();
      const span = await planned(database, ['a', 'b']);
      const straight = (): Promise<boolean> => creates.areStraightCreates(database, span, 'hr');
      expect(await straight()).toBe(true);
      expect(await creates.isAnyKnown(database, ['d-a', 'd-b'])).toBe(false);
      await database.write((transaction) => directory.putObjects(transaction, [{ ...home, lifecycle: 'absent' }]));
      expect(await straight()).toBe(false);
      await database.write((transaction) => directory.putObjects(transaction, [home]));
      expect(await straight()).toBe(true);
      await database.write((transaction) =>
        links.putLinks(transaction, 'hr', [{ type: 'person', externalId: 'a', directoryId: 'd-a', madeBy: 'test' }], 1),
      );
      expect(await straight()).toBe(false);
      expect(await creates.isAnyKnown(database, ['d-a', 'd-b'])).toBe(true);
    });

    it('leave objects with links, claims, contributions, edges and history, and nothing allotted', async () => {
      const database = await open();
      const span = await planned(database, ['a', 'b']);
      await database.write(async (transaction) => {
        await links.addWaiting(transaction, 1, [{ to_type: 'person', to_key: 'a', type: 'person', source_key: 'z', name: 'manager' }]);
        const made = await creates.createdBy(transaction, span);
        expect(made.map((row) => row.directory_id)).toEqual(['d-a', 'd-b']);
        await directory.putObjects(
          transaction,
          made.map((row) => ({ id: row.directory_id, type: row.type, lifecycle: 'active', data: '{}', relations: row.relations! })),
        );
        await creates.storeCreates(transaction, span, { connection: 'hr', tree: 'main', now: 5, hiding: [] });
        await creates.settleCreates(transaction, span);
        expect(await creates.waitingForCreates(transaction, span)).toEqual([{ type: 'person', source_key: 'z' }]);
        await creates.markSpanApplied(transaction, span.first, span.last, 5);
        await creates.appendCreates(transaction, span, { at: 5, actor: 'test' });
      });
      expect((await links.linksByExternal(database, 'hr', 'person', ['a', 'b'])).map((link) => link.role)).toEqual(['primary', 'primary']);
      expect([...(await links.settledInputs(database, 1, 'person', ['a', 'b', 'c']))].sort()).toEqual([
        ['a', 'i-a'],
        ['b', 'i-b'],
      ]);
      expect(await contributions.contributionsOf(database, ['d-a'])).toMatchObject([
        { data: '{"a":{},"x":"active"}', relations: '["membership"]' },
      ]);
      expect(await contributions.contributionEdgesOf(database, 1, 'person', ['a'])).toMatchObject([{ to_key: 'h' }]);
      expect(await directory.edgesOf(database, ['d-a', 'd-b'])).toMatchObject([
        { to_id: 'home', tree: 'main', job: 1 },
        { to_id: 'home', tree: 'main', job: 1 },
      ]);
      expect((await changesOf(database, span.run)).map((row) => row.state)).toEqual(['applied', 'applied']);
      const [told] = await directory.historyOf(database, 'd-b', 10);
      expect(told).toMatchObject({ action: 'create', change: span.last, run: span.run, job: 1, actor: 'test', at: 5 });
      expect(await find.historyEdges(database, told!.seq, told!.n)).toMatchObject([{ to_id: 'home', op: 'add' }]);
      expect(await upkeep.dueOf(database, 1, 'person', ['a', 'b'])).toMatchObject([{ source_key: 'a', what: 'review', at: 77 }]);
      expect(await database.all('SELECT * FROM allotted')).toEqual([]);
      expect(await creates.nextSpan(database, span.run, 2, 0, 100)).toBeNull();
    });

    it('of types that hid something stay open, so that they are looked at again', async () => {
      const database = await open();
      const span = await planned(database, ['a']);
      await database.write((transaction) =>
        creates.storeCreates(transaction, span, { connection: 'hr', tree: 'main', now: 5, hiding: ['person'] }),
      );
      expect((await links.settledInputs(database, 1, 'person', ['a'])).size).toBe(0);
      await database.write((transaction) => links.putClaims(transaction, [claim('a')], 6));
      expect((await links.settledInputs(database, 1, 'person', ['a'])).get('a')).toBe('i');
    });

    it('are contested where two of a plan want one value, or somebody in the directory has it', async () => {
      const database = await open();
      const wish = (key: string, id: string) => ({ type: 'person', attribute: 'mail', key, id });
      await database.write(async (transaction) => {
        await staged.putStagedKeys(transaction, 1, [
          wish('one', 'a'),
          wish('one', 'b'),
          wish('two', 'c'),
          wish('three', 'd'),
          wish('own', 'e'),
        ]);
        await directory.replaceKeys(transaction, [], [wish('three', 'x'), wish('own', 'e')]);
      });
      expect(sorted((await creates.contestedObjects(database, 1, 'person', 10))!)).toEqual(['a', 'b', 'd']);
      expect(await creates.contestedObjects(database, 1, 'person', 2)).toBeNull();
      expect((await creates.contestedObjects(database, 2, 'person', 10))!.size).toBe(0);
    });
  });
}
