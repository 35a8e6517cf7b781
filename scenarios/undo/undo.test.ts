// Any run can be taken back: what it wrote is as before, what cannot be is listed first, and the next run leaves it so.
import { describe, expect, it } from 'vitest';
import type { Edge, EndpointObject } from '../../src/core/model.ts';
import type { RunRow } from '../../src/store/runs.ts';
import { lossPage } from '../../src/store/undo.ts';
import { openScene, roomy, type Scene } from '../../test/support/plain-scene.ts';

const policy = { policy: { guard: { ...roomy, deletions: 'hold-above-limit' as const } } };
const open = async (leaver?: { readonly gone: 'delete' }): Promise<Scene> => {
  const rules = leaver ? { policy: { ...policy.policy, leaver } } : policy;
  const scene = await openScene({ people: 5, up: rules, down: rules });
  scene.hr.department('other');
  scene.hr.group('team', [
    ['person', '1'],
    ['person', '2'],
  ]);
  for (let id = 1; id <= 5; id++) scene.hr.set('person', String(id), { title: 'Clerk' });
  scene.hr.set('person', '2', { manager: '1' });
  await scene.sync();
  await scene.sync();
  return scene;
};

const undo = async (scene: Scene, run: RunRow, dryRun = false): Promise<RunRow> => {
  scene.bench.clock.advance(1000);
  const id = await scene.bench.engine.enqueue({
    job: run.job,
    mode: 'keys',
    dryRun,
    cause: 'undo',
    actor: 'test',
    order: { kind: 'run', run: run.id, made: 'disable' },
  });
  return (await scene.bench.engine.drain()).find((one) => one.id === id)!;
};
const losses = async (scene: Scene, run: RunRow): Promise<readonly string[]> =>
  (await lossPage(scene.bench.database, run.id, 0, 1000)).map((loss) => `${loss.type} ${loss.title} ${loss.subject}: ${loss.reason}`);
const sortedEnds = (edges: readonly Edge[] = []): readonly string[] => edges.map((edge) => edge.to.id).toSorted();
const rest = (scene: Scene): unknown => scene.world();

