// What a fault does to a run: halt, wait for the far side, try again later, cancel, or fail with a sentence.
import { isConnectorError, type ConnectorError } from '../connector-kit/errors.ts';
import { jobSettingsSchema } from '../core/job-settings.ts';
import type { Label } from '../core/model.ts';
import type { Database, Transaction } from '../store/database.ts';
import { getConnection, getJob, patchBreaker, type ConnectionRow } from '../store/jobs.ts';
import { reopenApproved } from '../store/held.ts';
import { skipPlanned } from '../store/ledger.ts';
import { getRunState, patchRun, type RunRow } from '../store/runs.ts';
import { dropStage } from '../store/staged.ts';
import { giveBackUnused, putDue, reviewAgain } from '../store/upkeep.ts';
import { noteAway, noteRunEnded } from './notify/note.ts';
import { enterQuarantine } from './quarantine.ts';
import type { EngineOptions } from './context.ts';
import { StoreAway } from '../store/faults.ts';
import { LostLease } from './fence.ts';

/** Transport failures in a row after which the whole connection counts as away. */
export const BREAKER = 5;
/** How long after a failure a system that is away is asked again. */
export const PROBE_MS = 30_000;

const DUE_AGAIN_MS = 600_000;
const LONGEST_PAUSE_MS = 3_600_000;

/** Doubled with every try; a longer one that was wished for stays. */
const pauseBefore = ({ pauseSeconds }: { readonly pauseSeconds: number }, attempt: number): number =>
  Math.max(pauseSeconds * 1000, Math.min(pauseSeconds * 1000 * 2 ** (attempt - 1), LONGEST_PAUSE_MS));

/** The run must stop; what is planned stays planned and goes on when the reason ends. */
export class HaltRun extends Error {
  readonly reason: Label;
  /** When it goes on by itself; null: when what halted it ends (a brake, a system that is away). */
  readonly resumeAt: number | null;
  constructor(reason: Label, resumeAt: number | null = null) {
    super(reason.en);
    this.name = 'HaltRun';
    this.reason = reason;
    this.resumeAt = resumeAt;
  }
}

export const isTransport = (error: unknown): error is ConnectorError => isConnectorError(error) && error.facts.transport === true;

export const awayReason = (reason: Label): Label => ({
  en: `The system cannot be reached (${reason.en}). The run goes on by itself when it answers again.`,
  zh: `无法连接该系统（${reason.zh}）。恢复后将自动继续执行。`,
});

/** The sentence of a connection that is known to be away; null when it may be asked. */
export function knownAway(row: ConnectionRow | undefined, now: number): Label | null {
  if (!row || row.breaker_opened_at === null || (row.breaker_probe_at ?? 0) <= now) return null;
  return row.breaker_reason === null ? awayReason({ en: 'no answer', zh: '无应答' }) : awayReason(JSON.parse(row.breaker_reason) as Label);
}

/** Counts failures in a row; true when the connection is away from now on. */
export async function noteFailures(
  database: Database,
  connection: string,
  failures: number,
  inARow: boolean,
  reason: Label,
  now: number,
): Promise<boolean> {
  const row = await getConnection(database, connection);
  const count = (inARow ? (row?.breaker_failures ?? 0) : 0) + failures;
  const opens = count >= BREAKER;
  const since = opens ? (row?.breaker_opened_at ?? now) : null;
  await database.write(async (transaction) => {
    await patchBreaker(transaction, connection, count, since, opens ? now + PROBE_MS : null, opens ? JSON.stringify(reason) : null);
    if (since !== null && (row?.breaker_opened_at ?? null) === null) await noteAway(transaction, connection, reason, since);
  });
  return opens;
}

