// Systems that answer that all is well and do nothing: nothing is believed that was not seen, and what nobody can see is said.
import { describe, expect, test } from 'vitest';
import type { Edge } from '../../core/model.ts';
import type { Mood } from './simulator-moods.ts';
import type { ScimSimulator } from './simulator.ts';
import { asking, bearer, desired, open, scripted, server, writing, type Opened } from './test-support.ts';

const edge = (id: string): Edge => ({ to: { type: 'person', id } });

/** Three people, one group that is empty, and a system that differs from the standard in this. */
async function world(differs: Partial<Mood>, config: Readonly<Record<string, unknown>> = {}) {
  const app = await server('strict', { differs: { discovery: 'none', ...differs } });
  const people = ['a', 'b', 'c'].map((userName) => String(app.state.create('Users', { userName, title: 'old' }).id));
  const { nestedGroups: _, ...given } = app.config as Record<string, unknown>;
  const opened = await open({ ...given, ...config });
  const { id: group } = await opened.connection.create('group', desired('g', { displayName: 'g' }), writing);
  return {
    app,
    opened,
    people,
    inIt: () => ((app.state.get('Groups', group).members ?? []) as readonly { value: string }[]).map(({ value }) => value).sort(),
    change: (add: readonly string[], remove: readonly string[] = []) =>
      opened.connection.changeMembers({ type: 'group', id: group }, 'member', { add: add.map(edge), remove: remove.map(edge) }, writing),
    async read(): Promise<readonly string[]> {
      const { answers } = await opened.connection.get('group', [group], asking([], ['member']));
      const found = answers.get(group)!;
      if (found.state !== 'found') throw new Error('the group is there');
      return found.object.edges!.member!.map(({ to }) => to.id).sort();
    },
  };
}

const learned = ({ memory }: Opened) => JSON.parse(memory.get('scim-abilities') ?? '{}') as Record<string, unknown>;
const rights = async ({ connection }: Opened): Promise<string> =>
  (await connection.check({ direction: 'down', signal: writing.signal })).findings.find(({ level }) => level === 'rights')!.message.en;
const requests = (app: ScimSimulator, begin: string): number => app.requests.filter((line) => line.startsWith(begin)).length;
/** A deactivated account, say: whatever is written to a group, they are left out of it, and nobody says so. */
function leavesOut(app: ScimSimulator, person: string): void {
  const replace = app.state.replace.bind(app.state);
  const others = (members: unknown): unknown => ((members ?? []) as { value: string }[]).filter(({ value }) => value !== person);
  app.state.replace = (collection, id, given) =>
    replace(collection, id, { ...given, ...(collection === 'Groups' ? { members: others(given.members) } : {}) });
}
const whole = { profile: 'custom', update: 'put', memberRemove: 'replace' };

