// Links by hand: what follows is said first, then it is done; history and audit log tell it, and nobody is disabled or made twice unasked.
import { expect, it } from 'vitest';
import { ask, refusal } from '../../test/support/asking.ts';
import { failureOf } from '../../src/engine/operations/operation.ts';
import { openScene, roomy } from '../../test/support/plain-scene.ts';

it('an account that belongs to somebody else is moved: the consequence first, then values follow, and the other gets an account again', async () => {
  const scene = await openScene({ people: 4, up: { policy: { guard: roomy } }, down: { policy: { guard: roomy } } });
  scene.hr.person('9', 'main', { name: 'Zhao Liu' });
  await scene.sync();
  const [one, nine] = [(await scene.known('1'))!.id, (await scene.known('9'))!.id];
  const account = scene.account('1')!.id;
  const of = { connection: 'app', type: 'person', externalId: account } as const;

  // Found by what either side is called.
  const found = async (text: string) => (await ask(scene, 'link.list', { connection: 'app', text })).links.map((link) => link.title);
  expect(await found('zhao')).toEqual(['Zhao Liu']);
  expect(await found(account)).toContain('Person 1');
  expect(await found('nobody at all')).toEqual([]);

  // Whoever has an account there cannot get a second one.
  expect(await refusal(ask(scene, 'link.move', { ...of, to: nine }))).toMatch(/^Not moved: .*cut that link first/);
  const theirs = { ...of, externalId: scene.account('9')!.id };
  expect(await refusal(ask(scene, 'link.cut', theirs))).toMatch(
    /^Not cut yet\. Job 2 "app out" would find account "Zhao Liu \([^")]+\)" again for Zhao Liu by "number"/,
  );
  // What was seen of one link is no consent to cut another.
  const { seen: other } = await ask(scene, 'link.consequence', of);
  expect(await refusal(ask(scene, 'link.cut', { ...theirs, seen: other }))).toContain('Not cut yet');
  scene.app.delete('person', theirs.externalId);
  const { seen } = await ask(scene, 'link.consequence', theirs);
  expect(await ask(scene, 'link.cut', { ...theirs, seen })).toEqual({ object: nine });

  const preview = await ask(scene, 'link.consequence', { ...of, to: nine });
  expect(preview.says.map((says) => says.en)).toEqual([
    `Job 2 "app out" would write the values of Zhao Liu into account "Person 1 (N-1)", which now is Person 1's.`,
    expect.stringMatching(/finds no account that is certainly Person 1's by "number"/),
  ]);
  expect(await refusal(ask(scene, 'link.move', { ...of, to: nine }))).toContain(`Do it with seen ${preview.seen}.`);
  expect(await ask(scene, 'link.move', { ...of, to: nine, seen: preview.seen })).toEqual({ from: one, to: nine });
  await scene.bench.run(scene.down);
  expect(scene.app.get('person', account)!.attributes).toMatchObject({ name: 'Zhao Liu', number: 'N-9' });
  await scene.bench.run(scene.down);
  expect(scene.account('1')).toMatchObject({ enabled: true });
  expect(scene.account('1')!.id).not.toBe(account);
  expect(
    scene.app
      .all('person')
      .map((person) => [person.attributes.number, person.enabled])
      .toSorted(),
  ).toEqual(['1', '2', '3', '4', '9'].map((id) => [`N-${id}`, true]));

  // Both are told of it, with the account and who did it.
  const told = async (object: string) =>
    (await ask(scene, 'history.list', { object })).entries
      .filter((entry) => entry.link)
      .map((entry) => [entry.action, entry.actor, entry.link!.externalId]);
  expect(await told(one)).toEqual([['unlink', 'ann', account]]);
  expect(await told(nine)).toEqual([
    ['link', 'ann', account],
    ['unlink', 'ann', theirs.externalId],
  ]);
  expect((await ask(scene, 'audit.list', { action: 'link.move' })).entries).toMatchObject([{ actor: 'ann', subject: 'connection:app' }]);
  expect(await ask(scene, 'audit.verify', {})).toMatchObject({ broken: null });
});

it('a record that was taken for somebody else is moved upstream: its word counts for the right person, and others speak for the wrong one', async () => {
  const scene = await openScene({ up: { policy: { guard: roomy, nullFallsThrough: ['phone'] } } });
  const book = await scene.addJob(scene.app, 'up', { name: 'book', rank: 50, policy: { guard: roomy } });
  scene.hr.department('main');
  scene.hr.person('1', 'main', { title: 'Clerk' });
  scene.hr.person('2', 'main', { title: 'Chief' });
  scene.app.person('x', [], { number: 'N-1', name: 'Person 1', mail: 'x@example.com', phone: '+8613900000002' });
  await scene.bench.run(scene.up);
  await scene.bench.run(book);
  const [one, two] = [(await scene.known('1'))!, (await scene.known('2'))!];
  expect(one.attributes.phone).toBe('+8613900000002');
  const of = { connection: 'app', type: 'person', externalId: 'x' } as const;
  const cut = await ask(scene, 'link.consequence', of);
  expect(cut.says.map((says) => says.en).join(' ')).toMatch(
    /would find Person 1 again for "Person 1 \(N-1\)" by "employeeNumber".*1 other record speaks of Person 1/,
  );
  const preview = await ask(scene, 'link.consequence', { ...of, to: two.id });
  expect(preview.says.map((says) => says.en)).toContain(
    'What job 3 "book" says by "Person 1 (N-1)" counts for Person 2 instead of Person 1, from its next full run.',
  );
  expect(preview.says.map((says) => says.zh)).toContain(
    '自下次全量执行起，任务 3“book”中“Person 1 (N-1)”的数据归 Person 2，不再归 Person 1。',
  );
  await ask(scene, 'link.move', { ...of, to: two.id, seen: preview.seen });
  await scene.bench.tick();
  await scene.bench.run(book);
  const after = [(await scene.known('1'))!, (await scene.known('2'))!];
  expect(after.map((person) => [person.id, person.attributes.phone ?? null, person.attributes.title])).toEqual([
    [one.id, null, 'Clerk'],
    [two.id, '+8613900000002', 'Chief'],
  ]);
  expect((await scene.people()).map((person) => person.lifecycle)).toEqual(['active', 'active']);
});

