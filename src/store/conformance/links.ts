// What stands around links: searching them, accounts not to be touched, history of what a person linked.
import { expect, describe, it } from 'vitest';
import type { Database } from '../database.ts';
import { withJobs } from './rows.ts';
import { contributions, directory, find, links, protectedStore } from './watched.ts';

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
      expect(await protectedStore.protectedAmong(database, 'app', 'person', ['b', 'g', 'none'])).toEqual(new Set(['b']));
      const drop = () => database.write((transaction) => protectedStore.dropProtected(transaction, 'app', 'person', 'b'));
      expect([await drop(), await drop()]).toEqual([true, false]);
      expect(await protectedStore.protectedAmong(database, 'other', 'person', ['b'])).toEqual(new Set(['b']));
    });
  });
}