describe('members', () => {
  test('that a PUT ignores are sent by PATCH, in a system that shows them', async () => {
    const { app, opened, people, change, inIt } = await world({ putsMembers: false }, whole);
    expect(await change(people.slice(0, 2))).toEqual({ refused: [] });
    expect(inIt()).toEqual(people.slice(0, 2));
    expect(learned(opened)).toMatchObject({ members: 'group', membersWhole: 'ignored' });
    expect(await rights(opened)).toContain('members of a whole group are ignored');
    const puts = requests(app, 'PUT');
    await change([people[2]!], [people[0]!]);
    expect(inIt()).toEqual(people.slice(1));
    expect(requests(app, 'PUT')).toBe(puts);
  });

  test('that a PUT ignores are sent by PATCH, in a system that shows them nowhere, and nobody says that they are in', async () => {
    const hidden = { putsMembers: false, hidesMembers: true, groupsOnAccounts: false };
    const { opened, people, change, inIt, read } = await world(hidden, whole);
    expect((await change(people.slice(0, 2)))!.unseen!.en).toContain('nobody can check');
    expect(inIt()).toEqual(people.slice(0, 2));
    expect(await rights(opened)).toContain('nobody can check');
    // Remembered, so that it is not written again and again; said again with whatever is written.
    expect(await read()).toEqual(people.slice(0, 2));
    expect((await change([], [people[0]!]))!.unseen).toBeDefined();
    expect(inIt()).toEqual([people[1]]);
    expect(await read()).toEqual([people[1]]);
  });

  test('that neither form brings in are not said to be in', async () => {
    const { opened, people, change } = await world({ hidesMembers: true, putsMembers: false, patch: false }, whole);
    expect((await change(people))!.unseen).toBeDefined();
    expect(learned(opened)).toMatchObject({ members: 'nowhere' });
  });

  test('that only the account shows are seen there, and remembered', async () => {
    const { opened, people, change, read, inIt } = await world({ hidesMembers: true, filters: 'userName' });
    expect(await change(people)).toEqual({ refused: [] });
    expect(learned(opened)).toMatchObject({ members: 'account' });
    expect(await rights(opened)).toContain('was seen on accounts');
    expect([await read(), inIt()]).toEqual([people, people]);
  });

  test('that a search shows are read by it, also what somebody else changes', async () => {
    const { app, opened, people, change, read } = await world({ hidesMembers: true });
    expect(await change(people.slice(0, 2))).toEqual({ refused: [] });
    expect(learned(opened)).toMatchObject({ members: 'search' });
    const [group] = app.state.list('Groups');
    app.state.replace('Groups', String(group!.id), { ...group, members: [{ value: people[2] }] });
    expect(await read()).toEqual([people[2]]);
  });

  test('are not read by a search that is ignored', async () => {
    const { opened, people, change } = await world({ hidesMembers: true, groupsOnAccounts: false, filters: 'ignored' });
    expect((await change(people))!.unseen).toBeDefined();
    expect(learned(opened)).toMatchObject({ members: 'nowhere' });
  });

  test('that a group does not show beside the others are named as not taken', async () => {
    const { app, people, change } = await world({});
    leavesOut(app, people[1]!);
    const { refused } = (await change(people))!;
    expect(refused.map(({ to }) => to.id)).toEqual([people[1]]);
    expect(refused[0]!.error).toMatchObject({ kind: 'invalid' });
  });

  test('that a creation dropped are added, and named where that does not help either', async () => {
    const { app, opened, people } = await world({});
    const [create, replace] = [app.state.create.bind(app.state), app.state.replace.bind(app.state)];
    const without = (given: Readonly<Record<string, unknown>>, id: string | undefined) => ({
      ...given,
      ...(given.members ? { members: (given.members as { value: string }[]).filter(({ value }) => value !== id) } : {}),
    });
    const make = (name: string) =>
      opened.connection.create('group', desired(name, { displayName: name }, { edges: { member: people.map(edge) } }), writing);
    app.state.create = (collection, given) => create(collection, without(given, people[2]));
    const made = await make('mended');
    expect(made.refused).toBeUndefined();
    expect((app.state.get('Groups', made.id).members as unknown[]).length).toBe(3);
    app.state.replace = (collection, id, given) => replace(collection, id, without(given, people[2]));
    const fresh = await open({ ...app.config });
    const lacking = await fresh.connection.create(
      'group',
      desired('l', { displayName: 'lacking' }, { edges: { member: people.map(edge) } }),
      writing,
    );
    expect(lacking.refused!.map(({ relation, to }) => [relation, to.id])).toEqual([['member', people[2]]]);
  });

  test('that a whole list leaves out do not keep others from being added and removed', async () => {
    const { opened, people, change, inIt, app } = await world({ filterPaths: false }, whole);
    leavesOut(app, people[1]!);
    expect((await change(people.slice(0, 2)))!.refused.map(({ to }) => to.id)).toEqual([people[1]]);
    expect(learned(opened)).not.toHaveProperty('membersWhole');
    expect(await change([people[2]!], [people[0]!])).toEqual({ refused: [] });
    expect(inIt()).toEqual([people[2]]);
    expect(learned(opened)).toMatchObject({ members: 'group', membersWhole: 'taken' });
  });

  test('that are left out of an empty group are named, where other groups show theirs', async () => {
    const { opened, people, change, read, app } = await world({ membersInList: false });
    app.state.create('Groups', { displayName: 'other', members: [{ value: people[1] }] });
    leavesOut(app, people[0]!);
    expect((await change([people[0]!]))!.refused.map(({ to }) => to.id)).toEqual([people[0]]);
    expect(learned(opened)).toMatchObject({ members: 'group' });
    expect(await read()).toEqual([]);
  });

  test('that stay in the group in whatever form they are taken out are no success', async () => {
    const { app, people, change } = await world({ filterPaths: false }, { profile: 'custom', memberRemove: 'replace' });
    await change(people);
    const replace = app.state.replace.bind(app.state);
    app.state.replace = (collection, id, given) =>
      collection === 'Groups' ? app.state.get(collection, id) : replace(collection, id, given);
    await expect(change([], [people[0]!])).rejects.toMatchObject({ kind: 'bad-response' });
  });

  test('that show later, where they did not at first, are read from then on', async () => {
    const { app, opened, people, change, read } = await world({ hidesMembers: true, groupsOnAccounts: false });
    expect((await change([people[0]!]))!.unseen).toBeDefined();
    (app.state as unknown as { mood: { hidesMembers: boolean } }).mood.hidesMembers = false;
    expect(await change([people[1]!])).toEqual({ refused: [] });
    expect(learned(opened)).toMatchObject({ members: 'group' });
    expect(await read()).toEqual(people.slice(0, 2));
  });

  test('of a hidden group stay when others are added or removed by the whole list', async () => {
    const hidden = { hidesMembers: true, groupsOnAccounts: false, patch: false };
    const { app, people, change, inIt } = await world(hidden, { ...whole, membersFrom: 'ours' });
    await change(people.slice(0, 2));
    await change([people[2]!]);
    expect(inIt()).toEqual(people);
    await change([], [people[0]!]);
    expect(inIt()).toEqual(people.slice(1));
    expect(requests(app, 'PUT')).toBe(3);
  });

  describe('of a group that somebody else made, in a system that takes whole groups alone and does not show who is in them,', () => {
    async function foreign(differs: Partial<Mood>, config = {}) {
      const { app, opened, people } = await world({ hidesMembers: true, patch: false, ...differs }, { ...whole, ...config });
      const members = people.slice(1).map((value) => ({ value }));
      const id = String(app.state.create('Groups', { displayName: 'theirs', members }).id);
      const attributes = { displayName: 'new' };
      return {
        app,
        people,
        add: () => opened.connection.changeMembers({ type: 'group', id }, 'member', { add: [edge(people[0]!)], remove: [] }, writing),
        rename: () => opened.connection.update('group', id, { attributes, before: {}, edges: {} }, desired('g', attributes), writing),
        inIt: () => (app.state.get('Groups', id).members as readonly { value: string }[]).map(({ value }) => value).sort(),
      };
    }

    test('stay when others are added or it is renamed, where a search shows them', async () => {
      const { people, add, rename, inIt } = await foreign({});
      await rename();
      expect(inIt()).toEqual(people.slice(1));
      await add();
      expect(inIt()).toEqual(people);
    });

    test('are not put at risk where nothing shows them: the write is refused, and says what to do', async () => {
      const { app, people, add, rename, inIt } = await foreign({ groupsOnAccounts: false });
      for (const write of [add, rename])
        await expect(write()).rejects.toMatchObject({ kind: 'unsupported', label: { en: expect.stringContaining('custom profile') } });
      expect([inIt(), requests(app, 'PUT')]).toEqual([people.slice(1), 0]);
    });

    test('may be taken out where somebody said so', async () => {
      const { people, add, inIt } = await foreign({ groupsOnAccounts: false }, { membersFrom: 'ours' });
      await add();
      expect(inIt()).toEqual([people[0]]);
    });
  });

  test('of a hidden group stay when it is renamed by the whole', async () => {
    const { opened, people, change, inIt, app } = await world({ hidesMembers: true, groupsOnAccounts: false, patch: false }, whole);
    await change(people);
    const group = String(app.state.list('Groups')[0]!.id);
    const attributes = { displayName: 'new' };
    await opened.connection.update('group', group, { attributes, before: {}, edges: {} }, desired('g', attributes), writing);
    expect([app.state.get('Groups', group).displayName, inIt()]).toEqual(['new', people]);
  });
});

