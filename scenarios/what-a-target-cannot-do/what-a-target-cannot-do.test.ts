// A target that only shows some things: the plan says so beforehand, nothing is called in vain, and the rest is synced.
import { beforeEach, describe, expect, it } from 'vitest';
import { listItems } from '../../src/store/upkeep.ts';
import { openScene, roomy, type Scene } from '../../test/support/plain-scene.ts';

let scene: Scene;
const policy = { guard: roomy };

async function offer(type: string, writes: readonly ('create' | 'update' | 'disable' | 'remove')[]): Promise<void> {
  scene.app.offers.set(type, writes);
  await scene.bench.connection('app', scene.app.connector, {});
}

beforeEach(async () => {
  scene = await openScene({ people: 3, up: { policy }, down: { policy: { ...policy, leaver: { gone: 'delete' } } } });
  scene.hr.department('lab', 'main');
  scene.hr.person('9', ['lab', 'main']);
});

describe('departments that cannot be created there', () => {
  beforeEach(() => offer('department', []));

  it('are refused in the plan with the reason, in a dry run as well', async () => {
    await scene.bench.run(scene.up);
    const plan = await scene.bench.run(scene.down, { dryRun: true });
    expect((await scene.changes(plan)).filter((change) => change.type === 'department')).toEqual([
      expect.objectContaining({
        action: 'create',
        state: 'refused',
        says: 'This target cannot create a department. Make it there by hand: the next run finds it by the rules.',
      }),
      expect.objectContaining({ action: 'create', state: 'refused' }),
    ]);
  });

  it('keep nobody waiting: people come without them, and with them when somebody made them by hand', async () => {
    const { down } = await scene.sync();
    expect(down).toMatchObject({ state: 'warnings', counts: { refused: 2 } });
    expect(down.counts.pending).toBeUndefined();
    expect(down.counts.failed).toBeUndefined();
    expect(scene.app.log.filter((line) => line.includes('department'))).toEqual([]);
    expect(scene.account('9')!.edges!.membership).toEqual([]);
    scene.app.department('by-hand', null, { code: 'lab' });
    await scene.sync();
    await scene.sync();
    expect(scene.account('9')!.edges!.membership!.map((edge) => edge.to.id)).toEqual(['by-hand']);
  });
});

describe('a tree that is too deep or too wide', () => {
  async function allow(tree: { levels?: number; children?: number }): Promise<void> {
    scene.app.tree = tree;
    await scene.bench.connection('app', scene.app.connector, {});
  }

  it('is refused in the plan where it leaves the limits, with what is below; everything else is made', async () => {
    scene.hr.department('deep', 'lab');
    scene.hr.department('deeper', 'deep');
    await allow({ levels: 2 });
    await scene.bench.run(scene.up);
    const refused = async (run: Awaited<ReturnType<typeof scene.bench.run>>): Promise<readonly string[]> =>
      (await scene.changes(run)).filter((change) => change.state === 'refused').map((change) => change.says);
    const said = await refused(await scene.bench.run(scene.down, { dryRun: true }));
    expect(said).toEqual([
      "The tree of this target can have at most 2 levels, and this would stand below them. Put it higher at the source, or leave it out of the job's scope.",
      'The one above it cannot be made in this target; mend that first.',
    ]);
    const { down } = await scene.sync();
    expect(down).toMatchObject({ state: 'warnings', counts: { refused: 2 } });
    expect(await refused(down)).toEqual(said);
    expect(scene.app.log.filter((line) => line.includes('department'))).toHaveLength(2);
    expect(scene.account('9')!.edges!.membership).toHaveLength(2);
  });

  it('lets a department come as soon as there is room', async () => {
    await scene.bench.run(scene.up);
    for (const name of ['b', 'c', 'd']) scene.hr.department(name, 'main');
    await allow({ children: 3 });
    expect((await scene.sync()).down).toMatchObject({ state: 'warnings', counts: { refused: 1 } });
    await allow({ children: 4 });
    expect((await scene.sync()).down).toMatchObject({ state: 'succeeded' });
  });
});

