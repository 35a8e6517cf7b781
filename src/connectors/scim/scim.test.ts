// What SCIM systems do beside the standard, one named test each; the facts stand with their sources in the tests.
import { inspect } from 'node:util';
import { describe, expect, test } from 'vitest';
import { ENTERPRISE } from './places.ts';
import {
  asking,
  bearer,
  desired,
  list,
  open,
  person,
  readAll,
  scripted,
  server,
  users,
  writing,
  type Reply,
  type Said,
} from './test-support.ts';

describe('creating', () => {
  test('a system that refuses no doubles is asked first', async () => {
    const { config, state } = await server('sloppy');
    const { connection } = await open(config);
    const { id } = await connection.create('person', desired('d1', { userName: 'zhang' }), writing);
    await expect(connection.create('person', desired('d2', { userName: 'ZHANG' }), writing)).rejects.toMatchObject({
      kind: 'already-exists',
      facts: { id },
    });
    expect(state.list('Users').length).toBe(1);
  });

  test('a system that says that it refuses doubles gets one request', async () => {
    const { config, requests } = await server('strict');
    const { connection } = await open(config);
    await connection.describe!(writing.signal);
    const before = requests.length;
    await connection.create('person', desired('d1', { userName: 'zhang' }), writing);
    expect(requests.slice(before)).toEqual(['POST /scim/v2/Users']);
  });

  test('an answer without a body is looked up by its address', async () => {
    const { url } = await scripted(({ method, path }) => {
      if (method === 'POST') return [201, undefined, { location: `https://app/scim/v2/${'Users'}/u%201` }];
      return path.endsWith('/Users')
        ? list([])
        : path.endsWith('u%201')
          ? [200, { id: 'u 1', userName: 'zhang', title: 'CTO' }]
          : undefined;
    });
    const { connection } = await open(bearer(url));
    expect(await connection.create('person', desired('d1', { userName: 'zhang', title: 'cto' }), writing)).toEqual({
      id: 'u 1',
      echo: { userName: 'zhang', title: 'CTO' },
    });
  });

  test('an answer without body and address is looked up by our id; without that nobody knows', async () => {
    let made = false;
    const answer =
      (found: boolean) =>
      (said: Said): Reply | undefined => {
        if (said.method === 'POST') {
          made = true;
          return [201];
        }
        return said.path.endsWith('/Users')
          ? list(made && found ? [person(1, { externalId: 'd1' })] : [])
          : said.path.endsWith('/1')
            ? [200, person(1)]
            : undefined;
      };
    const good = await scripted(answer(true));
    expect((await (await open(bearer(good.url))).connection.create('person', desired('d1', { userName: 'user1' }), writing)).id).toBe('1');
    const bad = await scripted(answer(false));
    await expect(
      (await open(bearer(bad.url))).connection.create('person', desired('d1', { userName: 'user1' }), writing),
    ).rejects.toMatchObject({
      kind: 'unknown-outcome',
    });
  });

  test('what the system drops comes back as an echo, so that it is not written again', async () => {
    const { config } = await server('sloppy');
    const { connection } = await open(config);
    const { echo } = await connection.create('person', desired('d1', { userName: 'zhang', title: 'CTO', displayName: '张伟' }), writing);
    expect(echo).toEqual({ userName: 'zhang', title: null, displayName: '张伟' });
  });

  test('a probe finds what is dropped, and it leaves the catalogue', async () => {
    const { config, state } = await server('sloppy');
    const first = await open(config);
    const report = await first.connection.check({ direction: 'down', probeWrite: true, signal: writing.signal });
    expect(report.findings.filter(({ ok }) => !ok)).toEqual([]);
    for (const dropped of ['costCenter', 'nickName', 'title']) expect(inspect(report, { depth: 9 })).toContain(dropped);
    expect(state.list('Users')).toEqual([]);
    const { types } = await (await open(config, first.memory)).connection.describe!(writing.signal);
    const names = types!.find(({ id }) => id === 'person')!.attributes.map(({ name }) => name);
    expect(names).toContain('displayName');
    for (const dropped of ['costCenter', 'nickName', 'title']) expect(names).not.toContain(dropped);
  });

  test('a group with more members than one request takes is filled in pieces', async () => {
    const { config, state } = await server('limited');
    const { connection } = await open(config);
    const members = [];
    for (let n = 0; n < 250; n += 1)
      members.push((await connection.create('person', desired(`p${n}`, { userName: `user${n}` }), writing)).id);
    const edges = { member: members.map((id) => ({ to: { type: 'person', id } })) };
    const { id } = await connection.create('group', desired('g', { displayName: 'All' }, { edges }), writing);
    expect((state.get('Groups', id).members as unknown[]).length).toBe(250);
  });
});

