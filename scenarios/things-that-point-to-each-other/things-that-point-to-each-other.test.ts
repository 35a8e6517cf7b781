// References: managers before they exist, swapped parents, groups before their members, and ends that are gone.
import { ask } from '../../test/support/asking.ts';
import { describe, expect, it } from 'vitest';
import { listItems } from '../../src/store/upkeep.ts';
import { openScene, roomy, type Scene } from '../../test/support/plain-scene.ts';

const policy = { policy: { guard: roomy, leaver: { gone: 'delete' } } } as const;
const open = (people = 3): Promise<Scene> => openScene({ people, up: policy, down: policy });
const code = (scene: Scene, type: string, name: string) => scene.app.by(type, 'code', name);
const managerOf = (scene: Scene, id: string): string | null => {
  const manager = scene.account(id)!.attributes.manager;
  return typeof manager === 'string' ? (scene.app.get('person', manager)!.attributes.number as string) : null;
};

describe('managers', () => {
  it('may come later in the list than those whom they lead, and may lead each other', async () => {
    const scene = await open();
    scene.hr.set('person', '1', { manager: '3' });
    scene.hr.set('person', '2', { manager: '1' });
    scene.hr.set('person', '3', { manager: '2' });
    await scene.sync();
    expect(['1', '2', '3'].map((id) => managerOf(scene, id))).toEqual(['N-3', 'N-1', 'N-2']);
  });

  it('that nobody knows yet are set when they arrive, without anybody touching the record', async () => {
    const scene = await open();
    scene.hr.set('person', '1', { manager: '9' });
    await scene.sync();
    expect(managerOf(scene, '1')).toBe(null);
    scene.hr.person('9', 'main');
    await scene.sync();
    await scene.bench.tick();
    await scene.sync();
    expect(managerOf(scene, '1')).toBe('N-9');
    expect(await scene.items()).toEqual([]);
  });

  it('hired in between, seen in an event before the next full read, are set then and nothing is cleared before', async () => {
    const scene = await open();
    scene.hr.set('person', '1', { manager: '2' });
    await scene.sync();
    scene.hr.person('9', 'main');
    scene.hr.set('person', '1', { manager: '9' });
    await scene.bench.run(scene.up, { keys: [{ type: 'person', id: '1' }] });
    await scene.bench.run(scene.down);
    expect(managerOf(scene, '1')).toBe('N-2');
    expect(await scene.items()).toEqual([]);
    await scene.sync();
    await scene.bench.tick();
    await scene.sync();
    expect(managerOf(scene, '1')).toBe('N-9');
  });

  it("who are deleted are no longer anybody's manager, above and below", async () => {
    const scene = await open();
    scene.hr.set('person', '1', { manager: '2' });
    await scene.sync();
    scene.hr.delete('person', '2');
    scene.hr.set('person', '1', { manager: null });
    for (let again = 0; again < 3; again++) {
      await scene.sync();
      await scene.bench.approveAll();
    }
    expect(scene.account('2')).toBeUndefined();
    expect(managerOf(scene, '1')).toBe(null);
  });

  it('who are deleted although somebody still names them leave a listed record, and no account points nowhere', async () => {
    const scene = await open();
    scene.hr.set('person', '1', { manager: '2' });
    await scene.sync();
    scene.hr.delete('person', '2');
    for (let again = 0; again < 3; again++) {
      await scene.sync();
      await scene.bench.approveAll();
    }
    expect(scene.account('2')).toBeUndefined();
    await scene.sync();
    expect(scene.app.get('person', String(scene.account('1')!.attributes.manager))).toBeUndefined();
    expect(scene.account('1')!.attributes.manager ?? null).toBe(null);
    const writes = scene.app.writes;
    expect((await scene.sync()).down.state).toBe('succeeded');
    expect(scene.app.writes).toBe(writes);
    // Back again, it is their manager again.
    scene.hr.person('2', 'main');
    await scene.sync();
    await scene.bench.tick();
    await scene.sync();
    expect(managerOf(scene, '1')).toBe('N-2');
  });
});

