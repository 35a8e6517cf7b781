// Normalisation, equality and comparison keys of typed attributes. Computed here so that every database agrees.
import { hash } from 'node:crypto';
import type { Attributes, AttributeSpec, Equality, Scalar, Value } from './model.ts';

/** The text under which two values count as the same. Empty text means "no key". */
export function comparisonKey(value: Scalar, equality: Equality = 'exact'): string {
  const key = fullKey(value, equality);
  // Databases bound the length of an index entry.
  return key.length > 200 ? `h:${hash('sha256', key)}` : key;
}

function fullKey(value: Scalar, equality: Equality): string {
  const text = String(value).normalize('NFC');
  switch (equality) {
    case 'exact':
      return text;
    case 'spaces':
      return text.trim().replace(/\s+/gu, ' ');
    case 'ignore-case':
      return text.trim().toLowerCase();
    case 'phone': {
      const digits = text.replace(/[^\d+]/g, '').replace(/^00/, '+');
      return digits;
    }
    case 'dn':
      return text
        .trim()
        .replace(/\s*([,=+])\s*/g, '$1')
        .toLowerCase();
  }
}

/** All keys of a value: one per list entry, duplicates and empties left out. */
export function comparisonKeys(value: Value | null | undefined, spec: Pick<AttributeSpec, 'equality'>): string[] {
  if (value === null || value === undefined) return [];
  if (!Array.isArray(value)) {
    const key = comparisonKey(value as Scalar, spec.equality);
    return key === '' ? [] : [key];
  }
  return [...new Set((value as readonly Scalar[]).map((entry) => comparisonKey(entry, spec.equality)).filter((key) => key !== ''))];
}

/** Like the comparison key, but a value without one (a phone number without digits) is still itself, and not nothing. */
const identityKey = (entry: Scalar, spec: Pick<AttributeSpec, 'equality'>): string =>
  comparisonKey(entry, spec.equality) || String(entry).normalize('NFC').trim();

const identityKeys = (value: Value | null, spec: Pick<AttributeSpec, 'equality'>): string[] => {
  if (value === null) return [];
  if (!Array.isArray(value)) {
    const key = identityKey(value as Scalar, spec);
    return key === '' ? [] : [key];
  }
  return [...new Set((value as readonly Scalar[]).map((entry) => identityKey(entry, spec)).filter((key) => key !== ''))];
};

/**
 * Brings a raw value into the form that is stored and compared: NFC text, empty text and empty lists are null,
 * sets sorted and without doubles, integers and booleans parsed, dates as YYYY-MM-DD.
 * Returns the problem as a sentence when the value does not fit the type.
 */
export function normalise(value: Value | null, spec: AttributeSpec): { readonly value: Value | null } | { readonly problem: string } {
  if (value === null) return { value: null };
  if (Array.isArray(value)) {
    const entries: Scalar[] = [];
    for (const entry of value as readonly Scalar[]) {
      const one = normaliseScalar(entry, spec);
      if ('problem' in one) return one;
      if (one.value !== null) entries.push(one.value);
    }
    if (entries.length === 0) return { value: null };
    if (!spec.many) {
      if (entries.length > 1) return { problem: `has ${entries.length} values, one is allowed` };
      return { value: entries[0]! };
    }
    const distinct = [...new Map(entries.map((entry) => [identityKey(entry, spec), entry])).values()];
    return { value: spec.ordered ? distinct : distinct.sort(byText) };
  }
  const one = normaliseScalar(value as Scalar, spec);
  if ('problem' in one || one.value === null || !spec.many) return one;
  return { value: [one.value] };
}

const byText = (a: Scalar, b: Scalar): number => (String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0);

