// Who is who, told by a list from somewhere else: looked at against both sides, nothing stored before that is accepted, and exported again.
import { expect, it } from 'vitest';
import { ask, refusal } from '../../test/support/asking.ts';
import { openScene, roomy, type Scene } from '../../test/support/plain-scene.ts';

const none = { name: null, number: null, mail: null, phone: null, login: null, title: null };

/** Eight people, and an app with accounts that no rule would find. */
async function strangers(): Promise<Scene> {
  const scene = await openScene({ people: 8, up: { policy: { guard: roomy } }, down: { policy: { guard: roomy } } });
  for (let id = 1; id <= 8; id++) scene.app.put('person', `a${id}`, { ...none, name: `Account ${id}`, login: `user${id}` });
  scene.app.department('main');
  await scene.bench.run(scene.up);
  return scene;
}

it('a list is checked line by line, and only what was seen and accepted becomes links', async () => {
  const scene = await strangers();
  const { database } = scene.bench;
  const id = async (number: string): Promise<string> => (await scene.known(number))!.id;
  const count = async () => Number((await database.get<{ n: number }>(`SELECT count(*) AS n FROM link WHERE connection = 'app'`))!.n);

  // Nobody has read the app yet: the system itself is asked.
  const asked = await ask(scene, 'link.check', { connection: 'app', csv: 'external_id,工号\na1,N-1\nnowhere,N-2\n' });
  expect(asked).toMatchObject({ rows: 2, ready: 1, problems: [{ line: 3, column: 'external_id', code: 'no-account' }] });
  scene.app.dials.unreachable = true;
  expect(await ask(scene, 'link.check', { connection: 'app', csv: 'external_id,工号\na1,N-1\n' })).toMatchObject({
    problems: [{ code: 'unsure-account' }],
  });
  scene.app.dials.unreachable = false;
  await scene.bench.run(scene.down, { dryRun: true });

  const main = (await scene.bench.objects('department'))[0]!.id;
  const csv = [
    '\uFEFFaccount.login;类型;object;工号;mail;e-mail;phone',
    `user1;person;${await id('1')};;;;`,
    'USER2;用户;;N-2;;;',
    'user3;;;;;3@EXAMPLE.com;',
    'user4;;;;;;138 0000 0004',
    'user5;person;;N-99;;;',
    `user6;person;${main};;;;`,
    'user1;person;;N-7;;;',
    'user8;person;;N-2;;;',
    'nobody;person;;N-8;;;',
    'user8;robot;;N-8;;;',
    'user8;person;;;;;',
    '',
  ].join('\r\n');
  const found = await ask(scene, 'link.check', { connection: 'app', csv });
  expect(found.problems.map((one) => [one.line, one.column, one.code])).toEqual([
    [6, '工号', 'no-object'],
    [7, 'object', 'wrong-type'],
    [8, 'account.login', 'doubled'],
    [9, '工号', 'doubled'],
    [10, 'account.login', 'no-account'],
    [11, '类型', 'unknown-type'],
    [12, 'object', 'empty'],
  ]);
  expect(found.problems[2]!.message).toEqual({
    en: '"user1" stands in line 2, too. Delete one of the two.',
    zh: '“user1”在第 2 行已出现。请删除其中一行。',
  });
  expect(found).toMatchObject({ rows: 11, ready: 4, known: 0, problemCount: 7, ignored: ['mail'] });
  expect(await refusal(ask(scene, 'link.import', { connection: 'app', csv, check: found.check }))).toMatch(
    /^Nothing was linked\. csv\.6\.工号: .* And 4 more\.$/,
  );
  expect(await refusal(ask(scene, 'link.import', { connection: 'app', csv, leaveOut: true }))).toContain(
    `Do it with check ${found.check}.`,
  );
  expect(await count()).toBe(0);
  expect(await ask(scene, 'link.import', { connection: 'app', csv, check: found.check, leaveOut: true })).toEqual({
    made: 4,
    known: 0,
    leftOut: 7,
  });
  expect(await count()).toBe(4);

  // What somebody has seen is no consent to what is so now; what stands elsewhere is named.
  const later = 'external_id,employeeNumber\na1,N-1\na2,N-3\na6,N-4\na7,N-7\n';
  const second = await ask(scene, 'link.check', { connection: 'app', csv: later });
  expect(second).toMatchObject({
    ready: 1,
    known: 1,
    problems: [
      { line: 3, code: 'account-linked' },
      { line: 4, code: 'object-linked' },
    ],
  });
  expect(second.problems.map((one) => one.message.en)).toEqual([
    '"a2" is linked to Person 2 already; cut or move that link first.',
    '"N-4" is linked to "a4" of this connection already; cut that link first.',
  ]);
  expect(await refusal(ask(scene, 'link.import', { connection: 'app', csv: later, check: found.check, leaveOut: true }))).toContain(
    'Nothing was linked yet',
  );
  expect(await refusal(ask(scene, 'link.check', { connection: 'app', csv: 'mail,工号\nx,N-1' }))).toContain('no column names the account');
  expect(await refusal(ask(scene, 'link.check', { connection: 'app', csv: 'external_id,mail\nx,y' }))).toContain(
    'no column names the person',
  );

  // The four keep their accounts, the others get some.
  await scene.bench.run(scene.down);
  expect(scene.app.all('person')).toHaveLength(12);
  expect(['1', '2', '3', '4'].map((each) => scene.account(each)!.id)).toEqual(['a1', 'a2', 'a3', 'a4']);

  // Exported, the same list is what is known already; a page has a heading only at its beginning.
  const first = await ask(scene, 'link.export', { connection: 'app', limit: 5 });
  const rest = await ask(scene, 'link.export', { connection: 'app', after: first.next! });
  const whole = first.csv + rest.csv;
  expect(whole.split('\r\n')[0]).toBe('type,external_id,object,employeeNumber,userName,email,code,title,role,made_by,made_at');
  expect(whole.match(/external_id/g)).toHaveLength(1);
  expect(await ask(scene, 'link.check', { connection: 'app', csv: whole })).toMatchObject({ rows: 9, ready: 0, known: 9, problemCount: 0 });
  expect((await ask(scene, 'audit.list', { action: 'link.import' })).entries).toHaveLength(1);
});

