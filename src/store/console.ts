// What the console says of objects, and edits that were proposed: records with their edges as rows, drafts as one text each.
import { nextNumber } from './counters.ts';
import { list, type Reader, type Transaction } from './database.ts';

export interface ConsoleRow {
  readonly type: string;
  readonly id: string;
  /** Attributes as JSON. */
  readonly data: string;
  /** Names of the relations it speaks of, JSON. */
  readonly relations: string;
  /** A group's rule, JSON. */
  readonly rule: string | null;
}

export interface ConsoleEdgeRow {
  readonly type: string;
  readonly id: string;
  readonly relation: string;
  readonly to_type: string;
  readonly to_id: string;
  readonly facts: string;
}

export const consoleRecords = (reader: Reader, type: string, ids: readonly string[]): Promise<readonly ConsoleRow[]> =>
  reader.all<ConsoleRow>('SELECT * FROM console_record WHERE type = ? AND id IN {list} ORDER BY id', type, list(ids));

export const consolePage = (reader: Reader, type: string, after: string, limit: number): Promise<readonly ConsoleRow[]> =>
  reader.all<ConsoleRow>('SELECT * FROM console_record WHERE type = ? AND id > ? ORDER BY id LIMIT ?', type, after, limit);

export const consoleEdges = (reader: Reader, type: string, ids: readonly string[]): Promise<readonly ConsoleEdgeRow[]> =>
  reader.all<ConsoleEdgeRow>('SELECT * FROM console_edge WHERE type = ? AND id IN {list}', type, list(ids));

/** Groups whose members follow a rule. */
export const ruledGroups = (reader: Reader): Promise<readonly ConsoleRow[]> =>
  reader.all<ConsoleRow>(`SELECT * FROM console_record WHERE type = 'group' AND rule IS NOT NULL ORDER BY id`);

/** Replaces records with all their edges. */
export async function putConsoleRecords(
  transaction: Transaction,
  rows: readonly ConsoleRow[],
  edges: readonly ConsoleEdgeRow[],
): Promise<void> {
  await transaction.insert(
    'console_record',
    ['type', 'id', 'data', 'relations', 'rule'],
    rows.map((row) => [row.type, row.id, row.data, row.relations, row.rule]),
    '(type, id) DO UPDATE SET data = excluded.data, relations = excluded.relations, rule = excluded.rule',
  );
  for (const type of new Set(rows.map((row) => row.type)))
    await transaction.run(
      'DELETE FROM console_edge WHERE type = ? AND id IN {list}',
      type,
      list(rows.filter((row) => row.type === type).map((row) => row.id)),
    );
  await transaction.insert(
    'console_edge',
    ['type', 'id', 'relation', 'to_type', 'to_id', 'facts'],
    edges.map((edge) => [edge.type, edge.id, edge.relation, edge.to_type, edge.to_id, edge.facts]),
  );
}

export async function dropConsoleRecords(transaction: Transaction, type: string, ids: readonly string[]): Promise<void> {
  for (const table of ['console_record', 'console_edge'])
    await transaction.run(`DELETE FROM ${table} WHERE type = ? AND id IN {list}`, type, list(ids));
}

// ── edits ────────────────────────────────────────────────────────────────────────────────────────────────

export interface EditRow {
  readonly id: number;
  readonly at: number;
  readonly actor: string;
  readonly state: 'proposed' | 'applied' | 'discarded';
  /** As they were given, JSON. */
  readonly steps: string;
  readonly plan: number | null;
  /** JSON list of run numbers. */
  readonly below: string;
  readonly run: number | null;
  readonly decided_at: number | null;
  readonly decided_by: string | null;
}

export interface DraftRow {
  readonly type: string;
  readonly id: string;
  readonly record: string | null;
  readonly base: number | null;
}

export async function createEdit(
  transaction: Transaction,
  edit: Pick<EditRow, 'at' | 'actor' | 'steps'>,
  drafts: readonly DraftRow[],
): Promise<number> {
  const id = await nextNumber(transaction, 'edit');
  await transaction.run(
    `INSERT INTO edit (id, at, actor, state, steps, below) VALUES (?, ?, ?, 'proposed', ?, '[]')`,
    id,
    edit.at,
    edit.actor,
    edit.steps,
  );
  await transaction.insert(
    'edit_record',
    ['edit', 'type', 'id', 'record', 'base'],
    drafts.map((draft) => [id, draft.type, draft.id, draft.record, draft.base]),
  );
  return id;
}

export const getEdit = (reader: Reader, id: number): Promise<EditRow | undefined> =>
  reader.get<EditRow>('SELECT * FROM edit WHERE id = ?', id);

/** Newest first, below `before`. */
export const editPage = (reader: Reader, before: number, limit: number): Promise<readonly EditRow[]> =>
  reader.all<EditRow>('SELECT * FROM edit WHERE id < ? ORDER BY id DESC LIMIT ?', before, limit);

/** What those that nobody has decided about would do. */
export const proposedSteps = async (reader: Reader): Promise<readonly { readonly id: number; readonly steps: string }[]> =>
  (await reader.all<{ id: number; steps: string }>(`SELECT id, steps FROM edit WHERE state = 'proposed' ORDER BY id`)).map((row) => ({
    ...row,
    id: Number(row.id),
  }));

export const draftsOf = (reader: Reader, edit: number): Promise<readonly DraftRow[]> =>
  reader.all<DraftRow>('SELECT type, id, record, base FROM edit_record WHERE edit = ? ORDER BY type, id', edit);

export const notePlans = (transaction: Transaction, id: number, plan: number, below: readonly number[]): Promise<number> =>
  transaction.run('UPDATE edit SET plan = ?, below = ? WHERE id = ?', plan, JSON.stringify(below), id);

/** False: somebody else has decided meanwhile. */
export const decideEdit = async (
  transaction: Transaction,
  id: number,
  decision: { state: 'applied' | 'discarded'; at: number; by: string },
): Promise<boolean> =>
  (await transaction.run(
    `UPDATE edit SET state = ?, decided_at = ?, decided_by = ? WHERE id = ? AND state = 'proposed'`,
    decision.state,
    decision.at,
    decision.by,
    id,
  )) === 1;

export const noteRun = (transaction: Transaction, id: number, run: number): Promise<number> =>
  transaction.run('UPDATE edit SET run = ? WHERE id = ?', run, id);
