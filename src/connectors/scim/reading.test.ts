// How SCIM systems list and search, one named test each: pages that move, members that are elsewhere, searches that are ignored.
import { describe, expect, test } from 'vitest';
import { ENTERPRISE } from './places.ts';
import { asking, bearer, idsOf as ids, list, open, person, readAll, scripted, users, type Reply, type Said } from './test-support.ts';

/** A list of users that is paged by index, at most three in a page. */
const paged =
  (all: () => readonly { id: string }[], size = 3) =>
  (said: Said): Reply | undefined => {
    if (said.method !== 'GET' || !said.path.endsWith('/Users')) return undefined;
    const from = Number(said.query.get('startIndex') ?? 1) - 1;
    return list(all().slice(from, from + size), all().length);
  };

describe('reading', () => {
  test('numbers sent as texts and resources in small letters are understood', async () => {
    const { url } = await scripted((said) =>
      said.path.endsWith('/Users') ? [200, { TotalResults: '1', resources: [person(1)] }] : undefined,
    );
    const { objects, end } = await readAll(await open(bearer(url)), 'person', ['userName']);
    expect(objects).toEqual([{ id: '1', attributes: { userName: 'user1' }, edges: {}, enabled: true }]);
    expect(end?.complete).toBe(true);
  });

  test('attribute names compare without case', async () => {
    const { url } = await scripted(users([{ ID: 'x', UserName: 'zhang', Active: 'True', NAME: { FamilyName: '张' } }]));
    const { objects } = await readAll(await open(bearer(url)), 'person', ['userName', 'familyName']);
    expect(objects[0]).toMatchObject({ id: 'x', attributes: { userName: 'zhang', familyName: '张' }, enabled: true });
  });

  test.each([
    ['a bare text', 'm1'],
    ['an object', { value: 'm1', displayName: '李雷' }],
  ])('a manager sent as %s is the same manager', async (_, manager) => {
    const { url } = await scripted(users([person(1, { [ENTERPRISE]: { manager } })]));
    const { objects } = await readAll(await open(bearer(url)), 'person', ['manager']);
    expect(objects[0]!.attributes.manager).toBe('m1');
  });

  test('empty texts, empty lists and absent attributes are all empty', async () => {
    const { url } = await scripted(users([person(1, { title: '', emails: [], displayName: null })]));
    const { objects } = await readAll(await open(bearer(url)), 'person', ['title', 'email', 'displayName', 'nickName']);
    expect(objects[0]!.attributes).toEqual({ title: null, email: null, displayName: null, nickName: null });
  });

  test('an untyped mail address and number are the only ones there are', async () => {
    const { url } = await scripted(users([person(1, { emails: [{ value: 'a@b.cn' }], phoneNumbers: [{ value: '+86-13800138000' }] })]));
    const { objects } = await readAll(await open(bearer(url)), 'person', ['email', 'phone', 'workPhone']);
    expect(objects[0]!.attributes).toEqual({ email: 'a@b.cn', phone: '+86-13800138000', workPhone: null });
  });

  test('a server that gives fewer than asked for is read to the end', async () => {
    const all = Array.from({ length: 10 }, (_, n) => person(n + 1));
    const { url } = await scripted(paged(() => all, 3));
    const { objects, end } = await readAll(await open(bearer(url)), 'person', ['userName']);
    expect(ids(objects)).toEqual(ids(all));
    expect(end?.complete).toBe(true);
  });

  test('an object that leaves an earlier page hides nobody', async () => {
    let all = Array.from({ length: 12 }, (_, n) => person(n + 1));
    let asked = 0;
    const { url } = await scripted((said) => {
      if (said.path.endsWith('/Users') && ++asked === 2) all = [...all.filter(({ id }) => id !== '1'), person(13)];
      return paged(() => all, 4)(said);
    });
    const { objects, end } = await readAll(await open(bearer(url)), 'person', ['userName']);
    expect(ids(objects)).toEqual(ids(Array.from({ length: 13 }, (_, n) => person(n + 1))));
    expect(end?.complete).toBe(true);
  });

  test('a newest-first list that grows while it is read hides nobody', async () => {
    let all = Array.from({ length: 8 }, (_, n) => person(n + 1));
    const { url } = await scripted((said) => {
      const reply = paged(() => all, 3)(said);
      if (reply && all.length < 11) all = [person(all.length + 1), ...all];
      return reply;
    });
    const { objects, end } = await readAll(await open(bearer(url)), 'person', ['userName']);
    for (let id = 1; id <= 8; id += 1) expect(ids(objects)).toContain(String(id));
    expect(end?.complete).toBe(true);
  });

  test('a server that gives the first page again and again is not complete', async () => {
    const { url } = await scripted(users([person(1), person(2)], 9));
    const { end } = await readAll(await open(bearer(url)), 'person', ['userName']);
    expect(end?.complete).toBe(false);
    expect(end?.reason?.zh).toBeTruthy();
  });

  test('a server whose lists take no parameters is read by searches', async () => {
    const all = Array.from({ length: 7 }, (_, n) => person(n + 1));
    const { url } = await scripted(({ method, path, body }) => {
      if (!path.includes('/Users')) return undefined;
      const from = method === 'POST' ? Number(body.startIndex) : 1;
      return [200, { totalResults: 7, startIndex: from, Resources: all.slice(from - 1, from + 2) }];
    });
    const { objects, end } = await readAll(await open(bearer(url)), 'person', ['userName']);
    expect(ids(objects)).toEqual(ids(all));
    expect(end?.complete).toBe(true);
  });

  test('a total that counts only one page does not hide those behind it', async () => {
    const all = Array.from({ length: 11 }, (_, n) => person(n + 1));
    const { url } = await scripted((said) => {
      if (!said.path.endsWith('/Users')) return undefined;
      const from = Number(said.query.get('startIndex')) - 1;
      return list(all.slice(from, from + 4), 4);
    });
    const { objects, end } = await readAll(await open(bearer(url)), 'person', ['userName']);
    expect(ids(objects)).toEqual(ids(all));
    expect(end?.complete).toBe(true);
  });

  test('a server that announces more than it gives is not complete', async () => {
    const { url } = await scripted((said) =>
      said.path.endsWith('/Users') ? list(said.query.get('startIndex') === '1' ? [person(1)] : [], 5) : undefined,
    );
    const { end } = await readAll(await open(bearer(url)), 'person', ['userName']);
    expect(end?.complete).toBe(false);
  });

  test('a cursor that expired in the middle starts again and misses nobody', async () => {
    let expired = false;
    const { url } = await scripted((said) => {
      if (said.path.endsWith('ServiceProviderConfig'))
        return [200, { patch: { supported: true }, filter: { supported: true }, pagination: { cursor: true, index: false } }];
      if (!said.path.endsWith('/Users')) return undefined;
      if (said.query.get('cursor') === '') return [200, { totalResults: 2, Resources: [person(1)], nextCursor: 'c' }];
      if (!expired) {
        expired = true;
        return [400, { scimType: 'expiredCursor', status: '400' }];
      }
      return [200, { totalResults: 2, Resources: [person(2)] }];
    });
    const { objects, end } = await readAll(await open(bearer(url)), 'person', ['userName']);
    expect(ids(objects)).toEqual(['1', '2']);
    expect(end?.complete).toBe(true);
  });

  test('without pages everything comes at once, and is counted', async () => {
    const { url, seen } = await scripted(users([person(1), person(2)], 3));
    const { end } = await readAll(await open(bearer(url, { profile: 'custom', paging: 'none' })), 'person', ['userName']);
    expect(seen.find(({ path }) => path.endsWith('/Users'))!.query.size).toBe(0);
    expect(end?.complete).toBe(false);
  });

  test('groups whose list shows no members are asked one by one', async () => {
    const { url } = await scripted(({ path }) => {
      if (path.endsWith('/Groups')) return list([{ id: 'g', displayName: 'G' }]);
      return path.endsWith('/Groups/g') ? [200, { id: 'g', displayName: 'G', members: [{ value: 'u1', $ref: null }] }] : undefined;
    });
    const { objects } = await readAll(await open(bearer(url)), 'group', ['displayName'], ['member']);
    expect(objects[0]!.edges).toEqual({ member: [{ to: { type: 'person', id: 'u1' } }] });
  });

  test('members are left out of the list when nobody asked for them', async () => {
    const { url, seen } = await scripted(({ path }) => (path.endsWith('/Groups') ? list([{ id: 'g', displayName: 'G' }]) : undefined));
    await readAll(await open(bearer(url)), 'group', ['displayName']);
    expect(seen.find(({ path }) => path.endsWith('/Groups'))!.query.get('excludedAttributes')).toBe('members');
  });

  test('members may have to be found by a search for people of the group', async () => {
    const { url } = await scripted(({ path, query }) => {
      if (path.endsWith('/Groups')) return [200, { totalResults: 1, Resources: [{ id: 'g', displayName: 'G' }] }];
      return query.get('filter') === 'groups.value eq "g"' ? [200, { totalResults: 1, Resources: [person(7)] }] : undefined;
    });
    const { objects } = await readAll(await open(bearer(url, { profile: 'aws' })), 'group', ['displayName'], ['member']);
    expect(objects[0]!.edges!.member).toEqual([{ to: { type: 'person', id: '7' } }]);
  });

  test("a proxy's 404 does not mean that somebody is gone", async () => {
    const { url } = await scripted(({ path }) => (/Users\/.+/.test(path) ? [404, '<html>nothing here</html>'] : undefined));
    const { connection } = await open(bearer(url));
    const { answers } = await connection.get('person', ['1'], asking(['userName']));
    expect(answers.get('1')!.state).toBe('unknown');
  });

  test.each([
    ['a number for 404 status', [404, { status: 404 }]],
    ['an empty body', [404]],
  ] as const)('somebody answered with %s is gone', async (_, reply) => {
    const { url } = await scripted(({ path }) => (/Users\/.+/.test(path) ? (reply as Reply) : undefined));
    const { connection } = await open(bearer(url));
    expect((await connection.get('person', ['1'], asking(['userName']))).answers.get('1')).toEqual({ state: 'gone' });
  });
});

