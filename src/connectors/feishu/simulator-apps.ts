// The apps of the simulated tenant: credentials and tokens, granted scopes, and the contact range an app may see.
import { randomBytes } from 'node:crypto';
import { Refused } from './simulator-errors.ts';
import { ROOT, type SimUser, type Tenant } from './simulator-tenant.ts';

/** `all` members, or the chosen departments (with all below), users and groups. */
export type ContactRange =
  | { readonly all: true }
  | {
      readonly all: false;
      readonly departments: ReadonlySet<string>;
      readonly users: ReadonlySet<string>;
      readonly groups: ReadonlySet<string>;
    };

export interface SimApp {
  readonly id: string;
  readonly secret: string;
  scopes: Set<string>;
  range: ContactRange;
  tokens: { readonly token: string; readonly endsAt: number }[];
}

const TOKEN_MS = 7200_000;
/** With at least so much left, asking again gives the same token. */
const KEPT_MS = 1800_000;

/** Field → the scopes one of which shows it. A field that is not here is always shown. */
const FIELD_SCOPES: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    ['name', 'en_name', 'nickname', 'avatar', 'description', 'mobile_visible'].map((name) => [name, ['contact:user.base:readonly']]),
  ),
  gender: ['contact:user.gender:readonly'],
  email: ['contact:user.email:readonly'],
  mobile: ['contact:user.phone:readonly'],
  user_id: ['contact:user.employee_id:readonly'],
  department_ids: ['contact:user.department:readonly'],
  orders: ['contact:user.department:readonly'],
  employee_no: ['contact:user.employee_number:read', 'contact:user.employee:readonly'],
  job_level_id: ['contact:user.job_level:readonly'],
  job_family_id: ['contact:user.job_family:readonly'],
  dotted_line_leader_user_ids: ['contact:user.dotted_line_leader_info.read'],
  ...Object.fromEntries(
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
      'time_zone',
      'status',
    ].map((name) => [name, ['contact:user.employee:readonly']]),
  ),
};

/** Everything that an app for reading and writing needs. */
export const ALL_SCOPES: readonly string[] = [
  'contact:contact',
  'contact:user.base',
  'contact:contact.base:readonly',
  'contact:department.base:readonly',
  'contact:department.organize:readonly',
  'contact:user.id:readonly',
  'contact:group',
  'contact:group:readonly',
  'tenant:tenant:readonly',
  ...new Set(Object.values(FIELD_SCOPES).flat()),
];

/** @see https://open.feishu.cn/document/server-docs/authentication-management/access-token/tenant_access_token_internal */
export function issueToken(app: SimApp, now: number): { readonly token: string; readonly expire: number } {
  app.tokens = app.tokens.filter((known) => known.endsAt > now);
  const kept = app.tokens.findLast((known) => known.endsAt - now >= KEPT_MS);
  const given = kept ?? { token: `t-g1${randomBytes(16).toString('hex')}`, endsAt: now + TOKEN_MS };
  if (!kept) app.tokens.push(given);
  return { token: given.token, expire: Math.floor((given.endsAt - now) / 1000) };
}

export function appOfToken(apps: Iterable<SimApp>, authorization: string | undefined, now: number): SimApp {
  const token = /^Bearer (.+)$/.exec(authorization ?? '')?.[1];
  if (!token) throw new Refused(99991661);
  if (!/^[tu]-/.test(token)) throw new Refused(99991671);
  for (const app of apps) if (app.tokens.some((known) => known.token === token && known.endsAt > now)) return app;
  throw new Refused(99991663);
}

/** @see https://open.feishu.cn/document/server-docs/application-scope/introduction */
export function needScope(app: SimApp, oneOf: readonly string[]): void {
  if (oneOf.length === 0 || oneOf.some((scope) => app.scopes.has(scope))) return;
  throw new Refused(99991672, {
    message: `Access denied. One of the following scopes is required: [${oneOf.join(', ')}].`,
    extra: { permission_violations: oneOf.map((subject) => ({ type: 'action_scope_required', subject })) },
  });
}

export const showsField = (app: SimApp, field: string): boolean => {
  const scopes = FIELD_SCOPES[field];
  return scopes === undefined || scopes.some((scope) => app.scopes.has(scope));
};

// ── Contact range ────────────────────────────────────────────────────────────────────────────────────────

export function seesDepartment(tenant: Tenant, { range }: SimApp, key: string): boolean {
  if (range.all) return true;
  return key !== ROOT && tenant.upwards(key).some((at) => range.departments.has(at));
}

export function seesUser(tenant: Tenant, app: SimApp, user: SimUser): boolean {
  const { range } = app;
  if (range.all || range.users.has(user.key)) return true;
  if (user.departments.some((at) => seesDepartment(tenant, app, at))) return true;
  // Who left is in no department any more; an app that saw the person goes on seeing that.
  return user.resignedAt !== null && range.departments.size > 0;
}

export const seesGroup = ({ range }: SimApp, group: string): boolean => range.all || range.groups.has(group);

export const needAll = ({ range }: SimApp, code: number): void => {
  if (!range.all) throw new Refused(code);
};
