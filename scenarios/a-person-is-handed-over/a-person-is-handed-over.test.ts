// Two jobs read two parts of one system: who moves between the parts is handed over, never deleted and created.
import { describe, expect, it } from 'vitest';
import { openScene, type Scene } from '../../test/support/plain-scene.ts';

const DELETE = { gone: 'delete', leftScope: 'delete', departed: 'delete' } as const;
const firstRun = { creates: 1000, touched: 1000 };

interface Parts {
  readonly scene: Scene;
  readonly north: number;
  readonly south: number;
  /** Both jobs in the order of the case, then the app below. */
  run(): Promise<void>;
}

async function openParts(order: 'leaving part first' | 'joining part first'): Promise<Parts> {
  const policy = { leaver: DELETE, guard: { firstRun } };
  const scene = await openScene({ up: { name: 'north', part: { department: 'north' }, policy }, down: { policy } });
  const south = await scene.addJob(scene.hr, 'up', { name: 'south', part: { department: 'south' }, policy });
  const { hr } = scene;
  for (const top of ['north', 'south']) {
    hr.department(top);
    hr.department(`${top}-team`, top);
    for (let n = 1; n <= 5; n++) hr.person(`${top[0]}${n}`, `${top}-team`, { title: top });
  }
  hr.group('north-club', [
    ['person', 'n1'],
    ['person', 'n2'],
  ]);
  const run = async (): Promise<void> => {
    for (const job of order === 'leaving part first' ? [scene.up, south] : [south, scene.up]) await scene.bench.run(job);
    // What hand-over wakes is looked at by the clock.
    await scene.bench.tick();
    await scene.bench.run(scene.down);
  };
  await run();
  return { scene, north: scene.up, south, run };
}

const claims = (scene: Scene, id: string) => scene.bench.database.all<{ job: number }>('SELECT job FROM claim WHERE source_key = ?', id);

