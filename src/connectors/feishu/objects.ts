// Feishu's objects as ours: what is absent is unknown, what is empty is null, and whose rights hide what.
import type { Attributes, Edge, EndpointObject, Value } from '../../core/model.ts';
import type { CustomAttr, WireDepartment, WireGroup, WireUser } from './wire.ts';

export const ROOT = '0';

export interface Asked {
  readonly attributes: readonly string[];
  readonly relations: readonly string[];
}

/** What is needed to understand a tenant's values. */
export interface Manners {
  readonly timeZone: string;
  readonly custom: readonly CustomAttr[];
}

/**
 * Fields that one right shows or hides together. Feishu leaves out empty fields here and there; as long as another field of
 * the same right came, one that did not is empty. If none came, the right is missing, or a policy hides it: unknown.
 * @see https://open.feishu.cn/document/server-docs/contact-v3/user/field-overview
 */
const togetherShown: readonly (readonly (keyof WireUser)[])[] = [
  ['name', 'en_name', 'nickname', 'avatar', 'description', 'mobile_visible'],
  ['gender'],
  ['email'],
  ['mobile'],
  ['user_id'],
  ['employee_no'],
  ['department_ids', 'orders'],
  [
    'leader_user_id',
    'city',
    'country',
    'work_station',
    'join_time',
    'employee_type',
    'job_title',
    'is_tenant_manager',
    'custom_attrs',
    'enterprise_email',
    'status',
  ],
  ['job_level_id'],
  ['job_family_id'],
  ['union_id'],
];

const genders: Readonly<Record<number, string>> = { 1: 'male', 2: 'female', 3: 'other' };
/** 0 = not told; null when there is no such gender. */
export const genderNumber = (gender: Value | null): number | null =>
  gender === null ? 0 : Number(Object.entries(genders).find(([, name]) => name === gender)?.[0] ?? 0) || null;

const textOf = (text: unknown): Value | null => (typeof text === 'string' && text !== '' ? text : null);

function fieldValue(user: WireUser, field: keyof WireUser, manners: Manners): Value | null {
  switch (field) {
    case 'gender':
      return genders[user.gender ?? 0] ?? null;
    case 'join_time':
      return user.join_time ? dayOf(user.join_time, manners.timeZone) : null;
    case 'employee_type':
      return user.employee_type === undefined ? null : String(user.employee_type);
    case 'avatar':
      return textOf(user.avatar?.avatar_origin);
    case 'status':
      return statusOf(user);
    case 'mobile_visible':
    case 'is_tenant_manager':
      return user[field] ?? null;
    default:
      return textOf(user[field]);
  }
}

function statusOf({ status }: WireUser): string | null {
  if (!status) return null;
  if (status.is_resigned) return 'resigned';
  if (status.is_exited) return 'exited';
  if (status.is_frozen) return 'frozen';
  return status.is_unjoin ? 'unjoined' : 'active';
}

export const hasLeft = ({ status }: WireUser): boolean => status?.is_resigned === true;

/** Attributes and relations that this object does not show. */
export interface Shown {
  readonly object: EndpointObject;
  readonly unseen: readonly string[];
}

export function personOf(user: WireUser, asked: Asked, manners: Manners): Shown {
  const attributes: Record<string, Value | null> = {};
  const unseen: string[] = [];
  const seen = new Set<keyof WireUser>(['open_id']);
  for (const group of togetherShown) {
    if (group.some((field) => user[field] !== undefined && user[field] !== null)) for (const field of group) seen.add(field);
  }
  const custom = new Map((user.custom_attrs ?? []).map((attr) => [attr.id, attr]));
  for (const name of asked.attributes) {
    if (name === 'day_zone') {
      attributes[name] = manners.timeZone;
      continue;
    }
    const own = manners.custom.find((attr) => attr.id === name);
    if (own ? !seen.has('custom_attrs') : !seen.has(name as keyof WireUser)) unseen.push(name);
    else attributes[name] = own ? customValue(own, custom.get(own.id)) : fieldValue(user, name as keyof WireUser, manners);
  }
  const edges: Record<string, readonly Edge[]> = {};
  if (asked.relations.includes('membership')) {
    if (seen.has('department_ids')) edges.membership = membershipsOf(user);
    else unseen.push('membership');
  }
  const { status } = user;
  const enabled = status ? { enabled: !status.is_frozen && !status.is_resigned && !status.is_exited } : {};
  return { object: { id: user.open_id, attributes: attributes as Attributes, edges, ...enabled }, unseen };
}

type Option = NonNullable<NonNullable<CustomAttr['options']>['options']>[number];
/** What people call a choice: of a picture its name, since its value says where it lies. */
export const optionName = ({ type }: Pick<CustomAttr, 'type'>, { id, value, name }: Option): string =>
  (type === 'PICTURE_ENUM' ? name || value : value) || id;