it('a protected account is not matched, not written to and not named twice; without protection it is', async () => {
  const scene = await openScene({ people: 2, up: { policy: { guard: roomy } }, down: { policy: { guard: roomy } } });
  scene.app.put('person', 'root', { name: 'Administrator', number: 'N-1', mail: null, phone: null, login: 'root', title: 'keep' });
  await scene.bench.run(scene.up);
  const accounts = [{ type: 'person', externalId: 'root' }];
  expect(await refusal(ask(scene, 'protected.add', { connection: 'app', accounts, reason: 'emergency account' }))).toMatch(
    /^Nothing was protected\..*the last read showed no person "root"/,
  );
  await scene.bench.run(scene.down, { dryRun: true });
  await ask(scene, 'protected.add', { connection: 'app', accounts, reason: 'emergency account' });
  await scene.bench.run(scene.down);
  expect(scene.app.get('person', 'root')).toMatchObject({ attributes: { name: 'Administrator', title: 'keep' } });
  expect(await scene.items(scene.down)).toMatchObject([{ cause: 'protected', who: (await scene.known('1'))!.id }]);
  expect((await ask(scene, 'protected.list', { connection: 'app' })).accounts).toEqual([
    { type: 'person', externalId: 'root', title: 'Administrator', reason: 'emergency account' },
  ]);
  await ask(scene, 'protected.remove', { connection: 'app', ...accounts[0]! });
  await scene.bench.run(scene.down);
  expect(scene.app.get('person', 'root')).toMatchObject({ attributes: { name: 'Person 1' } });
  expect(scene.app.all('person')).toHaveLength(2);
});

it('a protected account is given to nobody, nor said to be written into, until its protection is ended', async () => {
  const service = [{ attribute: 'kind', values: ['service'] }];
  const scene = await openScene({ people: 3, up: { policy: { guard: roomy } }, down: { policy: { guard: roomy } } });
  scene.hr.person('9', 'main', { name: 'Zhao Liu', status: 'departed' });
  await scene.sync();
  const [one, nine] = [(await scene.known('1'))!.id, (await scene.known('9'))!.id];
  const account = scene.account('1')!.id;
  const of = { connection: 'app', type: 'person', externalId: account } as const;
  // What was seen before the account was protected is no consent any more.
  const before = await ask(scene, 'link.consequence', { ...of, to: nine });
  await ask(scene, 'protected.add', {
    connection: 'app',
    accounts: [{ type: 'person', externalId: account }],
    reason: 'emergency account',
  });
  const owner = async () => (await ask(scene, 'link.list', { connection: 'app', text: account })).links.map((link) => link.object);
  const told = `Not moved: the account "Person 1 (N-1)" (person) of connection "app" is protected ("emergency account"). Take it off the protected list first ("tributary links unprotect app person ${account}"), then move it.`;
  const { label, ...more } = failureOf(await ask(scene, 'link.consequence', { ...of, to: nine }).catch((error: unknown) => error));
  expect([label.en, more]).toEqual([told, expect.objectContaining({ code: 'conflict' })]);
  expect(label.zh).toContain('受保护（原因：emergency account）。请先将其移出受保护名单');
  expect(await refusal(ask(scene, 'link.move', { ...of, to: nine, seen: before.seen }))).toBe(told);
  expect(await owner()).toEqual([one]);
  // Letting go of it writes nothing into it, and stays possible.
  expect((await ask(scene, 'link.consequence', of)).says.map((says) => says.en)).toEqual([
    expect.stringMatching(/finds only the protected account .* for Person 1/),
  ]);

  // The same where the settings of a job protect it.
  await ask(scene, 'protected.remove', { connection: 'app', type: 'person', externalId: account });
  await ask(scene, 'job.update', { job: scene.down, settings: { policy: { guard: roomy, protected: service } }, withoutForecast: true });
  scene.app.set('person', account, { kind: 'service' });
  await scene.bench.run(scene.down);
  const bySettings = `Not moved: the account "Person 1 (N-1)" (person) of connection "app" is protected by the settings of job ${scene.down} "app out" (policy.protected, attribute "kind"). Take it out there first, then move it.`;
  expect(await refusal(ask(scene, 'link.consequence', { ...of, to: nine }))).toBe(bySettings);
  expect(await refusal(ask(scene, 'link.move', { ...of, to: nine, seen: before.seen }))).toBe(bySettings);
  expect((await ask(scene, 'link.consequence', of)).says.map((says) => says.en)).toEqual([
    expect.stringMatching(/finds only the protected account .* for Person 1/),
  ]);
  expect(await owner()).toEqual([one]);

  // Without protection it is moved as any other.
  await ask(scene, 'job.update', { job: scene.down, settings: { policy: { guard: roomy } }, withoutForecast: true });
  const { seen } = await ask(scene, 'link.consequence', { ...of, to: nine });
  expect(await ask(scene, 'link.move', { ...of, to: nine, seen })).toEqual({ from: one, to: nine });
});
