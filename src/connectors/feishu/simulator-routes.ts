// Every call the simulator answers: method, path, scopes one of which is needed, published limit, and the vendor's page.
import type { Call } from './simulator-call.ts';
import {
  batchDepartments,
  changeDepartmentId,
  childrenOf,
  createDepartment,
  deleteDepartment,
  getDepartment,
  parentsOf,
  patchDepartment,
  scopesOf,
  unbindChat,
} from './simulator-departments.ts';
import {
  addMembers,
  basicNames,
  createGroup,
  customAttrs,
  deleteGroup,
  employeeTypes,
  getGroup,
  grantedScopes,
  groupMembers,
  groupsOfMember,
  listGroups,
  patchGroup,
  removeMembers,
  tenantInfo,
} from './simulator-groups.ts';
import { HUNDRED, ONE_A_SECOND, USUAL, type Limit } from './simulator-limits.ts';
import {
  batchGetId,
  batchUsers,
  changeUserId,
  createUser,
  deleteUser,
  getUser,
  patchUser,
  resurrectUser,
  usersInRange,
  usersOfDepartment,
} from './simulator-users.ts';

export interface Route {
  readonly method: string;
  readonly path: string;
  /** `about` reads what the app is, not objects: fault dials for reads leave it alone. */
  readonly kind: 'read' | 'write' | 'about';
  readonly scopes: readonly string[];
  readonly limit: Limit;
  /** Writes that take the lock of the department tree. */
  readonly locksTree?: boolean;
  readonly see: string;
  readonly answer: (call: Call) => object;
}

const CONTACT = '/open-apis/contact/v3';
const DOCS = 'https://open.feishu.cn/document/server-docs';
const WRITE = ['contact:contact'];
const READ = ['contact:contact.base:readonly', 'contact:contact:readonly_as_app', 'contact:contact:access_as_app', 'contact:contact'];
const READ_TREE = ['contact:department.organize:readonly', 'contact:department.base:readonly', ...READ.slice(1)];
const GROUPS = ['contact:group'];
const READ_GROUPS = ['contact:group:readonly', 'contact:group'];

type More = Partial<Pick<Route, 'limit' | 'locksTree'>>;
const route =
  (kind: Route['kind']) =>
  (method: string, path: string, scopes: readonly string[], see: string, answer: Route['answer'], more: More = {}): Route => ({
    method,
    path: path.startsWith('/open-apis') ? path : `${CONTACT}${path}`,
    kind,
    scopes,
    limit: USUAL,
    see: `${DOCS}/${see}`,
    answer,
    ...more,
  });
const [read, write, about] = [route('read'), route('write'), route('about')];
const TREE = { locksTree: true };

