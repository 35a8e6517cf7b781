// What cel-js says against an expression, by the code of its error, in sentences of ours: its own are for programmers, and English.
import type { Label } from '../model.ts';
import { excerpt, label } from './text.ts';

/** An error of cel-js: its code is stable, its sentence names the parts. */
export interface CelError {
  readonly code: string;
  readonly summary: string;
  readonly range?: { readonly start: number; readonly end: number };
}

export const isCelError = (error: unknown): error is CelError =>
  error instanceof Error && 'code' in error && 'summary' in error && typeof error.code === 'string' && typeof error.summary === 'string';

// ── kinds of values ──────────────────────────────────────────────────────────────────────────────────────

const KINDS: Readonly<Record<string, Label>> = {
  string: label('text', '文本'),
  int: label('whole number', '整数'),
  uint: label('whole number without sign', '无符号整数'),
  double: label('number', '小数'),
  bool: label('yes/no', '是/否'),
  bytes: label('bytes', '字节'),
  list: label('list', '列表'),
  map: label('map', '映射'),
  null: label('empty', '空值'),
  null_type: label('empty', '空值'),
  dyn: label('any value', '任意值'),
  type: label('type', '类型'),
  optional: label('optional value', '可选值'),
  optional_type: label('optional value', '可选值'),
  'google.protobuf.Timestamp': label('time', '时间'),
  'google.protobuf.Duration': label('duration', '时长'),
};

/** `map<string, int>` is a map, `dyn<string>` a text. */
function kindOf(type: string): Label {
  const inside = /^dyn<(.*)>$/s.exec(type.trim());
  if (inside) return kindOf(inside[1]!);
  return KINDS[type.trim().replace(/<.*$/s, '')] ?? label('another value', '其他值');
}

/** The parts between commas that stand in no angle brackets. */
function split(types: string): string[] {
  const parts: string[] = [''];
  let depth = 0;
  for (const sign of types) {
    depth += sign === '<' ? 1 : sign === '>' ? -1 : 0;
    if (sign === ',' && depth === 0) parts.push('');
    else parts[parts.length - 1] += sign;
  }
  return parts.filter((part) => part.trim() !== '');
}

const zhKinds = (types: string): string =>
  split(types)
    .map((type) => kindOf(type).zh)
    .join('、');

