// Each setting of a custom profile, against a server that differs from the standard in just this: with it the same company arrives
// there and is read back whole; without it, where nothing can be found out by trying, it does not.
import { describe, expect, test } from 'vitest';
import { fieldsOf } from '../../connector-kit/define.ts';
import type { Attributes, Edge, Edges } from '../../core/model.ts';
import { configSchema } from './config.ts';
import { ENTERPRISE, isObject, member, type Json } from './places.ts';
import { moods, type Mood } from './simulator-moods.ts';
import type { ScimSimulator } from './simulator.ts';
import { asking, desired, open, readAll, server, writing, type Opened } from './test-support.ts';

/** What became of the company, in names instead of ids: as the system keeps it, and as it is read back by somebody new. */
interface Picture {
  readonly kept: object;
  readonly read: object;
  readonly echo: unknown;
}

interface Told {
  readonly app: ScimSimulator;
  readonly opened: Opened;
  /** Bodies of creations, by collection. */
  readonly sent: Readonly<Record<string, Json>>;
  /** What was found out by trying. */
  readonly learned: Json;
}

interface Row {
  readonly config: Readonly<Record<string, unknown>>;
  readonly differs: Partial<Mood>;
  /** Nothing tells of it: without the setting it goes wrong. */
  readonly needed?: boolean;
  /** What is written is remembered, since nothing shows it: it is read with the same memory. */
  readonly remembered?: boolean;
  /** How the picture differs from the usual one. */
  readonly kept?: object;
  readonly read?: object;
  readonly pageSize?: number;
  readonly also?: (told: Told) => void | Promise<void>;
}

const PHONE = '+8613800138000';
const wanted = {
  kept: { parent: 'top', departments: ['below'], off: true, phone: PHONE, manager: 'boss', members: ['boss'] },
  read: {
    departments: { top: null, below: 'top' },
    enabled: false,
    phone: PHONE,
    manager: 'boss',
    membership: ['below'],
    members: ['boss'],
  },
  echo: { userName: 'zhang', displayName: '张伟' },
};

const specsOf = async ({ connection }: Opened, type = 'person') =>
  (await connection.describe!(writing.signal)).types!.find(({ id }) => id === type)!;
const specOf = async (opened: Opened, name: string, type = 'person') =>
  (await specsOf(opened, type)).attributes.find((spec) => spec.name === name);
const called = ({ app }: Told, method: string): readonly string[] => app.requests.filter((request) => request.startsWith(`${method} `));

