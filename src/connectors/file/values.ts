// One cell as the value of one attribute: known, empty, or unreadable with the reason.
import type { AttributeSpec, Label, Scalar } from '../../core/model.ts';
import type { FileConfig } from './config.ts';
import { type Cell, cellText, isBlank } from './table.ts';
import { unguardFormula } from '../../core/formula.ts';
import { clean, excerpt, narrow, say } from './text.ts';
import { lifecycleOf, meansNothing } from './words.ts';

/** `unknown`: says nothing (masked, status left out). `problem`: to be listed. */
export type CellValue =
  | { readonly state: 'value'; readonly value: Scalar | null }
  | { readonly state: 'unknown' }
  | { readonly state: 'problem'; readonly reason: Label };

const value = (found: Scalar | null): CellValue => ({ state: 'value', value: found });
const problem = (en: string, zh: string): CellValue => ({ state: 'problem', reason: say(en, zh) });

/** Attributes in which a long number or one with an exponent was a number once: nobody is called 1.1E+17. */
const DIGITS = new Set(['employeeNumber', 'phone', 'workPhone', 'privatePhone', 'idNumber', 'code', 'userName', 'manager']);
const NARROW = new Set([...DIGITS, 'email', 'privateEmail', 'timeZone']);
const EXPONENT = /^\d(?:\.\d+)?E\+\d{1,3}$/i;

/** The text of a cell that holds a number-like key; shorter ones are filled up with zeros. */
export function keyText(cell: Cell | undefined, width: number): CellValue {
  if (cell === undefined || isBlank(cell)) return value(null);
  if (typeof cell !== 'string') {
    if ('error' in cell) return formulaError(cell.error);
    if (cell.damaged) return damagedNumber(cell.text);
  }
  const text = typeof cell === 'string' ? narrow(unguardFormula(clean(cell))) : cell.text;
  if (EXPONENT.test(text)) return damagedNumber(text);
  const wide = Math.max(width, typeof cell === 'string' || 'error' in cell ? 0 : cell.width);
  return value(/^\d+$/.test(text) ? text.padStart(wide, '0') : text === '' ? null : text);
}

/** One cell as its attribute wants it. */
export function readCell(cell: Cell | undefined, spec: AttributeSpec, config: FileConfig): CellValue {
  if (spec.name === 'employeeNumber') return keyText(cell, config.numberWidth);
  if (cell === undefined || isBlank(cell)) return spec.name === 'lifecycle' ? { state: 'unknown' } : value(null);
  if (typeof cell !== 'string') {
    if ('error' in cell) return meansNothing(cell.error) ? value(null) : formulaError(cell.error);
    if (spec.type === 'date') return cell.isDate || plausibleSerial(cell.value) ? dayValue(cell.day, cell.text) : dateOf(cell.text, config);
    if (cell.damaged) return damagedNumber(cell.text);
    if (cell.isDate) return value(cell.day ?? cell.text);
    if (spec.type === 'integer') return integer(cell.text);
    return value(cell.text.padStart(cell.width, '0'));
  }
  const text = unguardFormula(clean(cell));
  if (spec.type === 'date') return dateOf(narrow(text), config);
  if (spec.type === 'integer') return integer(narrow(text));
  if (spec.name === 'lifecycle') return status(text, config);
  if (!NARROW.has(spec.name)) return value(text === '' ? null : text);
  return digitsOrMail(narrow(text), spec.name);
}

function digitsOrMail(text: string, name: string): CellValue {
  if (meansNothing(text)) return value(null);
  if (/\*{2,}/.test(text)) return { state: 'unknown' };
  if (DIGITS.has(name) && EXPONENT.test(text)) return damagedNumber(text);
  if (name === 'idNumber' && /^\d{15}000$/.test(text) && !checkedIdNumber(text)) return damagedNumber(text);
  return value(text);
}