describe('a run of a downstream job that is undone', () => {
  it('gives values, departments and members back, and the next run writes nothing', async () => {
    const scene = await open();
    const before = await rest(scene);
    scene.hr.set(
      'person',
      '1',
      { title: 'Chief', mail: 'new@example.com' },
      { membership: [{ to: { type: 'department', id: 'other' }, primary: true }] },
    );
    scene.hr.group('team', [['person', '3']]);
    const { down, up } = await scene.sync();
    const after = await rest(scene);
    expect(after).not.toEqual(before);
    const undone = await undo(scene, down);
    expect(undone.problem).toBeNull();
    expect(((await scene.world()) as { app: unknown }).app).toEqual((before as { app: unknown }).app);
    const writes = scene.app.writes;
    const next = await scene.sync();
    expect(await scene.changes(next.down)).toEqual([]);
    expect(scene.app.writes).toBe(writes);
    await undo(scene, up);
    await scene.sync();
    expect(await rest(scene)).toEqual(before);
    expect(await scene.changes((await scene.sync()).up)).toEqual([]);
    expect(await losses(scene, undone)).toEqual([]);
  });

  it('can itself be undone', async () => {
    const scene = await open();
    scene.hr.set('person', '1', { title: 'Chief' });
    const { down } = await scene.sync();
    const after = await rest(scene);
    const undone = await undo(scene, down);
    expect(scene.account('1')!.attributes.title).toBe('Clerk');
    await undo(scene, undone);
    expect(await rest(scene)).toEqual(after);
    expect(await scene.changes((await scene.sync()).down)).toEqual([]);
  });

  it('is not tried again either where it could not be carried out, until it is asked for again', async () => {
    const scene = await open({ gone: 'delete' });
    const before = scene.account('2')!;
    scene.hr.delete('person', '3');
    scene.app.refusals.set(scene.account('3')!.id, 'invalid');
    scene.hr.set('person', '1', { title: 'Chief' });
    scene.hr.set('person', '2', { title: 'Chief' }, { membership: [{ to: { type: 'department', id: 'other' }, primary: true }] });
    scene.hr.person('9', 'main');
    scene.app.refusals.set(before.id, 'invalid');
    const { down } = await scene.sync();
    expect(down.counts).toMatchObject({ applied: 2, failed: 3 });
    const undone = await undo(scene, down);
    scene.app.refusals.clear();
    scene.days(1);
    expect(await scene.changes((await scene.sync()).down)).toEqual([]);
    await scene.bench.tick();
    expect(scene.account('2')).toEqual(before);
    await undo(scene, undone);
    const { down: next } = await scene.sync();
    expect((await scene.changes(next)).map(({ action, state }) => [action, state]).toSorted()).toEqual([
      ['disable', 'applied'],
      ['remove', 'applied'],
      ['update', 'applied'],
    ]);
    expect(scene.account('3')).toBeUndefined();
    expect(scene.account('2')!.attributes.title).toBe('Chief');
    expect(scene.app.departmentsOf(before.id)).toEqual([scene.app.by('department', 'code', 'other')!.id]);
  });

  it('leaves alone what somebody has changed since, and says so', async () => {
    const scene = await open();
    scene.hr.set('person', '1', { title: 'Chief', note: 'Nick' });
    const { down } = await scene.sync();
    scene.app.set('person', scene.account('1')!.id, { title: 'Emperor' });
    const preview = await undo(scene, down, true);
    expect(await losses(scene, preview)).toEqual(['person Person 1 title: changed-since']);
    expect(scene.account('1')!.attributes.note).toBe('Nick');
    const undone = await undo(scene, down);
    expect(await losses(scene, undone)).toEqual(['person Person 1 title: changed-since']);
    expect(scene.account('1')!.attributes).toMatchObject({ title: 'Emperor', note: null });
  });
});

