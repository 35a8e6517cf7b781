// What is counted of a plan and of what it did: edges of one object and to one far end, and what was carried out and not seen.
import { describe, expect, it } from 'vitest';
import type { Database } from '../database.ts';
import { change, changesOf, memberEdge, newRun, plan, withJobs } from './rows.ts';
import { edgeCounts, ledger, links, mirror } from './watched.ts';

export function describeCounted(open: () => Promise<Database>): void {
  describe('edges of a plan', () => {
    const home = (to: string, op: 'add' | 'remove' = 'add') => ({ ...memberEdge(to, op), relation: 'membership', to_type: 'department' });

    it('tell which object gets the most at once, and which far end would have too many with those it has', async () => {
      const database = await open();
      await withJobs(database);
      const run = await newRun(database);
      const group = (key: string, ...edges: ReturnType<typeof memberEdge>[]) => change(key, { type: 'group', title: key, edges });
      await plan(database, run, [
        group('big', memberEdge('x'), memberEdge('y'), memberEdge('z'), memberEdge('v', 'remove')),
        group('also', memberEdge('x'), memberEdge('y')),
        group('small', memberEdge('x')),
        change('a', { edges: [home('d1')] }),
        change('b', { edges: [home('d1'), home('d2', 'remove')] }),
        change('c', { edges: [home('d2')] }),
        change('new', { action: 'create', edges: [home('d3')] }),
      ]);
      const most = (above: number) => edgeCounts.mostAdded(database, run, 'group', 'member', above);
      expect(await most(1)).toEqual({ title: 'big', edges: 3, objects: 2 });
      expect(await most(3)).toBeUndefined();

      // Who is made has nowhere to be moved from.
      const moved = (relation: string) => edgeCounts.countMoved(database, run, 'person', relation);
      expect([await moved('membership'), await moved('member')]).toEqual([3, 0]);

      const there = (id: string, to: string) => ({
        id,
        data: '{"a":{}}',
        hash: 'h',
        edges: [{ relation: 'membership', edge: { to: { type: 'department', id: to } }, facts: '{}' }],
        keys: [],
      });
      await database.write(async (transaction) => {
        const of = (directoryId: string) => ({ type: 'department', externalId: `t-${directoryId}`, directoryId, madeBy: 'run 1' });
        await links.putLinks(transaction, 'hr', [of('d1'), of('d2')], 1);
        const shown = [there('p', 't-d1'), there('q', 't-d2'), there('r', 't-d2')];
        await mirror.putMirror(transaction, 'hr', 'person', shown, 1, new Set(['p', 'q', 'r']));
      });
      const full = (limit: number) =>
        edgeCounts.fullEnds(database, { run, connection: 'hr', type: 'person', relation: 'membership', most: limit });
      expect([await full(2), await full(3)]).toEqual([[{ id: 'd1', edges: 3 }], []]);
    });
  });

  describe('what was carried out and not seen', () => {
    it('is counted by its words, of this run and of what was applied', async () => {
      const database = await open();
      await withJobs(database);
      const run = await newRun(database);
      await plan(database, run, [change('a'), change('b'), change('c'), change('d')]);
      const [a, b, c, d] = (await changesOf(database, run)).map((row) => row.id);
      const lost = { errorKind: 'not-kept', error: '{"en":"x","zh":"x"}', at: 5 };
      await database.write((transaction) =>
        ledger.patchChanges(transaction, [
          { id: a!, state: 'applied', ...lost },
          { id: b!, state: 'applied', ...lost },
          { id: c!, state: 'applied', at: 5 },
          { id: d!, state: 'failed', ...lost },
        ]),
      );
      expect((await ledger.countNotSeen(database, run)).map(({ error, count }) => [error, Number(count)])).toEqual([[lost.error, 2]]);
      expect(await ledger.countNotSeen(database, run + 1)).toEqual([]);
    });
  });
}