const errcode = { envelope: 'errcode' } as const;
const rows: readonly Row[] = [
  { config: { usersPath: 'People' }, differs: { paths: { ...moods.strict.paths, Users: 'People' } }, needed: true },
  { config: { groupsPath: 'Teams' }, differs: { paths: { ...moods.strict.paths, Groups: 'Teams' } }, needed: true },
  { config: { departmentsPath: 'Departments' }, differs: { paths: { ...moods.strict.paths, Organizations: 'Departments' } }, needed: true },
  { config: { envelope: 'errcode' }, differs: errcode, needed: true },
  { config: { paging: 'cursor' }, differs: { paging: 'cursor' }, pageSize: 1, needed: true },
  {
    config: { paging: 'all', envelope: 'errcode' },
    differs: errcode,
    pageSize: 1,
  },
  { config: { paging: 'none' }, differs: { paging: 'none' }, needed: true },
  {
    config: { update: 'put' },
    differs: { patch: false },
    // Members may need a PATCH where people are put: it is tried once.
    also: (told) => expect(called(told, 'PATCH').map((line) => line.replace(/[^/]*$/, 'ID'))).toEqual(['PATCH /scim/v2/Groups/ID']),
  },
  { config: { filter: 'none' }, differs: { filters: 'ignored' }, also: ({ learned }) => expect(learned).not.toHaveProperty('filter') },
  { config: { memberRemove: 'value' }, differs: { filterPaths: false, removesValues: true, replaceMembers: false }, needed: true },
  {
    config: { memberRemove: 'replace' },
    differs: { filterPaths: false },
    also: ({ learned }) => expect(learned).not.toHaveProperty('memberRemove'),
  },
  {
    config: { membersFrom: 'list' },
    differs: {},
    also: (told) => expect(called(told, 'GET').filter((request) => request.includes('/Groups/'))).toEqual([]),
  },
  { config: { membersFrom: 'object' }, differs: { membersInList: false } },
  { config: { membersFrom: 'filter' }, differs: { hidesMembers: true }, needed: true },
  { config: { membersFrom: 'ours' }, differs: { hidesMembers: true }, remembered: true },
  {
    config: { membersPerCall: 1 },
    differs: { maxMembers: 1 },
    // Without it the group is made twice over: refused with its members, then empty.
    also: (told) => expect(called(told, 'POST').filter((request) => request.endsWith('/Groups'))).toHaveLength(1),
  },
  {
    config: { freeze: 'delete' },
    differs: {},
    also: async ({ opened }) => expect((await specsOf(opened)).writes).toEqual(['create', 'update', 'remove']),
  },
  {
    config: { deleteMeans: 'deactivate' },
    differs: { deletingUser: 'deactivates' },
    async also({ app, opened }) {
      expect((await opened.connection.describe!(writing.signal)).facts!.removeMeans).toBe('disables');
      const id = String(app.state.list('Users')[0]!.id);
      await opened.connection.remove('person', id, writing);
      expect(app.state.get('Users', id).active).toBe(false);
    },
  },
  {
    config: { statusAttribute: 'state', statusOn: 'NORMAL', statusOff: 'FREEZE' },
    differs: { status: { attribute: 'state', on: 'NORMAL', off: 'FREEZE' } },
    needed: true,
  },
  {
    config: { statusAttribute: 'status', statusOn: '1', statusOff: '0' },
    differs: { status: { attribute: 'status', on: 1, off: 0 } },
    needed: true,
  },
  { config: { parentAttribute: 'parentId' }, differs: { names: { ...moods.strict.names, parent: 'parentId' } }, needed: true },
  { config: { departmentsAttribute: 'orgIds' }, differs: { names: { ...moods.strict.names, departments: 'orgIds' } }, needed: true },
  {
    config: { groupsAttribute: 'teams' },
    differs: { names: { ...moods.strict.names, groups: 'teams' } },
    needed: true,
    kept: { members: [] },
  },
  {
    config: { managerForm: 'text' },
    differs: { managerAsText: true },
    also: ({ sent }) => expect((sent.Users![ENTERPRISE] as Json).manager).toBeTypeOf('string'),
  },
  { config: { phoneForm: 'dashed' }, differs: {}, kept: { phone: '+86-13800138000' }, read: { phone: '+86-13800138000' } },
  { config: { phoneForm: 'digits' }, differs: {}, kept: { phone: '13800138000' }, read: { phone: '13800138000' } },
  {
    config: { onlyOne: true },
    differs: { mostValues: 1 },
    also: async ({ opened }) => expect(await specOf(opened, 'workPhone')).toBeUndefined(),
  },
  {
    config: { changedBy: 'lastModified', envelope: 'errcode', paging: 'all' },
    differs: { ...errcode, filters: 'eq and times' },
    async also({ app, opened: { connection } }) {
      const cursor = await connection.startCursor!({ part: {}, signal: writing.signal });
      const id = String(app.state.list('Users')[0]!.id);
      const attributes = { displayName: '李' };
      await connection.update('person', id, { attributes, before: {}, edges: {} }, desired('p', attributes), writing);
      const touched: string[] = [];
      for await (const event of connection.changes!(cursor, { ...asking([]), part: {}, types: ['person'] }))
        if (event.kind === 'keys') touched.push(...event.keys.map((key) => key.id));
      expect(touched).toEqual([id]);
    },
  },
  { config: { changedBy: 'none' }, differs: {}, also: ({ opened }) => expect(opened.connection.changes).toBeUndefined() },
  {
    config: { lists: 'short' },
    differs: { shortLists: ['phoneNumbers', ENTERPRISE] },
    also: ({ learned }) => expect(learned).not.toHaveProperty('lists'),
  },
  {
    config: { externalId: false },
    differs: { keepsExternalId: false },
    also: ({ sent }) => expect(Object.values(sent).some((body) => 'externalId' in body)).toBe(false),
  },
  {
    config: { enterprise: false },
    differs: { drops: [ENTERPRISE] },
    kept: { manager: null },
    read: { manager: undefined },
    also: ({ sent }) => expect(sent.Users).not.toHaveProperty([ENTERPRISE]),
  },
  {
    config: { passwordRequired: true },
    differs: { passwordRequired: true },
    also: async ({ opened }) => expect(await specOf(opened, 'password')).toMatchObject({ required: true, kind: 'secret' }),
  },
  {
    config: { nestedGroups: true },
    differs: { nestedGroups: true },
    async also({ app, opened }) {
      const inner = String(app.state.create('Groups', { displayName: 'inner' }).id);
      const edge: Edge = { to: { type: 'group', id: inner } };
      const { id } = await opened.connection.create(
        'group',
        desired('n', { displayName: 'outer' }, { edges: { member: [edge] } }),
        writing,
      );
      const { answers } = await opened.connection.get('group', [id], asking([], ['member']));
      expect(answers.get(id)).toMatchObject({ object: { edges: { member: [edge] } } });
    },
  },
  {
    config: { uniqueGroupNames: true },
    differs: { uniqueGroupNames: true },
    async also({ app, opened }) {
      expect(await specOf(opened, 'displayName', 'group')).toMatchObject({ unique: true });
      const again = opened.connection.create('group', desired('again', { displayName: 'g' }), writing);
      await expect(again).rejects.toMatchObject({ kind: 'already-exists', facts: { id: app.state.list('Groups')[0]!.id } });
    },
  },
  { config: { tokenRecipe: 'post-basic' }, differs: { signIn: 'post-basic' }, needed: true },
  { config: { tokenRecipe: 'get-query' }, differs: { signIn: 'get-query' }, needed: true },
  {
    config: { extraAttributes: ['floor=extendFields.floor', 'badge=urn:acme:1.0:User:badge'] },
    differs: {},
    async also({ app, opened }) {
      const { id } = await opened.connection.create('person', desired('x', { userName: 'x', floor: '7', badge: 'B1' }), writing);
      expect(app.state.get('Users', id)).toMatchObject({ extendFields: { floor: '7' }, 'urn:acme:1.0:User': { badge: 'B1' } });
      const { answers } = await opened.connection.get('person', [id], asking(['floor', 'badge']));
      expect(answers.get(id)).toMatchObject({ object: { attributes: { floor: '7', badge: 'B1' } } });
    },
  },
  {
    config: { lengthLimits: ['displayName=8'] },
    differs: {},
    async also({ opened }) {
      const long = opened.connection.create('person', desired('x', { userName: 'x', displayName: '名'.repeat(9) }), writing);
      await expect(long).rejects.toMatchObject({ kind: 'invalid', facts: { attribute: 'displayName' } });
    },
  },
];

