// What goes wrong in expressions and mappings, said in English and Chinese: what, where, what to do.
import type { AttributeSpec, Label } from '../model.ts';
import { explainCel, isCelError, unreadable } from './cel-words.ts';
import { excerpt, label } from './text.ts';

export { excerpt, label } from './text.ts';

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

const GENERIC = label(
  'the expression cannot be computed for this object; test it in the preview',
  '无法对该对象计算表达式；请在预览中检查',
);

/** Text for an error thrown while an expression runs. `hideData`: quote nothing that may come from the data. */
export function evaluationProblem(error: unknown, hideData: boolean): Label {
  if (error instanceof ExpressionError) return hideData && error.quotesData ? GENERIC : error.label;
  if (!isCelError(error)) return GENERIC;
  // The kinds of values may be shown, the values may not.
  const explained = explainCel(hideData && error.code === 'no_such_key' ? { code: error.code, summary: 'no such key' } : error);
  if (explained) return explained;
  return hideData ? GENERIC : label(`the expression fails: ${error.summary}`, '表达式出错；请在预览中检查');
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
  return explainCel(error) ?? unreadable(error, source);
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
