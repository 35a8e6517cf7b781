// What the scope of a downstream job says of objects of the directory, as the store has them now.
import { directoryTypes } from '../../core/directory-types.ts';
import type { JobSettings } from '../../core/job-settings.ts';
import type { Attributes } from '../../core/model.ts';
import type { ScopeVerdict } from '../../core/scope.ts';
import type { Reader } from '../../store/database.ts';
import { edgesOf, objectsOf, type ObjectRow } from '../../store/directory.ts';
import { groupBy } from '../shapes.ts';
import { scopeOf } from './scope.ts';

/** By id of the object. */
export async function scopeOfObjects(
  reader: Reader,
  settings: JobSettings,
  objects: readonly ObjectRow[],
): Promise<ReadonlyMap<string, ScopeVerdict>> {
  const edges = await edgesOf(
    reader,
    objects.map(({ id }) => id),
  );
  const departments = groupBy(
    edges.filter(({ relation }) => relation === 'membership'),
    ({ owner }) => owner,
  );
  const parents = new Map<string, string | null>();
  const parentOf = async (id: string): Promise<string | null> => {
    const known = parents.get(id);
    if (known !== undefined) return known;
    const [row] = await objectsOf(reader, [id]);
    const parent = row ? (((JSON.parse(row.data) as Attributes).parent as string | undefined) ?? null) : null;
    parents.set(id, parent);
    return parent;
  };
  const verdicts = new Map<string, ScopeVerdict>();
  for (const { id, type, data, lifecycle } of objects) {
    const source = directoryTypes.find((spec) => spec.id === type);
    const none = Object.fromEntries((source?.attributes ?? []).map((spec) => [spec.name, null]));
    const subject = {
      id,
      type,
      attributes: { ...none, ...(JSON.parse(data) as Attributes), lifecycle },
      departments: (departments.get(id) ?? []).map((edge) => edge.to_id),
    };
    verdicts.set(id, await scopeOf(reader, settings, source, subject, parentOf));
  }
  return verdicts;
}
