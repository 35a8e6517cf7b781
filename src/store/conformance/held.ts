// The held list: one question per object and action, answers that bind, and what later runs make of it.
import { expect, describe, it } from 'vitest';
import type { Database } from '../database.ts';
import type { Seen, Step } from '../staged.ts';
import { change, changesOf, memberEdge, newRun, plan } from './rows.ts';
import { find, held, heldList, ledger, overview, runs, staged } from './watched.ts';

export function describeHeld(open: () => Promise<Database>): void {
  describe('the held list', () => {
    const hold = async (database: Database, key: string, hash = 'h'): Promise<number> => {
      const run = await newRun(database, { mode: 'keys' });
      await plan(database, run, [change(key, { hash, action: 'remove' })]);
      const rows = await changesOf(database, run);
      await database.write((transaction) => held.putHeld(transaction, run, rows, { now: run, expiresAt: 1000 }));
      return run;
    };

    it('asks one question per object and action, refreshed by later runs', async () => {
      const database = await open();
      const first = await hold(database, 'a');
      const second = await hold(database, 'a', 'h2');
      await hold(database, 'b');
      const [row, ...others] = await held.heldOf(database, 1, 'person', ['a']);
      expect(others).toEqual([]);
      expect(row).toMatchObject({ state: 'open', first_run: first, last_run: second, hash: 'h2', created_at: first });
      expect(await held.listHeld(database, { job: 1, states: ['open'], after: 0, limit: 9 })).toHaveLength(2);
      expect(await held.listHeld(database, { job: 2, states: ['open'], after: 0, limit: 9 })).toEqual([]);
      expect(await held.countHeld(database)).toEqual([expect.objectContaining({ job: 1, state: 'open', count: 2 })]);
      expect(await overview.countQuestions(database)).toEqual([expect.objectContaining({ job: 1, count: 2, objects: 2 })]);
      expect(await overview.countAsked(database)).toEqual([expect.objectContaining({ job: 1, objects: 2 })]);
      expect(await overview.heldSince(database, 1, first)).toEqual([expect.objectContaining({ count: 1 })]);
      expect(await overview.heldSince(database, 1, second)).toEqual([]);
      const page = async (filter: Partial<Parameters<typeof heldList.heldPage>[1]>) =>
        (await heldList.heldPage(database, { states: ['open'], after: 0, limit: 9, ...filter })).map((one) => one.source_key);
      expect(await page({})).toEqual(['a', 'b']);
      expect(await page({ limit: 1 })).toEqual(['a']);
      expect(await page({ after: row!.id, states: ['open', 'done'] })).toEqual(['b']);
      expect([await page({ run: first }), await page({ run: second }), await page({ run: second, job: 2 })]).toEqual([['a'], ['a'], []]);
      expect([await page({ job: 1, question: row!.question }), await page({ question: 'another' })]).toEqual([['a', 'b'], []]);
      expect(await heldList.heldTotals(database, { states: ['open'], job: 1, question: row!.question })).toEqual([
        expect.objectContaining({ job: 1, type: 'person', objects: 2, changes: 2 }),
      ]);
      expect(await heldList.heldTotals(database, { states: ['open', 'done'], run: first })).toEqual([
        expect.objectContaining({ objects: 1 }),
      ]);
      expect(await heldList.heldTotals(database, { states: [] })).toEqual([]);
      expect([await page({ states: [] }), await page({ states: ['done'], run: first })]).toEqual([[], []]);
      expect(await find.openHeldOf(database, 1, 'person', 'a')).toHaveLength(1);
    });

    it('shows the first edges of what is asked, of each kind so many, and tells how many there are', async () => {
      const database = await open();
      const run = await newRun(database);
      const id = await plan(database, run, [
        change('g', { type: 'group', edges: [memberEdge('x'), memberEdge('y'), memberEdge('z', 'remove')] }),
        change('h', { type: 'group', edges: [memberEdge('x', 'remove')] }),
      ]);
      const told = async (most: number) =>
        [...(await ledger.firstEdges(database, [id, id + 1, id + 9], most))]
          .toSorted(([a], [b]) => a - b)
          .map(([, { count, edges }]) => [count, ...edges.map((edge) => `${edge.op} ${edge.to_id}`).toSorted()]);
      expect(await told(1)).toEqual([
        [3, 'add x', 'remove z'],
        [1, 'remove x'],
      ]);
      expect((await told(2))[0]).toEqual([3, 'add x', 'add y', 'remove z']);
      expect(await ledger.firstEdges(database, [], 1)).toEqual(new Map());
    });

    it('about somebody who was handed over are moot, open or refused; what was answered with yes, is of an undo or about others stays', async () => {
      const database = await open();
      for (const key of ['a', 'b', 'c', 'd']) await hold(database, key);
      const undo = await newRun(database, { mode: 'keys' });
      await plan(database, undo, [change('a', { aspect: 'undo', action: 'remove' })]);
      const undone = await changesOf(database, undo);
      await database.write((transaction) => held.putHeld(transaction, undo, undone, { now: undo, expiresAt: 1000 }));
      const decide = async (key: string, state: string): Promise<void> => {
        const [row] = await held.heldOf(database, 1, 'person', [key]);
        await database.write((transaction) => held.decideHeld(transaction, [row!.id], state, 'anna', 5));
      };
      await decide('b', 'cancelled');
      await decide('c', 'approved');
      expect(await database.write((transaction) => held.rescueHeld(transaction, 1, 'person', ['a', 'b', 'c'], 6))).toBe(2);
      expect(await database.write((transaction) => held.rescueHeld(transaction, 2, 'person', ['d'], 6))).toBe(0);
      const rows = await heldList.heldPage(database, { states: ['open', 'approved', 'rescued'], after: 0, limit: 9 });
      expect(rows.map((row) => `${row.source_key} ${row.aspect} ${row.state}`).sort()).toEqual([
        'a  rescued',
        'a undo open',
        'b  rescued',
        'c  approved',
        'd  open',
      ]);
    });

    it('binds an approval to what was looked at, and opens the question again when it was not carried out', async () => {
      const database = await open();
      await hold(database, 'a');
      const [row] = await held.heldOf(database, 1, 'person', ['a']);
      const decide = (state: string): Promise<void> =>
        database.write((transaction) => held.decideHeld(transaction, [row!.id], state, 'anna', 5));
      const state = async (): Promise<string> => (await held.heldById(database, [row!.id]))[0]!.state;
      const carrier = await newRun(database, { mode: 'keys' });
      const approve = (run: number): Promise<void> =>
        database.write((transaction) => held.approveHeld(transaction, [row!.id], run, 'anna', 5));
      await approve(carrier);
      expect(await runs.runKeys(database, carrier, 'person', '', 9)).toEqual(['a']);
      expect(await held.heldInBrief(database, [row!.id, 999])).toEqual([
        {
          id: row!.id,
          job: 1,
          state: 'approved',
          type: row!.type,
          action: row!.action,
          title: row!.title,
          source_key: 'a',
          aspect: row!.aspect,
          last_run: row!.last_run,
          carried_by: carrier,
        },
      ]);
      await hold(database, 'a');
      expect(await state()).toBe('approved');
      await hold(database, 'a', 'different');
      expect(await state()).toBe('open');
      await approve(carrier);
      await database.write((transaction) => held.reopenApproved(transaction, carrier + 1));
      expect(await state()).toBe('approved');
      await database.write((transaction) => held.reopenApproved(transaction, carrier));
      expect((await held.heldById(database, [row!.id]))[0]).toMatchObject({ state: 'open', decided_by: null, carried_by: null });
      await decide('cancelled');
      await database.write((transaction) => held.reopenApproved(transaction, carrier));
      await hold(database, 'a', 'again');
      expect(await state()).toBe('cancelled');
      await database.write((transaction) => held.decideHeld(transaction, [row!.id], 'open', null, 6));
      const asked = (await held.heldById(database, [row!.id]))[0]!.question;
      const approveAll = (question: string) =>
        database.write((transaction) => held.approveAll(transaction, 1, question, carrier, 'bob', 6));
      expect([await approveAll(`not ${asked}`), await approveAll(asked)]).toEqual([0, 1]);
      expect((await held.heldById(database, [row!.id]))[0]).toMatchObject({ state: 'approved', decided_by: 'bob', carried_by: carrier });
      await database.write((transaction) => held.closeHeld(transaction, [row!.id, 999], 6));
      expect(await state()).toBe('done');
      await hold(database, 'a');
      expect(await held.listHeld(database, { states: ['open', 'done'], after: 0, limit: 9 })).toHaveLength(2);
    });
  });

  describe('questions that a later run has an answer to', () => {
    it('are rescued or moot when it looked at the object and planned nothing like it; what it did not look at, planned again or cannot tell stays', async () => {
      const database = await open();
      const asked = await newRun(database, { mode: 'keys' });
      const keys = ['back', 'same', 'gone', 'unseen', 'unknown', 'again', 'refused', 'undone', 'allowed', 'approved'];
      const removal = (key: string) => change(key, { action: 'remove', aspect: key === 'undone' ? 'undo' : '' });
      await plan(database, asked, keys.map(removal));
      const rows = await changesOf(database, asked);
      await database.write((transaction) => held.putHeld(transaction, asked, rows, { now: 1, expiresAt: 1000 }));
      const idOf = async (key: string): Promise<number> => (await held.heldOf(database, 1, 'person', [key]))[0]!.id;
      const refused = await idOf('refused');
      const ids = await Promise.all(keys.map(idOf));
      await database.write((transaction) => held.decideHeld(transaction, [refused], 'cancelled', 'anna', 5));
      const approved = await idOf('approved');
      await database.write((transaction) => held.decideHeld(transaction, [approved], 'approved', 'anna', 5));

      const run = { id: await newRun(database, { mode: 'keys' }), job: 1 };
      const seen = (key: string, step: Step, how: Seen) => ({ type: 'person', key, step, seen: how, inputHash: null });
      await database.write((transaction) =>
        staged.putStaged(transaction, run.id, [
          seen('back', 'diffed', 'present'),
          seen('same', 'same', 'present'),
          seen('gone', 'diffed', 'absent'),
          seen('unknown', 'read', 'absent'),
          seen('again', 'diffed', 'absent'),
          seen('refused', 'diffed', 'absent'),
          seen('undone', 'diffed', 'present'),
          seen('allowed', 'diffed', 'present'),
          seen('approved', 'diffed', 'present'),
        ]),
      );
      expect([await held.hasHeld(database, 1), await held.hasHeld(database, 99)]).toEqual([true, false]);
      await plan(database, run.id, ['again', 'refused'].map(removal));
      const asks = await changesOf(database, run.id);
      await database.write((transaction) =>
        ledger.patchChanges(
          transaction,
          asks.map(({ id }) => ({ id, state: 'held', at: 7 })),
        ),
      );
      // Something else about the same object, which the guard had nothing against.
      await plan(database, run.id, ['allowed', 'approved'].map(removal));
      const states = async (): Promise<Record<string, string>> =>
        Object.fromEntries((await held.heldById(database, ids)).map((row) => [row.source_key, row.state]));
      await database.write((transaction) => held.settleMoot(transaction, run, 'ordinary', 7));
      const stay = { unseen: 'open', unknown: 'open', again: 'open', approved: 'approved' };
      const settled = { back: 'rescued', same: 'rescued', gone: 'superseded', allowed: 'superseded', ...stay };
      expect(await states()).toEqual({ ...settled, refused: 'cancelled', undone: 'open' });
      await database.write((transaction) => held.settleMoot(transaction, run, 'undo', 7));
      // What was refused was of another value than what this run has planned.
      await database.write((transaction) => held.forgetRefusals(transaction, { id: asked + 99, job: 1 }, 8));
      expect(await states()).toEqual({ ...settled, refused: 'cancelled', undone: 'rescued' });
      await database.write((transaction) => held.forgetRefusals(transaction, run, 8));
      expect(await states()).toEqual({ ...settled, refused: 'superseded', undone: 'rescued' });
    });
  });
}
