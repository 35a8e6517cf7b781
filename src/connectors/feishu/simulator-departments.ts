// The department calls of the simulator: the tree with its rules on names, orders, depth and emptiness.
// @see https://open.feishu.cn/document/server-docs/contact-v3/department/field-overview
import { Refused } from './simulator-errors.ts';
import { needAll, seesDepartment } from './simulator-apps.ts';
import {
  departmentKey,
  findUser,
  once,
  pageOf,
  shownDepartmentId,
  shownUserId,
  visibleDepartment,
  visibleDepartmentKey,
  type Call,
} from './simulator-call.ts';
import { showDepartment } from './simulator-shapes.ts';
import { ROOT, type SimDepartment } from './simulator-tenant.ts';

const MOST_LEVELS = 25;
const MOST_CHILDREN = 1000;
const MOST_TO_RECURSE = 500;
/** @see https://open.feishu.cn/document/server-docs/contact-v3/department/create */
const CUSTOM_ID = /^(?!od-)[a-zA-Z0-9][a-zA-Z0-9_\-@.]{0,63}$/;

type Leaders = SimDepartment['leaders'];

export function createDepartment(call: Call): object {
  return once(call, () => {
    const { tenant, body } = call;
    const name = checkName(body.name);
    if (body.parent_department_id === undefined || body.parent_department_id === '') throw new Refused(40017);
    const parent = visibleDepartmentKey(call, String(body.parent_department_id), 40014);
    if (parent === ROOT) needAll(call.app, 40014);
    const customId = String(body.department_id ?? '');
    if (customId !== '') checkCustomId(call, customId);
    checkPlace(call, parent, null);
    if (tenant.departments.size >= tenant.terms.mostDepartments) throw new Refused(42107);
    checkNameFree(call, parent, name, null);
    const order = checkOrder(call, parent, body.order, null);
    const leaders = checkLeaders(call);
    const department = tenant.addDepartment({ name, parent, customId, ...(order === undefined ? {} : { order }) });
    if (leaders) department.leaders = leaders;
    return { department: showDepartment(call, department) };
  });
}

/** Only what is given is touched; an empty list of leaders clears them. */
export function patchDepartment(call: Call): object {
  const { tenant, body } = call;
  const department = visibleDepartment(call, call.path.department_id!);
  const before = showDepartment(call, department);
  const name = body.name === undefined ? department.name : checkName(body.name);
  const parent =
    body.parent_department_id === undefined
      ? department.parent
      : visibleDepartmentKey(call, String(body.parent_department_id) || ROOT, 40014);
  if (parent === ROOT && department.parent !== ROOT) needAll(call.app, 40014);
  if (parent !== ROOT && tenant.upwards(parent).includes(department.key)) {
    throw new Refused(40001, { message: 'a department can not be moved below itself' });
  }
  if (parent !== department.parent) checkPlace(call, parent, department);
  if (parent !== department.parent || name !== department.name) checkNameFree(call, parent, name, department);
  const order = checkOrder(call, parent, body.order, department);
  const leaders = checkLeaders(call);
  department.name = name;
  if (parent !== department.parent) tenant.moveDepartment(department, parent);
  if (order !== undefined) department.order = order;
  if (leaders) department.leaders = leaders;
  const shown = showDepartment(call, department);
  const old = Object.fromEntries(Object.entries(before).filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(shown[key])));
  if (Object.keys(old).length > 0) tenant.tell({ kind: 'updated', type: 'department', key: department.key, old });
  return { department: shown };
}

export function changeDepartmentId(call: Call): object {
  const department = visibleDepartment(call, call.path.department_id!);
  const next = String(call.body.new_department_id ?? '');
  checkCustomId(call, next);
  call.tenant.setCustomId(department, next);
  return {};
}

export function deleteDepartment(call: Call): object {
  const department = visibleDepartment(call, call.path.department_id!);
  if (department.members.size > 0) throw new Refused(43011);
  if (department.children.size > 0) throw new Refused(43012);
  call.tenant.removeDepartment(department);
  return {};
}

// ── Rules ────────────────────────────────────────────────────────────────────────────────────────────────

function checkName(given: unknown): string {
  const name = typeof given === 'string' ? given : '';
  if (name.trim() === '') throw new Refused(40016);
  if (name.includes('/')) throw new Refused(43029);
  return name;
}

function checkNameFree(call: Call, parent: string, name: string, own: SimDepartment | null): void {
  for (const child of call.tenant.place(parent).children) {
    if (child !== own?.key && call.tenant.departments.get(child)!.name === name) throw new Refused(43022);
  }
}

function checkCustomId(call: Call, id: string): void {
  if (!CUSTOM_ID.test(id) || id === ROOT || id === '1') throw new Refused(43008);
  if (call.tenant.departmentByCustomId(id)) throw new Refused(43007);
}

function checkPlace(call: Call, parent: string, moved: SimDepartment | null): void {
  if (call.tenant.place(parent).children.size >= MOST_CHILDREN) throw new Refused(43013);
  const depth = (parent === ROOT ? 0 : call.tenant.upwards(parent).length) + 1 + (moved ? call.tenant.height(moved.key) : 0);
  if (depth > MOST_LEVELS) throw new Refused(43019);
}

