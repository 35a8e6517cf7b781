// The clause of a scope that decided about one object, in words: `departments.include:d7` → The department "Sales" is chosen.
import { directoryTypes } from '../core/directory-types.ts';
import type { Label } from '../core/model.ts';

const label = (en: string, zh: string): Label => ({ en, zh });

const clauses: Readonly<Record<string, (name: string) => Label>> = {
  everything: () => label('Everything belongs that is not left out', '未被排除，包含在内'),
  departments: () => label('None of its departments is chosen', '其部门均未被选定'),
  'departments.include': (name) => label(`Department "${name}" is chosen`, `部门“${name}”在所选范围内`),
  'departments.exclude': (name) => label(`Department "${name}" is left out`, `部门“${name}”不在范围内`),
  'departments.onlyBelow': (name) =>
    label(`What is below department "${name}" is chosen, not itself`, `只包含部门“${name}”的下级，不含其本身`),
  people: () => label('Only people chosen one by one belong', '只包含单独选择的人员'),
  'people.include': () => label('Chosen by name', '单独选择的人员'),
  'people.exclude': () => label('Left out by name', '单独排除的人员'),
  newMembers: () => label('Came later than the scope was chosen', '在选定范围之后才加入'),
  newDepartments: (name) =>
    name === ''
      ? label('Came later than the scope was chosen', '在选定范围之后才新增')
      : label(`Department "${name}" came later than the scope was chosen`, `部门“${name}”在选定范围之后才新增`),
  ancestor: () => label('Goes along because something chosen is below it', '其下有选定的部门或人员，一并同步'),
};

const parted = (rule: string): readonly [clause: string, id: string] => {
  const at = rule.indexOf(':');
  return at < 0 ? [rule, ''] : [rule.slice(0, at), rule.slice(at + 1)];
};

/** Of a clause that names one, the id of its department. */
export const departmentInRule = (rule: string): string | null => parted(rule)[1] || null;

/** Null: there is nothing to say. */
export function ruleWords(rule: string, nameOf: (id: string) => string): Label | null {
  const [clause, id] = parted(rule);
  if (clause.startsWith('rules.')) {
    const type = directoryTypes.find((spec) => spec.id === clause.slice(6))?.label;
    return type ? label(`Rule for: ${type.en}`, `范围规则：${type.zh}`) : null;
  }
  return Object.hasOwn(clauses, clause) ? clauses[clause]!(id === '' ? '' : nameOf(id)) : null;
}
