// What the directory of this installation knows of people, departments and groups: its own attributes and those that were added.
import { directoryTypes } from '../core/directory-types.ts';
import type { AttributeSpec, AttributeType, ObjectTypeSpec } from '../core/model.ts';
import { customAttributes, type CustomAttributeRow } from '../store/attributes.ts';
import type { Reader } from '../store/database.ts';

export const directoryCatalogue = async (reader: Reader): Promise<readonly ObjectTypeSpec[]> =>
  catalogueWith(await customAttributes(reader));

export function catalogueWith(added: readonly CustomAttributeRow[]): readonly ObjectTypeSpec[] {
  if (added.length === 0) return directoryTypes;
  return directoryTypes.map((type) => ({
    ...type,
    attributes: [...type.attributes, ...added.filter((row) => row.type === type.id).map(specOfCustom)],
  }));
}

/** An archived one can be read for as long as somebody has a value, and is written by no job. */
const specOfCustom = (row: CustomAttributeRow): AttributeSpec => ({
  name: row.name,
  label: { en: row.label_en, zh: row.label_zh },
  type: row.value_type as AttributeType,
  ...(row.max_length === null ? {} : { maxLength: row.max_length }),
  ...(row.many === 1 ? { many: true } : {}),
  ...(row.sensitive === 1 ? { kind: 'sensitive' as const } : {}),
  ...(row.archived_at === null ? {} : { writable: 'never' as const }),
});
