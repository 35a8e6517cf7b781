// Who is said to be their own manager, and who lead each other.
import { describe, expect, it } from 'vitest';
import { openScene, roomy, type Scene } from '../../test/support/plain-scene.ts';
import { PlainSystem } from '../../test/support/plain-system.ts';

const policy = { policy: { guard: roomy } } as const;
const open = (): Promise<Scene> => openScene({ people: 3, up: policy, down: policy });
const managerOf = (scene: Scene, id: string): string | null => {
  const manager = scene.account(id)!.attributes.manager;
  return typeof manager === 'string' ? (scene.app.get('person', manager)!.attributes.number as string) : null;
};

describe('managers', () => {
  it('of two who lead each other are both kept, and a second run writes nothing', async () => {
    const scene = await open();
    scene.hr.set('person', '1', { manager: '2' });
    scene.hr.set('person', '2', { manager: '1' });
    await scene.sync();
    expect(['1', '2'].map((id) => managerOf(scene, id))).toEqual(['N-2', 'N-1']);
    const { writes } = scene.app;
    const { up } = await scene.sync();
    expect([up.counts.applied ?? 0, scene.app.writes]).toEqual([0, writes]);
    expect(await scene.items()).toEqual([]);
  });

  it('who are said to be their own are listed and left as they were, above and below, until the source names another', async () => {
    const scene = await open();
    scene.hr.set('person', '1', { manager: '2' });
    scene.hr.set('person', '3', { manager: '3' });
    await scene.sync();
    expect(['1', '3'].map((id) => managerOf(scene, id))).toEqual(['N-2', null]);
    scene.hr.set('person', '1', { manager: '1', title: 'Lead' });
    // Twice: what is listed stays listed, and nothing is written for it again.
    for (let again = 0; again < 2; again++) {
      await scene.sync();
      const before = (await scene.known('2'))!.id;
      expect((await scene.known('1'))!.attributes).toMatchObject({ manager: before, title: 'Lead' });
      expect((await scene.known('3'))!.attributes.manager ?? null).toBe(null);
      expect(managerOf(scene, '1')).toBe('N-2');
      expect((await scene.items()).map(({ attribute, cause, state }) => [attribute, cause, state])).toEqual([
        ['manager', 'own-reference', 'open'],
        ['manager', 'own-reference', 'open'],
      ]);
    }
    scene.hr.set('person', '1', { manager: null });
    scene.hr.set('person', '3', { manager: '1' });
    await scene.sync();
    expect(['1', '3'].map((id) => managerOf(scene, id))).toEqual([null, 'N-1']);
    expect(await scene.items()).toEqual([]);
  });

  it('who are said to be their own by one source leave the word to no weaker one', async () => {
    const scene = await open();
    const other = new PlainSystem('other');
    await scene.bench.connection('other', other.connector, {});
    other.person('1', [], { manager: '3' });
    other.person('3', []);
    scene.hr.set('person', '1', { manager: '2' });
    await scene.sync();
    const weak = await scene.addJob(other, 'up', { ...policy, rank: 50 });
    await scene.bench.run(weak);
    scene.hr.set('person', '1', { manager: '1' });
    await scene.sync();
    expect(managerOf(scene, '1')).toBe('N-2');
  });
});
