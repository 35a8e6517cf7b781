// The directory at another moment: every day can be looked at again, two can be compared, and a person or a part of the tree comes back.
import { describe, expect, it } from 'vitest';
import { placeAt } from '../../src/store/as-of.ts';
import { carryOut, type OperationName } from '../../src/engine/commands.ts';
import { openScene, roomy, type Scene } from '../../test/support/plain-scene.ts';
import { daysOf, randomOf } from './world.ts';

const policy = { policy: { guard: { ...roomy, deletions: 'hold-above-limit' as const }, leaver: { gone: 'delete' as const } } };

async function ask<T>({ bench }: Scene, name: OperationName, input: object): Promise<T> {
  const { options } = bench.engine;
  const context = {
    reader: bench.database,
    connectors: options.connectors,
    now: () => bench.clock.now(),
    engine: bench.engine,
    actor: 'test',
    alone: true,
  };
  return (await carryOut(name, context, input)) as T;
}

interface State {
  readonly id: string;
  readonly lifecycle: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly relations: readonly { readonly relation: string; readonly id: string; readonly facts: object }[];
}

const iso = (scene: Scene): string => new Date(scene.bench.clock.now()).toISOString();
const ordered = (state: State): unknown => ({ ...state, relations: state.relations.map((edge) => JSON.stringify(edge)).toSorted() });

/** All types, page by page of three. */
async function directoryAt(scene: Scene, at: string): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  for (const type of ['department', 'person', 'group'])
    for (let after = ''; ; ) {
      const page = await ask<{ objects: State[]; next: string | null }>(scene, 'directory.at', { at, type, after, limit: 3 });
      found.push(
        ...page.objects.map(({ id, lifecycle, attributes, relations }) =>
          ordered({
            id,
            lifecycle,
            attributes: withoutNames(attributes),
            relations: relations.map(({ relation, id: end, facts }) => ({ relation, id: end, facts })),
          }),
        ),
      );
      if (page.next === null) break;
      after = page.next;
    }
  return found;
}
/** References are shown by name, and names change: they are compared in edges and other values. */
const withoutNames = (attributes: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  Object.fromEntries(Object.entries(attributes).filter(([name]) => name !== 'manager' && name !== 'parent' && name !== 'phone'));

async function directoryNow({ bench }: Scene): Promise<readonly unknown[]> {
  const edges = await bench.database.all<{ owner: string; relation: string; to_id: string; facts: string }>('SELECT * FROM edge');
  const found: unknown[] = [];
  for (const type of ['department', 'person', 'group'])
    for (const { id, lifecycle, data } of await bench.objects(type))
      if (lifecycle !== 'absent')
        found.push(
          ordered({
            id,
            lifecycle,
            attributes: withoutNames(data),
            relations: edges
              .filter((edge) => edge.owner === id)
              .map((edge) => ({ relation: edge.relation, id: edge.to_id, facts: JSON.parse(edge.facts) as object })),
          }),
        );
  return found;
}

describe('the directory', () => {
  it('can be looked at as it was on each of ten days of random changes', async () => {
    const scene = await openScene({ up: policy, down: policy });
    const days = daysOf(scene.hr, randomOf(7));
    const album: { at: string; was: readonly unknown[] }[] = [];
    for (let day = 0; day < 10; day++) {
      if (day === 0) days.found();
      else days.change();
      await scene.bench.run(scene.up);
      await scene.bench.run(scene.up);
      album.push({ at: iso(scene), was: await directoryNow(scene) });
      scene.days(1);
    }
    for (const { at, was } of album) expect(await directoryAt(scene, at), at).toEqual(was);
    expect(await directoryAt(scene, '2020-01-01T00:00:00Z')).toEqual([]);
    expect(await placeAt(scene.bench.database, scene.bench.clock.now())).toBe(await scene.history());
  });

  it('is compared at two moments: who was made, changed and removed', async () => {
    const scene = await openScene({ people: 4, up: policy, down: policy });
    await scene.bench.run(scene.up);
    const from = iso(scene);
    scene.days(1);
    scene.hr.set('person', '1', { title: 'Chief' });
    scene.hr.delete('person', '2');
    scene.hr.person('9', 'main');
    await scene.bench.run(scene.up);
    const to = iso(scene);
    scene.days(1);
    scene.hr.set('person', '3', { title: 'Later' });
    await scene.bench.run(scene.up);
    const { differences } = await ask<{ differences: { title: string; what: string; values: { name: string }[] }[] }>(
      scene,
      'directory.difference',
      { from, to },
    );
    expect(
      differences.map((one) => [one.title, one.what, one.what === 'changed' ? one.values.map((value) => value.name) : []]).toSorted(),
    ).toEqual([
      ['Person 1', 'changed', ['title']],
      ['Person 2', 'removed', []],
      ['Person 9', 'made', []],
    ]);
  });
});

describe('a person, and a department with all below it', () => {
  it('come back as they were at a moment, stay so, and the preview has written nothing', async () => {
    const scene = await openScene({ up: policy, down: policy });
    scene.hr.department('top');
    scene.hr.department('dev', 'top');
    scene.hr.department('web', 'dev');
    scene.hr.department('ops', 'top');
    for (const [id, place] of [
      ['1', 'dev'],
      ['2', 'web'],
      ['3', 'web'],
      ['4', 'ops'],
    ] as const)
      scene.hr.person(id, place, { title: 'Clerk' });
    await scene.bench.run(scene.up);
    const at = iso(scene);
    const before = await scene.people();
    const dev = (await scene.bench.objects('department')).find((row) => row.data.code === 'dev')!.id;
    scene.days(1);
    scene.hr.set('person', '1', { title: 'Chief' }, { membership: [{ to: { type: 'department', id: 'ops' }, primary: true }] });
    scene.hr.set('person', '4', { title: 'Chief' });
    for (const id of ['2', '3']) scene.hr.delete('person', id);
    scene.hr.delete('department', 'web');
    scene.hr.set('department', 'dev', { name: 'Development' });
    await scene.bench.run(scene.up);
    const history = await scene.history();
    const planned = await ask<{ run: number; objects: number }>(scene, 'directory.restore', { at, object: dev, dryRun: true });
    await scene.bench.engine.drain();
    expect([planned.objects, await scene.history()]).toEqual([5, history]);
    await ask(scene, 'directory.restore', { at, object: dev });
    const runs = await scene.bench.engine.drain();
    expect(runs.at(-1)!.state).toBe('succeeded');
    const like = (people: Awaited<ReturnType<Scene['people']>>) => people.filter((person) => person.lifecycle !== 'absent');
    const fourth = (person: { attributes: { employeeNumber?: unknown } }): boolean => person.attributes.employeeNumber === 'N-4';
    expect(like(await scene.people()).filter((person) => !fourth(person))).toEqual(like(before).filter((person) => !fourth(person)));
    expect((await scene.known('4'))!.attributes.title).toBe('Chief');
    expect((await scene.bench.objects('department')).find((row) => row.id === dev)!.data.name).toBe('dev');
    const after = await scene.history();
    await scene.bench.run(scene.up);
    expect(await scene.history()).toBe(after);
    expect((await ask<{ pins: unknown[] }>(scene, 'pin.list', {})).pins.length).toBeGreaterThan(3);
  });
});
