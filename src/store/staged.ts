// The stage: what one run knows about each source object, and how far it got with it.
import { list, type Reader, rows, type Transaction } from './database.ts';

/** same: nothing to do · skipped: not in the pilot · read → mapped → correlated → diffed: next step to do · out/problem: ended early. */
export type Step = 'same' | 'read' | 'mapped' | 'correlated' | 'diffed' | 'skipped';
/** How the run met the object. `absent`: in the job's claims, not in a complete read. `unknown`: could not be judged. */
export type Seen = 'present' | 'absent' | 'tombstone' | 'unknown' | 'unreadable';

/** Keys that an upstream read found unchanged. A key that comes twice in a read counts once. */
export const putUnchanged = async (transaction: Transaction, run: number, type: string, keys: readonly string[]): Promise<void> => {
  if (keys.length === 0) return;
  await transaction.run(
    `INSERT INTO unchanged (run, type, n, keys, count) SELECT ?, ?, coalesce(max(n), 0) + 1, ?, ? FROM unchanged WHERE run = ? AND type = ?`,
    run,
    type,
    JSON.stringify(keys),
    keys.length,
    run,
    type,
  );
};

export const countUnchanged = (reader: Reader, run: number): Promise<readonly { type: string; count: number }[]> =>
  reader.all('SELECT type, sum(count) AS count FROM unchanged WHERE run = ? GROUP BY type', run);

/** A type that is read again from its beginning, or from where `countedTo` batches of unchanged keys had been noted. */
export const forgetUnchanged = (transaction: Transaction, run: number, type: string, countedTo = 0): Promise<number> =>
  transaction.run('DELETE FROM unchanged WHERE run = ? AND type = ? AND n > ?', run, type, countedTo);

export const lastUnchanged = async (reader: Reader, run: number, type: string): Promise<number> =>
  (await reader.get<{ n: number }>('SELECT coalesce(max(n), 0) AS n FROM unchanged WHERE run = ? AND type = ?', run, type))!.n;

export interface StagedRow {
  readonly type: string;
  readonly source_key: string;
  readonly step: Step;
  readonly seen: Seen;
  readonly input_hash: string | null;
  readonly desired: string | null;
  readonly relations: string | null;
  readonly problems: string | null;
  readonly scope_rule: string | null;
  readonly directory_id: string | null;
  readonly target_key: string | null;
  readonly situation: string | null;
  readonly detail: string | null;
  readonly review_at: number | null;
}

export interface StagedIn {
  readonly type: string;
  readonly key: string;
  readonly step: Step;
  readonly seen: Seen;
  readonly inputHash: string | null;
}

/** The later read of an object wins. */
export const putStaged = (transaction: Transaction, run: number, rows: readonly StagedIn[]): Promise<void> =>
  transaction.insert(
    'staged',
    ['run', 'type', 'source_key', 'step', 'seen', 'input_hash'],
    rows.map((row) => [run, row.type, row.key, row.step, row.seen, row.inputHash]),
    `(run, type, source_key) DO UPDATE SET step = excluded.step, seen = excluded.seen, input_hash = excluded.input_hash,
       desired = NULL, relations = NULL, problems = NULL, scope_rule = NULL, directory_id = NULL, target_key = NULL, situation = NULL, detail = NULL, review_at = NULL`,
  );

/** Of these objects something could not be read, and they came all the same: they are there. */
export const cameAllTheSame = (transaction: Transaction, run: number, type: string, keys: readonly string[]): Promise<number> =>
  transaction.run(
    `UPDATE staged SET seen = 'present' WHERE run = ? AND type = ? AND source_key IN {list} AND seen || '' = 'unreadable'`,
    run,
    type,
    list(keys),
  );

/** What another run has read later replaces the rows that are there; `same`: nothing is left to do for them here. */
export const laterRead = (
  transaction: Transaction,
  run: number,
  rows_: readonly Pick<StagedIn, 'type' | 'key' | 'seen'>[],
  step: 'read' | 'same',
): Promise<number> =>
  transaction.run(
    `UPDATE staged SET step = ?, seen = (SELECT r.s FROM {rows: t text, k text, s text} r WHERE r.t = staged.type AND r.k = staged.source_key),
       input_hash = NULL, situation = NULL WHERE run = ? AND (type, source_key) IN (SELECT r.t, r.k FROM {rows: t text, k text} r)`,
    step,
    rows(rows_.map((row) => [row.type, row.key, row.seen])),
    run,
    rows(rows_.map((row) => [row.type, row.key])),
  );

