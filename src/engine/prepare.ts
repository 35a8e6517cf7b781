// Turns a job's settings into compiled type plans; also the check that saving a job runs.
import type { AttributeSpec, Label, ObjectTypeSpec } from '../core/model.ts';
import { compileCorrelation } from '../core/correlation-rules.ts';
import { compileExpression, type Expression } from '../core/mapping/expression.ts';
import { compileMapping, neededAttributes } from '../core/mapping/compile.ts';
import { mappingRowSchema, type MappingRow } from '../core/mapping/rows.ts';
import type { JobSettings } from '../core/job-settings.ts';
import { type TypePlan, typeOrder } from './context.ts';

export type Lookups = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface SettingsProblem {
  /** Path in the settings, e.g. `mapping.person[3]`. */
  readonly where: string;
  readonly problem: Label;
}

export interface Prepared {
  readonly types: readonly TypePlan[];
  readonly scopeRules: Readonly<Record<string, Expression>>;
  readonly problems: readonly SettingsProblem[];
}

const problem = (where: string, en: string, zh: string): SettingsProblem => ({ where, problem: { en, zh } });

/** Whether it matters what lies below which department. */
const climbs = ({ departments }: JobSettings['scope']): boolean =>
  departments !== undefined &&
  (departments.exclude.length > 0 || (departments.onlyBelow ?? []).length > 0 || (departments.include.length > 0 && departments.below));

/** Compiles every rule of a job against both catalogues. With problems, the job must not be saved or run. */
export function prepareJob(
  settings: JobSettings,
  sourceTypes: readonly ObjectTypeSpec[],
  targetTypes: readonly ObjectTypeSpec[],
  lookups: Lookups,
): Prepared {
  const problems: SettingsProblem[] = [];
  const types: TypePlan[] = [];
  const scopeRules: Record<string, Expression> = {};
  if (settings.scope.newDepartments === false && settings.mapping.department === undefined)
    problems.push(
      problem(
        'scope.newDepartments',
        'Which departments are new, only a job that syncs departments knows. Map them, or leave new members out.',
        '只有同步部门的任务才能判断新增部门。请映射部门，或改用 newMembers。',
      ),
    );
  if (settings.direction === 'up' && settings.mapping.department === undefined && climbs(settings.scope))
    problems.push(
      problem(
        'scope.departments',
        'What lies below a department, only a job that reads departments knows. Map departments, or name each department and set below: false.',
        '只有读取部门的任务才知道部门的下级。请映射部门，或逐个列出部门并设置 below: false。',
      ),
    );
  const names = Object.keys(settings.mapping).sort((a, b) => rank(a) - rank(b));
  if (names.length === 0)
    problems.push(problem('mapping', 'No object type is mapped, so nothing would be synced.', '没有映射任何对象类型，不会同步任何内容。'));
  for (const name of names) {
    const offered = sourceTypes.find((type) => type.id === name);
    const target = targetTypes.find((type) => type.id === name);
    if (!offered || !target) {
      const known = (offered ? targetTypes : sourceTypes).map((type) => type.id).join(', ');
      problems.push(
        problem(
          `mapping.${name}`,
          `The ${offered ? 'target' : 'source'} has no object type "${name}" (it has ${known}).`,
          `${offered ? '目标' : '源'}系统没有对象类型“${name}”（有 ${known}）。`,
        ),
      );
      continue;
    }
    const rows = settings.mapping[name]!.map((row) => mappingRowSchema.parse(row)) as MappingRow[];
    const source = settings.direction === 'up' ? withSensitive(offered, sourcesOfSensitive(offered, target, rows)) : offered;
    const compiled = compileMapping(rows, { sourceAttributes: source.attributes, targetAttributes: target.attributes, lookups });
    if ('problems' in compiled) {
      for (const found of compiled.problems)
        problems.push({ where: `mapping.${name}[${found.row}] (${found.target})`, problem: found.problem });
      continue;
    }
    if (settings.direction === 'up' && compiled.mapping.accounts.length > 0)
      problems.push(
        problem(
          `mapping.${name}`,
          'account(…) is for jobs that write to a system: what the directory knows comes from sources. Map the attribute in the job of that system.',
          'account(…) 仅用于下游任务：目录中的数据来自上游。请在该系统的上游任务中映射此属性。',
        ),
      );
    const reads = new Set(compiled.mapping.reads);
    const veiled = settings.direction === 'down' ? veiledBy(rows, source, target) : new Set<string>();
    problems.push(...veilProblems(name, settings, rows, veiled), ...driftProblems(target, settings, rows));
    if (source.parent) reads.add(source.parent);
    reads.add(source.title);
    for (const attribute of source.knownAgainBy ?? []) reads.add(attribute);
    const rule = settings.scope.rules?.[name];
    if (rule !== undefined) {
      const expression = compileExpression(rule, source.attributes, lookups);
      if ('problem' in expression) problems.push({ where: `scope.rules.${name}`, problem: expression.problem });
      else {
        scopeRules[name] = expression.expression;
        for (const attribute of expression.expression.reads) reads.add(attribute);
      }
    }
    const correlation = compileCorrelation(settings.correlation[name] ?? [], {
      attributes: target.attributes,
      lookups,
      // What unique() makes is picked when the counterpart is known.
      known: rows.flatMap((row) => (row.unique === undefined ? [row.target] : [])),
      sealed: new Set([...veiled, ...target.attributes.flatMap((spec) => (spec.kind === undefined ? [] : [spec.name]))]),
    });
    for (const found of correlation.problems) problems.push({ where: `correlation.${name}[${found.rule}]`, problem: found.problem });
    const relations = target.relations
      .filter((relation) => relation.writable !== false && !settings.withoutRelations.includes(relation.name))
      .filter((relation) => source.relations.some((other) => other.name === relation.name))
      .map((relation) => relation.name);
    types.push({
      type: name,
      source,
      target,
      mapping: compiled.mapping,
      correlation: correlation.rules,
      relations,
      reads: [...reads],
      veiled,
      asks: { attributes: [...reads], relations, more: false },
    });
  }
  return { types, scopeRules, problems };
}

