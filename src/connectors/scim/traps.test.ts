// What the facts on SCIM systems warn of, by their topic: times that deceive, lists that leave out, limits by the hour, versions.
import { describe, expect, test } from 'vitest';
import type { ChangeEvent } from '../../connector-kit/contract.ts';
import { isConnectorError } from '../../connector-kit/errors.ts';
import { budgetsOf } from './budgets.ts';
import { memberPace } from './member-pace.ts';
import { presetOf } from './profiles.ts';
import { asking, bearer, desired, list, open, person, readAll, scripted, server, users, writing, type Opened } from './test-support.ts';

const DAY = '2026-01-05T08:00:00Z';
const at = (seconds: number): string => new Date(Date.parse(DAY) + seconds * 1000).toISOString();
const stamped = (id: number, seconds: number, more: Record<string, unknown> = {}) =>
  person(id, { meta: { created: at(-9000), lastModified: at(seconds) }, ...more });

/** A system that is searched by time; `now` is its clock in seconds of that day. */
async function timed(start: readonly ReturnType<typeof stamped>[]) {
  const world = { all: [...start] as Record<string, unknown>[], now: 0 };
  const { url, seen } = await scripted(({ method, path, query }) => {
    if (method !== 'GET' || !path.endsWith('/Users')) return undefined;
    const [, since] = /^meta\.lastModified gt "(.+)"$/.exec(query.get('filter') ?? '') ?? [];
    const time = (one: Record<string, unknown>): number => Date.parse((one.meta as { lastModified: string }).lastModified);
    const found = since ? world.all.filter((one) => time(one) > Date.parse(since)) : world.all;
    const from = Number(query.get('startIndex') ?? 1) - 1;
    const [status, body] = list(found.slice(from, from + Number(query.get('count') ?? 100)), found.length);
    return [status, body, { date: new Date(Date.parse(DAY) + world.now * 1000).toUTCString() }];
  });
  const opened = await open(bearer(url, { profile: 'custom', changedBy: 'meta.lastModified', groups: false }));
  return {
    world,
    seen,
    opened,
    changes: opened.connection.changes!,
    start: () => opened.connection.startCursor!({ part: {}, signal: writing.signal }),
  };
}

async function since({ connection }: Opened, cursor: string): Promise<{ ids: readonly string[]; cursor: string }> {
  const events: ChangeEvent[] = [];
  for await (const event of connection.changes!(cursor, { ...asking([]), part: {}, types: ['person'] })) events.push(event);
  const end = events.at(-1)!;
  if (end.kind !== 'end') throw new Error('changes end with `end`');
  return { ids: events.flatMap((event) => (event.kind === 'keys' ? event.keys.map(({ id }) => id) : [])).sort(), cursor: end.cursor };
}

const kindOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'none',
    (error: unknown) => (isConnectorError(error) ? error.kind : String(error)),
  );