/** What a run has planned for these objects and not begun is not its matter any more. */
export const supersedePlanned = (
  transaction: Transaction,
  run: number,
  objects: readonly { type: string; key: string }[],
  verdict: string,
  now: number,
): Promise<number> =>
  transaction.run(
    `UPDATE change SET state = 'superseded', verdict = ?, ended_at = ? WHERE run = ? AND state IN ('planned', 'pending')
       AND (type, source_key) IN (SELECT r.t, r.k FROM {rows: t text, k text} r)`,
    verdict,
    now,
    run,
    rows(objects.map((row) => [row.type, row.key])),
  );

/** Rows still at `step` after a key, in key order: a resumed stage begins at '' and finds what is left. */
export const stagedAt = (
  reader: Reader,
  run: number,
  step: Step,
  type: string,
  after: string,
  limit: number,
): Promise<readonly StagedRow[]> =>
  reader.all<StagedRow>(
    'SELECT * FROM staged WHERE run = ? AND type = ? AND source_key > ? AND step = ? ORDER BY source_key LIMIT ?',
    run,
    type,
    after,
    step,
    limit,
  );

export const stagedOf = (reader: Reader, run: number, type: string, keys: readonly string[]): Promise<readonly StagedRow[]> =>
  reader.all<StagedRow>(`SELECT * FROM staged WHERE run = ? AND type = ? AND source_key IN {list}`, run, type, list(keys));

export interface StagedPatch {
  readonly type: string;
  readonly key: string;
  readonly step: Step;
  readonly inputHash?: string | null;
  /** Null and undefined leave it as it is. */
  readonly desired?: string | null;
  readonly relations?: string | null;
  readonly problems?: string | null;
  readonly scopeRule?: string | null;
  readonly directoryId?: string | null;
  readonly targetKey?: string | null;
  readonly situation?: string | null;
  readonly detail?: string | null;
  readonly reviewAt?: number | null;
}

const patchColumns = [
  ['inputHash', 'input_hash'],
  ['desired', 'desired'],
  ['relations', 'relations'],
  ['problems', 'problems'],
  ['scopeRule', 'scope_rule'],
  ['directoryId', 'directory_id'],
  ['targetKey', 'target_key'],
  ['situation', 'situation'],
  ['detail', 'detail'],
  ['reviewAt', 'review_at'],
] as const;

const keeps = new Set(['desired', 'input_hash', 'relations']);

/** Rows of creates that are planned now. */
export const markPlanned = async (transaction: Transaction, run: number, type: string, keys: readonly string[]): Promise<void> => {
  if (keys.length > 0)
    await transaction.run(
      `UPDATE staged SET step = 'diffed', situation = 'absent' WHERE run = ? AND type = ? AND source_key IN {list}`,
      run,
      type,
      list(keys),
    );
};

/** When these objects are to be looked at again, epoch ms. */
export const setReviews = async (
  transaction: Transaction,
  run: number,
  type: string,
  at: readonly (readonly [key: string, at: number])[],
): Promise<void> => {
  if (at.length > 0)
    await transaction.run(
      `UPDATE staged SET review_at = r.at FROM {rows: k text, at bigint} r WHERE staged.run = ? AND staged.type = ? AND staged.source_key = r.k`,
      rows(at),
      run,
      type,
    );
};

/** Stores the outcome of a stage for many objects. Columns left out of every patch stay as they are. */
export async function patchStaged(transaction: Transaction, run: number, patches: readonly StagedPatch[]): Promise<void> {
  if (patches.length === 0) return;
  const used = patchColumns.filter(([name]) => patches.some((patch) => patch[name] !== undefined));
  const names = ['run', 'type', 'source_key', 'step', 'seen', ...used.map(([, column]) => column)];
  await transaction.insert(
    'staged',
    names,
    patches.map((patch) => [run, patch.type, patch.key, patch.step, 'present', ...used.map(([name]) => patch[name] ?? null)]),
    `(run, type, source_key) DO UPDATE SET step = excluded.step${used.map(([, column]) => `, ${column} = ${keeps.has(column) ? `coalesce(excluded.${column}, staged.${column})` : `excluded.${column}`}`).join('')}`,
  );
}

/** Objects of a run that a rule led to the same counterpart as another one of them. */
export const sharedCounterparts = (
  reader: Reader,
  run: number,
  type: string,
): Promise<readonly Pick<StagedRow, 'source_key' | 'target_key' | 'detail'>[]> =>
  reader.all(
    `SELECT source_key, target_key, detail FROM staged WHERE run = ? AND type = ? AND step = 'correlated' AND situation = 'found' AND target_key IN
       (SELECT target_key FROM staged WHERE run = ? AND type = ? AND situation = 'found' GROUP BY target_key HAVING count(*) > 1)
     ORDER BY source_key`,
    run,
    type,
    run,
    type,
  );

