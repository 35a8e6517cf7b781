// Accounts that list their groups: the list is somebody else's, too, and is written back with everything that was in it.
import { expect, test } from 'vitest';
import type { Edge } from '../../core/model.ts';
import { asking, bearer, desired, list, open, person, readAll, scripted, writing } from './test-support.ts';

const edge = (id: string): Edge => ({ to: { type: 'person', id } });

/** One account in a system without versions that takes whole accounts alone. */
async function world(groupsAttribute: string, groups: readonly unknown[]) {
  let account: Record<string, unknown> = { id: '7', userName: 'u', title: 'old', active: true, [groupsAttribute]: groups };
  const { url, seen } = await scripted(({ method, path, body }) => {
    if (!path.endsWith('/7')) return undefined;
    if (method === 'PUT') account = body;
    return [200, account];
  });
  const { connection } = await open(bearer(url, { profile: 'custom', groupsAttribute, update: 'put' }));
  return {
    connection,
    seen,
    account: () => account,
    change: (group: string, add: readonly string[], remove: readonly string[] = []) =>
      connection.changeMembers!({ type: 'group', id: group }, 'member', { add: add.map(edge), remove: remove.map(edge) }, writing),
    rename: (title: string) =>
      connection.update('person', '7', { attributes: { title }, before: {}, edges: {} }, desired('u', { title }), writing),
  };
}

test('joins, leaves and renames at the same time all arrive', async () => {
  const { change, rename, account, seen } = await world('teams', ['g1']);
  await change('g1', ['7']);
  seen.splice(0);
  await Promise.all([change('g1', [], ['7']), change('g2', ['7']), rename('new'), change('g3', ['7'])]);
  expect(account()).toMatchObject({ title: 'new', teams: ['g2', 'g3'] });
  expect(seen.filter(({ path }) => path.endsWith('/7')).map(({ method }) => method)).toEqual([
    'GET',
    'PUT',
    'GET',
    'PUT',
    'GET',
    'PUT',
    'GET',
    'PUT',
  ]);
});

test('one that fails does not keep the next from its turn', async () => {
  const { connection, change, account } = await world('teams', ['g1']);
  const gone = connection.changeMembers!({ type: 'group', id: 'g2' }, 'member', { add: [edge('8')], remove: [] }, writing);
  const [{ refused }] = (await Promise.all([gone, change('g2', ['7']), change('g3', ['7'])])) as [
    { refused: readonly unknown[] },
    ...unknown[],
  ];
  expect(refused).toHaveLength(1);
  expect(account().teams).toEqual(['g1', 'g2', 'g3']);
});

test.each(['groups', 'Groups'])('an account whose %s are its memberships keeps them when it is put', async (name) => {
  const { rename, account } = await world(name, ['g1', 'g2']);
  await rename('new');
  expect(account()).toMatchObject({ title: 'new', [name]: ['g1', 'g2'] });
});

test.each([
  [
    'objects',
    [
      { value: 'g1', role: 'owner' },
      { Value: '5', primary: true },
    ],
    '9',
    { value: '9' },
  ],
  ['numbers', [1, 5], '9', 9],
  ['texts', ['g1', '5'], '9', '9'],
])('entries that are %s stay as they are, and new ones are like them', async (_form, [first, second], group, added) => {
  const { change, account } = await world('teams', [first, second]);
  await change(group, ['7']);
  expect(account().teams).toEqual([first, second, added]);
  await change('5', [], ['7']);
  expect(account().teams).toEqual([first, added]);
});

test('without a search all accounts are read once, however many groups there are', async () => {
  const groups = ['1', '2', '3', '4', '5'].map((id) => ({ id, displayName: `Group ${id}` }));
  const accounts = [person(7, { teams: ['1', { value: '2' }] }), person(8, { teams: [2, 2] }), person(9)];
  const { url, seen } = await scripted(({ path }) => {
    if (path.endsWith('/Users')) return list(accounts);
    if (path.endsWith('/Groups')) return list(groups);
    const one = groups.find(({ id }) => path.endsWith(`/Groups/${id}`));
    return one && [200, one];
  });
  const opened = await open(bearer(url, { profile: 'custom', groupsAttribute: 'teams', filter: 'none' }));
  const walks = (): number => seen.filter(({ path, query }) => path.endsWith('/Users') && query.get('startIndex') === '1').length;
  const read = await readAll(opened, 'group', ['displayName'], ['member']);
  expect(read.objects.map((group) => group.edges?.member)).toEqual([[edge('7')], [edge('7'), edge('8')], [], [], []]);
  expect(walks()).toBe(1);
  const { answers } = await opened.connection.get!('group', ['2', '4'], { ...asking(['displayName'], ['member']), part: {} });
  expect(answers.get('2')).toMatchObject({ object: { edges: { member: [edge('7'), edge('8')] } } });
  expect(walks()).toBe(2);
});
