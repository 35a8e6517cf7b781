// After a crash: how long is waited before the target is asked, what is counted, and what is left over.
import { expect, it } from 'vitest';
import { createEngine } from '../../src/engine/engine.ts';
import { hooked } from '../../test/support/hooked.ts';
import { openScene, roomy, type Scene } from '../../test/support/plain-scene.ts';

const policy = { policy: { guard: roomy } };

/** Stops a run dead when a point is passed: what it had marked stays as it is. */
async function killed(scene: Scene, job: number, point: string, after = 1): Promise<void> {
  let passed = 0;
  const stop = new AbortController();
  const engine = createEngine({
    ...scene.bench.engine.options,
    probe: (at) => void (at === point && ++passed === after && stop.abort('stop')),
  });
  await engine.enqueue({ job, mode: 'full', actor: 'test' });
  await engine.drain(stop.signal);
}

it.each([
  ['what the connector says a request may last', { requestMs: 12_000 }, 12_000],
  ['half a minute, where it says nothing', {}, 30_000],
])('the target is asked only after %s has passed since the last call can have left', async (_, limits, wait) => {
  const scene = await openScene({ people: 3, up: policy, down: policy });
  await scene.bench.run(scene.up);
  await killed(scene, scene.down, 'apply:sent');
  const { database, clock } = scene.bench;
  // The process is dead: its calls had left at the latest when its lease lapsed.
  await database.write((transaction) =>
    transaction.run(`UPDATE change SET state = 'sent' WHERE state IN ('unknown', 'planned') AND sent_at IS NOT NULL`),
  );
  clock.advance(20_000);
  await scene.bench.connection('app', hooked(scene.app.connector, { limits }), {});
  const { settleMs: _none, ...options } = scene.bench.engine.options;
  const takenAt = clock.now();
  await createEngine(options).drain();
  expect(clock.now() - takenAt).toBe(wait);
  expect(scene.app.all('person')).toHaveLength(3);
  expect(scene.app.log.filter((line) => line.startsWith('create person'))).toHaveLength(3);
});

it('where the lease had lapsed long ago, nothing is waited for', async () => {
  const scene = await openScene({ people: 3, up: policy, down: policy });
  await scene.bench.run(scene.up);
  await killed(scene, scene.down, 'apply:sent');
  const { database, clock } = scene.bench;
  await database.write((transaction) =>
    transaction.run(`UPDATE change SET state = 'sent' WHERE state IN ('unknown', 'planned') AND sent_at IS NOT NULL`),
  );
  clock.advance(91_000);
  const { settleMs: _none, ...options } = scene.bench.engine.options;
  const takenAt = clock.now();
  await createEngine(options).drain();
  expect(clock.now() - takenAt).toBe(0);
  expect(scene.app.all('person')).toHaveLength(3);
});

it('a read that goes on from its checkpoint counts everybody once', async () => {
  const scene = await openScene({ people: 45, up: policy });
  await scene.bench.connection('hr', hooked(scene.hr.connector, { checkpoints: true }), {});
  await scene.bench.run(scene.up);
  for (const after of [2, 3, 4, 5]) {
    await killed(scene, scene.up, 'read:batch', after);
    const [run] = await scene.bench.engine.drain();
    expect(run).toMatchObject({ state: 'succeeded', counts: { read: 46, 'read.person': 45, same: 46 } });
  }
});

it('leases of ended runs are cleared away', async () => {
  const scene = await openScene({ people: 2, up: policy, down: policy });
  for (let n = 0; n < 3; n++) await scene.sync();
  scene.bench.clock.advance(120_000);
  await scene.bench.tick();
  expect(await scene.bench.database.all(`SELECT * FROM lease WHERE kind = 'run'`)).toEqual([]);
});
