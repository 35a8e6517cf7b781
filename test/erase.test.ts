// Erasing one person: nothing that names them stays in the store, nobody else loses anything, and the audit chain still verifies.
import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ERASE_ACTION, verifyChain } from '../src/core/audit-chain.ts';
import { carryOut, type OutputOf } from '../src/engine/commands.ts';
import { namesOneOf } from '../src/engine/erasing/names.ts';
import { ownerKeys } from '../src/engine/owner-keys.ts';
import { keepAnswer, takeKey } from '../src/store/answered.ts';
import { audit, auditEntries, auditLast } from '../src/store/audit.ts';
import { everythingIn } from './support/everything.ts';
import { openScene, roomy, type Scene } from './support/plain-scene.ts';

const LEAVER = { guard: roomy, leaver: { departed: 'disable' } } as const;
const context = (scene: Scene) => ({
  reader: scene.bench.database,
  connectors: scene.bench.engine.options.connectors,
  now: () => scene.bench.clock.now(),
  engine: scene.bench.engine,
  actor: 'anna',
  alone: true,
});
const erase = (scene: Scene, person: string, onlyShow = false) =>
  carryOut('person.erase', context(scene), { person, onlyShow }) as Promise<OutputOf<'person.erase'>>;

/** Three people, the second with a name of his own; he has departed and was synced since. */
async function departed(): Promise<{ scene: Scene; id: string }> {
  const scene = await openScene({ people: 3, up: { policy: LEAVER }, down: { policy: LEAVER } });
  scene.hr.set('person', '2', { name: 'Quirin Abendroth', login: 'qabendroth', mail: 'quirin@xinghe.example', note: 'Quirry' });
  await scene.sync();
  // Somebody else claims the same address: what is wrong with that names them.
  scene.hr.set('person', '3', { mail: 'quirin@xinghe.example' });
  await scene.sync();
  scene.hr.set('person', '3', { mail: 'person3@xinghe.example' });
  scene.hr.set('person', '1', { phone: '+86 13800000002' });
  await scene.sync();
  scene.hr.set('person', '2', { status: 'departed', title: 'formerly Quirin' });
  await scene.sync();
  const { id } = (await scene.known('2'))!;
  const { database } = scene.bench;
  await ownerKeys(database, scene.bench.engine.options.sealer, [id, `hr/person/2`]);
  await database.write(async (transaction) => {
    const note = { at: 1, actor: 'anna', action: 'person.edit' };
    await audit(transaction, { ...note, subject: `person:${id}`, before: null, after: '{"title":"Boss"}' });
    await audit(transaction, { ...note, subject: 'group:1', after: '{"members":["qabendroth","someone"]}' });
    await audit(transaction, { ...note, subject: 'group:2', after: '{"members":["qabendroth2"]}' });
    // What a mail server said, what a run ended with, and the answer to a command that came with a key.
    await transaction.run(
      `INSERT INTO delivery (id, channel, recipient, kind, message, digest, state, attempts, made_at, error)
       VALUES (901, 'mail', 'quirin@xinghe.example', 'run-failed', 'm', 0, 'dead', 1, 1, '{"en":"550 <quirin@xinghe.example>: gone"}')`,
    );
    await transaction.run(`UPDATE run SET problem = '{"en":"stopped at Quirin Abendroth (N-2)","zh":"…"}' WHERE id = 1`);
    const { sealer } = scene.bench.engine.options;
    for (const [key, answer] of [
      ['about-them', '{"displayName":"Quirin Abendroth"}'],
      ['about-nobody', '{"id":1}'],
    ] as const) {
      await takeKey(transaction, { by_whom: 'token:x', key, request: 'r', at: 1 });
      await keepAnswer(transaction, 'token:x', key, sealer.seal(answer));
    }
  });
  return { scene, id };
}

const WORDS = ['Quirin', 'Abendroth', 'quirin@xinghe.example', '+86 13800000002', '13800000002', 'N-2'];

