// What a system says of itself, and what is made of it.
import { describe, expect, test } from 'vitest';
import { ENTERPRISE } from './places.ts';
import { resourcesOf } from './resource-types.ts';
import { asking, bearer, desired, list, open, person, readAll, scripted, server, users, writing } from './test-support.ts';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';

describe('discovery', () => {
  test('schemas without an attribute mean that it is not kept', async () => {
    const { url } = await scripted(({ path }) =>
      path.endsWith('/Schemas')
        ? list([
            {
              id: USER,
              attributes: ['userName', 'displayName', 'emails'].map((name) => ({
                name,
                uniqueness: name === 'userName' ? 'server' : 'none',
              })),
            },
          ])
        : undefined,
    );
    const { types } = await (await open(bearer(url))).connection.describe!(writing.signal);
    const names = types!.find(({ id }) => id === 'person')!.attributes.map(({ name }) => name);
    expect(names).toEqual(['userName', 'displayName', 'email', 'password', 'externalId']);
  });

  test.each([
    ['no "active"', [{ name: 'userName' }], /^Whether accounts can be disabled is uncertain, since it does not list "active", /],
    ['"active" read only', [{ name: 'active', mutability: 'readOnly' }], /^Whether accounts can be disabled is uncertain/],
    ['"active"', [{ name: 'active' }], /^Accounts can be disabled/],
    ['nothing', [], /^As far as the profile says, accounts can be disabled, what is deleted is gone for good/],
  ])('the check of a system whose schema lists %s claims no more of disabling than that', async (_, attributes, says) => {
    const { url } = await scripted(({ path }) =>
      path.endsWith('/Schemas') ? list([{ id: USER, attributes }]) : path.endsWith('/Users') ? list([]) : undefined,
    );
    const { findings } = await (await open(bearer(url))).connection.check({ direction: 'down', signal: writing.signal });
    expect(findings.find(({ level }) => level === 'rights')!.message.en).toMatch(says);
  });

  test('whether case counts in user names is what the schema says, and by the standard it does not', async () => {
    const found = async (caseExact: unknown) => {
      const { url } = await scripted(({ path }) =>
        path.endsWith('/Schemas') ? list([{ id: USER, attributes: [{ name: 'userName', caseExact }] }]) : undefined,
      );
      return (await (await open(bearer(url))).connection.describe!(writing.signal)).facts!.ignoresCase;
    };
    expect([await found(true), await found(false), await found(null), await found('odd')]).toEqual([false, true, true, true]);
  });

  test('a server without PATCH is told by PUT from the start', async () => {
    const { config, requests } = await server('okta');
    const { connection } = await open(config);
    const { id } = await connection.create('person', desired('d', { userName: 'z' }), writing);
    await connection.disable('person', id, writing);
    expect(requests.filter((request) => request.startsWith('PATCH'))).toEqual([]);
  });

  test('the check shows what was found', async () => {
    const { config } = await server('limited');
    const report = await (await open(config)).connection.check({ direction: 'down', signal: writing.signal });
    const { en } = report.findings.find(({ level }) => level === 'rights')!.message;
    expect(en).toContain('by cursor');
    for (const said of ['user names that differ only in case are one', 'disabled by active=false', 'DELETE ', 'a member is removed'])
      expect(en).toContain(said);
  });
});