/** A text of digits, smaller stands first, each once among siblings. */
function checkOrder(call: Call, parent: string, given: unknown, own: SimDepartment | null): number | undefined {
  if (given === undefined || given === '') return undefined;
  if (typeof given !== 'string' || !/^\d{1,15}$/.test(given)) throw new Refused(40001);
  const order = Number(given);
  for (const child of call.tenant.place(parent).children) {
    if (child !== own?.key && call.tenant.departments.get(child)!.order === order) throw new Refused(43005);
  }
  return order;
}

/** Exactly one main leader, nobody twice; `leader_user_id` must name the main one. */
function checkLeaders(call: Call): Leaders | undefined {
  const { leaders, leader_user_id: head } = call.body as {
    leaders?: { leaderType?: number; leaderID?: string }[];
    leader_user_id?: string;
  };
  if (leaders === undefined && head === undefined) return undefined;
  const named = leaders ?? (head ? [{ leaderType: 1, leaderID: head }] : []);
  const checked = named.map(({ leaderType, leaderID }) => {
    if (leaderType !== 1 && leaderType !== 2) throw new Refused(40001, { message: 'leaderType is invalid' });
    const user = findUser(call, String(leaderID));
    if (user.resignedAt !== null) throw new Refused(44021);
    if (!user.activated) throw new Refused(43025);
    return { type: leaderType as 1 | 2, user: user.key };
  });
  if (new Set(checked.map(({ user }) => user)).size !== checked.length) throw new Refused(43016);
  if (checked.length > 0 && checked.filter(({ type }) => type === 1).length !== 1) {
    throw new Refused(40001, { message: 'exactly one main leader is required' });
  }
  return checked.toSorted((a, b) => a.type - b.type);
}

// ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────

export function getDepartment(call: Call): object {
  return { department: showDepartment(call, visibleDepartment(call, call.path.department_id!)) };
}

/** Those that are not there or not in range are left out. */
export function batchDepartments(call: Call): object {
  const ids = call.query.getAll('department_ids');
  if (ids.length === 0 || ids.length > 50) throw new Refused(40001);
  const items = ids.flatMap((id) => {
    try {
      return [showDepartment(call, visibleDepartment(call, id))];
    } catch {
      return [];
    }
  });
  return { items };
}

export function childrenOf(call: Call): object {
  const { tenant } = call;
  const key = visibleDepartmentKey(call, call.path.department_id!);
  if (key === ROOT) needAll(call.app, 40004);
  const { children } = tenant.place(key);
  if (call.query.get('fetch_child') !== 'true') {
    const page = pageOf(call, `children of ${key}`, [...children], (child) => children.at(child));
    return listed(call, page);
  }
  const all: string[] = [];
  const visit = (at: string): void => {
    for (const child of tenant.place(at).children) {
      all.push(child);
      if (all.length > MOST_TO_RECURSE) throw new Refused(43010);
      visit(child);
    }
  };
  visit(key);
  return listed(
    call,
    pageOf(call, `all below ${key}`, all, (_child, index) => index),
  );
}

/** From the parent up, as far as the app sees. */
export function parentsOf(call: Call): object {
  const key = visibleDepartmentKey(call, call.query.get('department_id') ?? '');
  if (key === ROOT) throw new Refused(40002);
  const above = call.tenant.upwards(key).slice(1);
  const seen = above.filter((at) => seesDepartment(call.tenant, call.app, at));
  return listed(
    call,
    pageOf(call, `above ${key}`, seen, (_at, index) => index),
  );
}

const listed = (
  call: Call,
  page: { readonly items: readonly string[]; readonly has_more: boolean; readonly page_token?: string },
): object =>
  page.items.length === 0
    ? { has_more: false }
    : { ...page, items: page.items.map((key) => showDepartment(call, call.tenant.departments.get(key)!)) };

export function unbindChat(call: Call): object {
  departmentKey(call, String(call.body.department_id ?? ''));
  return {};
}

/**
 * What the app may see: chosen departments, users and groups; of an app that sees all members the first level.
 * @see https://open.feishu.cn/document/server-docs/contact-v3/scope/list
 */
export function scopesOf(call: Call): object {
  const { tenant, app } = call;
  const { range } = app;
  const departments = range.all ? [...tenant.root.children] : [...range.departments].filter((key) => tenant.departments.has(key));
  const users = range.all ? [...tenant.root.members] : [...range.users].filter((key) => tenant.users.get(key)?.resignedAt === null);
  const groups = range.all ? [...tenant.groups.keys()] : [...range.groups].filter((key) => tenant.groups.has(key));
  const all = [
    ...departments.map((key) => ({ kind: 'department', key })),
    ...users.map((key) => ({ kind: 'user', key })),
    ...groups.map((key) => ({ kind: 'group', key })),
  ];
  const { items, ...more } = pageOf(call, 'scopes', all, (_item, index) => index, { most: 100, usual: 50 });
  const keys = (kind: string): string[] => items.filter((item) => item.kind === kind).map((item) => item.key);
  return {
    department_ids: keys('department').map((key) => shownDepartmentId(call, key)),
    user_ids: keys('user').map((key) => shownUserId(call, key)),
    group_ids: keys('group'),
    ...more,
  };
}