describe('a few new accounts that wait for a person', () => {
  it('are made as they were approved, managers and all, and not asked about twice', async () => {
    const limits = { ...roomy.limits, create: { percent: 0, count: 2, share: 100 } };
    const asking = { policy: { guard: { ...roomy, limits, firstRun: { ...roomy.firstRun, creates: 2 } } } };
    const scene = await openScene({ people: 4, up: policy, down: asking });
    for (const id of ['2', '3', '4']) scene.hr.set('person', id, { manager: '1' });
    await scene.sync();
    expect((await scene.heldIn('open')).length).toBeGreaterThanOrEqual(4);
    await scene.bench.approveAll();
    expect(await scene.heldIn('open')).toEqual([]);
    expect(['2', '3', '4'].map((id) => managerOf(scene, id))).toEqual(['N-1', 'N-1', 'N-1']);
  });
});

describe('departments', () => {
  it('that swap their places arrive, above and below', async () => {
    const scene = await open();
    scene.hr.department('a', 'main');
    scene.hr.department('b', 'a');
    scene.hr.department('c', 'b');
    scene.hr.person('9', 'c');
    await scene.sync();
    scene.hr.set('department', 'b', { parent: 'main' });
    scene.hr.set('department', 'a', { parent: 'b' });
    scene.hr.set('department', 'c', { parent: 'a' });
    await scene.sync();
    expect(code(scene, 'department', 'b')!.attributes.parent).toBe(code(scene, 'department', 'main')!.id);
    expect(code(scene, 'department', 'a')!.attributes.parent).toBe(code(scene, 'department', 'b')!.id);
    expect(code(scene, 'department', 'c')!.attributes.parent).toBe(code(scene, 'department', 'a')!.id);
    expect(await scene.items()).toEqual([]);
  });

  it('that swap their places wait for each other when a person lets only one half through', async () => {
    const still = { policy: { guard: { ...roomy, limits: { ...roomy.limits, move: { count: 0, percent: 0 } } } } };
    const scene = await openScene({ people: 1, up: policy, down: still });
    scene.hr.department('a', 'main');
    scene.hr.department('b', 'a');
    await scene.sync();
    scene.hr.set('department', 'b', { parent: 'main' });
    scene.hr.set('department', 'a', { parent: 'b' });
    await scene.sync();
    const moveOf = async (name: string) => (await scene.bench.held()).find((row) => row.title === name)!;
    await scene.bench.engine.approve([(await moveOf('a')).id], 'approver');
    const [half] = await scene.bench.engine.drain();
    // The move of b is still held, so a would be put below itself: it waits, and the target is not asked.
    expect(await scene.changes(half!)).toMatchObject([
      { action: 'update', state: 'pending', says: expect.stringContaining('below itself') },
    ]);
    expect(code(scene, 'department', 'a')!.attributes.parent).toBe(code(scene, 'department', 'main')!.id);
    expect(await scene.items(scene.down)).toEqual([]);
    await scene.bench.engine.approve([(await moveOf('b')).id], 'approver');
    await scene.bench.engine.drain();
    await scene.sync();
    await scene.bench.approveAll();
    await scene.sync();
    expect(code(scene, 'department', 'b')!.attributes.parent).toBe(code(scene, 'department', 'main')!.id);
    expect(code(scene, 'department', 'a')!.attributes.parent).toBe(code(scene, 'department', 'b')!.id);
    expect(await scene.heldIn('open', 'approved')).toEqual([]);
    const { writes } = scene.app;
    await scene.sync();
    expect(scene.app.writes).toBe(writes);
  });

  it('that are turned upside down, five deep, arrive in one run', async () => {
    const scene = await open(1);
    const names = ['d1', 'd2', 'd3', 'd4', 'd5'];
    for (const [index, name] of names.entries()) scene.hr.department(name, names[index - 1] ?? 'main');
    await scene.sync();
    for (const [index, name] of names.entries()) scene.hr.set('department', name, { parent: names[index + 1] ?? 'main' });
    await scene.sync();
    for (const [index, name] of names.entries())
      expect(code(scene, 'department', name)!.attributes.parent).toBe(code(scene, 'department', names[index + 1] ?? 'main')!.id);
  });

  it('may be two for one person, with one of them primary', async () => {
    const scene = await open();
    scene.hr.department('a');
    scene.hr.person('9', ['a', 'main']);
    await scene.sync();
    expect((await scene.known('9'))!.departments).toEqual(['a', 'main']);
    scene.hr.person('9', ['main', 'a']);
    await scene.sync();
    expect((await scene.known('9'))!.departments).toEqual(['main', 'a']);
    const edges = scene.account('9')!.edges!.membership!;
    expect(edges.filter((edge) => edge.primary).map((edge) => edge.to.id)).toEqual([code(scene, 'department', 'main')!.id]);
    expect(edges).toHaveLength(2);
  });

  it('are deleted from the bottom, after the people in them have gone elsewhere', async () => {
    const scene = await open();
    scene.hr.department('a', 'main');
    scene.hr.department('b', 'a');
    scene.hr.person('9', 'b');
    await scene.sync();
    for (const name of ['a', 'b']) scene.hr.delete('department', name);
    scene.hr.person('9', 'main');
    for (let again = 0; again < 3; again++) {
      await scene.sync();
      await scene.bench.approveAll();
    }
    expect(scene.app.all('department')).toHaveLength(1);
    expect(scene.account('9')).toBeDefined();
    expect(await scene.items()).toEqual([]);
  });

  it('that are closed together go from the innermost outwards, in one run, whatever order they are listed in', async () => {
    const scene = await open();
    scene.hr.department('stays', 'main');
    for (const [id, parent] of [
      ['z', 'stays'],
      ['a', 'z'],
      ['m', 'a'],
    ] as const)
      scene.hr.department(id, parent);
    await scene.sync();
    for (const id of ['z', 'a', 'm']) scene.hr.delete('department', id);
    for (let again = 0; again < 2; again++) {
      await scene.bench.run(again === 0 ? scene.up : scene.down);
      await scene.bench.approveAll();
      await scene.bench.tick();
    }
    expect(scene.app.all('department').map((department) => department.attributes.code)).toEqual(['main', 'stays']);
    expect(await scene.items(scene.down)).toEqual([]);
    expect(await scene.bench.database.all(`SELECT title, error FROM change WHERE attempts > 1 OR state = 'failed'`)).toEqual([]);
  });

  it('whose parent could not be made wait for it, and name it', async () => {
    const scene = await open();
    scene.hr.department('bad', null, { name: '长'.repeat(100) });
    scene.hr.department('child', 'bad');
    scene.hr.person('9', 'child');
    const { down } = await scene.sync();
    expect(code(scene, 'department', 'child')).toBeUndefined();
    expect((await scene.items()).map((item) => item.attribute)).toContain('name');
    expect(down.state).toBe('warnings');
    scene.hr.set('department', 'bad', { name: 'good' });
    await scene.sync();
    await scene.bench.tick();
    await scene.sync();
    expect(code(scene, 'department', 'child')!.attributes.parent).toBe(code(scene, 'department', 'bad')!.id);
    expect(scene.app.departmentsOf(scene.account('9')!.id)).toEqual([code(scene, 'department', 'child')!.id]);
  });
});