describe('the resource types of a system', () => {
  const user = (more: object = {}) => ({ id: 'User', name: 'User', endpoint: '/Users', schema: USER, ...more });
  const group = { id: 'Group', name: 'Group', endpoint: '/Groups', schema: 'urn:ietf:params:scim:schemas:core:2.0:Group' };
  const saying = (...types: object[]) =>
    scripted((said) => (said.path.endsWith('/ResourceTypes') ? list(types) : users([person(1)])(said)));
  const described = async (config: Record<string, unknown>) => (await open(config)).connection.describe!(writing.signal);

  test('say where users, groups and departments lie, and what departments call themselves', async () => {
    const app = await server('strict', { differs: { paths: { Users: 'Accounts', Groups: 'Teams', Organizations: 'Departments' } } });
    const opened = await open({ ...app.config, profile: 'standard', departments: 'resource' });
    const { connection } = opened;
    const department = await connection.create('department', desired('d', { name: '研发', code: 'D' }), writing);
    const edges = { membership: [{ to: { type: 'department', id: department.id } }] };
    const { id } = await connection.create('person', desired('p', { userName: 'zhang' }, { edges }), writing);
    await connection.create('group', desired('g', { displayName: 'G' }, { edges: { member: [{ to: { type: 'person', id } }] } }), writing);
    const posted = app.requests.filter((request) => request.startsWith('POST'));
    expect(posted).toEqual(['POST /scim/v2/Departments', 'POST /scim/v2/Accounts', 'POST /scim/v2/Teams']);
    const { objects } = await readAll(opened, 'person', ['userName'], ['membership']);
    expect(objects[0]!.edges!.membership).toEqual([{ to: { type: 'department', id: department.id }, primary: true }]);
    const report = await connection.check({ direction: 'down', signal: writing.signal });
    const { en, zh } = report.findings.find(({ level }) => level === 'rights')!.message;
    expect(en).toContain('it has users (/Accounts), groups (/Teams), departments as objects of their own (/Departments)');
    expect(zh).toContain('提供用户（/Accounts）、组（/Teams）、独立的部门资源（/Departments）');
  });

  test('are asked below the base address only; what the administrator enters comes first', async () => {
    const base = 'https://app.example.com/scim/v2/';
    const path = (endpoint: string) => resourcesOf([user({ endpoint })], base)!.paths.users;
    expect(['/Users', 'Users', '/scim/v2/People/', `${base}People`, '/t/1/Users'].map(path)).toEqual([
      'Users',
      'Users',
      'People',
      'People',
      't/1/Users',
    ]);
    for (const elsewhere of ['https://elsewhere.example/Users', '../Users', '/scim/v2/', 'javascript:1', '', 'http://['])
      expect([elsewhere, path(elsewhere)]).toEqual([elsewhere, undefined]);
    expect(path('//elsewhere.example/Users')).toBe('elsewhere.example/Users');
    const { url, seen } = await saying(user({ endpoint: '/People' }));
    const opened = await open(bearer(url, { profile: 'custom', usersPath: 'Staff' }));
    await opened.connection.get('person', ['1'], asking([]));
    expect(seen.at(-1)!.path).toBe('/scim/v2/Staff/1');
  });

  test('without groups mean that there are none, and nothing is offered for them; a list that names no users says nothing', async () => {
    const types = async (...said: object[]) => (await described(bearer((await saying(...said)).url))).types!.map(({ id }) => id);
    expect(await types(user())).toEqual(['person']);
    expect(await types(user(), group)).toEqual(['person', 'group']);
    expect(await types({ id: 'Device', endpoint: '/Devices', schema: 'urn:x:Device' })).toEqual(['person', 'group']);
    const { connection } = await open(bearer((await saying(user({ schemaExtensions: [{ schema: 'urn:acme:1.0:User' }] }))).url));
    const { findings } = await connection.check({ direction: 'down', signal: writing.signal });
    const { en } = findings.find(({ level }) => level === 'rights')!.message;
    expect(en).toContain('it has no groups · accounts have further extensions: urn:acme:1.0:User');
  });

  test('name the enterprise extension where the schemas do not; without it in either there is none', async () => {
    const schema = { id: USER, attributes: [{ name: 'userName' }] };
    const names = async (schemas: readonly object[] | null, extensions: readonly string[] | null) => {
      const { url } = await scripted(({ path }) => {
        if (path.endsWith('/Schemas') && schemas) return list(schemas);
        const more = extensions ? { schemaExtensions: extensions.map((one) => ({ schema: one })) } : {};
        return path.endsWith('/ResourceTypes') ? list([user(more), group]) : undefined;
      });
      const { types } = await described(bearer(url));
      return types!.find(({ id }) => id === 'person')!.attributes.some(({ name }) => name === 'costCenter');
    };
    expect([await names([schema], [ENTERPRISE]), await names([schema], []), await names([schema], null)]).toEqual([true, false, false]);
    expect([await names(null, []), await names(null, null)]).toEqual([false, true]);
    expect(await names([schema, { id: ENTERPRISE, attributes: [{ name: 'costCenter' }] }], [])).toBe(true);
  });
});

describe('what a system says of itself', () => {
  test('is kept for an hour: who opens the connection again does not ask again, the check does; silence is not kept', async () => {
    const asked = (requests: readonly string[]): number => requests.filter((one) => /Config|Schemas|ResourceTypes/.test(one)).length;
    const app = await server('strict');
    const first = await open(app.config);
    await first.connection.describe!(writing.signal);
    expect(asked(app.requests)).toBe(3);
    const again = await open(app.config, first.memory);
    await again.connection.create('person', desired('p', { userName: 'zhang' }), writing);
    expect(asked(app.requests)).toBe(3);
    await again.connection.check({ direction: 'down', signal: writing.signal });
    expect(asked(app.requests)).toBe(6);
    const silent = await server('sloppy');
    const { memory, connection } = await open(silent.config);
    await connection.describe!(writing.signal);
    await (await open(silent.config, memory)).connection.describe!(writing.signal);
    expect(asked(silent.requests)).toBe(6);
  });
});
