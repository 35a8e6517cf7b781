// What single vendors do otherwise, and whoever has to know it would not guess: one name each, found in their documentation.
import { describe, expect, test } from 'vitest';
import { bearer, desired, idsOf, list, open, person, readAll, scripted, server, users, writing, asking } from './test-support.ts';

/** What the server was asked for, without discovery. */
const lists = (seen: readonly { readonly method: string; readonly path: string; readonly query: URLSearchParams }[]) =>
  seen.filter(({ method, path }) => method === 'GET' && /(Users|Groups)$/.test(path)).map(({ query }) => [...query.keys()].sort());

describe('AWS IAM Identity Center', () => {
  test('is given a cursor and a page of a hundred, never startIndex or excludedAttributes', async () => {
    const { url, seen } = await scripted(({ method, path }) =>
      method === 'GET' && /(Users|Groups)$/.test(path) ? [200, { totalResults: 0, itemsPerPage: 0, Resources: [] }] : undefined,
    );
    const opened = await open(bearer(url, { profile: 'aws', pageSize: 1000 }));
    expect((await readAll(opened, 'person', ['userName'])).end).toMatchObject({ complete: true });
    expect((await readAll(opened, 'group', ['displayName'])).end).toMatchObject({ complete: true });
    expect(lists(seen)).toEqual([
      ['count', 'cursor'],
      ['count', 'cursor'],
    ]);
    expect(new Set(seen.flatMap(({ query }) => query.getAll('count')))).toEqual(new Set(['100']));
  });
});

describe('Google Cloud Identity', () => {
  test('has no pages: its lists are asked for without any', async () => {
    const { url, seen } = await scripted(users([person(1), person(2)]));
    expect(idsOf((await readAll(await open(bearer(url, { profile: 'google-cloud-identity' })), 'person', ['userName'])).objects)).toEqual([
      '1',
      '2',
    ]);
    expect(lists(seen)).toEqual([[]]);
  });
});

describe('GitHub', () => {
  test('deletes for good, so it is never asked to; in an organisation stopping somebody is deleting, and counts as that', async () => {
    const { url } = await scripted(() => undefined);
    const offered = async (profile: string) => {
      const { types, facts } = await (await open(bearer(url, { profile }))).connection.describe!(writing.signal);
      return { writes: types!.find(({ id }) => id === 'person')!.writes, removeMeans: facts!.removeMeans };
    };
    expect(await offered('github')).toEqual({ writes: ['create', 'update', 'disable'], removeMeans: 'disables' });
    expect(await offered('github-organization')).toEqual({ writes: ['create', 'update', 'remove'], removeMeans: 'irreversible' });
  });
});

describe('Entra', () => {
  test('sends members with an empty $ref, a name beside, and one alone without a list', async () => {
    const members = { value: '7', $ref: null, display: 'Zhang Wei', type: 'User' };
    const { url } = await scripted(({ method, path }) =>
      method === 'GET' && path.endsWith('/Groups') ? list([{ id: 'g', displayName: 'G', members }]) : undefined,
    );
    const { objects } = await readAll(await open(bearer(url)), 'group', ['displayName'], ['member']);
    expect(objects[0]!.edges!.member).toEqual([{ to: { type: 'person', id: '7' } }]);
  });

  test('writes the manager as a bare text, and booleans as "True" and "False"', async () => {
    const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
    const { url } = await scripted(users([person(1, { active: 'False', [ENTERPRISE]: { manager: '2' } }), person(2, { active: 'True' })]));
    const { objects } = await readAll(await open(bearer(url)), 'person', ['manager']);
    expect(objects.map(({ attributes, enabled }) => [attributes.manager, enabled])).toEqual([
      ['2', false],
      [null, true],
    ]);
  });
});

