// Reads a stream to its end and proves the rules that every read keeps, whatever the case is about.
import assert from 'node:assert/strict';
import type { Edge, EndpointObject, ObjectTypeSpec } from '../../core/model.ts';
import type { ReadEnd, ReadEvent, ReadRequest } from '../contract.ts';

export interface ReadResult {
  /** Objects by id, with the edges that came in pieces put in. */
  readonly objects: ReadonlyMap<string, EndpointObject>;
  /** How often objects were delivered: an object delivered twice counts twice. */
  readonly delivered: number;
  /** Ids delivered before the first checkpoint, the second …, and the checkpoints. */
  readonly checkpoints: readonly { readonly checkpoint: string; readonly before: readonly string[] }[];
  readonly end: ReadEnd;
}

export async function readStream(
  type: ObjectTypeSpec,
  events: AsyncIterable<ReadEvent>,
  request: ReadRequest<unknown>,
): Promise<ReadResult> {
  const objects = new Map<string, EndpointObject>();
  const pieces = new Map<string, { readonly edges: Record<string, Edge[]>; whole: boolean }>();
  const checkpoints: { checkpoint: string; before: string[] }[] = [];
  let delivered = 0;
  let end: ReadEnd | undefined;
  for await (const event of events) {
    assert.equal(end, undefined, 'nothing comes after the end of a read');
    switch (event.kind) {
      case 'objects':
        for (const object of event.objects) {
          objects.set(object.id, object);
          delivered += 1;
        }
        break;
      case 'edges': {
        const known = pieces.get(event.owner) ?? { edges: {}, whole: false };
        assert.equal(known.whole, false, `no edges of ${event.owner} come after their last piece`);
        if (event.last) {
          assert(pieces.has(event.owner), `the pieces of ${event.owner} come before the object, so that it can wait for the last one`);
          assert(objects.has(event.owner), `the last piece of ${event.owner} comes after the object`);
        } else assert(!objects.has(event.owner), `the pieces of ${event.owner} come before the object, the last one after it`);
        (known.edges[event.relation] ??= []).push(...event.edges);
        pieces.set(event.owner, { edges: known.edges, whole: event.last });
        break;
      }
      case 'checkpoint':
        assert(
          [...pieces.values()].every(({ whole }) => whole),
          'a checkpoint never stands between the pieces of one object',
        );
        checkpoints.push({ checkpoint: event.checkpoint, before: [...objects.keys()] });
        break;
      case 'unreadable':
        assert.fail(`${event.where} could not be read: ${event.reason.en}`);
        break;
      case 'end':
        end = event;
    }
  }
  assert(end, 'a read that does not throw ends with `end`');
  if (!end.complete) assert(end.reason, 'an incomplete read says why');
  for (const [owner, { edges, whole }] of pieces) {
    assert(whole, `the edges of ${owner} have a last piece`);
    const object = objects.get(owner)!;
    for (const relation of Object.keys(edges)) {
      assert.equal(object.edges?.[relation], undefined, `"${relation}" of ${owner} comes in pieces or in the object, not both`);
    }
    objects.set(owner, { ...object, edges: { ...object.edges, ...edges } });
  }
  for (const object of objects.values()) assertWellFormed(type, object, request, end);
  return { objects, delivered, checkpoints, end };
}

/** Visible attributes are keys, null when empty; edges name each far end once; secrets are never returned. */
export function assertWellFormed(
  type: ObjectTypeSpec,
  object: EndpointObject,
  request: Pick<ReadRequest<unknown>, 'attributes' | 'relations'>,
  { visible }: Pick<ReadEnd, 'visible'>,
): void {
  assert(object.id !== '', 'every object has an id');
  for (const spec of type.attributes) {
    const value = object.attributes[spec.name];
    if (spec.kind === 'secret') assert.equal(value, undefined, `the secret "${spec.name}" is never read`);
    else if (request.attributes.includes(spec.name) && (visible.attributes === 'all' || visible.attributes.includes(spec.name))) {
      assert.notEqual(value, undefined, `"${spec.name}" of ${type.id} ${object.id} is visible, so it is a value or null`);
      assert.notEqual(value, '', `an empty "${spec.name}" reads as null`);
    }
  }
  for (const relation of type.relations) {
    const edges = object.edges?.[relation.name];
    if (request.relations.includes(relation.name))
      assert(edges, `"${relation.name}" of ${type.id} ${object.id} is a list, empty when there is none`);
    const ends = (edges ?? []).map(({ to }) => `${to.type}:${to.id}`);
    assert.equal(new Set(ends).size, ends.length, `"${relation.name}" names each far end once`);
    for (const { to } of edges ?? []) assert(relation.to.includes(to.type), `"${relation.name}" leads to ${relation.to.join(' or ')}`);
  }
}