describe.each(['leaving part first', 'joining part first'] as const)('%s', (order) => {
  it('a person keeps the directory id and the account, in the new department', async () => {
    const { scene, south, run } = await openParts(order);
    const [before, account] = [(await scene.known('n1'))!, scene.account('n1')!];
    scene.hr.set('person', 'n1', { title: 'moved' }, { membership: [{ to: { type: 'department', id: 'south-team' }, primary: true }] });
    await run();
    const after = (await scene.known('n1'))!;
    expect(after).toMatchObject({ id: before.id, lifecycle: 'active', departments: ['south-team'], attributes: { title: 'moved' } });
    expect(scene.account('n1')).toMatchObject({ id: account.id, enabled: true, attributes: { title: 'moved' } });
    expect(scene.app.departmentsOf(account.id)).toEqual([scene.app.by('department', 'code', 'south-team')!.id]);
    expect(scene.app.log.filter((line) => line.includes(account.id))).not.toContain(`disable person ${account.id}`);
    expect(await claims(scene, 'n1')).toEqual([expect.objectContaining({ job: south })]);
    expect(await scene.heldIn('open', 'approved')).toEqual([]);
  });

  it('stays with the new job: gone from there, it is gone', async () => {
    const { scene, run } = await openParts(order);
    scene.hr.set('person', 'n1', {}, { membership: [{ to: { type: 'department', id: 'south-team' }, primary: true }] });
    await run();
    scene.hr.delete('person', 'n1');
    await run();
    expect((await scene.known('n1'))!.lifecycle).toBe('suspended');
    expect(await scene.bench.held()).toMatchObject([{ action: 'remove', title: 'Person n1' }]);
  });

  it('a department with its people goes over as a whole', async () => {
    const { scene, run } = await openParts(order);
    const before = (await scene.world()) as { app: Record<string, { id: string }[]> };
    const id = (await scene.bench.objects('department')).find((row) => row.data.code === 'north-team')!.id;
    scene.hr.set('department', 'north-team', { parent: 'south' });
    await run();
    await run();
    const departments = await scene.bench.objects('department');
    const moved = departments.find((row) => row.data.code === 'north-team')!;
    expect(moved).toMatchObject({ id, lifecycle: 'active', data: { parent: departments.find((row) => row.data.code === 'south')!.id } });
    expect((await scene.people()).every((person) => person.lifecycle === 'active' && person.departments.length === 1)).toBe(true);
    const after = (await scene.world()) as typeof before;
    expect(after.app.person!.map((account) => account.id).sort()).toEqual(before.app.person!.map((account) => account.id).sort());
    expect(scene.app.by('department', 'code', 'north-team')!.attributes.parent).toBe(scene.app.by('department', 'code', 'south')!.id);
    expect(await scene.heldIn('open', 'approved')).toEqual([]);
  });

  it('a group goes over with its members', async () => {
    const { scene, run } = await openParts(order);
    const [group] = await scene.bench.objects('group');
    scene.hr.set('group', 'north-club', { code: 'south-club' });
    await run();
    await run();
    expect(await scene.bench.objects('group')).toMatchObject([{ id: group!.id, lifecycle: 'active', data: { code: 'south-club' } }]);
    expect(scene.app.all('group')).toMatchObject([{ attributes: { code: 'south-club' }, edges: { member: [{}, {}] } }]);
    expect(await scene.heldIn('open', 'approved')).toEqual([]);
  });

  it('a person without a place in any part is gone from the old one', async () => {
    const { scene, run } = await openParts(order);
    scene.hr.department('elsewhere');
    scene.hr.set('person', 'n1', {}, { membership: [{ to: { type: 'department', id: 'elsewhere' }, primary: true }] });
    await run();
    expect((await scene.known('n1'))!.lifecycle).toBe('suspended');
  });

  it('a person in both parts belongs to both; leaving one of them takes nothing away', async () => {
    const { scene, run } = await openParts(order);
    scene.hr.person('n1', ['north-team', 'south-team'], { title: 'both' });
    await run();
    const { id } = (await scene.known('n1'))!;
    scene.hr.person('n1', 'south-team', { title: 'south only' });
    await run();
    await run();
    expect(await scene.known('n1')).toMatchObject({
      id,
      lifecycle: 'active',
      departments: ['south-team'],
      attributes: { title: 'south only' },
    });
    expect(await scene.heldIn('open', 'approved')).toEqual([]);
  });
});

describe.each(['leaving scope first', 'joining scope first'] as const)('two jobs into one app, %s', (order) => {
  it('somebody who moves between their scopes keeps the account', async () => {
    const policy = { leaver: DELETE, guard: { firstRun } };
    const scope = (title: string) => ({ rules: { person: `title == "${title}"` } });
    const scene = await openScene({ people: 4, down: { name: 'clerks', policy, scope: scope('clerk') } });
    const bosses = await scene.addJob(scene.app, 'down', { name: 'bosses', policy, scope: scope('boss') });
    for (let id = 1; id <= 4; id++) scene.hr.set('person', String(id), { title: id % 2 ? 'clerk' : 'boss' });
    const run = async (): Promise<void> => {
      await scene.bench.run(scene.up);
      for (const job of order === 'leaving scope first' ? [scene.down, bosses] : [bosses, scene.down]) await scene.bench.run(job);
    };
    await run();
    const account = scene.account('1')!;
    scene.hr.set('person', '1', { title: 'boss' });
    await run();
    await run();
    expect(scene.account('1')).toMatchObject({ id: account.id, enabled: true, attributes: { title: 'boss' } });
    expect(scene.app.log).not.toContain(`disable person ${account.id}`);
    expect(await scene.heldIn('open', 'approved')).toEqual([]);
    expect(await claims(scene, (await scene.known('1'))!.id)).toEqual([expect.objectContaining({ job: bosses })]);
  });
});