it('no line gives anybody a protected account, or one that somebody has said is not theirs', async () => {
  const scene = await openScene({
    people: 4,
    up: { policy: { guard: roomy } },
    down: {
      correlation: { person: [{ attribute: 'note' }], department: [{ attribute: 'code' }] },
      policy: { guard: roomy, protected: [{ attribute: 'name', values: ['Root'] }] },
    },
  });
  scene.hr.set('person', '1', { note: 'desk 1' });
  scene.app.put('person', 'a1', { ...none, name: 'Person', note: 'desk 1' });
  scene.app.put('person', 'boss', { ...none, name: 'Administrator' });
  scene.app.put('person', 'root', { ...none, name: 'Root' });
  scene.app.put('person', 'free', { ...none, name: 'Free' });
  await scene.bench.run(scene.up);
  await scene.bench.run(scene.down, { dryRun: true });
  await ask(scene, 'protected.add', { connection: 'app', accounts: [{ type: 'person', externalId: 'boss' }], reason: 'of the board' });
  const one = (await scene.known('1'))!.id;
  const { run } = await ask(scene, 'match.start', { job: scene.down });
  await scene.bench.engine.drain();
  await ask(scene, 'match.reject', { job: scene.down, run, pairs: [{ object: one, account: 'a1' }] });

  const csv = 'external_id,工号\na1,N-1\nboss,N-2\nroot,N-3\nfree,N-4\n';
  const found = await ask(scene, 'link.check', { connection: 'app', csv });
  expect(found).toMatchObject({ rows: 4, ready: 1, problemCount: 3 });
  expect(found.problems.map(({ line, column, code }) => [line, column, code])).toEqual([
    [2, 'external_id', 'kept-apart'],
    [3, 'external_id', 'account-protected'],
    [4, 'external_id', 'account-protected'],
  ]);
  expect(found.problems.map(({ message }) => message.en)).toEqual([
    'somebody has said that "a1" is not the account of "N-1". Correct the line, or take that back first ("tributary match take-back"); then check again.',
    '"boss" is protected (on the list of protected accounts: "of the board"), so nobody gets it. End its protection there first, then check again.',
    expect.stringContaining('"root" is protected (by the settings of job 2 "app out", attribute "name")'),
  ]);
  expect(await refusal(ask(scene, 'link.import', { connection: 'app', csv, check: found.check }))).toMatch(/^Nothing was linked\. csv\.2/);
  expect(await ask(scene, 'link.import', { connection: 'app', csv, check: found.check, leaveOut: true })).toEqual({
    made: 1,
    known: 0,
    leftOut: 3,
  });
  const owned = (await ask(scene, 'link.list', { connection: 'app', type: 'person' })).links.map((link) => link.externalId);
  expect(owned).toEqual(['free']);
  expect((await ask(scene, 'match.rejected', { job: scene.down })).rejected).toMatchObject([{ object: one, account: { id: 'a1' } }]);

  // What a person has said is ended by a person, and that is told.
  await ask(scene, 'match.accept', { job: scene.down, run, pairs: [{ object: one, account: 'a1' }] });
  expect((await ask(scene, 'match.rejected', { job: scene.down })).rejected).toEqual([]);
  const [entry, ...others] = (await ask(scene, 'audit.list', { action: 'match.take-back' })).entries;
  expect([entry?.actor, entry?.subject, JSON.stringify(entry?.after), others]).toEqual([
    'ann',
    'connection:app',
    expect.stringContaining(one),
    [],
  ]);
  // With the protection ended, the line is one like any other.
  await ask(scene, 'protected.remove', { connection: 'app', type: 'person', externalId: 'boss' });
  expect(await ask(scene, 'link.check', { connection: 'app', csv: 'external_id,工号\nboss,N-2\n' })).toMatchObject({ ready: 1 });
});

it('what a spreadsheet would run as a formula is exported as text and read back as it was', async () => {
  const scene = await openScene({ up: { policy: { guard: roomy } } });
  scene.hr.department('main');
  scene.hr.person('=1+1', 'main', { name: '@SUM(A1)', number: '-7' });
  await scene.bench.run(scene.up);
  const { csv } = await ask(scene, 'link.export', { connection: 'hr' });
  const cells = csv.split('\r\n').flatMap((line) => line.split(','));
  expect(cells).toEqual(expect.arrayContaining(["'=1+1", "'-7", "'@SUM(A1)"]));
  expect(cells.filter((cell) => /^[=+@-]/.test(cell))).toEqual([]);
  expect(await ask(scene, 'link.check', { connection: 'hr', csv })).toMatchObject({ known: 2, problemCount: 0 });
});
