// The tree of departments as a screen opens it: level by level, with how many are below; and who belongs to a part of it. Reads only.
import { list, rows, type Reader } from './database.ts';
import type { ObjectRow } from './directory.ts';

/** Departments right below this one; null: those that stand below none. */
export const departmentsUnder = (reader: Reader, parent: string | null, limit: number): Promise<readonly ObjectRow[]> =>
  parent === null
    ? reader.all<ObjectRow>(
        `SELECT * FROM object WHERE type = 'department' AND lifecycle <> 'absent'
           AND id NOT IN (SELECT id FROM object_key WHERE type = 'department' AND attribute = 'parent') ORDER BY id LIMIT ?`,
        limit,
      )
    : reader.all<ObjectRow>(
        `SELECT o.* FROM object_key k JOIN object o ON o.id = k.id AND o.lifecycle <> 'absent'
         WHERE k.type = 'department' AND k.attribute = 'parent' AND k.key = ? ORDER BY k.id LIMIT ?`,
        parent,
        limit,
      );

/** Who stands right below whom, of the departments below these. */
export async function departmentsBelow(
  reader: Reader,
  departments: readonly string[],
): Promise<readonly { readonly id: string; readonly parent: string }[]> {
  const found: { id: string; parent: string }[] = [];
  const seen = new Set(departments);
  for (let front = [...departments]; front.length > 0; ) {
    const next: readonly { id: string; parent: string }[] = await reader.all(
      `SELECT id, key AS parent FROM object_key WHERE type = 'department' AND attribute = 'parent' AND key IN {list}`,
      list(front),
    );
    const fresh = next.filter((row) => !seen.has(row.id));
    for (const row of fresh) seen.add(row.id);
    found.push(...fresh);
    front = fresh.map((row) => row.id);
  }
  return found;
}

/** How many people belong to each tree: whoever is in several of its departments counts once. `parts`: a tree, and one of its departments. */
export const countPeople = (
  reader: Reader,
  parts: readonly (readonly [tree: string, department: string])[],
): Promise<readonly { readonly tree: string; readonly people: number }[]> =>
  parts.length === 0
    ? Promise.resolve([])
    : reader.all(
        // Sorted by owner: count(DISTINCT) keeps them in a tree of its own, and takes four times as long for a million.
        `SELECT tree, count(*) AS people FROM
           (SELECT p.tree, e.owner FROM {rows: tree text, department text} p
            JOIN edge e ON e.to_id = p.department AND e.relation = 'membership' GROUP BY p.tree, e.owner) x
         GROUP BY tree`,
        rows(parts),
      );

/** Everybody of these departments, once each, in the order of their ids. */
export const peopleBelow = (reader: Reader, departments: readonly string[], after: string, limit: number): Promise<readonly ObjectRow[]> =>
  reader.all<ObjectRow>(
    `SELECT o.* FROM (SELECT DISTINCT owner FROM edge WHERE to_id IN {list} AND relation = 'membership' AND owner > ? ORDER BY owner LIMIT ?) m
     JOIN object o ON o.id = m.owner AND o.lifecycle <> 'absent' ORDER BY o.id`,
    list(departments),
    after,
    limit,
  );

/** Whom this object is referred to by, as this: those whose manager somebody is. */
export const referringTo = (
  reader: Reader,
  type: string,
  attribute: string,
  id: string,
  limit: number,
): Promise<readonly { readonly id: string }[]> =>
  reader.all('SELECT id FROM object_key WHERE type = ? AND attribute = ? AND key = ? ORDER BY id LIMIT ?', type, attribute, id, limit);

export const countReferringTo = async (reader: Reader, type: string, attribute: string, id: string): Promise<number> =>
  (await reader.get<{ n: number }>(
    'SELECT count(*) AS n FROM object_key WHERE type = ? AND attribute = ? AND key = ?',
    type,
    attribute,
    id,
  ))!.n;
