// The central directory: objects, edges, comparison keys and append-only history.
import type { Attributes } from '../core/model.ts';
import { APART_ACTIONS } from '../core/plan.ts';
import { list, type Reader, rows, type SqlValue, type Transaction } from './database.ts';
import { nextNumber } from './counters.ts';

export interface ObjectRow {
  readonly id: string;
  readonly type: string;
  readonly lifecycle: string;
  /** Attributes as canonical JSON; references are directory ids. */
  readonly data: string;
  /** Known relations, JSON list. */
  readonly relations: string;
  readonly revision: number;
  readonly contributions: number;
}

export interface EdgeRow {
  readonly owner: string;
  readonly relation: string;
  readonly to_type: string;
  readonly to_id: string;
  readonly tree: string;
  readonly job: number;
  readonly facts: string;
}

export const objectsOf = (reader: Reader, ids: readonly string[]): Promise<readonly ObjectRow[]> =>
  ids.length === 0 ? Promise.resolve([]) : reader.all<ObjectRow>('SELECT * FROM object WHERE id IN {list}', list(ids));

/** Of these ids, those of objects that were removed. */
export const removedAmong = async (reader: Reader, ids: readonly string[]): Promise<ReadonlySet<string>> =>
  new Set(
    (ids.length === 0
      ? []
      : await reader.all<{ id: string }>(`SELECT id FROM object WHERE id IN {list} AND lifecycle = 'absent'`, list(ids))
    ).map((row) => row.id),
  );

export const edgesOf = (reader: Reader, owners: readonly string[]): Promise<readonly EdgeRow[]> =>
  owners.length === 0 ? Promise.resolve([]) : reader.all<EdgeRow>('SELECT * FROM edge WHERE owner IN {list}', list(owners));

/** One owner's edges of a relation, in the order of their far ends, after this one; however many there are, only these are read. */
export const edgePage = (
  reader: Reader,
  owner: string,
  relation: string,
  after: readonly [type: string, id: string],
  limit: number,
): Promise<readonly EdgeRow[]> =>
  reader.all<EdgeRow>(
    `SELECT * FROM edge WHERE owner = ? AND relation = ? AND (to_type, to_id) > (?, ?) ORDER BY to_type, to_id LIMIT ?`,
    owner,
    relation,
    ...after,
    limit,
  );

/** The first edges of one owner, of every relation. */
export const firstEdgesOf = (reader: Reader, owner: string, limit: number): Promise<readonly EdgeRow[]> =>
  reader.all<EdgeRow>('SELECT * FROM edge WHERE owner = ? ORDER BY relation, to_type, to_id LIMIT ?', owner, limit);

export const countEdgesOf = async (reader: Reader, owner: string): Promise<number> =>
  Number((await reader.get<{ n: number }>('SELECT count(*) AS n FROM edge WHERE owner = ?', owner))!.n);

export const objectPage = (reader: Reader, type: string, after: string, limit: number): Promise<readonly ObjectRow[]> =>
  reader.all<ObjectRow>(`SELECT * FROM object WHERE type = ? AND id > ? AND lifecycle <> 'absent' ORDER BY id LIMIT ?`, type, after, limit);

/** Of a type, those that were taken out, by id. */
export const gonePage = (reader: Reader, type: string, after: string, limit: number): Promise<readonly ObjectRow[]> =>
  reader.all<ObjectRow>(`SELECT * FROM object WHERE type = ? AND id > ? AND lifecycle = 'absent' ORDER BY id LIMIT ?`, type, after, limit);

/** How many edges of a relation each of these owns. */
export const countEdges = (
  reader: Reader,
  owners: readonly string[],
  relation: string,
): Promise<readonly { readonly owner: string; readonly count: number }[]> =>
  owners.length === 0
    ? Promise.resolve([])
    : reader.all('SELECT owner, count(*) AS count FROM edge WHERE owner IN {list} AND relation = ? GROUP BY owner', list(owners), relation);

export const countObjects = async (reader: Reader, type: string): Promise<number> =>
  (await reader.get<{ n: number }>(`SELECT count(*) AS n FROM object WHERE type = ? AND lifecycle <> 'absent'`, type))!.n;

export const findObjects = (
  reader: Reader,
  type: string,
  attribute: string,
  keys: readonly string[],
): Promise<readonly { key: string; id: string }[]> =>
  reader.all('SELECT key, id FROM object_key WHERE type = ? AND attribute = ? AND key IN {list}', type, attribute, list(keys));

