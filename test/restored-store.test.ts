// A backup that is brought up while the original lives: one target, two installations, and only one of them writes.
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { commands, dispatch } from '../src/cli/cli.ts';
import { dataFolder } from '../src/cli/data-folder.ts';
import { keyIn, keysIn, restoreKeys, writeKey } from '../src/cli/key-files.ts';
import { openApp } from '../src/cli/open-app.ts';
import { openLocalSession } from '../src/cli/local-session.ts';
import { fileMark, recogniseInstallation } from '../src/cli/installation.ts';
import { createOutput } from '../src/cli/terminal.ts';
import { ldap } from '../src/connectors/ldap/index.ts';
import { keyIdOf } from '../src/engine/sealing.ts';
import { makeCompany } from '../src/sandbox/company.ts';
import { writeCompanyFile } from '../src/sandbox/company-file.ts';
import { readSettings } from '../src/settings.ts';
import { openSqlite } from '../src/store/sqlite/database.ts';
import { postgresAvailable } from './servers/postgres.ts';
import { dropDatabase, newDatabase } from './support/store.ts';

interface Installation {
  readonly folder: string;
  readonly database: string | null;
}

/** Types a command as an administrator of that installation. */
async function type(at: Installation, ...words: string[]): Promise<string> {
  const written: string[] = [];
  const stream = { write: (text: string) => void written.push(text), isTTY: true, columns: 100 };
  const output = createOutput({ out: stream, err: stream, language: 'en', colour: false });
  const settings = readSettings({ TRIBUTARY_DATA: at.folder, ...(at.database ? { TRIBUTARY_DATABASE: at.database } : {}) }, '/');
  const exit = await dispatch(commands[words[0]!]!, words.slice(1), settings, output, (data, signal) =>
    openLocalSession({ folder: data, key: null, command: 'test', log: () => {}, signal }),
  );
  return `${exit}\n${written.join('')}`;
}

/** What the docs say: a backup with its key on SQLite, a copy of the database and the key file on PostgreSQL. */
async function restored(from: Installation, root: string): Promise<Installation> {
  const folder = join(root, 'restored');
  if (from.database === null) {
    const file = join(root, 'copy.db');
    expect(await type(from, 'backup', file, '--with-key')).toMatch(/^done/);
    const to = { folder, database: null };
    expect(await type(to, 'restore', file)).toMatch(/^done/);
    return to;
  }
  const name = new URL(from.database).pathname.slice(1);
  const admin = new URL(from.database);
  admin.pathname = '/postgres';
  const client = new pg.Client({ connectionString: admin.toString() });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}_restored TEMPLATE ${name}`);
  await client.end();
  const database = `${from.database}_restored`;
  onTestFinished(() => dropDatabase(database));
  mkdirSync(folder);
  copyFileSync(join(from.folder, 'key'), join(folder, 'key'));
  return { folder, database };
}

describe.each(['sqlite', 'postgres'] as const)('a backup restored on %s while the original lives', (store) => {
  it('writes to no system until a person releases the brake; the original is not disturbed', { timeout: 120_000 }, async ({ skip }) => {
    if (store === 'postgres' && !postgresAvailable().ok) skip('no PostgreSQL here');
    const root = mkdtempSync(join(tmpdir(), 'tributary-test-'));
    onTestFinished(() => rmSync(root, { recursive: true, force: true }));
    const database = store === 'postgres' ? await newDatabase() : null;
    if (database) onTestFinished(() => dropDatabase(database));
    const simulator = await ldap.simulate!({ options: {} });
    onTestFinished(() => simulator.stop());
    const file = join(root, 'people.csv');
    await writeCompanyFile(makeCompany({ people: 30, departments: 4, seed: 3 }), file);
    writeFileSync(
      join(root, 'tributary.yaml'),
      `connections:
  - { id: hr, connector: file, name: HR, config: { path: '${file}', settleSeconds: 0 } }
  - { id: ldap, connector: ldap, name: LDAP, config: ${JSON.stringify(simulator.config)} }
jobs:
  - { name: In, connection: hr, direction: up }
  - { name: Out, connection: ldap, direction: down }
