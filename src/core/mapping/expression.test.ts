import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Attributes, AttributeSpec } from '../model.ts';
import { type Accounts, compileExpression } from './expression.ts';
import { busyMs, warmMs } from '../../../test/support/work-time.ts';

const text = (name: string, more: Partial<AttributeSpec> = {}): AttributeSpec => ({
  name,
  label: { en: name, zh: name },
  type: 'string',
  ...more,
});
const catalogue: readonly AttributeSpec[] = [
  text('name'),
  text('mail'),
  text('mobile'),
  text('status'),
  text('tags', { many: true }),
  text('age', { type: 'integer' }),
  text('hiredAt', { type: 'date' }),
  text('工号'),
  text('type'),
  text('employee-type'),
  text('idNumber', { kind: 'sensitive' }),
];
const known: Attributes = {
  name: '欧阳修',
  mail: 'OuYang@Example.com',
  mobile: null,
  status: 'active',
  tags: ['b', 'a'],
  age: 30,
  hiredAt: '2024-02-28',
  工号: '007',
  type: 'intern',
  'employee-type': 'x',
  idNumber: '110101199001011234',
};
const lookups = { grades: { P1: 'Junior', P2: 'Senior' } };

function compile(source: string) {
  const compiled = compileExpression(source, catalogue, lookups);
  if ('problem' in compiled) throw new Error(compiled.problem.en);
  return compiled.expression;
}
const evaluate = (source: string, attributes: Attributes = known, accounts?: Accounts) => compile(source).evaluate(attributes, accounts);
const value = (source: string, attributes?: Attributes, accounts?: Accounts) => {
  const result = evaluate(source, attributes, accounts);
  return 'value' in result ? result.value : result;
};
const refusal = (source: string): string => {
  const compiled = compileExpression(source, catalogue, lookups);
  expect('problem' in compiled && compiled.problem.zh).toBeTruthy();
  return 'problem' in compiled ? compiled.problem.en : '';
};

describe('values of expressions', () => {
  it.each<[string, unknown]>([
    ['name', '欧阳修'],
    ['age + 1', 31],
    ['age >= 18 && status == "active"', true],
    ['age / 4', 7],
    ['1.5 * 2.0', 3],
    ['2u', 2],
    ['status == "active" ? "on" : null', 'on'],
    ['status == "left" ? "on" : null', null],
    ['mobile == null', true],
    ['mobile', null],
    ['""', null],
    ['[]', null],
    ['tags', ['b', 'a']],
    ['tags + ["c"]', ['b', 'a', 'c']],
    ['tags.map(x, upper(x))', ['B', 'A']],
    ['tags.filter(x, x != "a").map(y, y + "!")', ['b!']],
    ['["x", null, "", "y"]', ['x', 'y']],
    ['cel.bind(x, lower(mail), x + x)', 'ouyang@example.comouyang@example.com'],
    ['timestamp("2024-01-01T00:00:00Z")', '2024-01-01T00:00:00.000Z'],
    ['attr("工号")', '007'],
    ['attr("type") + attr("employee-type")', 'internx'],
    ['{"a": "x"}["a"]', 'x'],
  ])('%s', (source, expected) => {
    expect(value(source)).toEqual(expected);
  });
});

