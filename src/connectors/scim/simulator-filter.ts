// SCIM filters for the simulator: parsed by hand, judged on parsed JSON. @see https://www.rfc-editor.org/rfc/rfc7644#section-3.4.2.2
import { isObject, member, type Json } from './places.ts';

type Test = (resource: Json) => boolean;

export class BadFilter extends Error {}

const TOKEN = /\s*(\(|\)|\[|\]|"(?:[^"\\]|\\.)*"|[^\s()[\]"]+)/gy;

/** `only: 'eq'` refuses all but eq and and; `eq and times` lets gt and lt pass for the time of the last change. */
export function parseFilter(text: string, only: 'any' | 'eq' | 'eq and times'): Test {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  for (let match = TOKEN.exec(text); match; match = TOKEN.exec(text)) tokens.push(match[1]!);
  let at = 0;
  const peek = (): string => (tokens[at] ?? '').toLowerCase();
  const take = (wanted?: string): string => {
    const token = tokens[at];
    if (token === undefined || (wanted !== undefined && token.toLowerCase() !== wanted))
      throw new BadFilter(`a filter may not end at ${at}`);
    at += 1;
    return token;
  };
  const either = (): Test => {
    let left = both();
    while (peek() === 'or') {
      refuse('or');
      take();
      const [a, b] = [left, both()];
      left = (resource) => a(resource) || b(resource);
    }
    return left;
  };
  const both = (): Test => {
    let left = single();
    while (peek() === 'and') {
      take();
      const [a, b] = [left, single()];
      left = (resource) => a(resource) && b(resource);
    }
    return left;
  };
  const single = (): Test => {
    if (peek() === 'not') {
      refuse('not');
      take();
      const inner = single();
      return (resource) => !inner(resource);
    }
    if (peek() === '(') {
      take();
      const inner = either();
      take(')');
      return inner;
    }
    const path = take();
    if (peek() === '[') {
      refuse('[');
      take();
      const inner = either();
      take(']');
      return (resource) => valuesAt(resource, path).some((value) => isObject(value) && inner(value));
    }
    const operator = take().toLowerCase();
    if (operator === 'pr') {
      refuse('pr');
      return (resource) => valuesAt(resource, path).some((value) => value !== null && value !== '');
    }
    const isTime = only === 'eq and times' && path === 'lastModified' && ['gt', 'lt'].includes(operator);
    if (operator !== 'eq' && !isTime) refuse(operator);
    const compare = comparisons[operator];
    if (!compare) throw new BadFilter(`"${operator}" is no operator`);
    const wanted = JSON.parse(take()) as unknown;
    return (resource) => valuesAt(resource, path).some((value) => compare(folded(path, value), folded(path, wanted)));
  };
  const refuse = (what: string): void => {
    if (only !== 'any') throw new BadFilter(`"${what}" is not offered`);
  };
  const test = either();
  if (at < tokens.length) throw new BadFilter(`"${tokens[at]}" was not expected`);
  return test;
}

const comparisons: Readonly<Record<string, (value: string, wanted: string) => boolean>> = {
  eq: (value, wanted) => value === wanted,
  ne: (value, wanted) => value !== wanted,
  co: (value, wanted) => value.includes(wanted),
  sw: (value, wanted) => value.startsWith(wanted),
  ew: (value, wanted) => value.endsWith(wanted),
  gt: (value, wanted) => value > wanted,
  ge: (value, wanted) => value >= wanted,
  lt: (value, wanted) => value < wanted,
  le: (value, wanted) => value <= wanted,
};

/** Ids compare with case, everything else without, addresses too. @see https://www.rfc-editor.org/rfc/rfc7643#section-3.1 */
const folded = (path: string, value: unknown): string =>
  /(^|\.)(id|externalid|value)$/i.test(path) && !/^emails\./i.test(path) ? String(value) : String(value).toLowerCase();

/** All values at `emails.value`, `name.familyName` or `urn:…:User:department`; a list without a part means its `value`s. */
function valuesAt(resource: Json, path: string): readonly unknown[] {
  const urn = path.startsWith('urn:') ? path.slice(0, path.lastIndexOf(':')) : null;
  const names = (urn === null ? path : path.slice(urn.length + 1)).split('.');
  let found: readonly unknown[] = urn === null ? [resource] : [member(resource, urn)];
  for (const name of names) found = found.flatMap((one) => (isObject(one) ? [member(one, name)].flat() : []));
  return found
    .flatMap((one) => (isObject(one) && names.length === 1 && 'value' in one ? [one.value] : [one]))
    .filter((one) => one !== undefined);
}
