// A target that only shows some things: the plan says so beforehand, nothing is called in vain, and the rest is synced.
import { beforeEach, describe, expect, it } from 'vitest';
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
