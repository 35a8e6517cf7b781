// `tributary migrate`: the embedded store goes to PostgreSQL; of the two exactly one is served, whatever interrupts the move.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { commands, dispatch } from '../src/cli/cli.ts';
import { dataFolder, lockFolder, type DataFolder } from '../src/cli/data-folder.ts';
import { moveStore } from '../src/cli/move-store.ts';
import { openApp } from '../src/cli/open-app.ts';
import { openLocalSession } from '../src/cli/local-session.ts';
import { createOutput } from '../src/cli/terminal.ts';
import { readSettings } from '../src/settings.ts';
import { auditPage } from '../src/store/audit.ts';
import { listBrakes, putConnection, putJob } from '../src/store/jobs.ts';
import { postgresAvailable } from './servers/postgres.ts';
import { dropDatabase, newDatabase } from './support/store.ts';

const key = Buffer.alloc(32, 1);

async function newUrl(): Promise<string> {
  const url = await newDatabase();
  onTestFinished(() => dropDatabase(url));
  return url;
}

/** A data folder whose embedded store holds one job. */
async function inUse(): Promise<DataFolder> {
  const path = mkdtempSync(join(tmpdir(), 'tributary-test-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  const folder = dataFolder(path);
  const app = await openApp({ folder, key, log: () => {} });
  await app.database.write(async (transaction) => {
    await putConnection(transaction, { id: 'hr', connector: 'memory', name: 'HR', config: '{}' });
    await putJob(transaction, {
      name: 'In',
      connection: 'hr',
      direction: 'up',
      rank: 0,
      settings: '{}',
      effectiveHash: 'x',
      now: 1,
      by: 'test',
    });
    await transaction.run(`UPDATE job SET cursor = 'where the read ended'`);
  });
  await app.close();
  return folder;
}

/** Types a command as an administrator does; `database` is TRIBUTARY_DATABASE. */
async function type(folder: DataFolder, database: string | null, ...words: string[]): Promise<{ exit: string; text: string }> {
  const written: string[] = [];
  const stream = { write: (text: string) => void written.push(text), isTTY: true, columns: 80 };
  const output = createOutput({ out: stream, err: stream, language: 'en', colour: false });
  const settings = readSettings({ TRIBUTARY_DATA: folder.path, ...(database ? { TRIBUTARY_DATABASE: database } : {}) }, '/');
  const exit = await dispatch(commands[words[0]!]!, words.slice(1), settings, output, (data, signal) =>
    openLocalSession({ folder: data, key, command: 'test', log: () => {}, signal }),
  );
  return { exit, text: written.join('') };
}

const move = (folder: DataFolder, url: string, probe: () => void = () => {}) =>
  moveStore({ folder, url, given: '--to', actor: 'test', log: () => {}, probe });

async function open<T>(folder: DataFolder, look: (app: Awaited<ReturnType<typeof openApp>>) => Promise<T>): Promise<T> {
  const app = await openApp({ folder, key, log: () => {} });
  try {
    return await look(app);
  } finally {
    await app.close();
  }
}

describe.skipIf(!postgresAvailable().ok)('tributary migrate', () => {
  it('moves all, says how much, and the new store is no restored copy: no brake, cursors kept, the move in the audit log', async () => {
    const [folder, url] = [await inUse(), await newUrl()];
    const { exit, text } = await type(folder, null, 'migrate', '--to', url);
    expect([exit, text]).toEqual([
      'done',
      expect.stringMatching(/job +1\n[\s\S]*Moved \d+ rows of \d+ tables to 127\.0\.0\.1:\d+\/tributary_\d+ in/),
    ]);
    const found = await open(dataFolder(folder.path, url), async ({ database, wasRestored }) => ({
      wasRestored,
      brakes: await listBrakes(database),
      jobs: await database.all('SELECT name, cursor FROM job'),
      moves: (await auditPage(database, { limit: 100 })).filter((entry) => entry.action === 'store.move').length,
    }));
    expect(found).toEqual({ wasRestored: false, brakes: [], jobs: [{ name: 'In', cursor: 'where the read ended' }], moves: 1 });
  });

  it('never prints the password, neither when it goes well nor when it does not', async () => {
    const [folder, url] = [await inUse(), await newUrl()];
    const password = new URL(url).password;
    const texts = [
      await type(folder, null, 'migrate', '--to', url.replace('postgres:', 'mysql:')),
      await type(folder, null, 'migrate', '--to', url.replace(/@[^/]+/, '@127.0.0.1:1')),
      await type(folder, null, 'migrate', '--to', `${url}_none`),
      await type(folder, url, 'migrate', '--json'),
      await type(folder, null, 'migrate', '--to', url),
    ];
    expect(texts.map((one) => one.exit)).toEqual(['refused', 'refused', 'refused', 'done', 'refused']);
    for (const { text } of texts) expect(text).not.toMatch(new RegExp(`${password}|${decodeURIComponent(password)}`));
  });

  it('names what the address was given with when the password is wrong', async () => {
    const [folder, url] = [await inUse(), new URL(await newUrl())];
    url.password = 'wrong';
    const [option, variable] = [await type(folder, null, 'migrate', '--to', url.href), await type(folder, url.href, 'migrate')];
    expect([option.exit, option.text]).toEqual(['refused', expect.stringContaining('refuses the user or the password in --to.')]);
    expect(option.text).not.toContain('TRIBUTARY_DATABASE');
    expect(variable.text).toContain('refuses the user or the password in TRIBUTARY_DATABASE.');
  });

  it('leaves a store behind that refuses every command, and says where it went', async () => {
    const [folder, url] = [await inUse(), await newUrl()];
    expect((await type(folder, url, 'migrate')).exit).toBe('done');
    for (const words of [
      ['runs'],
      ['serve'],
      ['held'],
      ['config', 'export'],
      ['backup', join(folder.path, 'copy')],
      ['migrate', '--to', await newUrl()],
    ]) {
      const { exit, text } = await type(folder, null, ...words);
      expect([words, exit, text]).toEqual([
        words,
        'refused',
        expect.stringMatching(/was moved to PostgreSQL at 127\.0\.0\.1:\d+\/tributary_\d+/),
      ]);
    }
    expect((await type(folder, url, 'runs')).exit).toBe('done');
  });

  it('that dies between closing the old store and opening the new one serves neither, until the next call has begun anew', async () => {
    const [folder, url] = [await inUse(), await newUrl()];
    const died = move(folder, url, () => {
      throw new Error('power cut');
    });
    await expect(died).rejects.toThrow('power cut');
    expect((await type(folder, null, 'runs')).text).toContain('was moved to PostgreSQL');
    expect((await type(folder, url, 'runs')).text).toContain('half full');
    // Another database is no way out: it was never seen.
    await expect(move(folder, await newUrl())).rejects.toThrow('was moved to PostgreSQL');
    await move(folder, url);
    expect((await type(folder, url, 'runs')).exit).toBe('done');
    await expect(move(folder, url)).rejects.toThrow('was moved to PostgreSQL');
  });

  it('waits for nobody: a folder in use is refused', async () => {
    const [folder, url] = [await inUse(), await newUrl()];
    const lock = lockFolder(folder, 'tributary serve');
    onTestFinished(() => lock.release());
    expect((await type(folder, url, 'migrate')).text).toContain('in use by process');
    expect((await type(folder, null, 'migrate')).text).toContain('--to postgres://');
  });

  it('is what a new database beside a folder in use asks for', async () => {
    const [folder, url] = [await inUse(), await newUrl()];
    expect((await type(folder, url, 'runs')).text).toContain('Move it with "tributary migrate"');
    expect((await type(folder, url, 'migrate')).exit).toBe('done');
  });
});