/** These departments and everything below them. */
export async function subtreeOf(reader: Reader, departments: readonly string[]): Promise<readonly string[]> {
  const found = new Set(departments);
  for (let front = [...departments]; front.length > 0; ) {
    const children = await reader.all<{ id: string }>(
      `SELECT id FROM object_key WHERE type = 'department' AND attribute = 'parent' AND key IN {list}`,
      list(front),
    );
    front = children.map((row) => row.id).filter((id) => !found.has(id));
    for (const id of front) found.add(id);
  }
  return [...found];
}

export type PersonRow = Pick<ObjectRow, 'id' | 'lifecycle' | 'data'>;

/** People of these departments who have not left, once each, in the order of their ids. */
export const membersOfDepartments = (
  reader: Reader,
  departments: readonly string[],
  after: string,
  limit: number,
): Promise<readonly PersonRow[]> =>
  reader.all<PersonRow>(
    `SELECT o.id AS id, o.lifecycle AS lifecycle, o.data AS data FROM object o WHERE o.type = 'person' AND o.lifecycle IN ('active', 'suspended', 'pre-hire')
       AND o.id IN (SELECT e.owner FROM edge e WHERE e.relation = 'membership' AND e.to_id IN {list}) AND o.id > ? ORDER BY o.id LIMIT ?`,
    list(departments),
    after,
    limit,
  );

/** Everybody who has not left. */
export const peoplePage = (reader: Reader, after: string, limit: number): Promise<readonly PersonRow[]> =>
  reader.all<PersonRow>(
    `SELECT id, lifecycle, data FROM object WHERE type = 'person' AND lifecycle IN ('active', 'suspended', 'pre-hire') AND id > ? ORDER BY id LIMIT ?`,
    after,
    limit,
  );

/** Edges that lead to these objects. */
export const edgesTo = (reader: Reader, ids: readonly string[]): Promise<readonly EdgeRow[]> =>
  reader.all<EdgeRow>('SELECT * FROM edge WHERE to_id IN {list} ORDER BY owner', list(ids));

/** Everybody whom objects of the type refer to by this reference, and whom they refer to themselves (null: nobody). */
export async function referredTo(reader: Reader, type: string, attribute: string): Promise<ReadonlyMap<string, string | null>> {
  const above = new Map<string, string | null>();
  for (const { id } of await reader.all<{ id: string }>(
    'SELECT DISTINCT key AS id FROM object_key WHERE type = ? AND attribute = ?',
    type,
    attribute,
  ))
    above.set(id, null);
  for (const { id, key } of await reader.all<{ id: string; key: string }>(
    // Each of them once, before they are looked for: there are far fewer than those who refer to them.
    `WITH above AS MATERIALIZED (SELECT DISTINCT key AS id FROM object_key WHERE type = ? AND attribute = ?)
     SELECT id, key FROM object_key WHERE type = ? AND attribute = ? AND id IN (SELECT id FROM above)`,
    type,
    attribute,
    type,
    attribute,
  ))
    above.set(id, key);
  return above;
}

export interface ObjectIn {
  readonly id: string;
  readonly type: string;
  readonly lifecycle: string;
  readonly data: string;
  readonly relations: string;
}

export async function putObjects(transaction: Transaction, objects: readonly ObjectIn[]): Promise<void> {
  await transaction.insert(
    'object',
    ['id', 'type', 'lifecycle', 'data', 'relations', 'revision', 'contributions'],
    objects.map((object) => [object.id, object.type, object.lifecycle, object.data, object.relations, 1, 1]),
    `(id) DO UPDATE SET lifecycle = excluded.lifecycle, data = excluded.data, relations = excluded.relations, revision = object.revision + 1`,
  );
}

/** Every transaction that touches contributions of an object bumps this, so that plans made on older ones are superseded. */
export const bumpContributions = (transaction: Transaction, ids: readonly string[]): Promise<number> =>
  transaction.run('UPDATE object SET contributions = contributions + 1 WHERE id IN {list}', list(ids));

export interface KeyIn {
  readonly type: string;
  readonly attribute: string;
  readonly key: string;
  readonly id: string;
}

const nameOfKey = (key: KeyIn): string => `${key.type}\0${key.attribute}\0${key.key}\0${key.id}`;

/** Comparison keys of objects: `before` of what they were, `after` of what they are. Only what differs is touched. */
export async function replaceKeys(transaction: Transaction, before: readonly KeyIn[], after: readonly KeyIn[]): Promise<void> {
  if (before.length > 0) {
    const kept = new Set(after.map(nameOfKey));
    const gone = before.filter((key) => !kept.has(nameOfKey(key)));
    if (gone.length > 0) {
      await transaction.run(
        'DELETE FROM object_key WHERE (type, attribute, key, id) IN (SELECT g.t, g.a, g.k, g.i FROM {rows: t text, a text, k text, i text} g)',
        rows(gone.map((key) => [key.type, key.attribute, key.key, key.id])),
      );
    }
  }
  const had = new Set(before.map(nameOfKey));
  await transaction.insert(
    'object_key',
    ['type', 'attribute', 'key', 'id'],
    after.filter((key) => had.size === 0 || !had.has(nameOfKey(key))).map((key) => [key.type, key.attribute, key.key, key.id]),
    '(type, attribute, key, id) DO NOTHING',
  );
}

