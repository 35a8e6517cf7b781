// How many people a plan is about: changes counted beside the objects that they change.
import { describe, expect, it } from 'vitest';
import type { Database } from '../database.ts';
import { change, newRun, plan } from './rows.ts';
import { ledger, overview } from './watched.ts';

export function describeFurtherChanges(open: () => Promise<Database>): void {
  describe('the number of changes', () => {
    it('tells how many changes are further ones of somebody who is counted already', async () => {
      const database = await open();
      // Those of an earlier run count for nothing.
      await plan(database, await newRun(database, { mode: 'keys' }), [change('a'), change('c')]);
      const run = await newRun(database);
      const id = await plan(database, run, [
        change('a', { action: 'link', situation: 'found' }),
        change('a', { situation: 'found' }),
        change('a', { situation: 'found', aspect: 'references' }),
        change('b'),
        change('b', { aspect: 'references' }),
        change('c', { aspect: 'references' }),
      ]);
      const sums = async () => {
        const rows = await ledger.countChanges(database, run);
        const sum = (of: (row: (typeof rows)[number]) => number, state?: string): number =>
          rows.filter((row) => state === undefined || row.state === state).reduce((total, row) => total + of(row), 0);
        return {
          changes: sum((row) => row.count),
          objects: sum((row) => row.count - row.again),
          planned: sum((row) => row.count - row.further, 'planned'),
        };
      };
      expect(await sums()).toEqual({ changes: 6, objects: 3, planned: 3 });
      const groups = async () =>
        (await overview.planGroups(database, run)).reduce<Record<string, number>>(
          (found, { action, state, count, further }) => ({
            ...found,
            [`${action} ${state}`]: (found[`${action} ${state}`] ?? 0) + count - further,
          }),
          {},
        );
      expect(await groups()).toEqual({ 'link planned': 1, 'update planned': 3 });
      await database.write((transaction) =>
        ledger.patchChanges(
          transaction,
          [id + 1, id + 2].map((one) => ({ id: one, state: 'held', verdict: '{}', at: 1 })),
        ),
      );
      expect(await sums()).toEqual({ changes: 6, objects: 3, planned: 3 });
      expect(await groups()).toEqual({ 'link planned': 1, 'update held': 1, 'update planned': 2 });
    });
  });
}
