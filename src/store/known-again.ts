// Objects of a system that came back under new ids: who shares a value with whom, and everything kept under the old id, kept under the new one.
import type { Shared } from '../core/known-again.ts';
import { list, type Reader, rows, type Transaction } from './database.ts';

/** Which objects without a link share a value of these attributes with those of the given ones that are linked or protected. */
export const sharedKeys = (
  reader: Reader,
  connection: string,
  type: string,
  attributes: readonly string[],
  olds: readonly string[],
): Promise<readonly Shared[]> =>
  reader.all<Shared>(
    `SELECT o.attribute, o.external_id AS old, n.external_id AS fresh FROM mirror_key o
     JOIN mirror_key n ON n.connection = o.connection AND n.type = o.type AND n.attribute = o.attribute AND n.key = o.key AND n.external_id <> o.external_id
     WHERE o.connection || '' = ? AND o.type = ? AND o.external_id IN {list} AND o.attribute IN {list}
       AND NOT EXISTS (SELECT 1 FROM link l WHERE l.connection = n.connection AND l.type = n.type AND l.external_id = n.external_id)
       AND (EXISTS (SELECT 1 FROM link l WHERE l.connection = o.connection AND l.type = o.type AND l.external_id = o.external_id)
         OR EXISTS (SELECT 1 FROM protected p WHERE p.connection = o.connection AND p.type = o.type AND p.external_id = o.external_id))
     ORDER BY o.external_id, n.external_id, o.attribute`,
    connection,
    type,
    list(olds),
    list(attributes),
  );

/** Of these pairs of an id that was known and a new one, those whose owner somebody has said not to be the new one. */
export const sharedButApart = async (
  reader: Reader,
  connection: string,
  type: string,
  pairs: readonly Pick<Shared, 'old' | 'fresh'>[],
): Promise<readonly Pick<Shared, 'old' | 'fresh'>[]> =>
  pairs.length === 0
    ? []
    : reader.all(
        `SELECT r.old AS old, r.fresh AS fresh FROM {rows: old text, fresh text} r
         JOIN link l ON l.connection = ? AND l.type = ? AND l.external_id = r.old
         JOIN match_rejected n ON n.connection = l.connection AND n.type = l.type AND n.object = l.directory_id AND n.external_id = r.fresh
         ORDER BY r.old, r.fresh`,
        rows(pairs.map(({ old, fresh }) => [old, fresh])),
        connection,
        type,
      );

/** By id and attribute, one key each; several of one attribute are none. */
export async function keysOf(
  reader: Reader,
  connection: string,
  type: string,
  ids: readonly string[],
): Promise<(id: string, attribute: string) => string | undefined> {
  const found = new Map(
    (
      await reader.all<{ external_id: string; attribute: string; key: string }>(
        `SELECT external_id, attribute, min(key) AS key FROM mirror_key WHERE connection = ? AND type = ? AND external_id IN {list}
         GROUP BY external_id, attribute HAVING count(*) = 1`,
        connection,
        type,
        list(ids),
      )
    ).map((row) => [`${row.external_id}\0${row.attribute}`, row.key]),
  );
  return (id, attribute) => found.get(`${id}\0${attribute}`);
}

/**
 * The objects are called otherwise from now on: links, claims and what was said of them stay. Jobs look at them again. What is due, what is
 * wrong and what waits for the old ids is found anew.
 */
export async function renewIds(
  transaction: Transaction,
  connection: string,
  type: string,
  pairs: ReadonlyMap<string, string>,
): Promise<void> {
  if (pairs.size === 0) return;
  const olds = list([...pairs.keys()]);
  const fresh = list([...pairs.values()]);
  const renamed = rows([...pairs].map(([old, now]) => [old, now]));
  const jobs = (direction: 'up' | 'down'): string => `(SELECT id FROM job WHERE connection = ? AND direction = '${direction}')`;
  const rename = (table: string, column: string, whose: string, ...params: readonly string[]): Promise<number> =>
    transaction.run(
      `UPDATE ${table} SET ${column} = r.now FROM {rows: old text, now text} r WHERE ${table}.${column} = r.old AND ${whose}`,
      renamed,
      ...params,
    );
  await transaction.run(`DELETE FROM allotted WHERE connection = ? AND type = ? AND external_id IN {list}`, connection, type, fresh);
  // What was said of both ids is said of the new one already.
  for (const [table, whose] of [
    ['protected', ''],
    ['match_rejected', `AND o.object = match_rejected.object`],
  ] as const) {
    await transaction.run(
      `DELETE FROM ${table} WHERE connection = ? AND type = ? AND external_id IN {list} AND EXISTS (SELECT 1 FROM {rows: old text, now text} r JOIN ${table} o ON o.external_id = r.now
         WHERE r.old = ${table}.external_id AND o.connection = ${table}.connection AND o.type = ${table}.type ${whose})`,
      connection,
      type,
      olds,
      renamed,
    );
    await rename(table, 'external_id', 'connection = ? AND type = ?', connection, type);
  }
  await transaction.run(
    `UPDATE link SET external_id = r.now, revision = link.revision + 1, mirror_hash = NULL, agreed_hash = NULL FROM {rows: old text, now text} r
     WHERE link.external_id = r.old AND link.connection = ? AND link.type = ?`,
    renamed,
    connection,
    type,
  );
  await transaction.run(
    `UPDATE claim SET source_key = r.now, settled = 0 FROM {rows: old text, now text} r WHERE claim.source_key = r.old AND type = ? AND job IN ${jobs('up')}`,
    renamed,
    type,
    connection,
  );
  await transaction.run(
    `UPDATE claim SET target_key = r.now, settled = 0 FROM {rows: old text, now text} r WHERE claim.target_key = r.old AND type = ? AND job IN ${jobs('down')}`,
    renamed,
    type,
    connection,
  );
  for (const table of ['contribution', 'contribution_edge'])
    await rename(table, 'external_id', `type = ? AND job IN (SELECT id FROM job WHERE connection = ?)`, type, connection);
  // Who was read under the new id already says so itself.
  await transaction.run(
    `DELETE FROM contribution_edge WHERE to_type = ? AND to_key IN {list} AND job IN ${jobs('up')} AND EXISTS (SELECT 1 FROM contribution_edge o
       JOIN {rows: old text, now text} r ON r.now = o.to_key WHERE r.old = contribution_edge.to_key AND o.job = contribution_edge.job AND o.type = contribution_edge.type
       AND o.external_id = contribution_edge.external_id AND o.relation = contribution_edge.relation AND o.to_type = contribution_edge.to_type)`,
    type,
    olds,
    connection,
    renamed,
  );
  await rename('contribution_edge', 'to_key', `to_type = ? AND job IN ${jobs('up')}`, type, connection);
  for (const table of ['due', 'item', 'waiting_reference'])
    await transaction.run(`DELETE FROM ${table} WHERE job IN ${jobs('up')} AND type = ? AND source_key IN {list}`, connection, type, olds);
  await transaction.run(
    `UPDATE held SET state = 'superseded' WHERE job IN ${jobs('up')} AND type = ? AND source_key IN {list} AND state = 'open'`,
    connection,
    type,
    olds,
  );
}

/** A run looks again at what it has read. */
export const readAgain = (transaction: Transaction, run: number, type: string, keys: readonly string[]): Promise<number> =>
  transaction.run(
    `UPDATE staged SET step = 'read', problems = NULL, situation = NULL, detail = NULL, directory_id = NULL, target_key = NULL WHERE run = ? AND type = ? AND source_key IN {list} AND seen = 'present'`,
    run,
    type,
    list(keys),
  );