describe('functions', () => {
  it.each<[string, unknown]>([
    ['trim("  a ")', 'a'],
    ['lower(mail)', 'ouyang@example.com'],
    ['lower(tags)', ['b', 'a']],
    ['upper(null)', null],
    ['split("a; b;;c", ";")', ['a', 'b', 'c']],
    ['split(mobile, ";")', null],
    ['join(["a", null, "b"], "-")', 'a-b'],
    ['join([mobile, null])', null],
    ['coalesce(mobile, "", [], "x")', 'x'],
    ['coalesce(mobile, null)', null],
    ['first(tags) + last(tags)', 'ba'],
    ['first([])', null],
    ['substring("欧阳修😀", 2, 99)', '修😀'],
    ['substring("abc", 5)', null],
    ['pad("42", 6, "0")', '000042'],
    ['pad(age, 4, "0")', '0030'],
    ['lookup("grades", "P1")', 'Junior'],
    ['lookup("grades", "P9", "other")', 'other'],
    ['lookup("grades", "constructor", null)', null],
    ['lookup("grades", mobile)', null],
    ['re(mail, "(?i)@EXAMPLE\\\\.com$")', true],
    ['re(mobile, "1")', false],
    ['re(tags, "^a$")', true],
    ['extract(mail, "^(.*)@")', 'OuYang'],
    ['extract(mail, "[A-Z]")', 'O'],
    ['extract(mail, "[0-9]+")', null],
    ['replace("a-b_c", "[-_]", "")', 'abc'],
    ['replace("ab", "(a)(b)", "$2$1")', 'ba'],
    ['phone("138 0013 8000", "CN")', '+8613800138000'],
    ['phone("8613800138000", "CN", "national")', '13800138000'],
    ['phone("+86 138-0013-8000", "CN", "dashed")', '+86-13800138000'],
    ['phone("+14155552671", "CN", "national")', '+14155552671'],
    ['phone("１３８００１３８０００", "CN")', '+8613800138000'],
    ['phone(mobile, "CN")', null],
    ['family(name) + "/" + given(name)', '欧阳/修'],
    ['pinyin(name)', 'ouyangxiu'],
    ['pinyin(name, "given") + "." + pinyin(name, "family")', 'xiu.ouyang'],
    ['initials(name)', 'oyx'],
    ['ascii("Zoë")', 'Zoe'],
    ['formatDate(hiredAt, "yyyy/MM/dd")', '2024/02/28'],
    ['addDays(hiredAt, 2)', '2024-03-01'],
    ['addDays(hiredAt, -28)', '2024-01-31'],
  ])('%s', (source, expected) => {
    expect(value(source)).toEqual(expected);
  });

  it.each([
    ['lookup("grades", "P9")', /no entry "P9"/],
    ['phone("12345", "CN")', /"12345" is not a phone number/],
    ['phone("13800138000")', /need a country/],
    ['addDays("2024-02-30", 1)', /is not a date/],
    ['mobile + "x"', /empty/],
    ['mobile.startsWith("1")', /coalesce/],
    ['age / 0', /division by zero/],
    ['tags[7]', /first\(…\)/],
    ['lower({"a": 1})', /wants a text/],
    ['upper(tags) + 1', /do not fit together/],
    ['tags.map(x, [x])', /list of lists/],
    ['9007199254740993', /more than 15 digits/],
    ['1.0 / 0.0', /no finite number/],
    ['int(name)', /not a whole number/],
  ])('%s is a problem of that object, in words', (source, message) => {
    const result = evaluate(source);
    expect('problem' in result && result.problem.en).toMatch(message);
    expect('problem' in result && result.problem.zh).toMatch(/\p{Script=Han}/u);
  });
});

describe('unknown', () => {
  it('is the result when an attribute that the expression reads is missing, even if it would not matter', () => {
    const { mail: _mail, ...rest } = known;
    expect(evaluate('coalesce(name, mail)', rest)).toEqual({ unknown: true });
    expect(evaluate('attr("工号")', { name: 'x' })).toEqual({ unknown: true });
    expect(evaluate('lower(name)', { name: 'X' })).toEqual({ value: 'x' });
  });

  it('does not come from names bound by a comprehension', () => {
    expect(evaluate('["a"].map(name, name + "!")', {})).toEqual({ value: ['a!'] });
    expect(compile('tags.exists(mail, mail == status)').reads).toEqual(['tags', 'status']);
  });

  it('comes from an account attribute that was not read, not from an account that does not exist', () => {
    const source = 'account("ad").mail';
    expect(evaluate(source, known, { ad: { mail: 'a@b.c' } })).toEqual({ value: 'a@b.c' });
    expect(evaluate(source, known, { ad: { mail: null } })).toEqual({ value: null });
    expect(evaluate(source, known, { ad: undefined })).toEqual({ value: null });
    expect(evaluate(source, known, {})).toEqual({ value: null });
    expect(evaluate(source, known, { ad: { cn: 'x' } })).toEqual({ unknown: true });
    expect(evaluate(`lower(${source}) + "x"`, known, { ad: {} })).toEqual({ unknown: true });
    expect(evaluate(source, known)).toEqual({ unknown: true });
    expect(compile(source).accounts).toEqual(['ad']);
  });
});

