// How one configuration lays people, departments and groups out in the tree: filters, folders, names. Pure.
import { AndFilter, EqualityFilter, NotFilter, OrFilter, type Filter } from 'ldapts';
import type { Config, Part } from './config.ts';
import { memberAttribute, type TypeId } from './catalogue.ts';
import { listOf, parseFilter } from './client.ts';
import { dnKey, isWithin } from './dn.ts';

export interface Layout {
  readonly config: Config;
  readonly baseKey: string;
  readonly filters: Readonly<Record<TypeId, Filter>>;
  /** Attribute of a group that lists its members, and what its values are. */
  readonly memberAttribute: string;
  readonly membersAre: 'dn' | 'uid';
  /** The base and OUs that only hold things: they are no departments. */
  isFolder(key: string): boolean;
  isDisabledPlace(key: string): boolean;
  /** Whether an entry is read as disabled. `mark`: its values of the attribute that says so. */
  isDisabled(dn: string, mark: string | readonly string[] | undefined): boolean;
}

export const equals = (attribute: string, value: string): Filter => new EqualityFilter({ attribute, value });
export const all = (...filters: Filter[]): Filter => (filters.length === 1 ? filters[0]! : new AndFilter({ filters }));
export const not = (filter: Filter): Filter => new NotFilter({ filter });
export const any = (filters: Filter[]): Filter => (filters.length === 1 ? filters[0]! : new OrFilter({ filters }));

export function layoutOf(config: Config): Layout {
  const folders = new Set(
    [config.base, config.peopleIn, config.groupsIn, config.disabledIn, ...config.folders].filter((dn) => dn !== '').map(dnKey),
  );
  const disabledKey = config.disableBy === 'move' ? dnKey(config.disabledIn) : undefined;
  const isDisabledPlace = (key: string): boolean => disabledKey !== undefined && isWithin(key, disabledKey);
  const disabledValue = config.disableValue.toLowerCase();
  const ofClass = (name: string, further: string): Filter =>
    further === '' ? equals('objectClass', name) : all(equals('objectClass', name), parseFilter(further));
  return {
    config,
    baseKey: dnKey(config.base),
    filters: {
      person: ofClass(config.personClass, config.personFilter),
      department: equals('objectClass', 'organizationalUnit'),
      group: ofClass(config.groupKind, config.groupFilter),
    },
    memberAttribute: memberAttribute[config.groupKind],
    membersAre: config.groupKind === 'posixGroup' ? 'uid' : 'dn',
    isFolder: (key) => folders.has(key),
    isDisabledPlace,
    isDisabled: (dn, mark) =>
      config.disableBy === 'move' ? isDisabledPlace(dnKey(dn)) : listOf(mark).some((value) => value.toLowerCase() === disabledValue),
  };
}

/** Below which a job reads, and where it creates what has no parent. */
export const partBase = (layout: Layout, part: Part | undefined): string => part?.base || layout.config.base;

/** Object classes of new entries. @see https://www.rfc-editor.org/rfc/rfc4512#section-2.4 */
export function classesOf(config: Config, type: TypeId): readonly string[] {
  if (type === 'department') return ['top', 'organizationalUnit'];
  if (type === 'group') return ['top', config.groupKind];
  const inherited = ['top', 'person', 'organizationalPerson', 'inetOrgPerson'];
  return inherited.some((name) => name.toLowerCase() === config.personClass.toLowerCase()) ? inherited : [...inherited, config.personClass];
}

/** The attribute that names new entries of a type. */
export const namingOf = (config: Config, type: TypeId): string => ({ person: config.personNaming, department: 'ou', group: 'cn' })[type];

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** Ids of objects are entryUUIDs in lower case; anything else names nothing of ours. @see https://www.rfc-editor.org/rfc/rfc4530 */
export const isId = (id: string): boolean => UUID.test(id);

/** A reference to an entry that is not ours: outside the base, of another kind, or gone. */
export const foreignId = (dn: string): string => `dn:${dn}`;
export const foreignDn = (id: string): string | undefined => (id.startsWith('dn:') ? id.slice(3) : undefined);
