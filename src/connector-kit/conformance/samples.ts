// Makes legal sample objects from an attribute catalogue, and compares what was written with what is read.
import { changedAttributes } from '../../core/attribute.ts';
import type { Attributes, AttributeSpec, Edge, EndpointObject, ObjectTypeSpec, RelationSpec, Value } from '../../core/model.ts';
import type { DesiredObject } from '../contract.ts';
import type { SampleRules } from './subject.ts';

export interface SampleSource {
  readonly rules: SampleRules;
  /** Written by `create` from the directory id, so samples leave it out. */
  readonly carriesDirectoryId: string | undefined;
}

/** Attributes a mapping may write when the object is created. References are left to the cases. */
export const settable = (type: ObjectTypeSpec, source: SampleSource): readonly AttributeSpec[] =>
  type.attributes.filter(
    (spec) =>
      spec.writable !== 'never' &&
      spec.kind !== 'secret' &&
      spec.type !== 'reference' &&
      spec.name !== source.carriesDirectoryId &&
      sampleValue(type, spec, 1, source) !== null,
  );

/** Of those the ones that can be changed later. */
export const changeable = (type: ObjectTypeSpec, source: SampleSource): readonly AttributeSpec[] =>
  settable(type, source).filter((spec) => spec.writable !== 'create');

export function sampleAttributes(type: ObjectTypeSpec, n: number, source: SampleSource): Attributes {
  return Object.fromEntries(settable(type, source).map((spec) => [spec.name, sampleValue(type, spec, n, source)]));
}

export function sampleSecrets(type: ObjectTypeSpec, n: number, source: SampleSource): Record<string, string> {
  const secrets = type.attributes.filter(
    (spec) => spec.kind === 'secret' && source.rules.values?.[`${type.id}.${spec.name}`]?.(n) !== null,
  );
  return Object.fromEntries(secrets.map((spec) => [spec.name, `Kit-Secret-${n}-${spec.name}`]));
}

/** The n-th legal value; null where the catalogue does not say enough (a DN) and the subject leaves it out. */
export function sampleValue(type: ObjectTypeSpec, spec: AttributeSpec, n: number, source: SampleSource): Value | null {
  const rule = source.rules.values?.[`${type.id}.${spec.name}`];
  if (rule) return rule(n);
  if (spec.oneOf) return spec.oneOf[n % spec.oneOf.length] ?? null;
  if (spec.many) return [scalarSample(type, spec, n), scalarSample(type, spec, n + 500)];
  return spec.equality === 'dn' ? null : scalarSample(type, spec, n);
}

function scalarSample(type: ObjectTypeSpec, spec: AttributeSpec, n: number): string | number | boolean {
  switch (spec.type) {
    case 'integer':
      return n;
    case 'boolean':
      return n % 2 === 0;
    case 'date':
      return `20${10 + (n % 80)}-03-0${1 + (n % 9)}`;
    case 'datetime':
      return `20${10 + (n % 80)}-03-0${1 + (n % 9)}T08:00:00.000Z`;
    default: {
      if (spec.equality === 'phone') return `+86138${String(n).padStart(8, '0')}`;
      if (/mail/i.test(spec.name)) return `${type.id}${n}@example.com`;
      return fitting(`${spec.name}${n}`, spec, `x${n}`);
    }
  }
}

/** The text without forbidden characters, or the short one when it is too long. */
export function fitting(text: string, spec: AttributeSpec, short = ''): string {
  const legal = spec.forbidden ? text.replace(new RegExp(spec.forbidden, 'gu'), '') : text;
  if (spec.maxLength === undefined || [...legal].length <= spec.maxLength) return legal;
  return short || [...legal].slice(0, spec.maxLength).join('');
}

// ── Comparing ────────────────────────────────────────────────────────────────────────────────────────────

/** What differs between the object as it shall be and as it is read, one line each. A value as echoed is no difference. */
export function differences(
  type: ObjectTypeSpec,
  desired: Pick<DesiredObject, 'attributes' | 'edges'>,
  actual: EndpointObject,
  echo: Attributes = {},
): readonly string[] {
  const specs = type.attributes.filter((spec) => spec.kind !== 'secret');
  const differing = changedAttributes(desired.attributes, actual.attributes, specs).filter((name) => {
    const spec = specs.filter((candidate) => candidate.name === name);
    return echo[name] === undefined || changedAttributes(echo, actual.attributes, spec).length > 0;
  });
  const lines = differing.map(
    (name) => `${type.id}.${name} was given ${show(desired.attributes[name])} and reads ${show(actual.attributes[name])}`,
  );
  for (const relation of type.relations) {
    const wanted = desired.edges[relation.name];
    if (!wanted) continue;
    const read = actual.edges?.[relation.name];
    if (!read || edgeText(relation, wanted) !== edgeText(relation, read)) {
      lines.push(
        `${type.id}.${relation.name} was given ${edgeText(relation, wanted)} and reads ${read ? edgeText(relation, read) : 'nothing'}`,
      );
    }
  }
  return lines;
}

/** Edges as one text, with the facts the endpoint keeps, in the order of their far ends. */
export const edgeText = (relation: RelationSpec, edges: readonly Edge[]): string =>
  edges
    .map((edge) => {
      const kept = (relation.keeps ?? []).filter((fact) => edge[fact] !== undefined && edge[fact] !== false);
      return `${edge.to.type}:${edge.to.id}${kept.map((fact) => ` ${fact}=${String(edge[fact])}`).join('')}`;
    })
    .sort()
    .join(', ');

const show = (value: Value | null | undefined): string => (value === undefined ? 'nothing (unknown)' : JSON.stringify(value));