/** Whether a rule has found a counterpart for anybody. */
export const hasFound = async (reader: Reader, run: number, type: string): Promise<boolean> =>
  (await reader.get(
    `SELECT 1 AS yes FROM staged WHERE run = ? AND type = ? AND step = 'correlated' AND situation = 'found' LIMIT 1`,
    run,
    type,
  )) !== undefined;

/** Whom a rule has led to one of these counterparts. */
export const foundCounterparts = async (
  reader: Reader,
  run: number,
  type: string,
  counterparts: readonly string[],
): Promise<readonly Pick<StagedRow, 'source_key' | 'target_key' | 'detail'>[]> =>
  counterparts.length === 0
    ? []
    : reader.all(
        `SELECT source_key, target_key, detail FROM staged WHERE run = ? AND type = ? AND step = 'correlated' AND situation = 'found' AND target_key IN {list}
         ORDER BY source_key`,
        run,
        type,
        list(counterparts),
      );

/** Who is in the directory, has no account in a system, and was not judged by this run; in the order of their ids. */
export const unlinkedBeside = async (
  reader: Reader,
  page: { readonly run: number; readonly connection: string; readonly type: string; readonly after: string; readonly limit: number },
): Promise<readonly string[]> =>
  (
    await reader.all<{ id: string }>(
      `SELECT o.id FROM object o WHERE o.type = ? AND o.id > ? AND o.lifecycle <> 'absent'
         AND NOT EXISTS (SELECT 1 FROM link l WHERE l.directory_id = o.id AND l.connection || '' = ? AND l.type = o.type AND l.role = 'primary')
         AND NOT EXISTS (SELECT 1 FROM staged s WHERE s.run = ? AND s.type = o.type AND s.source_key = o.id AND s.step = 'correlated')
       ORDER BY o.id LIMIT ?`,
      page.type,
      page.after,
      page.connection,
      page.run,
      page.limit,
    )
  ).map((row) => row.id);

/** What a rule led them to is not theirs for certain: they have no counterpart any more. */
export const makeAmbiguous = (
  transaction: Transaction,
  run: number,
  type: string,
  parted: readonly { readonly key: string; readonly detail: string }[],
): Promise<number> =>
  transaction.run(
    `UPDATE staged SET situation = 'ambiguous', target_key = NULL, detail = r.d FROM {rows: k text, d text} r
     WHERE staged.run = ? AND staged.type = ? AND staged.source_key = r.k`,
    rows(parted.map((row) => [row.key, row.detail])),
    run,
    type,
  );

export interface StagedEdge {
  readonly type: string;
  readonly source_key: string;
  readonly relation: string;
  readonly to_type: string;
  readonly to_key: string;
  readonly facts: string;
}

export async function replaceStagedEdges(
  transaction: Transaction,
  run: number,
  type: string,
  keys: readonly string[],
  edges: readonly StagedEdge[],
): Promise<void> {
  await transaction.run('DELETE FROM staged_edge WHERE run = ? AND type = ? AND source_key IN {list}', run, type, list(keys));
  await transaction.insert(
    'staged_edge',
    ['run', 'type', 'source_key', 'relation', 'to_type', 'to_key', 'facts'],
    edges.map((edge) => [run, edge.type, edge.source_key, edge.relation, edge.to_type, edge.to_key, edge.facts]),
    '(run, type, source_key, relation, to_type, to_key) DO UPDATE SET facts = excluded.facts',
  );
}

export const stagedEdgesOf = (reader: Reader, run: number, type: string, keys: readonly string[]): Promise<readonly StagedEdge[]> =>
  reader.all<StagedEdge>(`SELECT * FROM staged_edge WHERE run = ? AND type = ? AND source_key IN {list}`, run, type, list(keys));

/** Keys of objects the run will create or hold, by comparison key: seen by correlation and unique() of the same plan. */
export const putStagedKeys = (
  transaction: Transaction,
  run: number,
  keys: readonly { type: string; attribute: string; key: string; id: string }[],
): Promise<void> =>
  transaction.insert(
    'staged_key',
    ['run', 'type', 'attribute', 'key', 'directory_id'],
    keys.map((key) => [run, key.type, key.attribute, key.key, key.id]),
    '(run, type, attribute, key, directory_id) DO NOTHING',
  );

/** Who of this plan wishes for one of these keys. */
export const stagedHolders = (
  reader: Reader,
  run: number,
  type: string,
  attribute: string,
  keys: readonly string[],
): Promise<readonly { key: string; id: string }[]> =>
  reader.all(
    'SELECT key, directory_id AS id FROM staged_key WHERE run = ? AND type = ? AND attribute = ? AND key IN {list}',
    run,
    type,
    attribute,
    list(keys),
  );

