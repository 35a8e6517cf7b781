// A run stores how far it has come together with what it stores next: few commits, and no kill does harm.
import { expect, it } from 'vitest';
import { createEngine } from '../../src/engine/engine.ts';
import { stages } from '../../src/engine/run.ts';
import type { Database } from '../../src/store/database.ts';
import { StoreAway } from '../../src/store/faults.ts';
import { getRun } from '../../src/store/runs.ts';
import { openScene, roomy } from '../../test/support/plain-scene.ts';

const policy = { policy: { guard: roomy } };
const points = stages.flatMap(([name]) => [`before:${name}`, `after:${name}`]);
/** A run about everything stores after some stages at once: what is between two stages is looked at only behind them. */
const modes = [
  ['keys', points],
  ['full', points.filter((point) => point.startsWith('after:'))],
] as const;

/** A store that a process which is dead does not reach any more. */
function cutOff(database: Database): { readonly database: Database; kill(): void } {
  let dead = false;
  const alive = (): void => {
    if (dead) throw new StoreAway(new Error('killed'));
  };
  return {
    kill: () => (dead = true),
    database: {
      ...database,
      all: async (sql, ...params) => (alive(), database.all(sql, ...params)),
      get: async (sql, ...params) => (alive(), database.get(sql, ...params)),
      write: async (work, how) => (alive(), database.write(work, how)),
    },
  };
}

it.each(modes)(
  'a process that dies at the border of any stage leaves a run (%s) that ends as if it had not',
  { timeout: 120_000 },
  async (mode, points) => {
    const scene = await openScene({ people: 5, up: policy, down: policy });
    const { bench, hr, app } = scene;
    await scene.sync();
    const { id } = (await scene.known('1'))!;
    const jobs = [
      { job: scene.up, key: '1' },
      { job: scene.down, key: id },
    ];
    for (const [n, point] of points.entries()) {
      hr.set('person', '1', { title: `title ${n}` });
      for (const { job, key } of jobs) {
        const store = cutOff(bench.database);
        const first = createEngine({
          ...bench.engine.options,
          database: store.database,
          holder: `dies ${point}`,
          probe: (at) => at === point && store.kill(),
        });
        const keys = mode === 'keys' ? { keys: [{ type: 'person', id: key }] } : {};
        const run = await first.enqueue({ job, mode, actor: 'test', ...keys });
        await first.drain().catch(() => undefined);
        expect((await getRun(bench.database, run))!.endedAt === null || point === 'after:close', point).toBe(true);
        bench.clock.advance(300_000);
        await bench.engine.drain();
        expect((await getRun(bench.database, run))!, point).toMatchObject({ state: 'succeeded', stage: 'close' });
      }
      expect(app.all('person').map(({ attributes }) => attributes.title)).toContain(`title ${n}`);
      const writes = await bench.database.all<{ state: string; attempts: number }>(
        `SELECT state, attempts FROM change WHERE job = ? AND run = (SELECT max(id) FROM run WHERE job = ?)`,
        scene.down,
        scene.down,
      );
      expect(writes, point).toEqual([{ state: 'applied', attempts: 1 }]);
    }
    expect(app.log.filter((line) => line.startsWith('update person'))).toHaveLength(points.length);
  },
);

it.each([
  ['keys', 11],
  ['full', 15],
] as const)('is stored in few commits (%s)', async (mode, most) => {
  let commits = 0;
  const scene = await openScene({ people: 5, up: policy, down: policy });
  const { bench, hr } = scene;
  await scene.sync();
  hr.set('person', '1', { title: 'Boss' });
  const database: Database = { ...bench.database, write: (work, how) => (commits++, bench.database.write(work, how)) };
  const engine = createEngine({ ...bench.engine.options, database });
  await engine.enqueue({ job: scene.up, mode, actor: 'test', ...(mode === 'keys' ? { keys: [{ type: 'person', id: '1' }] } : {}) });
  commits = 0;
  await engine.drain();
  expect(commits).toBeLessThanOrEqual(most);
});
