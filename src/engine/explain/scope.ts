// Whether a job's scope takes an object in, evaluated again from what the store holds, and the deciding clause in words.
import { directoryTypes } from '../../core/directory-types.ts';
import { compileExpression } from '../../core/mapping/expression.ts';
import type { Attributes, Label, ObjectTypeSpec } from '../../core/model.ts';
import type { JobSettings } from '../../core/job-settings.ts';
import { scopeVerdict, type ScopeVerdict } from '../../core/scope.ts';
import { listLookups } from '../../store/jobs.ts';
import type { Reader } from '../../store/database.ts';

interface ScopeSubject {
  readonly id: string;
  readonly type: string;
  readonly attributes: Attributes;
  /** Ids of its departments. */
  readonly departments: readonly string[];
}

const DEEPEST = 100;

export async function scopeOf(
  reader: Reader,
  settings: JobSettings,
  source: ObjectTypeSpec | undefined,
  subject: ScopeSubject,
  parentOf: (department: string) => Promise<string | null>,
): Promise<ScopeVerdict> {
  const chain = async (id: string): Promise<string[]> => {
    const found: string[] = [];
    for (let at: string | null = id; at !== null && !found.includes(at) && found.length < DEEPEST; at = await parentOf(at)) found.push(at);
    return found;
  };
  const ancestors: string[][] = [];
  if (subject.type === 'department') {
    const parent = await parentOf(subject.id);
    ancestors.push(parent === null ? [] : await chain(parent));
  } else for (const id of subject.departments) ancestors.push(await chain(id));
  const rule = settings.scope.rules?.[subject.type];
  let ruleResult: boolean | 'unknown' | undefined;
  if (rule !== undefined && source) {
    const lookups = Object.fromEntries(
      (await listLookups(reader)).map((row) => [row.name, JSON.parse(row.rows) as Record<string, string>]),
    );
    const compiled = compileExpression(rule, source.attributes, lookups);
    const result = 'expression' in compiled ? compiled.expression.evaluate(subject.attributes) : undefined;
    ruleResult = result && 'value' in result ? result.value === true : 'unknown';
  }
  return scopeVerdict(
    { type: subject.type, id: subject.id, ancestors, ...(ruleResult === undefined ? {} : { ruleResult }) },
    settings.scope,
  );
}

/** `departments.exclude:D7` → a sentence with the department's name. */
export function clauseWords(verdict: ScopeVerdict, settings: JobSettings, type: string, nameOf: (id: string) => string): Label {
  const [clause, id] = [verdict.rule.split(':')[0]!, verdict.rule.includes(':') ? verdict.rule.slice(verdict.rule.indexOf(':') + 1) : null];
  if (verdict.in === 'unknown')
    return { en: 'Whether the scope takes it in could not be seen at the last read.', zh: '上次读取时无法判断其是否在同步范围内。' };
  if (clause === 'people.exclude')
    return {
      en: 'The scope of the job leaves this person out by name (scope.people.exclude).',
      zh: '任务范围明确排除了此人（scope.people.exclude）。',
    };
  if (clause === 'departments.exclude' && id)
    return {
      en: `The scope of the job leaves out department "${nameOf(id)}" and what is below it.`,
      zh: `任务范围排除了部门“${nameOf(id)}”及其下级。`,
    };
  if (clause === 'newMembers' || clause === 'newDepartments')
    return {
      en: `It came after the scope of the job was chosen, and the scope leaves newcomers out (scope.${clause}).`,
      zh: `在选定任务范围之后才出现，而范围不包含新增对象（scope.${clause}）。`,
    };
  if (clause.startsWith('rules.')) {
    const ofType = directoryTypes.find((spec) => spec.id === type)?.label ?? { en: type, zh: type };
    return {
      en: `The scope rule for ${ofType.en} is not true for it: ${settings.scope.rules?.[type] ?? ''}`,
      zh: `不满足${ofType.zh}的范围规则：${settings.scope.rules?.[type] ?? ''}`,
    };
  }
  const chosen = (settings.scope.departments?.include ?? []).map(nameOf).join(', ');
  return {
    en: `None of its departments is in the scope of the job${chosen ? ` (chosen: ${chosen})` : ''}.`,
    zh: `其部门均不在任务范围内${chosen ? `（已选：${chosen}）` : ''}。`,
  };
}
