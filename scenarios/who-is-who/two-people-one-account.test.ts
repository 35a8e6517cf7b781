// Two people whom the rules lead to one account that was there: it is the account of one of them at most, and no rule knows whose.
import { expect, it } from 'vitest';
import { ask } from '../../test/support/asking.ts';
import { openScene, roomy, type Scene } from '../../test/support/plain-scene.ts';

const byLoginThenMail = { person: [{ attribute: 'login' }, { attribute: 'mail' }], department: [{ attribute: 'code' }] };

const [first, second] = ['li.ming@example.com', 'li.ming2@example.com'];
const before = { name: '李明', number: null, title: 'Clerk', phone: null, login: 'liming', mail: first };

/** Of two of three people in the directory one has the user name of an account, the other its mail. */
async function openRivals(): Promise<Scene> {
  const scene = await openScene({
    people: 3,
    up: { policy: { guard: roomy } },
    down: { correlation: byLoginThenMail, policy: { guard: roomy } },
  });
  scene.hr.set('person', '1', { name: '李明', login: 'liming', mail: second });
  scene.hr.set('person', '2', { name: '李明', login: 'liming2', mail: first });
  scene.app.put('person', 'a1', before);
  await scene.bench.run(scene.up);
  return scene;
}

/** Whose the account is; null: nobody's. */
async function owner(scene: Scene): Promise<string | null> {
  const { links } = await ask(scene, 'link.list', { connection: 'app', type: 'person' });
  return links.find((link) => link.externalId === 'a1')?.object ?? null;
}

it('neither of two people gets an account that one of them has by user name and the other by mail, until somebody says whose it is', async () => {
  const scene = await openRivals();
  const [one, two] = [(await scene.known('1'))!.id, (await scene.known('2'))!.id];

  // The plan says so before anything is written: both are listed, with whom they are taken for.
  const dry = await scene.bench.run(scene.down, { dryRun: true });
  expect(dry.counts).toMatchObject({ problems: 2 });
  await scene.bench.run(scene.down);
  expect(await owner(scene)).toBeNull();
  expect(scene.app.get('person', 'a1')!.attributes).toMatchObject(before);
  const items = await scene.items(scene.down);
  expect(items.map((item) => [item.who, item.cause])).toEqual(
    expect.arrayContaining([
      [one, 'ambiguous'],
      [two, 'ambiguous'],
    ]),
  );
  expect(items.find((item) => item.who === one)!.says).toContain('is also found for 李明 N-2');

  // Looked at alone, nothing is different: the other one waits for the same answer.
  await scene.bench.run(scene.down, { keys: [{ type: 'person', id: one }] });
  expect(await owner(scene)).toBeNull();

  // Once the data tell them apart, the account goes to the one it belongs to, and the other gets one of their own.
  scene.hr.set('person', '1', { login: 'liming3' });
  await scene.sync();
  expect(await owner(scene)).toBe(two);
  expect(scene.account('1')!.attributes).toMatchObject({ login: 'liming3', mail: second });
  expect(await scene.items(scene.down)).toEqual([]);
});

it('a run about what changed since gives it to neither', async () => {
  const scene = await openRivals();
  await scene.bench.run(scene.down);
  for (const who of ['1', '2']) {
    scene.hr.set('person', who, { title: 'Engineer' });
    await scene.bench.run(scene.up);
    await scene.bench.run(scene.down, { mode: 'incremental' });
    expect(await owner(scene)).toBeNull();
  }
  expect(scene.app.get('person', 'a1')!.attributes).toMatchObject(before);
});

it('a pilot gives it to nobody while somebody whom it leaves out is led to it, too', async () => {
  const scene = await openRivals();
  const one = (await scene.known('1'))!.id;
  await ask(scene, 'job.update', { job: scene.down, settings: { pilot: { people: { include: [one], exclude: [] } } } } as never);
  await ask(scene, 'job.state', { job: scene.down, state: 'pilot', unseen: true } as never);
  await scene.bench.run(scene.down);
  expect(await owner(scene)).toBeNull();
  expect(scene.app.get('person', 'a1')!.attributes).toMatchObject(before);
});

it('whether everybody is looked at or one alone, somebody who has left may be whose it is', async () => {
  const scene = await openRivals();
  await scene.bench.run(scene.down);
  scene.hr.set('person', '1', { status: 'departed' });
  await scene.bench.run(scene.up);
  const two = (await scene.known('2'))!.id;
  for (const keys of [undefined, [{ type: 'person', id: two }], undefined, [{ type: 'person', id: two }]]) {
    await scene.bench.run(scene.down, keys ? { keys } : {});
    expect(await owner(scene)).toBeNull();
  }
});

it('somebody outside the scope is no rival', async () => {
  const scene = await openScene({
    people: 3,
    up: { policy: { guard: roomy } },
    down: { correlation: byLoginThenMail, policy: { guard: roomy }, scope: { rules: { person: 'employeeNumber != "N-1"' } } },
  });
  scene.hr.set('person', '1', { name: '李明', login: 'liming', mail: second });
  scene.hr.set('person', '2', { name: '李明', login: 'liming2', mail: first });
  scene.app.put('person', 'a1', before);
  await scene.sync();
  expect(await owner(scene)).toBe((await scene.known('2'))!.id);
});

it('hundreds whom a rule leads to one account, a shared mailbox, are all listed, and nobody gets it', async () => {
  const correlation = { person: [{ attribute: 'note' }], department: [{ attribute: 'code' }] };
  const scene = await openScene({ people: 800, up: { policy: { guard: roomy } }, down: { correlation, policy: { guard: roomy } } });
  for (let id = 1; id <= 800; id++) scene.hr.set('person', String(id), { note: 'warehouse' });
  scene.app.put('person', 'a1', { name: 'Shared', number: null, note: 'warehouse' });
  await scene.bench.run(scene.up);
  expect((await scene.bench.run(scene.down, { dryRun: true })).counts).toMatchObject({ problems: 800 });
}, 60_000);
