// Who is one person: ids that answer for another, pairs that are kept apart, and everything that leads to a person led to somebody else.
import { describe, expect, it } from 'vitest';
import type { Database } from '../database.ts';
import { claim, change, newRun, plan, changesOf, withJobs } from './rows.ts';
import {
  contributions,
  directory,
  held,
  jobs as connections,
  links,
  matching,
  persons,
  pins,
  regrouped,
  staged,
  upkeep,
} from './watched.ts';

const person = (id: string, data: object = {}) => ({
  id,
  type: 'person',
  lifecycle: 'active',
  data: JSON.stringify(data),
  relations: '[]',
});

export function describePersons(open: () => Promise<Database>): void {
  describe('one person or two', () => {
    it('an id that was merged answers for whom it is now, however often that was', async () => {
      const database = await open();
      const row = (id: string, into_id: string, run: number) => ({ id, into_id, run, at: run, by_whom: 'ann' });
      await database.write(async (transaction) => {
        await persons.putMerged(transaction, row('a', 'x', 1));
        await persons.putMerged(transaction, row('a', 'b', 2));
        await persons.putMerged(transaction, row('b', 'c', 3));
      });
      expect([...(await persons.mergedInto(database, ['a', 'b', 'c', 'z']))].sort()).toEqual([
        ['a', 'c'],
        ['b', 'c'],
      ]);
      expect(await persons.mergedFrom(database, 'c')).toEqual([row('b', 'c', 3), row('a', 'b', 2)]);
      await database.write((transaction) => persons.dropMerged(transaction, 'b'));
      expect([...(await persons.mergedInto(database, ['a', 'b']))]).toEqual([['a', 'b']]);
    });

    it('a pair that is kept apart is one pair, whoever is named first', async () => {
      const database = await open();
      await database.write(async (transaction) => {
        await persons.putApart(transaction, 'b', 'a', { at: 1, actor: 'ann' });
        await persons.putApart(transaction, 'a', 'b', { at: 2, actor: 'bob' });
        await persons.putApart(transaction, 'c', 'a', { at: 3, actor: 'bob' });
      });
      expect(await persons.apartOf(database, 'b', 'a')).toMatchObject({ one: 'a', other: 'b', by_whom: 'ann' });
      const pairs = async (after: readonly [string, string]) => (await persons.apartPage(database, after, 9)).map((row) => row.other);
      expect([await pairs(['', '']), await pairs(['a', 'b'])]).toEqual([['b', 'c'], ['c']]);
      await database.write((transaction) => persons.dropApart(transaction, 'b', 'a'));
      expect(await persons.apartOf(database, 'a', 'b')).toBeUndefined();
    });

    it('what accounts a person is kept apart from comes along in a merge, unless they are theirs, and goes again', async () => {
      const database = await open();
      const pair = (object: string, external_id: string) => ({ type: 'person', object, external_id });
      const apart = async (...objects: string[]) =>
        (await matching.apartFrom(database, 'app', 'person', objects)).map((row) => `${row.object} ${row.external_id}`);
      await database.write(async (transaction) => {
        await matching.rejectPairs(transaction, 1, 'app', [pair('from', 'a1'), pair('from', 'a2'), pair('from', 'a3')], {
          at: 1,
          actor: 'ann',
        });
        await matching.rejectPairs(transaction, 1, 'app', [pair('to', 'a2')], { at: 2, actor: 'bob' });
        await links.putLinks(transaction, 'app', [{ type: 'person', externalId: 'a3', directoryId: 'to', madeBy: 'ann' }], 1);
        await persons.putMerged(transaction, { id: 'from', into_id: 'to', run: 1, at: 5, by_whom: 'eve' });
        expect(await persons.leadRejected(transaction, 'from', 'to', 5)).toBe(1);
      });
      expect([await apart('from'), await apart('to')]).toEqual([
        ['from a1', 'from a2', 'from a3'],
        ['to a1', 'to a2'],
      ]);
      await database.write(async (transaction) => {
        expect(await persons.dropLedRejected(transaction, 'from', 'to')).toBe(1);
      });
      expect([await apart('from'), await apart('to')]).toEqual([['from a1', 'from a2', 'from a3'], ['to a2']]);
    });

    it('links change places with all they know; words, claims, questions, names and pins go along', async () => {
      const database = await open();
      await withJobs(database);
      await database.write(async (transaction) => {
        await connections.putConnection(transaction, { id: 'app', connector: 'file', name: 'App', config: '{}' });
        await transaction.run(`UPDATE job SET connection = 'app' WHERE direction = 'down'`);
      });
      const jobs = await database.all<{ id: number; connection: string; direction: string }>(
        'SELECT id, connection, direction FROM job ORDER BY id',
      );
      const up = jobs.find((job) => job.direction === 'up')!;
      const down = jobs.find((job) => job.direction === 'down')!;
      const run = await newRun(database, { job: up.id });
      await plan(database, run, [change('r1', { action: 'remove', directory_id: 'from' })], up.id);
      const changes = await changesOf(database, run);
      await database.write(async (transaction) => {
        await directory.putObjects(transaction, [
          person('from'),
          person('to'),
          person('c', { manager: 'from' }),
          { ...person('g'), type: 'group' },
        ]);
        await directory.replaceKeys(transaction, [], [{ type: 'person', attribute: 'manager', key: 'from', id: 'c' }]);
        await directory.applyEdges(
          transaction,
          [{ owner: 'g', relation: 'member', toType: 'person', toId: 'from', op: 'add', facts: '{}', factsBefore: null }],
          'main',
          up.id,
        );
        await links.putLinks(transaction, up.connection, [{ type: 'person', externalId: 'r1', directoryId: 'from', madeBy: 'ann' }], 1);
        await links.putLinks(
          transaction,
          down.connection,
          [
            { type: 'person', externalId: 'a1', directoryId: 'from', madeBy: 'ann' },
            { type: 'person', externalId: 'a2', directoryId: 'to', madeBy: 'ann' },
          ],
          1,
        );
        await links.putAgreement(transaction, down.connection, [{ type: 'person', externalId: 'a1', sent: '{"x":1}', mirrorHash: 'h' }]);
        await contributions.acceptContributions(transaction, run, [
          { job: up.id, type: 'person', external_id: 'r1', directory_id: 'from', data: '{"a":{}}', relations: '[]' },
        ]);
        await links.putClaims(
          transaction,
          [
            claim('r1', { job: up.id, directory_id: 'from', target_key: 'from' }),
            claim('from', { job: down.id, directory_id: 'from', target_key: 'a1' }),
            claim('to', { job: down.id, directory_id: 'to', target_key: 'a2' }),
          ],
          1,
        );
        await held.putHeld(transaction, run, changes, { now: 1, expiresAt: 9 });
        await upkeep.reserve(transaction, '', 'person.userName', run, [{ key: 'zhang', holder: 'from', value: 'zhang' }]);
        await upkeep.reserve(transaction, 'x', 'person.login', run, [
          { key: 'z1', holder: 'from', value: 'z1' },
          { key: 'z2', holder: 'to', value: 'z2' },
        ]);
        const pin = {
          connection: down.connection,
          type: 'person',
          subject: 'title',
          undone: '1',
          keep: '2',
          title: null,
          run,
          at: 1,
          by_whom: 'ann',
        };
        await pins.putPins(transaction, [{ ...pin, object: 'from' }]);
        await staged.patchStaged(transaction, run, [{ type: 'person', key: 'r1', step: 'correlated', directoryId: 'from' }]);
      });
      expect(await persons.pointersTo(database, ['from'])).toEqual(
        expect.arrayContaining([
          { type: 'person', id: 'c' },
          { type: 'group', id: 'g' },
        ]),
      );
      expect(await persons.runWith(database, ['from'], 0)).toMatchObject({ id: run });
      expect(await persons.runWith(database, ['from'], run)).toBeUndefined();
      expect(await persons.reservedAlone(database, 'from', 'to')).toEqual([{ connection: '', space: 'person.userName', key: 'zhang' }]);

      const before = await persons.linksOfPeople(database, ['from', 'to']);
      expect(before.map((link) => [link.externalId, link.object, link.role]).sort()).toEqual([
        ['a1', 'from', 'primary'],
        ['a2', 'to', 'primary'],
        ['r1', 'from', 'primary'],
      ]);
      // What a dry run below is shown beforehand is what stands there afterwards.
      const there = async (reader: Database) => {
        const sorted = <T>(rows: readonly T[]): T[] => [...rows].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
        const led = (rows: readonly { external_id: string; directory_id: string; role: string; sent: string | null }[]) =>
          sorted(rows.map(({ external_id, directory_id, role, sent }) => ({ external_id, directory_id, role, sent })));
        const both = ['from', 'to'];
        return {
          external: led(await links.linksByExternal(reader, down.connection, 'person', ['a1', 'a2'])),
          from: led(await links.linksByDirectory(reader, down.connection, 'person', ['from', 'c'])),
          to: led(await links.linksByDirectory(reader, down.connection, 'person', ['to'])),
          ids: sorted([...(await links.directoryIdsOf(reader, down.connection, 'person', ['a1', 'a2', 'a3']))]),
          claims: sorted(
            (await links.claimsOf(reader, down.id, 'person', both)).map(({ source_key, directory_id, target_key, settled }) => [
              source_key,
              directory_id,
              target_key,
              Number(settled),
            ]),
          ),
          names: (await upkeep.reservationsHeldBy(reader, '', 'person.userName', ['to'])).map((row) => row.key),
          others: (await upkeep.reservationsHeldBy(reader, '', 'person.userName', ['from'])).map((row) => row.key),
          holders: (await upkeep.reservationsOf(reader, '', 'person.userName', ['zhang'])).map((row) => row.holder),
          pins: (await pins.pinsOf(reader, down.connection, 'person', both)).map((row) => row.object),
        };
      };
      const order = {
        kind: 'merge' as const,
        from: 'from',
        to: 'to',
        records: [{ connection: up.connection, externalId: 'r1' }],
        accounts: [{ connection: down.connection, externalId: 'a1' }],
        back: [{ connection: down.connection, externalId: 'a2' }],
        reserved: [{ connection: '', space: 'person.userName', key: 'zhang' }],
      };
      const shown = await there(await regrouped.regroupedBy(database, order));
      expect(await there(database)).not.toEqual(shown);
      const other = (id: string): string => (id === 'from' ? 'to' : 'from');
      await database.write(async (transaction) => {
        await persons.leadLinks(
          transaction,
          ['from', 'to'],
          before.map((link) => ({ ...link, object: other(link.object) })),
        );
        await persons.setWords(transaction, [{ job: up.id, external_id: 'r1', data: '{"a":{"x":1}}' }]);
        await persons.leadWords(transaction, [{ connection: up.connection, externalId: 'r1' }], 'to');
        await persons.leadClaims(transaction, [
          { connection: down.connection, externalId: 'a1', to: 'to' },
          { connection: down.connection, externalId: 'a2', to: 'from' },
        ]);
        await persons.leadReserved(transaction, [{ connection: '', space: 'person.userName', key: 'zhang' }], 'from', 'to');
        await persons.leadPins(transaction, [down.connection], 'from', 'to');
      });
      expect(await there(database)).toEqual(shown);
      expect((await persons.linksOfPeople(database, ['to'])).map((link) => link.externalId).sort()).toEqual(['a1', 'r1']);
      expect((await links.linksByExternal(database, down.connection, 'person', ['a1']))[0]).toMatchObject({
        directory_id: 'to',
        sent: '{"x":1}',
      });
      expect(await contributions.contributionsOf(database, ['to'])).toMatchObject([{ external_id: 'r1', data: '{"a":{"x":1}}' }]);
      const held_ = await database.all<{ directory_id: string }>('SELECT directory_id FROM held');
      expect(held_.map((row) => row.directory_id)).toEqual(['to']);
      const claims = await database.all<{ source_key: string; target_key: string; settled: number }>(
        'SELECT source_key, target_key, settled FROM claim ORDER BY source_key, target_key',
      );
      expect(claims.map((row) => [row.source_key, row.target_key, Number(row.settled)])).toEqual([
        ['from', 'a2', 0],
        ['r1', 'to', 0],
        ['to', 'a1', 0],
      ]);
      expect(await pins.pinsOfObject(database, 'to')).toHaveLength(1);
      expect((await upkeep.reservationsHeldBy(database, '', 'person.userName', ['to'])).map((row) => row.key)).toEqual(['zhang']);
    });
  });
}
