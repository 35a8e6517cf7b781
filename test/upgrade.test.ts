// Stores of other versions: older ones are copied and brought up to date, newer ones refused; those of releases lie in fixtures/store.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { dataFolder, type DataFolder } from '../src/cli/data-folder.ts';
import { openApp } from '../src/cli/open-app.ts';
import { backupBeforeUpgrade } from '../src/cli/open-store.ts';
import { putConnection, putJob } from '../src/store/jobs.ts';
import { migrate, migrations, schemaVersion } from '../src/store/migrations.ts';
import { schemaOf } from '../src/store/sqlite/backup.ts';
import { openSqlite } from '../src/store/sqlite/database.ts';
import { loadText, textOf } from './support/store-text.ts';

const key = Buffer.alloc(32, 1);
const fixtures = join(import.meta.dirname, 'fixtures/store');
const released = readdirSync(fixtures).filter((name) => name.endsWith('.sql'));

function newFolder(): DataFolder {
  const path = mkdtempSync(join(tmpdir(), 'tributary-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return dataFolder(path);
}

/** The store of a server that was used: one connection, one job. */
async function used(): Promise<DataFolder> {
  const folder = newFolder();
  const app = await openApp({ folder, key, log: () => {} });
  await app.database.write(async (transaction) => {
    await putConnection(transaction, { id: 'hr', connector: 'memory', name: "HR's file", config: '{}' });
    await putJob(transaction, {
      name: '入职',
      connection: 'hr',
      direction: 'up',
      rank: 0,
      settings: '{}',
      effectiveHash: 'x',
      now: 1,
      by: 'test',
    });
  });
  await app.close();
  return folder;
}

/** Every row of every table, as far as it was there before. */
const rowsIn = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('INSERT INTO') && !/INSERT INTO (schema_version|setting|audit|counter|brake)/.test(line));

/** Starts it as a server does. */
async function start(folder: DataFolder): Promise<void> {
  const app = await openApp({ folder, key, log: () => {} });
  await app.close();
}

describe('a store written by an older Tributary', () => {
  it('is copied before it is touched, and the copy is whole', async () => {
    const folder = await used();
    const before = textOf(folder.database);
    const copy = backupBeforeUpgrade(folder, schemaVersion + 1, () => {});
    expect(textOf(copy!)).toBe(before);
    expect(backupBeforeUpgrade(folder, schemaVersion, () => {})).toBeNull();
  });

  it('gets the steps that it lacks, in one transaction, and keeps its rows', async () => {
    const folder = await used();
    const before = rowsIn(textOf(folder.database));
    const store = openSqlite({ path: folder.database });
    onTestFinished(() => store.close());
    const next = [...migrations, ['CREATE TABLE colour (id TEXT PRIMARY KEY)', `INSERT INTO colour (id) VALUES ('red')`]];
    await expect(migrate(store, [...next, ['no such statement']])).rejects.toThrow(/syntax/);
    expect(schemaOf(folder.database)).toBe(schemaVersion);
    expect(await migrate(store, next)).toBe(schemaVersion);
    expect(schemaOf(folder.database)).toBe(schemaVersion + 1);
    expect(rowsIn(textOf(folder.database))).toEqual(expect.arrayContaining([...before]));
    expect(await store.all('SELECT id FROM colour')).toEqual([{ id: 'red' }]);
  });
});

describe('a store written by a newer Tributary', () => {
  it('is refused with both versions in both languages, and is left alone', async () => {
    const folder = await used();
    const store = new DatabaseSync(folder.database);
    store.prepare('UPDATE schema_version SET version = ?').run(schemaVersion + 1);
    store.close();
    const before = textOf(folder.database);
    const sentence = { en: expect.stringContaining(`schema ${schemaVersion + 1}, this program knows ${schemaVersion}`) };
    await expect(start(folder)).rejects.toMatchObject({ label: { ...sentence, zh: expect.stringContaining(`${schemaVersion + 1}`) } });
    expect(textOf(folder.database)).toBe(before);
  });
});

describe('stores of releases', () => {
  it('can be kept as text: what is loaded from it starts, and holds the same rows', async () => {
    const [from, to] = [await used(), newFolder()];
    const text = textOf(from.database);
    loadText(to.database, text);
    expect(textOf(to.database)).toBe(text);
    await start(to);
    expect(rowsIn(textOf(to.database))).toEqual(rowsIn(text));
  });

  it('have a fixture for every released version', () => {
    const changelog = readFileSync(join(import.meta.dirname, '../CHANGELOG.md'), 'utf8');
    const versions = [...changelog.matchAll(/^## \[(\d+\.\d+\.\d+)\]/gm)].map(([, version]) => `${version}.sql`);
    expect(versions.filter((name) => !released.includes(name))).toEqual([]);
  });

  it('start with this version: copied when they are older, with all their rows', async () => {
    for (const name of released) {
      const folder = newFolder();
      const text = readFileSync(join(fixtures, name), 'utf8');
      loadText(folder.database, text);
      const found = schemaOf(folder.database);
      await start(folder);
      expect(schemaOf(folder.database), name).toBe(schemaVersion);
      expect(
        readdirSync(folder.path).some((file) => file.startsWith('before-upgrade-from-')),
        name,
      ).toBe(found < schemaVersion);
      expect(rowsIn(textOf(folder.database)).length, name).toBeGreaterThanOrEqual(rowsIn(text).length);
    }
    expect(existsSync(fixtures)).toBe(true);
  });
});
