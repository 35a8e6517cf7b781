// Objects of the simulated tenant as its API shows them: in the asked kind of ids, and only the fields the app may see.
import { showsField } from './simulator-apps.ts';
import { shownDepartmentId, shownUserId, userIdOf, type Call } from './simulator-call.ts';
import { ROOT, type SimDepartment, type SimGroup, type SimUser } from './simulator-tenant.ts';

/** A field without its scope is silently absent, not empty. @see https://open.feishu.cn/document/server-docs/contact-v3/user/get */
export function showUser(call: Call, user: SimUser): Record<string, unknown> {
  const { mobile, ...fields } = user.fields;
  const all: Record<string, unknown> = {
    union_id: user.key,
    open_id: call.tenant.openId(call.app.id, user.key),
    user_id: userIdOf(call, user, 'user_id'),
    ...fields,
    ...(user.mobileHidden ? {} : { mobile }),
    avatar: avatarOf(user),
    description: '',
    is_tenant_manager: false,
    time_zone: '',
    leader_user_id: user.leader === null ? '' : shownUserId(call, user.leader),
    department_ids: user.departments.map((key) => shownDepartmentId(call, key)),
    orders: showOrders(call, user),
    custom_attrs: [...user.custom.values()].map((attr) => showCustom(call, attr)),
    status: {
      is_frozen: user.frozen,
      is_resigned: user.resignedAt !== null,
      is_activated: user.activated,
      is_exited: user.exited,
      is_unjoin: !user.activated && user.resignedAt === null,
    },
  };
  return Object.fromEntries(Object.entries(all).filter(([name]) => showsField(call.app, name)));
}

/** @see https://open.feishu.cn/document/server-docs/contact-v3/user/get */
function showCustom(call: Call, attr: Readonly<Record<string, unknown>>): object {
  const { generic_user: person, option_id: chosen } = attr.value as { generic_user?: { id: string }; option_id?: string };
  if (person) return { ...attr, value: { generic_user: { ...person, id: shownUserId(call, person.id) } } };
  const option = call.tenant.customAttrs.find(({ id }) => id === attr.id)?.options?.find(({ id }) => id === chosen);
  if (!option) return attr;
  const picture = { option_id: chosen, name: option.name, picture_url: option.value };
  return { ...attr, value: attr.type === 'PICTURE_ENUM' ? picture : { option_id: chosen, option_value: option.value } };
}

function avatarOf(user: SimUser): object {
  const url = `https://avatar.example/${user.key.slice(3, 13)}`;
  return { avatar_72: `${url}/72`, avatar_240: `${url}/240`, avatar_640: `${url}/640`, avatar_origin: url };
}

/** The primary department is the one with the highest department_order; without orders, the first given. */
function showOrders(call: Call, user: SimUser): object[] {
  const orderOf = (key: string) => user.orders.get(key) ?? { userOrder: 0, departmentOrder: 0 };
  const primary = user.departments.toSorted((a, b) => orderOf(b).departmentOrder - orderOf(a).departmentOrder)[0];
  return user.departments.map((key) => ({
    department_id: shownDepartmentId(call, key),
    user_order: orderOf(key).userOrder,
    department_order: orderOf(key).departmentOrder,
    is_primary_dept: key === primary,
  }));
}

/** `order` is a text here and a number in events. @see https://open.feishu.cn/document/server-docs/contact-v3/department/get */
export function showDepartment(call: Call, department: SimDepartment): Record<string, unknown> {
  const main = department.leaders.find((leader) => leader.type === 1);
  return {
    name: department.name,
    i18n_name: { zh_cn: '', ja_jp: '', en_us: '' },
    parent_department_id: department.parent === ROOT ? ROOT : shownDepartmentId(call, department.parent),
    department_id: department.customId,
    open_department_id: department.key,
    order: String(department.order),
    leader_user_id: main ? shownUserId(call, main.user) : '',
    leaders: department.leaders.map((leader) => ({ leaderType: leader.type, leaderID: shownUserId(call, leader.user) })),
    chat_id: '',
    member_count: call.tenant.headCount(department.key),
    status: { is_deleted: false },
  };
}

export const showGroup = (group: SimGroup): Record<string, unknown> => ({
  id: group.key,
  name: group.name,
  description: group.description,
  member_user_count: group.users.size,
  member_department_count: group.departments.size,
  type: group.type,
});
