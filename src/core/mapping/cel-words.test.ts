// A broken expression is told in the language of whoever reads it: the parser's own words are English and for programmers.
import { Environment } from '@marcbachmann/cel-js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AttributeSpec } from '../model.ts';
import { compileExpression } from './expression.ts';
import { expressionFunctions } from './functions.ts';

const names = ['given', 'family', 'mail', 'tags', 'age'];
const catalogue: readonly AttributeSpec[] = names.map((name) => ({
  name,
  label: { en: name, zh: name },
  type: name === 'age' ? 'integer' : 'string',
  ...(name === 'tags' ? { many: true } : {}),
}));

const refusal = (source: string) => {
  const compiled = compileExpression(source, catalogue, { grades: { P1: 'Junior' } });
  return 'problem' in compiled ? compiled.problem : undefined;
};

describe('an expression that cannot be read says where, what is wrong and what to do', () => {
  it.each([
    [
      'given + * family',
      'character 9',
      'a value is expected here',
      '第 9 个字符附近（“* family”）有误：此处应为一个值（属性、引号中的文本、数字或括号），而不是“*”',
    ],
    ['upper(given', 'ends too early', 'a closing ) is missing', '表达式不完整：缺少右括号 )'],
    [
      'upper(given family)',
      'character 13',
      '")" is expected here, not a name',
      '此处应为“)”，而不是名称；请补全括号，或用 + 等符号连接两个值',
    ],
    ['given family', 'character 7', 'nothing can follow a value without a sign', '两个值之间缺少符号；请用 + 连接，或用 == 比较'],
    ['given)', 'character 6', 'one ) too many', '多了一个 )，请删除'],
    ['given ＋ family', 'character 7', 'type + instead', '表达式中不能使用 ＋，请改用 +'],
    ['given + “x”', 'character 9', 'type " instead', '请改用 "'],
    ['given = "x"', 'character 7', 'type == instead', '请改用 =='],
    ['given + #', 'character 9', 'the sign # is not one of expressions', '表达式中不能使用 #'],
    ['given + "x', 'character 9', 'no closing quotation mark', '从这里开始的文本缺少右引号，请补上'],
    ['given + """x', 'character 9', 'no closing quotation mark', '缺少右引号'],
    ['"a\nb"', 'character 3', 'on the line on which it begins', '引号中的文本不能换行'],
    ['"\\q"', 'character 2', 'write \\\\ for a backslash', '反斜杠请写 \\\\'],
    ['1.5ex', 'character 5', 'this is not a number', '这不是数字'],
    ['age + 0x + 1', 'character 7', 'this is not a number', '这不是数字'],
    ['if + given', 'character 1', 'Reserved word', '保留字'],
    ['tags.map("x", 1)', 'character 10', 'a name of your own', '遍历的第一个参数应为自定的名称'],
    ['"a" + 1', 'text', 'do not fit together', '值的类型不匹配（文本 + 整数）'],
    ['lower(given, 1)', 'lower', 'do not fit together', '值的类型不匹配（lower(…)：任意值、整数）'],
    ['1 && true', 'bool', 'write a comparison on both sides', '&& 与 || 的两边必须是“是/否”，而不是整数'],
    ['re(given, "(a")', 'pattern "(a" is not valid', 'RE2', '缺少右括号 )'],
  ])('%s', (source, place, en, zh) => {
    const problem = refusal(source);
    expect(problem?.zh).toContain(zh);
    expect(problem?.en).toContain(en);
    if (place !== 'text') expect(problem?.en).toContain(place);
  });
});

/** What may be typed, whatever the language. */
const typed = new Set([
  ...names,
  ...[...expressionFunctions, ...new Environment().getDefinitions().functions].map(({ name }) => name),
  ...'attr lookup coalesce string int double bool filter map has in true false null first last substring timestamp duration size grades RE2 UTC x'.split(
    ' ',
  ),
]);
const wordsIn = (text: string): string[] => text.match(/[A-Za-z]{2,}/g) ?? [];

const sound = [
  'given + " " + family',
  'upper(given) + lower(family)',
  'age > 18 ? "adult" : "minor"',
  'tags.filter(t, t != "a").map(t, upper(t))',
  'lookup("grades", given, "none")',
  'coalesce(mail, given + "@example.com")',
  're(mail, "^[a-z]+@") && age + 1 == 2',
  'split(mail, "@")[0]',
  '{"a": 1}["a"] == 1 || !(age in [1, 2])',
  'substring(given, 0, 1) + string(age * 2 - 1 / 3 % 4)',
  'account("feishu").email',
];
const pieces = [
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  '"',
  "'",
  '\\',
  '+',
  '-',
  '*',
  '/',
  '%',
  '==',
  '=',
  '&&',
  '|',
  '?',
  ':',
  '.',
  ',',
  '\n',
  '1',
  '1e',
  '0x',
  '9999999999999999999',
  'if',
  'null',
  'true',
  'in',
  '＋',
  '，',
  '“',
  '#',
  '中',
  '😀',
  'u"',
  'b"',
  '\\x',
  '\\u12',
  'given',
  'age',
  '.map(',
  '.exists(',
  'has(',
  'int(',
  'timestamp("x")',
  're(given, "("',
  '[0]',
  ' ',
];

const broken = fc
  .tuple(fc.constantFrom(...sound), fc.array(fc.tuple(fc.nat(60), fc.nat(4), fc.constantFrom(...pieces)), { minLength: 1, maxLength: 3 }))
  .map(([source, edits]) => edits.reduce((text, [at, cut, piece]) => text.slice(0, at) + piece + text.slice(at + cut), source));

it('no fault of a broken expression carries English words in Chinese beyond what the expression itself says', () => {
  let faults = 0;
  fc.assert(
    fc.property(broken, (source) => {
      const problem = refusal(source);
      if (!problem) return;
      faults += 1;
      const own = source.toLowerCase();
      expect(wordsIn(problem.zh).filter((word) => !typed.has(word) && !own.includes(word.toLowerCase()))).toEqual([]);
      expect(problem.en).not.toMatch(/\b(EOF|RPAREN|LPAREN|IDENTIFIER|COMMA|got [A-Z]{3,})\b/);
    }),
    { numRuns: 4_000 },
  );
  expect(faults).toBeGreaterThan(1_000);
});
