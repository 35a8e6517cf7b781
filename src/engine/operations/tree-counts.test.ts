// A directory of a million is counted once, not with every look at its tree.
import { describe, expect, it } from 'vitest';
import type { Reader, SqlValue } from '../../store/database.ts';
import { peopleOfTrees } from './tree-counts.ts';

/** A store with `people` in the one tree there is; its clock stands while nothing is counted. */
function storeWith(people: number, countingMs: number) {
  const store = { people, sequence: 1, at: 1_000, counts: 0 };
  const reader = {
    async all(sql: string, ..._: readonly SqlValue[]) {
      if (!sql.includes('edge')) return [];
      store.counts += 1;
      store.at += countingMs;
      return [{ tree: 'top', people: store.people }];
    },
    async get(sql: string) {
      return sql.includes('counter') ? { value: store.sequence } : undefined;
    },
  } as Reader;
  const look = async (): Promise<number | undefined> =>
    (
      await peopleOfTrees(
        reader,
        '',
        () => store.at,
        () => [['top', 'top']],
      )
    ).get('top');
  return { store, look };
}

describe('people of the tree', () => {
  it('are counted again as soon as the directory has changed, and only then', async () => {
    const { store, look } = storeWith(3, 0);
    expect([await look(), await look()]).toEqual([3, 3]);
    const { counts } = store;
    expect(await look()).toBe(3);
    expect(store.counts).toBe(counts);
    Object.assign(store, { people: 4, sequence: 2, at: store.at + 1 });
    expect(await look()).toBe(4);
  });

  it('while a sync writes, what took long to count stands for a while', async () => {
    const { store, look } = storeWith(1_000, 500);
    expect(await look()).toBe(1_000);
    Object.assign(store, { people: 2_000, sequence: 2 });
    expect(await look()).toBe(1_000);
    store.at += 60_000;
    expect(await look()).toBe(2_000);
  });
});
