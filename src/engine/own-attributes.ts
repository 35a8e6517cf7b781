// What an attribute that an installation adds to people, departments or groups looks like, wherever it is said: by a command or in a file.
import { z } from 'zod';
import { CONSOLE } from '../core/console.ts';
import { directoryTypes } from '../core/directory-types.ts';
import type { CustomAttributeRow } from '../store/attributes.ts';
import type { JobRow } from '../store/jobs.ts';

export const ownType = z.enum(['person', 'department', 'group']);
/** Names are fields of expressions. */
export const ownName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,39}$/, 'must be a letter and up to 39 letters, digits or _')
  .describe('As mappings and expressions name it.');
const words = z.string().trim().min(1).max(80);
export const ownLabel = z.strictObject({ en: words, zh: words });
export const ownValueType = z.enum(['string', 'integer', 'boolean', 'date', 'datetime']);
export const ownMaxLength = z.int().min(1).max(10_000).nullable();

/** One entry of the configuration file. */
export const attributeEntry = z.strictObject({
  type: ownType,
  name: ownName,
  label: ownLabel.optional(),
  valueType: ownValueType.default('string'),
  maxLength: ownMaxLength.default(null),
  many: z.boolean().default(false),
  sensitive: z.boolean().default(false),
  archived: z.boolean().default(false),
});
export type AttributeEntry = z.output<typeof attributeEntry>;

export const subjectOf = ({ type, name }: { readonly type: string; readonly name: string }): string => `${type}.${name}`;

/** The directory has one of its own of that name. */
export function isTaken(type: string, name: string): boolean {
  const own = directoryTypes.find((spec) => spec.id === type)!;
  return [...own.attributes, ...own.relations].some((spec) => spec.name === name);
}

/** Wherever the word stands in the settings: rather one job too many than a run that fails. The console's own row follows by itself. */
export function jobsNaming(jobs: readonly JobRow[], word: string): string[] {
  const whole = new RegExp(`\\b${word}\\b`);
  return jobs.filter((job) => job.connection !== CONSOLE && whole.test(job.settings)).map((job) => `${job.id} "${job.name}"`);
}

/** As the file says it. */
export const entryOf = (row: CustomAttributeRow): AttributeEntry => ({
  type: row.type as AttributeEntry['type'],
  name: row.name,
  label: { en: row.label_en, zh: row.label_zh },
  valueType: row.value_type as AttributeEntry['valueType'],
  maxLength: row.max_length,
  many: row.many === 1,
  sensitive: row.sensitive === 1,
  archived: row.archived_at !== null,
});
