// A single record is read again while a full run is under way: what was read later counts, in whatever stage the full run is.
import { describe, expect, it } from 'vitest';
import { createEngine } from '../../src/engine/engine.ts';
import type { Database } from '../../src/store/database.ts';
import { hooked } from '../../test/support/hooked.ts';
import { openScene, roomy, type Scene } from '../../test/support/plain-scene.ts';

const policy = { policy: { guard: roomy } };

/** The keys run of another worker, as an event starts it. */
async function event(scene: Scene, job: number, ...ids: string[]): Promise<void> {
  const { probe: _none, ...options } = scene.bench.engine.options;
  const other = createEngine({ ...options, holder: 'other' });
  await other.enqueue({ job, mode: 'keys', keys: ids.map((id) => ({ type: 'person', id })), cause: 'event', actor: 'event' });
  await other.drain();
}

async function company(): Promise<Scene> {
  const scene = await openScene({ people: 30, up: policy, down: policy });
  await scene.sync();
  // So that the full run has something to say of each of them, from before the event.
  for (const id of ['1', '2', '3']) scene.hr.set('person', id, { title: 'old' });
  return scene;
}

/** Carries out a full run that stands still at a point, as between two batches, while something else happens. */
async function heldStill(scene: Scene, point: string, work: () => Promise<void>, job = scene.up): Promise<void> {
  const { database } = scene.bench;
  const gate = Promise.withResolvers<void>();
  const reached = Promise.withResolvers<void>();
  let isStill = false;
  const slow: Database = {
    ...database,
    write: async (transaction) => {
      if (isStill) {
        reached.resolve();
        await gate.promise;
      }
      return database.write(transaction);
    },
  };
  const engine = createEngine({ ...scene.bench.engine.options, database: slow, probe: (at) => void (isStill ||= at === point) });
  await engine.enqueue({ job, mode: 'full', actor: 'test' });
  const drained = engine.drain();
  await reached.promise;
  await work();
  isStill = false;
  gate.resolve();
  expect(await drained).toMatchObject([{ endedAt: expect.any(Number) }]);
}

function meanwhile(scene: Scene): void {
  scene.hr.set('person', '1', { title: 'new' });
  scene.hr.delete('person', '2');
}

async function ends(scene: Scene): Promise<void> {
  expect((await scene.known('1'))!.attributes.title).toBe('new');
  expect((await scene.known('2'))!.lifecycle).toBe('suspended');
  expect((await scene.known('3'))!.attributes.title).toBe('old');
  const history = await scene.history();
  expect((await scene.bench.run(scene.up)).counts.applied ?? 0).toBe(0);
  expect(await scene.history()).toBe(history);
}

describe('an event for a record that a full run has read already', () => {
  it('while it reads on', async () => {
    const scene = await company();
    let done = false;
    await scene.bench.connection(
      'hr',
      hooked(scene.hr.connector, {
        beforePage: async (type, at) => {
          if (type !== 'person' || at < 2 || done) return;
          done = true;
          meanwhile(scene);
          await event(scene, scene.up, '1', '2');
        },
      }),
      {},
    );
    await scene.bench.run(scene.up);
    expect(done).toBe(true);
    await ends(scene);
  });

  it.each(['read', 'assess', 'diff', 'guard'])('after its stage "%s"', async (stage) => {
    const scene = await company();
    await heldStill(scene, `after:${stage}`, async () => {
      meanwhile(scene);
      await event(scene, scene.up, '1', '2');
    });
    await ends(scene);
  });

  it.each(['read', 'assess', 'diff'])('and somebody whom it had missed is not gone, after its stage "%s"', async (stage) => {
    const scene = await company();
    const before = scene.hr.get('person', '5')!;
    scene.hr.delete('person', '5');
    await heldStill(scene, `after:${stage}`, async () => {
      scene.hr.put('person', '5', before.attributes, before.edges);
      await event(scene, scene.up, '5');
    });
    expect((await scene.known('5'))!.lifecycle).toBe('active');
    expect(scene.account('5')!.enabled).toBe(true);
  });

  it('below the directory as well', async () => {
    const scene = await company();
    await scene.bench.run(scene.up);
    const id = (await scene.known('1'))!.id;
    await heldStill(
      scene,
      'after:assess',
      async () => {
        scene.hr.set('person', '1', { title: 'new' });
        await event(scene, scene.up, '1');
        await event(scene, scene.down, id);
      },
      scene.down,
    );
    expect(scene.account('1')!.attributes.title).toBe('new');
    expect(scene.account('3')!.attributes.title).toBe('old');
  });
});