function normaliseScalar(value: Scalar, spec: AttributeSpec): { value: Scalar | null } | { problem: string } {
  switch (spec.type) {
    case 'boolean': {
      if (typeof value === 'boolean') return { value };
      const word = String(value).trim().toLowerCase();
      if (['true', '1', 'yes', 'y', '是'].includes(word)) return { value: true };
      if (['false', '0', 'no', 'n', '否'].includes(word)) return { value: false };
      return word === '' ? { value: null } : { problem: `"${excerpt(word)}" is not a yes/no value` };
    }
    case 'integer': {
      const text = String(value).trim();
      if (text === '') return { value: null };
      if (!/^-?\d{1,15}$/.test(text)) return { problem: `"${excerpt(text)}" is not a whole number` };
      const number = Number(text) + 0;
      return spec.min !== undefined && number < spec.min ? { problem: `is ${number}, at least ${spec.min} is needed` } : { value: number };
    }
    case 'date': {
      const text = String(value).trim();
      if (text === '') return { value: null };
      const match = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ]00:00(?::00(?:\.0+)?)?)?$/.exec(text);
      if (!match) return { problem: `"${excerpt(text)}" is not a local day (YYYY-MM-DD)` };
      const iso = `${match[1]}-${match[2]!.padStart(2, '0')}-${match[3]!.padStart(2, '0')}`;
      const real = new Date(`${iso}T00:00:00Z`);
      return Number.isNaN(real.getTime()) || real.toISOString().slice(0, 10) !== iso
        ? { problem: `"${excerpt(text)}" is not a day of the calendar` }
        : { value: iso };
    }
    default: {
      const text = String(value).normalize('NFC');
      if (text.includes('\u0000')) return { problem: 'contains the character U+0000' };
      if (spec.oneOf && text.trim() !== '' && !spec.oneOf.includes(text.trim())) {
        return { problem: `"${excerpt(text)}" is not one of ${spec.oneOf.join(', ')}` };
      }
      if (spec.type === 'datetime' && text.trim() !== '') {
        const at = Date.parse(text);
        return Number.isNaN(at) ? { problem: `"${excerpt(text)}" is not a time (ISO 8601)` } : { value: new Date(at).toISOString() };
      }
      const kept = spec.equality === undefined || spec.equality === 'exact' ? text : text.trim();
      if (kept.trim() === '') return { value: null };
      if (spec.maxLength !== undefined && kept.length > spec.maxLength && [...kept].length > spec.maxLength) {
        return { problem: `has ${[...kept].length} characters, at most ${spec.maxLength} are allowed` };
      }
      if (spec.format === 'email' && !looksLikeMail(kept)) return { problem: `"${excerpt(kept)}" is not an e-mail address` };
      return { value: kept };
    }
  }
}

/** One address and nothing else, in letters of any script (RFC 6531); a local part in quotes may hold anything (RFC 5321 section 4.1.2). */
export const looksLikeMail = (text: string): boolean => /^(?:[^\s@<>,;]+|"[^"]+")@[^\s@<>,;]+$/u.test(text.trim());

const excerpt = (text: string): string => ([...text].length > 40 ? `${[...text].slice(0, 40).join('')}…` : text);

const holdsText = (value: Value | null): boolean => typeof value === 'string' && value.trim() !== '';

/** Equal by the attribute's own equality. Unknown equals nothing but unknown. */
export function sameValue(a: Value | null | undefined, b: Value | null | undefined, spec: AttributeSpec): boolean {
  if (a === b) return true;
  if (a === undefined || b === undefined) return false;
  if ((a === null && holdsText(b)) || (b === null && holdsText(a))) return false;
  const keysA = identityKeys(a, spec);
  const keysB = identityKeys(b, spec);
  if (keysA.length !== keysB.length) return false;
  if (!spec.ordered) {
    keysA.sort();
    keysB.sort();
  }
  return keysA.every((key, index) => key === keysB[index]);
}

/** Names of the attributes that `desired` knows and `current` holds differently, or does not show (unknown). */
export function changedAttributes(desired: Attributes, current: Attributes, specs: readonly AttributeSpec[]): readonly string[] {
  return specs
    .filter((spec) => desired[spec.name] !== undefined && !sameValue(desired[spec.name], current[spec.name], spec))
    .map((spec) => spec.name);
}

/** Text of a structured value with sorted keys: equal values have equal text. */
export const canonicalText = (value: unknown): string => JSON.stringify(inOrder(value)) ?? 'null';

/** The value with the keys of all its objects in one order, so that one native call can write it. */
function inOrder(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.every(isPlain) ? value : value.map(inOrder);
  const from = value as Record<string, unknown>;
  const keys = Object.keys(from);
  let isInOrder = true;
  for (let at = 0; at < keys.length && isInOrder; at++) isInOrder = (at === 0 || keys[at - 1]! < keys[at]!) && isPlain(from[keys[at]!]);
  if (isInOrder) return from;
  keys.sort();
  const to: Record<string, unknown> = {};
  for (const key of keys) {
    const entry = from[key];
    if (key === '__proto__') Object.defineProperty(to, key, { value: inOrder(entry), enumerable: true });
    else to[key] = entry === null || typeof entry !== 'object' ? entry : inOrder(entry);
  }
  return to;
}

const isPlain = (value: unknown): boolean => value === null || typeof value !== 'object';
