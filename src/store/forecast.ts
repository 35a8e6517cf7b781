// What an edit of a downstream job's scope would concern, found in sets over directory, claims, links and mirror. Reads only.
import { list, type Reader } from './database.ts';
import type { ChangeRow } from './ledger.ts';

export interface InScopeRow {
  readonly id: string;
  /** Of a person, one row per membership; null: has none, or is no person. */
  readonly department: string | null;
  /** JSON list of the relations that are known. */
  readonly relations: string;
  readonly claimed: number;
}

/** Objects of a type with where they belong and whether the job holds them, in the order of their ids. Pages end with a whole object: ask for what is after `after`, up to `until`. */
export const scopePage = (reader: Reader, job: number, type: string, after: string, until: string): Promise<readonly InScopeRow[]> =>
  reader.all<InScopeRow>(
    `SELECT o.id AS id, e.to_id AS department, o.relations AS relations, CASE WHEN c.source_key IS NULL THEN 0 ELSE 1 END AS claimed FROM object o
     LEFT JOIN edge e ON e.owner = o.id AND e.relation = 'membership'
     LEFT JOIN claim c ON c.job = ? AND c.type = o.type AND c.source_key = o.id
     WHERE o.type = ? AND o.id > ? AND o.id <= ? AND o.lifecycle <> 'absent' ORDER BY o.id, e.to_id`,
    job,
    type,
    after,
    until,
  );

/** The id with which a page of so many objects ends; undefined: there are none. */
export const pageEnd = async (reader: Reader, type: string, after: string, limit: number): Promise<string | undefined> =>
  (
    await reader.get<{ id: string | null }>(
      'SELECT max(id) AS id FROM (SELECT id FROM object WHERE type = ? AND id > ? ORDER BY id LIMIT ?) p',
      type,
      after,
      limit,
    )
  )?.id ?? undefined;

/** What the next run looks at again in any case: not settled, in trouble, asked about, due, drifted, or gone from the directory. */
export async function unsettledKeys(
  reader: Reader,
  of: { readonly job: number; readonly connection: string; readonly type: string },
  now: number,
): Promise<readonly string[]> {
  const { job, connection, type } = of;
  const rows = await reader.all<{ id: string }>(
    `SELECT source_key AS id FROM claim WHERE job = ? AND type = ? AND (settled = 0 OR state <> 'held')
     UNION SELECT source_key FROM item WHERE job = ? AND type = ?
     UNION SELECT source_key FROM due WHERE job = ? AND type = ? AND at <= ?
     UNION SELECT source_key FROM held WHERE job = ? AND type = ? AND state IN ('open', 'approved', 'cancelled')
     UNION SELECT c.source_key FROM claim c LEFT JOIN link l ON l.connection = ? AND l.type = c.type AND l.external_id = c.target_key
       LEFT JOIN mirror m ON m.connection = ? AND m.type = c.type AND m.external_id = c.target_key
       LEFT JOIN object o ON o.id = c.source_key
       WHERE c.job = ? AND c.type = ? AND (l.mirror_hash IS NULL OR m.hash IS NULL OR l.mirror_hash <> m.hash OR o.id IS NULL OR o.lifecycle = 'absent')`,
    job,
    type,
    job,
    type,
    job,
    type,
    now,
    job,
    type,
    connection,
    connection,
    job,
    type,
  );
  return rows.map((row) => row.id);
}

/** Of a job's objects those that are not plainly at work: what a leaver policy speaks of. */
export const notActive = async (reader: Reader, job: number, type: string): Promise<readonly string[]> =>
  (
    await reader.all<{ id: string }>(
      `SELECT c.source_key AS id FROM claim c JOIN object o ON o.id = c.source_key WHERE c.job = ? AND c.type = ? AND o.lifecycle <> 'active'`,
      job,
      type,
    )
  ).map((row) => row.id);

/** Whoever points to these objects, by an edge or by one of the named references. */
export async function pointersTo(
  reader: Reader,
  ids: readonly string[],
  references: readonly { readonly type: string; readonly attribute: string }[],
): Promise<readonly { readonly id: string; readonly type: string }[]> {
  const found = new Map<string, string>();
  const wanted = list(ids);
  const edges = await reader.all<{ id: string; type: string }>(
    'SELECT DISTINCT o.id AS id, o.type AS type FROM edge e JOIN object o ON o.id = e.owner WHERE e.to_id IN {list}',
    wanted,
  );
  for (const row of edges) found.set(row.id, row.type);
  for (const { type, attribute } of references)
    for (const { id } of await reader.all<{ id: string }>(
      'SELECT id FROM object_key WHERE type = ? AND attribute = ? AND key IN {list}',
      type,
      attribute,
      wanted,
    ))
      found.set(id, type);
  return [...found].map(([id, type]) => ({ id, type }));
}

/** What these plans would do to objects of one job and type; what they may not do is left out. */
export const plannedFor = (
  reader: Reader,
  runs: readonly number[],
  job: number,
  type: string,
  keys: readonly string[],
): Promise<readonly ChangeRow[]> =>
  reader.all<ChangeRow>(
    `SELECT * FROM change WHERE job = ? AND type = ? AND source_key IN {list} AND CAST(run AS TEXT) IN {list}
       AND state NOT IN ('refused', 'skipped', 'superseded') ORDER BY id`,
    job,
    type,
    list(keys),
    list(runs.map(String)),
  );
