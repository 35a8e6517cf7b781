// The ledger: every planned change with its verdict, outcome and edges.
import { list, type Reader, rows, type SqlValue, type Transaction } from './database.ts';
import { deedOf } from '../core/deed.ts';
import { takeNumbers } from './counters.ts';
import { APPLIED, markSpanApplied } from './creates.ts';

export interface ChangeRow {
  readonly id: number;
  readonly run: number;
  readonly job: number;
  readonly connection: string;
  readonly wave: number;
  readonly depth: number;
  readonly type: string;
  readonly source_key: string;
  readonly directory_id: string | null;
  readonly target_key: string | null;
  readonly title: string | null;
  readonly action: string;
  readonly aspect: string;
  readonly situation: string;
  readonly reason: string;
  /** `|kind|kind|` */
  readonly kinds: string;
  readonly before: string | null;
  readonly after: string | null;
  readonly hash: string;
  readonly precondition: string;
  readonly needs: string | null;
  readonly secrets: string | null;
  readonly temporary: string | null;
  readonly state: string;
  /** What lists call it: see core/deed.ts. */
  readonly deed: string;
  readonly verdict: string | null;
  readonly epoch: number | null;
  readonly attempts: number;
  readonly error_kind: string | null;
  readonly error: string | null;
  readonly snapshot: string | null;
  readonly held: number | null;
  readonly sent_at: number | null;
  readonly ended_at: number | null;
  /** Who has it in hand, where several workers share a run: see batches.ts. */
  readonly batch: number | null;
}

export interface ChangeEdgeRow {
  readonly change: number;
  readonly relation: string;
  readonly to_type: string;
  readonly to_id: string;
  readonly op: 'add' | 'remove' | 'update';
  readonly facts: string;
  readonly facts_before: string | null;
}

export type NewChange = Pick<
  ChangeRow,
  | 'wave'
  | 'depth'
  | 'type'
  | 'source_key'
  | 'directory_id'
  | 'target_key'
  | 'title'
  | 'action'
  | 'aspect'
  | 'situation'
  | 'reason'
  | 'kinds'
  | 'before'
  | 'after'
  | 'hash'
  | 'precondition'
  | 'needs'
  | 'secrets'
  | 'temporary'
> & {
  readonly edges: readonly Omit<ChangeEdgeRow, 'change'>[];
};

const newColumns = [
  'wave',
  'depth',
  'type',
  'source_key',
  'directory_id',
  'target_key',
  'title',
  'action',
  'aspect',
  'situation',
  'reason',
  'kinds',
  'before',
  'after',
  'hash',
  'precondition',
  'needs',
  'secrets',
  'temporary',
] as const;

/** Appends planned changes; returns their ids in order. */
export async function planChanges(
  transaction: Transaction,
  facts: { run: number; job: number; connection: string },
  changes: readonly NewChange[],
): Promise<number> {
  if (changes.length === 0) return 0;
  const first = await takeNumbers(transaction, 'change', changes.length);
  await transaction.insert(
    'change',
    ['id', 'run', 'job', 'connection', 'state', 'deed', ...newColumns],
    changes.map((change, index): SqlValue[] => [
      first + index,
      facts.run,
      facts.job,
      facts.connection,
      'planned',
      deedOf(change),
      ...newColumns.map((name) => change[name] as SqlValue),
    ]),
  );
  await transaction.insert(
    'change_edge',
    ['change', 'relation', 'to_type', 'to_id', 'op', 'facts', 'facts_before'],
    changes.flatMap((change, index) =>
      change.edges.map((edge): SqlValue[] => [
        first + index,
        edge.relation,
        edge.to_type,
        edge.to_id,
        edge.op,
        edge.facts,
        edge.facts_before,
      ]),
    ),
  );
  return first;
}

export const clearPlan = async (transaction: Transaction, run: number): Promise<void> => {
  await transaction.run('DELETE FROM change_edge WHERE change IN (SELECT id FROM change WHERE run = ?)', run);
  await transaction.run('DELETE FROM change WHERE run = ?', run);
};

/** Whether an earlier life of the run has planned anything. */
export const hasPlan = async (reader: Reader, run: number): Promise<boolean> =>
  (await reader.get('SELECT 1 AS yes FROM change WHERE run = ? LIMIT 1', run)) !== undefined;