describe('changes searched by the time of the last change', () => {
  test('are told once, although the search reaches back before the cursor', async () => {
    const { world, opened, start } = await timed([stamped(1, -5), stamped(2, -4000)]);
    const first = await start();
    expect((await since(opened, first)).ids).toEqual([]);
    world.now = 30;
    world.all[1] = stamped(2, 20, { title: 'CTO' });
    const second = await since(opened, first);
    expect(second.ids).toEqual(['2']);
    expect((await since(opened, second.cursor)).ids).toEqual([]);
  });

  test('in the same second as the cursor are not lost: what was seen is known by its content, not by its time', async () => {
    const { world, opened, start } = await timed([stamped(1, 0)]);
    const first = await start();
    world.all[0] = stamped(1, 0, { title: 'CTO' });
    expect((await since(opened, first)).ids).toEqual(['1']);
  });

  test('that a late copy shows only after a minute are not lost', async () => {
    const { world, opened, start } = await timed([stamped(1, -4000), stamped(2, -4000)]);
    const first = await start();
    world.now = 30;
    const second = await since(opened, first);
    world.now = 80;
    world.all[0] = stamped(1, 10, { title: 'CTO' });
    expect((await since(opened, second.cursor)).ids).toEqual(['1']);
  });

  test("are measured by the system's own clock, however ours goes", async () => {
    // Ours says another year.
    const { world, opened, start } = await timed([stamped(1, -4000)]);
    const { kinds } = JSON.parse(await start()) as { kinds: { users: { at: number } } };
    expect(kinds.users.at).toBe(Date.parse(DAY));
    world.now = 3600;
    world.all[0] = stamped(1, 3599, { title: 'CTO' });
    const next = JSON.parse((await since(opened, JSON.stringify({ ...JSON.parse(await start()), kinds }))).cursor) as {
      kinds: { users: { at: number } };
    };
    expect(next.kinds.users.at).toBe(Date.parse(DAY) + 3_600_000);
  });

  test('written as +0800 without a colon, without milliseconds, are the same moments', async () => {
    const inChina = (seconds: number): string =>
      new Date(Date.parse(DAY) + (8 * 3600 + seconds) * 1000).toISOString().replace('.000Z', '+0800');
    const stampedThere = (seconds: number) =>
      person(1, { title: String(seconds), meta: { created: at(-9000), lastModified: inChina(seconds) } });
    const { world, opened, start } = await timed([stampedThere(-5)]);
    const first = await start();
    // Seen already when the cursor was taken: known again, though the search reaches back to it.
    expect((await since(opened, first)).ids).toEqual([]);
    world.now = 30;
    world.all[0] = stampedThere(20);
    const second = await since(opened, first);
    expect(second.ids).toEqual(['1']);
    expect((await since(opened, second.cursor)).ids).toEqual([]);
  });

  test('do not say who was removed: a number that does not add up asks for a full read', async () => {
    const { world, opened, start } = await timed([stamped(1, -4000), stamped(2, -4000)]);
    const first = await start();
    world.now = 60;
    world.all.splice(0, 1);
    expect(await kindOf(since(opened, first))).toBe('cursor-expired');
    // One gone and one made leave the same number.
    world.all.push(person(3, { meta: { created: at(50), lastModified: at(50) } }));
    expect(await kindOf(since(opened, first))).toBe('cursor-expired');
    // One made and nobody gone.
    world.all.push(stamped(1, -4000));
    expect((await since(opened, first)).ids).toEqual(['3']);
  });

  test('are not believed of a system that ignores the search', async () => {
    const { world, opened, start } = await timed([stamped(1, -4000)]);
    const first = await start();
    world.now = 7200;
    const { url } = await scripted(users([stamped(1, -4000)]));
    const deaf = await open(bearer(url, { profile: 'custom', changedBy: 'meta.lastModified', groups: false }));
    const cursor = JSON.stringify({ ...(JSON.parse(first) as object), url });
    expect(await kindOf(since(deaf, cursor))).toBe('cursor-expired');
    expect(await kindOf(since(opened, 'another'))).toBe('cursor-expired');
  });

  test.each([
    ['strict', 'searched by meta.lastModified', true],
    ['entra', 'read in full', false],
    ['sloppy', 'read in full', false],
  ] as const)('of a %s system: the check finds out and says so, and the next connection uses it', async (mood, says, offered) => {
    const { config, state } = await server(mood);
    state.create('Users', { userName: 'zhang' });
    const { connection, memory } = await open(config);
    expect(connection.changes).toBeUndefined();
    const { findings } = await connection.check({ direction: 'up', signal: writing.signal });
    const rights = findings.find(({ level }) => level === 'rights')!.message;
    expect(rights.en).toContain(says);
    expect(rights.zh).toContain(offered ? '查找变更' : '全量读取');
    expect((await open(config, memory)).connection.changes !== undefined).toBe(offered);
  });
});

describe('lists that show less than the single object', () => {
  test('are found out by comparing, and nothing that they leave out is taken for empty', async () => {
    const whole = (id: number) => person(id, { title: `T${id}` });
    const { url, seen } = await scripted(({ path }) => {
      const [, id] = /\/Users\/(\d+)$/.exec(path) ?? [];
      if (id) return [200, whole(Number(id))];
      return path.endsWith('/Users') ? list([person(1), person(2), person(3)]) : undefined;
    });
    const opened = await open(bearer(url));
    const titles = async () => (await readAll(opened, 'person', ['title'])).objects.map(({ attributes }) => attributes.title);
    expect(await titles()).toEqual(['T1', 'T2', 'T3']);
    expect(JSON.parse(opened.memory.get('scim-abilities')!)).toMatchObject({ lists: 'short' });
    const before = seen.length;
    expect(await titles()).toEqual(['T1', 'T2', 'T3']);
    // Known now: one list, its end, and three objects.
    expect(seen.slice(before).filter(({ path }) => /\/Users\/\d+$/.test(path))).toHaveLength(3);
  });

  test('are compared once: a system whose lists are whole is not asked again', async () => {
    const { config, requests, state } = await server('strict');
    for (const userName of ['a', 'b', 'c']) state.create('Users', { userName, title: 'T' });
    const opened = await open(config);
    const singles = async (): Promise<number> => {
      const before = requests.length;
      await readAll(opened, 'person', ['userName', 'title']);
      return requests.slice(before).filter((request) => /Users\/.+/.test(request)).length;
    };
    expect(await singles()).toBeGreaterThan(0);
    expect(await singles()).toBe(0);
  });
});

