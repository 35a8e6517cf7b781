// CEL expressions over attributes: checked and limited when saved, cheap and bounded when they run, never throwing.
import { Environment, type ASTNode } from '@marcbachmann/cel-js';
import type { RE2JS } from 're2js';
import type { Attributes, AttributeSpec, Label, Value } from '../model.ts';
import { type ExpressionFacts, inspect } from './ast.ts';
import { checkCall } from './call-check.ts';
import { expressionFunctions, registerFunctions } from './functions.ts';
import { charge, createMeter, isSpent, MAX_AST_NODES, MAX_DEPTH, MAX_LIST, MAX_SOURCE, measure, type Meter, refill } from './limits.ts';
import { compileProblem, evaluationProblem, ExpressionError } from './problem.ts';
import { fromCel, toCel } from './values.ts';

export type Lookups = Readonly<Record<string, Readonly<Record<string, string>>>>;
/** System → the person's account there; undefined when there is none. An attribute missing in it is unknown. */
export type Accounts = Readonly<Record<string, Attributes | undefined>>;

/** An attribute of an account in another system. */
export interface AccountRead {
  readonly system: string;
  readonly attribute: string;
}

/** `unknown`: something that the expression reads is unknown for this object, so nothing can be said. */
export type Evaluated = { readonly value: Value | null } | { readonly unknown: true } | { readonly problem: Label };

export interface Expression {
  readonly source: string;
  /** Source attributes it reads. */
  readonly reads: readonly string[];
  /** Systems whose account it reads. */
  readonly accounts: readonly string[];
  /** Whether an attribute it reads is sensitive or secret. */
  readonly sensitive: boolean;
  /** Evaluates for one object. Never throws, ends within the budget. Without `accounts`, all accounts are unknown. */
  evaluate(source: Attributes, accounts?: Accounts): Evaluated;
}

export type CompiledExpression = { readonly expression: Expression } | { readonly problem: Label };

/** Compiles expressions over one set of attributes and lookup tables. */
export interface ExpressionSpace {
  readonly names: readonly string[];
  /** `returns: boolean`: refuse what is known to give something else, and report it when it happens. */
  compile(source: string, options?: { readonly returns?: 'boolean' }): CompiledExpression;
}

type Run = (context: Record<string, unknown>) => unknown;

const OPTIONS = {
  // Lists such as [given, "x"] mix an untyped attribute with a text.
  homogeneousAggregateLiterals: false,
  limits: { maxAstNodes: MAX_AST_NODES, maxDepth: MAX_DEPTH, maxListElements: MAX_LIST },
};
const bare = new Environment(OPTIONS);
const functionNames = [...new Set([...expressionFunctions, ...bare.getDefinitions().functions].map(({ name }) => name))];

/** Names such as "constructor" mean something on every object, so no attribute may be read by them. */
export const isUsable = (spec: Pick<AttributeSpec, 'name'>): boolean => !(spec.name in Object.prototype);

/** Attributes that can be written as a plain name in an expression. The others are read by attr("…"). */
export const isPlainName = (name: string): boolean =>
  /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !bare.hasVariable(name) && !RESERVED.has(name);
const RESERVED = new Set(
  'as break const continue else false for function if import in let loop namespace null package prototype return true var void while __proto__'.split(
    ' ',
  ),
);

/** The facts of an expression without a catalogue; undefined when it does not parse. */
export function inspectSource(source: string): ExpressionFacts | undefined {
  if (source.length > MAX_SOURCE) return undefined;
  try {
    return inspect(bare.parse(source).ast);
  } catch {
    return undefined;
  }
}

