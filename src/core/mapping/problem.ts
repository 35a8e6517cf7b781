// What goes wrong in expressions and mappings, said in English and Chinese: what, where, what to do.
import type { AttributeSpec, Label } from '../model.ts';

/** The only error that our own parts of an expression throw; it carries its text for people. */
export class ExpressionError extends Error {
  override readonly name = 'ExpressionError';
  readonly label: Label;
  /** Whether the text quotes data of a person, so that it must not be shown for sensitive attributes. */
  readonly quotesData: boolean;
  constructor(en: string, zh: string, quotesData = false) {
    super(en);
    this.label = { en, zh };
    this.quotesData = quotesData;
  }
}

export const label = (en: string, zh: string): Label => ({ en, zh });

/** At most `length` code points of a text, for quoting inside a message. */
export function excerpt(text: string, length = 40): string {
  const head = Array.from(text.slice(0, length * 2 + 2));
  return head.length > length ? `${head.slice(0, length).join('')}…` : text;
}

/** Puts the attribute in front of a problem: `Mail (mail): …`. */
export const about = (spec: Pick<AttributeSpec, 'name' | 'label'>, problem: Label): Label => ({
  en: `${spec.label.en} (${spec.name}): ${problem.en}`,
  zh: `${spec.label.zh}（${spec.name}）：${problem.zh}`,
});

export const HIDDEN: Label = {
  en: 'the value does not fit; it is not shown because the attribute is sensitive. Check it in the source',
  zh: '值不符合要求；该属性为敏感信息，此处不显示其值。请在来源系统中核对',
};

/** The sentence of `normalise` with its Chinese counterpart. */
export function valueProblem(english: string): Label {
  const quoted = /^"(.*)" is (.*)$/s.exec(english);
  if (quoted) {
    const [, value, what] = quoted;
    if (what === 'not a yes/no value') return label(`${english}; give true or false`, `“${value}”不是“是/否”值，请给出 true 或 false`);
    if (what === 'not a whole number') return label(`${english}; give digits only`, `“${value}”不是整数，请只填数字`);
    if (what === 'not an e-mail address')
      return label(
        `${english}; correct it in the source. What was known before stays`,
        `“${value}”不是邮箱地址，请在来源系统中改正；此前已知的值保持不变`,
      );
    if (what === 'not a day of the calendar')
      return label(`${english}; correct it in the source`, `“${value}”不是有效日期，请在来源系统中改正`);
    return label(`${english}; give a date like 2026-01-31`, `“${value}”不是日期，请写成 2026-01-31 的形式`);
  }
  const small = /^is (-?\d+), at least (-?\d+)/.exec(english);
  if (small) return label(`${english}; correct it in the source`, `为 ${small[1]}，不得小于 ${small[2]}；请在来源系统中改正`);
  const values = /^has (\d+) values/.exec(english);
  if (values) return label(`${english}; pick one, for example first(…)`, `有 ${values[1]} 个值，只允许一个；请取其中一个，例如 first(…)`);
  const long = /^has (\d+) characters, at most (\d+)/.exec(english);
  if (long) {
    return label(
      `${english}; shorten it, for example substring(…, 0, ${long[2]})`,
      `有 ${long[1]} 个字符，最多允许 ${long[2]} 个；请截短，例如 substring(…, 0, ${long[2]})`,
    );
  }
  return label(`${english}; correct the value in the source`, `含有不允许的字符 U+0000，请在来源系统中改正`);
}

interface CelError {
  readonly code: string;
  readonly summary: string;
  readonly range?: { readonly start: number; readonly end: number };
}
const isCelError = (error: unknown): error is CelError =>
  error instanceof Error && 'code' in error && 'summary' in error && typeof error.code === 'string' && typeof error.summary === 'string';

type Explain = (summary: string) => Label;
const EMPTY_HINT = label(
  'an attribute is empty here and the operation cannot work with an empty value; test it first (x != null) or give a substitute: coalesce(x, "")',
  '此处有属性为空，该运算不能用于空值；请先判断（x != null），或给出替代值：coalesce(x, "")',
);
const overload: Explain = (summary) =>
  /\bnull\b/.test(summary)
    ? EMPTY_HINT
    : label(
        `${summary}: the kinds of value do not fit together; convert one of them, for example string(…) or int(…)`,
        `值的类型不匹配（${summary}）；请转换其中之一，例如 string(…) 或 int(…)`,
      );
/** Evaluation and type errors of cel-js by their code; anything else is told by its own English sentence. */
const EXPLAINED: Readonly<Record<string, Explain>> = {
  no_such_overload: overload,
  no_matching_overload: overload,
  incompatible_ternary_branches: (summary) =>
    label(`${summary}; let both branches of ?: give the same kind of value`, `?: 的两个分支类型不同（${summary}）；请让两边给出同一种值`),
  invalid_condition_type: (summary) =>
    label(`${summary}; write a comparison, for example x == "a"`, `条件必须是“是/否”（${summary}）；请写成比较，例如 x == "a"`),
  division_by_zero: () => label('division by zero; test the divisor first', '除数为零；请先判断除数'),
  modulo_by_zero: () => label('division by zero; test the divisor first', '除数为零；请先判断除数'),
  index_out_of_bounds: () =>
    label('the list has no entry at that place; use first(…) or last(…)', '列表中没有该位置的值；请使用 first(…) 或 last(…)'),
  index_out_of_range: () =>
    label(
      'the text is shorter than that; use substring(text, start, end), which stops at the end',
      '文本没有那么长；请使用 substring(text, start, end)，它会在末尾停止',
    ),
  no_such_key: (summary) =>
    label(
      `${summary}; use lookup(table, key, fallback) or test with "key" in map`,
      `没有这个键（${summary}）；请使用 lookup(表, 键, 默认值) 或先用 in 判断`,
    ),
  numeric_overflow: () => label('the number is too large', '数字过大'),
  int_conversion_error: () => label('the text is not a whole number', '文本不是整数'),
  double_conversion_error: () => label('the text is not a number', '文本不是数字'),
  bool_conversion_error: () => label('the text is not true or false', '文本不是 true 或 false'),
  limit_exceeded: (summary) =>
    label(
      `the expression is too large (${summary}); split it, or move constants into a lookup table`,
      `表达式过大（${summary}）；请拆分，或把常量放进对照表`,
    ),
};