/** @param database  fenced: when the run was taken over, nothing of it is touched */
export async function settleFault(
  engine: EngineOptions,
  database: Database,
  run: RunRow,
  error: unknown,
  signal: AbortSignal,
): Promise<void> {
  if (error instanceof LostLease || signal.reason instanceof LostLease) return engine.log('run-taken-over', { run: run.id });
  // Nobody can write down how it stands: it is left as by a crash, and whoever has the store again goes on with it.
  if (error instanceof StoreAway) return engine.log('store-away', { run: run.id, error: error.message });
  // Cancelled by another process: that has written down how it ended.
  if ((await getRunState(database, run.id)) === 'cancelled') return;
  const now = engine.clock.now();
  const wait = (problem: Label, patch: { attempt?: number; resumeAt: number | null }): Promise<void> =>
    database.write(async (transaction) => {
      await patchRun(transaction, run.id, {
        state: 'waiting',
        problem,
        ...(patch.attempt === undefined ? {} : { attempt: patch.attempt }),
      });
      if (patch.resumeAt !== null)
        await putDue(transaction, [{ job: run.job, type: '', source_key: String(run.id), what: 'run', at: patch.resumeAt }]);
    });
  if (error instanceof HaltRun) return wait(error.reason, { resumeAt: error.resumeAt });
  if (signal.aborted && signal.reason === 'stop') {
    return database.write((transaction) =>
      patchRun(transaction, run.id, {
        state: 'queued',
        problem: { en: 'Interrupted by a stop; goes on at the next start.', zh: '因停机中断，下次启动后继续。' },
      }),
    );
  }
  if (signal.aborted)
    return database.write((transaction) => endEarly(transaction, run, 'cancelled', { en: 'Cancelled.', zh: '已取消。' }, now));
  engine.log('run-fault', { run: run.id, error: error instanceof Error ? error.stack : String(error) });
  if (!isConnectorError(error)) {
    const said = error instanceof Error ? error.message : String(error);
    return database.write((transaction) =>
      endEarly(
        transaction,
        run,
        'failed',
        {
          en: `Unexpected fault: ${said}. Nothing was lost; the run can be started again.`,
          zh: `意外故障：${said}。数据未丢失，可以重新执行。`,
        },
        now,
      ),
    );
  }
  // What the source cannot tell from there on, reading everything tells; nothing was planned yet.
  if (error.kind === 'cursor-expired' && run.mode === 'incremental') {
    engine.log('run-becomes-full', { run: run.id });
    return database.write(async (transaction) => {
      await dropStage(transaction, run.id);
      await patchRun(transaction, run.id, {
        mode: 'full',
        state: 'queued',
        stage: '',
        checkpoint: null,
        cursorNext: null,
        evidence: null,
        counts: {},
        problem: error.label,
      });
    });
  }
  const job = await getJob(database, run.job);
  const tries = job ? jobSettingsSchema.parse(JSON.parse(job.settings)).onError : null;
  const retryable = ['transient', 'timeout', 'rate-limited', 'unknown-outcome'].includes(error.kind);
  // Closing everything that somebody has is the one run that somebody looks after: that a system does not answer is seen at once.
  const isSaidAtOnce = run.order?.kind === 'close' && isTransport(error);
  if (retryable && tries && !run.dryRun) {
    if (run.attempt < tries.tries && !isSaidAtOnce)
      return wait(error.label, {
        attempt: run.attempt + 1,
        resumeAt: now + Math.max(pauseBefore(tries, run.attempt), error.facts.afterMs ?? 0),
      });
    // A system that does not answer is nobody's mistake: the run waits for it, however long that takes.
    if (isTransport(error)) {
      await noteFailures(database, job!.connection, BREAKER, true, error.label, now);
      return wait(awayReason(error.label), { attempt: 1, resumeAt: null });
    }
  }
  // That a credential was refused says what mends it: the inbox offers a new one.
  const problem = error.kind === 'credentials' ? { ...error.label, kind: error.kind } : error.label;
  return database.write((transaction) => endEarly(transaction, run, 'failed', problem, now));
}

/** The run ends before its last stage: what it had not begun is not planned any more, and counts in no window. */
export async function endEarly(
  transaction: Transaction,
  run: RunRow,
  state: 'failed' | 'cancelled',
  problem: Label,
  now: number,
): Promise<void> {
  await skipPlanned(transaction, run.id, { reason: { en: 'The run ended before it.', zh: '执行在此之前已结束。' } }, now);
  await giveBackUnused(transaction, run.job, run.id);
  await dropStage(transaction, run.id);
  await reopenApproved(transaction, run.id);
  // A day that has come must not pass unseen because a system was away.
  if (run.cause === 'due') await reviewAgain(transaction, run, now + DUE_AGAIN_MS);
  await patchRun(transaction, run.id, { state, problem, endedAt: now });
  // While it rests, every try that fails is nothing new.
  if (run.cause !== 'quarantine') await noteRunEnded(transaction, run, { state, problem, at: now });
  if (state === 'failed') await enterQuarantine(transaction, run, problem, now);
}
