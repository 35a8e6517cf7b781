// Stories are told in Chinese and in English: in `npm test` each in one of the two, in `npm run test:again` in the other. Both gate a change.
import { it } from 'vitest';
import type { Language } from './browser.ts';

/** Set by the projects of vitest.config.ts. */
const isAgain = process.env.TRIBUTARY_TEST_AGAIN === 'yes';
const other = (language: Language): Language => (language === 'en' ? 'zh' : 'en');

/** The languages of a story in this run, for `it.each`. `first`: that of `npm test`. */
export const toldIn = (first: Language): readonly Language[] => [isAgain ? other(first) : first];

/** The same of a table whose rows begin with their language; its first row is that of `npm test`. */
export const toldBy = <Row extends readonly [Language, ...unknown[]]>(rows: readonly Row[]): readonly Row[] => {
  const [wanted] = toldIn(rows[0]![0]);
  return rows.filter(([language]) => language === wanted);
};

const nothing = (): void => {};

/** A test that needs no second language: `npm run test:again` has it not, rather than as skipped, for nothing is left out. */
export const itOnce = (isAgain ? Object.assign(nothing, { each: () => nothing }) : it) as typeof it;