describe('attributes', () => {
  const update = ({ opened, people }: Awaited<ReturnType<typeof world>>, attributes: Record<string, string>, before = {}) =>
    opened.connection.update('person', people[0]!, { attributes, before, edges: {} }, desired('a', attributes), writing);

  test('that PATCH loses are put whole, which is found out by looking once', async () => {
    const there = await world({ patchesExtensions: false });
    const { echo } = await update(there, { department: 'Sales', title: 'new' });
    expect(echo).toEqual({ department: 'Sales', title: 'new' });
    expect(await rights(there.opened)).toContain('PATCH loses attributes of extensions');
    const before = requests(there.app, 'PATCH');
    expect((await update(there, { department: 'Research' })).echo).toEqual({ department: 'Research' });
    expect(requests(there.app, 'PATCH')).toBe(before);
  });

  test('that the system does not keep in any form are no reason to give up PATCH', async () => {
    const there = await world({ drops: ['nickName'] });
    expect((await update(there, { nickName: 'Zoe' })).echo).toEqual({ nickName: null });
    expect((await update(there, { title: 'new', email: 'a@example.com' })).echo).toEqual({ title: 'new', email: 'a@example.com' });
    const puts = requests(there.app, 'PUT');
    await update(there, { nickName: 'Zoe', title: 'newer' });
    expect(requests(there.app, 'PUT')).toBe(puts);
    expect(learned(there.opened)).not.toHaveProperty('update');
  });
});

