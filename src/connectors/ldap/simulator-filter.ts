// Decides which entries a search filter means, with LDAP's three truth values, and where to look for them first.
// @see https://www.rfc-editor.org/rfc/rfc4511#section-4.5.1.7
import type { BerIn } from './ber.ts';
import { attributeType, withSuperiors, type AttributeType } from './simulator-schema.ts';
import type { Node } from './simulator-node.ts';
import type { Tree } from './simulator-tree.ts';

export type SimulatorFilter =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly SimulatorFilter[] }
  | { readonly kind: 'not'; readonly part: SimulatorFilter }
  | { readonly kind: 'equal' | 'least' | 'most'; readonly attribute: string; readonly value: string }
  | { readonly kind: 'present'; readonly attribute: string }
  | {
      readonly kind: 'substring';
      readonly attribute: string;
      readonly initial: string;
      readonly middle: readonly string[];
      readonly final: string;
    }
  | { readonly kind: 'unknown' };

/** Read by ourselves: ldapts 9.2's FilterParser.parse mistakes a present filter that does not begin its buffer. */
export function parseFilterBer(content: BerIn): SimulatorFilter {
  const tag = content.tag;
  const inner = content.inside();
  switch (tag) {
    case 0xa0:
    case 0xa1: {
      const parts: SimulatorFilter[] = [];
      while (inner.more) parts.push(parseFilterBer(inner));
      return { kind: tag === 0xa0 ? 'and' : 'or', parts };
    }
    case 0xa2:
      return { kind: 'not', part: parseFilterBer(inner) };
    case 0xa3:
    case 0xa8:
      return { kind: 'equal', attribute: inner.text(), value: inner.text() };
    case 0xa5:
      return { kind: 'least', attribute: inner.text(), value: inner.text() };
    case 0xa6:
      return { kind: 'most', attribute: inner.text(), value: inner.text() };
    case 0x87:
      return { kind: 'present', attribute: inner.buffer.toString('utf8', inner.at, inner.end) };
    case 0xa4: {
      const attribute = inner.text();
      const list = inner.inside(0x30);
      const found = { kind: 'substring' as const, attribute, initial: '', middle: [] as string[], final: '' };
      while (list.more) {
        const piece = list.tag;
        const text = list.text();
        if (piece === 0x80) found.initial = text;
        else if (piece === 0x82) found.final = text;
        else found.middle.push(text);
      }
      return found;
    }
    default:
      return { kind: 'unknown' };
  }
}

/** `undefined` is LDAP's "Undefined": the filter asks for something that the server does not know. */
export type Truth = boolean | undefined;
export type Predicate = (node: Node) => Truth;
export type ValuesOf = (node: Node, type: AttributeType) => readonly string[];

export function predicateOf(filter: SimulatorFilter, valuesOf: ValuesOf): Predicate {
  switch (filter.kind) {
    case 'and':
    case 'or': {
      const parts = filter.parts.map((part) => predicateOf(part, valuesOf));
      const decisive = filter.kind === 'or';
      return (node) => {
        let truth: Truth = !decisive;
        for (const part of parts) {
          const one = part(node);
          if (one === decisive) return decisive;
          if (one === undefined) truth = undefined;
        }
        return truth;
      };
    }
    case 'not': {
      const part = predicateOf(filter.part, valuesOf);
      return (node) => {
        const one = part(node);
        return one === undefined ? undefined : !one;
      };
    }
    case 'present': {
      const type = attributeType(filter.attribute);
      return type ? (node) => valuesOf(node, type).length > 0 : () => undefined;
    }
    case 'substring':
      return substring(filter, valuesOf);
    case 'equal':
      return compared(filter, (held, asked) => held === asked, valuesOf);
    case 'least':
      return ordered(filter.attribute) ? compared(filter, (held, asked) => held >= asked, valuesOf) : () => undefined;
    case 'most':
      return ordered(filter.attribute) ? compared(filter, (held, asked) => held <= asked, valuesOf) : () => undefined;
    case 'unknown':
      return () => undefined;
  }
}

/** Most texts have no rule of order (RFC 4519), so asking for one is Undefined. */
const ordered = (attribute: string): boolean => attributeType(attribute)?.rule === 'time';

function compared(
  { attribute, value }: { readonly attribute: string; readonly value: string },
  matches: (held: string, asked: string) => boolean,
  valuesOf: ValuesOf,
): Predicate {
  const type = attributeType(attribute);
  if (!type) return () => undefined;
  const asked = type.key(value);
  const classes = type.name === 'objectClass';
  return (node) => {
    const values = valuesOf(node, type);
    for (const held of classes ? withSuperiors(values) : values) if (matches(type.key(held), asked)) return true;
    return false;
  };
}

function substring(filter: Extract<SimulatorFilter, { kind: 'substring' }>, valuesOf: ValuesOf): Predicate {
  const type = attributeType(filter.attribute);
  // Names have no substring rule (RFC 4519: distinguishedNameMatch only).
  if (!type || type.rule === 'dn') return () => undefined;
  const fold = (text: string): string => (type.rule === 'exact' ? text : text.normalize('NFC').toLowerCase());
  const initial = fold(filter.initial);
  const final = fold(filter.final);
  const middle = filter.middle.map(fold);
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
export function candidatesOf(filter: SimulatorFilter, tree: Tree): Iterable<Node> | undefined {
  switch (filter.kind) {
    case 'equal': {
      const type = attributeType(filter.attribute);
      return type ? tree.holders(type, filter.value) : [];
    }
    case 'and':
      for (const part of filter.parts) {
        const found = candidatesOf(part, tree);
        if (found) return found;
      }
      return undefined;
    case 'or': {
      const union = new Set<Node>();
      for (const part of filter.parts) {
        const found = candidatesOf(part, tree);
        if (!found) return undefined;
        for (const node of found) union.add(node);
      }
      return union;
    }
    default:
      return undefined;
  }
}
