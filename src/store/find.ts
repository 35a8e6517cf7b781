// Looking for one object: by what people type, in the directory and in what the outside shows. Reads only, bounded.
import { containing, list, type Reader } from './database.ts';
import type { EdgeRow, ObjectRow } from './directory.ts';
import type { HeldRow } from './held.ts';
import type { ChangeRow } from './ledger.ts';
import type { ClaimRow, LinkRow } from './links.ts';
import type { ProblemRow } from './problems.ts';

/** Ids of objects with one of these (attribute, key) pairs. */
export async function idsByKey(
  reader: Reader,
  type: string,
  pairs: readonly { attribute: string; key: string }[],
  limit: number,
): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const { attribute, key } of pairs) {
    for (const row of await reader.all<{ id: string }>(
      'SELECT id FROM object_key WHERE type = ? AND attribute = ? AND key = ? LIMIT ?',
      type,
      attribute,
      key,
      limit,
    ))
      found.add(row.id);
  }
  return [...found].slice(0, limit);
}

/** Behind everything that begins with the text, in both databases' order. */
const LAST = '\u{10FFFF}';

/** Keys of this attribute that begin so, in order. */
export const keysThatBegin = (
  reader: Reader,
  type: string,
  attribute: string,
  begins: string,
  limit: number,
): Promise<readonly { key: string; id: string }[]> =>
  reader.all(
    'SELECT key, id FROM object_key WHERE type = ? AND attribute = ? AND key >= ? AND key < ? ORDER BY key, id LIMIT ?',
    type,
    attribute,
    begins,
    begins + LAST,
    limit,
  );

/**
 * Edges of one owner whose far ends have a key of this attribute that begins so: members of a group by what is typed of them. From the keys
 * to the edges in both stores: of a group of very many not every member is looked at.
 */
export const edgesByKey = (
  reader: Reader,
  of: { readonly owner: string; readonly relation: string; readonly type: string },
  attribute: string,
  begins: string,
  limit: number,
): Promise<readonly EdgeRow[]> =>
  reader.all<EdgeRow>(
    `SELECT DISTINCT e.* FROM object_key k CROSS JOIN edge e WHERE k.type = ? AND k.attribute = ? AND k.key >= ? AND k.key < ?
       AND e.owner = ? AND e.relation = ? AND e.to_type = k.type AND e.to_id = k.id ORDER BY e.to_id LIMIT ?`,
    of.type,
    attribute,
    begins,
    begins + LAST,
    of.owner,
    of.relation,
    limit,
  );

/** The slow way, when no key fits: the text anywhere in the object. */
export const objectsContaining = (reader: Reader, type: string, text: string, limit: number): Promise<readonly ObjectRow[]> =>
  reader.all<ObjectRow>(`SELECT * FROM object WHERE type = ? AND lower(data) LIKE ? ESCAPE '\\' LIMIT ?`, type, containing(text), limit);

export interface OutsideRow {
  readonly connection: string;
  readonly type: string;
  readonly external_id: string;
}

export const outsideById = (reader: Reader, type: string, id: string): Promise<readonly OutsideRow[]> =>
  reader.all<OutsideRow>(
    'SELECT c.id AS connection, m.type AS type, m.external_id AS external_id FROM connection c JOIN mirror m ON m.connection = c.id AND m.type = ? AND m.external_id = ?',
    type,
    id,
  );

export const outsideByKey = (
  reader: Reader,
  connection: string,
  type: string,
  pairs: readonly { attribute: string; key: string }[],
): Promise<readonly OutsideRow[]> =>
  reader.all<OutsideRow>(
    'SELECT DISTINCT connection, type, external_id FROM mirror_key WHERE connection = ? AND type = ? AND attribute IN {list} AND key IN {list} LIMIT 20',
    connection,
    type,
    list(pairs.map((pair) => pair.attribute)),
    list(pairs.map((pair) => pair.key)),
  );

export const outsideContaining = (reader: Reader, type: string, text: string, limit: number): Promise<readonly OutsideRow[]> =>
  reader.all<OutsideRow>(
    `SELECT connection, type, external_id FROM mirror WHERE type = ? AND lower(data) LIKE ? ESCAPE '\\' LIMIT ?`,
    type,
    containing(text),
    limit,
  );

export const linksOfObject = (reader: Reader, directoryId: string): Promise<readonly LinkRow[]> =>
  reader.all<LinkRow>('SELECT * FROM link WHERE directory_id = ? ORDER BY connection, role, external_id', directoryId);

export const linkOfOutside = (reader: Reader, row: OutsideRow): Promise<{ directory_id: string } | undefined> =>
  reader.get(
    'SELECT directory_id FROM link WHERE connection = ? AND type = ? AND external_id = ?',
    row.connection,
    row.type,
    row.external_id,
  );

