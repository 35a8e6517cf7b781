// What stands around links: searching them, accounts not to be touched, history of what a person linked.
import { expect, describe, it } from 'vitest';
import type { Database } from '../database.ts';
import { claim, newRun, withJobs } from './rows.ts';
import { absent, contributions, directory, find, knownAgain, links, matching, mirror, protectedStore, staged } from './watched.ts';

export function describeLinks(open: () => Promise<Database>): void {
  describe('links by hand', () => {
    it('are found by a part of either side, by type, page by page', async () => {
      const database = await open();
      await database.write(async (transaction) => {
        await directory.putObjects(
          transaction,
          ['d1', 'd2', 'd3'].map((id, index) => ({
            id,
            type: index === 2 ? 'department' : 'person',
            lifecycle: 'active',
            data: JSON.stringify({ displayName: ['Zhang Wei', '李娜', 'Sales'][index], email: `P${index}@Example.com` }),
            relations: '[]',
          })),
        );
        await links.putLinks(
          transaction,
          'hr',
          [
            { type: 'person', externalId: 'A_1', directoryId: 'd1', madeBy: 'ann' },
            { type: 'person', externalId: 'b2', directoryId: 'd2', madeBy: 'ann' },
            { type: 'department', externalId: 'c3', directoryId: 'd3', madeBy: 'ann' },
          ],
          1,
        );
      });
      const ids = async (filter: Partial<Parameters<typeof links.linkPage>[1]>) =>
        (await links.linkPage(database, { limit: 9, ...filter })).map((row) => row.external_id);
      expect(await ids({ text: 'a_' })).toEqual(['A_1']);
      expect(await ids({ text: '李' })).toEqual(['b2']);
      expect(await ids({ text: 'example' })).toEqual(['c3', 'A_1', 'b2']);
      expect(await ids({ text: 'example', type: 'person', after: ['hr', 'person', 'A_1'] })).toEqual(['b2']);
      expect(await ids({ text: 'nobody' })).toEqual([]);
    });

    it('show which accounts are still enabled, of people who have left, page by page', async () => {
      const database = await open();
      const people = { p1: 'active', p2: 'departed', p3: 'suspended', p4: 'absent', p5: 'departed' } as const;
      await database.write(async (transaction) => {
        await directory.putObjects(
          transaction,
          Object.entries(people).map(([id, lifecycle]) => ({ id, type: 'person', lifecycle, data: '{}', relations: '[]' })),
        );
        await links.putLinks(
          transaction,
          'app',
          Object.keys(people).map((id) => ({ type: 'person', externalId: `a-${id}`, directoryId: id, madeBy: 'ann' })),
          1,
        );
        // The account of p5 is disabled, whatever its name says.
        const seenAs = (id: string, e: boolean) => ({
          id: `a-${id}`,
          data: JSON.stringify({ a: { name: '"e":true' }, e }),
          hash: 'h',
          edges: [],
          keys: [],
        });
        const shown = Object.keys(people).map((id) => seenAs(id, id !== 'p5'));
        await mirror.putMirror(transaction, 'app', 'person', shown, 7, new Set(shown.map(({ id }) => id)));
      });
      const from = async (after: readonly [string, string, string], limit = 9) =>
        (await mirror.openAccounts(database, after, limit)).map((row) => [row.person, row.lifecycle, row.account, Number(row.seen_at)]);
      expect(await from(['', '', ''])).toEqual([
        ['p2', 'departed', 'a-p2', 7],
        ['p3', 'suspended', 'a-p3', 7],
        ['p4', 'absent', 'a-p4', 7],
      ]);
      expect(await from(['p2', 'app', 'a-p2'], 1)).toEqual([['p3', 'suspended', 'a-p3', 7]]);
    });

    it('remember what was written of their relations, with a write or when it is seen', async () => {
      const database = await open();
      const one = { type: 'person', externalId: 'a' };
      await database.write(async (transaction) => {
        await links.putLinks(transaction, 'app', [{ ...one, directoryId: 'd1', madeBy: 'run 1' }], 1);
        await links.putAgreement(transaction, 'app', [{ ...one, sent: '{}', sentEdges: '{"member":"x"}', mirrorHash: 'm' }]);
        await links.putAgreement(transaction, 'app', [{ ...one, sent: '{}', sentEdges: null, mirrorHash: 'm' }]);
      });
      const now = async () => (await links.linksByExternal(database, 'app', 'person', ['a']))[0]!;
      const { sent_edges, revision } = await now();
      expect(sent_edges).toBe('{"member":"x"}');
      await database.write((transaction) =>
        links.putSentEdges(transaction, 'app', 'person', [{ externalId: 'a', sentEdges: '{"member":{}}' }]),
      );
      expect(await now()).toMatchObject({ sent_edges: '{"member":{}}', revision });
      expect(await database.write((transaction) => links.putSentEdges(transaction, 'app', 'person', []))).toBe(0);
    });

    it('tell what was created by us from what was there, for as long as it is the same object', async () => {
      const database = await open();
      const one = { type: 'person', externalId: 'a', directoryId: 'd1', madeBy: 'run 1' };
      const put = (link: typeof one & { ours?: boolean }) => database.write((transaction) => links.putLinks(transaction, 'app', [link], 1));
      const isOurs = async () => Number((await links.linksByExternal(database, 'app', 'person', ['a']))[0]!.ours) === 1;
      const told: boolean[] = [];
      for (const link of [one, { ...one, ours: true }, one, { ...one, directoryId: 'd2' }, { ...one, directoryId: 'd2', ours: true }]) {
        await put(link);
        told.push(await isOurs());
      }
      expect(told).toEqual([false, true, true, false, true]);
    });

    it('leave an entry of the history that names the other side', async () => {
      const database = await open();
      const entry = { type: 'person', id: 'd1', before: null, after: null, change: null, edges: [] };
      const seq = await database.write((transaction) =>
        directory.appendHistory(
          transaction,
          [
            { ...entry, action: 'update' },
            { ...entry, action: 'link', link: { connection: 'hr', externalId: 'a' } },
          ],
          { at: 5, run: null, job: null, actor: 'ann' },
        ),
      );
      expect(await find.historyLink(database, seq, 1)).toEqual({ connection: 'hr', external_id: 'a' });
      expect(await find.historyLink(database, seq, 0)).toBeUndefined();
    });

    it('ask whoever speaks of the object above again, and no job below', async () => {
      const database = await open();
      await withJobs(database);
      await database.write(async (transaction) => {
        await contributions.acceptContributions(transaction, 1, [
          { job: 1, type: 'person', external_id: 'a', directory_id: 'd1', data: '{}', relations: '[]' },
          { job: 2, type: 'person', external_id: 'x', directory_id: 'd1', data: '{}', relations: '[]' },
          { job: 1, type: 'person', external_id: 'b', directory_id: 'd2', data: '{}', relations: '[]' },
        ]);
        await contributions.askContributors(transaction, ['d1']);
        await contributions.askContributors(transaction, ['d1']);
      });
      expect(await database.all('SELECT source_key, what FROM due ORDER BY source_key')).toEqual([{ source_key: 'a', what: 'review' }]);
      expect([await contributions.hasContributions(database, 2), await contributions.hasContributions(database, 3)]).toEqual([true, false]);
    });
  });

  describe('ids that all changed at once', () => {
    const keys = (id: string, union: string, name: string) => ({
      id,
      data: '{}',
      hash: id,
      edges: [],
      keys: [
        { attribute: 'union', key: union },
        { attribute: 'name', key: name },
        { attribute: 'city', key: 'x' },
      ],
    });

    it('are told by what they share with whoever has no link yet', async () => {
      const database = await open();
      await database.write(async (transaction) => {
        await mirror.putMirror(
          transaction,
          'app',
          'person',
          [
            keys('a', 'U1', 'zhang'),
            keys('A', 'U1', 'zhang'),
            keys('b', 'U2', 'li'),
            keys('B', 'U3', 'li'),
            keys('c', 'U4', 'wu'),
            keys('C', 'U4', 'wu'),
          ],
          1,
          new Set(),
        );
        // c is nobody's; C is somebody already.
        const link = (externalId: string) => ({ type: 'person', externalId, directoryId: `d-${externalId}`, madeBy: 'ann' });
        await links.putLinks(transaction, 'app', [link('a'), link('b'), link('C')], 1);
      });
      expect(await knownAgain.sharedKeys(database, 'app', 'person', ['union', 'name'], ['a', 'b', 'c'])).toEqual([
        { attribute: 'name', old: 'a', fresh: 'A' },
        { attribute: 'union', old: 'a', fresh: 'A' },
        { attribute: 'name', old: 'b', fresh: 'B' },
      ]);
      const pairs = [
        { old: 'a', fresh: 'A' },
        { old: 'b', fresh: 'B' },
        { old: 'c', fresh: 'C' },
      ];
      const apart = (connection: string, some = pairs) => knownAgain.sharedButApart(database, connection, 'person', some);
      expect(await apart('app')).toEqual([]);
      await database.write((transaction) =>
        matching.rejectPairs(
          transaction,
          1,
          'app',
          [
            { type: 'person', object: 'd-a', external_id: 'A' },
            { type: 'person', object: 'd-b', external_id: 'A' },
          ],
          { at: 1, actor: 'ann' },
        ),
      );
      expect([await apart('app'), await apart('other'), await apart('app', [])]).toEqual([[pairs[0]], [], []]);
      const valueOf = await knownAgain.keysOf(database, 'app', 'person', ['a', 'B']);
      expect([valueOf('a', 'union'), valueOf('B', 'union'), valueOf('b', 'union')]).toEqual(['U1', 'U3', undefined]);
    });

    it('are protected and kept apart once, where it was said of the old one and of the new one', async () => {
      const database = await open();
      const apart = (object: string, external_id: string) => ({ type: 'person', object, external_id });
      await database.write(async (transaction) => {
        const guarded = (external_id: string, reason: string) => ({ type: 'person', external_id, reason });
        await protectedStore.putProtected(transaction, 'app', [guarded('a', 'old'), guarded('A', 'new'), guarded('b', 'old')]);
        await protectedStore.putProtected(transaction, 'other', [guarded('a', 'old')]);
        const pairs = [apart('d1', 'a'), apart('d1', 'A'), apart('d2', 'a'), apart('d3', 'A'), apart('d1', 'b')];
        await matching.rejectPairs(transaction, 1, 'app', pairs, { at: 1, actor: 'ann' });
        await knownAgain.renewIds(
          transaction,
          'app',
          'person',
          new Map([
            ['a', 'A'],
            ['b', 'B'],
          ]),
        );
      });
      const guarded = (connection: string) => protectedStore.protectedAmong(database, connection, 'person', ['a', 'A', 'b', 'B']);
      expect(Object.fromEntries(await guarded('app'))).toEqual({ A: 'new', B: 'old' });
      expect(Object.fromEntries(await guarded('other'))).toEqual({ a: 'old' });
      const rows = await matching.apartFrom(database, 'app', 'person', ['d1', 'd2', 'd3']);
      expect(rows.map((row) => `${row.object} ${row.external_id}`)).toEqual(['d1 A', 'd1 B', 'd2 A', 'd3 A']);
    });

    it('change everything that is kept under them, and jobs look again', async () => {
      const database = await open();
      await withJobs(database);
      const run = await newRun(database);
      await database.write(async (transaction) => {
        await links.putLinks(transaction, 'hr', [{ type: 'person', externalId: 'a', directoryId: 'd1', madeBy: 'ann' }], 1);
        await links.putAllotted(transaction, 'hr', [{ type: 'person', externalId: 'A', directoryId: 'd9' }]);
        await links.putClaims(
          transaction,
          [claim('a'), claim('d1', { job: 2, directory_id: 'd1', target_key: 'a' }), claim('b', { type: 'department' })],
          1,
        );
        await contributions.acceptContributions(transaction, run, [
          { job: 1, type: 'person', external_id: 'a', directory_id: 'd1', data: '{"a":{}}', relations: '[]' },
        ]);
        await transaction.insert(
          'contribution_edge',
          ['job', 'type', 'external_id', 'relation', 'to_type', 'to_key', 'facts'],
          [
            [1, 'department', 'b', 'leader', 'person', 'a', 'old'],
            [1, 'department', 'b', 'leader', 'person', 'A', 'new'],
            [1, 'department', 'c', 'leader', 'person', 'a', 'old'],
          ],
        );
        await protectedStore.putProtected(transaction, 'hr', [{ type: 'person', external_id: 'a', reason: 'robot' }]);
        await staged.putStaged(transaction, run, [{ type: 'person', key: 'A', step: 'same', seen: 'present', inputHash: null }]);
        expect(await absent.absentKeys(transaction, run, 1, 'person', 9, { after: '', limit: 9 })).toEqual(['a']);
        await knownAgain.renewIds(transaction, 'hr', 'person', new Map([['a', 'A']]));
        await knownAgain.renewIds(transaction, 'hr', 'person', new Map());
        await knownAgain.readAgain(transaction, run, 'person', ['A']);
      });
      expect(await database.all('SELECT external_id, directory_id FROM link')).toEqual([{ external_id: 'A', directory_id: 'd1' }]);
      expect(await database.all('SELECT source_key, target_key, settled FROM claim ORDER BY job, type, source_key')).toEqual([
        { source_key: 'b', target_key: 't-b', settled: 1 },
        { source_key: 'A', target_key: 't-a', settled: 0 },
        { source_key: 'd1', target_key: 'A', settled: 0 },
      ]);
      expect(await database.all('SELECT external_id FROM contribution')).toEqual([{ external_id: 'A' }]);
      expect(await database.all('SELECT external_id, to_key, facts FROM contribution_edge ORDER BY external_id, facts')).toEqual([
        { external_id: 'b', to_key: 'A', facts: 'new' },
        { external_id: 'c', to_key: 'A', facts: 'old' },
      ]);
      expect(await protectedStore.protectedAmong(database, 'hr', 'person', ['a', 'A'])).toEqual(new Map([['A', 'robot']]));
      expect(await database.all('SELECT external_id FROM allotted')).toEqual([]);
      expect(await database.all(`SELECT step FROM staged WHERE run = ?`, run)).toEqual([{ step: 'read' }]);
    });
  });

  describe('protected accounts', () => {
    it('are kept once with their latest reason, paged in one order on every store, and taken back', async () => {
      const database = await open();
      const row = (external_id: string, reason: string, type = 'person') => ({ type, external_id, reason });
      await database.write(async (transaction) => {
        await protectedStore.putProtected(transaction, 'app', [
          row('b', 'robot'),
          row('B', 'robot'),
          row('ä', 'robot'),
          row('g', 'x', 'group'),
        ]);
        await protectedStore.putProtected(transaction, 'app', [row('b', 'payroll')]);
        await protectedStore.putProtected(transaction, 'other', [row('b', 'robot')]);
      });
      const first = await protectedStore.protectedPage(database, 'app', ['', ''], 3);
      expect(first).toEqual([row('g', 'x', 'group'), row('B', 'robot'), row('b', 'payroll')]);
      expect(await protectedStore.protectedPage(database, 'app', ['person', 'b'], 3)).toEqual([row('ä', 'robot')]);
      expect(await protectedStore.protectedAmong(database, 'app', 'person', ['b', 'g', 'none'])).toEqual(new Map([['b', 'payroll']]));
      const drop = () => database.write((transaction) => protectedStore.dropProtected(transaction, 'app', 'person', 'b'));
      expect([await drop(), await drop()]).toEqual([true, false]);
      expect(await protectedStore.protectedAmong(database, 'other', 'person', ['b'])).toEqual(new Map([['b', 'robot']]));
    });
  });
}
