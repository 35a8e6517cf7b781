// Drift: what somebody changes in the target is corrected and reported; what nobody of ours owns is left alone.
import { describe, expect, it } from 'vitest';
import { openScene, roomy, type Scene, sentences } from '../../test/support/plain-scene.ts';

const policy = { policy: { guard: roomy } };
const open = async (): Promise<Scene> => {
  const scene = await openScene({ people: 5, up: policy, down: policy });
  scene.hr.department('other');
  scene.hr.group('team', [
    ['person', '1'],
    ['person', '2'],
  ]);
  for (let id = 1; id <= 5; id++) scene.hr.set('person', String(id), { title: 'Clerk' });
  await scene.sync();
  await scene.sync();
  return scene;
};
const set = (scene: Scene, id: string, more: object, edges = {}): void =>
  scene.app.set('person', scene.account(id)!.id, { ...more }, edges);

describe('a value that was changed in the target', () => {
  it('is set right by the next run, and the plan calls it drift', async () => {
    const scene = await open();
    set(scene, '1', { title: 'Emperor' });
    const { up, down } = await scene.sync();
    expect(await scene.changes(up)).toEqual([]);
    expect(await scene.changes(down)).toMatchObject([{ action: 'update', situation: 'drifted', state: 'applied' }]);
    expect(scene.account('1')!.attributes.title).toBe('Clerk');
  });

  it('is set right again when it is changed to the same thing again', async () => {
    const scene = await open();
    for (let again = 0; again < 3; again++) {
      set(scene, '1', { title: 'Emperor' });
      await scene.sync();
      expect(scene.account('1')!.attributes.title).toBe('Clerk');
      await scene.sync();
    }
  });

  it('and that no mapping sets is left as it is', async () => {
    const scene = await open();
    set(scene, '1', { kind: 'VIP' });
    const writes = scene.app.writes;
    await scene.sync();
    expect(scene.app.writes).toBe(writes);
    expect(scene.account('1')!.attributes.kind).toBe('VIP');
  });

  it('is set right together with a change of our own', async () => {
    const scene = await open();
    set(scene, '1', { title: 'Emperor' });
    scene.hr.set('person', '1', { note: 'Nick' });
    await scene.sync();
    expect(scene.account('1')!.attributes).toMatchObject({ title: 'Clerk', note: 'Nick' });
  });

  it('for everybody at once is one question, as any other change of everybody', async () => {
    const scene = await openScene({ people: 60, up: policy, down: { policy: { guard: { firstRun: roomy.firstRun } } } });
    await scene.sync();
    for (let id = 1; id <= 60; id++) set(scene, String(id), { mail: `drifted-${id}@example.com` });
    const writes = scene.app.writes;
    await scene.sync();
    expect(scene.app.writes).toBe(writes);
    expect(await scene.bench.held()).toHaveLength(60);
  });
});

describe('an account', () => {
  it('that was moved goes back to its department', async () => {
    const scene = await open();
    const main = scene.app.by('department', 'code', 'main')!.id;
    set(
      scene,
      '1',
      {},
      { membership: [{ to: { type: 'department', id: scene.app.by('department', 'code', 'other')!.id }, primary: true }] },
    );
    await scene.sync();
    expect(scene.app.departmentsOf(scene.account('1')!.id)).toEqual([main]);
  });

  it('that was deleted is made again, with its place in the group', async () => {
    const scene = await open();
    const before = scene.account('1')!.id;
    scene.app.delete('person', before);
    const team = scene.app.by('group', 'code', 'team')!;
    scene.app.set('group', team.id, {}, { member: team.edges!.member!.filter((edge) => edge.to.id !== before) });
    await scene.sync();
    await scene.bench.tick();
    await scene.sync();
    expect(scene.account('1')).toMatchObject({ enabled: true, attributes: { title: 'Clerk' } });
    expect(
      scene.app
        .by('group', 'code', 'team')!
        .edges!.member!.map((edge) => edge.to.id)
        .sort(),
    ).toEqual([scene.account('1')!.id, scene.account('2')!.id].sort());
    const writes = scene.app.writes;
    expect((await scene.sync()).down.state).toBe('succeeded');
    expect(scene.app.writes).toBe(writes);
  });

  it('that an administrator of the target locked stays locked, and is listed', async () => {
    const scene = await open();
    const account = scene.account('1')!;
    scene.app.objects.get('person')!.set(account.id, { ...account, enabled: false });
    const writes = scene.app.writes;
    for (let again = 0; again < 2; again++) await scene.sync();
    expect(scene.account('1')!.enabled).toBe(false);
    expect(scene.app.writes).toBe(writes);
    expect(await scene.items()).toMatchObject([
      { cause: 'locked', says: expect.stringContaining('Somebody disabled the account in the target') },
    ]);
    scene.hr.set('person', '1', { title: 'Chief' });
    await scene.sync();
    expect(scene.account('1')).toMatchObject({ enabled: false, attributes: { title: 'Chief' } });
    scene.app.objects.get('person')!.set(account.id, { ...scene.account('1')!, enabled: true });
    await scene.sync();
    expect(await scene.items()).toEqual([]);
  });

  it('that we disabled ourselves is enabled again with the person, also when it was written to in between', async () => {
    const scene = await open();
    scene.hr.set('person', '1', { status: 'suspended' });
    await scene.sync();
    expect(scene.account('1')!.enabled).toBe(false);
    scene.hr.set('person', '1', { title: 'Chief' });
    await scene.sync();
    await scene.sync();
    scene.hr.set('person', '1', { status: 'active' });
    await scene.sync();
    expect(scene.account('1')).toMatchObject({ enabled: true, attributes: { title: 'Chief' } });
  });

  it('of somebody suspended that was unlocked by hand is disabled again', async () => {
    const scene = await open();
    scene.hr.set('person', '1', { status: 'suspended' });
    await scene.sync();
    const account = scene.account('1')!;
    scene.app.objects.get('person')!.set(account.id, { ...account, enabled: true });
    await scene.sync();
    expect(scene.account('1')!.enabled).toBe(false);
  });
});

describe('what nobody of ours owns', () => {
  it('is left alone: people, departments and groups of the target', async () => {
    const scene = await openScene({
      people: 3,
      up: policy,
      down: { policy: { guard: roomy, leaver: { gone: 'delete', leftScope: 'delete', departed: 'delete' } } },
    });
    scene.app.department('theirs', null, { code: 'theirs' });
    scene.app.person('stranger', 'theirs');
    scene.app.group('club', [['person', 'stranger']]);
    const before = [scene.app.get('department', 'theirs'), scene.app.get('person', 'stranger'), scene.app.get('group', 'club')];
    const { down } = await scene.sync();
    await scene.sync();
    expect([scene.app.get('department', 'theirs'), scene.app.get('person', 'stranger'), scene.app.get('group', 'club')]).toEqual(before);
    expect(await scene.bench.held()).toEqual([]);
    expect(scene.app.all('person')).toHaveLength(4);
    expect(down.counts).toMatchObject({ orphans: 3, 'orphans.person': 1 });
    expect(sentences(down)).toBe('');
  });
});