/** Source attributes among the facts of an expression. */
export const readsOf = (facts: ExpressionFacts): readonly string[] => [
  ...new Set([...facts.names.filter((name) => !bare.hasVariable(name)), ...literalsOf(facts, 'attr')]),
];
/** Attributes of accounts that are read by name: `account("feishu").email`, `account("feishu")["e-mail"]`. */
export const accountReadsOf = (facts: ExpressionFacts): readonly AccountRead[] =>
  facts.nodes.flatMap((node) => {
    if (node.op !== '.' && node.op !== '.?' && node.op !== '[]') return [];
    const [receiver, name] = node.args as [ASTNode, unknown];
    const attribute = typeof name === 'string' ? name : (name as ASTNode).op === 'value' ? (name as ASTNode).args : undefined;
    if (receiver.op !== 'call' || receiver.args[0] !== 'account' || typeof attribute !== 'string') return [];
    const [system] = receiver.args[1];
    return system?.op === 'value' && typeof system.args === 'string' ? [{ system: system.args, attribute }] : [];
  });
export const accountsOf = (facts: ExpressionFacts): readonly string[] => [...new Set(literalsOf(facts, 'account'))];
const literalsOf = (facts: ExpressionFacts, name: string): string[] =>
  facts.calls.flatMap((call) => (!call.method && call.name === name && call.literals[0] !== undefined ? [call.literals[0]] : []));

export function createExpressionSpace(attributes: readonly AttributeSpec[], lookups: Lookups): ExpressionSpace {
  const specs = new Map(attributes.filter(isUsable).map((spec) => [spec.name, spec]));
  const names = [...specs.keys()];
  const tables = new Map(Object.entries(lookups).map(([name, table]) => [name, new Map(Object.entries(table))]));
  const patterns = new Map<string, RE2JS>();
  const meter = createMeter();
  /** What the functions read; set before each evaluation, which is synchronous. */
  const running: { source: Attributes; accounts: Accounts | undefined; unknown: boolean } = {
    source: {},
    accounts: undefined,
    unknown: false,
  };

  const environment = new Environment(OPTIONS);
  for (const name of names) if (isPlainName(name)) environment.registerVariable(name, 'dyn');
  registerFunctions(environment, {
    meter,
    tables,
    attribute: (name) => toCel(running.source[name] ?? null),
    account: (system) => accountView(running, system),
    pattern: (source) => patterns.get(source)!,
  });

  function check(source: string, returns: 'boolean' | undefined): { run: Run; facts: ExpressionFacts } {
    if (source.length > MAX_SOURCE) {
      throw new ExpressionError(
        `the expression has ${source.length} characters, at most ${MAX_SOURCE} are allowed; move constants into a lookup table`,
        `表达式有 ${source.length} 个字符，最多允许 ${MAX_SOURCE} 个；请把常量放进对照表`,
      );
    }
    if (source.trim() === '')
      throw new ExpressionError('the expression is empty; write one or remove the row', '表达式为空；请填写或删除该行');
    const parsed = environment.parse(source);
    const facts = inspect(parsed.ast);
    if (facts.nesting > 1) {
      throw new ExpressionError(
        'a comprehension (map, filter, exists, all) inside another one is not allowed; do it in two steps: list.filter(…).map(…)',
        '不允许在一个遍历（map、filter、exists、all）中再嵌套遍历；请分两步：list.filter(…).map(…)',
      );
    }
    for (const call of facts.calls) checkCall(call, { specs, tables, patterns });
    for (const name of facts.names) {
      if (specs.has(name) && !isPlainName(name)) {
        throw new ExpressionError(
          `"${name}" means something else in expressions; read the attribute with attr("${name}")`,
          `“${name}”在表达式中另有含义；请用 attr("${name}") 读取该属性`,
        );
      }
    }
    looseNulls(facts.nodes);
    const checked = parsed.check();
    if (!checked.valid) throw checked.error;
    if (returns === 'boolean' && checked.type !== 'bool' && checked.type !== 'dyn') throw notBoolean();
    if (/^(map|bytes|type|google\.protobuf\.Duration)\b/.test(checked.type ?? '')) fromCel({});
    limitWork(facts.nodes, meter);
    return { run: parsed, facts };
  }

  return {
    names,
    compile(source, options) {
      try {
        const { run, facts } = check(source, options?.returns);
        return { expression: build(source, run, facts, options?.returns) };
      } catch (error) {
        return { problem: compileProblem(error, source, names, functionNames) };
      }
    },
  };

  function build(source: string, run: Run, facts: ExpressionFacts, returns: 'boolean' | undefined): Expression {
    const reads = readsOf(facts);
    const accounts = accountsOf(facts);
    const sensitive = reads.some((name) => specs.get(name)?.kind !== undefined) || accounts.length > 0;
    return {
      source,
      reads,
      accounts,
      sensitive,
      evaluate(attributes, given) {
        const context: Record<string, unknown> = {};
        for (const name of reads) {
          const value = attributes[name];
          if (value === undefined) return { unknown: true };
          context[name] = toCel(value);
        }
        running.source = attributes;
        running.accounts = given;
        running.unknown = false;
        refill(meter);
        try {
          const result = run(context);
          if (isSpent(meter)) charge(meter, 0);
          if (running.unknown) return { unknown: true };
          const value = fromCel(result);
          if (returns === 'boolean' && typeof value !== 'boolean') throw notBoolean();
          return { value };
        } catch (error) {
          return running.unknown ? { unknown: true } : { problem: evaluationProblem(error, sensitive) };
        }
      },
    };
  }
}

