// What runs read: stage, mirror, links, claims, contributions, directory; and in every table of edges, unknown is not empty.
import { describe, expect, it } from 'vitest';
import type { Database } from '../database.ts';
import { claim, newRun, seen, sorted, withJobs } from './rows.ts';
import { absent, contributions, directory, find, links, mirror, staged } from './watched.ts';

const person = (id: string, more: object = {}) => ({
  id,
  type: 'person',
  lifecycle: 'active',
  data: `{"displayName":"Person ${id}"}`,
  relations: '["membership"]',
  hash: 'h',
  ...more,
});
const edge = (owner: string, toId: string, op: 'add' | 'remove' | 'update' = 'add', facts = '{}') => ({
  owner,
  relation: 'membership',
  toType: 'department',
  toId,
  op,
  facts,
  factsBefore: null,
});
const stagedEdge = (key: string, to: string) => ({
  type: 'person',
  source_key: key,
  relation: 'membership',
  to_type: 'department',
  to_key: to,
  facts: '{}',
});
const contribution = (key: string, relations: string, more: object = {}) => ({
  job: 1,
  type: 'person',
  external_id: key,
  directory_id: `d-${key}`,
  data: '{"a":{}}',
  relations,
  ...more,
});

export function describeReading(open: () => Promise<Database>): void {
  describe('the stage', () => {
    it('keeps the later read of an object, and nothing of the earlier one', async () => {
      const database = await open();
      await database.write(async (transaction) => {
        await staged.putStaged(transaction, 1, [{ type: 'person', key: 'a', step: 'read', seen: 'present', inputHash: 'i1' }]);
        await staged.patchStaged(transaction, 1, [
          {
            type: 'person',
            key: 'a',
            step: 'diffed',
            desired: '{}',
            relations: '["membership"]',
            problems: '[]',
            scopeRule: 'all',
            directoryId: 'd',
            targetKey: 't',
            situation: 'changed',
            detail: '{}',
            reviewAt: 5,
          },
        ]);
        await staged.putStaged(transaction, 1, [{ type: 'person', key: 'a', step: 'read', seen: 'absent', inputHash: null }]);
      });
      expect(await staged.stagedOf(database, 1, 'person', ['a'])).toEqual([
        expect.objectContaining({
          step: 'read',
          seen: 'absent',
          input_hash: null,
          desired: null,
          relations: null,
          problems: null,
          scope_rule: null,
          directory_id: null,
          target_key: null,
          situation: null,
          detail: null,
          review_at: null,
        }),
      ]);
    });

    it('gives what is left at a step in pages, in the order of keys', async () => {
      const database = await open();
      const keys = ['b', 'a', 'd', 'c', '张'];
      await database.write((transaction) =>
        staged.putStaged(
          transaction,
          1,
          keys.map((key) => ({ type: 'person', key, step: 'read', seen: 'present', inputHash: null })),
        ),
      );
      await database.write((transaction) =>
        staged.patchStaged(transaction, 1, [
          { type: 'person', key: 'c', step: 'correlated' },
          { type: 'person', key: 'new', step: 'read', targetKey: 't' },
        ]),
      );
      const pages: string[][] = [];
      for (let after = ''; ; ) {
        const page = await staged.stagedAt(database, 1, 'read', 'person', after, 2);
        if (page.length === 0) break;
        after = page.at(-1)!.source_key;
        pages.push(page.map((row) => row.source_key));
      }
      expect(pages).toEqual([['a', 'b'], ['d', 'new'], ['张']]);
    });

    it('is told apart by run and type, and goes as a whole', async () => {
      const database = await open();
      await database.write(async (transaction) => {
        for (const run of [1, 2]) {
          await staged.putStaged(transaction, run, [{ type: 'person', key: 'a', step: 'read', seen: 'present', inputHash: null }]);
          await staged.replaceStagedEdges(transaction, run, 'person', ['a'], [stagedEdge('a', 'x')]);
          await staged.putStagedKeys(transaction, run, [
            { type: 'person', attribute: 'number', key: '7', id: 'd' },
            { type: 'person', attribute: 'number', key: '7', id: 'd' },
          ]);
          await staged.putUnchanged(transaction, run, 'person', ['u', 'v']);
        }
        await staged.dropStage(transaction, 1);
      });
      expect(await staged.countSteps(database, 1)).toEqual([]);
      expect(await staged.countUnchanged(database, 1)).toEqual([]);
      expect(await staged.stagedEdgesOf(database, 1, 'person', ['a'])).toEqual([]);
      expect(await staged.stagedEdgesOf(database, 2, 'person', ['a'])).toHaveLength(1);
      expect(await staged.countUnchanged(database, 2)).toEqual([expect.objectContaining({ type: 'person', count: 2 })]);
      await database.write((transaction) => staged.forgetUnchanged(transaction, 2, 'person'));
      expect(await staged.countUnchanged(database, 2)).toEqual([]);
    });

    it('says how many problems a run met, whoever asks', async () => {
      const database = await open();
      await database.write((transaction) =>
        staged.patchStaged(transaction, 1, [
          { type: 'person', key: 'a', step: 'diffed', problems: '[1]' },
          { type: 'person', key: 'b', step: 'diffed', problems: null },
        ]),
      );
      expect(await staged.countDoubts(database, 1)).toEqual({ problems: 1, unreadable: 0 });
      expect(await staged.troubledRows(database, 1, 9)).toMatchObject([{ source_key: 'a', problems: '[1]' }]);
    });
  });

  describe('the mirror', () => {
    it('replaces an object with its edges and keys, and counts its revisions', async () => {
      const database = await open();
      await database.write((transaction) =>
        mirror.putMirror(
          transaction,
          'hr',
          'person',
          [seen('a', 'h1', ['x', 'y'], ['1']), seen('b', 'h1', ['x'], ['2'])],
          1,
          new Set(['a', 'b']),
        ),
      );
      await database.write((transaction) => mirror.putMirror(transaction, 'hr', 'person', [seen('a', 'h2', ['z'], ['3'])], 2, new Set()));
      expect(await mirror.mirrorRows(database, 'hr', 'person', ['a'])).toEqual([
        expect.objectContaining({ hash: 'h2', revision: 2, observed_at: 2 }),
      ]);
      expect((await mirror.mirrorEdges(database, 'hr', 'person', ['a'])).map((row) => row.to_id)).toEqual(['z']);
      expect(await mirror.findInMirror(database, 'hr', 'person', 'number', ['1', '2', '3'])).toHaveLength(2);
      expect(sorted((await mirror.mirrorHashes(database, 'hr', 'person', ['a', 'b', 'c'])).map((row) => row.hash))).toEqual(['h1', 'h2']);
      await database.write((transaction) => mirror.touchMirror(transaction, 'hr', 'person', ['b'], 7));
      expect(await mirror.mirrorRows(database, 'hr', 'person', ['b'])).toEqual([expect.objectContaining({ revision: 1, observed_at: 7 })]);
      expect([await mirror.mirrorCount(database, 'hr', 'person'), await mirror.mirrorCount(database, 'hr', 'group')]).toEqual([2, 0]);
      await database.write((transaction) => mirror.dropMirror(transaction, 'hr', 'person', ['a']));
      expect(await mirror.mirrorEdges(database, 'hr', 'person', ['a', 'b'])).toHaveLength(1);
      expect((await mirror.mirrorPage(database, 'hr', 'person', '', 9)).map((row) => row.external_id)).toEqual(['b']);
    });

    it('tells what nobody of ours owns, and finds objects by id, key and text', async () => {
      const database = await open();
      await withJobs(database);
      await database.write(async (transaction) => {
        await mirror.putMirror(
          transaction,
          'hr',
          'person',
          [seen('a', 'h1', ['x'], ['1']), seen('b_1', 'h1', [], ['2'])],
          1,
          new Set(['a', 'b_1']),
        );
        await links.putLinks(transaction, 'hr', [{ type: 'person', externalId: 'a', directoryId: 'd-a', madeBy: 'run 1' }], 1);
      });
      expect(await mirror.countOrphans(database, 'hr')).toEqual([expect.objectContaining({ type: 'person', count: 1 })]);
      expect(await find.outsideById(database, 'person', 'a')).toEqual([expect.objectContaining({ connection: 'hr', external_id: 'a' })]);
      expect(await find.outsideByKey(database, 'hr', 'person', [{ attribute: 'number', key: '2' }])).toEqual([
        expect.objectContaining({ external_id: 'b_1' }),
      ]);
      // A sign of the search language is a letter like any other.
      expect((await find.outsideContaining(database, 'person', 'b_', 9)).map((row) => row.external_id)).toEqual(['b_1']);
      expect((await find.outsideContaining(database, 'person', 'B_', 9)).map((row) => row.external_id)).toEqual(['b_1']);
      expect(await find.outsideContaining(database, 'person', '%', 9)).toEqual([]);
      expect(await find.mirrorOf(database, 'hr', 'person', 'a')).toMatchObject({ observed_at: 1 });
      expect((await find.mirrorTargets(database, 'hr', 'person', 'a', 'membership')).map((row) => row.to_id)).toEqual(['x']);
    });
  });

  describe('links', () => {
    const link = (externalId: string, directoryId: string) => ({ type: 'person', externalId, directoryId, madeBy: 'run 1' });

    it('lead both ways; of several to one object, one is primary, also when they come together', async () => {
      const database = await open();
      await database.write((transaction) => links.putLinks(transaction, 'hr', [link('a', 'd1'), link('b', 'd2'), link('c', 'd2')], 1));
      await database.write((transaction) => links.putLinks(transaction, 'hr', [link('e', 'd1')], 1));
      const page = async (filter: object) => (await links.linkPage(database, { limit: 9, ...filter })).map((row) => row.external_id);
      expect([await page({}), await page({ object: 'd1', limit: 1 })]).toEqual([['a', 'b', 'c', 'e'], ['a']]);
      expect([await page({ after: ['hr', 'person', 'b'] }), await page({ connection: 'other' })]).toEqual([['c', 'e'], []]);
      expect([...(await links.externalIdsOf(database, 'hr', 'person', ['d1', 'd2', 'd3']))].sort()).toEqual([
        ['d1', 'a'],
        ['d2', 'b'],
      ]);
      expect([...(await links.directoryIdsOf(database, 'hr', 'person', ['a', 'b', 'c', 'e', 'x']))].sort()).toEqual([
        ['a', 'd1'],
        ['b', 'd2'],
        ['c', 'd2'],
        ['e', 'd1'],
      ]);
      expect(await links.externalIdsOf(database, 'app', 'person', ['d1'])).toEqual(new Map());
      expect((await links.linksByDirectory(database, 'hr', 'person', ['d2'])).map((row) => row.external_id)).toEqual(['b']);
      expect(sorted((await links.secondaryLinks(database, 'person', ['d1', 'd2'])).map((row) => row.external_id))).toEqual(['c', 'e']);
      await database.write((transaction) => links.cutLinks(transaction, 'hr', 'person', ['a']));
      expect(await links.linksByExternal(database, 'hr', 'person', ['a'])).toEqual([]);
      // Where the primary one is cut, the next takes its place.
      expect([...(await links.externalIdsOf(database, 'hr', 'person', ['d1']))]).toEqual([['d1', 'e']]);
      await database.write((transaction) => links.putLinks(transaction, 'hr', [link('c', 'd1'), link('e', 'd1')], 2));
      expect((await links.linksByDirectory(database, 'hr', 'person', ['d1', 'd2'])).map((row) => row.external_id).sort()).toEqual([
        'b',
        'e',
      ]);
      await database.write((transaction) => links.putLinks(transaction, 'hr', [link('c', 'd2')], 2));
      expect((await find.linksOfObject(database, 'd2')).map((row) => row.external_id)).toEqual(['b', 'c']);
      expect(await find.linkOfOutside(database, { connection: 'hr', type: 'person', external_id: 'c' })).toMatchObject({
        directory_id: 'd2',
      });
    });

    it('take the place of the id that was allotted to a planned object', async () => {
      const database = await open();
      await database.write(async (transaction) => {
        await links.putAllotted(transaction, 'hr', [{ type: 'person', externalId: 'a', directoryId: 'd1' }]);
        await links.putAllotted(transaction, 'hr', [{ type: 'person', externalId: 'a', directoryId: 'other' }]);
      });
      expect([...(await links.directoryIdsOf(database, 'hr', 'person', ['a']))]).toEqual([['a', 'd1']]);
      await database.write((transaction) => links.putLinks(transaction, 'hr', [link('a', 'd1')], 1));
      expect(await database.all('SELECT * FROM allotted')).toEqual([]);
    });

    it('remember what was sent, what came back, and what both sides agreed on', async () => {
      const database = await open();
      await database.write(async (transaction) => {
        await links.putLinks(transaction, 'hr', [link('a', 'd1')], 1);
        await mirror.putMirror(transaction, 'hr', 'person', [seen('a', 'm1')], 1, new Set(['a']));
        await links.putAgreement(transaction, 'hr', [
          { type: 'person', externalId: 'a', sent: '{"x":1}', echoed: '{"x":2}', mirrorHash: 'm1' },
        ]);
        await links.putAgreement(transaction, 'hr', [{ type: 'person', externalId: 'a', mirrorHash: 'm1' }]);
        await links.confirmAgreement(transaction, 'hr', 'person', ['a']);
      });
      expect(await links.linksByExternal(database, 'hr', 'person', ['a'])).toEqual([
        expect.objectContaining({ sent: '{"x":1}', echoed: '{"x":2}', mirror_hash: 'm1', revision: 3, agreed_hash: 'm1' }),
      ]);
    });
  });

  describe('claims', () => {
    it('keep the day on which they began, and are staged when a read does not show them', async () => {
      const database = await open();
      await database.write((transaction) =>
        links.putClaims(transaction, [claim('a'), claim('b'), claim('c'), claim('gone', { state: 'left' })], 5),
      );
      await database.write((transaction) => links.putClaims(transaction, [claim('a', { settled: 0 })], 9));
      expect(await links.claimsOf(database, 1, 'person', ['a'])).toEqual([expect.objectContaining({ settled: 0, since: 5 })]);
      expect((await links.claimsByTarget(database, 1, 'person', ['t-b', 't-x'])).map((row) => row.source_key)).toEqual(['b']);
      await database.write(async (transaction) => {
        await staged.putStaged(transaction, 1, [{ type: 'person', key: 'a', step: 'read', seen: 'present', inputHash: null }]);
        await staged.putUnchanged(transaction, 1, 'person', ['b']);
        expect(await absent.stageAbsent(transaction, 1, 1, 'person', 6)).toBe(1);
        // Once more after a crash: nothing is staged twice.
        expect(await absent.stageAbsent(transaction, 1, 1, 'person', 6)).toBe(0);
      });
      expect((await staged.stagedOf(database, 1, 'person', ['c']))[0]).toMatchObject({
        seen: 'absent',
        directory_id: 'd-c',
        target_key: 't-c',
      });
      await database.write(async (transaction) => {
        await links.unsettle(transaction, 1, 'person', ['b']);
        await links.endClaims(transaction, 1, 'person', ['c']);
      });
      expect((await links.claimsOf(database, 1, 'person', ['a', 'b', 'c'])).map((row) => row.settled)).toEqual([0, 0]);
      expect((await find.claimsOfObject(database, 'd-b')).map((row) => row.source_key)).toEqual(['b']);
    });

    it('pass to another job with what was said of the object', async () => {
      const database = await open();
      await database.write(async (transaction) => {
        await links.putClaims(transaction, [claim('a'), claim('b'), claim('b', { job: 2, input_hash: 'own' })], 1);
        await staged.replaceStagedEdges(transaction, 1, 'person', ['a'], [stagedEdge('a', 'x')]);
        await contributions.acceptContributions(transaction, 1, [contribution('a', '["membership"]'), contribution('b', '[]')]);
        await contributions.acceptContributions(transaction, 1, [contribution('b', '[]', { job: 2, data: '{"own":1}' })]);
        await links.handOver(transaction, 1, 2, 'person', ['a', 'b']);
      });
      expect(await links.claimsOf(database, 1, 'person', ['a', 'b'])).toEqual([]);
      const passed = (await links.claimsOf(database, 2, 'person', ['a', 'b'])).map((row) => [row.source_key, row.settled, row.input_hash]);
      expect(passed.toSorted()).toEqual([
        ['a', 0, 'i'],
        ['b', 0, 'own'],
      ]);
      expect(
        (await contributions.contributionsOf(database, ['d-a', 'd-b'])).map((row) => [row.external_id, row.job, row.data]).sort(),
      ).toEqual([
        ['a', 2, '{"a":{}}'],
        ['b', 2, '{"own":1}'],
      ]);
      expect(await contributions.contributionEdgesOf(database, 2, 'person', ['a'])).toHaveLength(1);
    });

    it('that wait for somebody are found by whom they wait for', async () => {
      const database = await open();
      await withJobs(database);
      const waiting = (to: string, key: string) => ({ to_type: 'person', to_key: to, type: 'person', source_key: key, name: 'manager' });
      await database.write(async (transaction) => {
        await links.replaceWaiting(transaction, 1, [{ type: 'person', key: 'a' }], [waiting('boss', 'a'), waiting('boss', 'a')]);
        await links.addWaiting(transaction, 1, [waiting('boss', 'b'), waiting('chief', 'b')]);
      });
      expect(sorted((await links.waitingFor(database, 1, 'person', ['boss'])).map((row) => row.source_key))).toEqual(['a', 'b']);
      expect(await links.waitingFor(database, 2, 'person', ['boss'])).toEqual([]);
      expect(await find.waitingOf(database, 1, 'person', 'b')).toHaveLength(2);
      await database.write((transaction) => links.replaceWaiting(transaction, 1, [{ type: 'person', key: 'b' }], []));
      expect((await links.waitingFor(database, 1, 'person', ['boss', 'chief'])).map((row) => row.source_key)).toEqual(['a']);
    });
  });

  describe('the directory', () => {
    it('replaces objects, their keys and edges, and counts both kinds of revision', async () => {
      const nameKey = (key: string, id = 'a') => ({ type: 'person', attribute: 'number', key, id });
      const database = await open();
      await database.write(async (transaction) => {
        await directory.putObjects(transaction, [person('a'), person('b'), person('c', { lifecycle: 'absent' })]);
        await directory.replaceKeys(transaction, [], [nameKey('1'), nameKey('2', 'b')]);
        await directory.applyEdges(transaction, [edge('a', 'x'), edge('a', 'y')], 'main', 1);
      });
      await database.write(async (transaction) => {
        await directory.putObjects(transaction, [person('a', { data: '{"displayName":"New"}' })]);
        await directory.bumpContributions(transaction, ['a']);
        await directory.replaceKeys(transaction, [nameKey('1')], [nameKey('3')]);
        await directory.applyEdges(transaction, [edge('a', 'x', 'remove'), edge('a', 'y', 'update', '{"primary":true}')], 'main', 1);
      });
      expect(await directory.objectsOf(database, ['a', 'c', 'none'])).toEqual(
        expect.arrayContaining([expect.objectContaining({ id: 'a', revision: 2, contributions: 2 }), expect.objectContaining({ id: 'c' })]),
      );
      expect(await directory.removedAmong(database, ['a', 'c', 'none'])).toEqual(new Set(['c']));
      expect(await directory.countObjects(database, 'person')).toBe(2);
      expect((await directory.objectPage(database, 'person', 'a', 9)).map((row) => row.id)).toEqual(['b']);
      expect(await directory.findObjects(database, 'person', 'number', ['1', '2', '3'])).toHaveLength(2);
      expect(await directory.edgesOf(database, ['a'])).toEqual([
        expect.objectContaining({ to_id: 'y', facts: '{"primary":true}', tree: 'main' }),
      ]);
      expect(
        await find.idsByKey(
          database,
          'person',
          [
            { attribute: 'number', key: '3' },
            { attribute: 'number', key: '2' },
          ],
          9,
        ),
      ).toEqual(['a', 'b']);
      expect((await find.objectsContaining(database, 'person', 'nEW', 9)).map((row) => row.id)).toEqual(['a']);
      expect(await find.keysThatBegin(database, 'person', 'number', '3', 9)).toEqual([{ key: '3', id: 'a' }]);
      expect(await find.linksByExternalId(database, 'person', 'a')).toEqual([]);
    });

    it('keeps a history of every change with its edges', async () => {
      const database = await open();
      const entry = (id: string, edges = [edge(id, 'x')]) => ({
        type: 'person',
        id,
        action: 'update',
        before: '{}',
        after: '{"a":1}',
        change: 7,
        edges,
      });
      const facts = { at: 5, run: 1, job: 1, actor: 'anna' };
      expect(await database.write((transaction) => directory.appendHistory(transaction, [], facts))).toBe(0);
      expect(await database.write((transaction) => directory.appendHistory(transaction, [entry('a'), entry('b', [])], facts))).toBe(1);
      expect(
        await database.write((transaction) => directory.appendHistory(transaction, [entry('a', [edge('a', 'x', 'remove')])], facts)),
      ).toBe(2);
      expect((await directory.historyOf(database, 'a', 9)).map((row) => [row.seq, row.n, row.actor])).toEqual([
        [2, 0, 'anna'],
        [1, 0, 'anna'],
      ]);
      expect(await find.historyEdges(database, 2, 0)).toEqual([expect.objectContaining({ to_id: 'x', op: 'remove' })]);
      expect(await directory.touchedSince(database, 1, 9)).toEqual({ rows: [expect.objectContaining({ id: 'a' })], seq: 2 });
      expect(await directory.touchedSince(database, 2, 9)).toEqual({ rows: [], seq: 2 });
      // An action that is passed over: its place counts, its objects do not.
      await database.write((transaction) =>
        directory.appendHistory(transaction, [{ ...entry('b', []), action: 'apart' }, entry('c', [])], facts),
      );
      expect((await directory.touchedSince(database, 2, 9)).rows.map((row) => row.id).sort()).toEqual(['b', 'c']);
      expect(await directory.touchedSince(database, 2, 9, ['apart'])).toEqual({ rows: [expect.objectContaining({ id: 'c' })], seq: 3 });
      expect(await directory.touchedSince(database, 2, 9, ['apart', entry('c', []).action])).toEqual({ rows: [], seq: 3 });
    });
  });

  describe('unknown is not empty', () => {
    it('in the stage: a relation that was not read is not in the list, one that is empty is', async () => {
      const database = await open();
      await database.write(async (transaction) => {
        await staged.patchStaged(transaction, 1, [
          { type: 'person', key: 'empty', step: 'correlated', relations: '["membership"]' },
          { type: 'person', key: 'unknown', step: 'correlated', relations: '[]' },
        ]);
        await staged.replaceStagedEdges(transaction, 1, 'person', ['empty', 'unknown'], []);
      });
      const rows = new Map(
        (await staged.stagedOf(database, 1, 'person', ['empty', 'unknown'])).map((row) => [row.source_key, row.relations]),
      );
      expect([rows.get('empty'), rows.get('unknown')]).toEqual(['["membership"]', '[]']);
      // Later steps that say nothing of relations leave it at that.
      await database.write((transaction) =>
        staged.patchStaged(transaction, 1, [{ type: 'person', key: 'empty', step: 'diffed', situation: 'same' }]),
      );
      expect((await staged.stagedOf(database, 1, 'person', ['empty']))[0]!.relations).toBe('["membership"]');
    });

    it('in the mirror: the object says which relations were read', async () => {
      const database = await open();
      const object = (id: string, r: string[]) => ({ ...seen(id), data: JSON.stringify({ a: {}, r }) });
      await database.write((transaction) =>
        mirror.putMirror(transaction, 'hr', 'person', [object('empty', ['membership']), object('unknown', [])], 1, new Set()),
      );
      const rows = new Map(
        (await mirror.mirrorRows(database, 'hr', 'person', ['empty', 'unknown'])).map((row) => [
          row.external_id,
          (JSON.parse(row.data) as { r: string[] }).r,
        ]),
      );
      expect([rows.get('empty'), rows.get('unknown')]).toEqual([['membership'], []]);
    });

    it('in contributions: what was not read this time stays as accepted, what is empty now is taken back', async () => {
      const database = await open();
      const run = async (relations: string, edges: readonly string[]): Promise<void> => {
        const id = await newRun(database, { mode: 'keys' });
        await database.write(async (transaction) => {
          await staged.patchStaged(transaction, id, [{ type: 'person', key: 'a', step: 'correlated', relations }]);
          await staged.replaceStagedEdges(
            transaction,
            id,
            'person',
            ['a'],
            edges.map((to) => stagedEdge('a', to)),
          );
          await contributions.acceptContributions(transaction, id, [contribution('a', relations)]);
        });
      };
      const accepted = async (): Promise<[string, string[]]> => [
        (await contributions.contributionsOf(database, ['d-a']))[0]!.relations,
        (await contributions.contributionEdgesOf(database, 1, 'person', ['a'])).map((row) => row.to_key),
      ];
      await withJobs(database);
      await run('["membership"]', ['x', 'y']);
      expect(await accepted()).toEqual(['["membership"]', ['x', 'y']]);
      await run('[]', []);
      expect(await accepted()).toEqual(['["membership"]', ['x', 'y']]);
      await run('["membership"]', []);
      expect(await accepted()).toEqual(['["membership"]', []]);
      await database.write((transaction) => contributions.dropContributions(transaction, 1, 'person', ['a']));
      expect(await contributions.contributionsOf(database, ['d-a'])).toEqual([]);
    });

    it('in the directory: an object says which relations are known', async () => {
      const database = await open();
      await database.write((transaction) => directory.putObjects(transaction, [person('empty'), person('unknown', { relations: '[]' })]));
      const rows = new Map((await directory.objectsOf(database, ['empty', 'unknown'])).map((row) => [row.id, row.relations]));
      expect([rows.get('empty'), rows.get('unknown')]).toEqual(['["membership"]', '[]']);
      expect(await directory.edgesOf(database, ['empty', 'unknown'])).toEqual([]);
    });

    it('in ledger and history: what is not named is not touched', async () => {
      const database = await open();
      await database.write(async (transaction) => {
        await directory.applyEdges(transaction, [edge('a', 'x'), edge('a', 'y')], 'main', 1);
        await directory.applyEdges(transaction, [], 'main', 1);
        await directory.applyEdges(transaction, [edge('a', 'x', 'remove')], 'main', 1);
      });
      expect((await directory.edgesOf(database, ['a'])).map((row) => row.to_id)).toEqual(['y']);
    });
  });
}
