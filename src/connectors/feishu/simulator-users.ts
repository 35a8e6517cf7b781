// The user calls of the simulator: create, change, freeze, resign, bring back, look up, list.
// Every route names its page in simulator-routes.ts; the limits are those of the user resource.
// @see https://open.feishu.cn/document/server-docs/contact-v3/user/field-overview
import { Refused } from './simulator-errors.ts';
import { needAll } from './simulator-apps.ts';
import { findUser, once, pageOf, shownUserId, visibleDepartmentKey, visibleUser, type Call, type Page } from './simulator-call.ts';
import { showUser } from './simulator-shapes.ts';
import { ROOT, type SimUser } from './simulator-tenant.ts';
import { seatsOf } from './simulator-terms.ts';
import { checkUser, setCustom, setOrders } from './simulator-user-rules.ts';

export function createUser(call: Call): object {
  return once(call, () => {
    const checked = checkUser(call, call.body, null);
    checkSeat(call);
    const user = call.tenant.addUser({
      userId: checked.userId,
      fields: { join_time: Math.floor(call.now / 1000), mobile_visible: true, gender: 0, ...emptyFields, ...checked.fields },
      departments: checked.departments!,
      leader: checked.leader ?? null,
      activated: call.tenant.joinsAtOnce,
    });
    setOrders(user, checked.orders);
    setCustom(user, checked.custom);
    const { mobile: _hidden, ...shown } = showUser(call, user);
    return { user: shown };
  });
}

/** @see https://open.feishu.cn/document/server-docs/contact-v3/user/create */
function checkSeat({ tenant, body }: Call): void {
  const { licences } = tenant.terms;
  const named = Array.isArray(body.subscription_ids) ? body.subscription_ids.map(String) : [];
  if (licences.length > 0 && (named.length === 0 || named.some((id) => !licences.includes(id)))) throw new Refused(44046);
  const seats = seatsOf(tenant.terms);
  if (seats < Infinity && [...tenant.users.values()].filter((user) => user.resignedAt === null).length >= seats) throw new Refused(44023);
}

const emptyFields = Object.fromEntries(
  [
    'en_name',
    'nickname',
    'email',
    'mobile',
    'enterprise_email',
    'city',
    'country',
    'work_station',
    'employee_no',
    'job_title',
    'job_level_id',
    'job_family_id',
  ].map((name) => [name, '']),
);

export function patchUser(call: Call): object {
  const user = visibleUser(call, call.path.user_id!);
  if (user.resignedAt !== null) throw new Refused(42006);
  const before = showUser(call, user);
  const oldDepartments = [...user.departments];
  const checked = checkUser(call, call.body, user);
  for (const [name, value] of Object.entries(checked.fields)) call.tenant.setField(user, name, value);
  if (checked.departments) call.tenant.setDepartments(user, checked.departments);
  if (checked.leader !== undefined) user.leader = checked.leader;
  setOrders(user, checked.orders);
  setCustom(user, checked.custom);
  if (typeof call.body.is_frozen === 'boolean') user.frozen = call.body.is_frozen;
  const shown = showUser(call, user);
  const old = Object.fromEntries(Object.entries(before).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(shown[name])));
  if (Object.keys(old).length > 0) call.tenant.tell({ kind: 'updated', type: 'user', key: user.key, old, oldDepartments });
  return { user: shown };
}

export function changeUserId(call: Call): object {
  const user = visibleUser(call, call.path.user_id!);
  const next = String(call.body.new_user_id ?? '');
  if (next === '') throw new Refused(41051);
  const holder = call.tenant.holder('user_id', next);
  if (holder && holder !== user) throw new Refused(41011);
  call.tenant.setUserId(user, next);
  return {};
}

/** Resigns the account. All departments of the person must lie in the app's range. */
export function deleteUser(call: Call): object {
  const user = visibleUser(call, call.path.user_id!);
  if (user.resignedAt !== null) throw new Refused(42006);
  const { range } = call.app;
  if (!range.all && !user.departments.every((at) => at !== ROOT && call.tenant.upwards(at).some((up) => range.departments.has(up)))) {
    throw new Refused(41050);
  }
  for (const [name, id] of Object.entries(call.body)) if (name.endsWith('_acceptor_user_id')) checkAcceptor(call, user, id);
  call.tenant.resign(user, call.now);
  return {};
}