export interface EdgeOp {
  readonly owner: string;
  readonly relation: string;
  readonly toType: string;
  readonly toId: string;
  readonly op: 'add' | 'remove' | 'update';
  readonly facts: string;
  readonly factsBefore: string | null;
  /** Where it lies and whose word it is, when that is not the tree and the job of the run that writes it. */
  readonly of?: { readonly tree: string; readonly job: number };
}

/** An edge that is there stays in its tree, unless the change says in which one it is now. */
export async function applyEdges(transaction: Transaction, ops: readonly EdgeOp[], tree: string, job: number): Promise<void> {
  const removed = ops.filter((op) => op.op === 'remove');
  if (removed.length > 0) {
    await transaction.run(
      `DELETE FROM edge WHERE (owner, relation, to_type, to_id) IN
         (SELECT r.owner, r.relation, r.to_type, r.to_id FROM {rows: owner text, relation text, to_type text, to_id text} r)`,
      rows(removed.map((op) => [op.owner, op.relation, op.toType, op.toId])),
    );
  }
  const put = (some: readonly EdgeOp[], more: string): Promise<void> =>
    transaction.insert(
      'edge',
      ['owner', 'relation', 'to_type', 'to_id', 'tree', 'job', 'facts'],
      some.map((op) => [
        op.owner,
        op.relation,
        op.toType,
        op.toId,
        op.of?.tree ?? (op.relation === 'member' ? '' : tree),
        op.of?.job ?? job,
        op.facts,
      ]),
      `(owner, relation, to_type, to_id) DO UPDATE SET facts = excluded.facts, job = excluded.job${more}`,
    );
  const kept = ops.filter((op) => op.op !== 'remove');
  await put(
    kept.filter((op) => op.of === undefined),
    '',
  );
  const labelled = kept.filter((op) => op.of !== undefined);
  if (labelled.length > 0) await put(labelled, ', tree = excluded.tree');
}

/** Edges of others that lead to these objects, with the type of their owner. */
export const edgesInto = (reader: Reader, ids: readonly string[]): Promise<readonly (EdgeRow & { readonly type: string })[]> =>
  reader.all(
    `SELECT e.*, o.type FROM edge e JOIN object o ON o.id = e.owner WHERE e.to_id IN {list} AND e.owner NOT IN {list} ORDER BY e.owner, e.relation, e.to_id`,
    list(ids),
    list(ids),
  );

/** Entries that change nothing of the object itself. */
const ABOUT_ACCOUNTS: readonly string[] = ['link', 'unlink', ...APART_ACTIONS];

export interface HistoryIn {
  readonly type: string;
  readonly id: string;
  readonly action: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly change: number | null;
  readonly edges: readonly EdgeOp[];
  /** What is said by hand of this object and one of another system: that one. */
  readonly link?: { readonly connection: string; readonly externalId: string };
}

/** Appends one batch under one sequence number. Call it last in the transaction: the counter row is the last lock. */
export async function appendHistory(
  transaction: Transaction,
  entries: readonly HistoryIn[],
  facts: { at: number; run: number | null; job: number | null; actor: string },
): Promise<number> {
  if (entries.length === 0) return 0;
  const seq = await nextNumber(transaction, 'history');
  await transaction.insert(
    'history',
    ['seq', 'n', 'at', 'type', 'id', 'action', 'before', 'after', 'run', 'job', 'change', 'actor'],
    entries.map((entry, n): SqlValue[] => [
      seq,
      n,
      facts.at,
      entry.type,
      entry.id,
      entry.action,
      entry.before,
      entry.after,
      facts.run,
      facts.job,
      entry.change,
      facts.actor,
    ]),
  );
  await transaction.insert(
    'history_edge',
    ['seq', 'n', 'relation', 'to_type', 'to_id', 'op', 'facts', 'facts_before'],
    entries.flatMap((entry, n) =>
      entry.edges.map((edge): SqlValue[] => [seq, n, edge.relation, edge.toType, edge.toId, edge.op, edge.facts, edge.factsBefore]),
    ),
    '(seq, n, relation, to_type, to_id) DO NOTHING',
  );
  await transaction.insert(
    'history_link',
    ['seq', 'n', 'connection', 'external_id'],
    entries.flatMap(({ link }, n): SqlValue[][] => (link ? [[seq, n, link.connection, link.externalId]] : [])),
  );
  return seq;
}