export const nextBatch = (
  reader: Reader,
  run: number,
  state: string,
  wave: number,
  depth: number,
  limit: number,
): Promise<readonly ChangeRow[]> =>
  reader.all<ChangeRow>(
    'SELECT * FROM change WHERE run = ? AND state = ? AND wave = ? AND depth = ? ORDER BY id LIMIT ?',
    run,
    state,
    wave,
    depth,
    limit,
  );

export const nextStep = (reader: Reader, run: number): Promise<{ wave: number; depth: number } | undefined> =>
  reader.get(`SELECT wave, depth FROM change WHERE run = ? AND state = 'planned' ORDER BY wave, depth LIMIT 1`, run);

/**
 * Changes of a run in these states, page by page in the order of planning. Found by the run alone (`state || ''`): where most of a
 * run is in these states, a page that is found by them has to sort everything that is left.
 */
export const changesIn = (
  reader: Reader,
  run: number,
  states: readonly string[],
  after: number,
  limit: number,
): Promise<readonly ChangeRow[]> =>
  reader.all<ChangeRow>(
    `SELECT * FROM change WHERE run = ? AND id > ? AND state || '' IN {list} ORDER BY id LIMIT ?`,
    run,
    after,
    list(states),
    limit,
  );

/** The same for a state in which few changes of a run are: found by it (`+id`). */
export const fewChangesIn = (reader: Reader, run: number, state: string, after: number, limit: number): Promise<readonly ChangeRow[]> =>
  reader.all<ChangeRow>('SELECT * FROM change WHERE run = ? AND state = ? AND +id > ? ORDER BY +id LIMIT ?', run, state, after, limit);

export const planPage = (reader: Reader, run: number, after: number, limit: number): Promise<readonly ChangeRow[]> =>
  reader.all<ChangeRow>('SELECT * FROM change WHERE run = ? AND id > ? ORDER BY id LIMIT ?', run, after, limit);

export const changesById = (reader: Reader, ids: readonly number[]): Promise<readonly ChangeRow[]> =>
  reader.all<ChangeRow>('SELECT c.* FROM change c WHERE CAST(c.id AS TEXT) IN {list}', list(ids.map(String)));

/** Of these objects, those that a change of another run has under way at the target. */
export const busyElsewhere = async (
  reader: Reader,
  connection: string,
  run: number,
  ids: readonly string[],
): Promise<ReadonlySet<string>> =>
  new Set(
    (
      await reader.all<{ directory_id: string }>(
        `SELECT directory_id FROM change WHERE connection = ? AND directory_id IN {list} AND state IN ('sent', 'unknown') AND run <> ?`,
        connection,
        list(ids),
        run,
      )
    ).map((row) => row.directory_id),
  );

/** What ended runs of the job left behind without knowing its outcome. */
export const leftUnknown = (reader: Reader, job: number, after: number, limit: number): Promise<readonly ChangeRow[]> =>
  reader.all<ChangeRow>(
    `SELECT c.* FROM change c JOIN run r ON r.id = c.run WHERE c.state IN ('sent', 'unknown') AND c.job = ? AND c.id > ? AND r.ended_at IS NOT NULL ORDER BY c.id LIMIT ?`,
    job,
    after,
    limit,
  );

/** Of these objects, those of which the run has carried out a change. Found by the object (`run + 0`), not by walking through the run. */
export const carriedOut = async (
  reader: Reader,
  facts: { readonly run: number; readonly job: number },
  type: string,
  keys: readonly string[],
): Promise<ReadonlySet<string>> =>
  new Set(
    (
      await reader.all<{ source_key: string }>(
        `SELECT DISTINCT source_key FROM change WHERE job = ? AND type = ? AND source_key IN {list} AND run + 0 = ? AND state || '' = 'applied'`,
        facts.job,
        type,
        list(keys),
        facts.run,
      )
    ).map((row) => row.source_key),
  );

export const edgesOfChanges = (reader: Reader, ids: readonly number[]): Promise<readonly ChangeEdgeRow[]> =>
  ids.length === 0
    ? Promise.resolve([])
    : reader.all<ChangeEdgeRow>('SELECT * FROM change_edge WHERE change >= ? AND change <= ?', Math.min(...ids), Math.max(...ids));

/** The same of changes that lie anywhere. */
const edgesOfSome = (reader: Reader, ids: readonly number[]): Promise<readonly ChangeEdgeRow[]> =>
  ids.length === 0
    ? Promise.resolve([])
    : reader.all<ChangeEdgeRow>(
        'SELECT e.* FROM change_edge e WHERE e.change IN (SELECT r.id FROM {rows: id bigint} r)',
        rows(ids.map((id) => [id])),
      );