describe('groups', () => {
  it('whose members come later get them then', async () => {
    const scene = await open();
    scene.hr.group('team', [
      ['person', '1'],
      ['person', '9'],
    ]);
    await scene.sync();
    expect(code(scene, 'group', 'team')!.edges!.member).toHaveLength(1);
    scene.hr.person('9', 'main');
    await scene.sync();
    await scene.bench.tick();
    await scene.sync();
    expect(
      code(scene, 'group', 'team')!
        .edges!.member!.map((edge) => edge.to.id)
        .sort(),
    ).toEqual([scene.account('1')!.id, scene.account('9')!.id].sort());
  });

  it('of whom the target refuses one have the others, and name who is missing and why until they are taken', async () => {
    const scene = await open(4);
    scene.hr.group('team', [['person', '1']]);
    await scene.sync();
    const refused = scene.account('3')!.id;
    scene.app.refusals.set(refused, 'forbidden');
    scene.hr.group(
      'team',
      ['2', '3', '4'].map((id) => ['person', id] as const),
    );
    const members = (): readonly string[] => code(scene, 'group', 'team')!.edges!.member!.map((edge) => edge.to.id);
    const { down } = await scene.sync();
    expect([down.counts.applied, down.counts.failed]).toEqual([undefined, 1]);
    expect(members()).toEqual([scene.account('2')!.id, scene.account('4')!.id]);
    const listed = async () =>
      (await listItems(scene.bench.database, down.job, 9)).map(({ attribute, cause, state, message }) => ({
        attribute,
        cause,
        state,
        message: (JSON.parse(message) as { en: string }).en,
      }));
    expect(await listed()).toEqual([
      {
        attribute: 'member',
        cause: 'apply:invalid',
        state: 'retrying',
        message: `The target did not take 1 (members); the others are written. Person 3: The system refuses ${refused}.`,
      },
    ]);
    scene.app.refusals.clear();
    scene.bench.clock.advance(60_000);
    await scene.bench.tick();
    expect([members().toSorted(), await listed()]).toEqual([['2', '3', '4'].map((id) => scene.account(id)!.id).toSorted(), []]);
  });

  it('that are made without somebody whom the target refuses name who is missing and why, and get them once they are taken', async () => {
    const scene = await open(3);
    await scene.sync();
    const refused = scene.account('2')!.id;
    scene.app.refusals.set(refused, 'forbidden');
    scene.hr.group(
      'team',
      ['1', '2', '3'].map((id) => ['person', id] as const),
    );
    const { down } = await scene.sync();
    expect([down.counts.applied, down.counts.failed]).toEqual([1, undefined]);
    const members = (): readonly string[] => code(scene, 'group', 'team')!.edges!.member!.map((edge) => edge.to.id);
    expect(members()).toEqual(['1', '3'].map((id) => scene.account(id)!.id));
    const listed = async () =>
      (await listItems(scene.bench.database, down.job, 9)).map(({ attribute, cause, state, message }) => [
        attribute,
        cause,
        state,
        (JSON.parse(message) as { en: string }).en,
      ]);
    const said = `The target did not take 1 (members); the others are written. Person 2: The system refuses ${refused}.`;
    expect(await listed()).toEqual([['member', 'apply:invalid', 'retrying', said]]);
    // Tried again by itself, it is the same group, and the same question.
    scene.bench.clock.advance(60_000);
    await scene.bench.tick();
    expect([scene.app.all('group').length, members().length, (await listed()).length]).toEqual([1, 2, 1]);
    scene.app.refusals.clear();
    scene.bench.clock.advance(180_000);
    await scene.bench.tick();
    expect([members().toSorted(), await listed()]).toEqual([['1', '2', '3'].map((id) => scene.account(id)!.id).toSorted(), []]);
    const writes = scene.app.writes;
    await scene.sync();
    expect(scene.app.writes).toBe(writes);
  });

  it('of 300 members change by the one that changed', async () => {
    const scene = await openScene({ people: 300, up: policy, down: policy });
    scene.hr.group(
      'all',
      Array.from({ length: 300 }, (_, index) => ['person', String(index + 1)] as const),
    );
    await scene.sync();
    expect(code(scene, 'group', 'all')!.edges!.member).toHaveLength(300);
    scene.hr.group(
      'all',
      Array.from({ length: 299 }, (_, index) => ['person', String(index + 2)] as const),
    );
    const { down } = await scene.sync();
    const changed = await scene.bench.database.all(
      'SELECT op FROM change_edge WHERE change IN (SELECT id FROM change WHERE run = ?)',
      down.id,
    );
    expect(changed).toMatchObject([{ op: 'remove' }]);
    expect(code(scene, 'group', 'all')!.edges!.member).toHaveLength(299);
  });

  it('keep the members that somebody else put there', async () => {
    const scene = await open();
    scene.hr.group('team', [['person', '1']]);
    await scene.sync();
    scene.app.put('person', 'stranger', { name: 'Stranger' });
    const team = code(scene, 'group', 'team')!;
    scene.app.set('group', team.id, {}, { member: [...team.edges!.member!, { to: { type: 'person', id: 'stranger' } }] });
    scene.hr.group('team', [['person', '2']]);
    await scene.sync();
    expect(
      code(scene, 'group', 'team')!
        .edges!.member!.map((edge) => edge.to.id)
        .sort(),
    ).toEqual([scene.account('2')!.id, 'stranger'].sort());
  });
});

