// Somebody left and is there again as another record of the source (a new entryUUID): the same person, not a stranger.
import { expect, it } from 'vitest';
import { openScene, roomy, type Scene } from '../../test/support/plain-scene.ts';
import { byNumber } from '../../test/support/plain-system.ts';

const byNumberThenMail = { ...byNumber.up, person: [{ attribute: 'employeeNumber' }, { attribute: 'email' }] };

async function gone(): Promise<Scene> {
  const scene = await openScene({
    people: 4,
    up: { correlation: byNumberThenMail, policy: { guard: roomy } },
    down: { policy: { guard: roomy } },
  });
  await scene.sync();
  scene.hr.delete('person', '1');
  await scene.sync();
  expect((await scene.known('1'))!.lifecycle).toBe('suspended');
  return scene;
}

it('who comes back with the same number is the same person with the same account, and the old record is forgotten', async () => {
  const scene = await gone();
  const [before, account] = [(await scene.known('1'))!, scene.account('1')!];
  expect(account.enabled).toBe(false);
  scene.hr.person('1b', 'main', { number: 'N-1', title: 'back' });
  await scene.sync();
  expect(await scene.known('1')).toMatchObject({
    id: before.id,
    lifecycle: 'active',
    attributes: { title: 'back', email: '1b@example.com' },
  });
  expect(scene.account('1')).toMatchObject({ id: account.id, enabled: true, attributes: { title: 'back' } });
  expect(await scene.bench.database.all(`SELECT source_key FROM claim WHERE job = ? AND directory_id = ?`, scene.up, before.id)).toEqual([
    { source_key: '1b' },
  ]);
  expect(
    await scene.bench.database.all(`SELECT external_id, role FROM link WHERE connection = 'hr' AND directory_id = ?`, before.id),
  ).toEqual([{ external_id: '1b', role: 'primary' }]);
  expect(await scene.items()).toEqual([]);
  const again = await scene.sync();
  expect([again.up.counts.applied ?? 0, again.down.counts.applied ?? 0]).toEqual([0, 0]);
});

it('who leaves again leaves', async () => {
  const scene = await gone();
  scene.hr.person('1b', 'main', { number: 'N-1' });
  await scene.sync();
  scene.hr.delete('person', '1b');
  await scene.sync();
  expect((await scene.known('1'))!.lifecycle).toBe('suspended');
  expect(scene.account('1')!.enabled).toBe(false);
});

it('a mail address that is given to somebody else gives them nobody else’s account', async () => {
  const scene = await gone();
  scene.hr.person('9', 'main', { mail: '1@example.com' });
  await scene.sync();
  expect((await scene.known('1'))!.lifecycle).toBe('suspended');
  expect(scene.account('1')!.enabled).toBe(false);
  expect(await scene.items(scene.up)).toMatchObject([{ who: '9', cause: 'ambiguous' }]);
});

it('as long as the old record is there, the new one is not taken for it', async () => {
  const scene = await openScene({ people: 4 });
  await scene.sync();
  scene.hr.person('1b', 'main', { number: 'N-1' });
  await scene.sync();
  expect(await scene.items(scene.up)).toMatchObject([{ cause: 'ambiguous' }]);
  expect((await scene.known('1'))!.attributes.email).toBe('1@example.com');
});

it('who could be one of two who have left is neither: a person decides', async () => {
  const scene = await openScene({
    people: 4,
    up: { correlation: { ...byNumber.up, person: [{ attribute: 'displayName' }] }, policy: { guard: roomy } },
  });
  for (const id of ['1', '2']) scene.hr.set('person', id, { name: '张伟' });
  // They came when nobody had left yet, so that a name alone made two people of them.
  scene.hr.delete('person', '2');
  await scene.bench.run(scene.up);
  scene.hr.person('2', 'main', { name: 'Somebody' });
  await scene.bench.run(scene.up);
  scene.hr.set('person', '2', { name: '张伟' });
  await scene.bench.run(scene.up);
  for (const id of ['1', '2']) scene.hr.delete('person', id);
  await scene.bench.run(scene.up);
  scene.hr.person('7', 'main', { name: '张伟' });
  await scene.bench.run(scene.up);
  expect((await scene.people()).filter((person) => person.attributes.displayName === '张伟').map((person) => person.lifecycle)).toEqual([
    'suspended',
    'suspended',
  ]);
  expect(await scene.items(scene.up)).toMatchObject([{ who: '7', cause: 'ambiguous', says: expect.stringContaining('2 objects match') }]);
});
