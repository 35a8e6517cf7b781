// Resources as objects of ours and back: attributes by their places, status, references, departments of an account.
import type { Attributes, Edge, Edges, EndpointObject, ObjectTypeId, Value } from '../../core/model.ts';
import type { DesiredObject } from '../../connector-kit/contract.ts';
import type { Abilities } from './abilities.ts';
import { EXTERNAL_ID } from './catalogue.ts';
import type { Kind } from './client.ts';
import type { Config } from './config.ts';
import { entriesOf, keyOf, member, put, valueAt, type Draft, type Json, type Place } from './places.ts';
import type { Profile } from './profiles.ts';

/** @see https://www.rfc-editor.org/rfc/rfc7643#section-10.3.1 */
export const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';

export const kindOf = (config: Config, type: ObjectTypeId): Kind => {
  if (type === 'person') return 'users';
  return type === 'department' && config.departments === 'resource' ? 'departments' : 'groups';
};

/** Departments that are groups carry a prefix in the outside name only. */
const hasPrefix = (config: Config, type: ObjectTypeId): boolean => type === 'department' && config.departments === 'group';

export const isDepartmentGroup = (config: Config, resource: Json): boolean =>
  config.departments === 'group' && String(member(resource, 'displayName') ?? '').startsWith(config.departmentPrefix);

// ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────

interface Asked {
  readonly attributes: readonly string[];
}

/** Attributes asked for, status, and what of the edges the resource itself holds. */
export function objectOf(
  config: Config,
  { profile, catalogue }: Abilities,
  type: ObjectTypeId,
  resource: Json,
  id: string,
  asked: Asked,
  edges?: Edges,
): EndpointObject {
  const attributes: Record<string, Value | null> = {};
  for (const [name, place] of Object.entries(catalogue.places[type] ?? {})) {
    if (asked.attributes.includes(name)) attributes[name] = read(config, type, name, resource, place);
  }
  const text = (name: string): string | null => {
    const value = member(resource, name);
    return typeof value === 'string' && value !== '' ? value : null;
  };
  if (profile.externalId && asked.attributes.includes(EXTERNAL_ID)) attributes[EXTERNAL_ID] = text('externalId');
  if (type === 'department' && config.departments === 'resource' && asked.attributes.includes('parent'))
    attributes.parent = parentOf(resource, profile);
  const enabled = type === 'person' ? enabledOf(resource, profile) : undefined;
  return { id, attributes: attributes as Attributes, ...(edges ? { edges } : {}), ...(enabled === undefined ? {} : { enabled }) };
}

function read(config: Config, type: ObjectTypeId, name: string, resource: Json, place: Place): Value | null {
  const value = valueAt(resource, place);
  if (type === 'department' && name === 'order') return value === null || Number.isNaN(Number(value)) ? null : Math.trunc(Number(value));
  if (name !== 'name' || !hasPrefix(config, type) || typeof value !== 'string') return value;
  return value.slice(config.departmentPrefix.length) || value;
}

/** An id, `{value: id}`, or one of the ways to say "none". */
function parentOf(resource: Json, profile: Profile): string | null {
  const found = member(resource, profile.parentAttribute);
  const id = typeof found === 'object' && found !== null ? member(found as Json, 'value') : found;
  if (isRoot(profile, id)) return null;
  return typeof id === 'string' && id !== '' && id !== '0' ? id : typeof id === 'number' && id !== 0 ? String(id) : null;
}

export const isRoot = ({ rootDepartment }: Profile, id: unknown): boolean => rootDepartment !== '' && String(id) === rootDepartment;

/** A department that has none above it lies in the root, where there is one. */
export const parentOutside = ({ rootDepartment }: Profile, parent: Value | null | undefined): Value | null =>
  parent ?? (rootDepartment === '' ? null : rootDepartment);

/** true, "True", 1 or whatever the system's profile says; undefined where it says nothing. */
export function enabledOf(resource: Json, { status }: Profile): boolean | undefined {
  const value = member(resource, status.attribute);
  if (value === undefined || value === null) return undefined;
  const text = String(value).toLowerCase();
  if (text === status.on.toLowerCase()) return true;
  return text === status.off.toLowerCase() ? false : undefined;
}

/** The departments kept on an account as a list of ids, the primary one first. */
export function listedDepartments(resource: Json, profile: Profile): readonly Edge[] {
  const list = member(resource, profile.departmentsAttribute);
  const ids = (Array.isArray(list) ? list : []).flatMap((entry: unknown) => {
    const id = typeof entry === 'object' && entry !== null ? member(entry as Json, 'value') : entry;
    return typeof id === 'string' || typeof id === 'number' ? [String(id)] : [];
  });
  return [...new Set(ids)]
    .filter((id) => !isRoot(profile, id))
    .map((id, at) => ({ to: { type: 'department', id }, ...(at === 0 ? { primary: true } : {}) }));
}

