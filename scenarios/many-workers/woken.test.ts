// A message only says when to look: lost, a sweep finds the work; doubled, it is done once.
import { expect, it, onTestFinished } from 'vitest';
import { workUntil } from '../../src/cli/work-loop.ts';
import { createEngine, type Engine } from '../../src/engine/engine.ts';
import { createInProcessQueue, type Queue } from '../../src/engine/queue.ts';
import { listRuns } from '../../src/store/runs.ts';
import { openScene, type Scene } from '../../test/support/plain-scene.ts';

let workers = 0;

/** A second worker on the scene's store, at work until the test ends. */
function anotherWorker(scene: Scene, queue: Queue, beatMs: number): Engine {
  const engine = createEngine({ ...scene.bench.engine.options, holder: `another ${++workers}`, queue });
  const control = new AbortController();
  const working = workUntil({
    engine,
    queue,
    mayWork: async () => true,
    log: (event, fields) => {
      throw new Error(`${event} ${JSON.stringify(fields)}`);
    },
    signal: control.signal,
    beatMs: { hearing: beatMs, deaf: beatMs },
  });
  onTestFinished(async () => {
    control.abort();
    await working;
  });
  return engine;
}

const stateOf = async (scene: Scene, run: number): Promise<string | undefined> =>
  (await listRuns(scene.bench.database, { limit: 10 })).find((row) => row.id === run)?.state;

it('a run whose message was lost is found at the next look', async () => {
  const scene = await openScene({ people: 5 });
  anotherWorker(scene, createInProcessQueue(), 20);
  const run = await scene.bench.engine.enqueue({ job: scene.up, mode: 'full', actor: 'test' });
  await expect.poll(() => stateOf(scene, run), { timeout: 90_000 }).toBe('succeeded');
  expect(await scene.people()).toHaveLength(5);
});

it('a run that was told of twice, to two workers that never look by themselves, is carried out once', async () => {
  const scene = await openScene({ people: 5 });
  const queues = [createInProcessQueue(), createInProcessQueue()];
  for (const queue of queues) anotherWorker(scene, queue, 3_600_000);
  const told = createEngine({
    ...scene.bench.engine.options,
    queue: {
      wake: (what) => {
        for (const queue of [...queues, ...queues]) queue.wake(what);
      },
    },
  });
  const run = await told.enqueue({ job: scene.up, mode: 'full', actor: 'test' });
  await expect.poll(() => stateOf(scene, run), { timeout: 90_000 }).toBe('succeeded');
  expect(await scene.people()).toHaveLength(5);
  expect(await listRuns(scene.bench.database, { limit: 10 })).toHaveLength(1);
  // Everybody once: no change of it is there a second time.
  expect(new Set((await scene.changes((await listRuns(scene.bench.database, { limit: 1 }))[0]!)).map((change) => change.state))).toEqual(
    new Set(['applied']),
  );
});
