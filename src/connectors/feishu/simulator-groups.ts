// The user group calls of the simulator, and what the tenant says of itself: custom attributes, employee types, granted scopes.
// @see https://open.feishu.cn/document/server-docs/contact-v3/group/overview
import { ALL_SCOPES, needAll, seesGroup } from './simulator-apps.ts';
import { findUser, pageOf, shownDepartmentId, shownUserId, userIdOf, type Call } from './simulator-call.ts';
import { Refused } from './simulator-errors.ts';
import { showGroup } from './simulator-shapes.ts';
import type { SimGroup } from './simulator-tenant.ts';

const MOST_GROUPS = 500;
const MOST_NAME = 100;
const MOST_MEMBERS_A_CALL = 100;

export function createGroup(call: Call): object {
  needAll(call.app, 42104);
  const { tenant, body } = call;
  const name = checkGroupName(call, body.name, null);
  const id = String(body.group_id ?? '');
  if (id !== '' && !/^[a-zA-Z0-9]{1,64}$/.test(id)) throw new Refused(42103);
  if (id !== '' && tenant.groups.has(id)) throw new Refused(42103);
  if (body.type === 2) throw new Refused(42105);
  if (tenant.groups.size >= MOST_GROUPS) throw new Refused(42106);
  const group = tenant.addGroup({ name, description: String(body.description ?? ''), ...(id === '' ? {} : { key: id }) });
  tellOf(call, 'created', group);
  return { group_id: group.key };
}

export function patchGroup(call: Call): object {
  const group = ordinary(call);
  if (call.body.name !== undefined) group.name = checkGroupName(call, call.body.name, group);
  if (call.body.description !== undefined) group.description = String(call.body.description);
  tellOf(call, 'updated', group);
  return {};
}

export function deleteGroup(call: Call): object {
  const group = ordinary(call);
  call.tenant.groups.delete(group.key);
  tellOf(call, 'deleted', group);
  return {};
}

const tellOf = ({ tenant }: Call, kind: 'created' | 'updated' | 'deleted', group: SimGroup): void =>
  tenant.tell({ kind, type: 'group', key: group.key, old: {} });

function checkGroupName(call: Call, given: unknown, own: SimGroup | null): string {
  const name = typeof given === 'string' ? given : '';
  if (name.trim() === '' || [...name].length > MOST_NAME) throw new Refused(40001, { message: 'group name is invalid' });
  for (const group of call.tenant.groups.values()) if (group !== own && group.name === name) throw new Refused(42101);
  return name;
}

function visibleGroup(call: Call): SimGroup {
  const group = call.tenant.groups.get(call.path.group_id!);
  if (!group) throw new Refused(42102);
  if (!seesGroup(call.app, group.key)) throw new Refused(42104);
  return group;
}

function ordinary(call: Call): SimGroup {
  const group = visibleGroup(call);
  if (group.type === 2) throw new Refused(42105);
  return group;
}

export const getGroup = (call: Call): object => ({ group: showGroup(visibleGroup(call)) });

export function listGroups(call: Call): object {
  const type = Number(call.query.get('type') ?? 1);
  const seen = [...call.tenant.groups.values()].filter((group) => seesGroup(call.app, group.key) && group.type === type);
  const { items, ...more } = pageOf(call, `groups of type ${type}`, seen, (_group, index) => index, { most: 100, usual: 50 });
  return { grouplist: items.map(showGroup), ...more };
}

/** Users or departments, one kind a call. */
export function groupMembers(call: Call): object {
  const group = visibleGroup(call);
  const wantsUsers = (call.query.get('member_type') ?? 'user') === 'user';
  const line = wantsUsers ? group.users : group.departments;
  const page = pageOf(call, `members of ${group.key}`, [...line], (key) => line.at(key), { most: 100, usual: 50 });
  const kind = call.query.get('member_id_type') ?? (wantsUsers ? 'open_id' : 'open_department_id');
  const shown = (key: string): string => {
    if (!wantsUsers) return shownDepartmentId(call, key);
    const user = call.tenant.users.get(key);
    return user ? userIdOf(call, user, kind as 'open_id') : '';
  };
  const { items, ...more } = page;
  return { memberlist: items.map((key) => ({ member_id: shown(key), member_type: wantsUsers ? 'user' : 'department' })), ...more };
}