describe('published limits', () => {
  const config = { parallel: 8, perMinute: 0 };

  test('of one kind of call do not slow the others: Slack counts reads, writes and accounts apart', () => {
    const { buckets, bucketOf } = budgetsOf(config, presetOf('slack'));
    expect([bucketOf('reads'), bucketOf('writes', 'groups'), bucketOf('writes', 'users')].map((name) => buckets[name]!.perMinute)).toEqual([
      1000, 600, 180,
    ]);
  });

  test('of an hour are spread over it: GitHub lets 1,000 accounts an hour be made', () => {
    const { buckets, bucketOf } = budgetsOf(config, presetOf('github'));
    expect(buckets[bucketOf('creates', 'users')]!.perMinute! * 60).toBeLessThanOrEqual(1000);
    expect(buckets[bucketOf('writes', 'users')]!.perMinute).toBeUndefined();
    expect(buckets[bucketOf('creates', 'groups')]!.perMinute).toBeUndefined();
  });

  test('of members in an hour are kept by group, whoever sent them: GitHub takes 1,000 of one group', async () => {
    const memory = new Map<string, string>();
    const context = {
      memory: { get: async (key: string) => memory.get(key), set: async (key: string, text: string) => void memory.set(key, text) },
    };
    let now = 0;
    const pace = () => memberPace({ ...context, clock: { now: () => now, sleep: async () => {} } });
    await pace().note('a', 400, 1000);
    now = 60_000;
    await pace().take('a', 600, 1000);
    await expect(pace().take('a', 1, 1000)).rejects.toMatchObject({ kind: 'rate-limited', facts: { afterMs: 3_540_000 } });
    await pace().take('b', 1000, 1000);
    now = 3_600_000;
    await pace().take('a', 400, 1000);
    await expect(pace().take('a', 600, 1000)).rejects.toMatchObject({ facts: { afterMs: 60_000 } });
    // What is more than an hour's waits for an empty hour, not for ever; where there is no such limit nothing is noted.
    now = 9_000_000;
    await pace().take('a', 5000, 1000);
    await pace().take('c', 5000, null);
    expect(memory.has('members sent to c')).toBe(false);
  });

  test('of members in an hour stop a change before it is sent, and the plan knows them', async () => {
    const { url, seen } = await scripted(({ method }) => (method === 'GET' ? [200, { id: 'g', members: [{ value: '1' }] }] : [204]));
    const { connection } = await open(bearer(url, { profile: 'github' }));
    const { types } = await connection.describe!(writing.signal);
    expect(types!.find(({ id }) => id === 'group')!.relations[0]).toMatchObject({ name: 'member', perHour: 1000 });
    const some = (from: number, count: number) =>
      Array.from({ length: count }, (_, at) => ({ to: { type: 'person', id: String(from + at) } }));
    const add = (from: number, count: number) =>
      connection.changeMembers({ type: 'group', id: 'g' }, 'member', { add: some(from, count), remove: [] }, writing);
    await add(1, 1000);
    const patches = seen.filter(({ method }) => method === 'PATCH').length;
    await expect(add(1001, 1)).rejects.toMatchObject({ kind: 'rate-limited' });
    expect(seen.filter(({ method }) => method === 'PATCH')).toHaveLength(patches);
  });

  test('that an administrator enters are for all calls together', () => {
    const { buckets, bucketOf } = budgetsOf({ parallel: 8, perMinute: 60 }, presetOf('slack'));
    expect(buckets).toEqual({ all: { inFlight: 8, perMinute: 60 } });
    expect([bucketOf('reads'), bucketOf('creates', 'users')]).toEqual(['all', 'all']);
  });
});

