// Jobs that go as a whole: what came from them alone goes with them, and whatever anybody else holds, names or wrote stays.
import { describe, expect, it } from 'vitest';
import type { Database, SqlValue, Transaction } from '../database.ts';
import { claim, newRun, plan, change, seen, withJobs } from './rows.ts';
import { contributions, directory, jobs, leftovers, links, mirror, pins } from './watched.ts';

/** Jobs 1 and 2 go, 3 is of another system, 4 is what is edited by hand. */
const going = { jobs: [1, 2], connections: ['hr', 'book'], byHand: 4 };

async function company(database: Database): Promise<void> {
  await withJobs(database);
  await database.write(async (transaction) => {
    await jobs.putConnection(transaction, { id: 'ldap', connector: 'ldap', name: 'LDAP', config: '{}' });
    for (const [id, name] of [
      [3, 'ldap'],
      [4, 'hand'],
    ] as const)
      await jobs.putJob(transaction, {
        id,
        name,
        connection: 'ldap',
        direction: 'up',
        rank: 1,
        settings: JSON.stringify({ scope: { people: { exclude: id === 3 ? ['d-scoped'] : [] } } }),
        effectiveHash: 'h',
        now: 1,
        by: 'test',
      });
  });
}

async function gone(transaction: Transaction, key: string, made: { job?: number | null; action?: string } = {}): Promise<void> {
  const id = `d-${key}`;
  const object = { id, type: 'person', lifecycle: 'absent', data: '{}', relations: '[]' } as const;
  await directory.putObjects(transaction, [object]);
  const entry = { type: 'person', id, before: null, after: '{}', change: null, edges: [] };
  const { job = 1, action = 'create' } = made;
  await directory.appendHistory(transaction, [{ ...entry, action }], { at: 1, run: null, job, actor: 'test' });
  await directory.appendHistory(transaction, [{ ...entry, action: 'remove' }], { at: 2, run: null, job: 1, actor: 'test' });
}

const insert = (transaction: Transaction, table: string, row: Readonly<Record<string, SqlValue>>): Promise<void> =>
  transaction.insert(table, Object.keys(row), [Object.values(row)]);

const link = (transaction: Transaction, connection: string, key: string): Promise<unknown> =>
  links.putLinks(transaction, connection, [{ type: 'person', externalId: `x-${key}`, directoryId: `d-${key}`, madeBy: 'test' }], 1);
const says = (job: number, key: string) => ({
  job,
  type: 'person',
  external_id: key,
  directory_id: `d-${key}`,
  data: '{}',
  relations: '[]',
});

/** What somebody else has to do with it. */
const holds: Readonly<Record<string, (transaction: Transaction) => Promise<unknown>>> = {
  spoken: (transaction) => contributions.acceptContributions(transaction, 1, [says(3, 'spoken')]),
  claimed: (transaction) => links.putClaims(transaction, [claim('claimed', { job: 3 })], 1),
  linked: (transaction) => link(transaction, 'ldap', 'linked'),
  byHand: (transaction) =>
    insert(transaction, 'console_record', { type: 'person', id: 'd-byHand', data: '{}', relations: '[]', rule: null }),
  member: (transaction) =>
    insert(transaction, 'console_edge', { type: 'group', id: 'g', relation: 'member', to_type: 'person', to_id: 'd-member', facts: '{}' }),
  ruled: (transaction) =>
    insert(transaction, 'console_record', {
      type: 'group',
      id: 'h',
      data: '{}',
      relations: '[]',
      rule: '{"departments":[{"id":"d-ruled"}]}',
    }),
  merged: (transaction) => insert(transaction, 'merged', { id: 'd-merged', into_id: 'd-other', run: 1, at: 1, by_whom: 'ann' }),
  absorbed: (transaction) => insert(transaction, 'merged', { id: 'd-third', into_id: 'd-absorbed', run: 1, at: 1, by_whom: 'ann' }),
  touched: (transaction) =>
    directory.appendHistory(
      transaction,
      [{ type: 'person', id: 'd-touched', action: 'update', before: '{}', after: '{}', change: null, edges: [] }],
      { at: 1, run: null, job: 3, actor: 'test' },
    ),
  led: async (transaction) => {
    await directory.putObjects(transaction, [{ id: 'd-real', type: 'person', lifecycle: 'active', data: '{}', relations: '[]' }]);
    await insert(transaction, 'object_key', { type: 'person', attribute: 'manager', key: 'd-led', id: 'd-real' });
  },
};

