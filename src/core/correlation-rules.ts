// Correlation rules compiled against what a job makes of an object: checked when saved, asked per object that has no link.
import { comparisonKeys, sameValue } from './attribute.ts';
import type { CorrelationRule } from './correlation.ts';
import { createExpressionSpace, type Evaluated, type ExpressionSpace, type Lookups } from './mapping/expression.ts';
import { excerpt } from './mapping/problem.ts';
import type { Attributes, AttributeSpec, Label, Value } from './model.ts';

export interface CompiledRule {
  /** As people see it: the attribute, and the expression where there is one. */
  readonly name: string;
  /** Target attribute that is compared. */
  readonly attribute: string;
  /** Comparison keys by which the counterpart is looked up, from the desired attributes. None: the rule says nothing. */
  keys(desired: Attributes): readonly string[];
  /** Whether what is known of an object speaks against its being the desired one. An empty or unknown value does not. */
  contradicts(desired: Attributes, known: Attributes): boolean;
  /** Why the expression cannot be evaluated for this object. */
  problem(desired: Attributes): Label | null;
}

export interface RuleProblem {
  /** Index of the rule. */
  readonly rule: number;
  readonly problem: Label;
}

export interface RuleCatalogue {
  readonly attributes: readonly AttributeSpec[];
  readonly lookups: Lookups;
  /** Attributes whose desired values are known when the counterpart is looked for. */
  readonly known: readonly string[];
  /** Attributes that rest sealed: an expression cannot read them. */
  readonly sealed: ReadonlySet<string>;
}

/** Compiles the rules of one type. Those with a problem are left out. */
export function compileCorrelation(
  rules: readonly CorrelationRule[],
  catalogue: RuleCatalogue,
): { readonly rules: readonly CompiledRule[]; readonly problems: readonly RuleProblem[] } {
  let space: ExpressionSpace | undefined;
  const compiled: CompiledRule[] = [];
  const problems: RuleProblem[] = [];
  for (const [rule, { attribute, cel }] of rules.entries()) {
    const refuse = (en: string, zh: string): void => void problems.push({ rule, problem: { en, zh } });
    const spec = catalogue.attributes.find((candidate) => candidate.name === attribute);
    if (!spec) {
      refuse(`The target has no attribute "${attribute}".`, `目标系统没有属性“${attribute}”。`);
      continue;
    }
    if (cel === undefined) {
      compiled.push(ruleOf(attribute, spec, (desired) => ({ value: desired[attribute] ?? null })));
      continue;
    }
    space ??= createExpressionSpace(catalogue.attributes, catalogue.lookups);
    const result = space.compile(cel);
    if ('problem' in result) {
      const { en, zh } = result.problem;
      refuse(en.replace('the source has', 'the target has'), zh.replace('来源中', '目标中'));
      continue;
    }
    const { expression } = result;
    const sealed = expression.reads.find((name) => catalogue.sealed.has(name));
    const unmapped = expression.reads.find((name) => !catalogue.known.includes(name));
    if (expression.accounts.length > 0)
      refuse(
        'account(…) is not known when a counterpart is looked for. Map it to an attribute of the target, and match by that.',
        '匹配时还不知道 account(…) 的值。请先把它映射到目标属性，再按该属性匹配。',
      );
    else if (sealed !== undefined)
      refuse(
        `"${sealed}" holds a sensitive value, which a matching expression cannot read. Use another attribute.`,
        `“${sealed}”存放敏感值，匹配表达式不能读取。请使用其他属性。`,
      );
    else if (expression.reads.length === 0)
      refuse(
        'The expression is the same for everybody: it reads no attribute of the target. Name one that the job maps.',
        '该表达式对所有人都相同：没有读取任何目标属性。请引用任务已映射的属性。',
      );
    else if (unmapped !== undefined)
      refuse(
        `The expression reads "${unmapped}" of the target, which the job does not map, so it would never find anybody. Map it, or read one of: ${catalogue.known.join(', ')}.`,
        `表达式读取目标属性“${unmapped}”，但任务没有映射它，因此永远匹配不到。请先映射，或读取以下之一：${catalogue.known.join('、')}。`,
      );
    else compiled.push(ruleOf(`${attribute} = ${excerpt(cel, 80)}`, spec, (desired) => expression.evaluate(desired)));
  }
  return { rules: compiled, problems };
}

function ruleOf(name: string, spec: AttributeSpec, evaluate: (desired: Attributes) => Evaluated): CompiledRule {
  const valueOf = (desired: Attributes): Value | null => {
    const result = evaluate(desired);
    return 'value' in result ? result.value : null;
  };
  return {
    name,
    attribute: spec.name,
    keys: (desired) => comparisonKeys(valueOf(desired), spec),
    contradicts: (desired, known) => {
      const [was, is] = [known[spec.name] ?? null, valueOf(desired)];
      return was !== null && is !== null && !sameValue(was, is, spec);
    },
    problem: (desired) => {
      const result = evaluate(desired);
      return 'problem' in result ? result.problem : null;
    },
  };
}
