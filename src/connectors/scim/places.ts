// Where each attribute lies in a SCIM resource: reading it, putting it into one, and the PATCH operation that changes it.
import type { Value } from '../../core/model.ts';

export type Json = Readonly<Record<string, unknown>>;
/** A resource being made; parsed JSON is never changed, but copied. */
export type Draft = Record<string, unknown>;

export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

export type Place =
  /** `['name', 'familyName']`, or an attribute of an extension: `[URN, 'department']`. */
  | { readonly kind: 'plain'; readonly path: readonly string[] }
  /** One value of a list of `{value, type, primary}`; `only`: the list holds no other, whatever its type. */
  | { readonly kind: 'typed'; readonly list: string; readonly type: string; readonly only?: true }
  /** `{value: id}`, a bare id, or an id in a list of objects. */
  | { readonly kind: 'manager'; readonly form: 'object' | 'text' };

export interface Operation {
  readonly op: 'add' | 'replace' | 'remove';
  readonly path: string;
  readonly value?: unknown;
}

export const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Attribute names compare without case. @see https://www.rfc-editor.org/rfc/rfc7643#section-2.1 */
export function member(object: Json, name: string): unknown {
  if (name in object) return object[name];
  const lower = name.toLowerCase();
  const key = Object.keys(object).find((candidate) => candidate.toLowerCase() === lower);
  return key === undefined ? undefined : object[key];
}

export function keyOf(object: Json, name: string): string {
  if (name in object) return name;
  const lower = name.toLowerCase();
  return Object.keys(object).find((candidate) => candidate.toLowerCase() === lower) ?? name;
}

/** A text in a filter. */
export const quoted = (text: string): string => JSON.stringify(text);

// ── Reading ──────────────────────────────────────────────────────────────────────────────────────────────

/** Absent, null, empty text and empty list are all "empty" in SCIM. @see https://www.rfc-editor.org/rfc/rfc7643#section-2.5 */
export function valueAt(resource: Json, place: Place): Value | null {
  switch (place.kind) {
    case 'plain':
      return scalar(place.path.reduce<unknown>((at, name) => (isObject(at) ? member(at, name) : undefined), resource));
    case 'typed':
      return scalar(isObject(entryOf(resource, place)) ? member(entryOf(resource, place)!, 'value') : undefined);
    case 'manager': {
      const found = managerOf(resource);
      return scalar(isObject(found) ? member(found, 'value') : found);
    }
  }
}

/** Some systems send the manager as a text, some keep it beside the extension. */
function managerOf(resource: Json): unknown {
  const extension = member(resource, ENTERPRISE);
  return (isObject(extension) ? member(extension, 'manager') : undefined) ?? member(resource, 'manager');
}

const scalar = (value: unknown): Value | null => {
  if (typeof value === 'string') return value === '' ? null : value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
};

export const entriesOf = (value: unknown): readonly Json[] =>
  Array.isArray(value) ? value.filter(isObject) : isObject(value) ? [value] : [];

/** The entry of that type. What is not typed at all is a system's only one, and stands for the first of its list. */
function entryOf(resource: Json, place: Place & { kind: 'typed' }): Json | undefined {
  const entries = entriesOf(member(resource, place.list));
  if (place.only) return entries[0];
  const typed = entries.find((entry) => String(member(entry, 'type') ?? '').toLowerCase() === place.type);
  if (typed) return typed;
  const first = firstTypes[place.list] === place.type;
  return first ? entries.find((entry) => member(entry, 'type') === undefined || member(entry, 'type') === null) : undefined;
}

/** Which of the types an untyped entry counts as. */
const firstTypes: Readonly<Record<string, string>> = { emails: 'work', phoneNumbers: 'mobile' };

// ── Putting ──────────────────────────────────────────────────────────────────────────────────────────────

/** Puts a value into a draft; null takes it out. */
export function put(draft: Draft, place: Place, value: Value | null): void {
  switch (place.kind) {
    case 'plain':
      return putPlain(draft, place.path, value);
    case 'typed': {
      const list = typedList(draft, place, value);
      const key = keyOf(draft, place.list);
      if (list.length > 0) draft[key] = list;
      else delete draft[key];
      return;
    }
    case 'manager':
      return putPlain(draft, [ENTERPRISE, 'manager'], value === null ? null : managerValue(place, value));
  }
}

function putPlain(draft: Draft, [name, ...rest]: readonly string[], value: unknown): void {
  const key = keyOf(draft, name!);
  if (rest.length === 0) {
    if (value === null) delete draft[key];
    else draft[key] = value;
    return;
  }
  const inner: Draft = isObject(draft[key]) ? { ...draft[key] } : {};
  putPlain(inner, rest, value);
  if (Object.keys(inner).length > 0) draft[key] = inner;
  else delete draft[key];
}

const managerValue = (place: Place & { kind: 'manager' }, value: Value): unknown => (place.form === 'text' ? value : { value });

/** The list with this one value changed and every other entry as it was. */
function typedList(resource: Json, place: Place & { kind: 'typed' }, value: Value | null): readonly Json[] {
  const entries = entriesOf(member(resource, place.list));
  const known = entryOf(resource, place);
  if (place.only) return value === null ? [] : [{ type: place.type, primary: true, ...known, value }];
  if (value === null) return entries.filter((entry) => entry !== known);
  if (known) return entries.map((entry) => (entry === known ? { ...entry, value } : entry));
  const primary = place.list === 'emails' && entries.length === 0 ? { primary: true } : {};
  return [...entries, { value, type: place.type, ...primary }];
}

// ── Changing ─────────────────────────────────────────────────────────────────────────────────────────────

/**
 * One operation with one path; `current` is the resource as it is, for lists, of which the whole is sent: value filters
 * (`emails[type eq "work"].value`) are refused by some systems. @see https://docs.github.com/en/enterprise-cloud@latest/rest/enterprise-admin/scim
 */
export function operationFor(place: Place, value: Value | null, current: Json): Operation {
  switch (place.kind) {
    case 'plain':
      return value === null ? { op: 'remove', path: pathText(place.path) } : { op: 'replace', path: pathText(place.path), value };
    case 'typed': {
      const list = typedList(current, place, value);
      return list.length === 0 ? { op: 'remove', path: place.list } : { op: 'replace', path: place.list, value: list };
    }
    case 'manager': {
      const path = pathText([ENTERPRISE, 'manager']);
      return value === null ? { op: 'remove', path } : { op: 'replace', path, value: managerValue(place, value) };
    }
  }
}

/** The ways to name an attribute in a PATCH, which systems understand one by one. */
export const pathForms = ['name', 'part', 'extension', 'list'] as const;
export type PathForm = (typeof pathForms)[number];

export function formOf(place: Place): PathForm {
  if (place.kind === 'typed') return 'list';
  if (place.kind === 'manager' || place.path[0]!.startsWith('urn:')) return 'extension';
  return place.path.length > 1 ? 'part' : 'name';
}

/** `name.familyName`, `urn:…:User:department`. @see https://www.rfc-editor.org/rfc/rfc7644#section-3.10 */
const pathText = (path: readonly string[]): string =>
  path[0]!.startsWith('urn:') ? [path[0], path.slice(1).join('.')].filter(Boolean).join(':') : path.join('.');

/** `urn:a:b:User:badge`, `extendFields.floor` or `nickName` as a path. The last part behind a URN is the attribute. */
export function pathOf(text: string): readonly string[] {
  if (!text.startsWith('urn:')) return text.split('.');
  const at = text.lastIndexOf(':');
  return [text.slice(0, at), ...text.slice(at + 1).split('.')];
}
