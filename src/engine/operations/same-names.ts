// Two departments of one name in one change: only where they stand tells "moved below another one" from "nothing changes".
import type { Reader } from '../../store/database.ts';
import { pathsOf } from '../explain/paths.ts';

type Titles = ReadonlyMap<string, string>;

/** @param changes  of each change, the ids that it names @returns of each change, the titles, with the path for those that read the same */
export async function toldApart(reader: Reader, titles: Titles, changes: readonly (readonly string[])[]): Promise<readonly Titles[]> {
  const alike = changes.map((ids) => {
    const distinct = [...new Set(ids)];
    return distinct.filter((id) => titles.has(id) && distinct.some((other) => other !== id && titles.get(other) === titles.get(id)));
  });
  const all = [...new Set(alike.flat())];
  if (all.length === 0) return changes.map(() => titles);
  const paths = await pathsOf(reader, all);
  // Whoever stands below nothing, people for example, has no path to tell.
  const told = (id: string): readonly (readonly [string, string])[] => {
    const path = paths.get(id) ?? [];
    return path.length > 1 ? [[id, path.map(({ name }) => name).join(' / ')]] : [];
  };
  return alike.map((ids) => (ids.length === 0 ? titles : new Map([...titles, ...ids.flatMap(told)])));
}