/** Check digit of an 18-digit ID number. @see GB 11643-1999 */
export function checkedIdNumber(text: string): boolean {
  const sum = Array.from(text.slice(0, 17)).reduce((total, digit, index) => total + Number(digit) * (2 ** (17 - index) % 11), 0);
  return '10X98765432'[sum % 11] === text[17]?.toUpperCase();
}

function status(text: string, config: FileConfig): CellValue {
  const meaning = lifecycleOf(text, config.statusWords);
  if (meaning) return value(meaning);
  return problem(
    `the status "${excerpt(text)}" is not known; add it to the status words`,
    `状态“${excerpt(text)}”无法识别，请在“状态词”中添加`,
  );
}

const integer = (text: string): CellValue =>
  /^-?\d{1,15}(?:\.0+)?$/.test(text)
    ? value(Number(text))
    : problem(`"${excerpt(text)}" is not a whole number`, `“${excerpt(text)}”不是整数`);

const damagedNumber = (text: string): CellValue =>
  problem(
    `the number ${excerpt(text)} was cut to 15 digits by a spreadsheet and is lost; format the column as text and enter it again`,
    `数字 ${excerpt(text)} 已被电子表格截断为 15 位，原值丢失；请将该列设为文本格式后重新填写`,
  );

const formulaError = (error: string): CellValue => problem(`the cell holds the formula error ${error}`, `单元格为公式错误 ${error}`);

/** A count of days between 1954 and 2119 in a column of dates that nobody formatted as date. */
const plausibleSerial = (serial: number): boolean => serial >= 20_000 && serial < 80_000;

const NO_END = /^(?:9999|2999|2099-12-31)/;
const dayValue = (day: string | null, text: string): CellValue => (day === null ? notADay(text) : value(NO_END.test(day) ? null : day));
const notADay = (text: string): CellValue =>
  problem(`"${excerpt(text)}" is not a date (2026-01-31)`, `“${excerpt(text)}”不是日期（2026-01-31）`);

const YEAR_FIRST = /^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T\s].*)?$/;
const COMPACT = /^(\d{4})(\d{2})(\d{2})$/;
const YEAR_LAST = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})(?:[T\s].*)?$/;

/** A day written in digits. 31/01/2026 only when the order of day and month is configured or cannot be doubted. */
export function dateOf(text: string, config: Pick<FileConfig, 'dateOrder'>): CellValue {
  if (text === '' || meansNothing(text) || /^(?:长期|永久|至今|无固定期限)$/.test(text)) return value(null);
  const first = YEAR_FIRST.exec(text) ?? COMPACT.exec(text);
  if (first) return day(first[1]!, first[2]!, first[3]!, text);
  const last = YEAR_LAST.exec(text);
  if (!last) return notADay(text);
  const [one, two, year] = [Number(last[1]), Number(last[2]), last[3]!];
  if (config.dateOrder === 'day-first' || (config.dateOrder === 'year-first' && one > 12)) return day(year, `${two}`, `${one}`, text);
  if (config.dateOrder === 'month-first' || two > 12) return day(year, `${one}`, `${two}`, text);
  return problem(
    `"${excerpt(text)}" can be read in two ways; set the order of dates`,
    `“${excerpt(text)}”的日月顺序不明确，请设置日期顺序`,
  );
}

function day(year: string, month: string, date: string, text: string): CellValue {
  const iso = `${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`;
  const real = new Date(`${iso}T00:00:00Z`);
  return Number.isNaN(real.getTime()) || real.toISOString().slice(0, 10) !== iso ? notADay(text) : dayValue(iso, text);
}

/** For refs: plain text of a cell, or a problem. */
export function plainCell(cell: Cell | undefined): CellValue {
  if (cell === undefined || isBlank(cell)) return value(null);
  if (typeof cell !== 'string')
    return 'error' in cell
      ? formulaError(cell.error)
      : cell.damaged
        ? damagedNumber(cell.text)
        : value(cell.text.padStart(cell.width, '0'));
  const text = unguardFormula(clean(cellText(cell)));
  return value(text === '' ? null : text);
}
