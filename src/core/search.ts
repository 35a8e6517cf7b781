// By what people look for somebody: parts of the name, pinyin, initials, the end of a phone number; as keys that stand in an index.
import { spokenName, spokenText } from './mapping/names.ts';
import type { Attributes, Value } from './model.ts';

/** Stands among the comparison keys of an object where the name of an attribute stands otherwise. */
export const SEARCH = '~';
/** Longer ones are found by what they begin with. */
const LONGEST = 60;
/** Endings of a name that have a key of their own. */
const MOST_ENDINGS = 8;
const FEWEST_DIGITS = 4;
const HAN = /\p{Script=Han}/u;

/** As it is compared: case, width, blanks and punctuation do not count. */
const squeeze = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}@]+/gu, '');

/** By whole characters: half of one is no text that a database takes. */
const cut = (text: string): string => (text.length <= LONGEST ? text : [...text].slice(0, LONGEST).join(''));
const backwards = (text: string): string => [...text].reverse().join('');
const textOf = (value: Value | null | undefined): string => (typeof value === 'string' ? value : '');

/** Keys beside those of unique values and of the title. */
export function searchKeys(type: string, data: Attributes): readonly string[] {
  const isPerson = type === 'person';
  const keys = new Set(nameKeys(textOf(isPerson ? data.displayName : data.name).slice(0, 200), isPerson));
  const digits = isPerson ? textOf(data.phone).replaceAll(/\D/g, '') : '';
  if (digits.length >= FEWEST_DIGITS) keys.add(`#${backwards(digits)}`);
  return [...keys].filter((key) => key !== '').map(cut);
}

function* nameKeys(name: string, isPerson: boolean): Iterable<string> {
  const words = name
    .split(/[\s·•,.&/()（）_-]+/u)
    .map(squeeze)
    .filter((word) => word !== '');
  if (words.length === 0) return;
  yield* endings(words);
  for (const word of words.slice(0, MOST_ENDINGS)) if (HAN.test(word)) yield* endings([...word], 2);
  const spoken = isPerson ? spokenName(name) : { parts: spokenText(name), given: 0 };
  if (spoken.parts.length === 0) return;
  yield spoken.parts.join('');
  if (spoken.parts.length === 1) return;
  yield spoken.parts.map((part) => part.slice(0, 1)).join('');
  if (!HAN.test(name)) yield* endings(spoken.parts);
  else if (spoken.given > 0) yield spoken.parts.slice(spoken.given).join('');
}

/** `a b c`: abc, bc, c; what is shorter than `shortest` parts is left out. */
function* endings(parts: readonly string[], shortest = 1): Iterable<string> {
  for (let at = 0; at <= Math.min(parts.length - shortest, MOST_ENDINGS - 1); at++) yield parts.slice(at).join('');
}

/** Where to look: keys of this attribute that begin like this. */
export interface Lookup {
  readonly attribute: string;
  readonly begins: string;
}

/** Of what somebody typed, in the order in which what is found is shown. */
export function lookupsOf(typed: string): readonly Lookup[] {
  const text = typed.normalize('NFC').trim().slice(0, 200);
  const digits = text.replaceAll(/[\s()./+-]/g, '');
  const lower = text.toLowerCase();
  const looks: Lookup[] = [];
  const look = (attribute: string, begins: string): void => {
    if (begins !== '') looks.push({ attribute, begins });
  };
  for (const number of new Set([text, text.toUpperCase(), lower])) {
    look('employeeNumber', number);
    look('code', number);
  }
  if (/^\d+$/.test(digits)) {
    if (digits.length >= FEWEST_DIGITS) look(SEARCH, `#${backwards(digits)}`);
    for (const phone of digits.length >= FEWEST_DIGITS ? [digits, `+${digits}`, `+86${digits}`] : []) look('phone', phone);
  } else look(SEARCH, cut(squeeze(text)));
  look('userName', lower);
  look('email', lower);
  return looks;
}

/** Several words, each of which must be found: `wei zhang`. Empty when there is one. */
export function wordsOf(typed: string): readonly string[] {
  const words = typed
    .split(/\s+/u)
    .map(squeeze)
    .filter((word) => word !== '');
  return words.length > 1 ? words.map(cut) : [];
}
