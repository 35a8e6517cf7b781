// A new master key: everything opens afterwards, also when the process died at any step in between.
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { dataFolder, prepareFolder } from '../src/cli/data-folder.ts';
import { masterKey } from '../src/cli/master-key.ts';
import { openApp, type App } from '../src/cli/open-app.ts';
import { rotateKey } from '../src/cli/rotate-key.ts';
import { ownerKeys } from '../src/engine/owner-keys.ts';
import { getSealed, putSealed } from '../src/store/jobs.ts';

function newFolder() {
  const path = mkdtempSync(join(tmpdir(), 'tributary-rotate-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  const folder = dataFolder(path);
  prepareFolder(folder);
  return folder;
}
const open = (folder: ReturnType<typeof newFolder>): Promise<App> => openApp({ folder, key: null, log: () => {} });
const PEOPLE = Array.from({ length: 30 }, (_, n) => `person-${n}`);

/** Seals a password and a value per person; returns what must still open, and read the same, afterwards. */
async function fill(app: App): Promise<() => Promise<{ password: string; ids: unknown[]; sealed: string[] }>> {
  const { sealer } = app.engine.options;
  await app.database.write((transaction) => putSealed(transaction, 'connection:x', 'password', sealer.seal('hunter22')));
  const before = await ownerKeys(app.database, sealer, PEOPLE);
  const sealed = PEOPLE.map((person) => sealer.sealFor(before.get(person)!, `ID of ${person}`));
  return async () => ({ password: 'hunter22', ids: PEOPLE.map((person) => `ID of ${person}`), sealed });
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

describe('a new master key', () => {
  it.each(['key-made', 'sealed', 'settled', 'nowhere'] as const)('takes over; a process that dies at "%s" loses nothing', async (dies) => {
    const folder = newFolder();
    let app = await open(folder);
    const expected = await (await fill(app))();
    const old = readFileSync(folder.key, 'utf8');
    const rotate = () =>
      rotateKey({
        folder,
        database: app.database,
        present: masterKey(folder, null, false),
        actor: 'test',
        now: 1,
        probe(step) {
          if (step === dies) throw new Error('killed');
        },
      });
    if (dies === 'nowhere') await rotate();
    else await expect(rotate()).rejects.toThrow('killed');
    await app.close();

    app = await open(folder);
    expect(await whatOpens(app, expected.sealed), 'after the crash').toEqual(expected);
    if (dies === 'key-made' || dies === 'sealed')
      await rotateKey({ folder, database: app.database, present: masterKey(folder, null, false), actor: 'test', now: 2 });
    await app.close();

    app = await open(folder);
    onTestFinished(() => app.close());
    expect(await whatOpens(app, expected.sealed), 'in the end').toEqual(expected);
    expect(readFileSync(folder.key, 'utf8')).not.toBe(old);
    expect(statSync(folder.key).mode & 0o777).toBe(0o600);
    expect(existsSync(`${folder.key}.next`)).toBe(false);
    const oldId = (await app.database.get<{ before: string }>(
      `SELECT p.before FROM audit a JOIN audit_payload p ON p.seq = a.seq WHERE a.action = 'key.rotate'`,
    ))!;
    const texts = await app.database.all<{ text: string }>(
      `SELECT wrapped AS text FROM person_key UNION ALL SELECT value AS text FROM sealed`,
    );
    expect(texts).toHaveLength(31);
    expect(texts.filter((row) => row.text.includes(oldId.before))).toEqual([]);
    expect(readFileSync(join(folder.path, `key.${oldId.before}.old`), 'utf8')).toBe(old);
  });
});