describe('Slack, Atlassian and Zoom', () => {
  test('keep who was deactivated under the old user name: a second one is refused, though a search may not show the first', async () => {
    const { url, seen } = await scripted(({ method, path }) => {
      if (method === 'POST' && path.endsWith('/Users'))
        return [409, { status: '409', scimType: 'uniqueness', detail: 'userName is taken' }];
      return method === 'GET' && path.endsWith('/Users') ? list([]) : undefined;
    });
    const { connection } = await open(bearer(url, { profile: 'slack' }));
    const made = connection.create('person', desired('p', { userName: 'zhang' }), writing);
    await expect(made).rejects.toMatchObject({ kind: 'already-exists' });
    await expect(made).rejects.not.toHaveProperty('facts.id');
    expect(seen.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });
});

describe('names and ids', () => {
  test('the whole name goes out as one; a Chinese name is never split', async () => {
    const app = await server('strict');
    const { connection } = await open(app.config);
    await connection.create('person', desired('p', { userName: 'zhang', displayName: '欧阳娜娜', formattedName: '欧阳娜娜' }), writing);
    expect(app.state.list('Users')[0]).toMatchObject({ displayName: '欧阳娜娜', name: { formatted: '欧阳娜娜' } });
    expect(app.state.list('Users')[0]!.name).not.toHaveProperty('familyName');
  });

  test('our id compares exactly, although a system answers a search for it without looking at case', async () => {
    const { url } = await scripted(({ method, path }) =>
      method === 'GET' && path.endsWith('/Users') ? list([person(1, { externalId: 'AbC' })]) : undefined,
    );
    const { connection } = await open(bearer(url));
    const ask = async (value: string) => (await connection.find('person', 'externalId', [value], asking([]))).map(({ id }) => id);
    expect(await ask('AbC')).toEqual(['1']);
    expect(await ask('abc')).toEqual([]);
  });

  test('what only the system writes is not sent back with a whole object: groups, meta and password', async () => {
    const app = await server('okta');
    const { connection } = await open(app.config);
    const { id } = await connection.create('person', desired('p', { userName: 'zhang', displayName: 'a' }), writing);
    app.state.create('Groups', { displayName: 'g', members: [{ value: id }] });
    const sent: unknown[] = [];
    const replace = app.state.replace.bind(app.state);
    app.state.replace = (collection, at, given) => (sent.push(Object.keys(given)), replace(collection, at, given));
    const attributes = { displayName: 'b' };
    await connection.update('person', id, { attributes, before: {}, edges: {} }, desired('p', attributes), writing);
    expect(sent).toHaveLength(1);
    for (const name of ['groups', 'meta', 'password']) expect(sent[0]).not.toContain(name);
    expect(app.state.groupIds(id)).toHaveLength(1);
  });
});

describe('a search', () => {
  test.each(['invalidFilter', 'tooMany'])('that is answered with %s is read from the list instead', async (scimType) => {
    const { url } = await scripted(({ method, path, query }) => {
      if (method !== 'GET' || !path.endsWith('/Users')) return undefined;
      return query.has('filter') ? [400, { scimType }] : list([person(1), person(2)]);
    });
    const { connection } = await open(bearer(url));
    expect(await connection.find('person', 'userName', ['user2'], asking([]))).toEqual([{ value: 'user2', id: '2' }]);
  });
});

describe('Tencent EIAM', () => {
  test('takes a secret with reserved characters encoded in the query of its token request', async () => {
    const { url, seen } = await scripted(({ path }) =>
      path.endsWith('/token') ? [200, { access_token: 't', expires_in: 7200 }] : path.endsWith('/Users') ? list([]) : undefined,
    );
    const clientSecret = 'a&b=c+d/é#?';
    const opened = await open({ url, profile: 'tencent-eiam', auth: 'client-credentials', clientId: 'id&1', clientSecret });
    await readAll(opened, 'person', ['userName']);
    const asked = seen.find(({ path }) => path.endsWith('/token'))!;
    expect([asked.method, asked.query.get('client_id'), asked.query.get('client_secret')]).toEqual(['GET', 'id&1', clientSecret]);
  });
});

describe('a system with a department for the whole company', () => {
  test('gets top departments and people without one below it, and it is no department of ours', async () => {
    const app = await server('strict');
    const rootDepartment = String(app.state.create('Organizations', { displayName: 'Everybody', code: 'ROOT' }).id);
    const opened = await open({ ...app.config, departments: 'resource', rootDepartment });
    const { connection } = opened;
    const top = (await connection.create('department', desired('d1', { name: 'R&D', code: 'D1', parent: null }), writing)).id;
    const below = (await connection.create('department', desired('d2', { name: 'Lab', code: 'D2', parent: top }), writing)).id;
    await connection.create('person', desired('p', { userName: 'zhang' }, { edges: { membership: [] } }), writing);
    const parentAt = (id: string) => app.state.get('Organizations', id).parent;
    expect([parentAt(top), parentAt(below)]).toEqual([rootDepartment, top]);
    expect(app.state.list('Users')[0]!.organization).toEqual([rootDepartment]);
    const departments = await readAll(opened, 'department', ['name', 'parent']);
    expect(departments.objects.map(({ id, attributes }) => [id, attributes.parent])).toEqual([
      [top, null],
      [below, top],
    ]);
    expect((await readAll(opened, 'person', ['userName'], ['membership'])).objects[0]!.edges!.membership).toEqual([]);
    expect(await connection.find('department', 'code', ['ROOT'], asking([]))).toEqual([]);
    const attributes = { parent: null };
    await connection.update('department', below, { attributes, before: { parent: top }, edges: {} }, desired('d2', attributes), writing);
    expect(parentAt(below)).toBe(rootDepartment);
  });
});
