// What undo keeps: pins by object and subject, losses in order, and the history read back for many objects at once.
import { describe, expect, it } from 'vitest';
import type { WorkOrder } from '../../core/undo.ts';
import type { Database } from '../database.ts';
import type { PinRow } from '../pins.ts';
import { asOf, directory, ledger, links, pins, runs, undo } from './watched.ts';

const pin = (more: Partial<PinRow> = {}): PinRow => ({
  connection: 'app',
  type: 'person',
  object: 'p1',
  subject: 'title',
  undone: '"Chief"',
  keep: '"Clerk"',
  title: 'Zhang Wei',
  run: 7,
  at: 1_800_000_000_000,
  by_whom: 'anna',
  ...more,
});

/** A change of the ledger. */
const line = {
  wave: 2,
  depth: 0,
  type: 'person',
  source_key: 'p1',
  directory_id: 'p1',
  target_key: 'a1',
  title: null,
  action: 'update',
  aspect: 'undo',
  situation: 'undone',
  reason: '',
  kinds: '',
  before: '{}',
  after: '{}',
  hash: 'h',
  precondition: '{}',
  needs: null,
  secrets: null,
  temporary: null,
  edges: [],
};

export function describeUndo(open: () => Promise<Database>): void {
  describe('pins', () => {
    it('are replaced by object and subject, listed by page in one order on every store, and dropped', async () => {
      const database = await open();
      const many = [pin(), pin({ subject: '' }), pin({ object: 'P2' }), pin({ connection: 'directory', subject: 'Übersicht' })];
      await database.write((transaction) => pins.putPins(transaction, many));
      await database.write((transaction) => pins.putPins(transaction, [pin({ keep: 'null', run: 8 })]));
      expect(await pins.pinsOf(database, 'app', 'person', ['p1', 'nobody'])).toHaveLength(2);
      expect((await pins.pinsOfObject(database, 'p1')).map((row) => [row.connection, row.subject, row.keep])).toEqual([
        ['app', '', '"Clerk"'],
        ['app', 'title', 'null'],
        ['directory', 'Übersicht', '"Clerk"'],
      ]);
      const first = await pins.pinPage(database, { limit: 2 });
      expect(first.map((row) => [row.object, row.subject])).toEqual([
        ['P2', 'title'],
        ['p1', ''],
      ]);
      const last = first[1]!;
      const rest = await pins.pinPage(database, { after: [last.connection, last.type, last.object, last.subject], limit: 9 });
      expect(rest.map((row) => row.subject)).toEqual(['title', 'Übersicht']);
      expect(await pins.pinPage(database, { run: 8, limit: 9 })).toEqual([pin({ keep: 'null', run: 8 })]);
      expect(await database.write((transaction) => pins.dropPins(transaction, [pin(), pin({ object: 'nobody' })]))).toBe(1);
    });

    it('of what an undo did not carry out go, those of what it had nothing to do for stay', async () => {
      const database = await open();
      await database.write((transaction) => pins.putPins(transaction, [pin(), pin({ object: 'p2' }), pin({ object: 'p3' })]));
      const id = await database.write((transaction) =>
        ledger.planChanges(transaction, { run: 7, job: 1, connection: 'app' }, [line, { ...line, source_key: 'p2', directory_id: 'p2' }]),
      );
      await database.write((transaction) => ledger.markApplied(transaction, [id], 5));
      await database.write((transaction) => pins.dropPinsNotCarriedOut(transaction, 7));
      expect((await pins.pinPage(database, { limit: 9 })).map((row) => row.object)).toEqual(['p1', 'p3']);
      expect(await pins.pinsLeft(database, 7, 1)).toEqual([{ connection: 'app', type: 'person', object: 'p1', subject: 'title' }]);
      expect((await undo.appliedOf(database, 1, 7, 'person', ['p1', 'p2'])).map((row) => row.source_key)).toEqual(['p1']);
      await database.write((transaction) => undo.putSnapshots(transaction, [{ id, text: '{"id":"a1"}' }]));
      expect((await ledger.changesById(database, [id]))[0]!.snapshot).toBe('{"id":"a1"}');
    });

    it('are wanted for what a run could not do and nobody has done since, but for the undo itself', async () => {
      const database = await open();
      const plan = (run: number, ids: readonly string[]): Promise<number> =>
        database.write((transaction) =>
          ledger.planChanges(
            transaction,
            { run, job: 1, connection: 'app' },
            ids.map((id) => ({ ...line, source_key: id, directory_id: id })),
          ),
        );
      const first = await plan(7, ['failed', 'pending', 'superseded', 'done since', 'done by the undo', 'held', 'applied']);
      const states = ['failed', 'pending', 'superseded', 'failed', 'failed', 'held', 'applied'];
      await database.write(async (transaction) => {
        for (const [n, state] of states.entries()) await transaction.run('UPDATE change SET state = ? WHERE id = ?', state, first + n);
      });
      const later = await plan(8, ['done since']);
      const undone = await plan(9, ['done by the undo']);
      await database.write((transaction) => ledger.markApplied(transaction, [later, undone], 5));
      const page = await undo.leftOpenBy(database, 7, 9, 0, 2);
      const rest = await undo.leftOpenBy(database, 7, 9, page.at(-1)!.id, 9);
      expect([...page, ...rest].map((row) => row.source_key)).toEqual(['failed', 'pending', 'superseded', 'done by the undo']);
    });

    it('that ended by hand have their objects looked at again', async () => {
      const database = await open();
      await database.write((transaction) =>
        links.putClaims(
          transaction,
          ['p1', 'p2'].map((id) => ({
            job: 1,
            type: 'person',
            source_key: id,
            directory_id: id,
            target_key: id,
            input_hash: 'h',
            settled: 1,
            state: 'left',
          })),
          1,
        ),
      );
      await database.write((transaction) => pins.unsettleObjects(transaction, ['p1']));
      expect(
        (await links.claimsOf(database, 1, 'person', ['p1', 'p2'])).map((claim) => [claim.source_key, claim.settled, claim.state]).sort(),
      ).toEqual([
        ['p1', 0, 'held'],
        ['p2', 1, 'left'],
      ]);
    });
  });

  describe('losses', () => {
    const loss = { type: 'person', object: 'p1', title: 'A', subject: 'id', reason: 'new-id', was: '"a1"', now: null };

    it('are kept in the order in which they were found, by page, and counted by reason', async () => {
      const database = await open();
      await database.write((transaction) => undo.addLosses(transaction, 3, [loss, { ...loss, subject: 'title', reason: 'changed-since' }]));
      await database.write((transaction) => undo.addLosses(transaction, 3, [{ ...loss, object: 'p2' }]));
      expect((await undo.lossPage(database, 3, 1, 2)).map((row) => [row.n, row.object, row.subject])).toEqual([
        [2, 'p1', 'title'],
        [3, 'p2', 'id'],
      ]);
      expect((await undo.countLosses(database, 3)).map((row) => [row.reason, Number(row.count)])).toEqual([
        ['changed-since', 1],
        ['new-id', 2],
      ]);
      await database.write((transaction) => undo.clearLosses(transaction, 3));
      expect(await undo.lossPage(database, 3, 0, 9)).toEqual([]);
    });
  });

  describe('a run that was taken back', () => {
    it('knows the runs that were to do so, the newest first; a preview and those of another run are none', async () => {
      const database = await open();
      const began = async (order: WorkOrder | null, state: string, dryRun = false): Promise<number> =>
        database.write(async (transaction) => {
          const mode = order ? ('keys' as const) : ('full' as const);
          const cause = order ? 'undo' : 'manual';
          const id = await runs.createRun(transaction, { job: 1, mode, dryRun, cause, actor: 'ann', version: 1, now: 1, order });
          await runs.patchRun(transaction, id, { state, endedAt: 2, ...(state === 'failed' ? {} : { counts: { applied: id } }) });
          return id;
        });
      const back = (run: number): WorkOrder => ({ kind: 'run', run, made: 'disable' });
      const first = await began(null, 'succeeded');
      const second = await began(null, 'succeeded');
      const undosOf = (id: number, job = 1) => undo.undosOf(database, { id, job });
      await began(back(first), 'succeeded', true);
      expect(await undosOf(first)).toEqual([]);
      const failed = await began(back(first), 'failed');
      const once = await began(back(first), 'partly-failed');
      // What made two people one is taken back by making them two.
      const apart = await began({ kind: 'split', undoes: second } as WorkOrder, 'succeeded');
      const again = await began(back(once), 'succeeded');
      expect(await undosOf(first)).toEqual([
        { id: once, state: 'partly-failed', counts: { applied: once } },
        { id: failed, state: 'failed', counts: {} },
      ]);
      const ids = async (run: number, job?: number) => (await undosOf(run, job)).map((row) => row.id);
      expect([await ids(once), await ids(second), await ids(again), await ids(first, 2)]).toEqual([[again], [apart], [], []]);
    });

    it('is asked about while a question of such a run is open', async () => {
      const database = await open();
      const row = (id: number, job: number, state: string, run: number) => [
        id,
        job,
        'person',
        `p${id}`,
        'remove',
        'undo',
        '',
        '',
        '',
        '',
        state,
        run,
        run,
        id,
        1,
      ];
      const asked = [row(1, 1, 'open', 5), row(2, 1, 'cancelled', 7), row(3, 2, 'open', 8)];
      const columns = [
        'id',
        'job',
        'type',
        'source_key',
        'action',
        'aspect',
        'reason',
        'question',
        'kinds',
        'hash',
        'state',
        'first_run',
        'last_run',
        'change',
        'created_at',
      ];
      await database.write((transaction) => transaction.insert('held', columns, asked));
      expect(await undo.askingOf(database, 1, [5, 7, 8])).toBe(5);
      expect(await undo.askingOf(database, 1, [7, 8])).toBeNull();
      expect(await undo.askingOf(database, 2, [5, 8])).toBe(8);
      expect(await undo.askingOf(database, 1, [])).toBeNull();
    });
  });

  describe('a run that skipped something', () => {
    it('left that open for which the question of the same change of the same job was answered with no, and nothing else', async () => {
      const database = await open();
      const plan = async (run: number, more: Partial<typeof line>, state = 'skipped'): Promise<void> => {
        const id = await database.write((transaction) =>
          ledger.planChanges(transaction, { run, job: run === 9 ? 2 : 1, connection: 'app' }, [{ ...line, action: 'remove', ...more }]),
        );
        await database.write((transaction) => transaction.run('UPDATE change SET state = ? WHERE id = ?', state, id));
      };
      const columns = 'id job type source_key action aspect reason question kinds hash state first_run last_run change created_at'.split(
        ' ',
      );
      const asked = (id: number, key: string, state: string) => [id, 1, 'person', key, 'remove', 'undo', '', '', '', '', state, 2, 2, 1, 1];
      await database.write((transaction) => transaction.insert('held', columns, [asked(1, 'p1', 'cancelled'), asked(2, 'p2', 'done')]));
      await plan(3, {});
      await plan(3, { source_key: 'p2' });
      // Answered with yes; done after all; another change of the same; another question; another type; another job.
      await plan(4, { source_key: 'p2' });
      await plan(5, {}, 'applied');
      await plan(6, { action: 'disable' });
      await plan(7, { aspect: 'main' });
      await plan(8, { type: 'department' });
      await plan(9, {});
      const left = [];
      for (const run of [3, 4, 5, 6, 7, 8, 9]) if (await undo.skippedAsUnwanted(database, run)) left.push(run);
      expect(left).toEqual([3]);
    });
  });

  describe('the history of many objects', () => {
    it('is read by run or after a place, with its edges, and its place by time', async () => {
      const database = await open();
      const entry = (id: string, after: string, to: string) => ({
        type: 'person',
        id,
        action: 'update',
        before: '{}',
        after,
        change: null,
        edges: [{ owner: id, relation: 'membership', toType: 'department', toId: to, op: 'add' as const, facts: '{}', factsBefore: null }],
      });
      const write = (run: number, at: number, ids: readonly string[]) =>
        database.write((transaction) =>
          directory.appendHistory(
            transaction,
            ids.map((id) => entry(id, `{"run":${run}}`, `d${run}`)),
            { at, run, job: 1, actor: 'a' },
          ),
        );
      await database.write((transaction) =>
        directory.putObjects(
          transaction,
          ['p2', 'p1'].map((id) => ({
            id,
            type: 'person',
            lifecycle: id === 'p1' ? 'absent' : 'active',
            data: '{}',
            relations: '[]',
            hash: '',
          })),
        ),
      );
      const seqs = [await write(1, 100, ['p1', 'p2']), await write(2, 200, ['p1']), await write(3, 300, ['p2'])];
      const ends = async (span: Parameters<typeof asOf.entriesOf>[2]) =>
        (await asOf.entryEdgesOf(database, ['p1', 'p2'], span)).map((edge) => edge.to_id).sort();
      expect((await asOf.placingsOf(database, ['p1', 'p2'])).map((row) => `${row.id} ${row.to_type} ${row.to_id} ${row.job}`)).toEqual([
        'p1 department d1 1',
        'p2 department d1 1',
        'p1 department d2 1',
        'p2 department d3 1',
      ]);
      expect(await asOf.placingsOf(database, [])).toEqual([]);
      expect((await asOf.entriesOf(database, ['p1'], { after: 0 })).map((row) => row.run)).toEqual([1, 2]);
      expect((await asOf.entriesOf(database, ['p1', 'p2'], { run: 3 })).map((row) => row.id)).toEqual(['p2']);
      expect(await ends({ after: seqs[0]! })).toEqual(['d2', 'd3']);
      expect(await ends({ run: 1 })).toEqual(['d1', 'd1']);
      expect([await asOf.placeAt(database, 99), await asOf.placeAt(database, 200), await asOf.placeAt(database, 999)]).toEqual([
        0,
        seqs[1],
        seqs[2],
      ]);
      expect(await asOf.placeAt(database, 150)).toBe(seqs[0]);
      expect([...(await asOf.everMembersOf(database, ['d2', 'd3'], seqs[1]!))]).toEqual(['p2']);
      expect([...(await asOf.everMembersOf(database, ['d1', 'd2'], 0))].sort()).toEqual(['p1', 'p2']);
      expect(await asOf.everPage(database, 'person', '', 9)).toEqual([{ id: 'p1' }, { id: 'p2' }]);
      expect(await asOf.touchedBetween(database, 'person', seqs[0]!, seqs[2]!, '', 1)).toEqual([{ id: 'p1' }]);
      expect(await asOf.touchedBetween(database, 'person', seqs[1]!, seqs[2]!, '', 9)).toEqual([{ id: 'p2' }]);
    });
  });
}
