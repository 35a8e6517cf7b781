// What the file of the embedded database still holds once the tables do not: it is said after a rotation, and "compact" takes it out.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { dataFolder, prepareFolder } from '../src/cli/data-folder.ts';
import { keysIn } from '../src/cli/key-files.ts';
import { openApp } from '../src/cli/open-app.ts';
import { rotateKey } from '../src/engine/keys/rotate.ts';
import { ownerKeys } from '../src/engine/owner-keys.ts';
import { createSealer } from '../src/engine/sealing.ts';
import { erasePerson, tracesOf } from '../src/store/erase.ts';
import { putSealed } from '../src/store/jobs.ts';
import { hireTypist } from './support/typist.ts';

async function opened() {
  const path = mkdtempSync(join(tmpdir(), 'tributary-file-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  const folder = dataFolder(path);
  prepareFolder(folder);
  return { folder, app: await openApp({ folder, key: null, log: () => {} }) };
}

/** Whatever is sealed in the files of the store and one of these keys opens, used or not. */
function openable(folder: ReturnType<typeof dataFolder>, keys: Iterable<Buffer>): Set<string> {
  const found = new Set<string>();
  const files = readdirSync(folder.path).filter((name) => name.startsWith('tributary.db'));
  const texts = files.flatMap((name) => readFileSync(join(folder.path, name), 'latin1').match(/\u00c2\u00a7s1\.[\da-f]{8}\.[\w-]+/g) ?? []);
  // What lies behind it in the page may run into it.
  for (const key of keys)
    for (const text of texts)
      for (const excess of [0, 1, 2])
        try {
          found.add(createSealer(key).open(text.slice(1, text.length - excess)));
        } catch {
          // Of another key, or cut off.
        }
  return found;
}

describe('the file of the embedded database', () => {
  it('holds nothing that the key before opens once it is compacted', async () => {
    const { folder, app } = await opened();
    const { sealer } = app.engine.options;
    await app.database.write(async (transaction) => {
      for (let n = 0; n < 2000; n++)
        await putSealed(transaction, `connection:${n}`, 'password', sealer.seal(`hunter ${n} ${'x'.repeat(n % 300)}`));
    });
    const { from, to } = await rotateKey(app.engine.options, 'test');
    await app.database.compact!();
    await app.close();
    const keys = keysIn(folder);
    expect(openable(folder, [keys.get(from)!])).toEqual(new Set());
    // So this looks in the right places.
    expect(openable(folder, [keys.get(to)!]).size).toBeGreaterThan(1000);
  });

  it('holds no key of anybody who was erased once it is compacted', async () => {
    const { folder, app } = await opened();
    const people = Array.from({ length: 400 }, (_, n) => `person-${n}`);
    const theirs = await ownerKeys(app.database, app.engine.options.sealer, people);
    const text = (id: string): string => theirs.get(id)!.toString('base64');
    await rotateKey(app.engine.options, 'test');
    const isErased = (_: string, n: number): boolean => n % 2 === 0;
    for (const id of people.filter(isErased))
      await app.database.write(async (transaction) => void (await erasePerson(transaction, id, await tracesOf(transaction, id), true)));
    await app.database.compact!();
    await app.close();
    const left = openable(folder, keysIn(folder).values());
    expect(people.filter(isErased).filter((id) => left.has(text(id)))).toEqual([]);
    expect(people.filter((id) => left.has(text(id))).length).toBeGreaterThan(100);
  });

  it('may hold it until then, and the answer to a new key says so', async () => {
    const { folder, app } = await opened();
    await app.close();
    const typist = hireTypist(folder.path, { TRIBUTARY_DATA: folder.path });
    onTestFinished(() => typist.leave());
    expect((await typist.type(['admin', 'rotate-key'])).out).toContain('"tributary compact" writes it anew (PostgreSQL: VACUUM FULL)');
  });
});
