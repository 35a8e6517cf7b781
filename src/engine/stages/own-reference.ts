// A source that names somebody as their own manager: that cannot be, so who it is counts as unknown, and the record is listed.
import type { AttributeSpec, Attributes, ObjectTypeSpec, Value } from '../../core/model.ts';
import type { Problem } from './assess.ts';
import { referencesOf } from './directory-subject.ts';

/** References by which a record names itself. The parent of a department is not among them: it is judged as a circle. */
export const ownReferences = (type: ObjectTypeSpec, key: string, said: Attributes): readonly AttributeSpec[] =>
  referencesOf(type).filter((spec) => spec.to === type.id && spec.name !== type.parent && said[spec.name] === key);

/** What the record said of them before, where that names somebody else: unknown leaves the last accepted value. */
export const lastWords = (named: readonly AttributeSpec[], key: string, before: Attributes): Record<string, Value | null> =>
  Object.fromEntries(named.flatMap(({ name }) => (before[name] === undefined || before[name] === key ? [] : [[name, before[name]]])));

export const ownReference = ({ name, label }: AttributeSpec): Problem => ({
  attribute: name,
  cause: 'own-reference',
  message: {
    en: `The source names this record as its own ${label.en} ("${name}"). Name another one there, or none; until then it is left as it is.`,
    zh: `源系统将本人设为自己的${label.zh}（“${name}”）。请在源系统更正或清空；在此之前保持不变。`,
  },
});