/** Members of a group resource; undefined where the resource does not show them. */
export function membersOf(resource: Json): readonly Edge[] | undefined {
  const list = member(resource, 'members');
  if (list === undefined || list === null) return undefined;
  const edges = entriesOf(list).flatMap((entry): Edge[] => {
    const id = member(entry, 'value');
    return typeof id === 'string' || typeof id === 'number' ? [{ to: { type: memberType(entry), id: String(id) } }] : [];
  });
  return [...new Map(edges.map((edge) => [`${edge.to.type} ${edge.to.id}`, edge])).values()];
}

/** `type` may be missing; then the address tells. @see https://www.rfc-editor.org/rfc/rfc7643#section-4.2 */
function memberType(entry: Json): ObjectTypeId {
  const type = String(member(entry, 'type') ?? '').toLowerCase();
  const address = String(member(entry, '$ref') ?? '');
  return type === 'group' || (type === '' && /\/Groups\//i.test(address)) ? 'group' : 'person';
}

// ── Writing ──────────────────────────────────────────────────────────────────────────────────────────────

/** A whole resource as it is created. Members and tree of departments that are groups are not part of it. */
export function draftOf(config: Config, abilities: Abilities, type: ObjectTypeId, desired: DesiredObject): Draft {
  const { profile } = abilities;
  const draft: Draft = { schemas: [schemaOf(config, profile, type)] };
  if (profile.externalId) draft.externalId = desired.directoryId;
  putAttributes(draft, config, abilities, type, desired.attributes);
  const inTree = config.departments === 'resource';
  if (inTree && type === 'department')
    put(draft, { kind: 'plain', path: [profile.parentAttribute] }, parentOutside(profile, desired.attributes.parent));
  if (type !== 'person') return draft;
  nameSchemas(draft, USER);
  draft[profile.status.attribute] = statusValue(profile, desired.enabled);
  const { membership } = desired.edges;
  if (inTree && (membership || profile.rootDepartment !== ''))
    draft[profile.departmentsAttribute] = departmentList(profile, membership ?? []);
  if (desired.secrets?.password) draft.password = desired.secrets.password;
  return draft;
}

export const schemaOf = (config: Config, { departmentSchema }: Profile, type: ObjectTypeId): string =>
  ({ users: USER, groups: GROUP, departments: departmentSchema })[kindOf(config, type)];

/** A resource names what it is, and every extension that it carries. @see https://www.rfc-editor.org/rfc/rfc7643#section-3 */
export function nameSchemas(draft: Draft, own: string): void {
  const key = keyOf(draft, 'schemas');
  const named = Array.isArray(draft[key]) && draft[key].length > 0 ? (draft[key] as readonly unknown[]).map(String) : [own];
  const known = new Set(named.map((schema) => schema.toLowerCase()));
  const missing = Object.keys(draft).filter((name) => /^urn:/i.test(name) && !known.has(name.toLowerCase()));
  draft[key] = [...named, ...missing];
}

export function putAttributes(
  draft: Draft,
  config: Config,
  { profile, catalogue }: Abilities,
  type: ObjectTypeId,
  attributes: Attributes,
): void {
  for (const [name, value] of Object.entries(attributes)) {
    const place = catalogue.places[type]?.[name];
    if (place) put(draft, place, outside(config, profile, type, name, value));
    else if (name === 'parent' && type === 'department' && config.departments === 'resource')
      put(draft, { kind: 'plain', path: [profile.parentAttribute] }, parentOutside(profile, value));
  }
}

const phoneForms: Readonly<Record<Profile['phoneForm'], (number: string) => string>> = {
  e164: (number) => number,
  /** @see https://cloud.tencent.com/document/product/1442/68889 */
  dashed: (number) => number.replace(/^\+(86|852|853|886|1|7)(?=\d)/, '+$1-'),
  /** @see https://www.ctyun.cn/qzdh/144144_150 */
  digits: (number) => number.replace(/^\+86(?=\d)/, '').replace(/\D/g, ''),
};

/** A value as the system writes it. */
export function outside(config: Config, profile: Profile, type: ObjectTypeId, name: string, value: Value | null): Value | null {
  if (value === null || typeof value !== 'string') return value;
  if (name === 'name' && hasPrefix(config, type)) return `${config.departmentPrefix}${value}`;
  return name === 'phone' || name === 'workPhone' ? phoneForms[profile.phoneForm](value) : value;
}

/** Booleans stay booleans where the words are true and false. */
export function statusValue({ status }: Profile, enabled: boolean): unknown {
  const word = enabled ? status.on : status.off;
  if (/^(true|false)$/i.test(word)) return word.toLowerCase() === 'true';
  return /^-?\d+$/.test(word) ? Number(word) : word;
}

export function departmentList({ rootDepartment }: Profile, edges: readonly Edge[]): readonly string[] {
  if (edges.length === 0) return rootDepartment === '' ? [] : [rootDepartment];
  return [...edges].sort((a, b) => Number(b.primary ?? false) - Number(a.primary ?? false)).map((edge) => edge.to.id);
}