describe('secrecy', () => {
  it('never quotes data when the expression reads a sensitive attribute', () => {
    for (const source of [
      'phone(idNumber, "FR")',
      'lookup("grades", idNumber)',
      '{"a": 1}[idNumber]',
      'bool(idNumber)',
      'addDays(idNumber, 1)',
      'timestamp(idNumber)',
    ]) {
      const result = evaluate(source);
      expect(JSON.stringify(result)).toContain('problem');
      expect(JSON.stringify(result)).not.toContain('110101');
    }
  });
});

describe('an expression is refused when saved', () => {
  it.each([
    ['', /empty/],
    ['name +', /ends too early: something has to follow/],
    ['upper(name', /a closing \) is missing/],
    ['[name, mail', /a closing \] is missing/],
    ['name = "x"', /character 6/],
    ['nam', /did you mean name/],
    ['salary', /no attribute "salary"; it has name, /],
    ['shout(name)', /no function shout\(…\)/],
    ['uper(name)', /no function uper\(…\); did you mean upper\(…\)/],
    ['lower(name, 1)', /lower/],
    ['type == "intern"', /attr\("type"\)/],
    ['attr("工") + name', /no attribute "工"/],
    ['attr(name)', /fixed text/],
    ['lookup("ranks", name)', /no lookup table "ranks"/],
    ['lookup(name, name)', /fixed text/],
    ['account(name)', /fixed text/],
    ['name.matches("a+")', /use re\(text, pattern\)/],
    ['re(name, "(a")', /pattern "\(a" is not valid/],
    ['re(name, "(?=a)")', /look-around/],
    ['re(name, mail)', /fixed text/],
    ['re(name, "((a{10}){10}){20}")', /too large|invalid/],
    ['phone(name, "China")', /no country/],
    ['pinyin(name, "upper")', /no style/],
    ['tags.map(x, tags.map(y, x + y))', /inside another/],
    ['tags.filter(x, tags.exists(y, y == x))', /inside another/],
    ['{"a": 1}', /cannot hold/],
    ['b"abc"', /cannot hold/],
    ['"a" + 1', /do not fit together/],
    ['age ? 1 : 2.5', /same kind/],
    ['timestamp("2024-01-01T00:00:00Z").getHours("Asia/Shanghai")', /UTC/],
    ['constructor', /no attribute/],
    ['__proto__', /Reserved|not valid/],
  ])('%s', (source, message) => {
    expect(refusal(source)).toMatch(message);
  });

  it('when a rule does not give yes or no', () => {
    const rule = compileExpression('name', catalogue, {}, { returns: 'boolean' });
    expect('expression' in rule && rule.expression.evaluate(known)).toHaveProperty('problem');
    expect(compileExpression('"a" + "b"', catalogue, {}, { returns: 'boolean' })).toHaveProperty('problem');
    const good = compileExpression('status == "active"', catalogue, {}, { returns: 'boolean' });
    expect('expression' in good && good.expression.evaluate(known)).toEqual({ value: true });
  });
});

/** Five million steps over a text, as many as an evaluation has units of budget: what nothing hostile may take many times. */
function plainSteps(): number {
  const text = 'x'.repeat(10_000);
  let sum = 0;
  for (let turn = 0; turn < 500; turn++) for (let at = 0; at < text.length; at++) sum = (sum * 31 + text.charCodeAt(at)) | 0;
  return sum;
}
const MANY_TIMES = 200;
async function soon<T>(work: () => T): Promise<T> {
  const floorMs = await warmMs(plainSteps);
  let result: T | undefined;
  const took = await busyMs(() => (result = work()));
  expect(took / floorMs).toBeLessThan(MANY_TIMES);
  return result!;
}

