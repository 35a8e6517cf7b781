// How somebody is found in texts: names as whole words, and what is written in their place.
import type { AuditPayload } from '../../core/audit-chain.ts';

/** In a sentence about others a short number or syllable is mostly something else. */
export const isTelling = (name: string): boolean =>
  /\p{Script=Han}/u.test(name) ? [...name].length >= 2 : [...name].length >= (/^\d+$/.test(name) ? 5 : 3);

/** As it stands in a text, and in the JSON of one. */
export const asWritten = (name: string): readonly string[] => [...new Set([name, JSON.stringify(name).slice(1, -1)])];

export const ERASED = '[…]';

export function withoutNames(names: readonly string[]): (text: string) => string {
  // The longest first: a user name may be part of an address.
  const patterns = names
    .flatMap(asWritten)
    .toSorted((a, b) => b.length - a.length)
    .map((name) => new RegExp(patternOf(name), 'giu'));
  return (text) => patterns.reduce((left, pattern) => left.replaceAll(pattern, ERASED), text);
}

function patternOf(term: string): string {
  const literal = term.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return /\p{Script=Han}/u.test(term) ? literal : `(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])`;
}

/** Whole words only: the number 10 names nobody in "100". Chinese has no spaces between words, so there a part is enough. */
export function textNamesOneOf(terms: readonly string[]): (text: string) => boolean {
  const patterns = terms.map((term) => new RegExp(patternOf(term), 'iu'));
  return (text) => patterns.some((pattern) => pattern.test(text));
}

export function namesOneOf(terms: readonly string[]): (payload: AuditPayload) => boolean {
  const isNamed = textNamesOneOf(terms);
  return (payload) => isNamed([payload.subject, payload.before ?? '', payload.after ?? ''].join('\n'));
}