export interface FirstEdges {
  /** All of them. */
  readonly count: number;
  readonly edges: readonly ChangeEdgeRow[];
}

/**
 * Of changes that lie anywhere, the first edges of each relation that come, go or change: a group may have a hundred thousand members, and a
 * list tells a few. They are counted in the index; only where there are more than that is each kind of them read by itself.
 */
export async function firstEdges(reader: Reader, ids: readonly number[], most: number): Promise<ReadonlyMap<number, FirstEdges>> {
  if (ids.length === 0) return new Map();
  const counts = await reader.all<{ change: number; relation: string; op: string; n: number }>(
    `SELECT e.change AS change, e.relation AS relation, e.op AS op, count(*) AS n FROM change_edge e
     WHERE e.change IN (SELECT r.id FROM {rows: id bigint} r) GROUP BY e.change, e.relation, e.op`,
    rows(ids.map((id) => [id])),
  );
  const large = counts.filter(({ n }) => Number(n) > most);
  const long = new Set(large.map(({ change }) => Number(change)));
  const found = [
    ...(await edgesOfSome(
      reader,
      ids.filter((id) => !long.has(id)),
    )),
  ];
  const kinds = counts.filter(({ change }) => long.has(Number(change)));
  for (let at = 0; at < kinds.length; at += KINDS_AT_ONCE) {
    const some = kinds.slice(at, at + KINDS_AT_ONCE);
    const one =
      'SELECT * FROM (SELECT * FROM change_edge WHERE change = ? AND relation = ? AND op = ? ORDER BY to_type, to_id LIMIT ?) first';
    found.push(
      ...(await reader.all<ChangeEdgeRow>(
        some.map(() => one).join(' UNION ALL '),
        ...some.flatMap(({ change, relation, op }) => [change, relation, op, most]),
      )),
    );
  }
  const own = Map.groupBy(found, (edge) => Number(edge.change));
  const whole = Map.groupBy(counts, ({ change }) => Number(change));
  return new Map(
    [...whole].map(([change, kindsOfIt]) => [
      change,
      { count: kindsOfIt.reduce((sum, { n }) => sum + Number(n), 0), edges: own.get(change) ?? [] },
    ]),
  );
}

const KINDS_AT_ONCE = 100;

export interface ChangePatch {
  readonly id: number;
  readonly state: string;
  readonly verdict?: string | null;
  readonly errorKind?: string | null;
  readonly error?: string | null;
  readonly targetKey?: string | null;
  readonly snapshot?: string | null;
  readonly epoch?: number | null;
  /** It was marked sent, but the call was never made: that was no attempt. */
  readonly uncalled?: boolean;
  readonly at: number;
}

const ended = new Set(['applied', 'failed', 'held', 'refused', 'skipped', 'superseded', 'dead', 'pending', 'waiting']);

/** Stores outcomes. A secret is wiped with the outcome. `sent_at` is when the call may last have been on its way. */
export async function patchChanges(transaction: Transaction, patches: readonly ChangePatch[]): Promise<void> {
  if (patches.length === 0) return;
  await transaction.run(
    `UPDATE change SET state = r.state, verdict = coalesce(r.verdict, change.verdict), error_kind = r.error_kind, error = r.error,
       target_key = coalesce(r.target_key, change.target_key), snapshot = coalesce(r.snapshot, change.snapshot), epoch = coalesce(r.epoch, change.epoch),
       sent_at = CASE WHEN r.state IN ('sent', 'unknown') THEN r.at ELSE change.sent_at END, ended_at = CASE WHEN r.done = 1 THEN r.at ELSE change.ended_at END,
       attempts = change.attempts + r.tried, secrets = CASE WHEN r.state = 'applied' THEN NULL ELSE change.secrets END
     FROM {rows: id bigint, state text, verdict text, error_kind text, error text, target_key text, snapshot text, epoch bigint, done bigint, tried bigint, at bigint} r
     WHERE change.id = r.id`,
    rows(
      patches.map((patch) => [
        patch.id,
        patch.state,
        patch.verdict ?? null,
        patch.errorKind ?? null,
        patch.error ?? null,
        patch.targetKey ?? null,
        patch.snapshot ?? null,
        patch.epoch ?? null,
        ended.has(patch.state) ? 1 : 0,
        patch.uncalled ? -1 : patch.state === 'sent' ? 1 : 0,
        patch.at,
      ]),
    ),
  );
}

