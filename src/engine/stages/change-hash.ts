// What an approval is bound to: the same change planned again, by whatever way its parts were read, has the same hash.
import type { ChangeEdgeRow } from '../../store/ledger.ts';
import { digest } from '../shapes.ts';

/** `before` and `after`: JSON whose keys stand in one order. Edges may come in any: databases give them in none. */
export function changeHash(action: string, before: string, after: string, edges: readonly Omit<ChangeEdgeRow, 'change'>[]): string {
  const ends = edges.map((edge) => `${edge.op}|${edge.relation}|${edge.to_type}|${edge.to_id}|${edge.facts}|${edge.facts_before ?? ''}`);
  return digest(`${action}\n${before}\n${after}\n${ends.length > 1 ? ends.sort().join('\n') : ends.join('')}`);
}