/** Targets of rows that read a sensitive attribute, and attributes that the target itself calls sensitive. */
function veiledBy(rows: readonly MappingRow[], source: ObjectTypeSpec, target: ObjectTypeSpec): ReadonlySet<string> {
  const sensitive = new Set(source.attributes.filter((spec) => spec.kind === 'sensitive').map((spec) => spec.name));
  const filled = rows.filter((row) => neededAttributes([row], source.attributes).some((name) => sensitive.has(name)));
  const secret = new Set(target.attributes.filter((spec) => spec.kind === 'secret').map((spec) => spec.name));
  const named = [
    ...filled.map((row) => row.target),
    ...target.attributes.filter((spec) => spec.kind === 'sensitive').map((spec) => spec.name),
  ];
  return new Set(named.filter((name) => !secret.has(name)));
}

/** What is never read back cannot be looked up, nor be made unique among what is there. */
function veilProblems(
  type: string,
  settings: JobSettings,
  rows: readonly MappingRow[],
  veiled: ReadonlySet<string>,
): readonly SettingsProblem[] {
  const said = (where: string, name: string): SettingsProblem =>
    problem(
      where,
      `"${name}" holds a sensitive value there: it is written, never read back. It cannot be matched by, protected by or made unique. Use another attribute.`,
      `“${name}”在目标系统中存放敏感值：只写入、不回读，因此不能用于匹配、保护规则或生成唯一值。请使用其他属性。`,
    );
  return [
    ...rows.flatMap((row, index) =>
      row.unique !== undefined && veiled.has(row.target) ? [said(`mapping.${type}[${index}]`, row.target)] : [],
    ),
    ...(settings.correlation[type] ?? []).flatMap((rule, index) =>
      veiled.has(rule.attribute) ? [said(`correlation.${type}[${index}]`, rule.attribute)] : [],
    ),
    ...settings.policy.protected.flatMap((rule, index) =>
      veiled.has(rule.attribute) ? [said(`policy.protected[${index}]`, rule.attribute)] : [],
    ),
  ];
}

