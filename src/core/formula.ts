// The guard that keeps exported cells from being run as formulas by a spreadsheet.

const FORMULA = /^'*[=+\-@\t\r\n＝＋－＠]/;

/**
 * Puts an apostrophe before what a spreadsheet would run as a formula (and before what already looks guarded).
 * @see https://owasp.org/www-community/attacks/CSV_Injection
 */
export const guardFormula = (text: string): string => (FORMULA.test(text) ? `'${text}` : text);

/** Takes back exactly what `guardFormula` added. */
export const unguardFormula = (text: string): string => (text.startsWith("'") && FORMULA.test(text) ? text.slice(1) : text);

/** In a typed text cell of a workbook nothing runs; only what already looks guarded needs another apostrophe. */
export const guardTyped = (text: string): string => (text.startsWith("'") ? guardFormula(text) : text);
