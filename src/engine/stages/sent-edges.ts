// What was written of a relation last: tells an edge that somebody else has made or taken away from a change of our own.
import type { ChangeEdgeRow } from '../../store/ledger.ts';
import { digest, parseJson } from '../shapes.ts';

type EdgeChange = Omit<ChangeEdgeRow, 'change'>;
/** `department:<id>` → the edge as it is wanted. */
export type WantedEdges = ReadonlyMap<string, { readonly facts: string }>;

/** End → facts of each edge; of many, where nobody asks about one alone, a digest of all. */
type SentRelation = Readonly<Record<string, string>> | string;
export type SentEdges = Readonly<Record<string, SentRelation>>;

/** A group of fifty thousand is told by its digest. */
const FEW = 100;
export const sentEdgesOf = (text: string | null | undefined): SentEdges => parseJson<SentEdges>(text ?? null, {});

/** How it is remembered. @param each  also of a large relation edge by edge */
export function asSent(wanted: WantedEdges, each: boolean): SentRelation {
  const sent = Object.fromEntries([...wanted.keys()].sort().map((key) => [key, wanted.get(key)!.facts]));
  return each || wanted.size <= FEW ? sent : digest(sent);
}

export const sameSent = (one: SentRelation | undefined, other: SentRelation): boolean => JSON.stringify(one) === JSON.stringify(other);

/** What of a difference is somebody else's doing: we had written it otherwise, and that is still wanted. */
export function foreignEdges(changes: readonly EdgeChange[], sent: SentRelation | undefined, wanted: WantedEdges): readonly EdgeChange[] {
  if (sent === undefined || changes.length === 0) return [];
  if (typeof sent === 'string') return sent === digest(asSent(wanted, true)) ? changes : [];
  return changes.filter((change) => {
    const facts = sent[`${change.to_type}:${change.to_id}`];
    return change.op === 'remove' ? facts === undefined : facts === change.facts;
  });
}
