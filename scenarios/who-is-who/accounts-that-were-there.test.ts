// What signs people in: an account that was there before keeps its own, one that we created follows the directory.
import { expect, it } from 'vitest';
import { ask } from '../../test/support/asking.ts';
import { openScene, roomy } from '../../test/support/plain-scene.ts';
import { plainDown } from '../../test/support/plain-system.ts';

it('a found account keeps user name and mail in every later run, a created one is renamed; who lost a found account gets a whole new one', async () => {
  const mapping = Object.fromEntries(
    Object.entries(plainDown()).map(([type, rows]) => [
      type,
      rows.map((row) => (type === 'person' && ['login', 'mail'].includes(row.target) ? { ...row, when: 'made' as const } : row)),
    ]),
  );
  const scene = await openScene({ people: 2, up: { policy: { guard: roomy } }, down: { mapping, policy: { guard: roomy } } });
  scene.hr.set('person', '1', { login: 'wang.w', mail: 'wang.w@example.com' });
  scene.hr.set('person', '2', { login: 'li.n', mail: 'li.n@example.com' });
  const own = { login: 'w.wang', mail: 'w.wang@old.example' };
  scene.app.put('person', 'a1', { name: 'Wang', number: 'N-1', title: null, phone: null, ...own });
  await scene.bench.run(scene.up);

  // The plan says it in words.
  const dry = await scene.bench.run(scene.down, { dryRun: true });
  const { groups } = await ask(scene, 'run.plan', { run: dry.id, examples: 5 });
  const keeps = (action: string) =>
    groups.find((group) => group.action === action && group.type === 'person')!.examples.map((one) => one.keeps.map(({ en }) => en));
  expect([keeps('link'), keeps('create')]).toEqual([[expect.arrayContaining(['login', 'mail'])], [[]]]);

  const signIn = (id: string) => {
    const { login, mail } = scene.account(id)!.attributes;
    return { login, mail };
  };
  await scene.bench.run(scene.down);
  expect([scene.account('1')!.id, signIn('1'), scene.account('1')!.attributes.name]).toEqual(['a1', own, 'Person 1']);
  expect(signIn('2')).toEqual({ login: 'li.n', mail: 'li.n@example.com' });

  // A marriage.
  for (const id of ['1', '2']) scene.hr.set('person', id, { name: `Zhao ${id}`, login: `zhao.${id}`, mail: `zhao.${id}@example.com` });
  await scene.sync();
  expect([signIn('1'), signIn('2')]).toEqual([own, { login: 'zhao.2', mail: 'zhao.2@example.com' }]);
  expect([scene.account('1')!.attributes.name, scene.account('2')!.attributes.name]).toEqual(['Zhao 1', 'Zhao 2']);
  const quiet = (await scene.sync()).down.counts;
  expect([quiet.same, quiet.applied ?? 0]).toEqual([3, 0]);

  // Gone behind our back: what is created in its place is ours, and whole.
  scene.app.delete('person', 'a1');
  await scene.sync();
  expect(signIn('1')).toEqual({ login: 'zhao.1', mail: 'zhao.1@example.com' });
  scene.hr.set('person', '1', { login: 'wang.1' });
  await scene.sync();
  expect(signIn('1')).toMatchObject({ login: 'wang.1' });

  // An account of ours that is given to somebody else was there before, for them.
  scene.hr.person('3', 'main', { login: 'sun.3', mail: 'sun.3@example.com' });
  await scene.bench.run(scene.up);
  const three = (await scene.known('3'))!.id;
  const account = { connection: 'app', type: 'person', externalId: scene.account('2')!.id };
  const { seen } = await ask(scene, 'link.consequence', { ...account, to: three });
  await ask(scene, 'link.move', { ...account, to: three, seen });
  await scene.bench.run(scene.down);
  expect(scene.app.get('person', account.externalId)!.attributes).toMatchObject({ number: 'N-3', login: 'zhao.2' });
});

it('what no source ever spoke of is not taken from an account; what a source says is empty, or we wrote ourselves, is', async () => {
  const scene = await openScene({ people: 3, up: { policy: { guard: roomy } }, down: { policy: { guard: roomy } } });
  // This source has no column of phones; it says of 1 and 3 that they have no title, and of 2 nothing.
  for (const id of ['1', '2', '3']) scene.hr.unknowns.set(id, id === '2' ? ['phone', 'title'] : ['phone']);
  const old = (id: string): string => `+861390000000${id}`;
  for (const id of ['1', '2'])
    scene.app.put('person', `a${id}`, { name: 'Old', number: `N-${id}`, phone: old(id), title: 'Clerk', login: null, mail: null });
  await scene.bench.run(scene.up);
  // The rows of the mapping say beforehand what the run does.
  const clears = async (id: string, rows = plainDown().person!) => {
    const { records } = await ask(scene, 'mapping.preview', {
      connection: 'app',
      direction: 'down',
      rows: rows.map((row) => ({ ...row })),
      records: [(await scene.known(id))!.id],
    });
    return Object.fromEntries(records[0]!.result.map((one) => [one.name, one.clears]));
  };
  expect(await clears('1')).toMatchObject({ name: false, phone: false, title: true });
  expect(await clears('2')).toMatchObject({ name: false, phone: false, title: false });
  expect(await clears('1', [{ target: 'title', field: 'title', onEmpty: 'keep' }])).toEqual({ title: false });
  expect((await scene.sync()).down.state).toBe('succeeded');
  const shown = (id: string) => {
    const { phone, title } = scene.account(id)!.attributes;
    return [phone ?? null, title ?? null];
  };
  expect([shown('1'), shown('2'), shown('3')]).toEqual([
    [old('1'), null],
    [old('2'), 'Clerk'],
    [null, null],
  ]);
  const quiet = (await scene.sync()).down.counts;
  expect(quiet.applied ?? 0).toBe(0);

  // The source learns of phones; what it gave, it takes away again.
  scene.hr.unknowns.clear();
  for (const id of ['1', '2']) scene.hr.set('person', id, { phone: `+861370000000${id}`, title: 'Clerk' });
  await scene.sync();
  expect([shown('1')[0], shown('2')[0]]).toEqual(['+8613700000001', '+8613700000002']);
  for (const id of ['1', '2']) scene.hr.set('person', id, { phone: null });
  await scene.sync();
  expect([shown('1')[0], shown('2')[0]]).toEqual([null, null]);
});

it('what is made of the lifecycle is taken from a found account too when somebody leaves', async () => {
  const rows = plainDown();
  const person = rows.person!.map((row) =>
    row.target === 'title' ? { target: 'title', cel: 'lifecycle == "active" ? "Employee" : ""' } : row,
  );
  const scene = await openScene({
    people: 2,
    up: { policy: { guard: roomy } },
    down: { mapping: { ...rows, person }, policy: { guard: roomy } },
  });
  scene.app.put('person', 'a1', { name: 'Person 1', number: 'N-1', title: 'Employee', phone: null, login: null, mail: null });
  await scene.sync();
  scene.hr.delete('person', '1');
  await scene.sync();
  await scene.sync();
  expect([(await scene.known('1'))!.lifecycle, scene.account('1')!.attributes.title ?? null]).toEqual(['suspended', null]);
  expect(scene.account('2')!.attributes.title).toBe('Employee');
});