/** The same, but only of keys that several wish for, or nobody of `own`: in most plans that is none. */
export async function contestedHolders(
  reader: Reader,
  run: number,
  type: string,
  attribute: string,
  keys: readonly string[],
  own: readonly string[],
): Promise<readonly { key: string; id: string }[]> {
  const contested = await reader.all<{ key: string }>(
    `SELECT key FROM staged_key WHERE run = ? AND type = ? AND attribute = ? AND key IN {list}
     GROUP BY key HAVING count(*) > 1 OR min(directory_id) NOT IN {list}`,
    run,
    type,
    attribute,
    list(keys),
    list(own),
  );
  if (contested.length === 0) return [];
  return stagedHolders(
    reader,
    run,
    type,
    attribute,
    contested.map((row) => row.key),
  );
}

export const dropStage = async (transaction: Transaction, run: number): Promise<void> => {
  for (const table of ['staged', 'staged_edge', 'staged_key', 'unchanged'])
    await transaction.run(`DELETE FROM ${table} WHERE run = ?`, run);
};

/** Objects with a problem and records that could not be read: from the store, so that a resumed run still knows. */
export async function countDoubts(reader: Reader, run: number): Promise<{ problems: number; unreadable: number }> {
  const problems = await reader.get<{ n: number }>('SELECT count(*) AS n FROM staged WHERE run = ? AND problems IS NOT NULL', run);
  const unreadable = await reader.get<{ n: number }>(`SELECT count(*) AS n FROM item WHERE last_run = ? AND cause = 'unreadable'`, run);
  return { problems: problems!.n, unreadable: unreadable!.n };
}

/** The first objects with a problem. */
export const troubledRows = (
  reader: Reader,
  run: number,
  limit: number,
): Promise<readonly { readonly type: string; readonly source_key: string; readonly desired: string | null; readonly problems: string }[]> =>
  reader.all(
    `SELECT type, source_key, desired, problems FROM staged WHERE run = ? AND problems IS NOT NULL ORDER BY type, source_key LIMIT ?`,
    run,
    limit,
  );

/**
 * What a run of named records was to look at and nobody has or ever had: the first ones, and how many.
 * @param connection  of the job, where its ids are those of the source; null: they are ids of the directory
 */
export const knownToNobody = (
  reader: Reader,
  { run, job, connection }: { readonly run: number; readonly job: number; readonly connection: string | null },
  limit: number,
): Promise<readonly { readonly type: string; readonly source_key: string; readonly n: number }[]> =>
  reader.all(
    `SELECT k.type, k.source_key, count(*) OVER () AS n FROM run_key k JOIN staged s ON s.run = k.run AND s.type = k.type AND s.source_key = k.source_key
     WHERE k.run = ? AND s.seen = 'absent'
       AND NOT EXISTS (SELECT 1 FROM claim c WHERE c.job = ? AND c.type = k.type AND c.source_key = k.source_key)
       AND NOT EXISTS (SELECT 1 FROM link l WHERE l.connection = ? AND l.type = k.type AND l.external_id = k.source_key)
       AND NOT EXISTS (SELECT 1 FROM change g WHERE g.job = ? AND g.type = k.type AND g.source_key = k.source_key)
       AND NOT EXISTS (SELECT 1 FROM item i WHERE i.job = ? AND i.type = k.type AND i.source_key = k.source_key)
       AND NOT EXISTS (SELECT 1 FROM item_fixed f WHERE f.job = ? AND f.type = k.type AND f.source_key = k.source_key)
     ORDER BY k.type, k.source_key LIMIT ?`,
    run,
    job,
    connection ?? '',
    job,
    job,
    job,
    limit,
  );

/** skipped: not in the pilot · outside: not in scope, and not held · bare: nothing there and nothing wanted · same: nothing to do. */
export type CameTo = 'skipped' | 'outside' | 'bare' | 'same' | 'other';

/** What became of everything that was staged. */
export const countSteps = (reader: Reader, run: number): Promise<readonly { type: string; came: CameTo; seen: string; count: number }[]> =>
  reader.all(
    `SELECT type, seen, came, count(*) AS count FROM (SELECT type, seen, CASE
       WHEN step = 'skipped' THEN 'skipped'
       WHEN step = 'same' AND scope_rule IS NOT NULL AND desired IS NULL THEN 'outside'
       WHEN step IN ('same', 'diffed') AND situation = 'same' AND target_key IS NULL AND desired IS NOT NULL AND problems IS NULL THEN 'bare'
       WHEN step = 'same' OR (step = 'diffed' AND situation = 'same') THEN 'same'
       ELSE 'other' END AS came FROM staged WHERE run = ?) s GROUP BY type, seen, came`,
    run,
  );
