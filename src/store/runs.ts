// Runs: one execution of a job, with its stage, checkpoint and counters.
import type { ObjectKey } from '../core/model.ts';
import type { WorkOrder } from '../core/undo.ts';
import { type Reader, rows, type Transaction } from './database.ts';
import { nextNumber } from './counters.ts';

export interface RunRow {
  readonly id: number;
  readonly job: number;
  readonly mode: 'full' | 'incremental' | 'keys';
  readonly dryRun: boolean;
  /** manual, schedule, retry, due, approval, resume, undo, close */
  readonly cause: string;
  readonly actor: string;
  readonly state: string;
  /** Last finished stage; '' before the first. */
  readonly stage: string;
  readonly checkpoint: unknown;
  readonly version: number;
  readonly now: number;
  /** Apply exactly this run's plan. */
  readonly ofPlan: number | null;
  /** A dry run over the directory as this edit would leave it. */
  readonly proposal: number | null;
  /** Runs that have to be through before it begins. */
  readonly behind: readonly number[];
  /** A dry run with these settings instead of the job's own (JSON). */
  readonly trial: string | null;
  /** … and with these settings laid over those of its connection (JSON, sealed; null in it: taken away). */
  readonly trialConfig: string | null;
  /** A dry run over the directory as that run's plan would leave it. */
  readonly overPlan: number | null;
  /** What this run takes back or closes, instead of reading a source. */
  readonly order: WorkOrder | null;
  readonly cursorNext: string | null;
  readonly evidence: unknown;
  readonly counts: Readonly<Record<string, number>>;
  /** kind: of a connector's error, where it says what mends it. */
  readonly problem: { readonly en: string; readonly zh: string; readonly kind?: string } | null;
  readonly attempt: number;
  readonly epoch: number;
  readonly queuedAt: number;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  /** Since when it is no longer whole: retention has begun to forget it. */
  readonly forgottenAt: number | null;
}

interface Raw {
  id: number;
  job: number;
  mode: RunRow['mode'];
  dry_run: number;
  cause: string;
  actor: string;
  state: string;
  stage: string;
  checkpoint: string | null;
  version: number;
  now: number;
  of_plan: number | null;
  proposal: number | null;
  behind: string | null;
  trial: string | null;
  trial_config: string | null;
  over_plan: number | null;
  work_order: string | null;
  cursor_next: string | null;
  evidence: string | null;
  counts: string | null;
  problem: string | null;
  attempt: number;
  epoch: number;
  queued_at: number;
  started_at: number | null;
  ended_at: number | null;
  forgotten_at: number | null;
}

const parse = <T>(text: string | null, none: T): T => (text === null ? none : (JSON.parse(text) as T));

const rowOf = (raw: Raw): RunRow => ({
  id: raw.id,
  job: raw.job,
  mode: raw.mode,
  dryRun: raw.dry_run === 1,
  cause: raw.cause,
  actor: raw.actor,
  state: raw.state,
  stage: raw.stage,
  checkpoint: parse(raw.checkpoint, null),
  version: raw.version,
  now: raw.now,
  ofPlan: raw.of_plan,
  proposal: raw.proposal,
  behind: parse(raw.behind, []),
  trial: raw.trial,
  trialConfig: raw.trial_config,
  overPlan: raw.over_plan,
  order: parse(raw.work_order, null),
  cursorNext: raw.cursor_next,
  evidence: parse(raw.evidence, null),
  counts: parse(raw.counts, {}),
  problem: parse(raw.problem, null),
  attempt: raw.attempt,
  epoch: raw.epoch,
  queuedAt: raw.queued_at,
  startedAt: raw.started_at,
  endedAt: raw.ended_at,
  forgottenAt: raw.forgotten_at,
});

export interface NewRun {
  readonly job: number;
  readonly mode: RunRow['mode'];
  readonly dryRun: boolean;
  readonly cause: string;
  readonly actor: string;
  readonly version: number;
  readonly now: number;
  readonly keys?: readonly ObjectKey[] | null;
  readonly ofPlan?: number;
  readonly proposal?: number;
  readonly behind?: readonly number[];
  readonly trial?: string;
  readonly trialConfig?: string;
  readonly overPlan?: number;
  readonly order?: WorkOrder | null;
}