describe('who loses something because the far end is deleted', () => {
  it('has it in their own history: which edge ended, in which run, and what it said', async () => {
    const scene = await openScene({ people: 4, up: { policy: { guard: roomy, leaver: { gone: 'delete' } } } });
    scene.hr.group('crew', [
      ['person', '1'],
      ['person', '2'],
    ]);
    await scene.sync();
    const [person, crew] = [(await scene.known('1'))!.id, (await scene.bench.objects('group'))[0]!.id];
    // Only the person goes; the group is not read again.
    scene.hr.delete('person', '1');
    await scene.bench.run(scene.up, { keys: [{ type: 'person', id: '1' }] });
    await scene.bench.approveAll();
    const rows = await scene.bench.database.all<{
      action: string;
      run: number | null;
      relation: string;
      op: string;
      to_id: string;
      facts_before: string;
    }>(
      `SELECT h.action, h.run, e.relation, e.op, e.to_id, e.facts_before FROM history h JOIN history_edge e ON e.seq = h.seq AND e.n = h.n WHERE h.id = ? AND e.op = 'remove'`,
      crew,
    );
    expect(rows).toEqual([
      { action: 'update', run: expect.any(Number), relation: 'member', op: 'remove', to_id: person, facts_before: '{}' },
    ]);
    expect(await scene.bench.database.all('SELECT to_id FROM edge WHERE owner = ?', crew)).toHaveLength(1);
  });
});

