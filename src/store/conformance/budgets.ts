// Rate budgets: slices of one limit in the hands of several workers, whatever order their words come in.
import { describe, expect, it } from 'vitest';
import type { BudgetAsk } from '../../core/budget.ts';
import type { Database } from '../database.ts';
import { budgets, gauges, jobs } from './watched.ts';

export function describeBudgets(open: () => Promise<Database>): void {
  describe('rate budgets', () => {
    const NOW = 1_800_000_000_000;
    const ask = (holder: string, more: Partial<BudgetAsk> = {}): BudgetAsk => ({
      holder,
      now: NOW,
      windows: [{ calls: 10, ms: 1000 }],
      inFlight: 4,
      begun: [],
      underWay: 0,
      wants: 3,
      answerMs: 0,
      ...more,
    });

    it('lend no more than there is to workers that ask all at once', async () => {
      const database = await open();
      const slices = await Promise.all(
        ['a', 'b', 'c', 'd', 'e', 'f'].map((holder) => budgets.borrow(database, 'app', 'writes', ask(holder))),
      );
      expect(slices.reduce((sum, slice) => sum + (slice.slots ?? 0), 0)).toBe(4);
      expect(slices.reduce((sum, slice) => sum + slice.calls, 0)).toBeLessThanOrEqual(10);
      expect(slices.filter((slice) => slice.calls === 0).every((slice) => slice.retryAt! > NOW)).toBe(true);
    });

    it('take back what was not used, and remember what was', async () => {
      const database = await open();
      const wide = { inFlight: null, wants: 10 };
      expect(await budgets.borrow(database, 'app', 'writes', ask('a', wide))).toMatchObject({ calls: 10, slots: null, retryAt: null });
      expect(await budgets.borrow(database, 'app', 'writes', ask('b', wide))).toMatchObject({ calls: 0 });
      await budgets.borrow(database, 'app', 'writes', ask('a', { wants: 0, begun: [[NOW, 4]], now: NOW + 100 }));
      expect(await gauges.budgetsUsed(database, NOW + 100)).toEqual([{ labels: { connection: 'app', bucket: 'writes' }, value: 0.4 }]);
      expect(await budgets.borrow(database, 'app', 'writes', ask('b', { ...wide, now: NOW + 100 }))).toMatchObject({ calls: 6 });
    });

    it('hold a bucket for everybody, and no other bucket', async () => {
      const database = await open();
      await budgets.holdBudget(database, 'app', 'writes', NOW + 5000);
      await budgets.holdBudget(database, 'app', 'writes', NOW + 2000);
      const held = { calls: 0, heldUntil: NOW + 5000, retryAt: NOW + 5000 };
      expect(await budgets.borrow(database, 'app', 'writes', ask('a'))).toMatchObject(held);
      expect(await budgets.borrow(database, 'app', 'reads', ask('a'))).toMatchObject({ calls: 3, heldUntil: 0 });
      expect(await gauges.budgetsHeld(database, NOW)).toEqual([
        { labels: { connection: 'app', bucket: 'reads' }, value: 0 },
        { labels: { connection: 'app', bucket: 'writes' }, value: 5 },
      ]);
    });

    it('go with their connection', async () => {
      const database = await open();
      for (const connection of ['app', 'other']) await budgets.borrow(database, connection, 'writes', ask('a'));
      await database.write((transaction) => jobs.deleteConnection(transaction, 'app'));
      expect((await budgets.listBudgets(database)).map((row) => row.connection)).toEqual(['other']);
    });
  });
}
