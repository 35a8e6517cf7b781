// Promise 4: a second run right after the first writes nothing; a dry run stores nothing that counts.
import { describe, expect, it } from 'vitest';
import type { Value } from '../../src/core/model.ts';
import { openScene, roomy, type Scene } from '../../test/support/plain-scene.ts';

const quiet = { policy: { guard: roomy } };

/** A company with everything that could make a second run restless. */
async function company(scene: Scene): Promise<void> {
  const { hr } = scene;
  hr.department('root');
  hr.department('sales', 'root');
  hr.department('emea', 'sales');
  for (let id = 1; id <= 30; id++)
    hr.person(String(id), id % 3 === 0 ? ['emea', 'sales'] : id % 2 === 0 ? 'sales' : 'root', {
      phone: `+86 139 ${1000 + id}`,
      manager: id === 1 ? '30' : '1',
      login: `User${id}`,
      title: id % 5 === 0 ? null : '工程师 👩‍💻',
    });
  hr.set('department', 'sales', {}, { leader: [{ to: { type: 'person', id: '2' }, order: 1 }] });
  hr.group(
    'everyone',
    Array.from({ length: 30 }, (_, index) => ['person', String(index + 1)] as const),
  );
  hr.group('all-groups', [
    ['group', 'everyone'],
    ['person', '1'],
  ]);
  hr.person('31', 'root', { status: 'suspended' });
  hr.person('32', 'root', { startsAt: '2027-01-01' });
  hr.person('33', 'nowhere', { manager: 'nobody' });
}

async function tables(scene: Scene, ...names: string[]): Promise<unknown> {
  const found: Record<string, unknown> = {};
  for (const name of names) found[name] = await scene.bench.database.all(`SELECT * FROM ${name}`);
  return found;
}

describe('a second run', () => {
  it('changes nothing in the directory and writes nothing below', async () => {
    const scene = await openScene({ down: quiet });
    await company(scene);
    await scene.sync();
    const [before, writes, history] = [await scene.world(), scene.app.writes, await scene.history()];
    for (let again = 0; again < 3; again++) {
      const { up, down } = await scene.sync();
      expect(await scene.changes(up)).toEqual([]);
      expect(await scene.changes(down)).toEqual([]);
    }
    expect(await scene.world()).toEqual(before);
    expect(scene.app.writes).toBe(writes);
    expect(await scene.history()).toBe(history);
  });

  it('brings everything there in the first one: departments, people, managers, leaders and groups in groups', async () => {
    const scene = await openScene({ down: quiet });
    await company(scene);
    await scene.sync();
    const { app } = scene;
    const department = (code: string) => app.by('department', 'code', code)!;
    expect(department('emea').attributes.parent).toBe(department('sales').id);
    expect(scene.account('1')!.attributes.manager).toBe(scene.account('30')!.id);
    const places = scene.account('3')!.edges!.membership!;
    expect(places).toHaveLength(2);
    expect(places.find((edge) => edge.primary)!.to.id).toBe(department('emea').id);
    expect(department('sales').edges!.leader!.map((edge) => edge.to.id)).toEqual([scene.account('2')!.id]);
    const everyone = app.by('group', 'code', 'everyone')!;
    expect(everyone.edges!.member).toHaveLength(30);
    expect(
      app
        .by('group', 'code', 'all-groups')!
        .edges!.member!.map((edge) => edge.to.id)
        .sort(),
    ).toEqual([everyone.id, scene.account('1')!.id].sort());
    // Who is suspended or has not started gets no account.
    expect([scene.account('31'), scene.account('32')]).toEqual([undefined, undefined]);
  });

  it('writes nothing when the accounts were there before and were only linked', async () => {
    const scene = await openScene({ people: 20, down: quiet });
    scene.app.department('d1', null, { code: 'main' });
    for (let id = 1; id <= 20; id++)
      scene.app.put(
        'person',
        `old-${id}`,
        { name: `Old ${id}`, number: `N-${id}` },
        { membership: [{ to: { type: 'department', id: 'd1' } }] },
      );
    await scene.sync();
    expect(scene.app.all('person')).toHaveLength(20);
    expect(scene.account('7')).toMatchObject({ id: 'old-7', attributes: { name: 'Person 7' } });
    const writes = scene.app.writes;
    await scene.sync();
    expect(scene.app.writes).toBe(writes);
  });

  it('writes nothing after an update, a move and a departure either', async () => {
    const scene = await openScene({ down: quiet });
    await company(scene);
    await scene.sync();
    scene.hr.set('person', '1', { name: '新名字' });
    scene.hr.set('person', '2', {}, { membership: [{ to: { type: 'department', id: 'emea' }, primary: true }] });
    scene.hr.delete('person', '4');
    scene.hr.group('everyone', [['person', '1']]);
    scene.hr.department('sales', null, { name: 'Verkauf' });
    await scene.sync();
    await scene.bench.approveAll();
    await scene.sync();
    const [before, writes] = [await scene.world(), scene.app.writes];
    const { up, down } = await scene.sync();
    expect([...(await scene.changes(up)), ...(await scene.changes(down))]).toEqual([]);
    expect(await scene.world()).toEqual(before);
    expect(scene.app.writes).toBe(writes);
    expect(scene.account('4')).toMatchObject({ enabled: false });
  });
});

