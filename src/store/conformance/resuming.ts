// What a run finds when it goes on after a crash, and what is left of it when it has ended.
import { describe, expect, it } from 'vitest';
import type { Database } from '../database.ts';
import { change, changesOf, claim, endRun, item, newRun, plan, withJobs } from './rows.ts';
import { directory, ledger, links, staged, upkeep } from './watched.ts';

export function describeResuming(open: () => Promise<Database>): void {
  describe('a run that goes on', () => {
    it('tell what became of everything that was staged', async () => {
      const database = await open();
      const wanted = { type: 'person', desired: '{}', scopeRule: 'everything' } as const;
      await database.write(async (transaction) => {
        await staged.putStaged(
          transaction,
          1,
          ['a', 'b', 'c', 'd', 'e', '张'].map((key) => ({ type: 'person', key, step: 'read', seen: 'present', inputHash: null })),
        );
        await staged.patchStaged(transaction, 1, [
          { type: 'person', key: 'a', step: 'same', scopeRule: 'departments' },
          { ...wanted, key: 'b', step: 'diffed', situation: 'same', targetKey: 't-b' },
          { ...wanted, key: 'c', step: 'diffed', situation: 'same' },
          { ...wanted, key: 'd', step: 'diffed', situation: 'absent' },
          { type: 'person', key: '张', step: 'skipped' },
        ]);
      });
      const came = (await staged.countSteps(database, 1)).map((row) => [row.came, row.count] as const);
      expect(Object.fromEntries(came)).toEqual({ outside: 1, same: 1, bare: 1, skipped: 1, other: 2 });
    });

    it('tells which of the named records nobody knows: neither by a claim, a link, a change nor a problem', async () => {
      const database = await open();
      await withJobs(database);
      const named = ['a', 'b', 'c', 'claimed', 'linked', 'planned', 'there', 'troubled', 'unsure'];
      const run = await newRun(database, { mode: 'keys', keys: named.map((id) => ({ type: 'person', id })) });
      await plan(database, run, [change('planned')]);
      await database.write(async (transaction) => {
        const seen = (id: string) => (id === 'there' ? 'present' : id === 'unsure' ? 'unknown' : 'absent');
        await staged.putStaged(
          transaction,
          run,
          named.map((key) => ({ type: 'person', key, step: 'same' as const, seen: seen(key), inputHash: null })),
        );
        await links.putClaims(transaction, [claim('claimed')], 1);
        await links.putLinks(
          transaction,
          'hr',
          [{ type: 'person', externalId: 'linked', directoryId: 'd', madeBy: 'test', ours: false }],
          1,
        );
        await upkeep.putItems(transaction, [item('troubled')]);
      });
      const keys = async (connection: string | null, limit: number) =>
        (await staged.knownToNobody(database, { run, job: 1, connection }, limit)).map((row) => `${row.source_key} of ${row.n}`);
      expect(await keys('hr', 2)).toEqual(['a of 3', 'b of 3']);
      expect(await keys(null, 9), 'ids of the directory are no ids of a link').toEqual(['a of 4', 'b of 4', 'c of 4', 'linked of 4']);
    });

    it('forgets the unchanged keys that it will read again, and no others', async () => {
      const database = await open();
      await database.write(async (transaction) => {
        await staged.putUnchanged(transaction, 1, 'person', ['a', 'b']);
        expect(await staged.lastUnchanged(transaction, 1, 'person')).toBe(1);
        await staged.putUnchanged(transaction, 1, 'person', ['c']);
        await staged.putUnchanged(transaction, 1, 'group', ['g']);
        await staged.forgetUnchanged(transaction, 1, 'person', 1);
      });
      expect(await staged.lastUnchanged(database, 1, 'department')).toBe(0);
      const counts = new Map((await staged.countUnchanged(database, 1)).map((row) => [row.type, Number(row.count)]));
      expect(counts).toEqual(
        new Map([
          ['person', 2],
          ['group', 1],
        ]),
      );
    });

    it('knows that somebody came of whom something could not be read, and leaves alone who did not', async () => {
      const database = await open();
      const row = (key: string, seen: Parameters<typeof staged.putStaged>[2][number]['seen']) => ({
        type: 'person',
        key,
        step: 'same' as const,
        seen,
        inputHash: null,
      });
      const changed = await database.write(async (transaction) => {
        await staged.putStaged(transaction, 1, [row('a', 'unreadable'), row('b', 'unreadable'), row('c', 'absent')]);
        return staged.cameAllTheSame(transaction, 1, 'person', ['a', 'c', 'new']);
      });
      expect(changed).toBe(1);
      expect(await database.all('SELECT source_key, seen FROM staged WHERE run = 1 ORDER BY source_key')).toEqual([
        { source_key: 'a', seen: 'present' },
        { source_key: 'b', seen: 'unreadable' },
        { source_key: 'c', seen: 'absent' },
      ]);
    });

    it('takes over what another run has read later of its objects, and of no others', async () => {
      const database = await open();
      const row = (key: string) => ({ type: 'person', key, step: 'correlated' as const, seen: 'present' as const, inputHash: 'h' });
      const run = await newRun(database);
      const first = await plan(database, run, [change('a'), change('b'), change('c')]);
      await database.write(async (transaction) => {
        await staged.putStaged(transaction, run, [row('a'), row('b'), row('c')]);
        await staged.laterRead(
          transaction,
          run,
          [
            { type: 'person', key: 'a', seen: 'absent' },
            { type: 'person', key: 'none', seen: 'present' },
          ],
          'read',
        );
        await staged.laterRead(transaction, run, [{ type: 'person', key: 'b', seen: 'present' }], 'same');
        await ledger.patchChanges(transaction, [{ id: first + 1, state: 'sent', at: 2 }]);
        await staged.supersedePlanned(transaction, run, [row('a'), row('b')], '{"reason":1}', 3);
      });
      const rows = await staged.stagedOf(database, run, 'person', ['a', 'b', 'c', 'none']);
      expect(rows.map((found) => [found.source_key, found.step, found.seen, found.input_hash]).sort()).toEqual([
        ['a', 'read', 'absent', null],
        ['b', 'same', 'present', null],
        ['c', 'correlated', 'present', 'h'],
      ]);
      expect((await changesOf(database, run)).map((found) => found.state)).toEqual(['superseded', 'sent', 'planned']);
    });

    it('finds whose edges lead to what it removes', async () => {
      const database = await open();
      const object = (id: string, type: string) => ({ id, type, lifecycle: 'active', data: '{}', relations: '[]', hash: id });
      const edge = (owner: string, toId: string) => ({
        owner,
        relation: 'member',
        toType: 'person',
        toId,
        op: 'add' as const,
        facts: '{}',
        factsBefore: null,
      });
      await database.write(async (transaction) => {
        await directory.putObjects(transaction, [object('g', 'group'), object('h', 'group'), object('p', 'person')]);
        await directory.applyEdges(transaction, [edge('g', 'p'), edge('h', 'p'), edge('g', 'other')], 'main', 1);
      });
      const into = async (...ids: string[]) =>
        (await directory.edgesInto(database, ids)).map((row) => `${row.type} ${row.owner} ${row.to_id}`);
      expect(await into('p')).toEqual(['group g p', 'group h p']);
      expect(await into('p', 'h')).toEqual(['group g p']);
    });

    it('has its lease until it has ended and nobody holds it any more', async () => {
      const database = await open();
      const [ended, open_] = [await newRun(database), await newRun(database, { mode: 'keys' })];
      await database.write(async (transaction) => {
        for (const run of [ended, open_]) await upkeep.takeLease(transaction, 'run', String(run), 'me', 1, 10);
        await upkeep.takeLease(transaction, 'other', String(ended), 'me', 1, 10);
      });
      await endRun(database, ended);
      const drop = (now: number): Promise<number> => database.write((transaction) => upkeep.dropEndedLeases(transaction, now));
      expect(await drop(9)).toBe(0);
      expect(await drop(10)).toBe(1);
      expect(
        (await database.all<{ kind: string; name: string }>('SELECT kind, name FROM lease ORDER BY kind')).map(
          (row) => `${row.kind} ${row.name}`,
        ),
      ).toEqual([`other ${ended}`, `run ${open_}`]);
    });
  });
}
