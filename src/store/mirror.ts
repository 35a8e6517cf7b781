// The mirror: what each outside system looked like when we last saw it.
import type { Edge } from '../core/model.ts';
import { list, type Reader, type Transaction } from './database.ts';

export interface MirrorRow {
  readonly external_id: string;
  /** Attributes and enabled, as canonical JSON: `{a: {...}, e: true}`. */
  readonly data: string;
  readonly hash: string;
  readonly revision: number;
  readonly observed_at: number;
}

export interface MirrorIn {
  readonly id: string;
  readonly data: string;
  readonly hash: string;
  readonly edges: readonly { readonly relation: string; readonly edge: Edge; readonly facts: string }[];
  readonly keys: readonly { readonly attribute: string; readonly key: string }[];
}

export const mirrorHashes = (
  reader: Reader,
  connection: string,
  type: string,
  ids: readonly string[],
): Promise<readonly { external_id: string; hash: string }[]> =>
  reader.all(
    `SELECT external_id, hash FROM mirror WHERE connection = ? AND type = ? AND external_id IN {list}`,
    connection,
    type,
    list(ids),
  );

export const mirrorRows = (reader: Reader, connection: string, type: string, ids: readonly string[]): Promise<readonly MirrorRow[]> =>
  reader.all<MirrorRow>(
    `SELECT external_id, data, hash, revision, observed_at FROM mirror WHERE connection = ? AND type = ? AND external_id IN {list}`,
    connection,
    type,
    list(ids),
  );

export interface MirrorEdgeRow {
  readonly external_id: string;
  readonly relation: string;
  readonly to_type: string;
  readonly to_id: string;
  readonly facts: string;
}

export const mirrorEdges = (reader: Reader, connection: string, type: string, ids: readonly string[]): Promise<readonly MirrorEdgeRow[]> =>
  reader.all<MirrorEdgeRow>(
    `SELECT external_id, relation, to_type, to_id, facts FROM mirror_edge WHERE connection = ? AND type = ? AND external_id IN {list}`,
    connection,
    type,
    list(ids),
  );

/** Replaces changed objects with their edges and keys. Unchanged ones are not to be passed. */
export async function putMirror(
  transaction: Transaction,
  connection: string,
  type: string,
  objects: readonly MirrorIn[],
  now: number,
  fresh: ReadonlySet<string>,
): Promise<void> {
  if (objects.length === 0) return;
  const known = objects.filter((object) => !fresh.has(object.id)).map((object) => object.id);
  if (known.length > 0) {
    await transaction.run(
      `DELETE FROM mirror_edge WHERE connection = ? AND type = ? AND external_id IN {list}`,
      connection,
      type,
      list(known),
    );
    await dropKeys(transaction, connection, type, known);
  }
  await transaction.insert(
    'mirror',
    ['connection', 'type', 'external_id', 'data', 'hash', 'revision', 'observed_at'],
    objects.map((object) => [connection, type, object.id, object.data, object.hash, 1, now]),
    '(connection, type, external_id) DO UPDATE SET data = excluded.data, hash = excluded.hash, revision = mirror.revision + 1, observed_at = excluded.observed_at',
  );
  await transaction.insert(
    'mirror_edge',
    ['connection', 'type', 'external_id', 'relation', 'to_type', 'to_id', 'facts'],
    objects.flatMap((object) =>
      object.edges.map(({ relation, edge, facts }) => [connection, type, object.id, relation, edge.to.type, edge.to.id, facts]),
    ),
    '(connection, type, external_id, relation, to_type, to_id) DO UPDATE SET facts = excluded.facts',
  );
  await transaction.insert(
    'mirror_key',
    ['connection', 'type', 'attribute', 'key', 'external_id'],
    objects.flatMap((object) => object.keys.map((key) => [connection, type, key.attribute, key.key, object.id])),
    '(connection, type, attribute, key, external_id) DO NOTHING',
  );
}

async function dropKeys(transaction: Transaction, connection: string, type: string, ids: readonly string[]): Promise<void> {
  await transaction.run(`DELETE FROM mirror_key WHERE connection = ? AND type = ? AND external_id IN {list}`, connection, type, list(ids));
}

