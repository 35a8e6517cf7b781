// What single vendors do otherwise, and whoever has to know it would not guess: one name each, found in their documentation.
import { describe, expect, test } from 'vitest';
import type { Attributes } from '../../core/model.ts';
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
    expect(await offered('github-server')).toEqual({ writes: ['create', 'update', 'disable'], removeMeans: 'disables' });
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

describe('Huawei Cloud and AWS', () => {
  test('take one address and one number of an account: a second would be refused, and the first is read whatever its type', async () => {
    const app = await server('strict', { differs: { mostValues: 1 } });
    const standard = await open({ ...app.config, profile: 'standard' });
    const both = { phone: '+8613800138000', workPhone: '+862112345678' };
    await expect(standard.connection.create('person', desired('a', { userName: 'a', ...both }), writing)).rejects.toMatchObject({
      kind: 'invalid',
    });
    for (const profile of ['huawei', 'aws']) {
      const { types } = await (await open({ ...app.config, profile })).connection.describe!(writing.signal);
      const names = types!.find(({ id }) => id === 'person')!.attributes.map(({ name }) => name);
      expect([names.includes('phone'), names.includes('workPhone')]).toEqual([true, false]);
    }
    const opened = await open({ ...app.config, profile: 'huawei' });
    const id = String(
      app.state.create('Users', {
        userName: 'zhang',
        phoneNumbers: [{ value: '+8613800138000', type: 'work' }],
        emails: [{ value: 'a@b.cn' }],
      }).id,
    );
    const shown = async () => (await readAll(opened, 'person', ['phone', 'email'])).objects[0]!.attributes;
    expect(await shown()).toEqual({ phone: '+8613800138000', email: 'a@b.cn' });
    const attributes = { phone: '+8613900139000', email: 'c@d.cn' };
    await opened.connection.update('person', id, { attributes, before: {}, edges: {} }, desired('p', attributes), writing);
    expect(await shown()).toEqual(attributes);
    expect(app.state.get('Users', id).phoneNumbers).toEqual([{ type: 'work', primary: true, value: '+8613900139000' }]);
  });
});

describe('ctyun', () => {
  test('wants a full name of 16 characters, an address that nobody has, and numbers of digits alone; members go out as a whole', async () => {
    const app = await server('okta', {
      differs: { signIn: 'bearer', mostValues: 1, uniqueEmails: true, membersInList: false, filters: 'eq' },
    });
    const opened = await open(bearer(app.address, { token: 'scim-sandbox-secret-4T7', profile: 'ctyun' }));
    const { connection } = opened;
    const zhang = { userName: 'zhang', formattedName: '张伟', email: 'z@example.com', phone: '+8613800138000' };
    const create = (attributes: Attributes) => connection.create('person', desired('p', attributes), writing);
    await expect(create({ ...zhang, email: null })).rejects.toMatchObject({ kind: 'invalid', facts: { attribute: 'email' } });
    await expect(create({ ...zhang, formattedName: '名'.repeat(17) })).rejects.toMatchObject({ facts: { attribute: 'formattedName' } });
    const { id } = await create(zhang);
    expect(app.state.get('Users', id).phoneNumbers).toMatchObject([{ value: '13800138000' }]);
    expect(await connection.find('person', 'phone', ['+8613800138000'], asking([]))).toEqual([{ value: '+8613800138000', id }]);
    const other = await connection.create('person', desired('q', { userName: 'li', formattedName: '李', email: 'l@example.com' }), writing);
    const edge = (of: string) => ({ to: { type: 'person', id: of } });
    const group = await connection.create('group', desired('g', { displayName: 'G' }, { edges: { member: [edge(id)] } }), writing);
    await connection.changeMembers({ type: 'group', id: group.id }, 'member', { add: [edge(other.id)], remove: [edge(id)] }, writing);
    expect((await readAll(opened, 'group', ['displayName'], ['member'])).objects[0]!.edges!.member).toEqual([edge(other.id)]);
    expect(app.requests.filter((request) => request.startsWith('PATCH'))).toEqual([]);
  });
});

describe('a creation that is refused as a double', () => {
  test('although nobody has the user name or our id belongs to whoever has the address, where that can be searched', async () => {
    const app = await server('strict', { differs: { uniqueEmails: true } });
    const { connection } = await open(app.config);
    const { id } = await connection.create('person', desired('a', { userName: 'zhang', email: 'Zhang@Example.com' }), writing);
    const again = connection.create('person', desired('b', { userName: 'zhang.wei', email: 'zhang@example.com' }), writing);
    await expect(again).rejects.toMatchObject({ kind: 'already-exists', facts: { id, attribute: 'email' } });
    // A server that answers a search with everybody, or refuses it, names nobody.
    for (const reply of [list([person(7, { emails: [{ value: 'other@example.com' }] })]), [400, { scimType: 'invalidFilter' }] as const]) {
      const { url } = await scripted(({ method, query }) => {
        if (method === 'POST') return [409, {}];
        return query.get('filter')?.startsWith('emails.value') ? reply : list([]);
      });
      const refused = (await open(bearer(url, { profile: 'aws' }))).connection.create(
        'person',
        desired('c', { userName: 'c', email: 'z@example.com' }),
        writing,
      );
      await expect(refused).rejects.toMatchObject({ kind: 'already-exists' });
      await expect(refused).rejects.not.toHaveProperty('facts.id');
    }
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
