// Decides which entries a search filter means, with LDAP's three truth values, and where to look for them first.
// @see https://www.rfc-editor.org/rfc/rfc4511#section-4.5.1.7
import {
  AndFilter,
  ApproximateFilter,
  EqualityFilter,
  GreaterThanEqualsFilter,
  LessThanEqualsFilter,
  NotFilter,
  OrFilter,
  PresenceFilter,
  SubstringFilter,
  type Filter,
} from 'ldapts';
import { attributeType, type AttributeType } from './simulator-schema.ts';
import type { Node, Tree } from './simulator-tree.ts';

/** `undefined` is LDAP's "Undefined": the filter asks for something that the server does not know. */
export type Truth = boolean | undefined;
export type Predicate = (node: Node) => Truth;
export type ValuesOf = (node: Node, type: AttributeType) => readonly string[];

export function predicateOf(filter: Filter, valuesOf: ValuesOf): Predicate {
  if (filter instanceof AndFilter) {
    const parts = filter.filters.map((part) => predicateOf(part, valuesOf));
    return (node) => {
      let truth: Truth = true;
      for (const part of parts) {
        const one = part(node);
        if (one === false) return false;
        if (one === undefined) truth = undefined;
      }
      return truth;
    };
  }
  if (filter instanceof OrFilter) {
    const parts = filter.filters.map((part) => predicateOf(part, valuesOf));
    return (node) => {
      let truth: Truth = false;
      for (const part of parts) {
        const one = part(node);
        if (one === true) return true;
        if (one === undefined) truth = undefined;
      }
      return truth;
    };
  }
  if (filter instanceof NotFilter) {
    const part = predicateOf(filter.filter, valuesOf);
    return (node) => {
      const one = part(node);
      return one === undefined ? undefined : !one;
    };
  }
  if (filter instanceof PresenceFilter) {
    const type = attributeType(filter.attribute);
    return type ? (node) => valuesOf(node, type).length > 0 : () => undefined;
  }
  if (filter instanceof SubstringFilter) return substring(filter, valuesOf);
  if (filter instanceof EqualityFilter || filter instanceof ApproximateFilter) {
    return compared(filter.attribute, filter.value, (held, asked) => held === asked, valuesOf);
  }
  if (filter instanceof GreaterThanEqualsFilter) return compared(filter.attribute, filter.value, (held, asked) => held >= asked, valuesOf);
  if (filter instanceof LessThanEqualsFilter) return compared(filter.attribute, filter.value, (held, asked) => held <= asked, valuesOf);
  return () => undefined;
}

function compared(attribute: string, value: Buffer | string, matches: (held: string, asked: string) => boolean, valuesOf: ValuesOf): Predicate {
  const type = attributeType(attribute);
  if (!type) return () => undefined;
  const asked = type.key(String(value));
  return (node) => {
    for (const held of valuesOf(node, type)) if (matches(type.key(held), asked)) return true;
    return false;
  };
}

function substring(filter: SubstringFilter, valuesOf: ValuesOf): Predicate {
  const type = attributeType(filter.attribute);
  // Names have no substring rule (RFC 4519: distinguishedNameMatch only).
  if (!type || type.rule === 'dn') return () => undefined;
  const fold = (text: string): string => (type.rule === 'exact' ? text : text.normalize('NFC').toLowerCase());
  const initial = fold(filter.initial);
  const final = fold(filter.final);
  const middle = filter.any.map(fold);
  return (node) =>
    valuesOf(node, type).some((value) => {
      const text = fold(value);
      if (!text.startsWith(initial)) return false;
      let at = initial.length;
      for (const piece of middle) {
        const found = text.indexOf(piece, at);
        if (found < 0) return false;
        at = found + piece.length;
      }
      return text.length - final.length >= at && text.endsWith(final);
    });
}

/** Entries among which all matches are; undefined = look at every entry. */
export function candidatesOf(filter: Filter, tree: Tree): Iterable<Node> | undefined {
  if (filter instanceof EqualityFilter) {
    const type = attributeType(filter.attribute);
    return type ? tree.holders(type, String(filter.value)) : [];
  }
  if (filter instanceof AndFilter) {
    for (const part of filter.filters) {
      const found = candidatesOf(part, tree);
      if (found) return found;
    }
    return undefined;
  }
  if (filter instanceof OrFilter) {
    const union = new Set<Node>();
    for (const part of filter.filters) {
      const found = candidatesOf(part, tree);
      if (!found) return undefined;
      for (const node of found) union.add(node);
    }
    return union;
  }
  return undefined;
}
