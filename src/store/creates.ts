// Carrying out creates in set SQL: what the plan and the stage hold already is copied inside the store, row by row of neither.
import { list, type Reader, type Transaction } from './database.ts';
import { nextNumber } from './counters.ts';

/**
 * Objects of a plan of which some unique value is wished for by another one of the plan, or held by another object. Null when
 * there are more than `limit`.
 */
export async function contestedObjects(reader: Reader, run: number, type: string, limit: number): Promise<ReadonlySet<string> | null> {
  const twice = `SELECT attribute, key FROM staged_key WHERE run = ? AND type = ? GROUP BY attribute, key HAVING count(*) > 1`;
  const rows = await reader.all<{ id: string }>(
    `SELECT k.directory_id AS id FROM (${twice}) d CROSS JOIN staged_key k WHERE k.run = ? AND k.type = ? AND k.attribute = d.attribute AND k.key = d.key
     UNION SELECT k.directory_id AS id FROM staged_key k CROSS JOIN object_key o
       WHERE k.run = ? AND k.type = ? AND o.type = k.type AND o.attribute = k.attribute AND o.key = k.key AND o.id <> k.directory_id LIMIT ?`,
    run,
    type,
    run,
    type,
    run,
    type,
    limit + 1,
  );
  return rows.length > limit ? null : new Set(rows.map((row) => row.id));
}

/** Whether the directory knows one of these ids, or anybody has said a word of it. */
export const isAnyKnown = async (reader: Reader, ids: readonly string[]): Promise<boolean> =>
  (await reader.get(
    `SELECT 1 AS yes WHERE EXISTS (SELECT 1 FROM object WHERE id IN {list}) OR EXISTS (SELECT 1 FROM contribution WHERE directory_id IN {list})
       OR EXISTS (SELECT 1 FROM link WHERE directory_id IN {list})`,
    list(ids),
    list(ids),
    list(ids),
  )) !== undefined;

/** Planned changes with these ids, both ends included and nothing else between them. */
export interface Span {
  readonly run: number;
  readonly first: number;
  readonly last: number;
  readonly count: number;
}

/** The next changes of a step in the order of planning; null unless all are creates and no other change stands between them. */
export async function nextSpan(reader: Reader, run: number, wave: number, depth: number, limit: number): Promise<Span | null> {
  const found = (await reader.get<{ first: number | null; last: number; count: number; others: number }>(
    `SELECT min(n.id) AS first, max(n.id) AS last, count(*) AS count, sum(CASE WHEN n.action = 'create' THEN 0 ELSE 1 END) AS others FROM
       (SELECT id, action FROM change WHERE run = ? AND state = 'planned' AND wave = ? AND depth = ? ORDER BY id LIMIT ?) n`,
    run,
    wave,
    depth,
    limit,
  ))!;
  const { first, last, count, others } = found;
  return first !== null && others === 0 && last - first + 1 === count ? { run, first, last, count } : null;
}

// The order is the one of the changes in both stores: SQLite never turns a CROSS JOIN round.
const PLANNED = `FROM change c CROSS JOIN staged s WHERE c.id >= ? AND c.id <= ? AND s.run = c.run AND s.type = c.type AND s.source_key = c.source_key`;

/**
 * Whether all of them are creates that take nothing from anybody: planned for an object and a source id that nobody has
 * heard of, judged by nobody one by one, staged in the very words of a contribution, and with all they need in place.
 */