describe('two departments of one name', () => {
  it('are told apart by where they stand, in the plan and in what is asked', async () => {
    const scene = await openScene({ up: { policy: { guard: roomy } }, down: { policy: { guard: roomy } } });
    const { hr } = scene;
    hr.department('main');
    for (const unit of ['sales', 'dev']) {
      hr.department(unit, 'main');
      hr.department(`${unit}-qa`, unit);
      hr.set('department', unit, { name: unit });
      hr.set('department', `${unit}-qa`, { name: '测试部' });
    }
    hr.set('department', 'main', { name: 'Main' });
    hr.department('lab', 'sales-qa');
    hr.person('1', 'sales-qa');
    await scene.sync();

    hr.person('1', 'dev-qa');
    hr.set('department', 'lab', { parent: 'dev-qa' });
    const { up, down } = await scene.sync();
    for (const run of [up, down]) {
      const { changes } = await ask(scene, 'run.changes', { run: run.id });
      const moved = changes.find(({ type, edges }) => type === 'person' && edges.length > 0)!;
      expect(moved.edges.map(({ op, name }) => `${op} ${name}`).toSorted()).toEqual([
        'add Main / dev / 测试部',
        'remove Main / sales / 测试部',
      ]);
      const below = changes.find(({ type }) => type === 'department')!.attributes.find(({ name }) => name === 'parent')!;
      expect([below.before, below.after]).toEqual(['Main / sales / 测试部', 'Main / dev / 测试部']);
    }
    // Where the names differ, they are enough.
    hr.person('1', 'sales');
    const { changes } = await ask(scene, 'run.changes', { run: (await scene.sync()).up.id });
    expect(changes.flatMap(({ edges }) => edges.map(({ name }) => name)).toSorted()).toEqual(['sales', '测试部']);
  });
  it('are told apart in what is asked as well', async () => {
    const still = { policy: { guard: { ...roomy, limits: { ...roomy.limits, move: { count: 0, percent: 0 } } } } };
    const scene = await openScene({ up: { policy: { guard: roomy } }, down: still });
    const { hr } = scene;
    for (const unit of ['sales', 'dev']) {
      hr.department(unit);
      hr.department(`${unit}-qa`, unit);
      hr.set('department', `${unit}-qa`, { name: '测试部' });
    }
    hr.person('1', 'sales-qa');
    await scene.sync();
    hr.person('1', 'dev-qa');
    await scene.sync();
    const { held } = await ask(scene, 'held.list', { job: scene.down });
    expect(held.flatMap(({ edges }) => edges.map(({ name }) => name)).toSorted()).toEqual(['dev / 测试部', 'sales / 测试部']);
  });
});