/** The same story for all: two departments, two people, a group; one moves, changes and is stopped, and leaves the group. */
async function story(row: Row, config: Readonly<Record<string, unknown>>): Promise<{ picture: Picture; told: Told }> {
  const differs: Mood = { ...moods.strict, discovery: 'none', ...row.differs };
  const app = await server('strict', { differs, ...(row.pageSize ? { pageSize: row.pageSize } : {}) });
  const sent: Record<string, Json> = {};
  const create = app.state.create.bind(app.state);
  app.state.create = (collection, given) => ((sent[collection] = given), create(collection, given));
  const { nestedGroups: _usual, ...given } = app.config as Record<string, unknown>;
  const full = { ...given, profile: 'custom', departments: 'resource', ...config };
  const opened = await open(full);
  const { connection } = opened;
  const edge = (type: string, id: string): Edge => ({ to: { type, id } });
  const make = (type: string, name: string, attributes: Attributes, edges: Edges = {}) =>
    connection.create(type, desired(name, attributes, { edges, secrets: { password: 'Once-Only-1' } }), writing);
  const top = (await make('department', 'd1', { name: 'top', parent: null })).id;
  const below = (await make('department', 'd2', { name: 'below', parent: top })).id;
  const boss = (await make('person', 'p1', { userName: 'boss' }, { membership: [edge('department', top)] })).id;
  const isKnown = await specOf(opened, 'manager');
  const zhang = { userName: 'zhang', displayName: '张三', phone: PHONE, ...(isKnown ? { manager: boss } : {}) };
  const { id } = await make('person', 'p2', zhang, { membership: [edge('department', below)] });
  const group = (await make('group', 'g', { displayName: 'g' }, { member: [edge('person', boss), edge('person', id)] })).id;
  await connection.changeMembers({ type: 'group', id: group }, 'member', { add: [], remove: [edge('person', id)] }, writing);
  const attributes = { displayName: '张伟' };
  await connection.update('person', id, { attributes, before: {}, edges: {} }, desired('p2', attributes), writing);
  const { echo } = await connection.update(
    'person',
    id,
    { attributes: { userName: 'zhang', ...attributes }, before: {}, edges: {} },
    desired('p2', attributes),
    writing,
  );
  await connection.disable('person', id, writing);

  const names = new Map([
    [top, 'top'],
    [below, 'below'],
    [boss, 'boss'],
    [id, 'zhang'],
  ]);
  const nameOf = (one: unknown): string | null => (one === undefined || one === null ? null : (names.get(String(one)) ?? String(one)));
  const kept = app.state.get('Users', id);
  const extension = kept[ENTERPRISE];
  const manager = isObject(extension) ? extension.manager : undefined;
  const again = row.remembered ? await open(full, opened.memory) : await open(full);
  const departments = (await readAll(again, 'department', ['name', 'parent'])).objects;
  const people = await readAll(again, 'person', ['userName', 'phone', 'manager'], ['membership']);
  const groups = (await readAll(again, 'group', ['displayName'], ['member'])).objects;
  const seen = people.objects.find((one) => one.id === id);
  expect(people.end).toMatchObject({ complete: true });
  return {
    picture: {
      kept: {
        parent: nameOf(app.state.get('Organizations', below)[differs.names.parent]),
        departments: ((kept[differs.names.departments] ?? []) as readonly unknown[]).map(nameOf),
        off: kept[differs.status.attribute] === differs.status.off,
        phone: (kept.phoneNumbers as readonly Json[])[0]!.value,
        manager: nameOf(isObject(manager) ? member(manager, 'value') : undefined),
        members: ((app.state.get('Groups', group).members ?? []) as readonly Json[]).map(({ value }) => nameOf(value)),
      },
      read: {
        departments: Object.fromEntries(departments.map((one) => [one.attributes.name, nameOf(one.attributes.parent)])),
        enabled: seen?.enabled,
        phone: seen?.attributes.phone,
        manager: seen?.attributes.manager === undefined ? undefined : nameOf(seen.attributes.manager),
        membership: seen?.edges?.membership?.map(({ to }) => nameOf(to.id)),
        members: groups.find((one) => one.id === group)?.edges?.member?.map(({ to }) => nameOf(to.id)),
      },
      echo,
    },
    told: { app, opened, sent, learned: JSON.parse(again.memory.get('scim-abilities') ?? '{}') as Json },
  };
}

describe('a custom profile', () => {
  test.each(rows.map((row) => [JSON.stringify(row.config), row] as const))('%s', async (_, row) => {
    const { picture, told } = await story(row, row.config);
    expect(picture).toEqual({ kept: { ...wanted.kept, ...row.kept }, read: { ...wanted.read, ...row.read }, echo: wanted.echo });
    await row.also?.(told);
    if (!row.needed) return;
    const without = await story(row, {}).then(
      (other) => other.picture,
      (error: unknown) => error,
    );
    expect(without).not.toEqual(picture);
  });

  test('has no setting that is not among these', () => {
    const tried = new Set(rows.flatMap(({ config }) => Object.keys(config)));
    const settings = fieldsOf(configSchema).filter(({ meta }) => meta.showWhen?.field === 'profile');
    expect(settings.map(({ name }) => name).filter((name) => !tried.has(name))).toEqual([]);
  });
});
