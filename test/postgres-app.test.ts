// The same program on PostgreSQL: chosen by the address, recognised again, and braked where the database is a copy.
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { describe, expect, it, onTestFinished } from 'vitest';
import { dataFolder } from '../src/cli/data-folder.ts';
import { servedBySame } from '../src/cli/work-until-stopped.ts';
import { openApp } from '../src/cli/open-app.ts';
import { build } from '../src/cli/build.ts';
import { release } from '../src/cli/release.ts';
import { workUntil } from '../src/cli/work-loop.ts';
import { jobSettingsSchema } from '../src/core/job-settings.ts';
import type { Label } from '../src/core/model.ts';
import { masterKey } from '../src/cli/master-key.ts';
import { pendingKey, rotateKey } from '../src/engine/keys/rotate.ts';
import { getSealed, getSetting, listBrakes, putConnection, putJob, putSealed, putSetting } from '../src/store/jobs.ts';
import { schemaVersion, SERVING } from '../src/store/migrations.ts';
import { openPostgres } from '../src/store/postgres/database.ts';
import { nameOfThis, othersAtWork } from '../src/store/postgres/presence.ts';
import { takeServing, type Serving } from '../src/store/postgres/serving.ts';
import { getRun } from '../src/store/runs.ts';
import { postgresAvailable } from './servers/postgres.ts';
import { dropDatabase, newDatabase } from './support/store.ts';

async function newFolder(url: string) {
  const path = mkdtempSync(join(tmpdir(), 'tributary-test-'));
  mkdirSync(path, { recursive: true });
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return dataFolder(path, url);
}

async function newUrl(): Promise<string> {
  const url = await newDatabase();
  onTestFinished(() => dropDatabase(url));
  return url;
}

async function brakes(url: string, folder = newFolder(url)): Promise<readonly string[]> {
  const app = await openApp({ folder: await folder, key: Buffer.alloc(32, 1), log: () => {} });
  try {
    return (await listBrakes(app.database)).map((brake) => brake.scope);
  } finally {
    await app.close();
  }
}

