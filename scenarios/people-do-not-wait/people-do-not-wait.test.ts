// While people ask for something, the runs beside them take small steps: nobody waits until a thousand objects are through.
import { expect, it } from 'vitest';
import { openScene, roomy } from '../../test/support/plain-scene.ts';

const PEOPLE = 300;
/** Points that are passed once per step of a first sync. */
const points = ['read:batch', 'diff:batch', 'apply:after-batch'] as const;

it('a run takes small steps while people ask for something, and large ones when nobody does, to the same end', async () => {
  let isAsked = true;
  const passed = new Map<string, number>();
  const scene = await openScene({
    people: PEOPLE,
    up: { policy: { guard: roomy } },
    engine: { isAsked: () => isAsked, probe: (point) => void passed.set(point, (passed.get(point) ?? 0) + 1) },
  });
  scene.hr.pageSize = 1000;
  const stepsOf = async (): Promise<readonly number[]> => {
    passed.clear();
    expect((await scene.bench.run(scene.up)).state).toBe('succeeded');
    return points.map((point) => passed.get(point) ?? 0);
  };
  // One of departments, three of people.
  expect(await stepsOf()).toEqual([4, 4, 4]);
  expect(await scene.people()).toHaveLength(PEOPLE);
  isAsked = false;
  for (let id = 1; id <= PEOPLE; id++) scene.hr.set('person', String(id), { title: 'Engineer' });
  expect(await stepsOf()).toEqual([2, 1, 1]);
  expect((await scene.people()).every((person) => person.attributes.title === 'Engineer')).toBe(true);
});
