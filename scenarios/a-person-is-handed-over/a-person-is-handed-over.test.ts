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

describe('a second job that could not take over when somebody moved', () => {
  const setState = (scene: Scene, job: number, state: string) =>
    scene.bench.database.write((transaction) => transaction.run('UPDATE job SET state = ? WHERE id = ?', state, job));

  it.each([
    'disable',
    'delete',
  ] as const)('reads them when it is enabled: what the first job made of it (%s) has no say any more', async (gone) => {
    const policy = { leaver: { gone, leftScope: gone, departed: gone }, guard: { firstRun } };
    const scene = await openScene({ up: { name: 'north', part: { department: 'north' }, policy }, down: { policy } });
    const south = await scene.addJob(scene.hr, 'up', { name: 'south', part: { department: 'south' }, policy });
    await setState(scene, south, 'disabled');
    for (const top of ['north', 'south']) {
      scene.hr.department(top);
      for (let n = 1; n <= 5; n++) scene.hr.person(`${top[0]}${n}`, top, { title: top });
    }
    const run = async (...jobs: number[]): Promise<void> => {
      for (const job of jobs) await scene.bench.run(job);
      await scene.bench.tick();
      await scene.bench.run(scene.down);
      await scene.bench.tick();
    };
    await run(scene.up);
    const [before, account] = [(await scene.known('n1'))!, scene.account('n1')!];

    scene.hr.person('n1', 'south', { title: 'moved' });
    await run(scene.up);
    await run(scene.up);
    expect(await scene.known('n1')).toMatchObject({ id: before.id, lifecycle: 'suspended', departments: ['north'] });
    expect(scene.account('n1')).toMatchObject({ id: account.id, enabled: false });
    expect((await scene.bench.held()).map(({ action, title }) => [action, title])).toEqual(
      gone === 'delete' ? [['remove', 'Person n1']] : [],
    );

    await setState(scene, south, 'enabled');
    if (gone === 'disable') {
      const plan = await scene.bench.run(south, { dryRun: true });
      expect((await scene.changes(plan)).filter(({ key }) => key === 'n1').map(({ action }) => action)).toContain('enable');
      await run(south);
    }
    // Who waits to be deleted is still the first job's to hand over: it does so with its next look.
    else await run(south, scene.up);
    expect(await scene.known('n1')).toMatchObject({
      id: before.id,
      lifecycle: 'active',
      departments: ['south'],
      attributes: { title: 'moved' },
    });
    expect(scene.account('n1')).toMatchObject({ id: account.id, enabled: true, attributes: { title: 'moved' } });
    expect(scene.app.departmentsOf(account.id)).toEqual([scene.app.by('department', 'code', 'south')!.id]);

    // The first job looks again, and neither has anything to say against the other.
    const history = await scene.history();
    await run(scene.up, south);
    expect(await scene.history()).toBe(history);
    expect(await claims(scene, 'n1')).toEqual([expect.objectContaining({ job: south })]);
    expect(await scene.heldIn('open', 'approved')).toEqual([]);

    // Gone from there as well, they are gone.
    scene.hr.delete('person', 'n1');
    await run(scene.up, south);
    expect((await scene.known('n1'))!.lifecycle).toBe('suspended');
  });

  it('switches no leaver on again where it has no say in existence, or is only a pilot', async () => {
    const leaver = { disableThenDeleteAfterDays: 30 };
    const policy = { leaver: { gone: leaver, leftScope: leaver, departed: leaver }, guard: { firstRun } };
    const scene = await openScene({ up: { name: 'staff', part: { department: 'staff' }, policy }, down: { policy } });
    for (const top of ['staff', 'alumni', 'guests']) {
      scene.hr.department(top);
      for (let n = 1; n <= 8; n++) scene.hr.person(`${top[0]}${n}`, top);
    }
    await scene.sync();
    scene.hr.person('s1', 'alumni', { title: 'retired' });
    scene.hr.person('s2', 'guests');
    await scene.sync();
    await scene.sync();
    const left = async () => {
      const words = `SELECT job, what FROM due WHERE source_key IN ('s1', 's2') AND what LIKE 'delete%' AND job = ? ORDER BY source_key`;
      return Promise.all([
        ...['s1', 's2'].map(async (id) => [(await scene.known(id))!.lifecycle, scene.account(id)!.enabled]),
        scene.bench.database.all(words, scene.up),
      ]);
    };
    const before = await left();
    expect(before.slice(0, 2)).toEqual([
      ['suspended', false],
      ['suspended', false],
    ]);
    expect(before[2]).toHaveLength(2);
    const phones = await scene.addJob(scene.hr, 'up', {
      name: 'phones of alumni',
      part: { department: 'alumni' },
      policy: { ...policy, decidesExistence: false },
    });
    const guests = await scene.addJob(scene.hr, 'up', {
      name: 'guests',
      part: { department: 'guests' },
      pilot: { people: { include: ['s2'], exclude: [] } },
      policy,
    });
    await setState(scene, guests, 'pilot');
    for (const job of [phones, guests, scene.down]) await scene.bench.run(job);
    expect(await left()).toEqual(before);
  });

  it('and has never run into the app: the account is its own at once, and moves with its first run', async () => {
    const policy = { leaver: DELETE, guard: { firstRun } };
    const scene = await openScene({ people: 1, down: { name: 'everything', policy } });
    await setState(scene, scene.down, 'disabled');
    for (const top of ['north', 'south']) {
      scene.hr.department(top);
      for (let n = 1; n <= 3; n++) scene.hr.person(`${top[0]}${n}`, top);
    }
    await scene.bench.run(scene.up);
    const part = async (code: string) => {
      const { id } = (await scene.bench.objects('department')).find((row) => row.data.code === code)!;
      return scene.addJob(scene.app, 'down', { name: code, policy, scope: { departments: { include: [id] } } });
    };
    const [north, south] = [await part('north'), await part('south')];
    await scene.bench.run(north);
    const account = scene.account('n1')!;

    scene.hr.person('n1', 'south');
    await scene.bench.run(scene.up);
    await scene.bench.run(north);
    await scene.bench.tick();
    expect(scene.account('n1')).toMatchObject({ id: account.id, enabled: true });
    expect(await claims(scene, (await scene.known('n1'))!.id)).toEqual([expect.objectContaining({ job: south })]);

    await scene.bench.run(south);
    await scene.bench.tick();
    for (const job of [north, south]) await scene.bench.run(job);
    expect(scene.account('n1')).toMatchObject({ id: account.id, enabled: true });
    expect(scene.app.departmentsOf(account.id)).toEqual([scene.app.by('department', 'code', 'south')!.id]);
    expect(scene.app.log.filter((line) => /disable|remove/.test(line) && line.includes(account.id))).toEqual([]);
    expect(await scene.heldIn('open', 'approved')).toEqual([]);
  });
});
