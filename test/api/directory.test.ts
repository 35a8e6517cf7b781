// The directory read over HTTP, its history, and the links that say who is who.
import { expect, it } from 'vitest';
import { openApi, type ApiScene, type Loose } from '../support/api-scene.ts';
import { roomy } from '../support/plain-scene.ts';
import { PlainSystem } from '../support/plain-system.ts';

async function synced(people: number): Promise<ApiScene> {
  const api = await openApi({ people });
  await api.scene.sync();
  return api;
}

it('people are listed page by page, of a department or by what is known of them, and shown one by one', async () => {
  const { ask } = await synced(7);
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = await ask('GET', `/people?limit=3${cursor ? `&cursor=${cursor}` : ''}`);
    seen.push(...page.body.objects.map((one: { title: string }) => one.title));
    cursor = page.body.next;
  }
  expect(seen).toHaveLength(7);
  expect((await ask('GET', '/people?department=main')).body.objects).toHaveLength(7);
  expect((await ask('GET', '/people?text=N-3')).body.objects.map((one: { title: string }) => one.title)).toEqual(['Person 3']);
  const one = await ask('GET', '/people/N-3');
  expect(one.body).toMatchObject({
    title: 'Person 3',
    lifecycle: 'active',
    attributes: { employeeNumber: 'N-3' },
    relations: [{ relation: 'membership', name: 'main', facts: { primary: true } }],
  });
  expect(one.headers.etag).toBe(`"${one.body.revision}"`);
  expect((await ask('GET', '/people/nobody')).body).toMatchObject({ status: 404, code: 'not-found' });
  expect((await ask('GET', '/people?department=nowhere')).status).toBe(404);
});

it('departments and groups are listed and shown', async () => {
  const { ask } = await synced(1);
  expect((await ask('GET', '/departments')).body.objects).toMatchObject([{ title: 'main', type: 'department' }]);
  expect((await ask('GET', '/departments/main')).body).toMatchObject({ attributes: { code: 'main' } });
  expect((await ask('GET', '/groups')).body).toEqual({ objects: [], next: null });
  expect((await ask('GET', '/groups/none')).status).toBe(404);
});

it('history is told newest first: of everything, of one person, of one run', async () => {
  const { ask, scene } = await synced(3);
  scene.hr.set('person', '2', { title: 'Lead' });
  await scene.sync();
  const all: { title: string; action: string }[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page = await ask('GET', `/history?limit=2${cursor ? `&cursor=${cursor}` : ''}`);
    all.push(...page.body.entries);
    cursor = page.body.next;
  }
  expect(all).toHaveLength(5);
  expect(all[0]).toMatchObject({ title: 'Person 2', action: 'update', attributes: [{ name: 'title', after: 'Lead' }] });
  const { id } = (await ask('GET', '/people/N-2')).body;
  expect((await ask('GET', `/history?object=${id}`)).body.entries.map((entry: { action: string }) => entry.action)).toEqual([
    'update',
    'create',
  ]);
  expect((await ask('GET', '/history?run=1')).body.entries).toHaveLength(4);
});