function customValue(spec: CustomAttr, attr: NonNullable<WireUser['custom_attrs']>[number] | undefined): Value | null {
  const value = attr?.value;
  if (!value) return null;
  switch (spec.type) {
    case 'ENUMERATION':
    case 'PICTURE_ENUM': {
      const option = spec.options?.options?.find(({ id }) => id === value.option_id);
      return textOf(option ? optionName(spec, option) : (value.name ?? value.option_value ?? value.option_id));
    }
    case 'GENERIC_USER':
      return textOf(value.generic_user?.id);
    case 'HREF':
      return textOf(value.url ?? value.text);
    default:
      return textOf(value.text);
  }
}

// ── Memberships ──────────────────────────────────────────────────────────────────────────────────────────

/**
 * Inside a department the larger `user_order` stands first; ours counts up from the first. 0 is what Feishu gives everybody.
 */
const FIRST_PLACE = 1_000_000;
const orderOf = (userOrder: number | undefined): Pick<Edge, 'order'> => (userOrder ? { order: FIRST_PLACE - userOrder } : {});
export const userOrderOf = (order: number | undefined): number => (order === undefined ? 0 : Math.max(0, FIRST_PLACE - order));

/** The root is no department: who sits there only is in none. The primary one has the highest department_order. */
export function membershipsOf(user: WireUser): readonly Edge[] {
  const ids = [...new Set((user.department_ids ?? []).filter((id) => id !== ROOT))];
  const orders = new Map((user.orders ?? []).map((order) => [order.department_id, order]));
  const said = ids.find((id) => orders.get(id)?.is_primary_dept === true);
  const primary = said ?? ids.toSorted((a, b) => (orders.get(b)?.department_order ?? 0) - (orders.get(a)?.department_order ?? 0))[0];
  return ids.map((id) => ({
    to: { type: 'department', id },
    ...(id === primary ? { primary: true } : {}),
    ...orderOf(orders.get(id)?.user_order),
  }));
}

// ── Departments and groups ───────────────────────────────────────────────────────────────────────────────

export function departmentOf(department: WireDepartment, asked: Asked): Shown {
  const attributes: Record<string, Value | null> = {};
  const unseen: string[] = [];
  for (const name of asked.attributes) {
    const value = department[name as keyof WireDepartment];
    if (name === 'parent_department_id') {
      if (department.parent_department_id === undefined) unseen.push(name);
      else attributes[name] = department.parent_department_id === ROOT ? null : textOf(department.parent_department_id);
    } else if (name === 'order') attributes[name] = value === undefined || value === '' ? null : Number(value);
    else if (value === undefined) unseen.push(name);
    else attributes[name] = textOf(value);
  }
  const edges: Record<string, readonly Edge[]> = {};
  if (asked.relations.includes('leader')) edges.leader = leadersOf(department);
  return { object: { id: department.open_department_id, attributes: attributes as Attributes, edges }, unseen };
}

export const MAIN_LEADER = 1;
export const DEPUTY = 2;

/** The main leader is the first; older tenants name only the head. */
export function leadersOf(department: WireDepartment): readonly Edge[] {
  const named = [...(department.leaders ?? [])].toSorted((a, b) => a.leaderType - b.leaderType).map((leader) => leader.leaderID);
  const head = department.leader_user_id ?? '';
  const ids = [...new Set(named.length > 0 || head === '' ? named : [head])].filter((id) => id !== '');
  return ids.map((id, at) => ({ to: { type: 'person', id }, order: at + 1, ...(at === 0 ? { primary: true } : {}) }));
}

export function groupAttributes(group: WireGroup, asked: Asked, departments: readonly string[]): Attributes {
  const all: Record<string, Value | null> = {
    name: textOf(group.name),
    description: textOf(group.description),
    group_id: group.id,
    kind: group.type === 2 ? 'dynamic' : 'ordinary',
    departments: departments.length > 0 ? [...departments] : null,
  };
  return Object.fromEntries(asked.attributes.filter((name) => name in all).map((name) => [name, all[name]!]));
}

// ── Days ─────────────────────────────────────────────────────────────────────────────────────────────────

const formats = new Map<string, Intl.DateTimeFormat>();
function parts(seconds: number, timeZone: string): Record<string, string> {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    });
    formats.set(timeZone, format);
  }
  return Object.fromEntries(format.formatToParts(seconds * 1000).map((part) => [part.type, part.value]));
}

/** The local day of a moment in seconds. */
export function dayOf(seconds: number, timeZone: string): string {
  const { year, month, day } = parts(seconds, timeZone);
  return `${year}-${month}-${day}`;
}

/** The first second of a local day. */
export function secondsOf(day: string, timeZone: string): number {
  const utc = Date.parse(`${day}T00:00:00Z`) / 1000;
  const { year, month, day: local, hour, minute, second } = parts(utc, timeZone);
  const shown = Date.parse(`${year}-${month}-${local}T${hour}:${minute}:${second}Z`) / 1000;
  return utc - (shown - utc);
}
