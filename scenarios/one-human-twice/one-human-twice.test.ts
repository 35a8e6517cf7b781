// One human is in the directory twice, from two sources that do not match; and two humans were taken for one. Both are put right, and back.
import { expect, it } from 'vitest';
import { ask, refusal } from '../../test/support/asking.ts';
import { roomy } from '../../test/support/plain-scene.ts';
import { explained, openCompany } from './company.ts';

it('two people are made one, everything that points to them follows, and taking it back makes them exactly the two they were', async () => {
  const company = await openCompany(4);
  const { scene, crm } = company;
  const { bench, app } = scene;
  crm.set('person', 'c2', { manager: 'c1', title: 'Second' });
  crm.set('department', 'lab', {}, { leader: [{ to: { type: 'person', id: 'c1' } }] });
  crm.group('team', [
    ['person', 'c1'],
    ['person', 'c3'],
  ]);
  scene.hr.set('person', '1', { title: 'Clerk' });
  await bench.run(scene.up);
  await bench.run(company.crmJob);
  await bench.run(scene.down);
  const [one, twin, second] = [await company.id('1'), await company.id('c1'), await company.id('c2')];
  expect(one).not.toBe(twin);
  const before = await company.snapshot();
  const shown = (): string => JSON.stringify(app.all('person'), (_name, value: unknown) => (value === null ? undefined : value));
  const accounts = shown();

  // First what would follow: nothing is written by asking.
  const seen = await ask(scene, 'person.merge-preview', { person: 'N-c1', into: 'N-1' });
  expect(seen).toMatchObject({
    from: twin,
    to: one,
    toTitle: 'Person 1',
    records: [{ connection: 'crm', externalId: 'c1' }],
    accounts: [
      { connection: 'app', becomes: 'stays' },
      { connection: 'app', becomes: 'surplus', says: { en: expect.stringContaining('One too many: disabled') } },
    ],
    keptApart: null,
  });
  const groups = (plan: typeof seen.directory) => plan.groups.map((group) => `${group.state} ${group.action} ${group.type} ${group.count}`);
  expect(groups(seen.directory)).toContain('held remove person 1');
  expect(groups(seen.directory).every((line) => line.startsWith('held'))).toBe(true);
  expect(groups(seen.downstream[0]!)).toContain('planned disable person 1');
  expect(await company.snapshot()).toEqual(before);
  expect(await refusal(ask(scene, 'person.merge', { person: one, into: twin, token: seen.token }))).toContain('no token of a preview');

  const { run } = await ask(scene, 'person.merge', { person: twin, into: one, token: seen.token });
  await bench.engine.drain();
  expect(await company.snapshot()).toEqual(before);
  // A part of it is nothing; the word on what is asked is a word on all that hangs together with it.
  const held = await bench.held();
  const update = held.find((row) => row.action === 'update')!;
  await bench.engine.approve([update.id], 'ann');
  await bench.engine.drain();
  expect(await company.snapshot()).toEqual(before);
  await bench.engine.approve([held.find((row) => row.action === 'remove')!.id], 'ann');
  const [carried] = await bench.engine.drain();
  expect(await bench.held()).toEqual([]);
  expect(carried).toMatchObject({ cause: 'merge', state: 'succeeded' });
  expect(run).toBeLessThan(carried!.id);

  // Words of both, the higher rank or the lower job first; whoever pointed to the twin points to them.
  expect(await scene.known('1')).toMatchObject({ id: one, attributes: { title: 'Clerk', nickname: 'nick 1' } });
  expect(await scene.known('c2')).toMatchObject({ attributes: { manager: one } });
  const pointed = await bench.database.all<{ relation: string }>('SELECT relation FROM edge WHERE to_id = ? ORDER BY relation', one);
  expect(pointed.map((edge) => edge.relation)).toEqual(['leader', 'member']);
  expect(await bench.database.all('SELECT 1 FROM edge WHERE to_id = ? OR owner = ?', twin, twin)).toEqual([]);
  // The old id goes on answering, and both histories are one.
  expect(await ask(scene, 'person.get', { person: twin })).toMatchObject({ id: one, mergedFrom: [twin] });
  const story = await explained(company, twin);
  expect(story).toMatchObject({ id: one, merged: [{ id: twin, by: 'ann' }] });
  expect(story.sources.map((source) => source.key)).toEqual(['1', 'c1']);
  expect(story.history.map((entry) => entry.action)).toEqual(expect.arrayContaining(['create', 'link', 'unlink', 'remove', 'update']));

  // What the sources say keeps flowing to the right person; a full read of both finds nothing to do.
  expect(await company.again()).toBe(0);
  crm.set('person', 'c1', { note: 'the boss' });
  await bench.run(company.crmJob);
  expect(await scene.known('1')).toMatchObject({ attributes: { nickname: 'the boss' } });
  await bench.run(scene.down);
  expect(app.by('person', 'number', 'N-c1')).toMatchObject({ enabled: false });
  expect(app.by('person', 'number', 'N-1')).toMatchObject({ enabled: true, attributes: { note: 'the boss' } });
  expect((await bench.run(scene.down)).counts.applied ?? 0).toBe(0);
  crm.set('person', 'c1', { note: 'nick 1' });
  await bench.run(company.crmJob);

  // Taken back, they are the two they were.
  const undone = await ask(scene, 'undo.start', { run: carried!.id });
  await bench.engine.drain();
  await bench.approveAll();
  expect(undone.run).toBeGreaterThan(carried!.id);
  await bench.run(scene.down);
  expect(await company.snapshot()).toEqual(before);
  expect(await company.again()).toBe(0);
  expect(shown()).toBe(accounts);
  expect(await ask(scene, 'person.get', { person: twin })).toMatchObject({ id: twin, mergedFrom: [] });
  expect((await ask(scene, 'person.merge-preview', { person: twin, into: one })).keptApart).toMatchObject({ by: 'ann' });
  expect((await ask(scene, 'person.kept-apart', {})).pairs).toHaveLength(1);
  expect(second).toBe(await company.id('c2'));
});

