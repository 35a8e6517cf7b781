// Who could be meant by what somebody types: exact values first, then names, pinyin, initials and the ends of phone numbers. Bounded.
import { SEARCH, lookupsOf, wordsOf } from '../../core/search.ts';
import type { Reader } from '../../store/database.ts';
import { objectsOf, type ObjectRow } from '../../store/directory.ts';
import { keysThatBegin, linksByExternalId } from '../../store/find.ts';

/** Of each word of several: whoever has the rarest of them is among these, or there are too many to choose from. */
const OF_A_WORD = 5000;

/** At most `limit` objects of the type that are there, those that fit best first. */
export async function search(reader: Reader, type: string, typed: string, limit: number): Promise<readonly ObjectRow[]> {
  const ids = new Set<string>();
  const exact = new Set<string>();
  for (const { attribute, begins } of lookupsOf(typed)) {
    for (const { key, id } of await keysThatBegin(reader, type, attribute, begins, limit)) {
      ids.add(id);
      if (key === begins) exact.add(id);
    }
  }
  if (ids.size < limit) for (const id of await withAllWords(reader, type, wordsOf(typed))) ids.add(id);
  for (const { directory_id } of await linksByExternalId(reader, type, typed.trim())) exact.add(directory_id);
  const wanted = [typed.trim(), ...exact, ...ids].slice(0, limit * 4);
  const rows = new Map((await objectsOf(reader, wanted)).map((row) => [row.id, row]));
  return [...new Set(wanted)]
    .flatMap((id) => rows.get(id) ?? [])
    .filter((row) => row.type === type && row.lifecycle !== 'absent')
    .slice(0, limit);
}

async function withAllWords(reader: Reader, type: string, words: readonly string[]): Promise<readonly string[]> {
  let found: ReadonlySet<string> | null = null;
  for (const word of words) {
    const own = new Set((await keysThatBegin(reader, type, SEARCH, word, OF_A_WORD)).map((row) => row.id));
    found = found === null ? own : found.intersection(own);
    if (found.size === 0) return [];
  }
  return [...(found ?? [])];
}
