// A store whose tables another commit made under the same number: refused by everything that would open it, and left byte for byte as it is.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { build } from '../src/cli/build.ts';
import { commands, dispatch } from '../src/cli/cli.ts';
import { dataFolder, type DataFolder } from '../src/cli/data-folder.ts';
import { openLocalSession } from '../src/cli/local-session.ts';
import { openApp } from '../src/cli/open-app.ts';
import { createOutput } from '../src/cli/terminal.ts';
import { readSettings } from '../src/settings.ts';
import { putSetting } from '../src/store/jobs.ts';
import { schemaDigest, schemaVersion } from '../src/store/migrations.ts';
import { copyDatabase } from '../src/store/sqlite/backup.ts';
import { openPostgres } from '../src/store/postgres/database.ts';
import { postgresAvailable } from './servers/postgres.ts';
import { dropDatabase, newDatabase } from './support/store.ts';

const OTHER = '0123456789ab';
const key = Buffer.alloc(32, 1);

function newFolder(postgres: string | null = null): DataFolder {
  const path = mkdtempSync(join(tmpdir(), 'tributary-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return dataFolder(path, postgres);
}

async function newUrl(): Promise<string> {
  const url = await newDatabase();
  onTestFinished(() => dropDatabase(url));
  return url;
}

const changes = {
  'other tables': `UPDATE schema_version SET digest = '${OTHER}'`,
  'tables of before their text was written down': 'ALTER TABLE schema_version DROP COLUMN digest',
};

/** A data folder that this program has used, then changed as if another commit had made it. */
async function madeElsewhere(change: string): Promise<DataFolder> {
  const folder = newFolder();
  await (await openApp({ folder, key, log: () => {} })).close();
  const store = new DatabaseSync(folder.database);
  store.exec(change);
  store.close();
  return folder;
}

async function type(folder: DataFolder, language: 'en' | 'zh', ...words: string[]): Promise<{ exit: string; text: string }> {
  const written: string[] = [];
  const stream = { write: (text: string) => void written.push(text), isTTY: false, columns: 80 };
  const output = createOutput({ out: stream, err: stream, language, colour: false });
  const environment = { TRIBUTARY_DATA: folder.path, PORT: '0', ...(folder.postgres ? { TRIBUTARY_DATABASE: folder.postgres } : {}) };
  const exit = await dispatch(commands[words[0]!]!, words.slice(1), readSettings(environment, '/'), output, (data, signal) =>
    openLocalSession({ folder: data, key, command: 'test', log: () => {}, signal }),
  );
  return { exit, text: written.join('') };
}

/** Files that a start may leave, but for the lock, which is no part of the store. */
const filesOf = (folder: DataFolder): string[] =>
  readdirSync(folder.path)
    .filter((file) => !/lock|sock|-wal$|-shm$/.test(file))
    .toSorted();

describe.each(Object.entries(changes))('an embedded store with %s', (_, change) => {
  const found = change.includes(OTHER) ? OTHER : 'unknown';

  it.each([
    ['serve'],
    ['runs'],
    ['migrate', '--to', 'postgres://a:b@127.0.0.1:1/nowhere'],
  ])('is refused by %s in both languages, naming both and what to do, and is not touched', async (...words) => {
    const folder = await madeElsewhere(change);
    const [before, files] = [readFileSync(folder.database), filesOf(folder)];
    const en = await type(folder, 'en', ...words);
    expect([en.exit, en.text]).toEqual(['refused', expect.stringContaining(`schema ${schemaVersion} (${found})`)]);
    for (const said of [`schema ${schemaVersion} (${schemaDigest()})`, 'Nothing was changed', 'tributary config export', build()])
      expect(en.text).toContain(said);
    const zh = await type(folder, 'zh', ...words);
    expect([zh.exit, zh.text]).toEqual(['refused', expect.stringContaining('未作任何改动')]);
    expect(filesOf(folder)).toEqual(files);
    expect(readFileSync(folder.database).equals(before)).toBe(true);
  });

  it('is not restored: the backup stays as it is, and the empty folder stays empty', async () => {
    const from = await madeElsewhere(change);
    const backup = join(from.path, 'copy.db');
    copyDatabase(from.database, backup);
    const [before, to] = [readFileSync(backup), newFolder()];
    expect(await type(to, 'en', 'restore', backup)).toEqual({
      exit: 'refused',
      text: expect.stringContaining(`schema ${schemaVersion} (${found})`),
    });
    expect((await type(to, 'zh', 'restore', backup)).text).toContain('未作任何改动');
    expect([existsSync(to.database), filesOf(to)]).toEqual([false, []]);
    expect(readFileSync(backup).equals(before)).toBe(true);
  });

  it('can still be copied away', async () => {
    const folder = await madeElsewhere(change);
    expect((await type(folder, 'en', 'backup', join(folder.path, 'copy.db'))).exit).toBe('done');
  });
});

describe.skipIf(!postgresAvailable().ok).each(Object.entries(changes))('a database of PostgreSQL with %s', (_, change) => {
  const found = change.includes(OTHER) ? OTHER : '(unknown|\\?)';

  async function servedElsewhere(): Promise<{ folder: DataFolder; look: () => Promise<unknown> }> {
    const folder = newFolder(await newUrl());
    await (await openApp({ folder, key, log: () => {} })).close();
    const store = await openPostgres({ url: folder.postgres! });
    onTestFinished(() => store.close());
    await store.write((transaction) => transaction.run(change));
    return {
      folder,
      look: async () => [await store.all('SELECT * FROM schema_version'), await store.all('SELECT * FROM setting ORDER BY name')],
    };
  }

  it.each([['serve'], ['runs'], ['worker']])('is refused by %s, and is not touched', async (...words) => {
    const { folder, look } = await servedElsewhere();
    const before = await look();
    const en = await type(folder, 'en', ...words);
    expect([en.exit, en.text]).toEqual(['refused', expect.stringMatching(new RegExp(`schema ${schemaVersion} \\(?${found}`))]);
    expect(en.text).toContain(`schema ${schemaVersion} (${schemaDigest()})`);
    expect((await type(folder, 'zh', ...words)).text).toContain('未作任何改动');
    expect(await look()).toEqual(before);
  });

  it('is not filled by migrate, also where one of that commit had begun to; the store at hand stays served', async () => {
    const { folder, look } = await servedElsewhere();
    const store = await openPostgres({ url: folder.postgres! });
    await store.write((transaction) => putSetting(transaction, 'transfer.under-way', 'somebody'));
    await store.close();
    const before = await look();
    const from = newFolder();
    await (await openApp({ folder: from, key, log: () => {} })).close();
    const { exit, text } = await type(from, 'en', 'migrate', '--to', folder.postgres!);
    expect([exit, text]).toEqual(['refused', expect.stringContaining('The target cannot be filled, name an empty database')]);
    expect(await look()).toEqual(before);
    expect((await type(from, 'en', 'runs')).exit).toBe('done');
  });
});

it('two builds of one version are told apart by tables and files', () => {
  expect(build()).toMatch(/^\d+\.\d+\.\d+\S*\+[0-9a-f]{12}$/);
});
