// One row of a mapping compiled to what it does for an object: read, normalise, then what it says for empty values.
import type { Attributes, AttributeSpec, Label, Value } from '../model.ts';
import type { Accounts, ExpressionSpace } from './expression.ts';
import { about, ExpressionError, excerpt, HIDDEN, label, unknownName } from './problem.ts';
import type { MappingRow } from './rows.ts';
import { createFit, type Fit } from './target.ts';
import { compileTemplate, type Template } from './template.ts';
import { type Candidate, type UniqueForm, uniqueCandidates } from './unique.ts';

export interface MappingProblem {
  /** Target attribute; it is unknown for this object. */
  readonly attribute: string;
  readonly problem: Label;
  /** Excerpt of the value that does not fit; left out when anything involved is sensitive or secret. */
  readonly value?: string;
}

/** A value still to be picked: the engine takes the first candidate that is free, and reserves it. */
export interface UniqueWish {
  readonly attribute: string;
  /** Plain data, from which `uniqueCandidates` makes the same candidates again. */
  readonly forms: readonly UniqueForm[];
  /** A new list, made lazily; from the beginning it holds at least one candidate. `from`: where {n} begins. */
  candidates(from?: number): Generator<Candidate, void, undefined>;
}

export const distinct = (names: readonly string[]): readonly string[] => [...new Set(names)];
/** Ends the compilation of a row. */
export const fail = (en: string, zh: string): never => {
  throw new ExpressionError(en, zh);
};
const failWith = (problem: Label): never => fail(problem.en, problem.zh);

/** The object under construction. */
export interface Mapped {
  readonly attributes: Record<string, Value | null>;
  readonly problems: MappingProblem[];
  readonly unique: UniqueWish[];
  readonly rules: Record<string, string>;
}
/** Does what one row says for one object. Never throws. */
export type RowAction = (source: Attributes, accounts: Accounts | undefined, out: Mapped) => void;

/** What is known of a row's target and of how its value is settled. */
export interface RowFrame {
  readonly row: MappingRow;
  readonly spec: AttributeSpec;
  readonly fit: Fit;
  readonly rule: string;
  /** Normalised default; undefined without one. */
  readonly fallback: Value | null | undefined;
  readonly space: ExpressionSpace;
  readonly sources: ReadonlyMap<string, AttributeSpec>;
}
export interface CompiledRow {
  readonly act: RowAction;
  readonly reads: readonly string[];
  readonly accounts: readonly string[];
}

/** Throws ExpressionError when the default or the target's own rules are not valid. */
export function createFrame(row: MappingRow, spec: AttributeSpec, space: ExpressionSpace, sources: RowFrame['sources']): RowFrame {
  const fit = createFit(spec);
  let fallback: Value | null | undefined;
  if (row.onEmpty === 'default' && row.default !== undefined) {
    const fitted = fit(row.default);
    if ('problem' in fitted) return failWith({ en: `the default ${fitted.problem.en}`, zh: `默认值${fitted.problem.zh}` });
    fallback = fitted.value;
  }
  return { row, spec, fit, rule: ruleText(row, spec), fallback, space, sources };
}

function ruleText(row: MappingRow, spec: AttributeSpec): string {
  if (row.field !== undefined) return `field ${row.field}`;
  if (row.template !== undefined) return `template ${excerpt(row.template, 80)}`;
  if (row.cel !== undefined) return `cel ${excerpt(row.cel, 80)}`;
  if (row.unique !== undefined) return `unique ${excerpt(row.unique.join(', '), 80)}`;
  return spec.kind === undefined ? `constant ${excerpt(JSON.stringify(row.constant), 80)}` : 'constant';
}

/** Compiles what the row says. Throws ExpressionError with what is wrong. */
export function compileRow(frame: RowFrame): CompiledRow {
  const { row } = frame;
  if (row.field !== undefined) return compileField(row.field, frame);
  if (row.template !== undefined) return compileTemplateRow(row.template, frame);
  if (row.cel !== undefined) return compileCel(row.cel, frame);
  if (row.unique !== undefined) return compileUnique(row.unique, frame);
  return compileConstant(row.constant!, frame);
}

function compileField(field: string, frame: RowFrame): CompiledRow {
  const source = frame.sources.get(field);
  if (source === undefined) return failWith(unknownName(field, frame.space.names));
  const settle = createSettle(frame, [field], []);
  return {
    act: (attributes, _accounts, out) => {
      const value = attributes[field];
      if (value !== undefined) settle(value, out);
    },
    reads: [field],
    accounts: [],
  };
}

function compileConstant(constant: Value, frame: RowFrame): CompiledRow {
  const fitted = frame.fit(constant);
  if ('problem' in fitted) return failWith({ en: `the constant ${fitted.problem.en}`, zh: `常量${fitted.problem.zh}` });
  const settle = createSettle(frame, [], []);
  return { act: (_source, _accounts, out) => settle(fitted.value, out), reads: [], accounts: [] };
}

function compileCel(source: string, frame: RowFrame): CompiledRow {
  const compiled = frame.space.compile(source);
  if ('problem' in compiled) return failWith(compiled.problem);
  const { expression } = compiled;
  const { reads, accounts } = expression;
  const settle = createSettle(frame, reads, accounts);
  return {
    act: (attributes, given, out) => {
      const result = expression.evaluate(attributes, given);
      if ('value' in result) settle(result.value, out);
      else if ('problem' in result) report(frame, result.problem, out);
    },
    reads,
    accounts,
  };
}