export async function createRun(transaction: Transaction, run: NewRun): Promise<number> {
  const id = await nextNumber(transaction, 'run');
  await transaction.run(
    `INSERT INTO run (id, job, mode, dry_run, cause, actor, state, stage, version, now, of_plan, proposal, behind, trial, trial_config, over_plan, work_order, queued_at)
     VALUES (?, ?, ?, ?, ?, ?, 'queued', '', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    id,
    run.job,
    run.mode,
    run.dryRun ? 1 : 0,
    run.cause,
    run.actor,
    run.version,
    run.now,
    run.ofPlan ?? null,
    run.proposal ?? null,
    run.behind && run.behind.length > 0 ? JSON.stringify(run.behind) : null,
    run.trial ?? null,
    run.trialConfig ?? null,
    run.overPlan ?? null,
    run.order ? JSON.stringify(run.order) : null,
    run.now,
  );
  await putRunKeys(transaction, id, run.keys ?? []);
  return id;
}

/** What a keys run looks at; the same object twice is once. */
const putRunKeys = (transaction: Transaction, run: number, keys: readonly ObjectKey[]): Promise<void> =>
  transaction.insert(
    'run_key',
    ['run', 'type', 'source_key'],
    keys.map((key) => [run, key.type, key.id]),
    '(run, type, source_key) DO NOTHING',
  );

/** What one run looked at is looked at by another. */
export const copyRunKeys = (transaction: Transaction, from: number, to: number): Promise<number> =>
  transaction.run(
    'INSERT INTO run_key (run, type, source_key) SELECT CAST(? AS BIGINT), k.type, k.source_key FROM run_key k WHERE k.run = ?',
    to,
    from,
  );

/** A page of what the run looks at of one type, by key. */
export const runKeys = async (reader: Reader, run: number, type: string, after: string, limit: number): Promise<readonly string[]> =>
  (
    await reader.all<{ source_key: string }>(
      'SELECT source_key FROM run_key WHERE run = ? AND type = ? AND source_key > ? ORDER BY source_key LIMIT ?',
      run,
      type,
      after,
      limit,
    )
  ).map((row) => row.source_key);

export const countRunKeys = async (reader: Reader, run: number): Promise<number> =>
  (await reader.get<{ n: number }>('SELECT count(*) AS n FROM run_key WHERE run = ?', run))!.n;

export async function getRun(reader: Reader, id: number): Promise<RunRow | undefined> {
  const raw = await reader.get<Raw>('SELECT * FROM run WHERE id = ?', id);
  return raw && rowOf(raw);
}

export const getRunState = async (reader: Reader, id: number): Promise<string | undefined> =>
  (await reader.get<{ state: string }>('SELECT state FROM run WHERE id = ?', id))?.state;

export async function listRuns(reader: Reader, options: { job?: number; before?: number; limit: number }): Promise<readonly RunRow[]> {
  const found = await reader.all<Raw>(
    `SELECT * FROM run WHERE (? = 0 OR job = ?) AND id < ? ORDER BY id DESC LIMIT ?`,
    options.job ?? 0,
    options.job ?? 0,
    options.before ?? Number.MAX_SAFE_INTEGER,
    options.limit,
  );
  return found.map(rowOf);
}

/** In no order. */
export const runsById = async (reader: Reader, ids: readonly number[]): Promise<readonly RunRow[]> =>
  (await reader.all<Raw>('SELECT r.* FROM run r WHERE r.id IN (SELECT k.id FROM {rows: id bigint} k)', rows(ids.map((id) => [id])))).map(
    rowOf,
  );

/** The last long run of a job that ended before this one, cancelled ones and dry runs apart. */
export async function endedBefore(reader: Reader, job: number, run: number): Promise<RunRow | undefined> {
  const raw = await reader.get<Raw>(
    `SELECT * FROM run WHERE job = ? AND id < ? AND dry_run = 0 AND mode <> 'keys' AND ended_at IS NOT NULL AND state <> 'cancelled' ORDER BY id DESC LIMIT 1`,
    job,
    run,
  );
  return raw && rowOf(raw);
}

/** Whether a full run of the job came through before this one. */
export const hadGoodFullRun = async (reader: Reader, job: number, before: number): Promise<boolean> =>
  (await reader.get(
    `SELECT 1 AS yes FROM run WHERE job = ? AND id < ? AND dry_run = 0 AND mode = 'full' AND state IN ('succeeded', 'warnings') LIMIT 1`,
    job,
    before,
  )) !== undefined;

/** Whether a run of the job came to an end that shows what it does; a dry run counts. */
export const hasShownPlan = async (reader: Reader, job: number): Promise<boolean> =>
  (await reader.get(
    `SELECT 1 AS yes FROM run WHERE job = ? AND state IN ('succeeded', 'warnings', 'partly-failed') AND trial IS NULL LIMIT 1`,
    job,
  )) !== undefined;

/** Dry runs over the directory as this run's plan would leave it, in the order in which they were made. */
export const runsOver = async (reader: Reader, plan: number): Promise<readonly number[]> =>
  (await reader.all<{ id: number }>('SELECT id FROM run WHERE over_plan = ? ORDER BY id', plan)).map((row) => row.id);

/** The last run that compared everything by schedule and has ended. */
export async function lastReconcile(reader: Reader, job: number): Promise<RunRow | undefined> {
  const raw = await reader.get<Raw>(
    `SELECT * FROM run WHERE job = ? AND dry_run = 0 AND mode <> 'keys' AND cause = 'schedule' AND ended_at IS NOT NULL ORDER BY id DESC LIMIT 1`,
    job,
  );
  return raw && rowOf(raw);
}

/** The last run of a job that read everything: since a run, that one included, or before it. */
export async function lastWhole(reader: Reader, job: number, side: 'since' | 'before', run: number): Promise<RunRow | undefined> {
  const raw = await reader.get<Raw>(
    `SELECT * FROM run WHERE job = ? AND id ${side === 'since' ? '>=' : '<'} ? AND mode <> 'keys' AND dry_run = 0 AND ended_at IS NOT NULL
       AND evidence IS NOT NULL ORDER BY id DESC LIMIT 1`,
    job,
    run,
  );
  return raw && rowOf(raw);
}

/** Runs that are not ended, oldest first. */
export async function openRuns(reader: Reader): Promise<readonly RunRow[]> {
  return (await reader.all<Raw>(`SELECT * FROM run WHERE state IN ('queued', 'running', 'waiting') ORDER BY id`)).map(rowOf);
}

export type RunPatch = Partial<{
  mode: string;
  state: string;
  stage: string;
  checkpoint: unknown;
  now: number;
  cursorNext: string | null;
  evidence: unknown;
  counts: Record<string, number>;
  problem: { en: string; zh: string } | null;
  attempt: number;
  epoch: number;
  startedAt: number;
  endedAt: number;
}>;

const columns: Record<keyof RunPatch, string> = {
  mode: 'mode',
  state: 'state',
  stage: 'stage',
  checkpoint: 'checkpoint',
  now: 'now',
  cursorNext: 'cursor_next',
  evidence: 'evidence',
  counts: 'counts',
  problem: 'problem',
  attempt: 'attempt',
  epoch: 'epoch',
  startedAt: 'started_at',
  endedAt: 'ended_at',
};
const structured = new Set(['checkpoint', 'evidence', 'counts', 'problem']);

export async function patchRun(transaction: Transaction, id: number, patch: RunPatch): Promise<void> {
  const entries = Object.entries(patch) as [keyof RunPatch, unknown][];
  if (entries.length === 0) return;
  await transaction.run(
    `UPDATE run SET ${entries.map(([name]) => `${columns[name]} = ?`).join(', ')} WHERE id = ?`,
    ...entries.map(([name, value]) =>
      value === null || value === undefined ? null : structured.has(name) ? JSON.stringify(value) : (value as string | number),
    ),
    id,
  );
}

/** Whether somebody leads the run. */
export const isLed = async (reader: Reader, run: number, now: number): Promise<boolean> =>
  (await reader.get(`SELECT 1 AS yes FROM lease WHERE kind = 'run' AND name = ? AND until > ?`, String(run), now)) !== undefined;

/**
 * Whether another worker carries out a long run of the same connection, or, for a keys run, another keys run. A keys run
 * beside a long one is safe on any worker: of what both touch, the later read wins.
 */
export const isLedElsewhere = async (reader: Reader, holder: string, run: Pick<RunRow, 'job' | 'mode'>, now: number): Promise<boolean> =>
  (await reader.get(
    `SELECT 1 AS yes FROM lease l JOIN run r ON CAST(r.id AS TEXT) = l.name JOIN job o ON o.id = r.job
     WHERE l.kind = 'run' AND l.until > ? AND l.holder <> ? AND o.connection = (SELECT j.connection FROM job j WHERE j.id = ?)
       AND (CASE WHEN r.mode = 'keys' THEN 1 ELSE 0 END) = ? LIMIT 1`,
    now,
    holder,
    run.job,
    run.mode === 'keys' ? 1 : 0,
  )) !== undefined;