/** These changes are carried out, all in the transaction that carried them out. */
export async function markApplied(transaction: Transaction, ids: readonly number[], now: number): Promise<void> {
  if (ids.length === 0) return;
  const [first, last] = [Math.min(...ids), Math.max(...ids)];
  if (last - first + 1 === ids.length) await markSpanApplied(transaction, first, last, now);
  else await transaction.run(`${APPLIED} AND CAST(id AS TEXT) IN {list}`, now, first, last, list(ids.map(String)));
}

/** What is taken out of a planned change: its values and edges, and what the change keeps. */
export interface SplitOff {
  readonly kept: { readonly before: object; readonly after: object };
  readonly rest: { readonly before: object; readonly after: object };
  readonly edges: readonly ChangeEdgeRow[];
  readonly hash: string;
}

/** Moves a part of a planned change into a pending line of its own. */
export async function splitPending(
  transaction: Transaction,
  change: ChangeRow,
  split: SplitOff,
  verdict: object,
  now: number,
): Promise<void> {
  const id = await planChanges(transaction, change, [
    {
      ...change,
      action: 'update',
      aspect: 'references',
      before: JSON.stringify(split.rest.before),
      after: JSON.stringify(split.rest.after),
      hash: split.hash,
      needs: null,
      secrets: null,
      edges: split.edges.map(({ change: _of, ...edge }) => edge),
    },
  ]);
  await patchChanges(transaction, [{ id, state: 'pending', at: now, verdict: JSON.stringify(verdict) }]);
  await transaction.run(
    'UPDATE change SET before = ?, after = ? WHERE id = ?',
    JSON.stringify(split.kept.before),
    JSON.stringify(split.kept.after),
    change.id,
  );
  for (const edge of split.edges) {
    await transaction.run(
      'DELETE FROM change_edge WHERE change = ? AND relation = ? AND to_type = ? AND to_id = ?',
      change.id,
      edge.relation,
      edge.to_type,
      edge.to_id,
    );
  }
}

/** What a run planned and will not begin any more. */
export const skipPlanned = (transaction: Transaction, run: number, verdict: object, now: number): Promise<number> =>
  transaction.run(
    `UPDATE change SET state = 'skipped', ended_at = ?, verdict = ?, secrets = NULL WHERE run = ? AND state = 'planned'`,
    now,
    JSON.stringify(verdict),
    run,
  );

export const countChanges = (
  reader: Reader,
  run: number,
): Promise<readonly { state: string; action: string; type: string; situation: string; count: number }[]> =>
  reader.all(
    'SELECT state, action, type, situation, count(*) AS count FROM change WHERE run = ? GROUP BY state, action, type, situation',
    run,
  );

/**
 * About how many people, departments and groups the changes of a run are: by state, and in all (state null). Who is disabled and removed,
 * or gets a title and a manager, is one. It looks at each of them: asked once, when a run ends.
 */
export const countObjects = (reader: Reader, run: number): Promise<readonly { state: string | null; count: number }[]> =>
  reader.all(
    `WITH changed AS MATERIALIZED (SELECT DISTINCT type, source_key, state FROM change WHERE run = ?)
     SELECT state, count(*) AS count FROM changed GROUP BY state
     UNION ALL SELECT NULL AS state, count(*) AS count FROM (SELECT DISTINCT type, source_key FROM changed) o`,
    run,
  );

/** What was carried out, and was not seen to have been: why, in words (a label), and of how many. */
export const countNotSeen = (reader: Reader, run: number): Promise<readonly { error: string; count: number }[]> =>
  reader.all(
    `SELECT error, count(*) AS count FROM change WHERE run = ? AND state = 'applied' AND error IS NOT NULL GROUP BY error ORDER BY count(*) DESC, error LIMIT 20`,
    run,
  );

export const countKinds = (reader: Reader, run: number): Promise<readonly { kinds: string; situation: string; count: number }[]> =>
  reader.all(`SELECT kinds, situation, count(*) AS count FROM change WHERE run = ? GROUP BY kinds, situation`, run);

/** Ids of the creates of a type that come after the first `room`, in the order in which they are carried out. */
export const createsBeyond = async (reader: Reader, run: number, type: string, room: number): Promise<readonly number[]> =>
  (
    await reader.all<{ id: number }>(
      `SELECT id FROM change WHERE run = ? AND state IN ('planned', 'held', 'refused') AND action = 'create' AND type = ? ORDER BY wave, depth, id LIMIT 1000000 OFFSET ?`,
      run,
      type,
      room,
    )
  ).map((row) => Number(row.id));
