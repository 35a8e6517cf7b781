// What jobs leave behind that go as a whole (the sandbox company): removed objects that came from them alone, with what is kept of them.
import { list, type Reader, rows, type SqlValue, type Transaction } from './database.ts';

/** Jobs that go as a whole, removed ones too, with their connections. */
export interface Going {
  readonly jobs: readonly number[];
  readonly connections: readonly string[];
  /** The job of what is edited by hand: that somebody touched an object by hand makes it nobody else's. Null: there is none. */
  readonly byHand: number | null;
}

interface Condition {
  readonly sql: string;
  readonly params: readonly SqlValue[];
}

/** Whom only they brought, and whom nobody else holds, names, waits for or ever wrote: any doubt leaves an object where it is. */
function theirsAlone({ jobs, connections, byHand }: Going): Condition {
  const numbers = (ids: readonly number[]): SqlValue => rows(ids.map((id) => [id]));
  const own = 'IN (SELECT r.id FROM {rows: id bigint} r)';
  const touching = numbers(byHand === null ? jobs : [...jobs, byHand]);
  const parts: readonly (readonly [sql: string, ...params: SqlValue[]])[] = [
    // Made by them, and by nobody else touched. A history that is no longer whole proves nothing.
    [`EXISTS (SELECT 1 FROM history h WHERE h.id = o.id AND h.action = 'create' AND h.job ${own})`, numbers(jobs)],
    [`NOT EXISTS (SELECT 1 FROM history h WHERE h.id = o.id AND (h.job IS NULL OR NOT h.job ${own}))`, touching],
    // Nobody else speaks of it or holds it: no source, no account, no link, no question, nothing written or on its way.
    [`NOT EXISTS (SELECT 1 FROM contribution c WHERE c.directory_id = o.id AND NOT c.job ${own})`, numbers(jobs)],
    [`NOT EXISTS (SELECT 1 FROM claim c WHERE c.directory_id = o.id AND NOT c.job ${own})`, numbers(jobs)],
    ['NOT EXISTS (SELECT 1 FROM link l WHERE l.directory_id = o.id AND l.connection NOT IN {list})', list(connections)],
    [
      `NOT EXISTS (SELECT 1 FROM held q WHERE q.directory_id = o.id AND q.state IN ('open', 'approved', 'cancelled') AND NOT q.job ${own})`,
      numbers(jobs),
    ],
    [
      `NOT EXISTS (SELECT 1 FROM change c JOIN run r ON r.id = c.run WHERE c.directory_id = o.id AND NOT c.job ${own} AND r.dry_run = 0
         AND (c.state IN ('sent', 'unknown') OR (c.state = 'applied' AND c.job <> ?) OR (c.state IN ('planned', 'pending', 'waiting') AND r.ended_at IS NULL)))`,
      numbers(jobs),
      byHand ?? 0,
    ],
    // Nothing that somebody said by hand, or that stays, names it.
    ['NOT EXISTS (SELECT 1 FROM console_record c WHERE c.type = o.type AND c.id = o.id)'],
    ['o.id NOT IN (SELECT c.to_id FROM console_edge c)'],
    [`NOT EXISTS (SELECT 1 FROM console_record c WHERE c.rule IS NOT NULL AND c.rule LIKE '%' || o.id || '%')`],
    [`NOT EXISTS (SELECT 1 FROM job j WHERE j.settings LIKE '%' || o.id || '%' AND NOT j.id ${own})`, numbers(jobs)],
    ['NOT EXISTS (SELECT 1 FROM merged m WHERE m.id = o.id)'],
    ['NOT EXISTS (SELECT 1 FROM merged m WHERE m.into_id = o.id)'],
    [`NOT EXISTS (SELECT 1 FROM edge e JOIN object w ON w.id = e.owner WHERE e.to_id = o.id AND w.lifecycle <> 'absent')`],
    ...(
      [
        ['person', 'manager'],
        ['department', 'parent'],
      ] as const
    ).map(
      ([type, name]) =>
        [
          `NOT EXISTS (SELECT 1 FROM object_key k JOIN object w ON w.id = k.id WHERE k.type = ? AND k.attribute = ? AND k.key = o.id AND w.lifecycle <> 'absent')`,
          type,
          name,
        ] as const,
    ),
  ];
  return { sql: parts.map(([sql]) => sql).join(' AND '), params: parts.flatMap(([, ...params]) => params) };
}

