// A new master key takes over while runs go on: they end as they would have, and no text of the store needs the old key any more.
import { randomBytes } from 'node:crypto';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ldap } from '../../src/connectors/ldap/index.ts';
import { createEngine } from '../../src/engine/engine.ts';
import { fenced } from '../../src/engine/keys/fence.ts';
import { rotateKey, type Rotation } from '../../src/engine/keys/rotate.ts';
import { createSealer, keyIdOf } from '../../src/engine/sealing.ts';
import { putChannel } from '../../src/store/channels.ts';
import { idNumberOf, mappingWithIdNumber } from '../../test/support/id-numbers.ts';
import { openScene, roomy, type Scene } from '../../test/support/plain-scene.ts';

const PEOPLE = 230;
const policy = { guard: roomy };
const up = { policy, mapping: mappingWithIdNumber.up };
const down = { policy, mapping: mappingWithIdNumber.down };

interface Stage {
  readonly scene: Scene;
  readonly old: string;
  readonly next: Buffer;
  /** Begins the rotation when the engine comes to this point for the n-th time. */
  readonly rotateAt: (point: string, time: number) => void;
  readonly rotation: () => Promise<Rotation>;
}

async function openStage(): Promise<Stage> {
  const [first, next] = [randomBytes(32), randomBytes(32)];
  const sealer = createSealer(first);
  let awaited: { point: string; left: number } | null = null;
  let rotation: Promise<Rotation> | undefined;
  const scene: Scene = await openScene({
    people: PEOPLE,
    up,
    down,
    watched: (database) => fenced(database, sealer),
    engine: {
      sealer,
      // Steps of a hundred, so that each stage has several.
      isAsked: () => true,
      keys: { obstacle: async () => null, next: () => next, forget: () => {}, takeOver: () => ({ kept: 'kept', warning: null }) },
      probe(point) {
        if (awaited === null || point !== awaited.point || --awaited.left > 0) return;
        awaited = null;
        rotation = rotateKey({ ...scene.bench.engine.options, probe: () => {} }, 'test');
      },
    },
  });
  for (let id = 1; id <= PEOPLE; id++) scene.hr.set('person', String(id), { note: idNumberOf(String(id)), login: `p${id}` });
  return {
    scene,
    old: keyIdOf(first),
    next,
    rotateAt: (point, time) => void (awaited = { point, left: time }),
    rotation: () => rotation!,
  };
}

/** Where in the whole store a text stands. */
async function placesOf({ bench }: Scene, text: string): Promise<string[]> {
  const { database } = bench;
  const tables = await database.all<{ name: string }>(
    database.dialect === 'sqlite'
      ? `SELECT name FROM sqlite_master WHERE type = 'table'`
      : `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'`,
  );
  const found = new Set<string>();
  for (const { name } of tables)
    for (const row of await database.all<Record<string, unknown>>(`SELECT * FROM "${name}"`))
      for (const [column, value] of Object.entries(row)) if (String(value).includes(text)) found.add(`${name}.${column}`);
  return [...found];
}

describe('a new master key, while runs go on', () => {
  it.each([
    ['read:batch', 2],
    ['assess:batch', 1],
    ['assess:batch', 2],
    ['before:guard', 1],
    ['apply:before-batch', 2],
    ['after:apply', 1],
  ] as const)('at "%s" (%i): the runs end as ever, nothing of the old key stays, and the new one alone is enough', async (point, time) => {
    const { scene, old, next, rotateAt, rotation } = await openStage();
    rotateAt(point, time);
    const { up: upward, down: downward } = await scene.sync();
    const { rows } = await rotation();
    expect([upward.state, downward.state]).toEqual(['succeeded', 'succeeded']);
    expect(rows).toBeGreaterThan(0);
    expect(await placesOf(scene, `s1.${old}.`)).toEqual([]);
    expect((await placesOf(scene, `s1.${keyIdOf(next)}.`)).length).toBeGreaterThan(0);
    // Another process, which never had the old key.
    const { bench } = scene;
    const engine = createEngine({ ...bench.engine.options, sealer: createSealer(next), probe: () => {} });
    scene.hr.set('person', '7', { note: idNumberOf('7777') });
    const writes = scene.app.writes;
    for (const job of [scene.up, scene.down]) {
      bench.clock.advance(1000);
      await engine.enqueue({ job, mode: 'full', actor: 'test' });
      expect((await engine.drain()).map((run) => run.state)).toEqual(['succeeded']);
    }
    expect(scene.app.writes).toBe(writes + 1);
    expect(scene.account('7')!.attributes.note).toBe(idNumberOf('7777'));
  });

  it('new accounts get the passwords that were sealed for them before', async () => {
    const { scene, old, rotateAt, rotation } = await openStage();
    const far = await ldap.simulate!({ port: 0 });
    onTestFinished(() => far.stop());
    const { bench } = scene;
    await bench.database.write((transaction) =>
      putChannel(transaction, { id: 'mail', kind: 'email', name: 'mail', language: 'en', config: '{}' }),
    );
    await bench.connection('ldap', ldap, far.config);
    const job = await bench.job({
      name: 'ldap out',
      connection: 'ldap',
      direction: 'down',
      ...ldap.manifest.defaults.down!,
      policy,
      welcome: { channel: 'mail', password: true },
    });
    // Nobody is told of what a first run makes.
    expect((await bench.run(job)).state).toBe('succeeded');
    await bench.run(scene.up);
    // All of them are planned and sealed, the first are made.
    rotateAt('apply:sent', 1);
    const run = await bench.run(job);
    expect(run).toMatchObject({ state: 'succeeded' });
    expect((await rotation()).rows).toBeGreaterThan(PEOPLE);
    expect(await placesOf(scene, `s1.${old}.`)).toEqual([]);
    const told = await bench.database.all(`SELECT secret FROM notice WHERE secret IS NOT NULL`);
    expect(told).toHaveLength(PEOPLE);
  });
});