it('a link is cut and another one imported; the account goes with it, and nobody is disabled', async () => {
  const { ask, scene } = await synced(3);
  const ids = async (name: string): Promise<string> => (await ask('GET', `/people/${name}`)).body.id;
  const account = scene.account('1')!.id;
  const list = async () =>
    (await ask('GET', '/links?connection=app&limit=1000')).body.links.filter((link: { type: string }) => link.type === 'person');
  expect(await list()).toHaveLength(3);
  const taken = await ask('POST', '/connections/app/links', {
    body: { links: [{ type: 'person', externalId: account, object: await ids('N-2') }] },
  });
  expect(taken.body).toMatchObject({ status: 409, errors: [{ field: 'links[0].externalId' }] });
  const { seen } = (await ask('GET', `/connections/app/links/person/${account}/consequence`)).body;
  expect((await ask('DELETE', `/connections/app/links/person/${account}?seen=${seen}`)).body).toEqual({ object: await ids('N-1') });
  expect((await ask('DELETE', `/connections/app/links/person/${account}`)).status).toBe(404);
  expect(await list()).toHaveLength(2);
  const links = [{ type: 'person', externalId: account, object: await ids('N-1') }];
  const unchecked = await ask('POST', '/connections/app/links', { body: { links } });
  expect(unchecked.body).toMatchObject({ status: 409, errors: [{ field: 'check' }] });
  const checked = await ask('POST', '/connections/app/links/check', { body: { links } });
  expect(checked.body).toMatchObject({ rows: 1, ready: 1, known: 0, problems: [] });
  const made = await ask('POST', '/connections/app/links', { body: { links, check: checked.body.check } });
  expect([made.status, made.body]).toEqual([201, { made: 1, known: 0, leftOut: 0 }]);
  const { check } = (await ask('POST', '/connections/app/links/check', { body: { links } })).body;
  const again = await ask('POST', '/connections/app/links', { body: { links, check } });
  expect(again.body).toEqual({ made: 0, known: 1, leftOut: 0 });
  await scene.sync();
  expect(scene.app.all('person').map((one) => one.enabled)).toEqual([true, true, true]);
});

it('an upstream link that was cut is found again by the rules, as the same person', async () => {
  const { ask, scene } = await synced(3);
  const { id } = (await ask('GET', '/people/N-1')).body;
  const unseen = await ask('DELETE', '/connections/hr/links/person/1');
  expect(unseen).toMatchObject({
    status: 409,
    body: { errors: [{ field: 'seen' }], detail: expect.stringContaining('would find Person 1 again') },
  });
  const { seen } = (await ask('GET', '/connections/hr/links/person/1/consequence')).body;
  expect((await ask('DELETE', `/connections/hr/links/person/1?seen=${seen}`)).body).toEqual({ object: id });
  await scene.sync();
  expect((await ask('GET', '/people/N-1')).body.id).toBe(id);
  expect((await scene.people()).filter((one) => one.lifecycle === 'active')).toHaveLength(3);
});

it('people and departments are searched, the tree is opened level by level, and everybody has a place in it', async () => {
  const { ask, scene } = await synced(8);
  scene.hr.set('person', '1', { manager: '2' });
  scene.hr.set('person', '2', { manager: '3' });
  await scene.sync();
  const hits = (text: string) => ask('GET', `/directory/search?text=${encodeURIComponent(text)}`).then(({ body }) => body.hits);
  expect(await hits('pers 2')).toMatchObject([{ type: 'person', title: 'Person 2', number: 'N-2', path: [{ name: 'main' }] }]);
  expect(await hits('n-3')).toMatchObject([{ title: 'Person 3' }]);
  expect(await hits('mai')).toMatchObject([{ type: 'department', title: 'main', path: [] }]);
  expect(await hits('nobody at all')).toEqual([]);
  const [main, ...others] = (await ask('GET', '/directory/tree')).body.departments;
  expect([main, others]).toMatchObject([{ name: 'main', departments: 0, people: 8 }, []]);
  expect((await ask('GET', `/directory/tree?under=${main.id}`)).body.departments).toEqual([]);
  expect((await ask('GET', `/people?department=${main.id}&below=true`)).body.objects).toHaveLength(8);
  const id = async (number: string): Promise<string> => (await ask('GET', `/people/${number}`)).body.id;
  const place = (object: string) => ask('GET', `/directory/place?object=${object}`);
  expect((await place(await id('N-1'))).body).toMatchObject({
    departments: [{ path: [{ name: 'main' }], primary: true, tree: 'main' }],
    managers: [{ title: 'Person 2' }, { title: 'Person 3' }],
    reports: { count: 0 },
  });
  expect((await place(await id('N-3'))).body).toMatchObject({ managers: [], reports: { count: 1, people: [{ title: 'Person 2' }] } });
  expect((await place('nowhere')).status).toBe(404);
});