export const routes: readonly Route[] = [
  about('GET', '/scopes', READ, 'contact-v3/scope/list', scopesOf),
  about('GET', '/open-apis/application/v6/scopes', [], 'application-v6/scope/list', grantedScopes, { limit: HUNDRED }),
  about('GET', '/open-apis/tenant/v2/tenant/query', ['tenant:tenant:readonly'], 'tenant-v2/query', tenantInfo),
  about('GET', '/custom_attrs', READ, 'contact-v3/custom_attr/list', customAttrs),
  about('GET', '/employee_type_enums', READ, 'contact-v3/employee_type_enum/list', employeeTypes),

  read('GET', '/departments/batch', READ_TREE, 'contact-v3/department/batch', batchDepartments),
  read('GET', '/departments/parent', READ_TREE, 'contact-v3/department/parent', parentsOf),
  read('GET', '/departments/:department_id/children', READ_TREE, 'contact-v3/department/children', childrenOf),
  read('GET', '/departments/:department_id', READ_TREE, 'contact-v3/department/get', getDepartment),
  write('POST', '/departments', WRITE, 'contact-v3/department/create', createDepartment, TREE),
  write('POST', '/departments/unbind_department_chat', WRITE, 'contact-v3/department/unbind_department_chat', unbindChat),
  write(
    'PATCH',
    '/departments/:department_id/update_department_id',
    WRITE,
    'contact-v3/department/update_department_id',
    changeDepartmentId,
  ),
  write('PATCH', '/departments/:department_id', WRITE, 'contact-v3/department/patch', patchDepartment, TREE),
  write('DELETE', '/departments/:department_id', WRITE, 'contact-v3/department/delete', deleteDepartment, TREE),

  read('GET', '/users/find_by_department', READ, 'contact-v3/user/find_by_department', usersOfDepartment),
  read('GET', '/users/batch', READ, 'contact-v3/user/batch', batchUsers),
  read('GET', '/users/:user_id', READ, 'contact-v3/user/get', getUser),
  read('GET', '/users', READ, 'contact-v3/user/list', usersInRange),
  read('POST', '/users/batch_get_id', ['contact:user.id:readonly'], 'contact-v3/user/batch_get_id', batchGetId),
  read('POST', '/users/basic_batch', READ, 'contact-v3/user/basic_batch', basicNames),
  write('POST', '/users', WRITE, 'contact-v3/user/create', createUser),
  write('PATCH', '/users/:user_id/update_user_id', WRITE, 'contact-v3/user/update_user_id', changeUserId),
  write('POST', '/users/:user_id/resurrect', WRITE, 'contact-v3/user/resurrect', resurrectUser),
  write('PATCH', '/users/:user_id', WRITE, 'contact-v3/user/patch', patchUser),
  write('DELETE', '/users/:user_id', WRITE, 'contact-v3/user/delete', deleteUser),

  read('GET', '/group/simplelist', READ_GROUPS, 'contact-v3/group/simplelist', listGroups),
  read('GET', '/group/member_belong', READ_GROUPS, 'contact-v3/group/member_belong', groupsOfMember),
  read('GET', '/group/:group_id/member/simplelist', READ_GROUPS, 'contact-v3/group-member/simplelist', groupMembers),
  read('GET', '/group/:group_id', READ_GROUPS, 'contact-v3/group/get', getGroup),
  write('POST', '/group', GROUPS, 'contact-v3/group/create', createGroup, { limit: HUNDRED }),
  write('PATCH', '/group/:group_id', GROUPS, 'contact-v3/group/patch', patchGroup),
  write('DELETE', '/group/:group_id', GROUPS, 'contact-v3/group/delete', deleteGroup),
  write('POST', '/group/:group_id/member/batch_add', GROUPS, 'contact-v3/group-member/batch_add', addMembers),
  write('POST', '/group/:group_id/member/batch_remove', GROUPS, 'contact-v3/group-member/batch_remove', removeMembers, { limit: HUNDRED }),
];

/** The limits one request counts against: that of its API, and the narrow one for moving and freezing. */
export function limitsOf(found: Route, body: Readonly<Record<string, unknown>>): readonly (readonly [string, Limit])[] {
  const name = `${found.method} ${found.path}`;
  const narrow = found.answer === patchUser && (body.department_ids !== undefined || body.is_frozen !== undefined);
  return narrow
    ? [
        [name, found.limit],
        [`${name} moving or freezing`, ONE_A_SECOND],
      ]
    : [[name, found.limit]];
}

export function findRoute(
  method: string,
  path: string,
): { readonly route: Route; readonly path: Readonly<Record<string, string>> } | 'method' | undefined {
  const parts = path.split('/');
  let known = false;
  for (const candidate of routes) {
    const values = matched(candidate.path.split('/'), parts);
    if (!values) continue;
    if (candidate.method === method) return { route: candidate, path: values };
    known = true;
  }
  return known ? 'method' : undefined;
}

function matched(pattern: readonly string[], parts: readonly string[]): Record<string, string> | null {
  if (pattern.length !== parts.length) return null;
  const values: Record<string, string> = {};
  for (const [at, piece] of pattern.entries()) {
    if (piece.startsWith(':')) values[piece.slice(1)] = decodeURIComponent(parts[at]!);
    else if (piece !== parts[at]) return null;
  }
  return values;
}
