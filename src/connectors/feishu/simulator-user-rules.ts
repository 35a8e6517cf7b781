// What the vendor checks of a user that is created or changed: required, length, characters, uniqueness, order rules.
// @see https://open.feishu.cn/document/server-docs/contact-v3/user/create
import { Refused } from './simulator-errors.ts';
import { findUser, visibleDepartmentKey, type Call } from './simulator-call.ts';
import { ROOT, type SimCustomAttr, type SimOrder, type SimUser } from './simulator-tenant.ts';
import { normalMobile } from './simulator-users.ts';

export interface CheckedUser {
  readonly userId: string;
  readonly fields: Readonly<Record<string, string | number | boolean>>;
  readonly departments?: readonly string[];
  readonly orders?: ReadonlyMap<string, SimOrder>;
  readonly leader?: string | null;
  readonly custom?: readonly Readonly<Record<string, unknown>>[];
}

type Body = Readonly<Record<string, unknown>>;

/** Plain text fields: most characters, and what is answered when there are more. */
const texts: Readonly<Record<string, readonly [number, number]>> = {
  name: [255, 41070],
  en_name: [255, 41071],
  nickname: [255, 41071],
  email: [254, 41005],
  enterprise_email: [254, 41005],
  city: [100, 41072],
  country: [100, 41072],
  work_station: [255, 41072],
  employee_no: [255, 41072],
  job_title: [255, 41063],
  job_level_id: [64, 41072],
  job_family_id: [64, 41072],
};

/** Throws the vendor's refusal; `user` is null when one is created. */
export function checkUser(call: Call, body: Body, user: SimUser | null): CheckedUser {
  const fields: Record<string, string | number | boolean> = {};
  for (const [name, [most, code]] of Object.entries(texts)) {
    if (body[name] === undefined) continue;
    if (typeof body[name] !== 'string') throw new Refused(40001);
    if ([...body[name]].length > most) throw new Refused(code);
    fields[name] = body[name];
  }
  if ((user === null && !fields.name) || fields.name === '') throw new Refused(41006);
  if (typeof body.mobile === 'string') fields.mobile = checkedMobile(call, body.mobile);
  if (fields.email && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(String(fields.email))) throw new Refused(41005);
  checkReachable(call, fields, user);
  checkNumbers(body, fields, user === null);
  const departments = checkDepartments(call, body, user);
  const checked: CheckedUser = {
    userId: user ? '' : checkUserId(call, body),
    fields,
    departments,
    orders: checkOrders(call, body, departments ?? user?.departments ?? []),
    leader: checkLeader(call, body, user),
    custom: checkCustom(call, body),
  };
  checkUnique(call, fields, user);
  return checked;
}

function checkedMobile({ tenant }: Call, given: string): string {
  const mobile = normalMobile(given);
  if (mobile !== '' && !/^\+\d{5,20}$/.test(mobile)) throw new Refused(41004);
  const isMainland = mobile.startsWith('+86');
  if (isMainland && tenant.terms.brand === 'lark') throw new Refused(44018);
  if (mobile !== '' && !isMainland && !tenant.terms.verified) throw new Refused(44019);
  return mobile;
}

/** An account needs a way to be reached. */
function checkReachable({ tenant }: Call, fields: Body, user: SimUser | null): void {
  if (user && fields.mobile === undefined && fields.email === undefined) return;
  const after = (name: string): string => String(fields[name] ?? user?.fields[name] ?? '');
  const [mobile, email] = [after('mobile'), after('email')];
  if (mobile === '' && email === '') throw new Refused(41009);
  const isForeign = tenant.terms.brand === 'feishu' && mobile !== '' && !mobile.startsWith('+86');
  if (isForeign && email === '') throw new Refused(44020);
}

function checkNumbers(body: Body, fields: Record<string, string | number | boolean>, creating: boolean): void {
  if (body.gender !== undefined) {
    if (![0, 1, 2, 3].includes(body.gender as number)) throw new Refused(41038);
    fields.gender = body.gender as number;
  }
  if (body.employee_type === undefined) {
    if (creating) throw new Refused(41060);
  } else {
    if (!Number.isInteger(body.employee_type) || (body.employee_type as number) < 1) throw new Refused(41059);
    fields.employee_type = body.employee_type as number;
  }
  if (body.join_time !== undefined) {
    if (!Number.isInteger(body.join_time)) throw new Refused(40001);
    fields.join_time = body.join_time as number;
  }
  if (typeof body.mobile_visible === 'boolean') fields.mobile_visible = body.mobile_visible;
}

function checkUserId(call: Call, body: Body): string {
  const userId = String(body.user_id ?? '');
  if ([...userId].length > 64) throw new Refused(41043);
  if (/\s/.test(userId)) throw new Refused(40001, { message: 'user_id has a blank' });
  if (userId !== '' && call.tenant.holder('user_id', userId)) throw new Refused(41011);
  return userId;
}

