// What people call the meaning of a column: an attribute of the directory, or where somebody belongs.
import type { Label } from '../../core/model.ts';
import { specOf } from './catalogue.ts';
import { say } from './text.ts';

/** Columns that are no attributes by themselves. */
const places: Readonly<Record<string, Label>> = {
  department: say('department', '部门'),
  departmentCode: say('department code', '部门编码'),
  additionalDepartments: say('further departments', '兼职部门'),
  primary: say('is the primary department', '是否主部门'),
  leader: say('leaders', '部门负责人'),
};

export const columnLabel = (type: 'person' | 'department', attribute: string): Label => places[attribute] ?? specOf(type, attribute).label;

/** `工号 → employee number, …`: each column with what it was taken for. */
export function takenFor(
  type: 'person' | 'department',
  { names, indexes }: { readonly names: readonly string[]; readonly indexes: ReadonlyMap<string, number> },
): Label {
  const pairs = [...indexes].map(([attribute, index]) => ({ header: names[index] ?? '', label: columnLabel(type, attribute) }));
  return {
    en: pairs.map(({ header, label }) => `${header} → ${label.en}`).join(', '),
    zh: pairs.map(({ header, label }) => `${header} → ${label.zh}`).join('、'),
  };
}
