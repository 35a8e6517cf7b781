// Moves between containers of which an object has only one.
import type { ObjectTypeSpec } from '../../core/model.ts';

/** Where there is only one container, a move names the one that is left; nothing is lost by it, and nothing to be sent. */
export const isReplaced = (
  type: ObjectTypeSpec,
  edge: { readonly relation: string; readonly op: string },
  edges: readonly { readonly relation: string; readonly op: string }[],
): boolean =>
  edge.op === 'remove' &&
  type.relations.some((relation) => relation.name === edge.relation && relation.single === true) &&
  edges.some((other) => other.relation === edge.relation && other.op !== 'remove');