/** Drift is of what the job writes; taken over can be what is mapped as it is. */
function driftProblems(target: ObjectTypeSpec, settings: JobSettings, rows: readonly MappingRow[]): readonly SettingsProblem[] {
  return Object.entries(settings.policy.drift[target.id] ?? {}).flatMap(([attribute, mode]) => {
    const where = `policy.drift.${target.id}.${attribute}`;
    const relation = target.relations.find((one) => one.name === attribute);
    if (relation && settings.direction === 'down' && relation.writable !== false && !settings.withoutRelations.includes(attribute))
      return mode === 'enforce' || mode === 'report'
        ? []
        : [
            problem(
              where,
              'Memberships, members and leaders are written over or reported; what they shall be is said in the directory.',
              '任职、组成员和负责人只能改回（enforce）或报告（report）；应在目录中维护。',
            ),
          ];
    const row = rows.find((one) => one.target === attribute);
    if (settings.direction === 'up' || row === undefined)
      return [problem(where, 'Only what the job writes to a system can drift there.', '只有任务写入目标系统的属性才有差异处理。')];
    if ((mode === 'adopt' || mode === 'follow') && row.field === undefined)
      return [
        problem(
          where,
          'Only an attribute that is mapped as it is (field) can be adopted: there is no way back from an expression.',
          '只有直接映射（field）的属性可以采纳：表达式无法反推。',
        ),
      ];
    return [];
  });
}

/** The mirror is shared: what any job of the connection writes as a sensitive value, none of them reads back. */
export const veilForAll = (own: readonly TypePlan[], others: readonly TypePlan[]): readonly TypePlan[] =>
  own.map((plan) => ({
    ...plan,
    veiled: new Set([plan, ...others.filter((other) => other.type === plan.type)].flatMap((other) => [...other.veiled])),
  }));

/** Attributes that become a sensitive value of the directory: sensitive at their source too, whatever that calls them. Titles are shown, so not they. */
function sourcesOfSensitive(source: ObjectTypeSpec, target: ObjectTypeSpec, rows: readonly MappingRow[]): ReadonlySet<string> {
  const sensitive = new Set(target.attributes.filter((spec) => spec.kind === 'sensitive').map((spec) => spec.name));
  const names = rows.filter((row) => sensitive.has(row.target)).flatMap((row) => neededAttributes([row], source.attributes));
  return new Set(names.filter((name) => name !== source.title && name !== source.parent));
}

function withSensitive(source: ObjectTypeSpec, names: ReadonlySet<string>): ObjectTypeSpec {
  const isNew = (spec: AttributeSpec): boolean => spec.kind === undefined && spec.type !== 'reference' && names.has(spec.name);
  if (!source.attributes.some(isNew)) return source;
  return { ...source, attributes: source.attributes.map((spec) => (isNew(spec) ? { ...spec, kind: 'sensitive' } : spec)) };
}

/** The same plans, asking the source also for what the other jobs of its connection read, and hiding what one of them hides. */
export const askForAll = (own: readonly TypePlan[], others: readonly TypePlan[]): readonly TypePlan[] =>
  own.map((plan) => {
    const plans = [plan, ...others.filter((other) => other.type === plan.type)];
    const attributes = [...new Set(plans.flatMap((other) => other.reads))];
    const relations = [...new Set(plans.flatMap((other) => other.relations))];
    const more = attributes.length > plan.reads.length || relations.length > plan.relations.length;
    const hidden = plans.flatMap((other) => other.source.attributes.filter((spec) => spec.kind === 'sensitive').map((spec) => spec.name));
    const source = withSensitive(plan.source, new Set(hidden));
    return { ...plan, source, ...(more ? { asks: { attributes, relations, more } } : {}) };
  });

const rank = (type: string): number => {
  const index = typeOrder.indexOf(type);
  return index < 0 ? typeOrder.length - 1.5 : index;
};