const quotedKinds = (summary: string): string => zhKinds([...summary.matchAll(/'([^']*)'/g)].map(([, type]) => type).join(','));

// ── what does not fit together ───────────────────────────────────────────────────────────────────────────

const EMPTY_HINT = label(
  'an attribute is empty here and the operation cannot work with an empty value; test it first (x != null) or give a substitute: coalesce(x, "")',
  '此处有属性为空，该运算不能用于空值；请先判断（… != null），或给出替代值：coalesce(…, "")',
);

function overload(summary: string): Label {
  if (/\bnull\b/.test(summary)) return EMPTY_HINT;
  return label(
    `${summary}: the kinds of value do not fit together; convert one of them, for example string(…) or int(…)`,
    `值的类型不匹配（${unfitting(summary)}）；请转换其中之一，例如 string(…) 或 int(…)`,
  );
}

/** Which kinds stood where, in Chinese. */
function unfitting(summary: string): string {
  const call = /'(?:(.+)\.)?([A-Za-z_]\w*)\((.*)\)'/s.exec(summary);
  if (call) {
    const [, receiver, name, types] = call;
    const given = types!.trim() === '' ? '没有参数' : zhKinds(types!);
    return receiver === undefined ? `${name}(…)：${given}` : `${kindOf(receiver).zh} .${name}(…)：${given}`;
  }
  const pair = /: (.+) (==|!=|<=|>=|<|>|\+|-|\*|\/|%|in|&&|\|\||\[\]) (.+)$/s.exec(summary);
  if (pair) return `${kindOf(pair[1]!).zh} ${pair[2]} ${kindOf(pair[3]!).zh}`;
  const one = /: ([-!])(.+)$/s.exec(summary);
  return one ? `${one[1]}${kindOf(one[2]!).zh}` : '运算';
}

type Explain = (summary: string) => Label;

const notTime = label(
  'the text is not a time; write one like "2026-01-31T08:00:00Z"',
  '文本不是时间；请写成 "2026-01-31T08:00:00Z" 的形式',
);
const notNumber = label('the text is not a number', '文本不是数字');
const notWhole = label('the text is not a whole number', '文本不是整数');
const notAll: Explain = () =>
  label('the list holds something else than texts; convert each of them with string(…)', '列表中有非文本的值；请用 string(…) 逐个转换');
const optional: Explain = (summary) => label(`${summary}; leave the ? out`, '此处不能使用可选取值；请去掉 ?');

/** Errors of checking and of computing. */
const EXPLAINED: Readonly<Record<string, Explain>> = {
  no_such_overload: overload,
  no_matching_overload: overload,
  incompatible_ternary_branches: (summary) =>
    label(
      `${summary}; let both branches of ?: give the same kind of value`,
      `?: 的两个分支类型不同（${quotedKinds(summary)}）；请让两边给出同一种值`,
    ),
  invalid_condition_type: (summary) =>
    label(
      `${summary}; write a comparison, for example x == "a"`,
      `条件必须是“是/否”，而不是${quotedKinds(summary)}；请写成比较，例如 … == "a"`,
    ),
  invalid_logical_operand: (summary) =>
    label(
      `${summary}; write a comparison on both sides, for example x == "a"`,
      `&& 与 || 的两边必须是“是/否”，而不是${quotedKinds(summary)}；请写成比较，例如 … == "a"`,
    ),
  invalid_comparison_type: (summary) =>
    label(`${summary}; convert them, for example string(…)`, '这两种值无法比较；请先转换，例如 string(…)'),
  invalid_comprehension_range: (summary) =>
    label(`${summary.replace(/\.$/, '')}; use it on a list`, '此处需要列表或映射，才能逐个处理其中的值；请用于列表'),
  invalid_index_type: (summary) =>
    label(`${summary}; give the place as a whole number, the first is 0`, '[…] 中的位置必须是整数，第一个为 0'),
  cannot_index_type: (summary) =>
    label(`${summary}; only a list or a map has parts`, `只有列表或映射可用 […] 或 . 取值，${quotedKinds(summary)}不可以`),
  unsupported_type: (summary) => label(`${summary}; convert it, for example string(…)`, '不支持这种值；请先转换，例如 string(…)'),
  division_by_zero: () => label('division by zero; test the divisor first', '除数为零；请先判断除数'),
  modulo_by_zero: () => label('division by zero; test the divisor first', '除数为零；请先判断除数'),
  index_out_of_bounds: () =>
    label('the list has no entry at that place; use first(…) or last(…)', '列表中没有该位置的值；请使用 first(…) 或 last(…)'),
  index_out_of_range: () =>
    label(
      'the text is shorter than that; use substring(text, start, end), which stops at the end',
      '文本没有那么长；请使用 substring(文本, 起, 止)，它会在末尾停止',
    ),
  no_such_key: (summary) =>
    label(
      `${summary}; use lookup(table, key, fallback) or test with "key" in map`,
      `没有这个键（${summary.replace(/^No such key:?\s*/i, '') || '…'}）；请使用 lookup(表, 键, 默认值) 或先用 in 判断`,
    ),
  numeric_overflow: () => label('the number is too large', '数字过大'),
  int_conversion_error: () => notWhole,
  uint_conversion_error: () => notWhole,
  double_conversion_error: () => notNumber,
  bool_conversion_error: () => label('the text is not true or false', '文本不是 true 或 false'),
  invalid_timestamp: () => notTime,
  invalid_duration: () => label('the text is not a duration; write one like "90m" or "24h"', '文本不是时长；请写成 "90m" 或 "24h" 的形式'),
  invalid_list_element_type: notAll,
  list_item_type_mismatch: notAll,
  field_type_mismatch: notAll,
  optional_expected: optional,
  optional_value_missing: optional,
  invalid_optional_argument: optional,
  limit_exceeded: (summary) =>
    label(
      `the expression is too large (${summary}); split it, or move constants into a lookup table`,
      `表达式过大（${/maxDepth/.test(summary) ? '嵌套层数' : /maxList/.test(summary) ? '列表长度' : '规模'}超出 ${/\((\d+)\)/.exec(summary)?.[1] ?? '上限'}）；请拆分，或把常量放进对照表`,
    ),
};

/** A sentence for an error of checking or computing; undefined where the code is another one. */
export const explainCel = ({ code, summary }: CelError): Label | undefined =>
  Object.hasOwn(EXPLAINED, code) ? EXPLAINED[code]!(summary) : undefined;

// ── what cannot be read ──────────────────────────────────────────────────────────────────────────────────

/** Tokens as they are typed; the others are words for what stands there. */
const SIGNS: Readonly<Record<string, string>> = {
  PLUS: '+',
  MINUS: '-',
  MULTIPLY: '*',
  DIVIDE: '/',
  MODULO: '%',
  EQ: '==',
  NE: '!=',
  LT: '<',
  LE: '<=',
  GT: '>',
  GE: '>=',
  AND: '&&',
  OR: '||',
  NOT: '!',
  IN: 'in',
  LPAREN: '(',
  RPAREN: ')',
  LBRACKET: '[',
  RBRACKET: ']',
  LBRACE: '{',
  RBRACE: '}',
  DOT: '.',
  COMMA: ',',
  COLON: ':',
  QUESTION: '?',
};
const TOKENS: Readonly<Record<string, Label>> = {
  NUMBER: label('a number', '数字'),
  STRING: label('a text in quotes', '引号中的文本'),
  BYTES: label('bytes', '字节'),
  BOOLEAN: label('true or false', 'true 或 false'),
  NULL: label('null', 'null'),
  IDENTIFIER: label('a name', '名称'),
  EOF: label('the end', '结尾'),
};
const token = (name: string): Label =>
  SIGNS[name] === undefined ? (TOKENS[name] ?? label('something else', '其他内容')) : label(`"${SIGNS[name]}"`, `“${SIGNS[name]}”`);

/** Signs that a Chinese keyboard or a word processor writes instead of the plain ones. */
const PLAIN: Readonly<Record<string, string>> = {
  '“': '"',
  '”': '"',
  '„': '"',
  '＂': '"',
  '‘': "'",
  '’': "'",
  '（': '(',
  '）': ')',
  '【': '[',
  '】': ']',
  '，': ',',
  '、': ',',
  '：': ':',
  '。': '.',
  '？': '?',
  '！': '!',
  '＋': '+',
  '－': '-',
  '–': '-',
  '＊': '*',
  '×': '*',
  '÷': '/',
  '＝': '==',
  '＜': '<',
  '＞': '>',
  '≠': '!=',
  '≤': '<=',
  '≥': '>=',
  '=': '==',
  '&': '&&',
  '|': '||',
};

/** What is wrong at this place, without the place. */
function fault({ code, summary }: CelError, source: string, at: number): Label {
  switch (code) {
    case 'unexpected_token': {
      const got = token(/: (\w+)$/.exec(summary)?.[1] ?? '');
      return label(
        `a value is expected here (an attribute, a text in quotes, a number or a bracket), not ${got.en}`,
        `此处应为一个值（属性、引号中的文本、数字或括号），而不是${got.zh}`,
      );
    }
    case 'expected_token': {
      const [, wanted = '', got = ''] = /Expected (\w+), got (\w+)/.exec(summary) ?? [];
      const [due, is] = [token(wanted), token(got)];
      return label(
        `${due.en} is expected here, not ${is.en}; close what is open, or join two values with a sign such as +`,
        `此处应为${due.zh}，而不是${is.zh}；请补全括号，或用 + 等符号连接两个值`,
      );
    }
    case 'unexpected_character':
      return unexpected(source, at, summary.startsWith("Unexpected character: '"));
    case 'invalid_number':
    case 'invalid_integer':
    case 'invalid_hex_integer':
    case 'invalid_exponent':
      return label('this is not a number; write digits, with a point for decimals', '这不是数字；请只写数字，小数用点号');
    case 'newline_in_string':
      return label(
        'a text in quotes ends on the line on which it begins; close it, or write \\n for a new line',
        '引号中的文本不能换行；请补上右引号，换行请写 \\n',
      );
    case 'unterminated_string':
    case 'unterminated_triple_quoted_string':
      return label('the text that begins here has no closing quotation mark; add it', '从这里开始的文本缺少右引号，请补上');
    case 'reserved_identifier':
      return label(
        'Reserved word; an attribute of this name is read with attr("…"), a condition is written x ? a : b',
        '此处是保留字；同名属性请用 attr("…") 读取，条件请写成 … ? … : …',
      );
    case 'invalid_macro_argument':
      return label(
        `${summary}; the first part is a name of your own, as in list.filter(x, x != ""); has(…) wants a field, as in has(a.b)`,
        '遍历的第一个参数应为自定的名称，例如 filter(x, x != "")；has(…) 的参数应为字段',
      );
    default:
      return /escape|surrogate/.test(code)
        ? label(
            'no character is written like this in a text; write \\\\ for a backslash, \\" for a quotation mark, \\u4e2d for any character',
            '文本中不能这样转义；反斜杠请写 \\\\，引号请写 \\"，其他字符可写 \\u4e2d',
          )
        : label(summary, '无法解析，请简化');
  }
}

/** `follows`: a whole expression stands before it. */
function unexpected(source: string, at: number, follows: boolean): Label {
  const sign = String.fromCodePoint(source.codePointAt(at) ?? 0xfffd);
  const plain = PLAIN[sign];
  if (plain !== undefined && sign !== plain)
    return label(`the sign ${sign} is not one of expressions; type ${plain} instead`, `表达式中不能使用 ${sign}，请改用 ${plain}`);
  if (/[)\]}]/.test(sign)) return label(`there is one ${sign} too many; remove it`, `多了一个 ${sign}，请删除`);
  if (follows)
    return label(
      'nothing can follow a value without a sign between them; join them with +, or compare them with ==',
      '两个值之间缺少符号；请用 + 连接，或用 == 比较',
    );
  return label(
    `the sign ${sign} is not one of expressions; a name with such signs is read with attr("…"), a text stands in quotes`,
    `表达式中不能使用 ${sign}；含此类字符的属性名请用 attr("…") 读取，文本请加引号`,
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

/** An expression that cannot be read: the place, what is wrong there, what to do. */
export function unreadable(error: CelError, source: string): Label {
  const at = error.range?.start;
  if (at === undefined) {
    const what = fault(error, source, 0);
    return label(`the expression is not valid: ${what.en}`, `表达式无效：${what.zh}`);
  }
  const near = excerpt(source.slice(at, at + 20), 20).trim();
  if (near === '') return endsEarly(error.summary);
  const what = fault(error, source, at);
  const place = Array.from(source.slice(0, at)).length + 1;
  return label(`not valid at character ${place}, near "${near}": ${what.en}`, `第 ${place} 个字符附近（“${near}”）有误：${what.zh}`);
}