`,
    );
    const original: Installation = { folder: join(root, 'data'), database };
    await type(original, 'config', 'apply', '-f', join(root, 'tributary.yaml'));
    for (const job of ['In', 'Out']) await type(original, 'config', 'enable', job, '--unseen');
    for (const job of ['In', 'Out']) expect(await type(original, 'run', job)).toMatch(/^(done|doubts)/);
    expect(simulator.writes()).toBeGreaterThan(20);
    const copy = await restored(original, root);

    const [head, first, ...rows] = readFileSync(file, 'utf8').split(/\r?\n/);
    const title = head!
      .replace(/^\ufeff/, '')
      .split(',')
      .indexOf('职位');
    writeFileSync(file, [head, first!.split(',').with(title, 'Changed').join(','), ...rows].join('\n'));
    const before = simulator.writes();
    for (const job of ['In', 'Out']) await type(copy, 'run', job);
    expect(await type(copy, 'run', 'Out')).toMatch(/^waits/);
    expect(simulator.writes()).toBe(before);

    for (const job of ['In', 'Out']) expect(await type(original, 'run', job)).toMatch(/^(done|doubts)/);
    expect(simulator.writes()).toBe(before + 1);

    expect(await type(copy, 'release')).toMatch(/^done/);
    for (const job of ['In', 'Out']) await type(copy, 'run', job);
    expect((await type(copy, 'run', 'Out')).split('\n')[0]).toMatch(/^(done|doubts)/);
    // The original has said it already: the copy has nothing to add.
    expect(simulator.writes()).toBe(before + 1);
  });
});

it('a restored store is known as one even where its file has the number and the time of birth of the original', async () => {
  const root = mkdtempSync(join(tmpdir(), 'tributary-test-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const [original, copy] = ['data', 'other'].map((name) => ({ folder: join(root, name), database: null }));
  await type(original!, 'runs');
  expect(await type(original!, 'backup', join(root, 'copy.db'))).toMatch(/^done/);
  expect(await type(copy!, 'restore', join(root, 'copy.db'))).toMatch(/^done/);
  const store = openSqlite({ path: join(copy!.folder, 'tributary.db') });
  onTestFinished(() => store.close());
  expect(await recogniseInstallation(store, fileMark(join(original!.folder, 'tributary.db')), 1)).toBe(true);
});

it('an older backup restored beside a later key loses that key nowhere: what was backed up with it still opens', async () => {
  const root = mkdtempSync(join(tmpdir(), 'tributary-test-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const [early, late] = [join(root, 'early.db'), join(root, 'late.db')];
  const at: Installation = { folder: join(root, 'data'), database: null };
  const key = join(at.folder, 'key');
  const emptied = (): void => readdirSync(at.folder).forEach((name) => name.startsWith('tributary.db') && rmSync(join(at.folder, name)));
  await type(at, 'runs');
  expect(await type(at, 'backup', early, '--with-key')).toMatch(/^done/);
  const first = readFileSync(key, 'utf8');
  expect(await type(at, 'admin', 'rotate-key')).toMatch(/^done/);
  const second = readFileSync(key, 'utf8');
  // The key kept apart, as the help says.
  expect(await type(at, 'backup', late)).toMatch(/^done/);

  emptied();
  const said = await type(at, 'restore', early);
  const kept = join(at.folder, `key.${keyIdOf(Buffer.from(second, 'base64'))}.old`);
  expect(said).toMatch(/^done/);
  expect(said).toContain(kept);
  expect([readFileSync(key, 'utf8'), readFileSync(kept, 'utf8')]).toEqual([first, second]);
  expect(await type(at, 'runs')).toMatch(/^done/);

  emptied();
  expect(await type(at, 'restore', late, '--key', kept)).toMatch(/^done/);
  expect([...keysIn(dataFolder(at.folder)).keys()].sort()).toEqual(
    [first, second].map((text) => keyIdOf(Buffer.from(text, 'base64'))).sort(),
  );
  expect(await type(at, 'runs')).toMatch(/^done/);
});

it('a backup that was made while a new key took over brings both, and those that lay there stay', async () => {
  const root = mkdtempSync(join(tmpdir(), 'tributary-test-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const folder = dataFolder(root);
  const [key, next, ...lay] = [1, 2, 3, 4].map((n) => Buffer.alloc(32, n)) as [Buffer, Buffer, Buffer, Buffer];
  writeKey(folder.key, lay[0]!);
  writeKey(`${folder.key}.next`, lay[1]!);
  expect(restoreKeys(folder, key, next)).toEqual(lay.map((one) => join(root, `key.${keyIdOf(one)}.old`)));
  expect([keyIn(folder.key), keyIn(`${folder.key}.next`)]).toEqual([key, next]);
  expect([...keysIn(folder).keys()].sort()).toEqual([key, next, ...lay].map(keyIdOf).sort());
});

it('a backup with its key says that no key was written where it comes from the environment, and which has to be kept', async () => {
  const root = mkdtempSync(join(tmpdir(), 'tributary-test-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const key = Buffer.alloc(32, 7);
  const at: Installation = { folder: join(root, 'data'), database: null };
  mkdirSync(at.folder);
  await (await openApp({ folder: dataFolder(at.folder), key, log: () => {} })).close();
  const said = await type(at, 'backup', join(root, 'copy.db'), '--with-key');
  expect(readdirSync(root).filter((name) => name.startsWith('copy'))).toEqual(['copy.db']);
  expect(said).toMatch(/^doubts\nWrote \S*copy\.db\. The key [\da-f]{8} was not written/);
  expect(said).toContain(keyIdOf(key));
  expect(said).not.toContain('copy.db.key');
});

it('a key that is not there, or is none, restores nothing', async () => {
  const root = mkdtempSync(join(tmpdir(), 'tributary-test-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const [original, copy] = ['data', 'other'].map((name) => ({ folder: join(root, name), database: null }));
  await type(original!, 'runs');
  await type(original!, 'backup', join(root, 'copy.db'));
  writeFileSync(join(root, 'none'), 'something else');
  expect(await type(copy!, 'restore', join(root, 'copy.db'), '--key', join(root, 'missing'))).toMatch(/^refused\n.*no key file .*missing/);
  expect(await type(copy!, 'restore', join(root, 'copy.db'), '--key', join(root, 'none'))).toMatch(/^refused\n.*none.* 32 are needed/);
  expect(readdirSync(copy!.folder).filter((name) => name !== 'lock')).toEqual([]);
});
