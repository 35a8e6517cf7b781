// Which records of a source a preview shows: those that are named, that fit what somebody types, or the first ones.
import type { EndpointObject, ObjectTypeSpec } from '../../core/model.ts';
import type { Reader } from '../../store/database.ts';
import { externalIdsOf } from '../../store/links.ts';
import type { Endpoint } from '../context.ts';
import { search } from '../explain/search.ts';
import { partIn } from '../part.ts';

export const MOST_RECORDS = 5;
/** Of another system so many are looked through while somebody is typing. */
const LOOKED_THROUGH = 2_000;
/** Of whom the directory knows by these words; some have no record in this source. */
const MOST_KNOWN = 50;

interface Wanted {
  readonly type: string;
  readonly part?: unknown;
  readonly records?: readonly string[] | undefined;
  readonly search: string;
}

interface Found {
  readonly objects: readonly EndpointObject[];
  /** How many were looked through before it was given up; null: nobody was left out. */
  readonly lookedThrough: number | null;
}

export async function recordsFor(
  reader: Reader,
  source: Endpoint,
  type: ObjectTypeSpec,
  wanted: Wanted,
  now: number,
  signal: AbortSignal,
): Promise<Found> {
  const attributes = type.attributes.filter((spec) => spec.kind !== 'secret').map((spec) => spec.name);
  const asked = { attributes, relations: [], now, signal };
  const named = async (ids: readonly string[]): Promise<EndpointObject[]> => {
    if (ids.length === 0 || !source.connection.get) return [];
    const { answers } = await source.connection.get(wanted.type, ids, asked);
    return ids.flatMap((id) => {
      const answer = answers.get(id);
      return answer?.state === 'found' ? [answer.object] : [];
    });
  };
  const words = wanted.search.trim().toLowerCase();
  if (wanted.records) return { objects: await named(wanted.records), lookedThrough: null };
  // By the index, however many people there are. Who has been synced from here is found so, too; the others are looked for from the beginning.
  const known =
    words === '' ? [] : (await search(reader, wanted.type, words, source.isDirectory ? MOST_RECORDS : MOST_KNOWN)).map((row) => row.id);
  if (source.isDirectory && words !== '') return { objects: await named(known), lookedThrough: null };
  const ids = await externalIdsOf(reader, source.id, wanted.type, known);
  const objects = await named(known.flatMap((id) => ids.get(id) ?? []).slice(0, MOST_RECORDS));
  if (objects.length === MOST_RECORDS || !source.connection.read) return { objects, lookedThrough: null };
  const part = source.isDirectory ? {} : partIn(source.manifest, wanted.part);
  const has = new Set(objects.map((object) => object.id));
  let seen = 0;
  for await (const event of source.connection.read(wanted.type, { ...asked, part })) {
    if (event.kind !== 'objects') continue;
    if (seen >= LOOKED_THROUGH && event.objects.length > 0) return { objects, lookedThrough: seen };
    for (const object of event.objects) {
      seen += 1;
      if (!has.has(object.id) && (words === '' || textOf(object).includes(words))) objects.push(object);
      if (objects.length === MOST_RECORDS) return { objects, lookedThrough: null };
    }
  }
  return { objects, lookedThrough: null };
}

const textOf = (object: EndpointObject): string =>
  Object.values(object.attributes)
    .filter((value) => typeof value === 'string')
    .join(' ')
    .toLowerCase();
