// The embedded database keeps what every store must keep, and what only a file can.
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { describeStore } from '../conformance.ts';
import { nextNumber } from '../counters.ts';
import type { Database, Transaction } from '../database.ts';
import { putAgreement, putLinks } from '../links.ts';
import { migrate } from '../migrations.ts';
import { takeLease } from '../upkeep.ts';
import { openSqlite } from './database.ts';

function newFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-store-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, 'tributary.db');
}

function openFile(path: string, readOnly = false): Database {
  const database = openSqlite({ path, readOnly });
  onTestFinished(() => database.close());
  return database;
}

describeStore('SQLite', async () => openFile(newFile()));

describe('one SQLite file', () => {
  it('has what is committed moved into it beside the writer, and closes with nothing left to move', async () => {
    const path = newFile();
    const database = openSqlite({ path, checkpointsBeside: true });
    await migrate(database);
    let n = 0;
    // The file alone, without its log: only a checkpoint brings anything there.
    const inFile = (): number => {
      copyFileSync(path, `${path}-alone`);
      const alone = new DatabaseSync(`${path}-alone`);
      try {
        return (alone.prepare('SELECT count(*) AS n FROM setting').get() as { n: number }).n;
      } catch {
        return 0;
      } finally {
        alone.close();
      }
    };
    await vi.waitFor(
      async () => {
        await database.write((transaction) => transaction.run(`INSERT INTO setting (name, value) VALUES (?, '1')`, `n${n++}`));
        expect(inFile()).toBeGreaterThan(0);
      },
      { timeout: 60_000, interval: 50 },
    );
    expect(existsSync(`${path}-wal`)).toBe(true);
    await database.close();
    expect([existsSync(`${path}-wal`), inFile()]).toEqual([false, n]);
  });

  it('opened twice has one order of commits, one counter and one holder of a lease', async () => {
    const path = newFile();
    const databases = [openFile(path), openFile(path)] as const;
    await migrate(databases[0]);
    const taken: number[] = [];
    for (let round = 0; round < 20; round++)
      for (const database of databases) taken.push(await database.write((transaction) => nextNumber(transaction, 'n')));
    expect(taken).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
    const take = (index: 0 | 1, now: number) =>
      databases[index].write((transaction) => takeLease(transaction, 'run', '1', `holder-${index}`, now, now + 100));
    expect([await take(0, 0), await take(1, 99), await take(1, 101), await take(0, 102)]).toEqual([1, null, 2, null]);
  });

  it('opened for reading sees what is committed, and writes nothing', async () => {
    const path = newFile();
    const writer = openFile(path);
    await migrate(writer);
    const reader = openFile(path, true);
    await writer.write((transaction) => transaction.run(`INSERT INTO setting (name, value) VALUES ('a', '1')`));
    expect(await reader.all('SELECT value FROM setting')).toHaveLength(1);
    await expect((async () => reader.write((transaction) => transaction.run('DELETE FROM setting')))()).rejects.toThrow(/read-only/);
  });

  it('written anew holds nothing of what was deleted, keeps its place and its rows, and readers go on', async () => {
    const path = newFile();
    // As a server opens it.
    const writer = openSqlite({ path, checkpointsBeside: true });
    onTestFinished(() => writer.close());
    await migrate(writer);
    const reader = openFile(path, true);
    const put = (name: string, value: string): Promise<number> =>
      writer.write((transaction) => transaction.run('INSERT INTO setting (name, value) VALUES (?, ?)', name, value));
    for (let n = 0; n < 500; n++) await put(`gone-${n}`, `Quirin Abendroth ${'x'.repeat(500)}`);
    await put('stays', 'somebody else');
    await writer.write((transaction) => transaction.run(`DELETE FROM setting WHERE name LIKE 'gone-%'`));
    expect(await reader.all(`SELECT name FROM setting WHERE name LIKE 'gone-%'`)).toEqual([]);
    const bytes = (): string => [path, `${path}-wal`].map((file) => readFileSync(file, 'latin1')).join('');
    expect(bytes(), 'deleted is not gone').toContain('Quirin Abendroth');
    const { ino, birthtimeMs } = statSync(path);

    const { before, after, left } = await writer.compact!();
    expect([left, after < before]).toEqual([false, true]);
    expect(bytes()).not.toContain('Quirin');
    expect(statSync(path)).toMatchObject({ ino, birthtimeMs });
    expect(await reader.all(`SELECT value FROM setting WHERE name = 'stays'`)).toEqual([{ value: 'somebody else' }]);
    await put('later', '1');
    expect(await reader.all(`SELECT value FROM setting WHERE name = 'later'`)).toEqual([{ value: '1' }]);
    expect(reader.compact).toBeUndefined();
  });

  it('stores what was agreed on with thousands of accounts in time, also before it has statistics', async () => {
    const database = openFile(newFile());
    await migrate(database);
    const numbers = Array.from({ length: 3000 }, (_, n) => n);
    const took = async (work: (transaction: Transaction) => Promise<unknown>): Promise<number> => {
      const startedAt = performance.now();
      await database.write(work);
      return performance.now() - startedAt;
    };
    const links = numbers.map((n) => ({
      type: 'person',
      externalId: `e${n}`,
      directoryId: `d${n}`,
      mirrorHash: null,
      sent: '{}',
      madeBy: 'rule',
    }));
    const linked = await took((transaction) => putLinks(transaction, 'app', links, 1));
    const entries = numbers.map((n) => ({ type: 'person', externalId: `e${n}`, sent: '{}', mirrorHash: 'h' }));
    const agreed = await took((transaction) => putAgreement(transaction, 'app', entries));
    // Walking through all links for each row takes a hundred times as long.
    expect(agreed).toBeLessThan(10 * linked + 500);
  });

  it('syncs every commit to the disk', async () => {
    const database = openFile(newFile());
    await database.write(async (transaction) => {
      expect(await transaction.get('PRAGMA synchronous')).toMatchObject({ synchronous: 2 });
      expect(await transaction.get('PRAGMA journal_mode')).toMatchObject({ journal_mode: 'wal' });
    });
  });
});
