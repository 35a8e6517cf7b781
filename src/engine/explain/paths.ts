// Where departments stand, from the top of the tree down to themselves; and which of them is a person's first.
import type { Attributes } from '../../core/model.ts';
import { primaryAmong } from '../../core/trees.ts';
import type { Reader } from '../../store/database.ts';
import { edgesOf, objectsOf, type EdgeRow } from '../../store/directory.ts';
import { groupBy, parseJson } from '../shapes.ts';

export type Path = readonly { readonly id: string; readonly name: string }[];

/** Of each of these departments; one question for each level of the tree. */
export async function pathsOf(reader: Reader, departments: readonly string[]): Promise<ReadonlyMap<string, Path>> {
  const known = new Map<string, { name: string; parent: string | null }>();
  for (let front = [...new Set(departments)]; front.length > 0; ) {
    for (const row of await objectsOf(reader, front)) {
      const data = parseJson<Attributes>(row.data, {});
      known.set(row.id, { name: String(data.name ?? data.code ?? '–'), parent: typeof data.parent === 'string' ? data.parent : null });
    }
    const above = front.flatMap((id) => known.get(id)?.parent ?? []);
    front = [...new Set(above)].filter((id) => !known.has(id));
    // A parent that is not there ends the way up.
    if (front.length > 0 && (await objectsOf(reader, front)).length === 0) front = [];
  }
  return new Map(departments.map((id) => [id, wayDown(id, known)]));
}

function wayDown(id: string, known: ReadonlyMap<string, { readonly name: string; readonly parent: string | null }>): Path {
  const path: { id: string; name: string }[] = [];
  const seen = new Set<string>();
  for (let at: string | null = id; at !== null && !seen.has(at); at = known.get(at)?.parent ?? null) {
    seen.add(at);
    const name = known.get(at)?.name;
    if (name !== undefined) path.unshift({ id: at, name });
  }
  return path;
}

export const isPrimary = (edge: EdgeRow): boolean => parseJson<{ primary?: boolean }>(edge.facts, {}).primary === true;

/** The department that each of these people belongs to first of all; who belongs to none is left out. */
export async function primaryOf(reader: Reader, people: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const edges = (await edgesOf(reader, people)).filter((edge) => edge.relation === 'membership');
  const places = groupBy(
    edges.map((edge) => ({ ...edge, primary: isPrimary(edge) })),
    (edge) => edge.owner,
  );
  return new Map([...places].map(([owner, own]) => [owner, primaryAmong(own)!.to_id]));
}
