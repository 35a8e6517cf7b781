// The functions an expression may call besides CEL's own. All are pure; null in gives null out unless they say otherwise.
import type { Environment } from '@marcbachmann/cel-js';
import { getCountryCallingCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/max';
import type { RE2JS } from 're2js';
import type { Label } from '../model.ts';
import { charge, MAX_LIST, type Meter } from './limits.ts';
import { asciiOf, isPinyinStyle, PINYIN_STYLES, pinyinOf, splitName } from './names.ts';
import { ExpressionError, excerpt, label } from './problem.ts';
import { textOf } from './values.ts';

/** What the functions reach outside their arguments; provided by the expression that runs. */
export interface FunctionHost {
  readonly meter: Meter;
  readonly tables: ReadonlyMap<string, ReadonlyMap<string, string>>;
  /** Value of a source attribute by name, as CEL sees it. */
  attribute(name: string): unknown;
  /** The person's account in a system as a map with null for what it lacks. */
  account(system: string): unknown;
  /** The compiled pattern; patterns are literals and were compiled when the expression was saved. */
  pattern(source: string): RE2JS;
}

export interface FunctionHelp {
  readonly name: string;
  readonly usage: string;
  readonly label: Label;
}

type Handler = (...values: unknown[]) => unknown;
interface ExpressionFunction extends FunctionHelp {
  readonly signatures: readonly string[];
  readonly handler: (host: FunctionHost) => Handler;
}

const define = (
  usage: string,
  en: string,
  zh: string,
  signatures: readonly string[],
  handler: (host: FunctionHost) => Handler,
): ExpressionFunction => ({
  name: usage.slice(0, usage.indexOf('(')),
  usage,
  label: label(en, zh),
  signatures,
  handler,
});

/** A function of one text that is applied to each entry of a list. */
const perText =
  (name: string, change: (text: string) => unknown): Handler =>
  (value) => {
    if (Array.isArray(value)) return value.map((entry) => mapped(entry));
    return mapped(value);
    function mapped(entry: unknown): unknown {
      const text = textOf(entry, name);
      return text === null ? null : change(text);
    }
  };

/** A function about a person's name; reading a long text costs more than its size. */
const perName = (name: string, change: (text: string) => unknown) => (host: FunctionHost) =>
  perText(name, (text) => {
    charge(host.meter, 200 + 20 * text.length);
    return change(text);
  });

const isEmpty = (value: unknown): boolean => value === null || value === '' || (Array.isArray(value) && value.length === 0);
const emptyAsNull = (text: string): string | null => (text === '' ? null : text);

// biome-ignore format: a table, one function in two lines
const FUNCTIONS: readonly ExpressionFunction[] = [
  define('attr(name)', 'a source attribute whose name is not a plain word, such as attr("工号")', '读取名称不是普通单词的来源属性，例如 attr("工号")', ['attr(string): dyn'],
    (host) => (name) => host.attribute(name as string)),
  define('account(system)', 'the account of this person in another system: account("ad").mail', '此人在其他系统中的账号：account("ad").mail', ['account(string): dyn'],
    (host) => (system) => host.account(system as string)),
  define('lookup(table, key[, fallback])', 'the entry of a lookup table; without fallback a missing key is a problem', '查对照表；未给默认值时，找不到键会报问题', ['lookup(string, dyn): dyn', 'lookup(string, dyn, dyn): dyn'],
    (host) => (...given) => lookUp(host, given)),
  define('coalesce(a, b, …)', 'the first value that is not empty', '第一个非空值', ['coalesce(dyn, dyn): dyn', 'coalesce(dyn, dyn, dyn): dyn', 'coalesce(dyn, dyn, dyn, dyn): dyn', 'coalesce(dyn, dyn, dyn, dyn, dyn): dyn', 'coalesce(dyn, dyn, dyn, dyn, dyn, dyn): dyn'],
    () => (...values) => values.find((value) => !isEmpty(value)) ?? null),
  define('trim(text)', 'without blanks at both ends', '去掉首尾空白', ['trim(dyn): dyn'], () => perText('trim', (text) => text.trim())),
  define('lower(text)', 'in lower case', '转为小写', ['lower(dyn): dyn'], () => perText('lower', (text) => text.toLowerCase())),
  define('upper(text)', 'in upper case', '转为大写', ['upper(dyn): dyn'], () => perText('upper', (text) => text.toUpperCase())),
  define('substring(text, start[, end])', 'characters from start up to, not including, end; stops at the end of the text', '取从 start 到 end（不含）的字符，超出末尾则到末尾为止', ['substring(dyn, int): dyn', 'substring(dyn, int, int): dyn'],
    () => (value, start, end) => perText('substring', (text) => [...text].slice(index(start), end === undefined ? undefined : index(end)).join(''))(value)),
  define('pad(text, length, fill)', 'filled from the left up to a length: pad("42", 6, "0")', '在左侧补足到指定长度：pad("42", 6, "0")', ['pad(dyn, int, string): dyn'],
    () => (value, length, fill) => perText('pad', (text) => text.padStart(Math.min(index(length), 1_000), fill as string))(value)),
  define('split(text, separator)', 'the parts between separators, trimmed, empty ones left out', '按分隔符拆分，去掉空白与空项', ['split(dyn, string): list<string>'],
    (host) => (value, separator) => splitText(host, value, separator as string)),
  define('join(list, separator)', 'the entries as one text, empty ones left out', '把各项连成文本，忽略空项', ['join(dyn): dyn', 'join(dyn, string): dyn'],
    (host) => (value, separator) => joinTexts(host, value, (separator as string | undefined) ?? '')),
  define('first(list)', 'the first entry, or empty', '第一项，没有则为空', ['first(dyn): dyn'], () => (value) => (Array.isArray(value) ? (value[0] ?? null) : value)),
  define('last(list)', 'the last entry, or empty', '最后一项，没有则为空', ['last(dyn): dyn'], () => (value) => (Array.isArray(value) ? (value.at(-1) ?? null) : value)),
  define('re(text, pattern)', 'whether the pattern (RE2) occurs in the text; an empty text has none', '文本中是否出现该正则（RE2）；空文本为否', ['re(dyn, string): bool'],
    (host) => (value, pattern) => found(host, value, pattern as string)),
  define('extract(text, pattern)', 'the first group of the first match, or the match, or empty', '第一处匹配的第一个分组（或整个匹配），没有则为空', ['extract(dyn, string): dyn'],
    (host) => (value, pattern) => perText('extract', (text) => extracted(host, text, pattern as string))(value)),
  define('replace(text, pattern, with)', 'every match of the pattern (RE2) replaced; $1 is the first group', '替换所有匹配（RE2），$1 为第一个分组', ['replace(dyn, string, string): dyn'],
    (host) => (value, pattern, replacement) => perText('replace', (text) => replaced(host, text, pattern as string, replacement as string))(value)),
  define('phone(text, country[, style])', 'a phone number as +8613800138000; style "national" gives 13800138000, "dashed" +86-13800138000', '电话号码，形如 +8613800138000；样式 "national" 得到 13800138000，"dashed" 得到 +86-13800138000', ['phone(dyn): dyn', 'phone(dyn, string): dyn', 'phone(dyn, string, string): dyn'],
    (host) => (value, country, style) => perName('phone', (text) => phoneOf(text, country as string | undefined, (style as string | undefined) ?? 'e164'))(host)(value)),
  define('given(name)', 'the given part of a full name: given("欧阳修") is 修', '名：given("欧阳修") 得到 修', ['given(dyn): dyn'], perName('given', (text) => splitName(text).given)),
  define('family(name)', 'the family part of a full name: family("欧阳修") is 欧阳', '姓：family("欧阳修") 得到 欧阳', ['family(dyn): dyn'], perName('family', (text) => splitName(text).family)),
  define('pinyin(name[, style])', `a full name in pinyin without tones (ü as v); styles: ${PINYIN_STYLES.join(', ')}`, `姓名的拼音，不带声调（ü 写作 v）；样式：${PINYIN_STYLES.join('、')}`, ['pinyin(dyn): dyn', 'pinyin(dyn, string): dyn'],
    (host) => (value, style) => perName('pinyin', (text) => emptyAsNull(pinyinOf(text, pinyinStyle((style as string | undefined) ?? 'joined'))))(host)(value)),
  define('initials(name)', 'first letters of a name: initials("张三丰") is zsf', '姓名首字母：initials("张三丰") 得到 zsf', ['initials(dyn): dyn'], perName('initials', (text) => emptyAsNull(pinyinOf(text, 'initials')))),
  define('ascii(text)', 'accents folded, Chinese in pinyin, anything else beyond ASCII left out', '去掉重音，汉字转拼音，其余非 ASCII 字符略去', ['ascii(dyn): dyn'], perName('ascii', asciiOf)),
  define('formatDate(date, format)', 'a date in another form: formatDate(hiredAt, "yyyy/MM/dd")', '日期格式：formatDate(hiredAt, "yyyy/MM/dd")', ['formatDate(dyn, string): dyn'],
    () => (value, format) => perText('formatDate', (text) => formatDate(text, format as string))(value)),
  define('addDays(date, days)', 'a date some days later, or earlier when negative', '若干天之后（负数为之前）的日期', ['addDays(dyn, int): dyn'],
    () => (value, days) => perText('addDays', (text) => addDays(text, index(days)))(value)),
];

/** The functions with a usage line and an explanation, for editors and documentation. */
export const expressionFunctions: readonly FunctionHelp[] = FUNCTIONS.map(({ name, usage, label: help }) => ({
  name,
  usage,
  label: help,
}));

export function registerFunctions(environment: Environment, host: FunctionHost): void {
  for (const entry of FUNCTIONS) {
    const handler = entry.handler(host);
    for (const signature of entry.signatures) environment.registerFunction(signature, handler, { async: false });
  }
}

const index = (value: unknown): number => Math.max(-1e6, Math.min(1e6, Number(value)));

function lookUp(host: FunctionHost, given: readonly unknown[]): unknown {
  const [table, key] = given as [string, unknown];
  const text = textOf(key, 'lookup');
  const found = text === null ? undefined : host.tables.get(table)?.get(text);
  if (found !== undefined) return found;
  if (given.length > 2) return given[2];
  if (text === null || text === '') return null;
  throw new ExpressionError(
    `the lookup table "${table}" has no entry "${excerpt(text)}"; add it, or give a fallback: lookup("${table}", …, "other")`,
    `对照表“${table}”中没有“${excerpt(text)}”；请补充，或给出默认值：lookup("${table}", …, "other")`,
    true,
  );
}

function splitText(host: FunctionHost, value: unknown, separator: string): string[] {
  const text = textOf(value, 'split');
  if (text === null) return [];
  const parts = (separator === '' ? [...text] : text.split(separator)).map((part) => part.trim()).filter((part) => part !== '');
  charge(host.meter, parts.length);
  return parts;
}

function joinTexts(host: FunctionHost, value: unknown, separator: string): string | null {
  if (value === null) return null;
  const entries = (Array.isArray(value) ? value : [value]).map((entry) => textOf(entry, 'join')).filter((text) => !isEmpty(text));
  if (entries.length > MAX_LIST) throw new ExpressionError(`join got more than ${MAX_LIST} entries`, `join 的项数超过 ${MAX_LIST}`);
  const text = entries.join(separator);
  charge(host.meter, text.length >> 4);
  return emptyAsNull(text);
}

/** A scan by automaton is cheap; a match with groups walks every instruction for every character. */
const SCAN_SHARE = 4;

function found(host: FunctionHost, value: unknown, source: string): boolean {
  const entries: readonly unknown[] = Array.isArray(value) ? value : [value];
  const pattern = host.pattern(source);
  return entries.some((entry) => {
    const text = textOf(entry, 're');
    if (text === null) return false;
    charge(host.meter, 20 + (text.length * pattern.programSize()) / SCAN_SHARE);
    return pattern.test(text);
  });
}

function extracted(host: FunctionHost, text: string, source: string): string | null {
  const pattern = host.pattern(source);
  charge(host.meter, 50 + text.length * pattern.programSize());
  const match = pattern.matcher(text);
  if (!match.find()) return null;
  return match.groupCount() > 0 ? match.group(1) : match.group();
}

function replaced(host: FunctionHost, text: string, source: string, replacement: string): string {
  const pattern = host.pattern(source);
  if (/\$[`']/.test(replacement)) {
    throw new ExpressionError("replace: $` and $' are not allowed; use groups: $1", "replace：不允许使用 $` 和 $'，请使用分组 $1");
  }
  charge(host.meter, 50 + text.length * (pattern.programSize() + replacement.length / 16));
  return pattern.matcher(text).replaceAll(replacement);
}

function pinyinStyle(style: string): (typeof PINYIN_STYLES)[number] {
  const problem = pinyinStyleProblem(style);
  if (problem) throw new ExpressionError(problem.en, problem.zh);
  return style as (typeof PINYIN_STYLES)[number];
}

export const pinyinStyleProblem = (style: string): Label | undefined =>
  isPinyinStyle(style)
    ? undefined
    : label(
        `pinyin has no style "${excerpt(style)}"; use one of ${PINYIN_STYLES.join(', ')}`,
        `pinyin 没有样式“${excerpt(style)}”，可用：${PINYIN_STYLES.join('、')}`,
      );

export const countryProblem = (country: string): Label | undefined =>
  isSupportedCountry(country)
    ? undefined
    : label(
        `"${excerpt(country)}" is no country; give two capital letters such as "CN"`,
        `“${excerpt(country)}”不是国家代码；请用两个大写字母，例如 "CN"`,
      );

const PHONE_STYLES: readonly string[] = ['e164', 'national', 'dashed'];
export const phoneStyleProblem = (style: string): Label | undefined =>
  PHONE_STYLES.includes(style)
    ? undefined
    : label(
        `phone has no style "${excerpt(style)}"; use one of ${PHONE_STYLES.join(', ')}`,
        `phone 没有样式“${excerpt(style)}”，可用：${PHONE_STYLES.join('、')}`,
      );

/** Possible numbers pass, not only assigned ones: number ranges are opened faster than software is updated. */
function phoneOf(text: string, country: string | undefined, style: string): string | null {
  if (text.trim() === '') return null;
  const wrong = (country === undefined ? undefined : countryProblem(country)) ?? phoneStyleProblem(style);
  if (wrong) throw new ExpressionError(wrong.en, wrong.zh);
  const home = country !== undefined && isSupportedCountry(country) ? country : undefined;
  const number = text.length > 60 ? undefined : parsePhoneNumberFromString(text.normalize('NFKC'), home);
  if (!number?.isPossible()) {
    const hint = country === undefined ? '; numbers without + need a country: phone(x, "CN")' : '; correct it in the source';
    throw new ExpressionError(
      `"${excerpt(text)}" is not a phone number${hint}`,
      `“${excerpt(text)}”不是电话号码${country === undefined ? '；没有 + 号的号码需指定国家：phone(x, "CN")' : '，请在来源系统中改正'}`,
      true,
    );
  }
  if (style === 'dashed') return `+${number.countryCallingCode}-${number.nationalNumber}`;
  const atHome = home !== undefined && getCountryCallingCode(home) === number.countryCallingCode;
  return style === 'national' && atHome ? number.nationalNumber : number.number;
}

const DAY_MS = 86_400_000;

function dateOf(text: string): Date {
  const match = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ].*)?$/s.exec(text.trim());
  const time = match ? Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3])) : Number.NaN;
  const date = new Date(time);
  if (match && date.getUTCMonth() === Number(match[2]) - 1) return date;
  throw new ExpressionError(`"${excerpt(text)}" is not a date like 2026-01-31`, `“${excerpt(text)}”不是 2026-01-31 这样的日期`, true);
}

function addDays(text: string, days: number): string | null {
  return text.trim() === '' ? null : new Date(dateOf(text).getTime() + days * DAY_MS).toISOString().slice(0, 10);
}

function formatDate(text: string, format: string): string | null {
  if (text.trim() === '') return null;
  const [year, month, day] = dateOf(text).toISOString().slice(0, 10).split('-') as [string, string, string];
  return format.replace(/yyyy|MM|dd/g, (token) => (token === 'yyyy' ? year : token === 'MM' ? month : day));
}
