// "Never a query per object": what the store is asked does not grow with how many people there are, as long as they fit into a batch.
import { expect, it } from 'vitest';
import { type CountedDatabase, countedDatabase } from '../../test/support/counted-database.ts';
import { openScene, roomy, type Scene } from '../../test/support/plain-scene.ts';

interface Counted {
  readonly scene: Scene;
  readonly people: number;
  /** How often each text was asked since the last call. */
  asked(): ReadonlyMap<string, number>;
}

async function company(people: number): Promise<Counted> {
  let counted: CountedDatabase | null = null;
  const scene = await openScene({
    people,
    up: { policy: { guard: roomy } },
    down: { policy: { guard: roomy } },
    watched: (database) => (counted = countedDatabase(database)),
  });
  // A page of a system is a batch of its own.
  scene.hr.pageSize = 1000;
  scene.app.pageSize = 1000;
  return {
    scene,
    people,
    asked() {
      const times = new Map<string, number>();
      for (const text of counted!.told()) times.set(text, (times.get(text) ?? 0) + 1);
      return times;
    },
  };
}

/** Asked by the clock, however much there is to do: what has been queued, who listens, whether somebody has cancelled. */
const byTheClock = new Set([
  `SELECT * FROM run WHERE state IN ('queued', 'running', 'waiting') ORDER BY id`,
  'SELECT * FROM job ORDER BY id',
  'SELECT state FROM run WHERE id = ?',
]);

/** Texts that the large company needs more often, each with both counts. */
const more = (small: ReadonlyMap<string, number>, large: ReadonlyMap<string, number>): string[] =>
  [...large].flatMap(([text, times]) =>
    !byTheClock.has(text) && times > (small.get(text) ?? 0) ? [`${small.get(text) ?? 0} → ${times}: ${text}`] : [],
  );

it('is asked as much about 50 people as about 10: by a first run, one that changes everybody, and one that finds nothing to do', async () => {
  const [few, many] = [await company(10), await company(50)];
  const both = async (
    what: (scene: Scene, people: number) => Promise<unknown>,
  ): Promise<readonly [ReadonlyMap<string, number>, ReadonlyMap<string, number>]> => {
    for (const { scene, people, asked } of [few, many]) {
      asked();
      await what(scene, people);
    }
    return [few.asked(), many.asked()];
  };
  for (const what of [
    (scene: Scene) => scene.bench.run(scene.up),
    // Nobody of them is there yet: each is created.
    (scene: Scene) => scene.bench.run(scene.down),
    async (scene: Scene, people: number) => {
      for (let id = 1; id <= people; id++) scene.hr.set('person', String(id), { title: 'Engineer' });
      await scene.sync();
    },
    (scene: Scene) => scene.sync(),
    // Everybody is looked at once more, and is as before.
    async (scene: Scene, people: number) => {
      const keys = Array.from({ length: people }, (_, index) => ({ type: 'person', id: String(index + 1) }));
      await scene.bench.run(scene.up, { keys });
      const known = await scene.people();
      await scene.bench.run(scene.down, { keys: known.map(({ id }) => ({ type: 'person', id })) });
    },
  ])
    expect(more(...(await both(what)))).toEqual([]);
  expect(await many.scene.people()).toHaveLength(50);
  expect(many.scene.account('50')).toMatchObject({ attributes: { title: 'Engineer' } });
  // All but one have left the source.
  const gone = async (scene: Scene, people: number): Promise<void> => {
    for (let id = 2; id <= people; id++) scene.hr.delete('person', String(id));
    await scene.sync();
  };
  expect(more(...(await both(gone)))).toEqual([]);
});
