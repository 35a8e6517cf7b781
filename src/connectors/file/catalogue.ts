// The attribute catalogue of files: the directory's own names, so that an exported file can be read again.
import { departmentType, groupType, personType } from '../../core/directory-types.ts';
import type { AttributeSpec, ObjectTypeSpec } from '../../core/model.ts';
import { guessable } from './columns.ts';
import { say } from './text.ts';

/** Where an exported object carries our id. */
export const DIRECTORY_ID = 'directoryId';

const carried: AttributeSpec = {
  name: DIRECTORY_ID,
  label: say('directory id', '目录 ID'),
  type: 'string',
  unique: true,
  writable: 'never',
};

const withCarried = (type: ObjectTypeSpec): ObjectTypeSpec => ({
  ...type,
  // What the directory only shows (name and path of the primary department) is no column of its own here.
  attributes: [...type.attributes.filter((spec) => spec.writable !== 'never'), carried],
  relations: type.relations.map((relation) => ({ ...relation, writable: true })),
});

const person: ObjectTypeSpec = {
  ...withCarried(personType),
  // A file keeps no dates per department.
  relations: personType.relations.map((relation) => ({
    ...relation,
    keeps: ['primary', 'order', 'title'],
    writable: true,
  })),
};
const withoutDisable = ['create', 'update', 'remove'] as const;

/** Departments first: people refer to them. */
export const types: readonly ObjectTypeSpec[] = [
  { ...withCarried(departmentType), writes: withoutDisable },
  person,
  { ...withCarried(groupType), writes: withoutDisable },
];

/** A list of people holds no groups; those are only written. */
export const readTypes: readonly ObjectTypeSpec[] = types.filter((type) => type.id !== 'group');

/** Two people may share a mailbox or a phone: refusing the second would leave a person out of the file. */
const shareable = new Set(['email', 'phone']);
export const writtenTypes: readonly ObjectTypeSpec[] = types.map((type) => ({
  ...type,
  attributes: type.attributes.map((spec) => (shareable.has(spec.name) ? { ...spec, unique: false } : spec)),
}));

/** Attributes of which no two rows of an export have the same value. */
export const uniqueIn = (type: string): readonly AttributeSpec[] => uniqueByType.get(type) ?? [];
const uniqueByType: ReadonlyMap<string, readonly AttributeSpec[]> = new Map(
  writtenTypes.map((type) => [type.id, type.attributes.filter((spec) => spec.unique === true && spec.name !== DIRECTORY_ID)]),
);

export const typeOf = (id: string): ObjectTypeSpec | undefined => types.find((type) => type.id === id);

/** The catalogue of one connection: columns that the administrator named beyond the usual ones are attributes too. */
export function typesWith(usual: readonly ObjectTypeSpec[], own: Readonly<Record<string, readonly string[]>>): readonly ObjectTypeSpec[] {
  return usual.map((type) => {
    const known = new Set([...type.attributes.map((spec) => spec.name), ...guessable(type.id === 'department' ? 'department' : 'person')]);
    const added = (own[type.id] ?? []).filter((name) => !known.has(name)).map((name) => specOf(type.id, name));
    return added.length === 0 ? type : { ...type, attributes: [...type.attributes, ...added] };
  });
}

/** Sensitive attributes are sealed in our folder and left out of files unless asked for. */
export const isSensitive = (type: string, attribute: string): boolean =>
  typeOf(type)?.attributes.some((spec) => spec.name === attribute && spec.kind === 'sensitive') ?? false;

/** The spec of an attribute; one of the administrator's own is text. */
export const specOf = (type: string, attribute: string): AttributeSpec =>
  typeOf(type)?.attributes.find((spec) => spec.name === attribute) ?? {
    name: attribute,
    label: say(attribute, attribute),
    type: 'string',
  };
