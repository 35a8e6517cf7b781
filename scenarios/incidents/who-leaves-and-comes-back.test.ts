// Incidents of other sync products, replayed with default settings: people who leave, come back, are renamed or work in two places.
import { describe, expect, it } from 'vitest';
import { openScene } from '../../test/support/plain-scene.ts';

const primaryOf = (scene: Awaited<ReturnType<typeof openScene>>, id: string): readonly string[] =>
  (scene.account(id)!.edges!.membership ?? []).map((edge) => scene.app.get('department', edge.to.id)!.attributes.code as string);

describe('a company of eight', () => {
  it('offboarded without being deleted reaches the app; gone from the source is disabled; nobody is deleted, and who the source deleted is not brought back', async () => {
    const scene = await openScene({ people: 8 });
    await scene.sync();
    scene.hr.set('person', '1', { status: 'departed' });
    scene.hr.delete('person', '2');
    await scene.sync();
    for (const id of ['1', '2']) expect(scene.account(id)).toMatchObject({ enabled: false });
    expect([(await scene.known('1'))!.lifecycle, (await scene.known('2'))!.lifecycle]).toEqual(['departed', 'suspended']);
    // Somebody in the app switches the account on again: the directory does not take that for a rehire, and no run reads it back as one.
    const account = scene.account('2')!;
    scene.app.put('person', account.id, account.attributes, account.edges, true);
    await scene.sync();
    expect((await scene.known('2'))!.lifecycle).toBe('suspended');
    expect(scene.account('2')).toMatchObject({ id: account.id, enabled: false });
    expect(scene.app.all('person')).toHaveLength(8);
    expect(scene.app.log.filter((line) => line.startsWith('remove'))).toEqual([]);
  });

  it('renamed, and hired again, is the same person with the same account (ssoready#164, keycloak#19056)', async () => {
    const scene = await openScene({ people: 8 });
    await scene.sync();
    const [id, account, directoryId] = ['3', scene.account('3')!.id, (await scene.known('3'))!.id];
    scene.hr.set('person', id, { name: 'Married Name', mail: 'married@example.com', login: 'married' });
    await scene.sync();
    expect(scene.account(id)).toMatchObject({ id: account, attributes: { name: 'Married Name', mail: 'married@example.com' } });
    scene.hr.delete('person', id);
    await scene.sync();
    expect(scene.account(id)).toMatchObject({ id: account, enabled: false });
    // Back under a new record of the source, as most HR systems do it.
    scene.hr.person('3-again', 'main', { number: 'N-3', name: 'Married Name' });
    await scene.sync();
    expect(await scene.known(id)).toMatchObject({ id: directoryId, lifecycle: 'active' });
    expect(scene.account(id)).toMatchObject({ id: account, enabled: true });
    expect(scene.app.all('person')).toHaveLength(8);
    expect(scene.app.log.filter((line) => /^(create|remove) person/.test(line))).toHaveLength(8);
  });

  it('in several departments keeps all of them, whatever order they are listed in: the last one does not win', async () => {
    const scene = await openScene({ people: 8 });
    for (const id of ['a', 'b', 'c']) scene.hr.department(id, 'main');
    scene.hr.person('1', ['a', 'b', 'c']);
    scene.hr.person('2', ['c', 'b', 'a']);
    await scene.sync();
    expect((await scene.known('1'))!.departments[0]).toBe('a');
    expect([...primaryOf(scene, '1')].sort()).toEqual(['a', 'b', 'c']);
    expect([...primaryOf(scene, '2')].sort()).toEqual(['a', 'b', 'c']);
    const writes = scene.app.writes;
    scene.hr.person('1', ['b', 'a', 'c']);
    await scene.sync();
    expect((await scene.known('1'))!.departments[0]).toBe('b');
    // One change of one person, not one per department.
    expect(scene.app.log.slice(writes)).toEqual([`update person ${scene.account('1')!.id}`]);
  });
});

describe('what replaces something is made before the old one goes', () => {
  it('a department that is replaced by another: its people are in the new one before anything is removed', async () => {
    const deleting = { policy: { leaver: { gone: 'delete' } } } as const;
    const scene = await openScene({ people: 20, up: deleting, down: deleting });
    scene.hr.department('old', 'main');
    for (const id of ['1', '2']) scene.hr.person(id, 'old');
    await scene.sync();
    scene.hr.delete('department', 'old');
    scene.hr.department('new', 'main');
    for (const id of ['1', '2']) scene.hr.person(id, 'new');
    await scene.sync();
    expect(primaryOf(scene, '1')).toEqual(['new']);
    // The removal waits for a person, the move does not.
    expect((await scene.bench.held()).map((row) => [row.action, row.type, row.title])).toEqual([['remove', 'department', 'old']]);
    await scene.bench.approveAll();
    await scene.sync();
    await scene.bench.approveAll();
    const log = scene.app.log.filter((line) => line.includes(' department') || line.startsWith('update person'));
    expect(log.findIndex((line) => line.startsWith('remove department'))).toBe(log.length - 1);
    expect(scene.app.all('person').every((account) => account.enabled)).toBe(true);
    expect(
      scene.app
        .all('department')
        .map((row) => row.attributes.code)
        .sort(),
    ).toEqual(['main', 'new']);
  });

  it('a deletion that somebody refused is no dead end: it can be taken back, and both sides end equal', async () => {
    const scene = await openScene({ people: 5, up: { policy: { leaver: { gone: 'delete' } } } });
    await scene.sync();
    scene.hr.delete('person', '1');
    await scene.sync();
    const [question] = await scene.bench.held();
    await scene.bench.engine.cancelHeld([question!.id], 'ann');
    await scene.sync();
    expect(await scene.bench.held()).toEqual([]);
    await scene.bench.engine.takeBack([question!.id], 'ann');
    await scene.bench.approveAll();
    await scene.sync();
    expect((await scene.bench.objects('person')).filter((row) => row.lifecycle !== 'absent')).toHaveLength(4);
    expect(scene.account('1')).toMatchObject({ enabled: false });
  });
});
