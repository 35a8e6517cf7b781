// The directory read over HTTP, its history, and the links that say who is who.
import { expect, it } from 'vitest';
import { openApi, type ApiScene } from '../support/api-scene.ts';

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
    departments: [{ path: [{ name: 'main' }], primary: true }],
    managers: [{ title: 'Person 2' }, { title: 'Person 3' }],
    reports: { count: 0 },
  });
  expect((await place(await id('N-3'))).body).toMatchObject({ managers: [], reports: { count: 1, people: [{ title: 'Person 2' }] } });
  expect((await place('nowhere')).status).toBe(404);
});
