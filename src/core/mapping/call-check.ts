// What can be known of the calls in an expression before it runs: names, literals, patterns, what is not offered.
import { RE2JS } from 're2js';
import type { AttributeSpec, Label } from '../model.ts';
import type { Call } from './ast.ts';
import { countryProblem, phoneStyleProblem, pinyinStyleProblem } from './functions.ts';
import { MAX_PATTERN_PROGRAM } from './limits.ts';
import { ExpressionError, excerpt, label, unknownName } from './problem.ts';

/** What a call may name. `patterns` collects the compiled patterns by their source. */
export interface CallScope {
  readonly specs: ReadonlyMap<string, AttributeSpec>;
  readonly tables: ReadonlyMap<string, unknown>;
  readonly patterns: Map<string, RE2JS>;
}

/** Checks what can be known of a call before it runs. Throws ExpressionError. */
export function checkCall({ name, method, literals }: Call, { specs, tables, patterns }: CallScope): void {
  const fail = (problem: Label | undefined): void => {
    if (problem) throw new ExpressionError(problem.en, problem.zh);
  };
  const literal = (at: number): string => {
    const text = literals[at];
    if (text !== undefined) return text;
    throw new ExpressionError(
      `${name} wants a fixed text in quotes as argument ${at + 1}`,
      `${name} 的第 ${at + 1} 个参数必须是引号中的固定文本`,
    );
  };
  if (name === 'matches') {
    fail(
      label(
        'matches(…) is not available; use re(text, pattern), whose time is bounded',
        '不支持 matches(…)；请使用 re(文本, 正则)，其耗时有上限',
      ),
    );
  }
  if (method) {
    // With a time zone these format a date through the locale: a thousand times the price of any other call.
    if (/^get[A-Z]/.test(name) && literals.length > 0) {
      fail(label(`${name}(zone) is not available; use ${name}() in UTC`, `不支持 ${name}(时区)；请使用 UTC 的 ${name}()`));
    }
    if (name === 'getDayOfYear') fail(label('getDayOfYear() is not available', '不支持 getDayOfYear()'));
    return;
  }
  switch (name) {
    case 'attr':
      if (!specs.has(literal(0))) fail(unknownName(literal(0), [...specs.keys()]));
      return;
    case 'account':
      literal(0);
      return;
    case 'lookup':
      if (!tables.has(literal(0))) {
        fail(
          label(
            `there is no lookup table "${excerpt(literal(0))}"; create it or correct the name`,
            `没有名为“${excerpt(literal(0))}”的对照表；请创建或改正名称`,
          ),
        );
      }
      return;
    case 're':
    case 'extract':
    case 'replace':
      if (literals.length > 1 && !patterns.has(literal(1))) patterns.set(literal(1), compilePattern(literal(1)));
      return;
    case 'phone':
      if (literals[1] !== undefined) fail(countryProblem(literals[1]));
      if (literals[2] !== undefined) fail(phoneStyleProblem(literals[2]));
      return;
    case 'pinyin':
      if (literals[1] !== undefined) fail(pinyinStyleProblem(literals[1]));
  }
}

/** What re2js says is wrong with a pattern; what it quotes stands in the pattern. */
const PATTERN_FAULTS: readonly (readonly [said: RegExp, zh: string])[] = [
  [/longer than 1000/, '超过 1000 个字符'],
  [/missing closing \)/, '缺少右括号 )'],
  [/missing closing \]/, '缺少右括号 ]'],
  [/unexpected \)/, '多了一个 )'],
  [/trailing backslash/, '末尾的反斜杠之后缺少字符'],
  [/missing argument to repetition/, '重复符号（* + ? {…}）之前缺少内容'],
  [/nested repetition/, '重复符号（* + ? {…}）连写了'],
  [/repeat count/, '重复次数无效或过大'],
  [/character class range/, '字符范围无效'],
  [/escape sequence/, '转义无效；反斜杠请写两个'],
  [/capture/, '分组名称无效或重复'],
  [/nests too deeply|too large/, '嵌套过深或过大'],
];
const inChinese = (reason: string): string => PATTERN_FAULTS.find(([said]) => said.test(reason))?.[1] ?? '请检查写法';

/** Compiles a RE2 pattern of bounded size. Throws ExpressionError. */
export function compilePattern(source: string): RE2JS {
  let pattern: RE2JS;
  try {
    if (source.length > 1_000) throw new Error('it is longer than 1000 characters');
    pattern = RE2JS.compile(source);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ExpressionError(
      `the pattern "${excerpt(source)}" is not valid (RE2 syntax, without look-around and back-references): ${reason}`,
      `正则“${excerpt(source)}”无效（RE2 语法，不支持环视和反向引用）：${inChinese(reason)}`,
    );
  }
  if (pattern.programSize() <= MAX_PATTERN_PROGRAM) return pattern;
  throw new ExpressionError(
    `the pattern "${excerpt(source)}" is too large; use smaller repeat counts`,
    `正则“${excerpt(source)}”过大；请减小重复次数`,
  );
}