it('the account of the twin can be the one that stays, and moves where it is the only one; what was entered by hand is theirs as well', async () => {
  const company = await openCompany(2);
  const { scene } = company;
  const { bench, app } = scene;
  await bench.run(scene.up);
  await bench.run(scene.down);
  await bench.run(company.crmJob);
  const [one, twin] = [await company.id('1'), await company.id('c1')];
  const edit = await ask(scene, 'edit.propose', {
    steps: [
      { do: 'person.edit', person: twin, attributes: { city: 'Berlin' } },
      { do: 'group.create', attributes: { name: 'Chess', code: 'chess' }, members: [twin] },
    ],
  });
  await ask(scene, 'edit.apply', { edit: edit.id });
  await bench.engine.drain();
  // Only one of them has an account so far: it goes along with the one who is kept.
  const own = app.by('person', 'number', 'N-1')!.id;
  const before = await company.snapshot();
  const seen = await ask(scene, 'person.merge-preview', { person: one, into: twin });
  expect(seen.accounts).toMatchObject([{ account: own, becomes: 'moves' }]);
  const movedPlan = await company.effects(seen.downstream[0]!.run.id, one, twin);
  expect(movedPlan).toMatchObject([{ key: twin, account: own, action: 'update' }]);
  expect(await company.snapshot(), 'looking leads nothing elsewhere').toEqual(before);
  const run = await company.merge(one, twin);
  expect(await bench.database.all(`SELECT directory_id FROM link WHERE connection = 'app' AND external_id = ?`, own)).toEqual([
    { directory_id: twin },
  ]);
  expect(await company.effects((await bench.run(scene.down)).id, one, twin), 'as it was shown').toEqual(movedPlan);
  expect(app.all('person').filter((person) => person.id === own)).toMatchObject([{ enabled: true, attributes: { note: 'nick 1' } }]);
  expect(await company.again()).toBe(0);
  await ask(scene, 'undo.start', { run });
  await bench.engine.drain();
  await bench.approveAll();
  const after = (await company.snapshot()) as { links: unknown };
  // What was sent since is what the account has.
  expect({ ...after, links: 0, claims: 0 }).toEqual({ ...(before as object), links: 0, claims: 0 });

  // The other way round, both with an account by now: the twin's is kept, what was entered for the twin is said of whom they are now.
  await bench.run(scene.down);
  const twins = app.by('person', 'number', 'N-c1')!.id;
  const swapped = await ask(scene, 'person.merge-preview', { person: twin, into: one, accounts: { app: 'merged' } });
  const swappedPlan = await company.effects(swapped.downstream[0]!.run.id, one, twin);
  expect(swappedPlan).toMatchObject(
    [
      { key: one, account: twins, action: 'update' },
      { key: twin, account: own, action: 'disable' },
    ].sort((a, b) => (a.key < b.key ? -1 : 1)),
  );
  await company.merge(twin, one, { app: 'merged' });
  expect(await scene.known('1')).toMatchObject({ attributes: { city: 'Berlin' } });
  expect(
    await bench.database.all(
      `SELECT external_id, directory_id FROM link WHERE connection = 'app' AND directory_id IN (?, ?) ORDER BY external_id`,
      one,
      twin,
    ),
  ).toEqual(
    [
      { external_id: own, directory_id: twin },
      { external_id: twins, directory_id: one },
    ].sort((a, b) => (a.external_id < b.external_id ? -1 : 1)),
  );
  expect(await company.effects((await bench.run(scene.down)).id, one, twin), 'as it was shown').toEqual(swappedPlan);
  expect([app.get('person', own)!.enabled, app.get('person', twins)!.enabled]).toEqual([false, true]);
  // The account that is disabled keeps its number: it is listed that the other one cannot have it yet.
  expect((await scene.items(scene.down)).map((item) => [item.attribute, item.says])).toEqual([['number', 'number is taken']]);
  expect(await company.again()).toBe(0);
  const console_ = (await ask(scene, 'job.list', {})).jobs.find((job) => job.connection === 'console')!;
  expect((await bench.run(console_.id)).counts.applied ?? 0).toBe(0);
  const members = await bench.database.all(`SELECT to_id FROM edge WHERE relation = 'member'`);
  expect(members).toEqual([{ to_id: one }]);
});

