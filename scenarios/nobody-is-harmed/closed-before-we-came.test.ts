// An account that somebody has closed in the system before we came to know it is opened by nobody but a person.
import { describe, expect, it } from 'vitest';
import { openScene, roomy } from '../../test/support/plain-scene.ts';

const ours = { name: null, number: null, mail: null, phone: null, login: null, title: null, note: null };

/** Three people; the accounts of two are there, and that of the first was disabled there. */
async function closedThere() {
  const scene = await openScene({ people: 3, up: { policy: { guard: roomy } }, down: { policy: { guard: roomy } } });
  scene.app.put('person', 'a1', { ...ours, name: 'Person 1', number: 'N-1' }, {}, false);
  scene.app.put('person', 'a2', { ...ours, name: 'Person 2', number: 'N-2' });
  const { down } = await scene.sync();
  const open = (id: string) => scene.account(id)!.enabled;
  return { scene, down, open };
}

describe('an account found disabled in the system', () => {
  it('is linked, and stays disabled until a person says yes, however many runs there are', async () => {
    const { scene, open } = await closedThere();
    expect([open('1'), open('2'), open('3')]).toEqual([false, true, true]);
    expect(await scene.bench.held()).toMatchObject([
      { job: scene.down, action: 'enable', question: 'found-disabled:person', title: 'Person 1' },
    ]);
    await scene.sync();
    await scene.bench.run(scene.down, { keys: [{ type: 'person', id: (await scene.known('1'))!.id }] });
    expect(open('1')).toBe(false);
    expect(await scene.bench.held()).toHaveLength(1);
    await scene.bench.approveAll();
    expect(open('1')).toBe(true);
    expect(await scene.bench.held()).toEqual([]);
  });

  it('stays disabled for good where a person says no', async () => {
    const { scene, open } = await closedThere();
    await scene.bench.engine.cancelHeld(
      (await scene.bench.held()).map(({ id }) => id),
      'approver',
    );
    await scene.sync();
    await scene.sync();
    expect(open('1')).toBe(false);
    expect(await scene.bench.held()).toEqual([]);
  });

  it('is no question once somebody has enabled it there', async () => {
    const { scene, open } = await closedThere();
    scene.app.put('person', 'a1', { ...scene.account('1')!.attributes }, { ...scene.account('1')!.edges });
    await scene.sync();
    expect(open('1')).toBe(true);
    expect(await scene.bench.held()).toEqual([]);
  });

  it('is none where we disabled it ourselves: who is back is let in again', async () => {
    const { scene, open } = await closedThere();
    await scene.bench.approveAll();
    scene.hr.set('person', '2', { status: 'departed' });
    await scene.sync();
    expect(open('2')).toBe(false);
    scene.hr.set('person', '2', { status: 'active' });
    await scene.sync();
    expect(open('2')).toBe(true);
    expect(await scene.bench.held()).toEqual([]);
  });
});
