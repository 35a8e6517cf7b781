// What a number in a workbook cell means: digits, day, or a number that the spreadsheet has already damaged.
import type { NumberCell } from './table.ts';

const DAY = 86_400_000;
// Excel counts from 1900-01-01 = 1 and believes in 1900-02-29 (60); from 61 on, day 0 is 1899-12-30.
// @see https://learn.microsoft.com/office/troubleshoot/excel/1900-and-1904-date-system
const START_1900 = Date.UTC(1899, 11, 30);
const START_1904 = Date.UTC(1904, 0, 1);
const LAST_SERIAL = 2_958_465;
/** Spreadsheets keep 15 digits; the rest of a longer number is zeros. */
const TRUSTED_DIGITS = 15;

export function numberCell(raw: string, isDate: boolean, width: number, from1904: boolean): NumberCell {
  const value = Number(raw);
  return {
    value,
    text: digits(raw, value),
    isDate,
    width,
    damaged: Number.isNaN(value) || Math.abs(value) >= 10 ** TRUSTED_DIGITS,
    day: dayOf(value, from1904),
  };
}

/** Whole numbers without exponent; 0.1 + 0.2 as a spreadsheet shows it. */
function digits(raw: string, value: number): string {
  if (Number.isNaN(value)) return raw;
  if (Number.isInteger(value) && Math.abs(value) < 1e21) return Math.abs(value) < 2 ** 53 ? String(value) : BigInt(value).toString();
  return String(Number(value.toPrecision(TRUSTED_DIGITS)));
}

/** The day of a serial number; null when it cannot be one. */
export function dayOf(serial: number, from1904: boolean): string | null {
  if (!(serial >= (from1904 ? 0 : 1) && serial <= LAST_SERIAL)) return null;
  const days = Math.floor(serial);
  const start = from1904 ? START_1904 : START_1900 + (days < 60 ? DAY : 0);
  return new Date(start + days * DAY).toISOString().slice(0, 10);
}

/** Built-in formats by number, own formats by their letters. @see ECMA-376 part 1, 18.8.30 */
export function isDateFormat(id: number, code: string | undefined): boolean {
  if (code === undefined) return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58);
  const letters = code.replace(/"[^"]*"|\\.|\[[^\]]*\]|_./g, '');
  return /[ymdhs年月日]/i.test(letters) && !/^general$/i.test(letters.trim());
}

/** Digits that a format of zeros shows: "000000" → 6. */
export const widthOfFormat = (code: string | undefined): number => (code !== undefined && /^0+$/.test(code) ? code.length : 0);