export function describeLeftovers(open: () => Promise<Database>): void {
  describe('what jobs leave behind that go as a whole', () => {
    it('goes where it came from them alone, with what is kept of it; what was done stays on record', async () => {
      const database = await open();
      await company(database);
      const run = await newRun(database);
      await plan(database, run, [change('a', { action: 'remove' })]);
      await database.write(async (transaction) => {
        for (const key of ['a', 'b', 'c']) await gone(transaction, key);
        await transaction.run(`UPDATE change SET snapshot = '{}', state = 'applied' WHERE run = ?`, run);
        await contributions.acceptContributions(transaction, 1, [says(1, 'a')]);
        await links.putClaims(transaction, [claim('a')], 1);
        await link(transaction, 'hr', 'a');
        const pin = { connection: 'directory', type: 'person', object: 'd-a', subject: 'title', undone: '1', keep: '2', title: null };
        await pins.putPins(transaction, [{ ...pin, run, at: 1, by_whom: 'ann' }]);
      });
      expect(await leftovers.leftBehind(database, going, '', 2)).toEqual(['d-a', 'd-b']);
      expect(await leftovers.leftBehind(database, going, 'd-b', 2)).toEqual(['d-c']);
      expect(await database.write((transaction) => leftovers.dropLeftBehind(transaction, going, ['d-a', 'd-b']))).toBe(2);
      expect((await directory.gonePage(database, 'person', '', 9)).map((row) => row.id)).toEqual(['d-c']);
      expect(await pins.pinsOfObject(database, 'd-a')).toEqual([]);
      expect(await contributions.contributionsOf(database, ['d-a'])).toEqual([]);
      expect(await links.linksByExternal(database, 'hr', 'person', ['x-a'])).toEqual([]);
      expect(await database.all('SELECT title, snapshot FROM change WHERE run = ?', run)).toEqual([{ title: 'Person a', snapshot: null }]);
      expect((await directory.historyPage(database, { object: 'd-a', limit: 9 })).map((entry) => entry.action)).toEqual([
        'remove',
        'create',
      ]);
    });

    it('has links elsewhere, which are counted where nobody else speaks of it', async () => {
      const database = await open();
      await company(database);
      expect(await leftovers.linkedElsewhere(database, going)).toEqual([]);
      await database.write(async (transaction) => {
        for (const key of ['a', 'b', 'c', 'd']) await link(transaction, 'ldap', key);
        await link(transaction, 'hr', 'e');
        await contributions.acceptContributions(transaction, 1, [
          says(1, 'a'),
          says(1, 'b'),
          says(1, 'c'),
          says(3, 'c'),
          says(3, 'd'),
          says(1, 'e'),
        ]);
        await link(transaction, 'scim', 'b');
      });
      expect((await leftovers.linkedElsewhere(database, going)).map((row) => [row.connection, Number(row.objects)])).toEqual([
        ['ldap', 2],
        ['scim', 1],
      ]);
    });

    it.each(Object.keys(holds))('stays as it is where somebody else has to do with it: %s', async (key) => {
      const database = await open();
      await company(database);
      await database.write((transaction) => gone(transaction, key));
      expect(await leftovers.leftBehind(database, going, '', 9)).toEqual([`d-${key}`]);
      await database.write(holds[key]!);
      expect(await leftovers.leftBehind(database, going, '', 9)).toEqual([]);
      // Also when that came after it was asked for.
      expect(await database.write((transaction) => leftovers.dropLeftBehind(transaction, going, [`d-${key}`]))).toBe(0);
      expect((await directory.objectsOf(database, [`d-${key}`])).map((row) => row.lifecycle)).toEqual(['absent']);
    });

    it('stays where another job wrote it into its system, is about to, or asks to, and where settings name it', async () => {
      const database = await open();
      await company(database);
      await database.write(async (transaction) => {
        for (const key of ['sent', 'wrote', 'about', 'asks', 'tried', 'scoped', 'free']) await gone(transaction, key);
      });
      const planned = async (key: string, state: string, more: { dryRun?: boolean } = {}): Promise<void> => {
        const run = await newRun(database, { job: 3, mode: 'keys', ...more });
        await plan(database, run, [change(key)], 3);
        await database.write((transaction) => transaction.run('UPDATE change SET state = ? WHERE run = ?', state, run));
      };
      await planned('sent', 'sent');
      await planned('wrote', 'applied');
      await planned('about', 'planned');
      await planned('tried', 'planned', { dryRun: true });
      await database.write((transaction) =>
        insert(transaction, 'held', {
          id: 900,
          job: 3,
          type: 'person',
          source_key: 'd-asks',
          action: 'create',
          aspect: '',
          directory_id: 'd-asks',
          reason: '',
          question: 'q',
          kinds: '',
          hash: 'h',
          state: 'open',
          first_run: 1,
          last_run: 1,
          change: 1,
          created_at: 1,
        }),
      );
      expect(await leftovers.leftBehind(database, going, '', 9)).toEqual(['d-free', 'd-tried']);
    });

    it('stays where it is not known that they have made it, where it is there, and where somebody else made it', async () => {
      const database = await open();
      await company(database);
      await database.write(async (transaction) => {
        await gone(transaction, 'theirs', { job: 3 });
        await gone(transaction, 'erased', { job: null });
        await gone(transaction, 'forgotten', { action: 'update' });
        await gone(transaction, 'hand', { job: 4 });
        await gone(transaction, 'there');
        await directory.putObjects(transaction, [{ id: 'd-there', type: 'person', lifecycle: 'active', data: '{}', relations: '[]' }]);
      });
      expect(await leftovers.leftBehind(database, going, '', 9)).toEqual([]);
    });

    it('takes what was seen of a connection out piece by piece, and of no other one', async () => {
      const database = await open();
      await company(database);
      await database.write(async (transaction) => {
        await mirror.putMirror(
          transaction,
          'hr',
          'person',
          [seen('a', 'h', ['d'], ['1']), seen('b'), seen('c')],
          1,
          new Set(['a', 'b', 'c']),
        );
        await mirror.putMirror(transaction, 'ldap', 'person', [seen('a')], 1, new Set(['a']));
      });
      const drop = () => database.write((transaction) => leftovers.dropSeen(transaction, 'hr', 2));
      expect([await drop(), await drop(), await drop()]).toEqual([2, 1, 0]);
      expect(await mirror.mirrorRows(database, 'hr', 'person', ['a', 'b', 'c'])).toEqual([]);
      expect(await mirror.mirrorRows(database, 'ldap', 'person', ['a'])).toHaveLength(1);
      for (const table of ['mirror_edge', 'mirror_key'])
        expect(await database.all(`SELECT external_id FROM ${table} WHERE connection = 'hr'`)).toEqual([]);
    });
  });
}