export const linksByExternalId = (reader: Reader, type: string, id: string): Promise<readonly { directory_id: string }[]> =>
  reader.all(
    'SELECT l.directory_id AS directory_id FROM connection c JOIN link l ON l.connection = c.id AND l.type = ? AND l.external_id = ?',
    type,
    id,
  );

export const claimsOfObject = (reader: Reader, directoryId: string): Promise<readonly ClaimRow[]> =>
  reader.all<ClaimRow>('SELECT * FROM claim WHERE directory_id = ? ORDER BY job', directoryId);

export const lastChangeOf = (reader: Reader, job: number, type: string, key: string): Promise<ChangeRow | undefined> =>
  reader.get<ChangeRow>(
    'SELECT c.* FROM change c JOIN run r ON r.id = c.run AND r.dry_run = 0 WHERE c.job = ? AND c.type = ? AND c.source_key = ? ORDER BY c.id DESC LIMIT 1',
    job,
    type,
    key,
  );

/** What was done to make, find, stop or end the accounts of a person, newest first. */
export const endingsOf = (reader: Reader, directoryId: string): Promise<readonly ChangeRow[]> =>
  reader.all<ChangeRow>(
    `SELECT * FROM change WHERE directory_id = ? AND type = 'person' AND state = 'applied'
       AND action IN ('create', 'link', 'enable', 'disable', 'remove', 'unlink') ORDER BY ended_at DESC, run DESC, wave DESC, id DESC LIMIT 1000`,
    directoryId,
  );

export const openHeldOf = (reader: Reader, job: number, type: string, key: string): Promise<readonly HeldRow[]> =>
  reader.all<HeldRow>(
    `SELECT * FROM held WHERE job = ? AND type = ? AND source_key = ? AND state IN ('open', 'approved', 'cancelled') ORDER BY id`,
    job,
    type,
    key,
  );

export const itemsOfKey = (reader: Reader, job: number, type: string, key: string): Promise<readonly ProblemRow[]> =>
  reader.all<ProblemRow>('SELECT * FROM item WHERE job = ? AND type = ? AND source_key = ? ORDER BY attribute', job, type, key);

export const waitingOf = (
  reader: Reader,
  job: number,
  type: string,
  key: string,
): Promise<readonly { name: string; to_type: string; to_key: string }[]> =>
  // The row stays as a wake-up when the other end has come; it is no waiting any more.
  reader.all(
    `SELECT w.name, w.to_type, w.to_key FROM waiting_reference w JOIN job j ON j.id = w.job
     WHERE w.job = ? AND w.type = ? AND w.source_key = ? AND NOT EXISTS (
       SELECT 1 FROM link l WHERE l.connection = j.connection AND l.type = w.to_type
         AND CASE WHEN j.direction = 'up' THEN l.external_id ELSE l.directory_id END = w.to_key)
     ORDER BY w.name, w.to_type, w.to_key LIMIT 50`,
    job,
    type,
    key,
  );

export const historyEdges = (
  reader: Reader,
  seq: number,
  n: number,
): Promise<readonly { relation: string; to_type: string; to_id: string; op: 'add' | 'remove' | 'update'; facts: string }[]> =>
  reader.all('SELECT relation, to_type, to_id, op, facts FROM history_edge WHERE seq = ? AND n = ? LIMIT 50', seq, n);

/** Which object of another system an entry `link` or `unlink` is about. */
export const historyLink = (
  reader: Reader,
  seq: number,
  n: number,
): Promise<{ readonly connection: string; readonly external_id: string } | undefined> =>
  reader.get('SELECT connection, external_id FROM history_link WHERE seq = ? AND n = ?', seq, n);

export const mirrorOf = (
  reader: Reader,
  connection: string,
  type: string,
  id: string,
): Promise<{ data: string; observed_at: number } | undefined> =>
  reader.get('SELECT data, observed_at FROM mirror WHERE connection = ? AND type = ? AND external_id = ?', connection, type, id);

export const mirrorTargets = (
  reader: Reader,
  connection: string,
  type: string,
  id: string,
  relation: string,
): Promise<readonly { to_id: string }[]> =>
  reader.all(
    'SELECT to_id FROM mirror_edge WHERE connection = ? AND type = ? AND external_id = ? AND relation = ?',
    connection,
    type,
    id,
    relation,
  );

export const lastEndedRun = (reader: Reader, job: number): Promise<{ id: number; ended_at: number } | undefined> =>
  reader.get('SELECT id, ended_at FROM run WHERE job = ? AND dry_run = 0 AND ended_at IS NOT NULL ORDER BY id DESC LIMIT 1', job);
