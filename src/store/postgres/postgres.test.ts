// PostgreSQL keeps what every store must keep, and what only many writers at once can break.
import { describe, expect, it, onTestFinished } from 'vitest';
import { postgresAvailable } from '../../../test/servers/postgres.ts';
import { borrowStore, dropDatabase, newDatabase } from '../../../test/support/store.ts';
import { holdBudget, listBudgets } from '../budgets.ts';
import { describeStore } from '../conformance.ts';
import { nextNumber } from '../counters.ts';
import { type Database, list, type Transaction } from '../database.ts';
import { migrate } from '../migrations.ts';
import { openPostgres } from './database.ts';

const available = postgresAvailable();

/** It is dropped when the test is through. */
const passing = (url: string): string => {
  onTestFinished(() => dropDatabase(url));
  return url;
};

const newUrl = async (more?: string): Promise<string> => passing(await newDatabase(more));

async function openUrl(url: string): Promise<Database> {
  const database = await openPostgres({ url, patienceMs: 2_000 });
  onTestFinished(() => database.close());
  return database;
}

const waiting = async (database: Database): Promise<number> =>
  (await database.get<{ n: number }>(
    `SELECT count(*) AS n FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
  ))!.n;

/**
 * Two writers take a number, the first commits late. What a reader that looks again and again meets, in its order.
 * @param take  how a writer gets its number
 */
async function seenByReader(database: Database, take: (transaction: Transaction) => Promise<number>): Promise<readonly number[]> {
  const seen: number[] = [];
  const look = async (): Promise<void> => {
    for (const { value } of await database.all<{ value: string }>('SELECT value FROM setting ORDER BY value'))
      if (!seen.includes(Number(value))) seen.push(Number(value));
  };
  const write = (name: string, before: Promise<void>, taken: () => void): Promise<void> =>
    database.write(
      async (transaction) => {
        const number = await take(transaction);
        await transaction.run('INSERT INTO setting (name, value) VALUES (?, ?)', name, String(number));
        taken();
        await before;
      },
      { beside: true },
    );
  let commitFirst = (): void => {};
  const gate = new Promise<void>((resolve) => (commitFirst = resolve));
  let first: Promise<void> = Promise.resolve();
  await new Promise<void>((taken) => (first = write('first', gate, taken)));
  let ended = false;
  const second = write('second', Promise.resolve(), () => {}).then(() => (ended = true));
  // The second one either waits for the first, or has come through before it.
  while (!ended && (await waiting(database)) === 0) await look();
  await look();
  commitFirst();
  await Promise.all([first, second]);
  await look();
  return seen;
}

describe.skipIf(!available.ok)('PostgreSQL', () => {
  describeStore(
    'PostgreSQL',
    async () => openUrl(await newUrl()),
    async () => {
      const { database, giveBack } = await borrowStore();
      onTestFinished(giveBack);
      return database;
    },
  );

  it('lets transactions that say so be under way at the same time, from any number of processes', async () => {
    const url = await newUrl();
    const databases = [await openUrl(url), await openUrl(url)];
    await migrate(databases[0]!);
    let here = 0;
    let meet = (): void => {};
    const met = new Promise<void>((resolve) => (meet = resolve));
    await Promise.all(
      [0, 1, 2, 3].map((index) =>
        databases[index % 2]!.write(
          async (transaction) => {
            await transaction.run('INSERT INTO setting (name, value) VALUES (?, ?)', String(index), '');
            if (++here === 4) meet();
            await met;
          },
          { beside: true },
        ),
      ),
    );
    expect(await databases[0]!.all('SELECT name FROM setting')).toHaveLength(4);
  });

  it('keeps a transaction apart from all others: it does not wait for one that takes long', async () => {
    const database = await openUrl(await newUrl());
    await migrate(database);
    let goOn = (): void => {};
    const stopped = new Promise<void>((resolve) => (goOn = resolve));
    let long: Promise<unknown> = Promise.resolve();
    await new Promise<void>((begun) => {
      long = database.write(async () => {
        begun();
        await stopped;
      });
    });
    await holdBudget(database, 'app', 'writes', 5);
    expect(await listBudgets(database)).toMatchObject([{ connection: 'app', bucket: 'writes', state: { heldUntil: 5 } }]);
    goOn();
    await long;
  });

  it('gives numbers out in the order of commits: the counter row is held until then', async () => {
    const database = await openUrl(await newUrl());
    await migrate(database);
    expect(await seenByReader(database, (transaction) => nextNumber(transaction, 'history'))).toEqual([1, 2]);
  });

  it('would show a later number first if numbers came from a sequence', async () => {
    const database = await openUrl(await newUrl());
    await migrate(database);
    await database.write((transaction) => transaction.run('CREATE SEQUENCE numbers'));
    const fromSequence = async (transaction: Transaction): Promise<number> =>
      (await transaction.get<{ n: number }>(`SELECT nextval('numbers') AS n`))!.n;
    expect(await seenByReader(database, fromSequence)).toEqual([2, 1]);
  });

  it('ends a transaction whose process stands still, so that it does not hold up all others', async () => {
    const url = await newUrl();
    const still = await openPostgres({ url, idleMs: 200 });
    onTestFinished(() => still.close());
    await migrate(still);
    let goOn = (): void => {};
    const stopped = new Promise<void>((resolve) => (goOn = resolve));
    let late: Promise<unknown> = Promise.resolve();
    await new Promise<void>((begun) => {
      late = still
        .write(async (transaction) => {
          await transaction.run(`INSERT INTO setting (name, value) VALUES ('late', '1')`);
          begun();
          await stopped;
          await transaction.run(`INSERT INTO setting (name, value) VALUES ('later', '1')`);
        })
        .catch((error: unknown) => error);
    });
    const other = await openUrl(url);
    await other.write((transaction) => transaction.run(`INSERT INTO setting (name, value) VALUES ('other', '1')`));
    goOn();
    expect(await late).toMatchObject({ name: 'StoreAway' });
    expect(await other.all('SELECT name FROM setting')).toEqual([{ name: 'other' }]);
    await still.write((transaction) => transaction.run(`INSERT INTO setting (name, value) VALUES ('again', '1')`));
  });

  it('throws away all of a transaction of which a statement failed, also when nobody minded', async () => {
    const database = await openUrl(await newUrl());
    await migrate(database);
    const careless = database.write(async (transaction) => {
      await transaction.run(`INSERT INTO setting (name, value) VALUES ('a', '1')`);
      await transaction.run(`INSERT INTO setting (name, value) VALUES ('a', '2')`).catch(() => 0);
    });
    await expect(careless).rejects.toThrow(/rolled back/);
    expect(await database.all('SELECT name FROM setting')).toEqual([]);
  });

  it('orders text by bytes, whatever the order of the database is', async () => {
    const database = await openUrl(await newUrl());
    await migrate(database);
    const names = ['Z', 'a', 'B', 'é', '张', 'zz', '_', '-'];
    await database.write((transaction) =>
      transaction.insert(
        'setting',
        ['name', 'value'],
        names.map((name) => [name, '']),
      ),
    );
    const sorted = (await database.all<{ name: string }>('SELECT name FROM setting ORDER BY name')).map((row) => row.name);
    expect(sorted).toEqual([...names].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
  });

  it('knows of a table that has grown by much as soon as that is committed, without being asked to look', async () => {
    const database = await openUrl(await newUrl());
    await migrate(database);
    const believed = async (): Promise<number> =>
      (await database.get<{ n: number }>(`SELECT reltuples AS n FROM pg_class WHERE oid = 'mirror'::regclass`))!.n;
    const keys = Array.from({ length: 2_000 }, (_, n) => `k${n}`);
    const fill = (connection: string, more: () => void = () => {}): Promise<void> =>
      database.write(async (transaction) => {
        await transaction.insert(
          'mirror',
          ['connection', 'type', 'external_id', 'data', 'hash', 'revision', 'observed_at'],
          keys.map((key) => [connection, 'person', key, '{}', 'h', 1, 1]),
        );
        more();
      });
    const undone = fill('given up', () => {
      throw new Error('not so');
    });
    await expect(undone).rejects.toThrow('not so');
    expect(await believed()).toBeLessThan(0);
    await fill('hr');
    expect(await believed()).toBe(2_000);
    // So a page of keys is looked up in the index instead of being compared with all that the connection has.
    const plan = await database.all<{ 'QUERY PLAN': string }>(
      `EXPLAIN SELECT hash FROM mirror WHERE connection = ? AND type = 'person' AND external_id IN {list}`,
      'hr',
      list(keys.slice(0, 3)),
    );
    expect(plan.map((row) => row['QUERY PLAN']).join('\n')).toMatch(/Index Cond:.*external_id = ANY/);
  });

  describe('says what to do when it', () => {
    const refusal = async (url: string): Promise<string> => {
      const error = await openPostgres({ url, patienceMs: 0 }).catch((caught: unknown) => caught);
      expect(error).toMatchObject({ name: 'StoreUnusable', label: { zh: expect.stringMatching(/[一-龥]/) as string } });
      expect((error as Error).message).not.toContain('password@');
      return (error as Error).message;
    };
    const changed = (url: string, change: (parts: URL) => void): string => {
      const parts = new URL(url);
      change(parts);
      return parts.toString();
    };

    it('refuses the password', async () => {
      expect(await refusal(changed(await newUrl(), (parts) => (parts.password = 'wrong')))).toMatch(/refuses the user or the password/);
    });
    it('has no such database', async () => {
      expect(await refusal(changed(await newUrl(), (parts) => (parts.pathname = '/nowhere')))).toMatch(/no database .*\/nowhere.*createdb/);
    });
    it('is not there', async () => {
      expect(await refusal(changed(await newUrl(), (parts) => (parts.port = '1')))).toMatch(/does not answer/);
    });
    it('cannot hold every name', async () => {
      expect(await refusal(await newUrl(`ENCODING 'LATIN1' LOCALE 'C'`))).toMatch(/encoded in LATIN1.*UTF8/);
    });
  });
});
