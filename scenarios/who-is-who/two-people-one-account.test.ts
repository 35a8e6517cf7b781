// Two people whom the rules lead to one account that was there: it is the account of one of them at most, and no rule knows whose.
import { expect, it } from 'vitest';
import { ask } from '../../test/support/asking.ts';
import { openScene, roomy } from '../../test/support/plain-scene.ts';

const byLoginThenMail = { person: [{ attribute: 'login' }, { attribute: 'mail' }], department: [{ attribute: 'code' }] };

it('neither of two people gets an account that one of them has by user name and the other by mail, until somebody says whose it is', async () => {
  const scene = await openScene({
    people: 3,
    up: { policy: { guard: roomy } },
    down: { correlation: byLoginThenMail, policy: { guard: roomy } },
  });
  const [first, second] = ['li.ming@example.com', 'li.ming2@example.com'];
  scene.hr.set('person', '1', { name: '李明', login: 'liming', mail: second });
  scene.hr.set('person', '2', { name: '李明', login: 'liming2', mail: first });
  const before = { name: '李明', number: null, title: 'Clerk', phone: null, login: 'liming', mail: first };
  scene.app.put('person', 'a1', before);
  await scene.bench.run(scene.up);
  const [one, two] = [(await scene.known('1'))!.id, (await scene.known('2'))!.id];

  // The plan says so before anything is written: both are listed, with whom they are taken for.
  const dry = await scene.bench.run(scene.down, { dryRun: true });
  expect(dry.counts).toMatchObject({ problems: 2 });
  await scene.bench.run(scene.down);
  const links = async () =>
    (await ask(scene, 'link.list', { connection: 'app', type: 'person' })).links.map((link) => [link.externalId, link.object]);
  expect((await links()).filter(([account]) => account === 'a1')).toEqual([]);
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
  expect((await links()).filter(([account]) => account === 'a1')).toEqual([]);

  // Once the data tell them apart, the account goes to the one it belongs to, and the other gets one of their own.
  scene.hr.set('person', '1', { login: 'liming3' });
  await scene.sync();
  expect((await links()).find(([account]) => account === 'a1')).toEqual(['a1', two]);
  expect(scene.account('1')!.attributes).toMatchObject({ login: 'liming3', mail: second });
  expect(await scene.items(scene.down)).toEqual([]);
});