describe('hostile expressions', () => {
  it.each([
    ['a source of one megabyte', `"${'a'.repeat(1_000_000)}"`],
    ['deep brackets', '('.repeat(1_900) + '1' + ')'.repeat(1_900)],
    ['deep lists', '['.repeat(1_900) + ']'.repeat(1_900)],
    ['a long chain of signs', `${'-'.repeat(3_900)}1`],
    ['a long chain of negations', `${'!'.repeat(3_900)}true`],
    ['a long sum', `1${'+1'.repeat(1_900)}`],
    ['a long chain of fields', `name${'.a'.repeat(1_900)}`],
    ['nested conditions', `${'true ? ('.repeat(400)}1${')'.repeat(400)}`],
    ['a list of thousands', `[${'1,'.repeat(1_900)}1]`],
    ['an unclosed string', `"${'\\'.repeat(3_000)}`],
    ['a pattern of nested repeats', 're(name, "((((a{99}){99}){99}){99})")'],
  ])('%s is refused at once', async (_name, source) => {
    expect(await soon(() => refusal(source))).not.toBe('');
  });

  const long = 'x'.repeat(10_000);
  const list = Array.from({ length: 1_000 }, (_, index) => `v${index}`);
  const doubling = (start: string, steps: number): string => {
    let source = `v${steps}`;
    for (let step = steps; step > 0; step--) source = `cel.bind(v${step}, v${step - 1} + v${step - 1}, ${source})`;
    return `cel.bind(v0, ${start}, ${source})`;
  };
  it.each([
    ['text doubled twenty times', doubling('"xxxxxxxxxxxxxxxx"', 20)],
    ['a list doubled twenty times', doubling('[1, 2, 3, 4]', 20)],
    [
      'a list of lists of lists',
      `${'[1,2,3,4,5,6,7,8,9]'}${Array.from({ length: 12 }, (_, i) => `.map(x${i}, [x${i}, x${i}, x${i}, x${i}, x${i}, x${i}])`).join('')} == []`,
    ],
    ['a long text added to every entry', 'tags.map(x, name + name)'],
    ['a huge join', 'join(tags.map(x, name))'],
    ['a regex bomb over a long text', 're(name, "^(x+x+)+[xy]{40}$") || extract(name, "(x?){200}[xy]{30}$") == "" || re(name, "z")'],
    ['a regex in a comprehension', 'tags.exists(t, extract(name, "(x*)*([xy]+x){20}$") == "")'],
    ['a replacement that explodes', `replace(name, "x", "${'y'.repeat(2_000)}")`],
    ['pinyin of a long text for every entry', 'tags.map(x, pinyin(name))'],
    ['searches in a long text', 'tags.filter(x, name.contains(name + x) || name.indexOf(x) > 0)'],
    ['a padded bomb', 'tags.map(x, pad(x, 1000, "ab"))'],
    ['split into characters', 'split(name, "").map(x, x + x)'],
  ])('%s ends quickly as a problem or a value', async (_name, source) => {
    const expression = compile(source);
    const result = await soon(() => expression.evaluate({ ...known, name: long, tags: list }));
    expect('problem' in result || 'value' in result).toBe(true);
    expect(JSON.stringify(result).length).toBeLessThan(100_000);
  });

  it('do not spoil the next evaluation', () => {
    const expression = compile(`tags.exists(t, extract(name, "(x*)*([xy]+x){20}$") == "")`);
    expect(expression.evaluate({ name: long, tags: list })).toHaveProperty('problem');
    expect(expression.evaluate({ name: 'abc', tags: ['a'] })).toEqual({ value: false });
  });

  it('are bounded by the size of the data as well', () => {
    expect(evaluate('name', { name: 'x'.repeat(20_000) })).toHaveProperty('problem');
    expect(evaluate('tags', { tags: Array.from({ length: 1_001 }, String) })).toHaveProperty('problem');
    expect(evaluate('tags', { tags: list })).toEqual({ value: list });
  });

  it('never throw, neither when compiled nor when evaluated', () => {
    const token = fc.constantFrom(
      'name',
      'age',
      'tags',
      'mobile',
      '"a"',
      '1',
      '2.5',
      'null',
      '(',
      ')',
      '[',
      ']',
      '{',
      '}',
      '.',
      ',',
      '+',
      '-',
      '==',
      '&&',
      '||',
      '!',
      '?',
      ':',
      'in',
      'x',

      'lower(',
      'tags.map(x, ',
      'coalesce(',
      'split(',
      're(name, "a")',
      'account("ad")',
      'cel.bind(',
      'has(',
      'size(',
      '.mail',
      '[0]',
      'type(',
      'int(',
      'dyn(',
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 14 }), (tokens) => {
        const compiled = compileExpression(tokens.join(' '), catalogue, lookups);
        if ('problem' in compiled) return compiled.problem.en !== '' && compiled.problem.zh !== '';
        const result = compiled.expression.evaluate(known);
        return 'value' in result || 'unknown' in result || 'problem' in result;
      }),
      { numRuns: 2_000 },
    );
  });
});