/** Somebody else, who has not left. @see https://open.feishu.cn/document/server-docs/contact-v3/user/delete */
function checkAcceptor(call: Call, leaver: SimUser, id: unknown): void {
  try {
    const acceptor = findUser(call, String(id));
    if (acceptor !== leaver && acceptor.resignedAt === null) return;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
  }
  throw new Refused(41052);
}

const THIRTY_DAYS_MS = 30 * 86_400_000;

export function resurrectUser(call: Call): object {
  const user = findUser(call, call.path.user_id!);
  if (user.resignedAt === null || call.now - user.resignedAt > THIRTY_DAYS_MS) throw new Refused(41012);
  for (const field of ['mobile', 'email', 'employee_no'] as const) {
    const value = String(user.fields[field] ?? '');
    if (value !== '' && call.tenant.holder(field, value)) throw new Refused(field === 'mobile' ? 41001 : 41002);
  }
  if (call.tenant.holder('user_id', user.userId)) throw new Refused(41011);
  const asked = (call.body.departments as { department_id: string }[] | undefined) ?? [];
  const departments = asked.map(({ department_id: id }) => visibleDepartmentKey(call, id));
  call.tenant.comeBack(user, departments.length > 0 ? departments : [ROOT]);
  return {};
}

// ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────

export const getUser = (call: Call): object => ({ user: showUser(call, visibleUser(call, call.path.user_id!)) });

/** Those that are not there or not in range are left out. */
export function batchUsers(call: Call): object {
  const ids = call.query.getAll('user_ids');
  if (ids.length === 0 || ids.length > 50) throw new Refused(40001);
  const items = ids.flatMap((id) => {
    try {
      return [showUser(call, visibleUser(call, id))];
    } catch {
      return [];
    }
  });
  return { items };
}

/** Direct members only. */
export function usersOfDepartment(call: Call): object {
  const key = visibleDepartmentKey(call, call.query.get('department_id') ?? '');
  if (key === ROOT) needAll(call.app, 40004);
  const { members } = call.tenant.place(key);
  const page = pageOf(call, `members of ${key}`, [...members], (member) => members.at(member));
  return shown(page, (member) => showUser(call, call.tenant.users.get(member)!));
}

/** Legacy; without a department it lists the people who are in range by themselves. */
export function usersInRange(call: Call): object {
  const { range } = call.app;
  const keys = range.all ? [] : [...range.users];
  return shown(
    pageOf(call, 'users in range', keys, (_key, index) => index),
    (key) => showUser(call, call.tenant.users.get(key)!),
  );
}

const shown = <T>(page: Page<T>, show: (item: T) => object): object =>
  page.items.length === 0 ? { has_more: false } : { ...page, items: page.items.map(show) };

/** The result field is called `user_id` whatever its kind; who is not found comes without it. */
export function batchGetId(call: Call): object {
  const emails = (call.body.emails as string[] | undefined) ?? [];
  const mobiles = (call.body.mobiles as string[] | undefined) ?? [];
  if (emails.length > 50 || mobiles.length > 50) throw new Refused(40001);
  const row = (named: object, user: SimUser | undefined) => ({
    ...named,
    ...(user && (user.resignedAt === null || call.body.include_resigned) ? { user_id: shownUserId(call, user.key) } : {}),
  });
  return {
    user_list: [
      ...emails.map((email) => row({ email }, call.tenant.holder('email', email))),
      ...mobiles.map((mobile) => row({ mobile }, call.tenant.holder('mobile', normalMobile(mobile)))),
    ],
  };
}

/** Kept with the country's number, whatever was written. */
export const normalMobile = (mobile: string): string => {
  const digits = mobile.replace(/[\s()-]/g, '');
  return digits === '' || digits.startsWith('+') ? digits : `+86${digits}`;
};
