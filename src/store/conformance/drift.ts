// Drift: rows per attribute, replaced by what is seen, remembered while they say something about a second writer.
import { describe, expect, it } from 'vitest';
import type { Database } from '../database.ts';
import type { DriftRow } from '../drift.ts';
import { directory, drift } from './watched.ts';

const row = (object: string, attribute: string, more: Partial<DriftRow> = {}): DriftRow => ({
  job: 1,
  type: 'person',
  object,
  attribute,
  title: null,
  wanted: '"a"',
  found: '"b"',
  mode: 'report',
  state: 'open',
  times: 1,
  first_at: 1,
  last_at: 5,
  run: 3,
  written: 1,
  ...more,
});

export function describeDrift(open: () => Promise<Database>): void {
  describe('drift', () => {
    it('is replaced for what was looked at; corrections are remembered until they are too old', async () => {
      const database = await open();
      const replace = (looked: string[], found: DriftRow[]) =>
        database.write((transaction) => drift.replaceDrift(transaction, 1, 'person', looked, found));
      await replace(
        ['a', 'b'],
        [row('a', 'title'), row('a', 'mail', { state: 'corrected' }), row('b', 'title', { state: 'fought', run: 2 })],
      );
      await replace(['a'], [row('a', 'note', { title: 'A' })]);
      expect((await drift.driftOf(database, 1, 'person', ['a'])).map((one) => one.attribute).sort()).toEqual(['mail', 'note']);
      expect(await drift.driftOf(database, 2, 'person', ['a'])).toEqual([]);
      await replace(['a'], [row('a', 'note', { times: 2, found: null })]);
      expect((await drift.driftOf(database, 1, 'person', ['a'])).find((one) => one.attribute === 'note')).toEqual(
        row('a', 'note', { times: 2, found: null }),
      );
      expect(await drift.countDrift(database, 1, 3)).toEqual([
        { state: 'corrected', count: 1 },
        { state: 'fought', count: 1 },
        { state: 'open', count: 1 },
      ]);
      expect((await drift.countDrift(database, 1, 9)).map((one) => one.state)).toEqual(['fought', 'open']);
      await database.write((transaction) => drift.forgetCorrected(transaction, 1, 5));
      expect(await drift.driftOf(database, 1, 'person', ['a'])).toHaveLength(2);
      await database.write((transaction) => drift.forgetCorrected(transaction, 1, 6));
      expect(await drift.driftOf(database, 1, 'person', ['a'])).toHaveLength(1);
    });

    it('is told from a loop by the updates of an object since a moment, oldest first', async () => {
      const database = await open();
      const columns = ['seq', 'n', 'at', 'type', 'id', 'action', 'before', 'after', 'run', 'job', 'change', 'actor'];
      const told = (seq: number, at: number, id: string, action: string, before: string | null, after: string | null) => [
        seq,
        0,
        at,
        'person',
        id,
        action,
        before,
        after,
        1,
        1,
        null,
        'run 1',
      ];
      await database.write((transaction) =>
        transaction.insert('history', columns, [
          told(3, 30, 'a', 'update', '{"x":"2"}', '{"x":"3"}'),
          told(1, 10, 'a', 'create', null, '{"x":"1"}'),
          told(2, 20, 'a', 'update', '{"x":"1"}', '{"x":"2"}'),
          told(4, 30, 'b', 'update', null, null),
        ]),
      );
      expect(await directory.updatesOf(database, ['a'], 20)).toEqual([
        { id: 'a', before: { x: '1' }, after: { x: '2' } },
        { id: 'a', before: { x: '2' }, after: { x: '3' } },
      ]);
      expect(await directory.updatesOf(database, ['a', 'b', 'nobody'], 21)).toEqual([
        { id: 'a', before: { x: '2' }, after: { x: '3' } },
        { id: 'b', before: {}, after: {} },
      ]);
    });

    it('is listed page by page, and a fight can be ended', async () => {
      const database = await open();
      await database.write((transaction) =>
        drift.replaceDrift(
          transaction,
          1,
          'person',
          [],
          [row('a', 'x'), row('a', 'y', { state: 'fought' }), row('b', 'x', { state: 'fought' })],
        ),
      );
      const page = async (states: string[], after: readonly [string, string, string], limit: number) =>
        (await drift.driftPage(database, 1, { states, after, limit })).map((one) => `${one.object} ${one.attribute}`);
      expect(await page(['open', 'fought'], ['', '', ''], 2)).toEqual(['a x', 'a y']);
      expect(await page(['open', 'fought'], ['person', 'a', 'y'], 2)).toEqual(['b x']);
      expect(await page(['fought'], ['', '', ''], 9)).toEqual(['a y', 'b x']);
      expect(await database.write((transaction) => drift.endFights(transaction, 1, 'app'))).toEqual(['a', 'b']);
      expect(await page(['open', 'fought'], ['', '', ''], 9)).toEqual(['a x']);
    });
  });
}