export async function areStraightCreates(reader: Reader, span: Span, connection: string): Promise<boolean> {
  const straight = await reader.get<{ n: number }>(
    `SELECT count(*) AS n ${PLANNED} AND c.action = 'create' AND c.state = 'planned' AND c.verdict IS NULL AND c.precondition = '{"o":null,"c":null}'
       AND c.situation = 'absent' AND s.seen = 'present' AND s.desired IS NOT NULL AND s.desired NOT LIKE '%"unsaid":%' AND s.desired NOT LIKE '%"secrets":%'
       AND NOT EXISTS (SELECT 1 FROM object o WHERE o.id = c.directory_id)
       AND NOT EXISTS (SELECT 1 FROM contribution k WHERE k.job = c.job AND k.type = c.type AND k.external_id = c.source_key)
       AND NOT EXISTS (SELECT 1 FROM link l WHERE l.connection = ? AND l.type = c.type AND l.external_id = c.source_key)`,
    span.first,
    span.last,
    connection,
  );
  if (straight!.n !== span.count) return false;
  const missing = await reader.get(
    `SELECT 1 AS yes FROM (SELECT DISTINCT needs FROM change WHERE id >= ? AND id <= ? AND needs IS NOT NULL) c, {each: c.needs}
     WHERE NOT EXISTS (SELECT 1 FROM object o WHERE o.id = e.value AND o.lifecycle <> 'absent') LIMIT 1`,
    span.first,
    span.last,
  );
  return missing === undefined;
}

/** What the objects of these creates are made of. */
export interface Created {
  readonly type: string;
  readonly directory_id: string;
  readonly after: string;
  /** Known relations, JSON list. */
  readonly relations: string | null;
}

export const createdBy = (reader: Reader, span: Span): Promise<readonly Created[]> =>
  reader.all<Created>(
    `SELECT c.type AS type, c.directory_id AS directory_id, c.after AS after, s.relations AS relations ${PLANNED} ORDER BY c.id`,
    span.first,
    span.last,
  );

export interface CreateFacts {
  readonly connection: string;
  readonly tree: string;
  readonly now: number;
  /** What was hidden in this read may be shown in the next: their claims stay open. */
  readonly hiding: readonly string[];
}

/** Edges, contributions, links and claims of straight creates whose objects are there now. */
export async function storeCreates(transaction: Transaction, span: Span, facts: CreateFacts): Promise<void> {
  const { first, last } = span;
  await transaction.run(
    `INSERT INTO edge (owner, relation, to_type, to_id, tree, job, facts)
     SELECT c.directory_id, e.relation, e.to_type, e.to_id, CASE WHEN e.relation = 'member' THEN '' ELSE ? END, c.job, e.facts
     FROM change c CROSS JOIN change_edge e WHERE c.id >= ? AND c.id <= ? AND e.change = c.id
     ON CONFLICT (owner, relation, to_type, to_id) DO UPDATE SET facts = excluded.facts, job = excluded.job`,
    facts.tree,
    first,
    last,
  );
  await transaction.run(
    `INSERT INTO contribution (job, type, external_id, directory_id, data, relations, accepted_run)
     SELECT c.job, c.type, c.source_key, c.directory_id, s.desired, coalesce(s.relations, '[]'), c.run ${PLANNED}`,
    first,
    last,
  );
  await transaction.run(
    `INSERT INTO contribution_edge (job, type, external_id, relation, to_type, to_key, facts)
     SELECT c.job, e.type, e.source_key, e.relation, e.to_type, e.to_key, e.facts FROM change c CROSS JOIN staged_edge e
     WHERE c.id >= ? AND c.id <= ? AND e.run = c.run AND e.type = c.type AND e.source_key = c.source_key
     ON CONFLICT (job, type, external_id, relation, to_type, to_key) DO UPDATE SET facts = excluded.facts`,
    first,
    last,
  );
  await transaction.run(
    `INSERT INTO link (connection, type, external_id, directory_id, role, state, revision, made_by, made_at, ours)
     SELECT CAST(? AS TEXT), c.type, c.source_key, c.directory_id, 'primary', 'linked', 1, 'run ' || c.run, CAST(? AS BIGINT), 1 FROM change c WHERE c.id >= ? AND c.id <= ?`,
    facts.connection,
    facts.now,
    first,
    last,
  );
  await transaction.run(
    `DELETE FROM allotted WHERE connection = ? AND (type, external_id) IN (SELECT c.type, c.source_key FROM change c WHERE c.id >= ? AND c.id <= ?)`,
    facts.connection,
    first,
    last,
  );
  await transaction.run(
    `INSERT INTO claim (job, type, source_key, directory_id, target_key, input_hash, settled, state, since)
     SELECT c.job, c.type, c.source_key, c.directory_id, c.directory_id, coalesce(s.input_hash, ''),
       CASE WHEN s.problems IS NULL AND c.type NOT IN {list} THEN 1 ELSE 0 END, 'held', CAST(? AS BIGINT) ${PLANNED}
     ON CONFLICT (job, type, source_key) DO UPDATE SET directory_id = excluded.directory_id, target_key = excluded.target_key, input_hash = excluded.input_hash,
       settled = excluded.settled, state = excluded.state`,
    list(facts.hiding),
    facts.now,
    first,
    last,
  );
}