describe('changing', () => {
  test('one path an operation and no value filters; other addresses stay', async () => {
    const { url, seen } = await scripted(({ method }) => [
      200,
      {
        id: '1',
        userName: 'zhang',
        emails: [
          { value: 'old@x.cn', type: 'work', primary: true },
          { value: 'home@x.cn', type: 'home' },
        ],
        ...(method === 'PATCH' ? {} : {}),
      },
    ]);
    const { connection } = await open(bearer(url));
    const changed = { attributes: { email: 'new@x.cn', title: null, department: '研发' }, before: {}, edges: {} };
    await connection.update('person', '1', changed, desired('d', {}), writing);
    expect(seen.find(({ method }) => method === 'PATCH')!.body.Operations).toEqual([
      {
        op: 'replace',
        path: 'emails',
        value: [
          { value: 'new@x.cn', type: 'work', primary: true },
          { value: 'home@x.cn', type: 'home' },
        ],
      },
      { op: 'remove', path: 'title' },
      { op: 'replace', path: `${ENTERPRISE}:department`, value: '研发' },
    ]);
  });

  test('two numbers of one list change in one operation', async () => {
    const { config, state } = await server('strict');
    const { connection } = await open(config);
    const { id } = await connection.create(
      'person',
      desired('d', { userName: 'z', phone: '+8613800000001', workPhone: '+86211' }),
      writing,
    );
    const changed = { attributes: { phone: '+8613800000002', workPhone: '+86212' }, before: {}, edges: {} };
    await connection.update('person', id, changed, desired('d', {}), writing);
    expect(state.get('Users', id).phoneNumbers).toEqual([
      { value: '+8613800000002', type: 'mobile' },
      { value: '+86212', type: 'work' },
    ]);
  });

  test('a system that turns out not to know PATCH is told by PUT, and what we do not know of stays', async () => {
    const { url, seen } = await scripted(({ method }) =>
      method === 'PATCH'
        ? [405, { status: '405' }]
        : [200, { id: '1', userName: 'zhang', custom: { kept: true }, meta: { version: 'W/"1"' }, groups: [{ value: 'g' }] }],
    );
    const { connection, memory } = await open(bearer(url, { profile: 'aws' }));
    await connection.update('person', '1', { attributes: { title: 'CTO' }, before: {}, edges: {} }, desired('d', {}), writing);
    expect(seen.find(({ method }) => method === 'PUT')!.body).toEqual({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
      id: '1',
      userName: 'zhang',
      custom: { kept: true },
      title: 'CTO',
    });
    expect(memory.get('scim-abilities')).toContain('"update":"put"');
  });

  test('204 for an answer is read back', async () => {
    const { config } = await server('entra');
    const { connection } = await open(config);
    const { id } = await connection.create('person', desired('d', { userName: 'z' }), writing);
    const changed = { attributes: { displayName: '张伟' }, before: {}, edges: {} };
    expect(await connection.update('person', id, changed, desired('d', {}), writing)).toEqual({ id, echo: { displayName: '张伟' } });
  });

  test('removing a member who is none is fine, and the others of the piece go', async () => {
    const { config, state } = await server('strict');
    const { connection } = await open(config);
    const [a, b, c] = await Promise.all(
      ['a', 'b', 'c'].map(async (name) => (await connection.create('person', desired(name, { userName: name }), writing)).id),
    );
    const edge = (id: string | undefined) => ({ to: { type: 'person', id: id! } });
    const { id } = await connection.create('group', desired('g', { displayName: 'G' }, { edges: { member: [edge(a), edge(b)] } }), writing);
    await connection.changeMembers({ type: 'group', id }, 'member', { add: [], remove: [edge(c), edge(a)] }, writing);
    expect((state.get('Groups', id).members as { value: string }[]).map(({ value }) => value)).toEqual([b]);
  });

  test('a system that refuses to remove by filter gets the whole list, never a removal of all', async () => {
    let members = [{ value: 'a' }, { value: 'b' }, { value: 'c' }];
    const { url, seen } = await scripted(({ method, body }) => {
      const [operation] = (body.Operations ?? []) as { op: string; path: string; value: typeof members }[];
      if (method === 'PATCH' && operation!.path.includes('[')) return [400, { scimType: 'invalidPath' }];
      if (method === 'PATCH') members = operation!.value;
      return method === 'PATCH' ? [204] : [200, { id: 'g', displayName: 'G', members }];
    });
    const { connection } = await open(bearer(url, { profile: 'custom', groupsPath: 'Groups' }));
    await connection.changeMembers(
      { type: 'group', id: 'g' },
      'member',
      { add: [], remove: [{ to: { type: 'person', id: 'b' } }] },
      writing,
    );
    expect(seen.findLast(({ method }) => method === 'PATCH')!.body.Operations).toEqual([
      { op: 'replace', path: 'members', value: [{ value: 'a' }, { value: 'c' }] },
    ]);
  });

  test('members that a system never shows are remembered, so that they are not written again', async () => {
    const { url, seen } = await scripted(({ method, path }) => {
      if (path.endsWith('/Groups') && method === 'GET') return list([{ id: 'g', displayName: 'G', members: [] }]);
      return path.includes('/Groups') ? [200, { id: 'g', displayName: 'G', members: [] }] : undefined;
    });
    const first = await open(bearer(url));
    const edge = (id: string) => ({ to: { type: 'person', id } });
    const owner = { type: 'group', id: 'g' };
    await first.connection.changeMembers(owner, 'member', { add: [edge('a'), edge('b')], remove: [] }, writing);
    await first.connection.changeMembers(owner, 'member', { add: [edge('c')], remove: [edge('a')] }, writing);
    expect(seen.filter(({ method }) => method === 'PATCH').length).toBe(3);
    const { objects } = await readAll(await open(bearer(url), first.memory), 'group', ['displayName'], ['member']);
    expect(objects[0]!.edges!.member).toEqual([edge('b'), edge('c')]);
  });

  test('one unknown member is refused by name, and the others are taken', async () => {
    const { config, state } = await server('strict');
    const { connection } = await open(config);
    const good = [];
    for (let n = 0; n < 6; n += 1) good.push((await connection.create('person', desired(`p${n}`, { userName: `u${n}` }), writing)).id);
    const { id } = await connection.create('group', desired('g', { displayName: 'G' }), writing);
    const add = [...good.slice(0, 3), 'nobody', ...good.slice(3)].map((member) => ({ to: { type: 'person', id: member } }));
    const written = await connection.changeMembers({ type: 'group', id }, 'member', { add, remove: [] }, writing);
    expect(written!.refused.map(({ to }) => to.id)).toEqual(['nobody']);
    expect((state.get('Groups', id).members as unknown[]).length).toBe(6);
  });

  test('a group that is made with somebody unknown has the others, and says who is missing', async () => {
    const { config, state, requests } = await server('strict');
    const { connection } = await open(config);
    const { id: known } = await connection.create('person', desired('p', { userName: 'u' }), writing);
    const member = [known, 'nobody'].map((id) => ({ to: { type: 'person', id } }));
    const made = await connection.create('group', desired('g', { displayName: 'G' }, { edges: { member } }), writing);
    expect(made.refused!.map(({ relation, to }) => [relation, to.id])).toEqual([['member', 'nobody']]);
    expect(state.get('Groups', made.id).members).toMatchObject([{ value: known }]);
    expect(requests.filter((request) => request.startsWith('POST') && request.endsWith('/Groups'))).toHaveLength(2);
  });

  test('once a group is made, whatever its members meet does not make it again', async () => {
    const { url, seen } = await scripted(({ method }) => (method === 'POST' ? [201, { id: 'g' }] : method === 'PATCH' ? [403] : undefined));
    const { connection } = await open(bearer(url, { profile: 'aws' }));
    const member = [{ to: { type: 'person', id: 'a' } }];
    const made = await connection.create('group', desired('g', { displayName: 'G' }, { edges: { member } }), writing);
    expect(made).toMatchObject({ id: 'g', refused: [{ relation: 'member', to: { id: 'a' }, error: { kind: 'forbidden' } }] });
    expect(seen.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  test('409 of a creation is "exists already", of a change it is a conflict', async () => {
    const { url } = await scripted(({ method, path }) =>
      method === 'GET' ? (path.endsWith('/Users') ? list([]) : [200, person(1)]) : [409, { status: '409' }],
    );
    const { connection } = await open(bearer(url, { profile: 'aws' }));
    await expect(connection.create('person', desired('d', { userName: 'z' }), writing)).rejects.toMatchObject({ kind: 'already-exists' });
    await expect(
      connection.update('person', '1', { attributes: { title: 'x' }, before: {}, edges: {} }, desired('d', {}), writing),
    ).rejects.toMatchObject({ kind: 'conflict' });
  });
});

describe('freezing and deleting', () => {
  const writes = async (config: Record<string, unknown>) => {
    const { url } = await scripted(() => undefined);
    const { types, facts } = await (await open(bearer(url, config))).connection.describe!(writing.signal);
    return { writes: types!.find(({ id }) => id === 'person')!.writes, removeMeans: facts!.removeMeans };
  };

  test('a status that deletes is not offered as freezing', async () => {
    expect(await writes({ profile: 'github-organization' })).toEqual({
      writes: ['create', 'update', 'remove'],
      removeMeans: 'irreversible',
    });
  });
  test('a deletion that only deactivates says so', async () => {
    expect(await writes({ profile: 'slack' })).toEqual({ writes: ['create', 'update', 'disable', 'remove'], removeMeans: 'disables' });
  });
  test('a system that never deletes is not asked to', async () => {
    expect(await writes({ profile: 'custom', deleteMeans: 'never' })).toEqual({
      writes: ['create', 'update', 'disable'],
      removeMeans: 'disables',
    });
  });
  test('a status of its own is read and written', async () => {
    const custom = { profile: 'custom', statusAttribute: 'state', statusOn: 'NORMAL', statusOff: 'FREEZE' };
    const { url, seen } = await scripted(({ method }) => (method === 'GET' ? [200, person(1, { state: 'FREEZE' })] : [204]));
    const { connection } = await open(bearer(url, custom));
    expect((await connection.get('person', ['1'], asking([]))).answers.get('1')).toMatchObject({ object: { enabled: false } });
    await connection.disable('person', '1', writing);
    expect(seen.findLast(({ method }) => method === 'PATCH')!.body.Operations).toEqual([{ op: 'replace', path: 'state', value: 'FREEZE' }]);
  });
});

describe('a custom profile', () => {
  test('says paths, envelope, names of attributes, forms of values and lengths', async () => {
    const made = ({ method, path }: Said): Reply | undefined => {
      const id = path.includes('/Orgs') ? 'o1' : 'p1';
      if (method === 'POST') return [200, { errcode: 0, errmsg: 'ok', id }];
      return path.endsWith('/o1') || path.endsWith('/p1') ? [200, { id, userName: 'a', displayName: '研发' }] : undefined;
    };
    const { url, seen } = await scripted(made);
    const config = {
      profile: 'custom',
      departments: 'resource',
      usersPath: 'People',
      departmentsPath: 'Orgs',
      envelope: 'errcode',
      parentAttribute: 'parentId',
      departmentsAttribute: 'orgIds',
      managerForm: 'text',
      phoneForm: 'dashed',
      extraAttributes: ['badge=badgeNo'],
      lengthLimits: ['displayName=8'],
    };
    const { connection } = await open(bearer(url, config));
    const { types } = await connection.describe!(writing.signal);
    const spec = types!.find(({ id }) => id === 'person')!.attributes;
    expect(spec.find(({ name }) => name === 'displayName')).toMatchObject({ maxLength: 8 });
    expect((await connection.create('department', desired('d', { name: '研发', parent: 'o0' }), writing)).id).toBe('o1');
    const attributes = { userName: 'a', phone: '+8613800138000', manager: 'p0', badge: 'B7' };
    const edges = { membership: [{ to: { type: 'department', id: 'o1' } }] };
    expect((await connection.create('person', desired('p', attributes, { edges }), writing)).id).toBe('p1');
    const [org, user] = seen.filter(({ method }) => method === 'POST');
    expect([org!.path, user!.path]).toEqual(['/scim/v2/Orgs', '/scim/v2/People']);
    expect(org!.body).toMatchObject({ displayName: '研发', parentId: 'o0' });
    expect(user!.body).toMatchObject({
      userName: 'a',
      phoneNumbers: [{ value: '+86-13800138000' }],
      badgeNo: 'B7',
      orgIds: ['o1'],
      [ENTERPRISE]: { manager: 'p0' },
    });
  });
});

describe('the check', () => {
  const check = async (config: Record<string, unknown>) =>
    (await (await open(config)).connection.check({ direction: 'down', signal: writing.signal })).findings.find(({ ok }) => !ok)!;

  test('of a wrong base address does not send anybody to look for another token', async () => {
    const { config, address } = await server('strict');
    const wrong = await check({ ...config, url: address.replace('/v2', '/v3') });
    expect(wrong.message).toEqual({ en: 'There are no users at this address.', zh: '该地址下没有用户资源。' });
    expect(wrong.remedy!.en).toContain('base address');
    const { url } = await scripted(() => [200, '<html>Welcome</html>']);
    expect((await check(bearer(url))).remedy!.en).toContain('proxy');
  });

  test('of a wrong token sends to the credential', async () => {
    const { config } = await server('strict');
    expect((await check({ ...config, token: 'another' })).remedy!.en).toContain('credential');
  });

  test.each([
    ['strict', 'It describes what it can do', /^Accounts can be disabled, /],
    ['entra', 'It describes its attributes', /^Accounts can be disabled/],
    ['sloppy', 'It does not describe itself', /^As far as the profile says, accounts can be disabled, /],
  ] as const)('of a %s system says what was discovered, in words of both languages', async (mood, begins, short) => {
    const { config } = await server(mood);
    const { findings } = await (await open(config)).connection.check({ direction: 'up', signal: writing.signal });
    const { message } = findings.find(({ level }) => level === 'rights')!;
    expect(message.en).toMatch(short);
    expect(message.en).toContain(`In detail, for experts: ${begins}`);
    expect(message.zh).not.toMatch(/:(index|eq|patch)/);
  });
});

describe('the Tencent EIAM dialect', () => {
  test('the secret of the token request shows in no log line and no error', async () => {
    const { config } = await server('tencent');
    const { connection, logs } = await open({ ...config, clientSecret: 'wrong-secret-3H5' });
    const error: unknown = await connection.describe!(writing.signal)
      .then(() => connection.get('person', ['1'], asking([])))
      .catch((found: unknown) => found);
    expect(error).toMatchObject({ kind: 'credentials' });
    expect(inspect([error, logs], { depth: 9 })).not.toContain('wrong-secret-3H5');
  });

  test('201 with an error code is an error', async () => {
    const { config } = await server('tencent', {});
    const { connection } = await open(config);
    const create = (name: string) =>
      connection.create(
        'person',
        desired(name, { userName: 'zhang', displayName: '张' }, { secrets: { password: 'Once-Only-1' } }),
        writing,
      );
    await create('a');
    await expect(create('b')).rejects.toMatchObject({ kind: 'already-exists' });
  });

  test('a name of 33 characters is refused before it is sent', async () => {
    const { config, requests } = await server('tencent');
    const { connection } = await open(config);
    await expect(connection.create('person', desired('a', { userName: 'z', displayName: '名'.repeat(33) }), writing)).rejects.toMatchObject(
      {
        kind: 'invalid',
        facts: { attribute: 'displayName' },
      },
    );
    expect(requests.filter((request) => request.startsWith('POST'))).toEqual([]);
  });

  test('phones go out with a hyphen, and departments as a list with the primary one first', async () => {
    const { config, state } = await server('tencent');
    const { connection } = await open({ ...config, departments: 'resource' });
    const [a, b] = await Promise.all(
      ['a', 'b'].map((name) => connection.create('department', desired(name, { name, code: name }), writing)),
    );
    const membership = [{ to: { type: 'department', id: a!.id } }, { to: { type: 'department', id: b!.id }, primary: true }];
    const { id } = await connection.create(
      'person',
      desired(
        'p',
        { userName: 'z', displayName: '张', phone: '+8613800138000' },
        { edges: { membership }, secrets: { password: 'Once-Only-1' } },
      ),
      writing,
    );
    expect(state.get('Users', id)).toMatchObject({ organization: [b!.id, a!.id], phoneNumbers: [{ value: '+86-13800138000' }] });
  });

  test('everything is read in one list, children before parents too', async () => {
    const { config, requests } = await server('tencent');
    const opened = await open({ ...config, departments: 'resource' });
    const top = await opened.connection.create('department', desired('t', { name: 'top', code: 't' }), writing);
    const below = await opened.connection.create('department', desired('b', { name: 'below', code: 'b', parent: top.id }), writing);
    const before = requests.length;
    const { objects } = await readAll(opened, 'department', ['name', 'parent']);
    expect(objects.map(({ id, attributes }) => [id, attributes.parent])).toEqual([
      [below.id, top.id],
      [top.id, null],
    ]);
    expect(requests.length - before).toBe(1);
  });
});

describe('the network', () => {
  test('every request names a user agent, and SCIM as its media type', async () => {
    const { url, seen } = await scripted(({ method }) => (method === 'POST' ? [201, person(1)] : list([])));
    const { connection } = await open(bearer(url, { profile: 'aws' }));
    await connection.create('person', desired('d', { userName: 'z' }), writing);
    for (const { headers } of seen) expect(headers['user-agent']).toBeTruthy();
    expect(seen.at(-1)!.headers['content-type']).toBe('application/scim+json');
  });

  test('an expired token is renewed and the write sent again, once', async () => {
    const simulator = await server('entra');
    const { connection } = await open(simulator.config);
    await connection.describe!(writing.signal);
    await connection.find('person', 'userName', ['x'], asking([]));
    simulator.fault({ fault: 'expire-token', on: 'write' });
    await connection.create('person', desired('d', { userName: 'z' }), writing);
    expect(simulator.state.list('Users').length).toBe(1);
  });

  test('basic credentials and further headers are sent', async () => {
    const { url, seen } = await scripted(users([]));
    const { connection } = await open({ url, auth: 'basic', user: 'sync', password: 'pass:word', headers: ['X-Tenant: 7'] });
    await connection.find('person', 'userName', ['x'], asking([]));
    expect(seen.at(-1)!.headers).toMatchObject({
      authorization: `Basic ${Buffer.from('sync:pass:word').toString('base64')}`,
      'x-tenant': '7',
    });
  });
});