describe('versions', () => {
  test('where a system keeps them, what somebody else changed in between is read again and not overwritten', async () => {
    const far = await server('strict');
    const { connection } = await open({ ...far.config, update: 'put' });
    const { id } = await connection.create('person', desired('d', { userName: 'z', title: 'old' }), writing);
    // Between our reading and our writing somebody gives a nickname.
    const original = far.state.get.bind(far.state);
    let meddled = false;
    far.state.get = (collection, wanted) => {
      const found = structuredClone(original(collection, wanted));
      if (!meddled && collection === 'Users') {
        meddled = true;
        far.state.replace('Users', wanted, { ...found, nickName: 'Zoe' });
      }
      return found;
    };
    await connection.update('person', id, { attributes: { title: 'new' }, before: {}, edges: {} }, desired('d', {}), writing);
    expect(original('Users', id)).toMatchObject({ title: 'new', nickName: 'Zoe' });
  });

  test('are not sent where the system does not say that it keeps them', async () => {
    const { url, seen } = await scripted(({ method }) =>
      method === 'GET' ? [200, person(1, { meta: { version: 'W/"1"' } })] : [200, person(1, { active: false })],
    );
    const { connection } = await open(bearer(url, { profile: 'custom', update: 'put' }));
    await connection.disable('person', '1', writing);
    expect(seen.at(-1)!.method).toBe('PUT');
    expect(seen.at(-1)!.headers['if-match']).toBeUndefined();
  });
});

describe('groups that do not show their members', () => {
  test('keep them when they are renamed by PUT, which replaces the whole', async () => {
    const { url, seen } = await scripted(({ method, path, query }) => {
      if (method === 'PUT') return [200, { id: 'g', displayName: 'new' }];
      if (path.endsWith('/Groups/g')) return [200, { id: 'g', displayName: 'old' }];
      return query.get('filter') === 'groups.value eq "g"' ? list([person(1), person(2)]) : list([]);
    });
    const { connection } = await open(bearer(url, { profile: 'custom', update: 'put', membersFrom: 'filter' }));
    await connection.update('group', 'g', { attributes: { displayName: 'new' }, before: {}, edges: {} }, desired('g', {}), writing);
    expect(seen.find(({ method }) => method === 'PUT')!.body).toMatchObject({
      displayName: 'new',
      members: [{ value: '1' }, { value: '2' }],
    });
  });
});

test('a group whose list is called Members keeps one list when it is written whole', async () => {
  let group: Record<string, unknown> = { id: '7', displayName: 'old', Members: [{ value: '1' }] };
  const { url } = await scripted(({ method, path, body }) => {
    if (!path.endsWith('/Groups/7')) return undefined;
    if (method === 'PUT') group = body;
    return [200, group];
  });
  const { connection } = await open(bearer(url, { profile: 'custom', update: 'put', memberRemove: 'replace' }));
  const attributes = { displayName: 'new' };
  await connection.update('group', '7', { attributes, before: {}, edges: {} }, desired('g', attributes), writing);
  const added = { add: [{ to: { type: 'person', id: '2' } }], remove: [] };
  await connection.changeMembers({ type: 'group', id: '7' }, 'member', added, writing);
  expect(group).toMatchObject({ displayName: 'new', Members: [{ value: '1' }, { value: '2' }] });
  expect(group).not.toHaveProperty('members');
});

describe('departments as systems of their own kind write them', () => {
  test.each([
    ['an id', 'd1', 'd1'],
    ['an object', { value: 'd1' }, 'd1'],
    ['a number', 7, '7'],
    ['"0" for none', '0', null],
    ['an empty text for none', '', null],
  ])('a parent sent as %s is understood', async (_, parent, is) => {
    const { url } = await scripted(({ path }) =>
      path.endsWith('/Organizations') ? list([{ id: 'd2', displayName: 'B', parent }]) : undefined,
    );
    const opened = await open(bearer(url, { profile: 'custom', departments: 'resource' }));
    expect((await readAll(opened, 'department', ['name', 'parent'])).objects[0]!.attributes).toEqual({ name: 'B', parent: is });
  });

  test('departments of an account sent as ids or as objects are the same, the first one the primary', async () => {
    for (const organization of [
      ['d1', 'd2'],
      [{ value: 'd1' }, { value: 'd2' }],
    ]) {
      const { url } = await scripted(users([person(1, { organization })]));
      const opened = await open(bearer(url, { profile: 'custom', departments: 'resource' }));
      const { objects } = await readAll(opened, 'person', ['userName'], ['membership']);
      expect(objects[0]!.edges!.membership).toEqual([
        { to: { type: 'department', id: 'd1' }, primary: true },
        { to: { type: 'department', id: 'd2' } },
      ]);
    }
  });
});