it('several trees of departments are listed, and departments and people are those of one of them, page by page', async () => {
  const { ask, scene } = await synced(3);
  const titles = async (path: string): Promise<string[]> =>
    (await ask('GET', path)).body.objects.map((one: { title: string }) => one.title);
  const level = async (query: string): Promise<(readonly [string, number, number])[]> =>
    (await ask('GET', `/directory/tree${query}`)).body.departments.map((one: Loose) => [one.name, one.departments, one.people]);
  const main = { tree: 'main', departments: 1, jobs: [{ job: scene.up, jobName: 'hr in' }] };
  expect((await ask('GET', '/directory/trees', { as: 'viewer' })).body.trees).toEqual([main]);

  const finance = new PlainSystem('finance');
  await scene.bench.connection('finance', finance.connector, {});
  const job = await scene.addJob(finance, 'up', { tree: 'cost centres', rank: 50 });
  expect((await ask('GET', '/directory/trees')).body.trees, 'a tree without departments is none yet').toEqual([main]);
  finance.department('cost');
  for (const id of ['c1', 'c2']) finance.department(id, 'cost');
  for (const id of ['91', '92']) finance.person(id, 'c1');
  finance.person('93', 'c2');
  await scene.bench.run(job);
  const { id: c1 } = (await ask('GET', '/departments/c1')).body;
  // By hand: below a cost centre it is one, at the top it is none.
  const steps = [
    { do: 'department.create', as: 'new', attributes: { name: 'c1 by hand' }, under: c1 },
    { do: 'department.create', attributes: { name: 'top by hand' } },
    { do: 'person.create', attributes: { displayName: 'Somebody' }, departments: [{ department: '@new' }] },
  ];
  await ask('POST', `/edits/${(await ask('POST', '/edits', { body: { steps } })).body.id}/apply`, {});
  await scene.bench.engine.drain();

  expect((await ask('GET', '/directory/trees')).body.trees).toEqual([
    { ...main, departments: 2 },
    { tree: 'cost centres', departments: 4, jobs: [{ job, jobName: 'finance in' }] },
  ]);
  const cost = 'tree=cost%20centres';
  expect(await level('')).toEqual([
    ['cost', 2, 4],
    ['main', 0, 3],
    ['top by hand', 0, 0],
  ]);
  expect(await level('?tree=main')).toEqual([
    ['main', 0, 3],
    ['top by hand', 0, 0],
  ]);
  expect(await level(`?${cost}`)).toEqual([['cost', 2, 4]]);
  expect(await level(`?${cost}&under=${c1}`)).toEqual([['c1 by hand', 0, 1]]);
  expect(await level(`?tree=main&under=${c1}`)).toEqual([]);
  expect((await titles(`/departments?${cost}`)).toSorted()).toEqual(['c1', 'c1 by hand', 'c2', 'cost']);
  expect((await titles('/people?tree=main')).toSorted()).toEqual(['Person 1', 'Person 2', 'Person 3']);
  const seen: string[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: Loose = (await ask('GET', `/people?${cost}&limit=3${cursor ? `&cursor=${cursor}` : ''}`)).body;
    seen.push(...page.objects.map((one: Loose) => one.title));
    cursor = page.next;
  }
  expect(seen.toSorted()).toEqual(['Person 91', 'Person 92', 'Person 93', 'Somebody']);
  expect((await titles(`/people?${cost}&department=c1&below=true`)).toSorted()).toEqual(['Person 91', 'Person 92', 'Somebody']);
  // What is typed is looked for in that tree, however many the others hold.
  expect((await titles(`/people?${cost}&text=Person`)).toSorted()).toEqual(['Person 91', 'Person 92', 'Person 93']);
  expect(await titles(`/people?${cost}&text=Person&limit=1`)).toHaveLength(1);
  expect(await titles('/people?tree=main&text=N-91')).toEqual([]);
  expect(await titles('/people?text=N-91')).toEqual(['Person 91']);
  expect((await titles(`/departments?${cost}&text=c1`)).toSorted()).toEqual(['c1', 'c1 by hand']);
  expect(await titles('/departments?tree=main&text=c1')).toEqual([]);
  expect((await ask('GET', '/people?tree=partners&text=Person')).status).toBe(404);
  const unknown = await ask('GET', '/people?tree=partners');
  expect(unknown.body).toMatchObject({
    status: 404,
    detail: 'There is no tree of departments "partners". There are: "main", "cost centres".',
  });
});