/** Removed objects that came from them alone, by id, after one. */
export async function leftBehind(reader: Reader, going: Going, after: string, limit: number): Promise<readonly string[]> {
  const { sql, params } = theirsAlone(going);
  const found = await reader.all<{ id: string }>(
    `SELECT o.id FROM object o WHERE o.lifecycle = 'absent' AND o.id > ? AND ${sql} ORDER BY o.id LIMIT ?`,
    after,
    ...params,
    limit,
  );
  return found.map((row) => row.id);
}

/** Takes those out for good that still come from them alone. What was done with them stays on record. Returns how many. */
export async function dropLeftBehind(transaction: Transaction, going: Going, ids: readonly string[]): Promise<number> {
  const { sql, params } = theirsAlone(going);
  const still = await transaction.all<{ id: string }>(
    `SELECT o.id FROM object o WHERE o.id IN {list} AND o.lifecycle = 'absent' AND ${sql}`,
    list(ids),
    ...params,
  );
  if (still.length === 0) return 0;
  const gone = list(still.map((row) => row.id));
  await transaction.run('UPDATE change SET snapshot = NULL WHERE directory_id IN {list} AND snapshot IS NOT NULL', gone);
  await transaction.run(
    `DELETE FROM contribution_edge WHERE (job, type, external_id) IN
       (SELECT c.job, c.type, c.external_id FROM contribution c WHERE c.directory_id IN {list})`,
    gone,
  );
  for (const [table, column] of kept) await transaction.run(`DELETE FROM ${table} WHERE ${column} IN {list}`, gone);
  return transaction.run('DELETE FROM object WHERE id IN {list}', gone);
}

/** Where something is kept of an object, by its id. */
const kept: readonly (readonly [table: string, column: string])[] = [
  ['contribution', 'directory_id'],
  ['claim', 'directory_id'],
  ['link', 'directory_id'],
  ['allotted', 'directory_id'],
  ['pin', 'object'],
  ['undo_loss', 'object'],
  ['drift', 'object'],
  ['match_row', 'id'],
  ['match_sign', 'id'],
  ['match_proposal', 'object'],
  ['match_rejected', 'object'],
  ['kept_apart', 'one'],
  ['kept_apart', 'other'],
  ['reservation', 'holder'],
  ['person_key', 'owner'],
  ['edge', 'owner'],
  ['edge', 'to_id'],
];

/** What was seen of a connection that goes; 0: nothing is left. */
export async function dropSeen(transaction: Transaction, connection: string, limit: number): Promise<number> {
  const ids = await transaction.all<{ type: string; external_id: string }>(
    'SELECT type, external_id FROM mirror WHERE connection = ? LIMIT ?',
    connection,
    limit,
  );
  const seen = rows(ids.map((row) => [row.type, row.external_id]));
  for (const table of ['mirror_edge', 'mirror_key', 'mirror'])
    await transaction.run(
      `DELETE FROM ${table} WHERE connection = ? AND (type, external_id) IN (SELECT r.t, r.e FROM {rows: t text, e text} r)`,
      connection,
      seen,
    );
  await transaction.run(
    'DELETE FROM person_key WHERE owner IN {list}',
    list(ids.map((row) => `${connection}/${row.type}/${row.external_id}`)),
  );
  return ids.length;
}

/** How many objects that no other source has brought have a link outside of their connections, by connection. */
export const linkedElsewhere = (
  reader: Reader,
  { jobs, connections, byHand }: Going,
): Promise<readonly { readonly connection: string; readonly objects: number }[]> =>
  reader.all(
    `SELECT l.connection AS connection, count(DISTINCT l.directory_id) AS objects FROM link l WHERE l.connection NOT IN {list}
       AND EXISTS (SELECT 1 FROM contribution c WHERE c.directory_id = l.directory_id AND c.job IN (SELECT r.id FROM {rows: id bigint} r))
       AND NOT EXISTS (SELECT 1 FROM contribution c WHERE c.directory_id = l.directory_id AND c.job NOT IN (SELECT r.id FROM {rows: id bigint} r))
     GROUP BY l.connection ORDER BY l.connection`,
    list(connections),
    rows(jobs.map((id) => [id])),
    rows([...jobs, ...(byHand === null ? [] : [byHand])].map((id) => [id])),
  );