describe('people who are in more departments than the target takes', () => {
  it('are in as many as it takes, the primary one first; who it is, is listed, and the second run writes nothing', async () => {
    scene.hr.department('sea', 'main');
    scene.hr.person('9', ['sea', 'lab', 'main']);
    scene.app.places = 2;
    await scene.bench.connection('app', scene.app.connector, {});
    const { down } = await scene.sync();
    const listed = await listItems(scene.bench.database, down.job, 9);
    expect(listed.map(({ title, attribute, message }) => [title, attribute, (JSON.parse(message) as { en: string }).en])).toEqual([
      ['Person 9', 'membership', '3 departments, and this target takes at most 2: the first 2 are written. Take some away at the source.'],
    ]);
    const places = scene.account('9')!.edges!.membership!.map((edge) => scene.app.get('department', edge.to.id)!.attributes.code);
    expect([places.length, places]).toEqual([2, expect.arrayContaining(['sea'])]);
    const writes = scene.app.writes;
    await scene.sync();
    expect(scene.app.writes).toBe(writes);
  });
});

describe('a system that is full', () => {
  it('gets what it has room for; the rest is refused in the plan, and comes once there is room', async () => {
    scene.app.put('group', 'theirs', { name: 'Theirs' });
    for (const name of ['a', 'b', 'c']) scene.hr.group(name, [['person', '1']]);
    scene.app.most.set('group', 3);
    await scene.bench.connection('app', scene.app.connector, {});
    const { down } = await scene.sync();
    expect(down).toMatchObject({ state: 'warnings', counts: { refused: 1 } });
    expect((await scene.changes(down)).filter((change) => change.state === 'refused').map((change) => change.says)).toEqual([
      'This target holds at most 3 objects of the type group, and there are 1. Remove some there, or narrow the scope.',
    ]);
    expect(scene.app.all('group')).toHaveLength(3);
    scene.app.delete('group', 'theirs');
    await scene.sync();
    expect(
      scene.app
        .all('group')
        .map((group) => group.attributes.code)
        .toSorted(),
    ).toEqual(['a', 'b', 'c']);
  });
});

describe('accounts', () => {
  it('that cannot be disabled are not, and what was asked for is reported, not tried', async () => {
    await scene.sync();
    await offer('person', ['create', 'update']);
    scene.hr.delete('person', '1');
    await scene.bench.run(scene.up);
    await scene.bench.approveAll();
    const writes = scene.app.writes;
    const down = await scene.bench.run(scene.down);
    expect(scene.app.writes).toBe(writes);
    expect(down.counts.failed).toBeUndefined();
    expect(scene.account('1')).toMatchObject({ enabled: true });
  });

  it('that cannot be removed are disabled, and the removal is refused with the reason', async () => {
    scene = await openScene({
      people: 3,
      up: { policy: { ...policy, leaver: { gone: 'delete' } } },
      down: { policy: { ...policy, leaver: { gone: 'delete' } } },
    });
    await scene.sync();
    await offer('person', ['create', 'update', 'disable']);
    scene.hr.delete('person', '1');
    await scene.bench.run(scene.up);
    await scene.bench.approveAll();
    const down = await scene.bench.run(scene.down);
    expect(scene.account('1')).toMatchObject({ enabled: false });
    expect((await scene.changes(down)).find((change) => change.action === 'remove')).toMatchObject({
      state: 'refused',
      says: 'This target cannot delete a person.',
    });
    expect(await scene.bench.held()).toEqual([]);
  });

  it('that cannot be changed any more are left as they are, with the reason', async () => {
    await scene.sync();
    await offer('person', ['create', 'disable', 'remove']);
    scene.hr.set('person', '1', { title: 'Chief' });
    const { down } = await scene.sync();
    expect((await scene.changes(down))[0]).toMatchObject({
      action: 'update',
      state: 'refused',
      says: 'This target cannot update a person.',
    });
    expect(scene.account('1')!.attributes.title ?? null).toBeNull();
  });
});
