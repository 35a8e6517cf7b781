// Pins: what an undo has brought back is kept until something else is desired than what was undone.
import { sameValue } from './attribute.ts';
import { LIFECYCLE } from './directory-types.ts';
import type { Attributes, AttributeSpec, ObjectTypeSpec, Value } from './model.ts';
import type { Action } from './plan.ts';

/** `undone` is what a run had wanted; while it is wanted again, `keep` stands instead. `null`: empty, or no edge. */
export interface Pin {
  /** An attribute, an edge (`edgeSubject`), or '' for existence. */
  readonly subject: string;
  readonly undone: Value | null;
  readonly keep: Value | null;
}

/** The pin of existence at a target: '' says whether the account shall be there and usable. */
export const EXISTENCE = '';
export type Wish = 'present' | 'leaving';

export const edgeSubject = (relation: string, toType: string, toId: string): string => `${relation}>${toType}:${toId}`;

/** The parts of an edge's subject; null for an attribute. */
export function edgeOfSubject(subject: string): { readonly relation: string; readonly type: string; readonly id: string } | null {
  const found = /^([^>]*)>([^:]*):(.*)$/s.exec(subject);
  return found && { relation: found[1]!, type: found[2]!, id: found[3]! };
}

/** What a pin keeps pointing to. */
export function endsOf(pin: Pin, type: Pick<ObjectTypeSpec, 'attributes'>): readonly { readonly type: string; readonly id: string }[] {
  const edge = edgeOfSubject(pin.subject);
  if (edge) return [{ type: edge.type, id: edge.id }];
  const spec = type.attributes.find((attribute) => attribute.name === pin.subject);
  return spec?.type === 'reference' && typeof pin.keep === 'string' ? [{ type: spec.to!, id: pin.keep }] : [];
}

/** What a pin makes of a desired value. `unsaid`: nothing is desired, so the pin says nothing and stays. */
export type Held<T> =
  | { readonly state: 'unsaid' }
  | { readonly state: 'kept'; readonly value: T }
  | { readonly state: 'over'; readonly value: T };

export function hold<T>(wanted: T | undefined, pin: { readonly undone: T; readonly keep: T }, same: (a: T, b: T) => boolean): Held<T> {
  if (wanted === undefined) return { state: 'unsaid' };
  return same(wanted, pin.undone) ? { state: 'kept', value: pin.keep } : { state: 'over', value: wanted };
}

export interface Laid<T> {
  readonly values: T;
  /** Pins that end: what is desired differs from what was undone. */
  readonly over: readonly Pin[];
  readonly kept: readonly Pin[];
}

const LIFECYCLE_SPEC: AttributeSpec = { name: LIFECYCLE, label: { en: LIFECYCLE, zh: LIFECYCLE }, type: 'string' };

/** Lays the pins of one object over the attributes that are desired of it. */
export function keepValues(wanted: Attributes, pins: readonly Pin[], type: Pick<ObjectTypeSpec, 'attributes'>): Laid<Attributes> {
  const values: Record<string, Value | null> = { ...(wanted as Record<string, Value | null>) };
  const over: Pin[] = [];
  const kept: Pin[] = [];
  for (const pin of pins) {
    const spec = pin.subject === LIFECYCLE ? LIFECYCLE_SPEC : type.attributes.find((attribute) => attribute.name === pin.subject);
    if (!spec) continue;
    // Sealed under one key, equal values are equal texts.
    const exact = spec.kind === 'sensitive' ? { ...spec, equality: 'exact' as const } : spec;
    const held = hold<Value | null>(wanted[pin.subject], pin, (a, b) => sameValue(a, b, exact));
    if (held.state === 'unsaid') continue;
    if (held.state === 'kept') {
      values[pin.subject] = held.value;
      kept.push(pin);
    } else over.push(pin);
  }
  return { values, over, kept };
}

export interface WantedEdge {
  readonly relation: string;
  readonly to_type: string;
  readonly to_id: string;
  readonly facts: string;
  /** Of what lives in trees: in which one it is, and by whose word. Missing: whichever it has. */
  readonly of?: { readonly tree: string; readonly job: number };
}

/**
 * The same for the edges of one relation; `reachable` says whether a far end is there to point to.
 * @param treeOf  in which tree an edge lies that nobody wants now
 */
export function keepEdges(
  relation: string,
  wanted: ReadonlyMap<string, WantedEdge>,
  pins: readonly Pin[],
  reachable: (type: string, id: string) => boolean,
  treeOf: (type: string, id: string) => string | undefined = () => undefined,
): Laid<Map<string, WantedEdge>> {
  const values = new Map<string, WantedEdge>(wanted);
  const over: Pin[] = [];
  const kept: Pin[] = [];
  for (const pin of pins) {
    const edge = edgeOfSubject(pin.subject);
    if (edge?.relation !== relation) continue;
    const key = `${edge.type}:${edge.id}`;
    const held = hold<Value | null>(wanted.get(key)?.facts ?? null, pin, (a, b) => a === b);
    if (held.state !== 'kept' || (held.value !== null && !reachable(edge.type, edge.id))) {
      over.push(pin);
      continue;
    }
    kept.push(pin);
    if (held.value === null) values.delete(key);
    else values.set(key, { ...wanted.get(key), relation, to_type: edge.type, to_id: edge.id, facts: String(held.value) });
  }
  const pinned = new Set(kept.map((pin) => pin.subject));
  const others = [...wanted.values()].filter(
    (edge) => isPrimary(edge.facts) && !pinned.has(edgeSubject(relation, edge.to_type, edge.to_id)),
  );
  const another = ({ subject }: Pin): boolean => {
    const { type, id } = edgeOfSubject(subject)!;
    const tree = wanted.get(`${type}:${id}`)?.of?.tree ?? treeOf(type, id);
    return others.some((edge) => tree === undefined || edge.of === undefined || edge.of.tree === tree);
  };
  // Of primary ones there is one in each tree. A new one is wanted, so what is kept in the place of the one that was undone has ended.
  const ended = kept.filter((pin) => isPrimary(pin.keep) && !isPrimary(pin.undone) && another(pin));
  for (const { subject, undone } of ended) {
    const { type, id } = edgeOfSubject(subject)!;
    if (undone === null) values.delete(`${type}:${id}`);
    else values.set(`${type}:${id}`, { ...wanted.get(`${type}:${id}`), relation, to_type: type, to_id: id, facts: String(undone) });
  }
  return { values, over: [...over, ...ended], kept: kept.filter((pin) => !ended.includes(pin)) };
}

const isPrimary = (facts: Value | null): boolean => typeof facts === 'string' && facts.includes('"primary":true');

/** The actions by which a run would bring about again what was undone. */
const bringsAbout: Readonly<Record<Wish, readonly Action[]>> = {
  present: ['create', 'link', 'enable'],
  leaving: ['disable', 'remove', 'unlink'],
};

/** Which of the planned actions may stand. An account that shall not be made or found is not updated either. */
export function keepExistence(
  wish: Wish,
  planned: readonly Action[],
  pins: readonly Pin[],
): { readonly planned: readonly Action[]; readonly over: readonly Pin[]; readonly kept: readonly Pin[] } {
  const pin = pins.find((candidate) => candidate.subject === EXISTENCE);
  if (!pin) return { planned, over: [], kept: [] };
  if (pin.undone !== wish) return { planned, over: [pin], kept: [] };
  const undone = bringsAbout[wish];
  const without = planned.some((action) => (action === 'create' || action === 'link') && undone.includes(action));
  return { planned: without ? [] : planned.filter((action) => !undone.includes(action)), over: [], kept: [pin] };
}