export const historySequence = async (reader: Reader): Promise<number> =>
  (await reader.get<{ value: number }>(`SELECT value FROM counter WHERE name = 'history'`))?.value ?? 0;

export interface HistoryRow {
  readonly seq: number;
  readonly n: number;
  readonly at: number;
  readonly type: string;
  readonly id: string;
  readonly action: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly run: number | null;
  readonly job: number | null;
  readonly change: number | null;
  readonly actor: string;
}

export const historyOf = (reader: Reader, id: string, limit: number): Promise<readonly HistoryRow[]> =>
  reader.all<HistoryRow>('SELECT * FROM history WHERE id = ? ORDER BY seq DESC, n DESC LIMIT ?', id, limit);

/** Of each of these the last entry that is about itself, not about whose account is whose. */
export const lastEntries = (reader: Reader, ids: readonly string[]): Promise<readonly HistoryRow[]> =>
  ids.length === 0
    ? Promise.resolve([])
    : reader.all<HistoryRow>(
        `SELECT h.* FROM history h WHERE h.id IN {list} AND h.action NOT IN {list} AND NOT EXISTS (
           SELECT 1 FROM history l WHERE l.id = h.id AND l.action NOT IN {list} AND (l.seq > h.seq OR (l.seq = h.seq AND l.n > h.n)))`,
        list(ids),
        list(ABOUT_ACCOUNTS),
        list(ABOUT_ACCOUNTS),
      );

/** Newest first, before a place: of one object, of one run, or of everything. */
export const historyPage = (
  reader: Reader,
  filter: { object?: string | undefined; run?: number | undefined; before?: readonly [seq: number, n: number] | undefined; limit: number },
): Promise<readonly HistoryRow[]> => {
  const [seq, n] = filter.before ?? [Number.MAX_SAFE_INTEGER, 0];
  const wanted = [
    ['id = ?', filter.object],
    ['run = ?', filter.run],
  ].filter((pair): pair is [string, string | number] => pair[1] !== undefined);
  return reader.all<HistoryRow>(
    `SELECT * FROM history WHERE ${wanted.map(([condition]) => `${condition} AND`).join(' ')} (seq, n) < (?, ?) ORDER BY seq DESC, n DESC LIMIT ?`,
    ...wanted.map(([, value]) => value),
    seq,
    n,
    filter.limit,
  );
};

/** Members of one department, by id. */
export const departmentPage = (reader: Reader, department: string, after: string, limit: number): Promise<readonly ObjectRow[]> =>
  reader.all<ObjectRow>(
    `SELECT o.* FROM edge e JOIN object o ON o.id = e.owner WHERE e.to_id = ? AND e.relation = 'membership' AND e.owner > ? AND o.lifecycle <> 'absent'
     ORDER BY e.owner LIMIT ?`,
    department,
    after,
    limit,
  );

/**
 * Objects touched in whole batches after `seq`, up to and including the last batch that begins within `limit` batches.
 * @param but  actions that are passed over: their batches count, their objects do not
 */
export async function touchedSince(
  reader: Reader,
  seq: number,
  batches: number,
  but: readonly string[] = [],
): Promise<{ rows: readonly { type: string; id: string }[]; seq: number }> {
  const last = await reader.get<{ seq: number }>(
    'SELECT max(seq) AS seq FROM (SELECT DISTINCT seq FROM history WHERE seq > ? ORDER BY seq LIMIT ?) AS b',
    seq,
    batches,
  );
  const until = last?.seq ?? seq;
  const rows = await reader.all<{ type: string; id: string }>(
    'SELECT DISTINCT type, id FROM history WHERE seq > ? AND seq <= ? AND action NOT IN {list}',
    seq,
    until,
    list(but),
  );
  return { rows, seq: until };
}

/** Updates of these objects since then, oldest first. */
export async function updatesOf(
  reader: Reader,
  ids: readonly string[],
  since: number,
): Promise<readonly { readonly id: string; readonly before: Attributes; readonly after: Attributes }[]> {
  const found = await reader.all<{ id: string; before: string | null; after: string | null }>(
    `SELECT id, before, after FROM history WHERE id IN {list} AND at >= ? AND action = 'update' ORDER BY seq, n`,
    list(ids),
    since,
  );
  return found.map((row) => ({ id: row.id, before: parsed(row.before), after: parsed(row.after) }));
}

const parsed = (text: string | null): Attributes => (text === null ? {} : (JSON.parse(text) as Attributes));
