// A new master key: everything opens afterwards, also when the process died at any moment, and whatever others were about to store.
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { dataFolder, prepareFolder } from '../src/cli/data-folder.ts';
import { keyIn, oldKeys } from '../src/cli/key-files.ts';
import { openApp, type App } from '../src/cli/open-app.ts';
import type { EngineOptions } from '../src/engine/context.ts';
import { CommandError } from '../src/engine/engine.ts';
import { rotateKey, tendKeys } from '../src/engine/keys/rotate.ts';
import { ownerKeys } from '../src/engine/owner-keys.ts';
import { createSealer, keyIdOf } from '../src/engine/sealing.ts';
import { getSealed, getSetting, putSealed } from '../src/store/jobs.ts';
import { openSqlite } from '../src/store/sqlite/database.ts';
import { hireTypist } from './support/typist.ts';

type Folder = ReturnType<typeof dataFolder>;

function newPath(): string {
  const path = mkdtempSync(join(tmpdir(), 'tributary-rotate-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}
function newFolder(path = newPath()): Folder {
  const folder = dataFolder(path);
  prepareFolder(folder);
  return folder;
}
const open = (folder: Folder): Promise<App> => openApp({ folder, key: null, log: () => {} });
async function opened(folder: Folder): Promise<App> {
  const app = await open(folder);
  onTestFinished(() => app.close());
  return app;
}
const PEOPLE = Array.from({ length: 30 }, (_, n) => `person-${n}`);
const probed = (app: App, probe: (step: string) => void): EngineOptions => ({ ...app.engine.options, probe });
const rotate = (app: App) => rotateKey(app.engine.options, 'test');

/** Seals a password and a value per person; returns what must still open, and read the same, afterwards. */
async function fill(app: App): Promise<{ password: string; ids: unknown[]; sealed: string[] }> {
  const { sealer } = app.engine.options;
  await app.database.write((transaction) => putSealed(transaction, 'connection:x', 'password', sealer.seal('hunter22')));
  const before = await ownerKeys(app.database, sealer, PEOPLE);
  const sealed = PEOPLE.map((person) => sealer.sealFor(before.get(person)!, `ID of ${person}`));
  return { password: 'hunter22', ids: PEOPLE.map((person) => `ID of ${person}`), sealed };
}

async function whatOpens(app: App, sealed: readonly string[]): Promise<{ password: string; ids: unknown[]; sealed: string[] }> {
  const { sealer } = app.engine.options;
  const keys = await ownerKeys(app.database, sealer, PEOPLE);
  return {
    password: sealer.open((await getSealed(app.database, 'connection:x')).get('password')!),
    ids: PEOPLE.map((person, n) => sealer.openFor(keys.get(person)!, sealed[n]!)),
    sealed: PEOPLE.map((person) => sealer.sealFor(keys.get(person)!, `ID of ${person}`)),
  };
}

/** What is sealed in this store, by the ids of the keys. */
async function sealedWith(app: App): Promise<string[]> {
  const texts = await app.database.all<{ text: string }>(
    `SELECT wrapped AS text FROM person_key UNION ALL SELECT value AS text FROM sealed`,
  );
  return [...new Set(texts.flatMap(({ text }) => /§s1\.(\w+)\./.exec(text)?.[1] ?? []))];
}

describe('a new master key', () => {
  it.each([
    'key:made',
    'key:noted',
    'key:taken',
    'key:piece',
    'key:sealed',
    'key:settled',
    'nowhere',
  ])('takes over; a process that dies at "%s" loses nothing, and the next one brings it to its end', async (dies) => {
    const folder = newFolder();
    let app = await open(folder);
    const expected = await fill(app);
    const old = readFileSync(folder.key, 'utf8');
    const rotation = rotateKey(
      probed(app, (step) => {
        if (step === dies) throw new Error('killed');
      }),
      'test',
    );
    if (dies === 'nowhere') expect((await rotation).rows).toBe(31);
    else await expect(rotation).rejects.toThrow('killed');
    await app.close();

    app = await open(folder);
    expect(await whatOpens(app, expected.sealed), 'after the crash').toEqual(expected);
    // Before it was noted nobody knows that it was asked for.
    if (dies === 'key:made') await rotate(app);
    else await tendKeys(app.engine.options);
    await app.close();

    app = await opened(folder);
    expect(await whatOpens(app, expected.sealed), 'in the end').toEqual(expected);
    expect(readFileSync(folder.key, 'utf8')).not.toBe(old);
    expect(statSync(folder.key).mode & 0o777).toBe(0o600);
    const said = (await app.database.all<{ before: string; after: string; actor: string }>(
      `SELECT p.before, p.after, p.actor FROM audit a JOIN audit_payload p ON p.seq = a.seq WHERE a.action = 'key.rotate'`,
    ))!;
    expect(said).toEqual([{ before: expect.any(String), after: app.engine.options.sealer.keyId, actor: 'test' }]);
    expect(await sealedWith(app)).toEqual([said[0]!.after]);
    const kept = `key.${said[0]!.before}.old`;
    expect(
      readdirSync(folder.path)
        .filter((name) => name.startsWith('key'))
        .sort(),
    ).toEqual(['key', kept].sort());
    expect(readFileSync(join(folder.path, kept), 'utf8')).toBe(old);
    expect(statSync(join(folder.path, kept)).mode & 0o777).toBe(0o600);
  });

  it.each([1, 2, 3])('loses nothing that others seal and store meanwhile, killed after any commit (seed %i)', async (seed) => {
    const random = randomFrom(seed);
    const folder = newFolder();
    const app = await open(folder);
    const { sealer } = app.engine.options;
    await fill(app);
    /** What is committed: name to value. */
    const stored = new Map<string, string>();
    const kills: { path: string; stored: ReadonlyMap<string, string> }[] = [];
    const root = newPath();
    const kill = (): void => {
      const path = join(root, String(kills.length));
      copyFolder(folder.path, path);
      kills.push({ path, stored: new Map(stored) });
    };
    const database: EngineOptions['database'] = {
      ...app.database,
      async write(work, how) {
        const result = await app.database.write(work, how);
        kill();
        return result;
      },
    };
    // Now and then longer than the whole rotation takes.
    const rest = async (): Promise<void> => turns(random() * (random() < 0.2 ? 80 : 6));
    let isOver = false;
    /** Sealed now, stored some time later: as runs and commands do. */
    const work = async (who: string): Promise<void> => {
      for (let n = 0; !isOver || n < 3; n++) {
        const [name, value] = [`${who}-${n % 40}`, `${who} ${n}`];
        const early = sealer.seal(value);
        await rest();
        const isInside = random() < 0.4;
        await app.database.write(async (transaction) => {
          const text = isInside ? sealer.seal(value) : early;
          if (isInside) await rest();
          await putSealed(transaction, 'memory:x', name, text);
        });
        stored.set(name, value);
        await rest();
      }
    };
    const workers = ['a', 'b', 'c'].map(work);
    await rest();
    const { from, to } = await rotateKey({ ...app.engine.options, database, probe: kill, isAsked: () => true }, 'test');
    isOver = true;
    await Promise.all(workers);
    kill();
    expect(await sealedWith(app)).toEqual([to]);
    await app.close();

    expect(kills.length).toBeGreaterThan(8);
    for (const { path, stored: then } of kills) {
      const next = await open(dataFolder(path));
      const inIt = async (one: App): Promise<[string, string][]> => {
        const texts = await getSealed(one.database, 'memory:x');
        return [...then.keys()].map((name) => [name, one.engine.options.sealer.open(texts.get(name)!)]);
      };
      expect(await inIt(next)).toEqual([...then]);
      await tendKeys(next.engine.options);
      if ((await getSetting(next.database, 'key')) === from) await rotate(next);
      await next.close();
      // In the end it needs no key but its own.
      for (const name of readdirSync(path)) if (/^key\..*\.old$/.test(name)) rmSync(join(path, name));
      const last = await open(dataFolder(path));
      expect(await inIt(last)).toEqual([...then]);
      expect(last.engine.options.sealer.others).toEqual([]);
      await last.close();
    }
  });

  it('seals anew what was sealed before it and is stored after it, and what a transaction is just storing', async () => {
    const folder = newFolder();
    const app = await opened(folder);
    const { sealer, keys } = app.engine.options;
    const put = (name: string, text: string) => app.database.write((transaction) => putSealed(transaction, 'connection:x', name, text));
    const early = sealer.seal('early');
    let storing: Promise<unknown> | undefined;
    let looks = 0;
    const obstacle = async () => {
      if (++looks === 2)
        storing = app.database.write(async (transaction) => {
          await putSealed(transaction, 'connection:x', 'just', sealer.seal('just now'));
          await turns(100);
        });
      return null;
    };
    const { to } = await rotateKey({ ...app.engine.options, keys: { ...keys!, obstacle } }, 'test');
    await storing;
    await put('early', early);
    expect(await sealedWith(app)).toEqual([to]);
    const texts = await getSealed(app.database, 'connection:x');
    expect(['just', 'early'].map((name) => sealer.open(texts.get(name)!))).toEqual(['just now', 'early']);
  });

  it('opens what the one before has sealed and stored behind its back, and seals it anew within a day', async () => {
    const folder = newFolder();
    const app = await opened(folder);
    await fill(app);
    const { to } = await rotate(app);
    const [old] = oldKeys(folder);
    const elsewhere = openSqlite({ path: folder.database });
    await elsewhere.write((transaction) => putSealed(transaction, 'connection:x', 'token', createSealer(old!).seal('late')));
    await elsewhere.close();
    const token = async (): Promise<string> => (await getSealed(app.database, 'connection:x')).get('token')!;
    expect(app.engine.options.sealer.open(await token())).toBe('late');
    await tendKeys(app.engine.options);
    expect(await token()).toContain(to);
    expect(app.engine.options.sealer.open(await token())).toBe('late');
  });

  it('lets a backup from before be restored: beside the later keys, and anywhere with the key that was kept', async () => {
    const folder = newFolder();
    let app = await open(folder);
    const expected = await fill(app);
    await app.close();
    const backup = join(newPath(), 'backup.db');
    copyFileSync(folder.database, backup);
    app = await open(folder);
    const { to, kept } = await rotate(app);
    await app.close();

    const elsewhere = newFolder();
    copyFileSync(backup, elsewhere.database);
    copyFileSync(kept, elsewhere.key);
    app = await opened(elsewhere);
    expect(await whatOpens(app, expected.sealed)).toEqual(expected);

    for (const name of readdirSync(folder.path)) if (name.startsWith('tributary.db')) rmSync(join(folder.path, name));
    copyFileSync(backup, folder.database);
    app = await open(folder);
    expect(await whatOpens(app, expected.sealed)).toEqual(expected);
    await tendKeys(app.engine.options);
    expect(await sealedWith(app)).toEqual([to]);
    await app.close();
    app = await opened(folder);
    expect(await whatOpens(app, expected.sealed)).toEqual(expected);
  });

  it('is in a backup that was made while it took over, when that is made with its keys', async () => {
    const root = newPath();
    const folder = newFolder(join(root, 'data'));
    const app = await open(folder);
    const expected = await fill(app);
    const typist = hireTypist(root, { TRIBUTARY_DATA: folder.path });
    const other = hireTypist(root, { TRIBUTARY_DATA: join(root, 'restored') });
    const rotation = rotateKey(
      probed(app, (step) => {
        if (step === 'key:piece') throw new Error('killed');
      }),
      'test',
    );
    await expect(rotation).rejects.toThrow('killed');
    const backup = await typist.type(['backup', 'half.db', '--with-key']);
    expect([backup.code, backup.err], backup.out).toEqual([0, expect.stringContaining('this backup needs both')]);
    await app.close();
    expect(await other.type(['restore', 'half.db'])).toMatchObject({ code: 0 });
    await Promise.all([typist.leave(), other.leave()]);
    const restored = await opened(dataFolder(join(root, 'restored')));
    expect(await whatOpens(restored, expected.sealed)).toEqual(expected);
    await tendKeys(restored.engine.options);
    expect(await sealedWith(restored)).toEqual([restored.engine.options.sealer.keyId]);
  });

  it('is not made while one takes over, nor where the key comes from the environment; a store half sealed anew is not opened without both', async () => {
    const folder = newFolder();
    const app = await open(folder);
    await fill(app);
    const first = rotate(app);
    await expect(rotate(app)).rejects.toThrow('taking over just now');
    const { to } = await first;
    const third = rotateKey(
      probed(app, (step) => {
        if (step === 'key:piece') throw new Error('killed');
      }),
      'test',
    );
    await expect(third).rejects.toThrow('killed');
    await app.close();
    rmSync(`${folder.key}.next`);
    await expect(open(folder)).rejects.toThrow(/A new master key \(\w{8}\) was taking over/);
    expect(existsSync(join(folder.path, 'key'))).toBe(true);

    const given = newFolder();
    const other = await openApp({ folder: given, key: Buffer.alloc(32, 1), log: () => {} });
    onTestFinished(() => other.close());
    await expect(rotate(other)).rejects.toThrow('comes from TRIBUTARY_KEY');
    expect(to).toMatch(/^[\da-f]{8}$/);
  });
});

describe('the files of the keys', () => {
  const idOf = (app: App): string => app.engine.options.sealer.keyId;
  const refusal = async (app: App): Promise<CommandError> => {
    const error = await rotate(app).catch((one: unknown) => one);
    expect(error).toBeInstanceOf(CommandError);
    return error as CommandError;
  };

  it('cannot be written before anything began: it is said where and what to do, and nothing has changed', async () => {
    const folder = newFolder();
    const app = await opened(folder);
    await fill(app);
    const from = idOf(app);
    mkdirSync(`${folder.key}.next.new`);
    const { label } = await refusal(app);
    expect(label.en).toMatch(/^The new key could not be written to .*key\.next \(EISDIR.*Nothing has changed\. See that/);
    expect(label.zh).toContain('无法将新密钥写入');
    expect([idOf(app), await getSetting(app.database, 'key.next')]).toEqual([from, undefined]);
    rmSync(`${folder.key}.next.new`, { recursive: true });
    expect((await rotate(app)).warning).toBe(null);
  });

  it('cannot be moved at the end: the new key is in use, also after a start, with a warning; the next start that can moves it', async () => {
    const folder = newFolder();
    let app = await open(folder);
    const expected = await fill(app);
    const old = readFileSync(folder.key, 'utf8');
    const inTheWay = join(folder.path, `key.${idOf(app)}.old.new`);
    mkdirSync(inTheWay);
    const { to, kept, warning } = await rotate(app);
    expect([kept, readFileSync(kept, 'utf8')]).toEqual([folder.key, old]);
    expect(warning!.en).toMatch(/^The new key \w{8} is in use, but its file could not be moved.* still .*key\.next, and .*Keep both\./);
    expect(warning!.zh).toContain('请保留两者');
    expect(await sealedWith(app)).toEqual([to]);
    // Another one would have no place either.
    expect((await refusal(app)).label).toEqual(warning);
    await app.close();

    const logged: string[] = [];
    app = await openApp({ folder, key: null, log: (event) => void logged.push(event) });
    expect([logged, idOf(app)]).toEqual([['key-not-moved'], to]);
    expect(await whatOpens(app, expected.sealed)).toEqual(expected);
    expect(await app.engine.options.keys!.obstacle()).toBe(null);
    await app.close();

    rmSync(inTheWay, { recursive: true });
    app = await opened(folder);
    expect(await whatOpens(app, expected.sealed)).toEqual(expected);
    expect(existsSync(`${folder.key}.next`)).toBe(false);
    expect([keyIdOf(keyIn(folder.key)!), readFileSync(inTheWay.replace(/\.new$/, ''), 'utf8')]).toEqual([to, old]);
    expect((await rotate(app)).from).toBe(to);
  });

  it('cannot be moved at the end: the command line warns, and ends as with something to look at', async () => {
    const folder = newFolder();
    const app = await open(folder);
    mkdirSync(join(folder.path, `key.${idOf(app)}.old.new`));
    await app.close();
    const typist = hireTypist(folder.path, { TRIBUTARY_DATA: folder.path });
    onTestFinished(() => typist.leave());
    const { code, out } = await typist.type(['admin', 'rotate-key']);
    expect([code, out]).toEqual([
      2,
      expect.stringMatching(
        /^Key \w{8} has taken over from (?:.|\n)*\n! The new key \w{8} is in use, but its file could not be moved.* Keep both/,
      ),
    ]);
    expect(out).not.toContain('nothing else does');
    expect((await typist.type(['admin', 'rotate-key'])).code).toBe(1);
  });

  it.each([
    [
      'replaced',
      (path: string) => writeFileSync(path, Buffer.alloc(32, 9).toString('base64')),
      /does not hold the key \w{8} that the server works with/,
    ],
    [
      'overwritten with something else',
      (path: string) => writeFileSync(path, 'x'),
      /does not hold the key \w{8} that the server works with/,
    ],
    ['taken away', (path: string) => rmSync(path), /with the key \w{8} has gone while the server runs/],
  ] as const)('%s while the server runs: the key in use is kept, and it is said where', async (_, change, words) => {
    const folder = newFolder();
    let app = await open(folder);
    const expected = await fill(app);
    const text = readFileSync(folder.key, 'utf8');
    const kept = join(folder.path, `key.${idOf(app)}.old`);
    change(folder.key);
    const { label } = await refusal(app);
    expect(label.en).toMatch(words);
    expect([label.en, label.zh]).toEqual([expect.stringContaining(kept), expect.stringContaining(kept)]);
    expect(label.en).not.toContain('TRIBUTARY_KEY');
    expect(readFileSync(kept, 'utf8')).toBe(text);
    expect(existsSync(`${folder.key}.next`)).toBe(false);
    // What it says helps: here at once, and for the next start.
    copyFileSync(kept, folder.key);
    expect((await rotate(app)).warning).toBe(null);
    await app.close();
    app = await opened(folder);
    expect(await whatOpens(app, expected.sealed)).toEqual(expected);
  });

  it('gone, and nothing can be written beside them: it is said that the key is in memory only', async () => {
    const folder = newFolder();
    const app = await opened(folder);
    await fill(app);
    mkdirSync(join(folder.path, `key.${idOf(app)}.old.new`));
    rmSync(folder.key);
    const { label } = await refusal(app);
    expect(label.en).toMatch(/could not be kept beside it \(EISDIR.*before you stop the server/);
    expect(label.zh).toContain('停止服务之前');
  });
});

async function turns(many: number): Promise<void> {
  for (let left = Math.floor(many); left > 0; left--) await turn();
}

function copyFolder(from: string, to: string): void {
  mkdirSync(to);
  for (const name of readdirSync(from))
    if (/^(key|tributary\.db$|tributary\.db-wal$)/.test(name)) copyFileSync(join(from, name), join(to, name));
}

/** @see https://en.wikipedia.org/wiki/Linear_congruential_generator the numbers of Numerical Recipes */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
