// What accounts of another system are called there, for people who must recognise them.
import type { Attributes } from '../../core/model.ts';
import type { MirrorRow } from '../../store/mirror.ts';
import type { Names } from '../operations/show.ts';
import { parseJson } from '../shapes.ts';

/** External id → the attribute by which its type is recognised; those without are left out. */
export function accountTitles(
  names: Names,
  connection: string,
  type: string,
  rows: readonly Pick<MirrorRow, 'external_id' | 'data'>[],
): ReadonlyMap<string, string> {
  const types = names.connectors.get(names.connections.get(connection)?.connector ?? '')?.manifest.types ?? [];
  const title = types.find((spec) => spec.id === type)?.title;
  const found = new Map<string, string>();
  for (const row of rows) {
    const value = title === undefined ? undefined : parseJson<{ a: Attributes }>(row.data, { a: {} }).a[title];
    if (typeof value === 'string') found.set(row.external_id, value);
  }
  return found;
}