/** Due times and problems of what was written: what is over goes, what is to be reviewed comes. */
export async function settleCreates(transaction: Transaction, span: Span): Promise<void> {
  const { first, last } = span;
  const own = '(SELECT c.job, c.type, c.source_key FROM change c WHERE c.id >= ? AND c.id <= ?)';
  await transaction.run(
    `DELETE FROM due WHERE what IN ('review', 'delete', 'delete-asked') AND (job, type, source_key) IN ${own}`,
    first,
    last,
  );
  await transaction.run(
    `INSERT INTO due (job, type, source_key, what, at) SELECT c.job, c.type, c.source_key, 'review', s.review_at ${PLANNED} AND s.review_at IS NOT NULL`,
    first,
    last,
  );
  await transaction.run(
    `DELETE FROM item WHERE last_run < ? AND cause LIKE 'apply:%' AND (job, type, source_key) IN ${own}`,
    span.run,
    first,
    last,
  );
}

/** Owners of references that waited for what is there now. */
export const waitingForCreates = (reader: Reader, span: Span): Promise<readonly { type: string; source_key: string }[]> =>
  reader.all(
    `SELECT DISTINCT w.type AS type, w.source_key AS source_key FROM change c CROSS JOIN waiting_reference w
     WHERE c.id >= ? AND c.id <= ? AND w.job = c.job AND w.to_type = c.type AND w.to_key = c.source_key`,
    span.first,
    span.last,
  );

export const APPLIED = `UPDATE change SET state = 'applied', ended_at = ?, attempts = attempts + 1, secrets = NULL WHERE id >= ? AND id <= ?`;

/** All changes between these two, ends included, are carried out. */
export const markSpanApplied = (transaction: Transaction, first: number, last: number, now: number): Promise<number> =>
  transaction.run(APPLIED, now, first, last);

/** History of the creates under one sequence number. Call it last in the transaction: the counter row is the last lock. */
export async function appendCreates(transaction: Transaction, span: Span, facts: { at: number; actor: string }): Promise<void> {
  const { first, last } = span;
  const seq = await nextNumber(transaction, 'history');
  await transaction.run(
    `INSERT INTO history (seq, n, at, type, id, action, before, after, run, job, change, actor)
     SELECT CAST(? AS BIGINT), c.id - CAST(? AS BIGINT), CAST(? AS BIGINT), c.type, c.directory_id, c.action, c.before, c.after, c.run, c.job, c.id, CAST(? AS TEXT) FROM change c WHERE c.id >= ? AND c.id <= ?`,
    seq,
    first,
    facts.at,
    facts.actor,
    first,
    last,
  );
  await transaction.run(
    `INSERT INTO history_edge (seq, n, relation, to_type, to_id, op, facts, facts_before)
     SELECT CAST(? AS BIGINT), e.change - CAST(? AS BIGINT), e.relation, e.to_type, e.to_id, e.op, e.facts, e.facts_before FROM change_edge e WHERE e.change >= ? AND e.change <= ?`,
    seq,
    first,
    first,
    last,
  );
}
