// The section `attributes` of the configuration file: what is added to people, departments and groups.
import { z } from 'zod';
import type { ObjectTypeSpec } from '../../core/model.ts';
import { type CustomAttributeRow, putCustomAttribute } from '../../store/attributes.ts';
import type { Transaction } from '../../store/database.ts';
import type { JobRow } from '../../store/jobs.ts';
import { catalogueWith } from '../catalogue.ts';
import { attributeEntry, type AttributeEntry, entryOf, isTaken, jobsNaming, subjectOf } from '../own-attributes.ts';
import type { ConfigPath, ConfigProblem } from './document.ts';

/** Left out: as they are. What is not listed stays, too: archiving is said, never meant by silence. */
export const attributesSection = z.array(attributeEntry).default([]);

export interface PresentAttributes {
  readonly rows: readonly CustomAttributeRow[];
  hasValues(type: string, name: string): Promise<boolean>;
}

const say = (path: ConfigPath, en: string, zh: string): ConfigProblem => ({ path, problem: { en, zh } });

/** @param jobs  jobs that stay as they are; those of the file are checked against the catalogue */
export async function understandAttributes(
  entries: readonly AttributeEntry[],
  present: PresentAttributes,
  jobs: readonly JobRow[],
  now: number,
): Promise<{
  readonly rows: readonly CustomAttributeRow[];
  readonly catalogue: readonly ObjectTypeSpec[];
  readonly problems: readonly ConfigProblem[];
}> {
  const problems: ConfigProblem[] = [];
  const rows: CustomAttributeRow[] = [];
  for (const [index, entry] of entries.entries()) {
    const path = ['attributes', index];
    const before = present.rows.find((row) => subjectOf(row) === subjectOf(entry));
    if (isTaken(entry.type, entry.name) || entries.findIndex((other) => subjectOf(other) === subjectOf(entry)) < index)
      problems.push(say([...path, 'name'], `"${entry.name}" is taken`, `“${entry.name}”已被使用`));
    if (entry.sensitive && entry.type !== 'person')
      problems.push(say([...path, 'sensitive'], 'only people have sensitive attributes', '只有人员可以有敏感属性'));
    if (before && (before.sensitive === 1) !== entry.sensitive)
      problems.push(say([...path, 'sensitive'], 'stays as it was made; add a new attribute', '创建后不能更改；请新增属性'));
    if (entry.sensitive && entry.many) problems.push(say([...path, 'many'], 'a sensitive attribute has one value', '敏感属性只能有一个值'));
    if (before && (before.many === 1) !== entry.many)
      problems.push(say([...path, 'many'], 'stays as it was made; add a new attribute', '创建后不能更改；请新增属性'));
    if (before && before.value_type !== entry.valueType && (await present.hasValues(entry.type, entry.name)))
      problems.push(say([...path, 'valueType'], 'cannot change while there are values', '已有取值，不能修改'));
    const using = entry.archived && before?.archived_at === null ? jobsNaming(jobs, entry.name) : [];
    if (using.length > 0)
      problems.push(say([...path, 'archived'], `is used by job ${using.join(', ')}`, `任务 ${using.join('、')} 正在使用`));
    rows.push({
      type: entry.type,
      name: entry.name,
      label_en: entry.label?.en ?? before?.label_en ?? entry.name,
      label_zh: entry.label?.zh ?? before?.label_zh ?? entry.name,
      value_type: entry.valueType,
      max_length: entry.maxLength,
      many: entry.many ? 1 : 0,
      sensitive: entry.sensitive ? 1 : 0,
      archived_at: entry.archived ? (before?.archived_at ?? now) : null,
      revision: before?.revision ?? 0,
    });
  }
  const named = new Set(rows.map(subjectOf));
  return { rows, problems, catalogue: catalogueWith([...present.rows.filter((row) => !named.has(subjectOf(row))), ...rows]) };
}

export const saveAttribute = (transaction: Transaction, rows: readonly CustomAttributeRow[], subject: string): Promise<void> =>
  putCustomAttribute(transaction, rows.find((row) => subjectOf(row) === subject)!);

const undecided = { valueType: 'string', maxLength: null, many: false, sensitive: false, archived: false } as const;

/** The section of the file; defaults left out. */
export function attributeSection(rows: readonly CustomAttributeRow[]): { readonly attributes?: readonly object[] } {
  if (rows.length === 0) return {};
  const decided = (entry: AttributeEntry): object =>
    Object.fromEntries(
      Object.entries(entry).filter(([name, value]) => !(name in undecided) || undecided[name as keyof typeof undecided] !== value),
    );
  return { attributes: rows.map((row) => decided(entryOf(row))) };
}