function compileTemplateRow(text: string, frame: RowFrame): CompiledRow {
  const compiled = compileTemplate(text, frame.space, false);
  if ('problem' in compiled) return failWith(compiled.problem);
  const { template } = compiled;
  const settle = createSettle(frame, template.reads, template.accounts);
  return {
    act: (attributes, given, out) => {
      const rendered = template.render(attributes, given);
      if ('pieces' in rendered) settle(rendered.pieces[0]!, out);
      else if ('empty' in rendered) settle(null, out);
      else if ('problem' in rendered) report(frame, rendered.problem, out);
    },
    reads: template.reads,
    accounts: template.accounts,
  };
}

function compileUnique(patterns: readonly string[], frame: RowFrame): CompiledRow {
  const { spec, fit } = frame;
  if (spec.type !== 'string' || spec.many) {
    fail(
      `unique makes one text, and "${spec.name}" holds something else; use field, template or cel`,
      `unique 只生成单个文本，而“${spec.name}”不是；请使用 field、template 或 cel`,
    );
  }
  const templates: Template[] = [];
  for (const [index, pattern] of patterns.entries()) {
    const compiled = compileTemplate(pattern, frame.space, true);
    if ('problem' in compiled) return failWith(patternProblem(index, compiled.problem));
    if (compiled.template.reads.length === 0 && !compiled.template.numbered) {
      return failWith(
        patternProblem(index, label('it is the same for everybody; name an attribute or use {n}', '对所有人都相同；请引用属性或使用 {n}')),
      );
    }
    if (templates.some((earlier) => earlier.numbered)) {
      return failWith(
        patternProblem(
          index,
          label(
            'it is never tried, because the pattern before it counts on with {n}; move it up',
            '永远不会用到，因为前面的规则会用 {n} 一直递增；请上移',
          ),
        ),
      );
    }
    templates.push(compiled.template);
  }
  const reads = distinct(templates.flatMap((template) => template.reads));
  const accounts = distinct(templates.flatMap((template) => template.accounts));
  const settle = createSettle(frame, reads, accounts);
  const sensitive = isSensitive(frame, reads, accounts);
  return {
    act: (attributes, given, out) => {
      const forms: UniqueForm[] = [];
      let hidden = false;
      for (const template of templates) {
        const rendered = template.render(attributes, given);
        // A pattern that reads something unknown is passed over: the next ones may do without it.
        if ('unknown' in rendered) hidden = true;
        else if ('problem' in rendered) return report(frame, rendered.problem, out);
        else if ('pieces' in rendered) forms.push(rendered.pieces);
      }
      if (forms.length === 0 && hidden) return;
      if (forms.length === 0) return settle(null, out);
      const candidates = (from?: number) => uniqueCandidates(forms, spec, fit, from);
      if (candidates().next().done) return reportUnfit(frame, forms, sensitive, out);
      out.unique.push({ attribute: spec.name, forms, candidates });
      out.rules[spec.name] = frame.rule;
    },
    reads,
    accounts,
  };
}

const patternProblem = (index: number, problem: Label): Label => ({
  en: `pattern ${index + 1}: ${problem.en}`,
  zh: `第 ${index + 1} 条规则：${problem.zh}`,
});

/** No candidate fits the target: told by what is wrong with the first. */
function reportUnfit(frame: RowFrame, forms: readonly UniqueForm[], sensitive: boolean, out: Mapped): void {
  const first = forms[0]!.join('2');
  const fitted = frame.fit(first);
  const problem =
    'problem' in fitted ? fitted.problem : label('no pattern gives a usable value; add one', '没有规则能给出可用的值，请补充规则');
  report(frame, sensitive ? HIDDEN : problem, out, sensitive ? undefined : first);
}

const isSensitive = ({ spec, sources }: RowFrame, reads: readonly string[], accounts: readonly string[]): boolean =>
  spec.kind !== undefined || accounts.length > 0 || reads.some((name) => sources.get(name)?.kind !== undefined);

/** The last step of every row: normalise, then what the row says for empty values. */
function createSettle(frame: RowFrame, reads: readonly string[], accounts: readonly string[]): (value: Value | null, out: Mapped) => void {
  const { row, spec, fit, rule, fallback } = frame;
  const { name } = spec;
  const sensitive = isSensitive(frame, reads, accounts);
  const settleEmpty = (out: Mapped): void => {
    const value = row.onEmpty === 'default' ? (fallback ?? null) : null;
    if (row.onEmpty === 'keep') return;
    if (value === null && spec.required) {
      return report(
        frame,
        label(
          'is required by the target and empty in the source; fill it in the source, or give a default',
          '目标系统要求必填，但来源中为空；请在来源系统中填写，或给出默认值',
        ),
        out,
      );
    }
    out.attributes[name] = value;
    out.rules[name] = value === null ? rule : `${rule}, empty → default`;
  };
  return (value, out) => {
    if (value === null) return settleEmpty(out);
    const fitted = fit(value);
    if ('problem' in fitted) return report(frame, sensitive ? HIDDEN : fitted.problem, out, sensitive ? undefined : String(value));
    if (fitted.value === null) return settleEmpty(out);
    out.attributes[name] = fitted.value;
    out.rules[name] = rule;
  };
}

function report({ spec }: RowFrame, problem: Label, out: Mapped, value?: string): void {
  const entry = { attribute: spec.name, problem: about(spec, problem) };
  out.problems.push(value === undefined ? entry : { ...entry, value: excerpt(value, 100) });
}