describe('accounts that a run made, disabled or removed', () => {
  it('are disabled, enabled and made again', async () => {
    const scene = await open();
    const one = scene.account('2')!;
    scene.hr.person('9', 'main', { manager: '2' });
    scene.hr.set('person', '1', { status: 'suspended' });
    const { down } = await scene.sync();
    expect(scene.account('1')!.enabled).toBe(false);
    const undone = await undo(scene, down);
    expect(scene.account('1')!.enabled).toBe(true);
    expect(scene.account('9')!.enabled).toBe(false);
    expect(await losses(scene, undone)).toEqual(['person Person 9 : stays']);
    const writes = scene.app.writes;
    await scene.sync();
    await scene.sync();
    expect(scene.app.writes).toBe(writes);
    await undo(scene, undone);
    expect([scene.account('1')!.enabled, scene.account('9')!.enabled]).toEqual([false, true]);
    await scene.sync();
    expect([scene.account('1')!.enabled, scene.account('9')!.enabled]).toEqual([false, true]);
    expect(scene.account('2')).toEqual(one);
  });

  it('come back with their place in groups and as managers, under another id, which is listed', async () => {
    const scene = await openScene({
      people: 3,
      up: { policy: { ...policy.policy, leaver: { gone: 'delete' } } },
      down: { policy: { ...policy.policy, leaver: { gone: 'delete' } } },
    });
    scene.hr.group('team', [
      ['person', '1'],
      ['person', '2'],
    ]);
    scene.hr.set('person', '2', { manager: '1' });
    await scene.sync();
    await scene.sync();
    const old = scene.account('1')!;
    // Accounts and groups, whatever order they and their members are listed in; the id of the one that comes back is called ID.
    const shape = (): unknown =>
      [...scene.app.all('person'), ...scene.app.all('group')]
        .map((object) => ({ ...object, edges: { ...object.edges, member: sortedEnds(named(object).edges?.member) }, id: named(object).id }))
        .map((object) => JSON.stringify(object).replaceAll(scene.account('1')?.id ?? '-', 'ID'))
        .toSorted();
    const named = (object: EndpointObject): EndpointObject =>
      JSON.parse(JSON.stringify(object).replaceAll(scene.account('1')?.id ?? '-', 'ID')) as EndpointObject;
    const before = shape();
    scene.hr.delete('person', '1');
    scene.hr.group('team', [['person', '2']]);
    scene.hr.set('person', '2', { manager: null });
    const { up, down } = await scene.sync();
    expect(scene.account('1')).toBeUndefined();
    const preview = await undo(scene, down, true);
    expect(await losses(scene, preview)).toEqual(['person Person 1 id: new-id']);
    const undone = await undo(scene, down);
    expect(undone.state).toBe('succeeded');
    expect(scene.account('1')!.id).not.toBe(old.id);
    expect(shape()).toEqual(before);
    const writes = scene.app.writes;
    await scene.sync();
    expect(scene.app.writes).toBe(writes);
    const back = await undo(scene, up);
    expect(await losses(scene, back)).toEqual([]);
    expect(await scene.known('1')).toMatchObject({ lifecycle: 'active', departments: ['main'] });
    await scene.sync();
    expect(await scene.known('1')).toMatchObject({ lifecycle: 'active', departments: ['main'] });
    expect(scene.app.writes).toBe(writes);
  });

  it('are again the managers of accounts that nobody keeps equal any more', async () => {
    const leaver = { gone: 'delete', departed: 'disable' } as const;
    const scene = await openScene({
      people: 2,
      up: { policy: { ...policy.policy, leaver } },
      down: { policy: { ...policy.policy, leaver } },
    });
    scene.hr.set('person', '2', { manager: '1' });
    await scene.sync();
    scene.hr.set('person', '2', { status: 'departed' });
    await scene.sync();
    const two = scene.account('2')!;
    expect(two).toMatchObject({ enabled: false, attributes: { manager: scene.account('1')!.id } });
    scene.hr.delete('person', '1');
    scene.hr.set('person', '2', { manager: null });
    const { down } = await scene.sync();
    expect(scene.account('1')).toBeUndefined();
    expect((await scene.changes(down)).map((change) => change.action).toSorted()).toEqual(['disable', 'remove']);
    // What a system does with references to what it drops.
    scene.app.set('person', two.id, { manager: null });
    const undone = await undo(scene, down);
    expect(await losses(scene, undone)).toEqual(['person Person 1 id: new-id']);
    expect(scene.account('2')).toMatchObject({ enabled: false, attributes: { manager: scene.account('1')!.id } });
    const writes = scene.app.writes;
    expect(await scene.changes((await scene.sync()).down)).toEqual([]);
    expect(scene.app.writes).toBe(writes);
  });

  it('stay with the department that was made for them, which is listed and not asked to be removed', async () => {
    const scene = await open();
    scene.hr.department('floor', 'main');
    scene.hr.department('room', 'floor');
    scene.hr.department('store', 'floor');
    scene.hr.person('9', 'room');
    const { down } = await scene.sync();
    const undone = await undo(scene, down);
    expect((await scene.changes(undone)).map(({ type, action, state }) => `${type} ${action} ${state}`).toSorted()).toEqual([
      'department remove applied',
      'person disable applied',
    ]);
    expect((await losses(scene, undone)).toSorted()).toEqual([
      'department floor : lived-in',
      'department room : lived-in',
      'person Person 9 : stays',
    ]);
    const writes = scene.app.writes;
    expect(await scene.changes((await scene.sync()).down)).toEqual([]);
    expect(scene.app.writes).toBe(writes);
    await undo(scene, undone);
    expect(scene.account('9')!.enabled).toBe(true);
    expect(scene.app.by('department', 'code', 'store')).toBeDefined();
  });
});
