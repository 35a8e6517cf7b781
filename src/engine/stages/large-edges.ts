// Objects whose edges come in pieces are put together again before anybody compares them.
import type { ReadEvent } from '../../connector-kit/contract.ts';
import type { Edge, EndpointObject } from '../../core/model.ts';

/** Objects whose edges come in pieces wait here until the last piece, whichever comes first. */
export class LargeEdges {
  readonly #objects = new Map<string, EndpointObject>();
  readonly #edges = new Map<string, { relations: Record<string, Edge[]>; ended: boolean }>();

  hold(objects: readonly EndpointObject[]): readonly EndpointObject[] {
    return objects.flatMap((object) => {
      const pieces = this.#edges.get(object.id);
      if (!pieces) return [object];
      if (pieces.ended) return [this.#whole(object, pieces.relations)];
      this.#objects.set(object.id, object);
      return [];
    });
  }

  add(event: Extract<ReadEvent, { kind: 'edges' }>): EndpointObject | null {
    const pieces = this.#edges.get(event.owner) ?? { relations: {}, ended: false };
    (pieces.relations[event.relation] ??= []).push(...event.edges);
    pieces.ended ||= event.last;
    this.#edges.set(event.owner, pieces);
    const object = this.#objects.get(event.owner);
    return object && pieces.ended ? this.#whole(object, pieces.relations) : null;
  }

  #whole(object: EndpointObject, relations: Readonly<Record<string, readonly Edge[]>>): EndpointObject {
    this.#edges.delete(object.id);
    this.#objects.delete(object.id);
    return { ...object, edges: { ...object.edges, ...relations } };
  }
}
