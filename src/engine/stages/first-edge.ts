// Who is the first of several, where a target keeps no more of their order than that.
import type { Edge } from '../../core/model.ts';
import { parseJson } from '../shapes.ts';

interface StagedEnd {
  readonly to_type: string;
  readonly to_key: string;
  readonly facts: string;
}

/**
 * Which of the wanted edges is the first: the one with the lowest order among those that are there already. Where the source tells no order, the
 * first one there stays so.
 * @param present  the far end that is the first there now
 */
export function firstOf(
  edges: readonly StagedEnd[],
  isThere: (type: string, id: string) => boolean,
  present: string | undefined,
): string | undefined {
  const known = edges.filter((edge) => isThere(edge.to_type, edge.to_key));
  const ranked = (known.length > 0 ? known : edges).map((edge) => {
    const { primary, order } = parseJson<Partial<Edge>>(edge.facts, {});
    return { id: edge.to_key, rank: primary ? -1 : (order ?? Number.MAX_SAFE_INTEGER), stays: edge.to_key === present };
  });
  return ranked.toSorted((a, b) => a.rank - b.rank || Number(b.stays) - Number(a.stays) || (a.id < b.id ? -1 : 1))[0]?.id;
}