describe('searching', () => {
  test('404 for a search means nobody', async () => {
    const { url } = await scripted(({ query }) => (query.has('filter') ? [404, { status: 404 }] : undefined));
    const { connection } = await open(bearer(url));
    expect(await connection.find('person', 'userName', ['x'], asking([]))).toEqual([]);
  });

  test('a server that ignores searches is read whole, and remembered', async () => {
    const { url, seen } = await scripted(users([person(1), person(2)]));
    const { connection } = await open(bearer(url));
    expect(await connection.find('person', 'userName', ['USER2'], asking([]))).toEqual([{ value: 'USER2', id: '2' }]);
    const before = seen.length;
    await connection.find('person', 'userName', ['user1'], asking([]));
    expect(seen.slice(before).some(({ query }) => query.has('filter'))).toBe(false);
  });

  test('a search that is refused is answered by reading', async () => {
    const { url } = await scripted((said) => (said.query.has('filter') ? [400, { scimType: 'invalidFilter' }] : users([person(1)])(said)));
    const { connection } = await open(bearer(url));
    expect(await connection.find('person', 'userName', ['user1'], asking([]))).toEqual([{ value: 'user1', id: '1' }]);
  });

  test('quotes in a value stay inside it', async () => {
    const { url, seen } = await scripted(users([]));
    const { connection } = await open(bearer(url));
    await connection.find('person', 'userName', ['a" or userName pr or userName eq "'], asking([]));
    expect(seen.find(({ query }) => query.has('filter'))!.query.get('filter')).toBe('userName eq "a\\" or userName pr or userName eq \\""');
  });
});