describe('erasing a person', () => {
  it('leaves no word of theirs in the store, in no table, and destroys their keys', async () => {
    const { scene, id } = await departed();
    const before = await everythingIn(scene.bench.database);
    for (const word of WORDS) expect(before, word).toContain(word);
    const others = (await scene.people()).filter((person) => person.id !== id);

    const shown = await erase(scene, id, true);
    expect(shown).toMatchObject({ rows: 0, auditEntries: expect.arrayContaining([expect.any(Number)]) });
    expect(await scene.known('2'), 'showing changes nothing').toBeDefined();

    expect((await erase(scene, id)).rows).toBeGreaterThan(5);
    const { database } = scene.bench;
    const after = await everythingIn(database);
    // The number is that of somebody else by now, and theirs to keep.
    for (const row of await database.all<{ data: string }>(`SELECT data FROM mirror WHERE external_id <> '2'`))
      expect(row.data).not.toContain('Quirin');
    for (const word of WORDS.filter((one) => !one.includes('13800000002'))) expect(after, word).not.toContain(word);
    expect(after, 'a longer name of somebody else').toContain('qabendroth2');
    expect(
      (await scene.items()).map((item) => item.says),
      'what is wrong with others is still said',
    ).toEqual([expect.stringContaining('[…]')]);
    expect(await database.all('SELECT key FROM answered WHERE answer IS NULL')).toEqual([{ key: 'about-them' }]);
    expect(await scene.bench.database.all('SELECT owner FROM person_key WHERE owner IN (?, ?)', id, 'hr/person/2')).toEqual([]);
    expect((await scene.people()).filter((person) => person.id !== id)).toEqual(others);
    expect((await scene.people()).find((person) => person.id === id)).toMatchObject({ lifecycle: 'absent', attributes: {} });
  });

  it('erases what the audit log says of them, says so in it, and the chain still verifies', async () => {
    const { scene, id } = await departed();
    const { auditEntries: erased } = await erase(scene, id);
    const { database } = scene.bench;
    const verdict = await verifyChain(auditEntries(database), { last: await auditLast(database) });
    expect(verdict).toMatchObject({ broken: null, erased: erased.length });
    const entries = [];
    for await (const entry of auditEntries(database)) entries.push(entry);
    expect(entries.filter((entry) => entry.payload === null).map((entry) => entry.seq)).toEqual(erased);
    expect(erased).toHaveLength(2);
    expect(entries.at(-1)).toMatchObject({ action: ERASE_ACTION, payload: { actor: 'anna', subject: `person:${id}` } });
    await database.write((transaction) => transaction.run('DELETE FROM audit_payload WHERE seq = (SELECT max(seq) FROM audit_payload)'));
    expect((await verifyChain(auditEntries(database), { last: await auditLast(database) })).broken).not.toBeNull();
  });

  it('is refused for somebody who is still there, and while a run works with them', async () => {
    const { scene, id } = await departed();
    const other = (await scene.known('1'))!;
    await expect(erase(scene, other.id)).rejects.toThrow(/offboard/);
    await scene.bench.database.write((transaction) =>
      transaction.run(`UPDATE change SET state = 'sent' WHERE id = (SELECT max(id) FROM change WHERE directory_id = ?)`, id),
    );
    await expect(erase(scene, id)).rejects.toThrow(/still works/);
    await expect(erase(scene, 'nobody at all')).rejects.toThrow(/Nobody/);
  });

  it('lets the next runs go on: downstream the account is a leaver, and nobody else is touched', async () => {
    const { scene, id } = await departed();
    scene.hr.delete('person', '2');
    await erase(scene, id);
    const before = scene.account('1');
    const { up, down } = await scene.sync();
    expect([up.state, down.state].filter((state) => state === 'failed')).toEqual([]);
    expect(scene.account('1')).toEqual(before);
    expect((await scene.known('1'))?.lifecycle).toBe('active');
    expect((await scene.people()).find((person) => person.id === id)?.attributes).toEqual({});
  });
});