const GENERIC = label(
  'the expression cannot be computed for this object; test it in the preview',
  '无法对该对象计算表达式；请在预览中检查',
);

/** Text for an error thrown while an expression runs. `hideData`: quote nothing that may come from the data. */
export function evaluationProblem(error: unknown, hideData: boolean): Label {
  if (error instanceof ExpressionError) return hideData && error.quotesData ? GENERIC : error.label;
  if (!isCelError(error)) return GENERIC;
  const explained = EXPLAINED[error.code];
  if (explained) {
    if (!hideData) return explained(error.summary);
    // The kinds of values may be shown, the values may not.
    return error.code === 'no_such_key' ? explained('no such key') : explained(error.summary);
  }
  return hideData ? GENERIC : label(`the expression fails: ${error.summary}`, `表达式出错：${error.summary}`);
}

/** Text for an expression that cannot be saved. `known` and `functions` are the names that could have been meant. */
export function compileProblem(error: unknown, source: string, known: readonly string[], functions: readonly string[]): Label {
  if (error instanceof ExpressionError) return error.label;
  if (error instanceof RangeError) return label('the expression is nested too deeply; simplify it', '表达式嵌套过深，请简化');
  if (!isCelError(error)) return label('the expression cannot be read; simplify it', '无法解析该表达式，请简化');
  const unknown = error.code === 'unknown_variable' ? /Unknown variable: (.*)$/s.exec(error.summary)?.[1] : undefined;
  if (unknown !== undefined) return unknownName(unknown, known);
  const called = /overload for '([A-Za-z_]\w*)\(/.exec(error.summary)?.[1];
  if (called !== undefined && !functions.includes(called)) return unknownFunction(called, functions);
  const explained = EXPLAINED[error.code];
  if (explained) return explained(error.summary);
  const at = error.range?.start;
  if (at === undefined) return label(`the expression is not valid: ${error.summary}`, `表达式无效：${error.summary}`);
  const near = excerpt(source.slice(at, at + 20), 20);
  return near === ''
    ? endsEarly(error.summary)
    : label(
        `not valid at character ${at + 1}, near "${near}": ${error.summary}`,
        `第 ${at + 1} 个字符附近（“${near}”）有误：${error.summary}`,
      );
}

const CLOSING: Readonly<Record<string, string>> = { RPAREN: ')', RBRACKET: ']', RBRACE: '}' };

/** What is still open where the text ends. */
function endsEarly(summary: string): Label {
  const missing = CLOSING[/Expected (\w+), got EOF/.exec(summary)?.[1] ?? ''];
  return missing === undefined
    ? label('the expression ends too early: something has to follow its last sign', '表达式不完整：最后一个符号之后还缺少内容')
    : label(`the expression ends too early: a closing ${missing} is missing`, `表达式不完整：缺少右括号 ${missing}`);
}

function unknownFunction(name: string, known: readonly string[]): Label {
  const meant = closest(name, known);
  return meant === undefined
    ? label(
        `there is no function ${excerpt(name)}(…); the list of functions stands in the help on expressions`,
        `没有函数 ${excerpt(name)}(…)；可用的函数见帮助“表达式”`,
      )
    : label(`there is no function ${excerpt(name)}(…); did you mean ${meant}(…)?`, `没有函数 ${excerpt(name)}(…)，是否指 ${meant}(…)？`);
}

/** So many are named where none is near. */
const NAMED = 8;
function listed(known: readonly string[], language: 'en' | 'zh'): string {
  if (known.length === 0) return language === 'en' ? 'none' : '无';
  const first = known.slice(0, NAMED).join(language === 'en' ? ', ' : '、');
  return known.length > NAMED ? `${first} …` : first;
}

/** "unknown attribute", with the name that was probably meant. */
export function unknownName(name: string, known: readonly string[]): Label {
  const meant = closest(name, known);
  return meant === undefined
    ? label(
        `the source has no attribute "${excerpt(name)}"; it has ${listed(known, 'en')}`,
        `来源中没有属性“${excerpt(name)}”；可用的有：${listed(known, 'zh')}`,
      )
    : // Without quotation marks: there the console says labels, and this has to be typed.
      label(
        `the source has no attribute "${excerpt(name)}"; did you mean ${meant}?`,
        `来源中没有属性“${excerpt(name)}”，是否指 ${meant}？`,
      );
}

/** The known name nearest to a mistyped one, or nothing when none is near. */
export function closest(name: string, known: readonly string[]): string | undefined {
  if (name.length > 64) return undefined;
  const wanted = name.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.min(3, Math.ceil(name.length / 3) + 1);
  for (const candidate of known) {
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue;
    const distance = editDistance(wanted, candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(swap, previous[j]! + 1, current[j - 1]! + 1));
    }
    previous = current;
  }
  return previous[b.length]!;
}