function checkDepartments(call: Call, body: Body, user: SimUser | null): readonly string[] | undefined {
  if (body.department_ids === undefined) {
    if (user === null) throw new Refused(41017);
    return undefined;
  }
  if (!Array.isArray(body.department_ids) || body.department_ids.length === 0) throw new Refused(41017);
  if (body.department_ids.length > 50) throw new Refused(41016);
  const keys = [...new Set(body.department_ids.map((id) => visibleDepartmentKey(call, String(id))))];
  const isFull = (key: string): boolean => key !== ROOT && call.tenant.place(key).members.size >= call.tenant.terms.mostMembers;
  if (keys.some((key) => !user?.departments.includes(key) && isFull(key))) throw new Refused(42108);
  return keys;
}

/** Larger stands first, both among the members of a department and among the departments of a person. */
function checkOrders(call: Call, body: Body, departments: readonly string[]): ReadonlyMap<string, SimOrder> | undefined {
  if (!Array.isArray(body.orders)) return undefined;
  const orders = new Map<string, SimOrder>();
  for (const order of body.orders as Record<string, unknown>[]) {
    const key = visibleDepartmentKey(call, String(order.department_id));
    if (!departments.includes(key)) throw new Refused(41025);
    const [userOrder, departmentOrder] = [Number(order.user_order ?? 0), Number(order.department_order ?? 0)];
    if (!Number.isInteger(userOrder) || !Number.isInteger(departmentOrder) || userOrder < 0 || departmentOrder < 0)
      throw new Refused(40001);
    orders.set(key, { userOrder, departmentOrder });
  }
  return orders;
}

function checkLeader(call: Call, body: Body, user: SimUser | null): string | null | undefined {
  if (body.leader_user_id === undefined) return undefined;
  if (body.leader_user_id === '') return null;
  let leader: SimUser;
  try {
    leader = findUser(call, String(body.leader_user_id));
  } catch {
    throw new Refused(44022);
  }
  if (leader === user) throw new Refused(41030);
  if (leader.resignedAt !== null) throw new Refused(44021);
  return leader.key;
}

/** The list replaces what was there. */
function checkCustom(call: Call, body: Body): readonly Readonly<Record<string, unknown>>[] | undefined {
  if (!Array.isArray(body.custom_attrs)) return undefined;
  return (body.custom_attrs as { id?: string; type?: string; value?: CustomValue }[]).map(({ id, type, value }) => {
    const known = call.tenant.customAttrs.find((one) => one.id === id && one.type === type);
    if (!known || !value) throw new Refused(41044);
    return { id, type, value: keptCustom(call, known, value) };
  });
}

interface CustomValue {
  readonly text?: string;
  readonly url?: string;
  readonly option_id?: string;
  readonly generic_user?: { readonly id?: string };
}

/** As it is kept: a person by the key that is the same for all apps. */
function keptCustom(call: Call, { type, options }: SimCustomAttr, value: CustomValue): object {
  switch (type) {
    case 'TEXT':
      if ([...(value.text ?? '')].length > 100) throw new Refused(41044);
      return value;
    case 'HREF':
      if (!value.text || !/^https?:\/\/\S+$/.test(value.url ?? '')) throw new Refused(41044);
      return value;
    case 'ENUMERATION':
    case 'PICTURE_ENUM':
      if (!options?.some((option) => option.id === value.option_id)) throw new Refused(41044);
      return { option_id: value.option_id };
    case 'GENERIC_USER':
      return { generic_user: { id: presentUser(call, value.generic_user?.id).key, type: 1 } };
  }
}

function presentUser(call: Call, id: string | undefined): SimUser {
  try {
    const user = findUser(call, id ?? '');
    if (user.resignedAt === null) return user;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  }
  throw new Refused(41044);
}

function checkUnique(call: Call, fields: Body, user: SimUser | null): void {
  const holder = (field: 'mobile' | 'email' | 'employee_no') => {
    const value = String(fields[field] ?? '');
    const found = value === '' ? undefined : call.tenant.holder(field, value);
    return found === user ? undefined : found;
  };
  const [mobile, email] = [holder('mobile'), holder('email')];
  if (mobile && email && mobile !== email) throw new Refused(41003);
  if (mobile) throw new Refused(41001);
  if (email) throw new Refused(41002);
  if (holder('employee_no')) throw new Refused(41053, { message: 'employee_no is already in use' });
}

export function setOrders(user: SimUser, orders: ReadonlyMap<string, SimOrder> | undefined): void {
  if (!orders) return;
  user.orders.clear();
  for (const [key, order] of orders) user.orders.set(key, order);
}

export function setCustom(user: SimUser, custom: readonly Readonly<Record<string, unknown>>[] | undefined): void {
  if (!custom) return;
  user.custom.clear();
  for (const attr of custom) user.custom.set(String(attr.id), attr);
}
