// Who is in a file: keys, repeated keys and names, so that duplicates and managers can be settled over all rows.
import type { FileConfig } from './config.ts';
import type { Resolved } from './departments.ts';
import type { Place } from './object-file.ts';
import type { PersonRow } from './rows.ts';
import { excerpt, nameKey, say } from './text.ts';

export interface PersonDirectory {
  add(row: PersonRow, place: Place): void;
  firstPlace(id: string): Place | undefined;
  morePlaces(id: string): readonly Place[];
  /** All ids so far hide rows that come from older files. */
  hideOlder(): void;
  isHidden(id: string): boolean;
  /** The person that a cell names, by key or by name. */
  resolve(text: string): Resolved;
}

/** Stands for a name that several people have. */
const AMBIGUOUS = '';

export function personDirectory(config: Pick<FileConfig, 'managerBy'>): PersonDirectory {
  const first = new Map<string, Place>();
  const more = new Map<string, Place[]>();
  const names = new Map<string, string>();
  let hidden: ReadonlySet<string> = new Set();
  return {
    add(row, place) {
      if (first.has(row.id)) more.set(row.id, [...(more.get(row.id) ?? []), place]);
      else first.set(row.id, place);
      const name = row.attributes.displayName;
      if (config.managerBy === 'key' || typeof name !== 'string') return;
      const key = nameKey(name);
      const holder = names.get(key);
      names.set(key, holder === undefined || holder === row.id ? row.id : AMBIGUOUS);
    },
    firstPlace: (id) => first.get(id),
    morePlaces: (id) => more.get(id) ?? [],
    hideOlder() {
      hidden = new Set(first.keys());
    },
    isHidden: (id) => hidden.has(id),
    resolve: (text) => resolvePerson(text, config.managerBy, (id) => first.has(id), names),
  };
}

/** A key outside this file is passed on: the engine knows whether it is somebody. A name outside it is nobody. */
function resolvePerson(
  text: string,
  by: FileConfig['managerBy'],
  isKey: (id: string) => boolean,
  names: ReadonlyMap<string, string>,
): Resolved {
  // 张伟(10023) or 张伟/10023
  const combined = /^(.+?)\s*[(（/|[]\s*([\w-]+)\s*[)）\]]?$/.exec(text);
  if (by !== 'name') {
    if (isKey(text)) return { id: text };
    if (combined && isKey(combined[2]!)) return { id: combined[2]! };
    if (by === 'key') return { id: text };
  }
  const named = names.get(nameKey(text));
  if (named) return { id: named };
  if (named === AMBIGUOUS) {
    return {
      problem: say(`several people are named "${excerpt(text)}"; give the employee number`, `有多人名为“${excerpt(text)}”，请填写工号`),
    };
  }
  if (by === 'auto' && /^[A-Za-z]{0,8}[-_]?\d+[A-Za-z]?$/.test(text)) return { id: text };
  return { problem: say(`nobody in the file is named "${excerpt(text)}"`, `文件中没有名为“${excerpt(text)}”的人`) };
}