describe('a target that makes something else of what it gets', () => {
  const spoils: readonly [string, (name: string, value: Value | null) => Value | null][] = [
    ['lower-cases titles', (name, value) => (name === 'title' && typeof value === 'string' ? value.toLowerCase() : value)],
    ['drops an attribute', (name, value) => (name === 'note' ? null : value)],
    [
      'lower-cases mails, which its equality does not mind',
      (name, value) => (name === 'mail' && typeof value === 'string' ? value.toLowerCase() : value),
    ],
    ['pads every name', (name, value) => (name === 'name' ? `${String(value)} *` : value)],
  ];
  for (const echoes of [true, false]) {
    it.each(spoils)(`%s and ${echoes ? 'says so' : 'says nothing'}: after at most one more write it is left in peace`, async (_, makes) => {
      const scene = await openScene({ people: 5, down: quiet });
      for (let id = 1; id <= 5; id++)
        scene.hr.set('person', String(id), { title: 'Chief OFFICER', note: 'Nick', mail: `Person.${id}@Example.COM` });
      scene.app.dials.makes = makes;
      scene.app.dials.echoes = echoes;
      await scene.sync();
      await scene.sync();
      const writes = scene.app.writes;
      for (let again = 0; again < 3; again++) await scene.sync();
      expect(scene.app.writes).toBe(writes);
      // And a real change still arrives.
      scene.hr.set('person', '1', { title: 'Clerk' });
      await scene.sync();
      await scene.sync();
      expect(String(scene.account('1')!.attributes.title).toLowerCase()).toBe('clerk');
    });
  }
});

describe('a dry run', () => {
  it('plans everything and stores nothing that counts, in both directions', async () => {
    const scene = await openScene({
      down: quiet,
      up: {
        mapping: {
          department: [
            { target: 'name', field: 'name' },
            { target: 'code', field: 'code' },
          ],
          person: [
            { target: 'displayName', field: 'name' },
            { target: 'employeeNumber', field: 'number' },
            { target: 'userName', unique: ['${name}', '${name}{n}'] },
            { target: 'idNumber', field: 'note' },
          ],
        },
      },
    });
    await company(scene);
    const names = [
      'link',
      'claim',
      'contribution',
      'contribution_edge',
      'object',
      'edge',
      'object_key',
      'history',
      'reservation',
      'held',
      'item',
      'due',
      'guard_window',
      'waiting_reference',
      'reading',
      'staged',
      'staged_key',
    ];
    const before = await tables(scene, ...names);
    const up = await scene.bench.run(scene.up, { dryRun: true });
    expect(up.state).toBe('succeeded');
    expect((await scene.changes(up)).filter((change) => change.action === 'create' && change.state === 'planned')).toHaveLength(36);
    expect(await tables(scene, ...names)).toEqual(before);

    await scene.bench.run(scene.up);
    const known = await tables(scene, ...names);
    const down = await scene.bench.run(scene.down, { dryRun: true });
    expect(await tables(scene, ...names)).toEqual(known);
    expect(scene.app.writes).toBe(0);
    expect((await scene.changes(down)).filter((change) => change.action === 'create').length).toBeGreaterThan(30);
    // The real run does what the dry run said.
    const planned = (await scene.changes(down)).map((change) => `${change.action} ${change.key}`);
    const real = await scene.bench.run(scene.down);
    expect((await scene.changes(real)).map((change) => `${change.action} ${change.key}`)).toEqual(planned);
  });

  it('of a harmful change shows what would be held, and asks nobody', async () => {
    const scene = await openScene({ people: 60 });
    await scene.bench.run(scene.up);
    for (let id = 1; id <= 30; id++) scene.hr.delete('person', String(id));
    const run = await scene.bench.run(scene.up, { dryRun: true });
    expect((await scene.changes(run)).filter((change) => change.state === 'held')).toHaveLength(30);
    expect(await scene.bench.held()).toEqual([]);
    expect((await scene.people()).every((person) => person.lifecycle === 'active')).toBe(true);
  });
});

describe('a target that has accounts and groups already', () => {
  it('loses a member who does not belong there in the very run that recognises the account, and the next one has nothing to do', async () => {
    const scene = await openScene({ people: 3, up: { policy: { guard: roomy } }, down: { policy: { guard: roomy } } });
    scene.hr.group('all', [['person', '1']], { code: 'all' });
    for (const id of ['1', '2']) scene.app.put('person', `a${id}`, { name: `Person ${id}`, number: `N-${id}` }, { membership: [] });
    scene.app.put('person', 'stranger', { name: 'Stranger', number: 'X-1' }, { membership: [] });
    const member = ['a1', 'a2', 'stranger'].map((id) => ({ to: { type: 'person', id } }));
    scene.app.put('group', 'g', { name: 'wrong', code: 'all' }, { member });
    await scene.sync();
    // Nobody's of ours stays.
    expect(scene.app.get('group', 'g')!.edges!.member!.map((edge) => edge.to.id)).toEqual(['a1', 'stranger']);
    expect(await scene.changes(await scene.bench.run(scene.down, { dryRun: true }))).toEqual([]);
  });
});