/** A map that answers null for what is known to be empty, and notes when something unknown is read. */
function accountView(running: { accounts: Accounts | undefined; unknown: boolean }, system: string): Map<string, unknown> {
  const view = new Map<string, unknown>();
  const account = running.accounts && Object.hasOwn(running.accounts, system) ? running.accounts[system] : undefined;
  view.get = (name) => {
    if (running.accounts === undefined) running.unknown = true;
    if (account === undefined) return null;
    const value = Object.hasOwn(account, name) ? account[name] : undefined;
    if (value === undefined) running.unknown = true;
    return toCel(value ?? null);
  };
  return view;
}

const notBoolean = (): ExpressionError =>
  new ExpressionError(
    'the rule must give yes or no; write a comparison, for example status == "active"',
    '规则的结果必须是“是/否”；请写成比较，例如 status == "active"',
  );

/** The parts of a cel-js node that its types leave out. cel-js is pinned to an exact version; tests cover this use. */
interface InnerNode {
  evaluate(evaluator: unknown, node: unknown, context: unknown): unknown;
  readonly meta: {
    readonly alternate?: InnerNode;
    readonly macro?: InnerNode;
    readonly evaluate: (evaluator: unknown, node: unknown, context: unknown) => unknown;
  };
  setMeta(key: 'check', check: (checker: { readonly dynType: unknown }) => unknown): void;
}
const inner = (node: ASTNode): InnerNode => node as unknown as InnerNode;

/** Lets `null` stand beside any kind of value, as in `x == "a" ? "b" : null`. */
function looseNulls(nodes: readonly ASTNode[]): void {
  for (const node of nodes) if (node.op === 'value' && node.args === null) inner(node).setMeta('check', (checker) => checker.dynType);
}

/** Makes every step of a checked expression spend budget and keep to the size limits. */
function limitWork(nodes: readonly ASTNode[], meter: Meter): void {
  for (const node of nodes) {
    if (node.op === 'value') continue;
    const { alternate, macro, evaluate } = inner(node).meta;
    const part = alternate ?? macro;
    const price = node.op === 'rcall' ? 20 : 1;
    inner(node).evaluate = (evaluator, self, context) => {
      charge(meter, price);
      return measure(meter, part ? part.evaluate(evaluator, part, context) : evaluate(evaluator, self, context));
    };
  }
}

/**
 * Compiles one expression over the given attributes, for scope rules and correlation.
 * `attributes` missing in an object make the result unknown.
 */
export function compileExpression(
  source: string,
  attributes: readonly AttributeSpec[],
  lookups: Lookups = {},
  options?: { readonly returns?: 'boolean' },
): CompiledExpression {
  return createExpressionSpace(attributes, lookups).compile(source, options);
}