it('groups say how many are in them and which rule they follow; whom a rule would take is said before it is saved', async () => {
  const { ask, scene } = await synced(4);
  const { id: main } = (await ask('GET', '/departments/main')).body;
  expect(
    (await ask('POST', '/groups/rule-preview', { body: { departments: [{ department: main }], where: 'employeeNumber == "N-2"' } })).body,
  ).toMatchObject({
    count: 1,
    examples: [{ title: 'Person 2' }],
    problem: null,
  });
  const wrong = await ask('POST', '/groups/rule-preview', { body: { where: 'employeNumber ==' } });
  expect([wrong.status, wrong.body.count, wrong.body.problem === null]).toEqual([200, 0, false]);
  const steps = [{ do: 'group.create', attributes: { name: 'Everybody' }, rule: { departments: [{ department: main, below: true }] } }];
  const { id: edit } = (await ask('POST', '/edits', { body: { steps } })).body;
  await ask('POST', `/edits/${edit}/apply`, {});
  await scene.bench.engine.drain();
  const [group] = (await ask('GET', '/groups')).body.objects;
  expect(group).toMatchObject({ title: 'Everybody', members: 4, byRule: true });
  expect((await ask('GET', `/groups/${group.id}`)).body.rule).toEqual({
    departments: [{ id: main, name: 'main', below: true }],
    where: null,
  });
});

it('a group of very many shows the first of them, says how many there are, and lists all of them page by page', async () => {
  const { ask, scene } = await synced(210);
  const { id: main } = (await ask('GET', '/departments/main')).body;
  const steps = [{ do: 'group.create', attributes: { name: 'Everybody' }, rule: { departments: [{ department: main, below: true }] } }];
  const { id: edit } = (await ask('POST', '/edits', { body: { steps } })).body;
  await ask('POST', `/edits/${edit}/apply`, {});
  await scene.bench.engine.drain();
  const [{ id }] = (await ask('GET', '/groups')).body.objects;
  const shown = (await ask('GET', `/groups/${id}`)).body;
  expect([shown.members, shown.relations.length, shown.moreRelations]).toEqual([210, 200, 10]);
  const seen: Loose[] = [];
  let asked = 0;
  for (let next: string | null = ''; next !== null; asked++) {
    const page: Loose = (await ask('GET', `/groups/${id}/members?limit=80${next === '' ? '' : `&cursor=${next}`}`)).body;
    seen.push(...page.members);
    next = page.next;
  }
  expect([asked, seen.length, new Set(seen.map((one) => one.id)).size]).toEqual([3, 210, 210]);
  expect(seen[0]).toMatchObject({ relation: 'member', type: 'person', name: expect.stringMatching(/^Person \d+$/) });
  const { object } = (await ask('GET', `/explanation?person=${id}`)).body;
  expect([object.memberships.length, object.moreMemberships]).toEqual([200, 10]);
  expect((await ask('GET', '/groups/none/members')).status).toBe(404);
});

it('who was taken out is listed with a moment at which they were still there, and comes back from it', async () => {
  const { ask, scene } = await openApi({
    people: 20,
    up: { policy: { guard: { ...roomy, deletions: 'hold-above-limit' }, leaver: { gone: 'delete' } } },
  });
  await scene.sync();
  expect((await ask('GET', '/directory/gone')).body).toEqual({ gone: [], next: null });
  const { id } = (await ask('GET', '/people/N-2')).body;
  scene.days(1);
  scene.hr.delete('person', '2');
  await scene.sync();
  const [gone] = (await ask('GET', '/directory/gone', { as: 'viewer' })).body.gone;
  expect(gone).toMatchObject({ id, title: 'Person 2', number: 'N-2', goneAt: expect.any(Number), keptUntil: null, jobName: 'hr in' });
  scene.days(1);
  const restored = await ask('POST', '/directory/restore', { body: { object: id, at: gone.at } });
  expect(restored.status).toBe(202);
  await scene.bench.engine.drain();
  expect((await ask('GET', '/people/N-2')).body).toMatchObject({ id, title: 'Person 2' });
  expect((await ask('GET', '/directory/gone')).body.gone).toEqual([]);
});
