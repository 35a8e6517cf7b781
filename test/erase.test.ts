// Erasing one person: nothing that names them stays in the store, nobody else loses anything, and the audit chain still verifies.
import { describe, expect, it } from 'vitest';
import { ERASE_ACTION, verifyChain } from '../src/core/audit-chain.ts';
import { carryOut } from '../src/engine/commands.ts';
import { namesOneOf } from '../src/engine/erase.ts';
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
  carryOut('person.erase', context(scene), { person, onlyShow }) as Promise<{ id: string; rows: number; auditEntries: number[] }>;

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
