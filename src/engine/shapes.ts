// The JSON shapes that stages keep in the store, and their hashes.
import { hash } from 'node:crypto';
import { canonicalText } from '../core/attribute.ts';
import type { Attributes, Edge, EndpointObject, RelationSpec } from '../core/model.ts';
import type { EdgeFacts } from '../core/plan.ts';

export const digest = (value: unknown): string => hash('sha1', typeof value === 'string' ? value : canonicalText(value), 'base64url');

/** `a` attributes, `e` enabled, `r` known relations. */
export interface Observed {
  readonly a: Attributes;
  readonly e?: boolean;
  readonly r: readonly string[];
}

const factNames = ['primary', 'order', 'title', 'from', 'until'] as const;
export type FactName = (typeof factNames)[number];

/** Edge facts that the endpoint keeps of a relation. */
export const keptFacts = (relation: RelationSpec | undefined): readonly FactName[] =>
  relation?.keepsFirst ? ['primary'] : (relation?.keeps ?? []);

/** Canonical text of what an edge says beside its far end, limited to `keeps`. */
export function factsText(edge: Edge | EdgeFacts, keeps: readonly FactName[] = factNames): string {
  const facts: Record<string, unknown> = {};
  for (const name of keeps) if (edge[name] !== undefined && edge[name] !== false && edge[name] !== null) facts[name] = edge[name];
  return canonicalText(facts);
}

export interface Summarised {
  readonly id: string;
  readonly data: string;
  readonly hash: string;
}

/** Text and hash of an object with its edges; equal for equal objects whatever the order of edges. */
export function summarise(object: EndpointObject): Summarised {
  const relations = object.edges ? Object.keys(object.edges).sort() : [];
  const observed: Observed = { a: object.attributes, ...(object.enabled === undefined ? {} : { e: object.enabled }), r: relations };
  const data = canonicalText(observed);
  if (relations.length === 0) return { id: object.id, data, hash: digest(data) };
  let edges = '';
  for (const relation of relations) {
    const texts = object.edges![relation]!.map((edge) => `${edge.to.type}:${edge.to.id}${factsText(edge)}`);
    if (texts.length > 1) texts.sort();
    edges += `|${relation}|${texts.join('\u0001')}`;
  }
  return { id: object.id, data, hash: digest(data + edges) };
}

export const parseJson = <T>(text: string | null | undefined, none: T): T => (text ? (JSON.parse(text) as T) : none);

/** Splits a list into pieces of at most `size`. */
export function* pieces<T>(values: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < values.length; at += size) yield values.slice(at, at + size);
}

export function groupBy<T>(values: readonly T[], key: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const name = key(value);
    const group = groups.get(name);
    if (group) group.push(value);
    else groups.set(name, [value]);
  }
  return groups;
}
