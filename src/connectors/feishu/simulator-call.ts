// One request as the handlers of the simulator see it: who calls, ids in the asked kind, pages, and the rules for both.
import { Refused } from './simulator-errors.ts';
import { seesDepartment, seesUser, type SimApp } from './simulator-apps.ts';
import { ROOT, type SimDepartment, type SimUser, type Tenant } from './simulator-tenant.ts';

export interface Call {
  readonly tenant: Tenant;
  readonly app: SimApp;
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  readonly now: number;
  /** The largest page this simulator gives; 50 or 100 as the vendor has it when missing. */
  readonly pageSize: number | undefined;
  /** Answers of requests with a client_token, so that a repeated one is answered alike. */
  readonly replays: Map<string, { readonly request: string; readonly answer: object }>;
}

type UserIdKind = 'open_id' | 'union_id' | 'user_id';

function userKind(call: Call): UserIdKind {
  const kind = call.query.get('user_id_type') ?? 'open_id';
  if (kind !== 'open_id' && kind !== 'union_id' && kind !== 'user_id') throw new Refused(40001);
  return kind;
}

export function userIdOf({ tenant, app }: Pick<Call, 'tenant' | 'app'>, user: SimUser, kind: UserIdKind): string {
  if (kind === 'union_id') return user.key;
  return kind === 'user_id' ? user.userId : tenant.openId(app.id, user.key);
}

/** In the kind that the query asks for: it governs path, body and answer alike. */
export const shownUserId = (call: Call, key: string): string => {
  const user = call.tenant.users.get(key);
  return user ? userIdOf(call, user, userKind(call)) : '';
};

export function findUser(call: Call, id: string, kind: string = userKind(call)): SimUser {
  const { tenant, app } = call;
  switch (kind) {
    case 'union_id': {
      const user = tenant.users.get(id);
      if (!user) throw new Refused(41012);
      return user;
    }
    case 'user_id': {
      const user = tenant.holder('user_id', id) ?? [...tenant.users.values()].find((one) => one.userId === id);
      if (!user) throw new Refused(99992359);
      return user;
    }
    default: {
      const user = tenant.userOfOpenId(app.id, id);
      if (user === 'foreign') throw new Refused(99992361);
      if (!user) throw new Refused(99992351);
      return user;
    }
  }
}

export function visibleUser(call: Call, id: string): SimUser {
  const user = findUser(call, id);
  if (!seesUser(call.tenant, call.app, user)) throw new Refused(41050);
  return user;
}

// ── Departments ──────────────────────────────────────────────────────────────────────────────────────────

const asksCustomIds = (call: Call): boolean => {
  const kind = call.query.get('department_id_type') ?? 'open_department_id';
  if (kind !== 'department_id' && kind !== 'open_department_id') throw new Refused(40001);
  return kind === 'department_id';
};

export const shownDepartmentId = (call: Call, key: string): string => {
  if (key === ROOT) return ROOT;
  return asksCustomIds(call) ? (call.tenant.departments.get(key)?.customId ?? '') : key;
};

/** The key of a department; `0` is the root under both kinds. */
export function departmentKey(call: Call, id: string): string {
  if (id === ROOT) return ROOT;
  if (id === '') throw new Refused(40008);
  const found = asksCustomIds(call) ? call.tenant.departmentByCustomId(id) : call.tenant.departments.get(id);
  if (!found) throw new Refused(asksCustomIds(call) ? 40015 : 99992357);
  return found.key;
}

export function visibleDepartmentKey(call: Call, id: string, code = 40004): string {
  const key = departmentKey(call, id);
  if (!seesDepartment(call.tenant, call.app, key)) throw new Refused(code);
  return key;
}

export function visibleDepartment(call: Call, id: string): SimDepartment {
  const key = visibleDepartmentKey(call, id);
  if (key === ROOT) throw new Refused(40002);
  return call.tenant.departments.get(key)!;
}

// ── Pages ────────────────────────────────────────────────────────────────────────────────────────────────

export interface Page<T> {
  readonly items: readonly T[];
  readonly has_more: boolean;
  readonly page_token?: string;
}

/**
 * The page after a place in the list; who comes and goes meanwhile shifts nobody. `placeOf` grows along the list. Tokens are
 * opaque and belong to one list.
 * @see https://open.feishu.cn/document/server-docs/api-call-guide/general-parameters
 */
export function pageOf<T>(
  call: Call,
  list: string,
  all: readonly T[],
  placeOf: (item: T, index: number) => number,
  { most = 50, usual = 10 } = {},
): Page<T> {
  const asked = Number(call.query.get('page_size') ?? usual);
  if (!Number.isInteger(asked) || asked < 1 || asked > most) throw new Refused(40011);
  const size = Math.min(asked, call.pageSize ?? most);
  const after = placeOfToken(call.query.get('page_token') ?? '', list);
  const rest = after === null ? all : all.filter((item, index) => placeOf(item, index) > after);
  const items = rest.slice(0, size);
  if (rest.length === items.length) return { items, has_more: false };
  const last = items.at(-1)!;
  const place = placeOf(last, all.indexOf(last));
  return { items, has_more: true, page_token: Buffer.from(JSON.stringify({ list, place })).toString('base64') };
}

function placeOfToken(token: string, list: string): number | null {
  if (token === '') return null;
  try {
    const parsed = JSON.parse(Buffer.from(token, 'base64').toString('utf8')) as { list?: string; place?: number };
    if (parsed.list === list && typeof parsed.place === 'number') return parsed.place;
  } catch {
    // Not one of ours: refused below.
  }
  throw new Refused(40012);
}

/** The same client_token with the same request is answered alike; with another one it is refused. */
export function once(call: Call, work: () => object): object {
  const token = call.query.get('client_token');
  if (!token) return work();
  const request = JSON.stringify([call.path, call.body]);
  const known = call.replays.get(`${call.app.id}/${token}`);
  if (known) {
    if (known.request !== request) throw new Refused(40021);
    return known.answer;
  }
  const answer = work();
  call.replays.set(`${call.app.id}/${token}`, { request, answer });
  return answer;
}
