// What a store must be before any aggregate: transactions, order of commits, numbers, leases, the marks of its SQL.
import { describe, expect, it } from 'vitest';
import { list, rows, type Database, type Transaction } from '../database.ts';
import { counters, directory, upkeep } from './watched.ts';

/** Lets everything else that can run do so, in the middle of a transaction. */
const others = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const put = (transaction: Transaction, name: string, value: string): Promise<number> =>
  transaction.run('INSERT INTO setting (name, value) VALUES (?, ?)', name, value);
const settings = async (database: Database): Promise<string[]> =>
  (await database.all<{ name: string }>('SELECT name FROM setting ORDER BY name')).map((row) => row.name);
const entry = (id: string) => ({ type: 'person', id, action: 'create', before: null, after: '{}', change: null, edges: [] });

export function describeTransactions(open: () => Promise<Database>): void {
  describe('a transaction', () => {
    it('is seen whole or not at all', async () => {
      const database = await open();
      let inside: string[] = [];
      await database.write(async (transaction) => {
        await put(transaction, 'a', '1');
        await others();
        inside = await settings(database);
        await put(transaction, 'b', '2');
        expect((await transaction.all('SELECT name FROM setting')).length).toBe(2);
      });
      expect(inside).toEqual([]);
      expect(await settings(database)).toEqual(['a', 'b']);
    });

    it('that throws leaves nothing, and the next one works', async () => {
      const database = await open();
      await expect(
        database.write(async (transaction) => {
          await put(transaction, 'a', '1');
          throw new Error('no');
        }),
      ).rejects.toThrow('no');
      await expect(database.write((transaction) => transaction.run('INSERT INTO no_such_table VALUES (1)'))).rejects.toThrow();
      await database.write((transaction) => put(transaction, 'b', '2'));
      expect(await settings(database)).toEqual(['b']);
    });

    it('does not mix with another that is written at the same time', async () => {
      const database = await open();
      const raise = (): Promise<void> =>
        database.write(async (transaction) => {
          const now = await transaction.get<{ value: string }>(`SELECT value FROM setting WHERE name = 'n'`);
          await others();
          await transaction.run(
            `INSERT INTO setting (name, value) VALUES ('n', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value`,
            String(Number(now?.value ?? 0) + 1),
          );
        });
      await Promise.all(Array.from({ length: 20 }, raise));
      expect(await database.get(`SELECT value FROM setting WHERE name = 'n'`)).toEqual(expect.objectContaining({ value: '20' }));
    });

    it('counts the rows that it changed', async () => {
      const database = await open();
      await database.write(async (transaction) => {
        await transaction.insert(
          'setting',
          ['name', 'value'],
          [
            ['a', '1'],
            ['b', '1'],
            ['c', '2'],
          ],
        );
        expect(await transaction.run(`UPDATE setting SET value = '3' WHERE value = '1'`)).toBe(2);
        await transaction.insert(
          'setting',
          ['name', 'value'],
          [
            ['a', '9'],
            ['d', '4'],
          ],
          '(name) DO UPDATE SET value = excluded.value',
        );
        await expect(transaction.insert('setting', ['name', 'value'], [])).resolves.toBeUndefined();
      });
      expect((await database.get<{ value: string }>(`SELECT value FROM setting WHERE name = 'a'`))!.value).toBe('9');
    });
  });

  describe('transactions side by side', () => {
    it('see nothing of what an ordinary one writes meanwhile, and all of it afterwards', async () => {
      const database = await open();
      const seen: string[][] = [];
      let ordinary: Promise<unknown> = Promise.resolve();
      const names = async (transaction: Transaction): Promise<string[]> =>
        (await transaction.all<{ name: string }>('SELECT name FROM setting ORDER BY name')).map((row) => row.name);
      await database.write(
        async (transaction) => {
          seen.push(await names(transaction));
          ordinary = database.write((other) => put(other, 'ordinary', '1'));
          for (let wait = 0; wait < 20; wait++) await others();
          seen.push(await names(transaction));
          await put(transaction, 'beside', '1');
        },
        { beside: true },
      );
      await ordinary;
      expect(seen).toEqual([[], []]);
      expect(await settings(database)).toEqual(['beside', 'ordinary']);
    });

    it('that want the same rows in another order all get through', async () => {
      const database = await open();
      await database.write(async (transaction) => {
        for (const name of ['a', 'b']) await put(transaction, name, '0');
      });
      const raise = (order: readonly string[]): Promise<void> =>
        database.write(
          async (transaction) => {
            for (const name of order) {
              await transaction.run('UPDATE setting SET value = CAST(CAST(value AS BIGINT) + 1 AS TEXT) WHERE name = ?', name);
              await others();
            }
          },
          { beside: true },
        );
      await Promise.all(Array.from({ length: 6 }, (_, index) => raise(index % 2 === 0 ? ['a', 'b'] : ['b', 'a'])));
      expect((await database.all<{ value: string }>('SELECT value FROM setting')).map((row) => row.value)).toEqual(['6', '6']);
    });
  });

  describe('the marks of SQL', () => {
    it('carry any text', async () => {
      const database = await open();
      const odd = ["O'Brien", 'quote"', 'back\\slash', '张伟', '𠮷野家', 'a,b', '{list}', '$1', '', ' ', '100%', 'line\nbreak'];
      await database.write((transaction) =>
        transaction.insert(
          'setting',
          ['name', 'value'],
          odd.map((name) => [name, name]),
        ),
      );
      const found = await database.all<{ name: string; value: string }>('SELECT name, value FROM setting WHERE name IN {list}', list(odd));
      expect(found.map((row) => row.name).sort()).toEqual([...odd].sort());
      expect(found.every((row) => row.name === row.value)).toBe(true);
      expect(await database.all('SELECT name FROM setting WHERE name IN {list}', list([]))).toEqual([]);
      const pairs = await database.all<{ k: string; n: number }>(
        'SELECT r.k, r.n FROM {rows: k text, n bigint} r ORDER BY r.n',
        rows([
          ['b', 2],
          ["a'", 1],
        ]),
      );
      expect(pairs.map((row) => [row.k, Number(row.n)])).toEqual([
        ["a'", 1],
        ['b', 2],
      ]);
    });

    it('take thousands of entries', async () => {
      const database = await open();
      const many = Array.from({ length: 20_000 }, (_, n) => `key-${n}`);
      await database.write((transaction) =>
        transaction.insert(
          'setting',
          ['name', 'value'],
          many.map((name) => [name, '']),
        ),
      );
      expect(await database.get('SELECT count(*) AS n FROM setting WHERE name IN {list}', list(many))).toEqual(
        expect.objectContaining({ n: 20_000 }),
      );
    });
  });

  describe('counters', () => {
    it('hand out every number once, in the order of commits, and none that was rolled back', async () => {
      const database = await open();
      const taken: number[] = [];
      await Promise.all(
        Array.from({ length: 10 }, (_, index) =>
          database
            .write(async (transaction) => {
              const first = await counters.takeNumbers(transaction, 'thing', 3);
              await others();
              if (index % 4 === 3) throw new Error('rolled back');
              taken.push(first, first + 1, first + 2);
            })
            .catch(() => undefined),
        ),
      );
      expect(taken).toEqual(Array.from({ length: taken.length }, (_, n) => n + 1));
      expect(await database.write((transaction) => counters.nextNumber(transaction, 'thing'))).toBe(taken.length + 1);
      expect(await database.write((transaction) => counters.nextNumber(transaction, 'other'))).toBe(1);
    });

    it('never hand out a number that came from outside', async () => {
      const database = await open();
      await database.write(async (transaction) => {
        await counters.raiseNumber(transaction, 'thing', 7);
        await counters.raiseNumber(transaction, 'thing', 3);
        expect(await counters.nextNumber(transaction, 'thing')).toBe(8);
      });
    });
  });

  describe('the history', () => {
    it.each([
      ['one after the other', undefined],
      ['side by side', { beside: true } as const],
    ])('never shows an earlier number after a later one was read, written %s', async (_, how) => {
      const database = await open();
      const read: number[][] = [];
      let done = false;
      const reading = (async () => {
        let upTo = 0;
        while (!done) {
          const { rows: touched, seq } = await directory.touchedSince(database, upTo, 2);
          read.push(touched.map((row) => Number(row.id)));
          expect(seq).toBeGreaterThanOrEqual(upTo);
          upTo = seq;
          await others();
        }
        for (;;) {
          const { rows: touched, seq } = await directory.touchedSince(database, upTo, 2);
          if (touched.length === 0) return upTo;
          read.push(touched.map((row) => Number(row.id)));
          upTo = seq;
        }
      })();
      // Some take long before they get their number, some are rolled back: what is read in pieces is complete all the same.
      await Promise.all(
        Array.from({ length: 30 }, (_, index) =>
          database
            .write(async (transaction) => {
              for (let wait = 0; wait < (index * 7) % 5; wait++) await others();
              const facts = { at: 1, run: null, job: null, actor: 'test' };
              const seq = await directory.appendHistory(transaction, [entry(String(index))], facts);
              for (let wait = 0; wait < (index * 3) % 5; wait++) await others();
              if (index % 6 === 5) throw new Error('rolled back');
              return seq;
            }, how)
            .catch(() => undefined),
        ),
      );
      done = true;
      expect(await reading).toBe(25);
      expect(read.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, n) => n).filter((n) => n % 6 !== 5));
      expect(await directory.historySequence(database)).toBe(25);
    });
  });

  describe('a lease', () => {
    const take = (database: Database, holder: string, now: number, until = now + 100): Promise<number | null> =>
      database.write((transaction) => upkeep.takeLease(transaction, 'run', '7', holder, now, until));

    it('has one holder, who renews it under the same epoch', async () => {
      const database = await open();
      const epochs = await Promise.all(['a', 'b', 'c'].map((holder) => take(database, holder, 0)));
      expect(epochs.filter((epoch) => epoch !== null)).toEqual([1]);
      const holder = ['a', 'b', 'c'][epochs.findIndex((epoch) => epoch !== null)]!;
      expect(await take(database, holder, 50)).toBe(1);
      expect(await take(database, 'd', 149)).toBeNull();
    });

    it('that lapsed is taken over under a higher epoch, and the old one holds nothing any more', async () => {
      const database = await open();
      expect(await take(database, 'old', 0)).toBe(1);
      expect(await upkeep.holdsLease(database, 'run', '7', 'old', 1)).toBe(true);
      expect(await take(database, 'new', 101)).toBe(2);
      expect(await upkeep.holdsLease(database, 'run', '7', 'old', 1)).toBe(false);
      expect(await upkeep.holdsLease(database, 'run', '7', 'new', 2)).toBe(true);
      expect(await take(database, 'old', 150)).toBeNull();
      // Ending what is not held any more ends nothing.
      await database.write((transaction) => upkeep.endLease(transaction, 'run', '7', 'old'));
      expect(await take(database, 'old', 160)).toBeNull();
      expect(await take(database, 'old', 300)).toBe(3);
    });

    it('is renewed by its holder alone, under its epoch, and is never taken by renewing', async () => {
      const database = await open();
      const renew = (holder: string, epoch: number, until: number): Promise<boolean> =>
        database.write((transaction) => upkeep.renewLease(transaction, 'run', '7', holder, epoch, until));
      expect(await renew('a', 1, 200)).toBe(false);
      await take(database, 'a', 0);
      expect(await renew('a', 1, 200)).toBe(true);
      expect(await take(database, 'b', 150)).toBeNull();
      expect(await take(database, 'b', 201)).toBe(2);
      await database.write((transaction) => upkeep.endLease(transaction, 'run', '7', 'b'));
      expect(await renew('a', 1, 900)).toBe(false);
      expect(await take(database, 'c', 202)).toBe(3);
    });

    it('that was ended is free at once, and its next holder has a higher epoch', async () => {
      const database = await open();
      await take(database, 'a', 0);
      await database.write((transaction) => upkeep.endLease(transaction, 'run', '7', 'a'));
      expect(await take(database, 'b', 1)).toBe(2);
      expect(await database.write((transaction) => upkeep.takeLease(transaction, 'run', '8', 'c', 1, 2))).toBe(1);
    });
  });
}