describe('what names somebody beside their own rows', () => {
  it('goes from earlier settings, drafts, decided edits and files that nothing uses; what is in use is listed with where to change it', async () => {
    const { scene, id } = await departed();
    const { database, folder, engine } = scene.bench;
    const file = (path: string, content: string | Buffer, days = 2): string => {
      const full = join(folder, path);
      mkdirSync(dirname(full), { recursive: true });
      writeFileSync(full, content);
      const at = new Date(scene.bench.clock.now() - days * 86_400_000);
      utimesSync(full, at, at);
      return full;
    };
    const wide = Buffer.from('\ufeffName;Mail\r\nQuirin Abendroth;x\r\n', 'utf16le');
    const used = file('uploads/1/staff.csv', 'N-2,Quirin Abendroth\n');
    const unused = file('uploads/2/staff.csv', wide);
    const fresh = file('uploads/3/staff.csv', wide, 0);
    const packed = file('uploads/4/staff.xlsx', 'PK');
    const other = file('uploads/5/staff.csv', 'somebody else, also called Quirine\n');
    const kept = file('connections/files/copy-1/rows', '{"name":"Quirin Abendroth"}\n');
    const copy = file('before-upgrade-from-1-2026.db', 'x');
    const [{ settings }] = (await database.all('SELECT settings FROM job WHERE id = ?', scene.up)) as [{ settings: string }];
    const naming = JSON.stringify({
      ...JSON.parse(settings),
      description: 'without Quirin Abendroth',
      scope: { people: { include: [], exclude: ['2', '3'] } },
    });
    const edit = (number: number, state: string): string =>
      `INSERT INTO edit (id, at, actor, state, steps, below) VALUES (${number}, 1, 'a', '${state}', '[{"note":"as Quirin Abendroth said"}]', '[]')`;
    await database.write(async (transaction) => {
      await transaction.run('UPDATE job SET settings = ?, version = 8 WHERE id = ?', naming, scene.up);
      for (const version of [7, 8])
        await transaction.run(
          `INSERT INTO job_version (job, version, settings, saved_at, saved_by) VALUES (?, ?, ?, 1, 'a')`,
          scene.up,
          version,
          naming,
        );
      await transaction.run(
        `INSERT INTO draft (id, kind, name, parts, revision, at, by_whom) VALUES (901, 'job', 'd', '{"description":"for Quirin Abendroth"}', 1, 1, 'a')`,
      );
      await transaction.run(edit(901, 'discarded'));
      await transaction.run(edit(902, 'proposed'));
      await transaction.run(`UPDATE connection SET config = ? WHERE id = 'app'`, JSON.stringify({ path: used }));
      await transaction.run(`INSERT INTO lookup (name, revision, rows) VALUES ('rooms', 1, '{"Quirin Abendroth":"3.14"}')`);
    });
    const kinds = (found: Awaited<ReturnType<typeof erase>>) => found.remains.map(({ what, where }) => [what, where]);
    const before = kinds(await erase(scene, id, true));
    expect(before).toContainEqual(['file', unused]);

    const done = await erase(scene, id);
    const listed = [
      ['job', String(scene.up)],
      ['table', 'rooms'],
      ['edit', '902'],
      ['file', kept],
      ...[used, fresh, packed].map((path) => ['file', path]),
      ['file', copy],
    ];
    expect(kinds(done)).toEqual(listed);
    expect(before).toHaveLength(listed.length + 1);
    expect(done.remains[0]!.says.en).toContain('(description, scope)');
    expect([existsSync(unused), existsSync(used), existsSync(other)]).toEqual([false, true, true]);
    const one = async (sql: string): Promise<string> => Object.values((await database.get<Record<string, string>>(sql))!)[0]!;
    for (const sql of ['SELECT steps FROM edit WHERE id = 901', 'SELECT parts FROM draft WHERE id = 901']) {
      expect(await one(sql), sql).toContain('[…]');
      expect(await one(sql), sql).not.toContain('Quirin');
    }
    const version = async (number: number) => JSON.parse(await one(`SELECT settings FROM job_version WHERE version = ${number}`));
    expect(await version(7)).toMatchObject({ description: 'without […]', scope: { people: { exclude: ['[…]', '3'] } } });
    expect(await version(8), 'what is in use stays').toEqual(JSON.parse(naming));
    expect(engine.options.folder).toBe(folder);
  });
});

describe('a text names somebody', () => {
  it.each([
    ['10', '{"ids":["10"]}', true],
    ['10', '{"ids":["100"]}', false],
    ['li', 'Alice', false],
    ['张伟', '{"name":"新人张伟明"}', true],
    ['a.b*c', 'x a.b*c y', true],
    ['A@x.example', 'to a@X.example!', true],
  ])('%s in %s: %s', (term, text, isNamed) => {
    expect(namesOneOf([term])({ actor: 'x', subject: '', before: null, after: text })).toBe(isNamed);
  });
});