it('a person who is two is split, and the sources keep them apart', async () => {
  const company = await openCompany(2);
  const { scene, crm } = company;
  const { bench } = scene;
  // The crm has given the number of somebody else to its c1.
  crm.set('person', 'c1', { number: 'N-1', phone: null });
  await bench.run(scene.up);
  await bench.run(company.crmJob);
  await bench.run(scene.down);
  const one = await company.id('1');
  const { records } = await ask(scene, 'person.records', { person: one });
  expect(records).toEqual([
    { connection: 'crm', externalId: 'c1' },
    { connection: 'hr', externalId: '1' },
  ]);
  expect(await refusal(ask(scene, 'person.split-preview', { person: one, records }))).toContain('leave at least one record');
  expect(await refusal(ask(scene, 'person.split-preview', { person: one, records: [{ connection: 'crm', externalId: 'c2' }] }))).toContain(
    'Not theirs',
  );
  crm.set('person', 'c1', { number: 'N-c1' });
  await bench.run(company.crmJob);
  const before = await company.snapshot();
  const seen = await ask(scene, 'person.split-preview', { person: one, records: [records[0]!] });
  const splitPlan = await company.effects(seen.downstream[0]!.run.id, one, seen.to);
  const { run, person } = await ask(scene, 'person.split', { person: one, token: seen.token });
  await bench.engine.drain();
  await bench.approveAll();
  expect(await scene.known('c1')).toMatchObject({ id: person, attributes: { nickname: 'nick 1', email: 'c1@example.com' } });
  // What only the other one's record had said is not theirs any more.
  const left = (await scene.known('1'))!.attributes;
  expect([left.nickname ?? null, left.email]).toEqual([null, '1@example.com']);
  expect(await company.again()).toBe(0);
  const next = await company.effects((await bench.run(scene.down)).id, one, person);
  expect(next, 'as it was shown').toEqual(splitPlan);
  expect(next.length).toBeGreaterThan(0);
  expect(scene.app.by('person', 'number', 'N-c1')).toMatchObject({ enabled: true });
  expect((await ask(scene, 'person.kept-apart', {})).pairs).toHaveLength(1);

  const undone = await ask(scene, 'undo.start', { run });
  await bench.engine.drain();
  await bench.approveAll();
  expect(undone.run).toBeGreaterThan(run);
  const strip = (text: unknown): unknown => {
    const { objects, edges, words, keys } = text as Record<string, unknown>;
    return { objects, edges, words, keys };
  };
  expect(strip(await company.snapshot())).toEqual(strip(before));
  expect(await company.again()).toBe(0);
});

it('what a matching finds ambiguous, because the account is that of the twin, is decided by merging the two', async () => {
  const company = await openCompany(1);
  const { scene } = company;
  const { bench, app } = scene;
  await ask(scene, 'job.update', {
    job: scene.down,
    settings: { policy: { guard: roomy, drift: { person: { number: 'report' } } } },
    withoutForecast: true,
  });
  await bench.run(company.crmJob);
  await bench.run(scene.down);
  const account = app.by('person', 'number', 'N-c1')!.id;
  // Somebody has written the number of HR into the account that was made for the record of the CRM.
  app.set('person', account, { number: 'N-1' });
  await bench.run(scene.up);
  const [one, twin] = [await company.id('1'), await company.id('c1')];
  const ambiguous = async () => {
    await ask(scene, 'match.start', { job: scene.down });
    await bench.engine.drain();
    return (await ask(scene, 'match.list', { job: scene.down, kind: 'ambiguous' })).rows;
  };
  expect(await ambiguous()).toMatchObject([{ id: one, candidates: [{ id: account, owner: { object: twin, title: 'Person c1' } }] }]);
  await company.merge(twin, one);
  expect(await ambiguous()).toEqual([]);
  await bench.run(scene.down);
  expect(app.all('person')).toMatchObject([{ id: account, enabled: true, attributes: { name: 'Person 1', number: 'N-1' } }]);
});
