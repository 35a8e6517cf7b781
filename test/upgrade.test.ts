// Stores of other versions: older ones are copied and brought up to date, newer ones refused; those of releases lie in fixtures/store.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
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
import { knownOf, standOn, systemsOf } from './fixtures/story.ts';
import { fixtureKey, fixtures, presentSchema, readKept, UNRELEASED } from './fixtures/write-store.ts';
import { postgresAvailable } from './servers/postgres.ts';
import { dropDatabase, newDatabase } from './support/store.ts';
import { loadPostgresText, loadText, textOf } from './support/store-text.ts';

const key = fixtureKey;
/** Names of kept stores: versions, and the present tables. */
const kept = readdirSync(fixtures)
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.slice(0, -'.json'.length));

async function emptyDatabase(): Promise<string> {
  const url = await newDatabase();
  onTestFinished(() => dropDatabase(url));
  return url;
}

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

describe.skipIf(!postgresAvailable().ok)('on PostgreSQL', () => {
  /** A database that a server of this version has served, then brought to another schema. */
  async function ofSchema(version: number): Promise<DataFolder> {
    const folder = dataFolder(newFolder().path, await emptyDatabase());
    const app = await openApp({ folder, key, log: () => {} });
    await app.database.write((transaction) => transaction.run('UPDATE schema_version SET version = ?', version));
    await app.close();
    return folder;
  }

  it('a newer schema is refused with both versions', async () => {
    const folder = await ofSchema(schemaVersion + 1);
    await expect(start(folder)).rejects.toMatchObject({
      label: { en: expect.stringContaining(`schema ${schemaVersion + 1}, this program knows ${schemaVersion}`), zh: expect.any(String) },
    });
  });

  it.each([1, -1])('a worker does not start on a schema that is %i away from its own', async (away) => {
    const folder = await ofSchema(schemaVersion + away);
    await expect(openApp({ folder, key, log: () => {}, role: 'worker' })).rejects.toMatchObject({
      label: { en: expect.stringContaining(`schema ${schemaVersion + away}, this program knows ${schemaVersion}`) },
    });
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
    const versions = [...changelog.matchAll(/^## \[(\d+\.\d+\.\d+)\]/gm)].map(([, version]) => version!);
    expect(versions.filter((name) => !kept.includes(name))).toEqual([]);
  });

  it('have one for the present tables', () => {
    expect(readKept(UNRELEASED).schema === presentSchema(), 'test/fixtures/store/unreleased.* is out of date: npm run docs').toBe(true);
  });

  it('hold what makes the test worth its while: links, open questions, an edit by hand, several rules', () => {
    for (const name of kept) {
      const { links, held, explained, history } = readKept(name);
      expect([links.length > 20, held.filter((row) => row.endsWith(' open')).length, explained.length > 15, history > 3], name).toEqual([
        true,
        2,
        true,
        true,
      ]);
      expect(JSON.stringify(explained), name).toContain('Edited by hand');
    }
  });

  describe.each(['sqlite', 'postgres'] as const)('on %s', (store) => {
    it.each(kept)('%s starts with this version, says the same of everybody, and has nothing to write', async (name) => {
      if (store === 'postgres' && !postgresAvailable().ok) return;
      const before = readKept(name);
      const folder = store === 'sqlite' ? newFolder() : dataFolder(newFolder().path, await emptyDatabase());
      if (folder.postgres === null) loadText(folder.database, readFileSync(join(fixtures, `${name}.sql`), 'utf8'));
      else await loadPostgresText(folder.postgres, readFileSync(join(fixtures, `${name}.postgres.sql`), 'utf8'));
      const found = folder.postgres === null ? schemaOf(folder.database) : schemaVersion;
      const app = await openApp({ folder, key, log: () => {} });
      onTestFinished(() => app.close());
      expect(await app.database.get('SELECT version FROM schema_version')).toEqual({ version: schemaVersion });
      // It is a copy of somebody else's: no write leaves it until a person says so.
      expect(app.wasRestored).toBe(true);
      expect(readdirSync(folder.path).some((file) => file.startsWith('before-upgrade-from-'))).toBe(found < schemaVersion);
      const { schema: _schema, at, systems: _systems, ...known } = before;
      expect(await knownOf(app.database, at)).toEqual(known);

      const systems = systemsOf(before);
      const stand = standOn(app, systems, at + 60_000);
      await stand.ask('brake.release', {});
      const jobs = await app.database.all<{ id: number }>(`SELECT id FROM job WHERE state = 'enabled' ORDER BY id`);
      for (let round = 1; round <= 2; round++) for (const { id } of jobs) expect(['succeeded', 'warnings']).toContain(await stand.run(id));
      expect([systems.hr.writes, systems.app.writes]).toEqual([0, 0]);
      expect(await knownOf(app.database, at)).toEqual(known);

      // It is alive: what changes in the source now gets through.
      systems.hr.set('person', '7', { title: 'After the upgrade' });
      for (const { id } of jobs) await stand.run(id);
      expect(systems.app.by('person', 'number', 'N-7')!.attributes.title).toBe('After the upgrade');
    });
  });
});
