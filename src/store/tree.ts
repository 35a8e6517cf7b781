// The tree of departments as a screen opens it: level by level, with how many are below; and who belongs to a part of it. Reads only.
import { list, rows, type Reader } from './database.ts';
import type { ObjectRow } from './directory.ts';

const HAVE_PARENT = `SELECT id FROM object_key WHERE type = 'department' AND attribute = 'parent'`;

/** Departments right below this one; null: those that stand below none. */
export const departmentsUnder = (reader: Reader, parent: string | null, limit: number): Promise<readonly ObjectRow[]> =>
  parent === null
    ? reader.all<ObjectRow>(
        `SELECT * FROM object WHERE type = 'department' AND lifecycle <> 'absent'
           AND id NOT IN (${HAVE_PARENT}) ORDER BY id LIMIT ?`,
        limit,
      )
    : reader.all<ObjectRow>(
        `SELECT o.* FROM object_key k JOIN object o ON o.id = k.id AND o.lifecycle <> 'absent'
         WHERE k.type = 'department' AND k.attribute = 'parent' AND k.key = ? ORDER BY k.id LIMIT ?`,
        parent,
        limit,
      );

/** What makes a tree of its own among the departments: the jobs that speak of them. */
export interface TreeJobs {
  /** Upstream jobs of this tree, and of all others; what is edited by hand is none of them. */
  readonly own: readonly number[];
  readonly others: readonly number[];
  /** Departments at the top that no job speaks of belong to it. */
  readonly takesUnsaid: boolean;
}

/** Every department of a tree: those that its jobs speak of, and below them those that no job speaks of. */
export const departmentsOfTree = async (reader: Reader, { own, others, takesUnsaid }: TreeJobs): Promise<readonly string[]> =>
  (
    await reader.all<{ id: string }>(
      `WITH RECURSIVE said AS MATERIALIZED
         (SELECT c.directory_id AS id, max(j.own) AS own FROM {rows: job bigint, own bigint} j
          JOIN contribution c ON c.job = j.job AND c.type = 'department' GROUP BY c.directory_id),
       inside AS
         (SELECT o.id AS id FROM object o WHERE o.type = 'department' AND o.lifecycle <> 'absent' AND
            (o.id IN (SELECT id FROM said WHERE own = 1)${takesUnsaid ? ` OR (o.id NOT IN (SELECT id FROM said) AND o.id NOT IN (${HAVE_PARENT}))` : ''})
          UNION
          SELECT k.id AS id FROM inside i JOIN object_key k ON k.type = 'department' AND k.attribute = 'parent' AND k.key = i.id
          WHERE k.id NOT IN (SELECT id FROM said))
       SELECT id FROM inside ORDER BY id`,
      rows([...own.map((job) => [job, 1] as const), ...others.map((job) => [job, 0] as const)]),
    )
  ).map((row) => row.id);

/** Of these departments, those that stand below none of them. */
export const topsAmong = (reader: Reader, departments: readonly string[], limit: number): Promise<readonly ObjectRow[]> =>
  reader.all<ObjectRow>(
    `SELECT * FROM object WHERE id IN {list}
       AND id NOT IN (SELECT id FROM object_key WHERE type = 'department' AND attribute = 'parent' AND key IN {list}) ORDER BY id LIMIT ?`,
    list(departments),
    list(departments),
    limit,
  );

/** Of these departments, in the order of their ids. */
export const departmentsAmong = (
  reader: Reader,
  departments: readonly string[],
  after: string,
  limit: number,
): Promise<readonly ObjectRow[]> =>
  reader.all<ObjectRow>(
    `SELECT * FROM object WHERE id IN {list} AND id > ? AND lifecycle <> 'absent' ORDER BY id LIMIT ?`,
    list(departments),
    after,
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