export async function dropMirror(transaction: Transaction, connection: string, type: string, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return;
  await transaction.run(`DELETE FROM mirror WHERE connection = ? AND type = ? AND external_id IN {list}`, connection, type, list(ids));
  await transaction.run(`DELETE FROM mirror_edge WHERE connection = ? AND type = ? AND external_id IN {list}`, connection, type, list(ids));
  await dropKeys(transaction, connection, type, ids);
}

/** Marks objects as seen now without any change of theirs. */
export const touchMirror = (
  transaction: Transaction,
  connection: string,
  type: string,
  ids: readonly string[],
  now: number,
): Promise<number> =>
  transaction.run(
    `UPDATE mirror SET observed_at = ? WHERE connection = ? AND type = ? AND external_id IN {list}`,
    now,
    connection,
    type,
    list(ids),
  );

export const findInMirror = (
  reader: Reader,
  connection: string,
  type: string,
  attribute: string,
  keys: readonly string[],
): Promise<readonly { key: string; external_id: string }[]> =>
  reader.all(
    `SELECT key, external_id FROM mirror_key WHERE connection = ? AND type = ? AND attribute = ? AND key IN {list}`,
    connection,
    type,
    attribute,
    list(keys),
  );

/** Objects of a target that nobody of ours owns, by type. */
export const countOrphans = (reader: Reader, connection: string): Promise<readonly { type: string; count: number }[]> =>
  reader.all(
    `SELECT m.type, count(*) AS count FROM mirror m WHERE m.connection = ? AND NOT EXISTS
       (SELECT 1 FROM link l WHERE l.connection = m.connection AND l.type = m.type AND l.external_id = m.external_id) GROUP BY m.type`,
    connection,
  );

/** All ids of a type, in pages. */
export const mirrorPage = (reader: Reader, connection: string, type: string, after: string, limit: number): Promise<readonly MirrorRow[]> =>
  reader.all<MirrorRow>(
    `SELECT external_id, data, hash, revision, observed_at FROM mirror WHERE connection = ? AND type = ? AND external_id > ? ORDER BY external_id LIMIT ?`,
    connection,
    type,
    after,
    limit,
  );

/** How many objects of a type the system shows. */
export const mirrorCount = async (reader: Reader, connection: string, type: string): Promise<number> =>
  Number((await reader.get<{ n: number }>(`SELECT count(*) AS n FROM mirror WHERE connection = ? AND type = ?`, connection, type))!.n);

// ── accounts of people who have left ─────────────────────────────────────────────────────────────────────

/** An account that is still enabled where it was last seen, of somebody who has left, is suspended or was taken out of the directory. */
export interface OpenAccountRow {
  readonly person: string;
  readonly lifecycle: string;
  /** Attributes of the person, as JSON. */
  readonly data: string;
  readonly connection: string;
  readonly account: string;
  /** What was last seen of the account, as JSON. */
  readonly seen: string;
  readonly seen_at: number;
}

/** By person, then connection, then account. */
export type OpenAccountPlace = readonly [person: string, connection: string, account: string];

export const openAccounts = (reader: Reader, after: OpenAccountPlace, limit: number): Promise<readonly OpenAccountRow[]> =>
  reader.all<OpenAccountRow>(
    // The enabled flag stands in what was seen; whoever reads it looks again, for a text that merely looks so.
    `SELECT o.id AS person, o.lifecycle AS lifecycle, o.data AS data, l.connection AS connection, l.external_id AS account, m.data AS seen, m.observed_at AS seen_at
     FROM object o JOIN link l ON l.directory_id = o.id AND l.type = 'person'
       JOIN mirror m ON m.connection = l.connection AND m.type = 'person' AND m.external_id = l.external_id
     WHERE o.type = 'person' AND o.lifecycle IN ('departed', 'suspended', 'absent') AND m.data LIKE '%"e":true%'
       AND (o.id, l.connection, l.external_id) > (?, ?, ?)
     ORDER BY o.id, l.connection, l.external_id LIMIT ?`,
    ...after,
    limit,
  );