interface Member {
  readonly member_id: string;
  readonly member_type: string;
  readonly member_id_type?: string;
}

function membersOf(call: Call): readonly Member[] {
  const members = call.body.members as readonly Member[] | undefined;
  if (!members || members.length === 0 || members.length > MOST_MEMBERS_A_CALL) throw new Refused(40001);
  if (members.some((member) => member.member_type !== 'user')) throw new Refused(40001);
  return members;
}

/** Each member has a code of its own; adding one that is in is fine. */
export function addMembers(call: Call): object {
  const group = ordinary(call);
  const results = membersOf(call).map(({ member_id: id, member_id_type: kind }) => {
    try {
      const user = findUser(call, id, kind ?? 'open_id');
      if (user.resignedAt !== null) return { member_id: id, code: 42006 };
      group.users.add(user.key);
      return { member_id: id, code: 0 };
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return { member_id: id, code: error.code };
    }
  });
  tellOf(call, 'updated', group);
  return { results };
}

/** Who is not in is left out silently. */
export function removeMembers(call: Call): object {
  const group = ordinary(call);
  for (const { member_id: id, member_id_type: kind } of membersOf(call)) {
    try {
      group.users.delete(findUser(call, id, kind ?? 'open_id').key);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }
  tellOf(call, 'updated', group);
  return {};
}

export function groupsOfMember(call: Call): object {
  const user = findUser(call, call.query.get('member_id') ?? '', call.query.get('member_id_type') ?? 'open_id');
  const groups = [...call.tenant.groups.values()].filter((group) => [...group.users].includes(user.key));
  const { items, ...more } = pageOf(call, 'groups of a member', groups, (_group, index) => index, { most: 1000, usual: 500 });
  return { group_list: items.map((group) => group.key), ...more };
}

// ── The tenant itself ────────────────────────────────────────────────────────────────────────────────────

export function customAttrs(call: Call): object {
  const { items, ...more } = pageOf(call, 'custom attrs', call.tenant.customAttrs, (_attr, index) => index, { most: 100, usual: 20 });
  const shown = items.map(({ id, type, name, options }) => ({
    id,
    type,
    ...(options ? { options: { option_type: type === 'PICTURE_ENUM' ? 'PICTURE' : 'TEXT', options } } : {}),
    i18n_name: [{ locale: 'zh_cn', value: name }],
  }));
  return { items: shown, ...more };
}

export function employeeTypes(call: Call): object {
  const { items, ...more } = pageOf(call, 'employee types', call.tenant.employeeTypes, (_type, index) => index, { most: 100, usual: 20 });
  const shown = items.map(({ value, name, off }) => ({
    enum_id: `e${value}`,
    enum_value: value,
    content: name,
    enum_type: 2,
    enum_status: off ? 2 : 1,
  }));
  return { items: shown, ...more };
}

/** @see https://open.feishu.cn/document/server-docs/application-v6/scope/list */
export const grantedScopes = ({ app }: Call): object => ({
  scopes: [...new Set([...ALL_SCOPES, ...app.scopes])].map((name) => ({
    scope_name: name,
    grant_status: app.scopes.has(name) ? 1 : 2,
    scope_type: 'tenant',
  })),
});

/** @see https://open.feishu.cn/document/server-docs/tenant-v2/query */
export const tenantInfo = ({ tenant }: Call): object => ({
  tenant: { name: '星河科技', display_id: 'F00000001', tenant_tag: 0, tenant_key: tenant.key, avatar: {} },
});

export const basicNames = (call: Call): object => ({
  users: (call.body.user_ids as string[]).map((id) => {
    const user = findUser(call, id);
    return { user_id: shownUserId(call, user.key), name: user.fields.name };
  }),
});
