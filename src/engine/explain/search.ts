// Who could be meant by what somebody types: exact values first, then names, pinyin, initials and the ends of phone numbers. Bounded.
import { SEARCH, lookupsOf, wordsOf } from '../../core/search.ts';
import type { Reader } from '../../store/database.ts';
import { edgesOf, objectsOf, type EdgeRow, type ObjectRow } from '../../store/directory.ts';
import { edgesByKey, keysThatBegin, linksByExternalId } from '../../store/find.ts';

/** Of each word of several: whoever has the rarest of them is among these, or there are too many to choose from. */
const OF_A_WORD = 5000;

/**
 * At most `limit` objects of the type that are there, those that fit best first.
 * @param inside  departments; only these, and people who belong to one of them, are meant
 */
export async function search(
  reader: Reader,
  type: string,
  typed: string,
  limit: number,
  inside?: readonly string[],
): Promise<readonly ObjectRow[]> {
  const ids = new Set<string>();
  const exact = new Set<string>();
  const most = inside ? OF_A_WORD : limit;
  for (const { attribute, begins } of lookupsOf(typed)) {
    for (const { key, id } of await keysThatBegin(reader, type, attribute, begins, most)) {
      ids.add(id);
      if (key === begins) exact.add(id);
    }
  }
  if (ids.size < most) {
    const named = await withAllWords(
      wordsOf(typed),
      (word) => keysThatBegin(reader, type, SEARCH, word, OF_A_WORD),
      (row) => row.id,
    );
    for (const id of named.keys()) ids.add(id);
  }
  for (const { directory_id } of await linksByExternalId(reader, type, typed.trim())) exact.add(directory_id);
  const found = [typed.trim(), ...exact, ...ids];
  const wanted = (inside ? await within(reader, type, found, inside) : found).slice(0, limit * 4);
  const rows = new Map((await objectsOf(reader, wanted)).map((row) => [row.id, row]));
  return [...new Set(wanted)]
    .flatMap((id) => rows.get(id) ?? [])
    .filter((row) => row.type === type && row.lifecycle !== 'absent')
    .slice(0, limit);
}

async function within(reader: Reader, type: string, found: readonly string[], inside: readonly string[]): Promise<readonly string[]> {
  const departments = new Set(inside);
  if (type === 'department') return found.filter((id) => departments.has(id));
  const edges = await edgesOf(reader, found);
  const people = new Set(edges.filter((edge) => edge.relation === 'membership' && departments.has(edge.to_id)).map((edge) => edge.owner));
  return found.filter((id) => people.has(id));
}

/** The same among the far ends of one owner's edges: at most `limit` members of a group. */
export async function searchEdges(
  reader: Reader,
  of: { readonly owner: string; readonly relation: string; readonly type: string },
  typed: string,
  limit: number,
): Promise<readonly EdgeRow[]> {
  const found = new Map<string, EdgeRow>();
  const take = (rows: Iterable<EdgeRow>): void => {
    for (const row of rows) if (!found.has(row.to_id)) found.set(row.to_id, row);
  };
  for (const { attribute, begins } of lookupsOf(typed)) take(await edgesByKey(reader, of, attribute, begins, limit));
  if (found.size < limit) {
    const named = await withAllWords(
      wordsOf(typed),
      (word) => edgesByKey(reader, of, SEARCH, word, OF_A_WORD),
      (row) => row.to_id,
    );
    take(named.values());
  }
  return [...found.values()].slice(0, limit);
}

/** By id, what every one of the words finds. */
async function withAllWords<Row>(
  words: readonly string[],
  look: (word: string) => Promise<readonly Row[]>,
  idOf: (row: Row) => string,
): Promise<ReadonlyMap<string, Row>> {
  const [first, ...others] = words;
  if (first === undefined) return new Map();
  const found = new Map((await look(first)).map((row) => [idOf(row), row]));
  for (const word of others) {
    if (found.size === 0) break;
    const own = new Set((await look(word)).map(idOf));
    for (const id of found.keys()) if (!own.has(id)) found.delete(id);
  }
  return found;
}