describe('attributes of an app that knows no PUT', () => {
  test.each([405, 501, 404, 400, 403])('are written by PATCH when it does not keep one of them (%s)', async (status) => {
    const account: Record<string, unknown> = { id: '7', userName: 'u', title: 'old', active: true };
    const { url, seen } = await scripted(({ method, path, body }) => {
      if (!path.endsWith('/7')) return undefined;
      if (method === 'PUT') return [status, { status: String(status) }];
      for (const { path: name, value } of (body.Operations ?? []) as { path: string; value: unknown }[])
        if (name !== 'nickName') account[name] = value;
      return [200, account];
    });
    const { connection } = await open(bearer(url, { profile: 'custom' }));
    const update = (attributes: Record<string, string>) =>
      connection.update('person', '7', { attributes, before: {}, edges: {} }, desired('u', attributes), writing);
    expect((await update({ nickName: 'Zoe' })).echo).toEqual({ nickName: null });
    expect((await update({ title: 'new', nickName: 'Zoe' })).echo).toEqual({ title: 'new', nickName: null });
    expect(seen.filter(({ method }) => method === 'PUT')).toHaveLength(1);
  });
});

describe('accounts', () => {
  test('that are said to be disabled and are not are no success', async () => {
    const { opened, people } = await world({ takesStatus: false });
    await expect(opened.connection.disable('person', people[0]!, writing)).rejects.toMatchObject({ kind: 'bad-response' });
  });

  test('whose status does not show were told, and nobody says that they are disabled', async () => {
    const { opened, people, app } = await world({});
    for (const id of people) delete app.state.get('Users', id).active;
    const accepted = app.state.replace.bind(app.state);
    app.state.replace = (collection, id, { active: _, ...given }) => accepted(collection, id, given);
    expect((await opened.connection.disable('person', people[0]!, writing)).unseen!.en).toContain('nobody can check');
  });

  test('are looked at once after disabling, not each time', async () => {
    const { opened, people, app } = await world({ patchAnswers: 204 });
    await opened.connection.disable('person', people[0]!, writing);
    const reads = requests(app, 'GET');
    await opened.connection.disable('person', people[1]!, writing);
    expect(requests(app, 'GET')).toBe(reads);
    expect(people.map((id) => app.state.get('Users', id).active)).toEqual([false, false, true]);
  });

  test('that are said to be deleted and are still in use are no success', async () => {
    const { opened, people } = await world({ deletingUser: 'ignored' });
    await expect(opened.connection.remove('person', people[0]!, writing)).rejects.toMatchObject({ kind: 'bad-response' });
  });
});