/** What loading a dump makes: the same rows in a database of its own. */
async function copyOf(url: string): Promise<string> {
  const admin = new URL(url);
  const name = admin.pathname.slice(1);
  admin.pathname = '/postgres';
  const client = new pg.Client({ connectionString: admin.toString() });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}_copy TEMPLATE ${name}`);
  await client.end();
  const copy = `${url}_copy`;
  onTestFinished(() => dropDatabase(copy));
  return copy;
}

describe.skipIf(!postgresAvailable().ok)('the program on PostgreSQL', () => {
  it('keeps no database in the data folder, and knows its own again from any folder', async () => {
    const url = await newUrl();
    const folder = await newFolder(url);
    expect(await brakes(url, Promise.resolve(folder))).toEqual([]);
    expect(existsSync(folder.database)).toBe(false);
    expect(await brakes(url)).toEqual([]);
  });

  it('has the brake on in a copy of its database, and only there', async () => {
    const url = await newUrl();
    await brakes(url);
    const copy = await copyOf(url);
    expect(await brakes(copy)).toEqual(['all']);
    expect(await brakes(url)).toEqual([]);
  });

  it('lets a worker in once a server of its version has made the tables', async () => {
    const url = await newUrl();
    const options = { folder: await newFolder(url), key: Buffer.alloc(32, 1), log: () => {} };
    await expect(openApp({ ...options, role: 'worker' })).rejects.toThrow(/no tables yet\. Start the server/);
    await brakes(url);
    const app = await openApp({ ...options, role: 'worker' });
    expect(await app.engine.help()).toBe(0);
    await app.database.write((transaction) => transaction.run('UPDATE schema_version SET version = version + 1'));
    await app.close();
    await expect(openApp({ ...options, role: 'worker' })).rejects.toThrow(/schema \d+, this program knows/);
  });

  it('leaves tables and version to the server: a command of another version is refused beside one, and leads when none is there', async () => {
    const url = await newUrl();
    const options = { folder: await newFolder(url), key: Buffer.alloc(32, 1), log: () => {} };
    await brakes(url);
    const store = await openPostgres({ url });
    onTestFinished(() => store.close());
    const change = (sql: string) => store.write((transaction) => transaction.run(sql));
    const facts = async () => [await getSetting(store, SERVING), await store.get('SELECT version FROM schema_version')];
    const serving = (await takeServing({ url })) as Serving;
    onTestFinished(() => serving.release());
    await (await openApp(options)).close();

    await store.write((transaction) => putSetting(transaction, SERVING, '0.0.1'));
    await expect(openApp(options)).rejects.toThrow(/served by version 0\.0\.1/);
    await change('UPDATE schema_version SET version = 0');
    await expect(openApp(options)).rejects.toThrow(/schema 0, this program knows/);
    expect(await facts()).toEqual(['0.0.1', { version: 0 }]);

    await change(`UPDATE schema_version SET version = ${schemaVersion}`);
    await serving.release();
    await (await openApp(options)).close();
    expect(await facts()).toEqual([build(), { version: schemaVersion }]);
  });

  it('leaves to the server what lies on its machine: in a worker, and in a command beside a server elsewhere', async () => {
    const url = await newUrl();
    const options = { folder: await newFolder(url), key: Buffer.alloc(32, 1), log: () => {} };
    const seen = async (role?: 'server' | 'worker'): Promise<boolean | null> => {
      const app = await openApp({ ...options, ...(role ? { role } : {}) });
      const server = await app.engine.options.server?.isThere();
      await app.close();
      return server ?? null;
    };
    expect([await seen('server'), await seen('worker'), await seen()]).toEqual([null, false, null]);
    const serving = (await takeServing({ url })) as Serving;
    onTestFinished(() => serving.release());
    expect([await seen('server'), await seen('worker'), await seen()]).toEqual([null, true, true]);
  });

  it('gets no new key while another process has a session with the database', async () => {
    const url = await newUrl();
    const folder = await newFolder(url);
    const app = await openApp({ folder, key: null, log: () => {} });
    onTestFinished(() => app.close());
    await app.database.write((transaction) => putSealed(transaction, 'x', 'y', app.engine.options.sealer.seal('hunter22')));
    const worker = new pg.Client({ connectionString: url, application_name: 'tributary: elsewhere, process 7' });
    await worker.connect();
    const rotate = () => rotateKey(app.engine.options, 'test');
    await expect(rotate()).rejects.toThrow(/in use by elsewhere, process 7/);
    expect(existsSync(`${folder.key}.next`)).toBe(false);
    await worker.end();
    await expect.poll(() => othersAtWork(app.database), { timeout: 30_000 }).toEqual([]);
    expect((await rotate()).rows).toBeGreaterThan(0);
  });

  it('gets no new key while a worker in a container is connected that has the name of our host and our process number', async () => {
    const url = await newUrl();
    const folder = await newFolder(url);
    const app = await openApp({ folder, key: null, log: () => {} });
    onTestFinished(() => app.close());
    const [{ name }] = (await app.database.all<{ name: string }>(
      `SELECT application_name AS name FROM pg_stat_activity WHERE pid = pg_backend_pid()`,
    )) as [{ name: string }];
    // As it names itself, but for what each process makes up.
    const worker = new pg.Client({ connectionString: url, application_name: name.replace(/\w{8}\)$/, '00000000)') });
    await worker.connect();
    onTestFinished(() => worker.end());
    expect(await othersAtWork(app.database)).toEqual([`${hostname().slice(0, 18)}, process ${process.pid} (00000000)`]);
    await expect(rotateKey(app.engine.options, 'test')).rejects.toThrow(/in use by .*, process \d+ \(0{8}\)\./);
  });

  it('says its whole name to the database, also from a machine with a long one', () => {
    expect(
      nameOfThis('tributary serve')
        .replace(hostname().slice(0, 18), 'h'.repeat(18))
        .replace(/process \d+/, 'process 4194304').length,
    ).toBeLessThanOrEqual(63);
  });

  it('is opened by nobody without the new key while that takes over, and a session that began in between is seen', async () => {
    const url = await newUrl();
    const folder = await newFolder(url);
    const app = await openApp({ folder, key: null, role: 'server', log: () => {} });
    onTestFinished(() => app.close());
    await app.database.write((transaction) => putSealed(transaction, 'x', 'y', app.engine.options.sealer.seal('hunter22')));
    const elsewhere = { folder: await newFolder(url), key: masterKey(folder, null, false), log: () => {} };
    const { keys } = app.engine.options;
    const rotate = (obstacle: () => Promise<Label | null>, probe?: (step: string) => void) =>
      rotateKey({ ...app.engine.options, keys: { ...keys!, obstacle }, ...(probe ? { probe } : {}) }, 'test');
    // Somebody has come between the first look and the second: everything stays as it was.
    const seen: Label[] = [{ en: 'somebody', zh: '有人' }];
    await expect(rotate(async () => (seen.length === 1 ? (seen.push(seen[0]!), null) : seen[0]!))).rejects.toThrow('somebody');
    expect([existsSync(`${folder.key}.next`), await pendingKey(app.database)]).toEqual([false, null]);
    await (await openApp({ ...elsewhere, role: 'worker' })).close();

    const killed = rotate(
      async () => null,
      (step) => {
        if (step === 'key:noted') throw new Error('killed');
      },
    );
    await expect(killed).rejects.toThrow('killed');
    await expect(openApp({ ...elsewhere, role: 'worker' })).rejects.toThrow(/A new master key \(\w{8}\) was taking over/);
    const { to } = await rotate(async () => null);
    await expect(openApp({ ...elsewhere, role: 'worker' })).rejects.toThrow(new RegExp(`sealed with key ${to}`));
    const worker = await openApp({ ...elsewhere, key: masterKey(folder, null, false), role: 'worker' });
    onTestFinished(() => worker.close());
    expect(worker.engine.options.sealer.open((await getSealed(worker.database, 'x')).get('y')!)).toBe('hunter22');
  });

  it('has workers of another version, or of another build of the same, take no work, which they say once, until the server is of theirs', async () => {
    const url = await newUrl();
    const options = { folder: await newFolder(url), key: Buffer.alloc(32, 1), log: () => {} };
    const server = await openApp({ ...options, role: 'server' });
    const { database, engine } = server;
    const settings = jobSettingsSchema.parse({ name: 'hr', connection: 'hr', direction: 'up', mapping: { person: [] } });
    await database.write(async (transaction) => {
      await putConnection(transaction, { id: 'hr', connector: 'memory', name: 'HR', config: '{}' });
      const facts = { id: 1, rank: settings.rank, settings: JSON.stringify(settings), effectiveHash: '', now: 0, by: 'test' };
      await putJob(transaction, { ...facts, name: 'hr', connection: 'hr', direction: 'up' });
      await putSetting(transaction, SERVING, `${release}+000000000000`);
    });
    await engine.setJobState(1, 'enabled', 'test');
    const run = await engine.enqueue({ job: 1, mode: 'full', actor: 'test' });
    const stateOf = async (): Promise<string> => (await getRun(database, run))!.state;

    const worker = await openApp({ ...options, role: 'worker' });
    const said: string[] = [];
    const log = (event: string): void => void said.push(event);
    const same = servedBySame(worker.database, log);
    const stop = new AbortController();
    let looks = 0;
    const mayWork = async (): Promise<boolean> => {
      looks++;
      return same();
    };
    const beatMs = { hearing: 20, deaf: 20 };
    const working = workUntil({ engine: worker.engine, queue: worker.queue, mayWork, log, signal: stop.signal, beatMs });
    await expect.poll(() => looks, { timeout: 90_000 }).toBeGreaterThan(3);
    expect({ state: await stateOf(), leases: await database.all(`SELECT name FROM lease WHERE kind = 'run'`), said }).toEqual({
      state: 'queued',
      leases: [],
      said: ['other-version'],
    });
    await database.write((transaction) => putSetting(transaction, SERVING, build()));
    await expect.poll(stateOf, { timeout: 90_000 }).not.toBe('queued');
    stop.abort();
    await working;
    await worker.close();
    await server.close();
  });

  it('needs no right beyond owning its database', async () => {
    const url = await newUrl();
    const name = new URL(url).pathname.slice(1);
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    await client.query(`CREATE ROLE plain_${name} LOGIN PASSWORD 'plain'; ALTER DATABASE ${name} OWNER TO plain_${name}`);
    await client.end();
    const plain = new URL(url);
    plain.username = `plain_${name}`;
    plain.password = 'plain';
    const said: string[] = [];
    const app = await openApp({
      folder: await newFolder(plain.toString()),
      key: Buffer.alloc(32, 1),
      log: (event) => void said.push(event),
      role: 'server',
    });
    const waiting = app.queue.next(20_000);
    await expect.poll(() => app.queue.hears(), { timeout: 90_000 }).toBe(true);
    app.queue.wake({ kind: 'command', key: 'enough' });
    await waiting;
    await app.close();
    expect(said.filter((event) => event.startsWith('queue'))).toEqual([]);
  });
});
