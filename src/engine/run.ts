// One run is a straight line. Each stage stores its output; a crash resumes after the last finished one.
import { isConnectorError } from '../connector-kit/errors.ts';
import { jobSettingsSchema } from '../core/job-settings.ts';
import { canonicalText } from '../core/attribute.ts';
import { effectiveSettings } from '../core/job-settings.ts';
import { getJob, listJobs, listLookups, settingsOfVersion } from '../store/jobs.ts';
import { getRun, patchRun, type RunRow } from '../store/runs.ts';
import { takeLease, endLease, putDue } from '../store/upkeep.ts';
import type { EngineOptions, RunContext, RunEvidence } from './context.ts';
import { openEndpoint } from './endpoint.ts';
import { prepareJob } from './prepare.ts';
import { digest } from './shapes.ts';
import { assertTransition } from './states.ts';
import { apply, HaltRun } from './stages/apply.ts';
import { assess } from './stages/assess.ts';
import { close } from './stages/close.ts';
import { confirm } from './stages/confirm.ts';
import { diff } from './stages/diff.ts';
import { guard } from './stages/guard.ts';
import { lookupsOf } from './stages/mirror-keys.ts';
import { observe } from './stages/observe.ts';
import { read, rememberCursor } from './stages/read.ts';
import { record } from './stages/record.ts';

type Stage = (context: RunContext) => Promise<void>;

/** scope, map and correlate are one pass over the data (`assess`): one write per object instead of three. */
export const stages: readonly (readonly [name: string, stage: Stage])[] = [
  ['open', rememberCursor],
  ['read', read],
  ['observe', observe],
  ['assess', assess],
  ['diff', diff],
  ['guard', guard],
  ['confirm', confirm],
  ['apply', apply],
  ['record', record],
  ['close', close],
];

/** Stages that a dry run leaves out: it plans and judges, and writes nothing anywhere. */
const writing = new Set(['confirm', 'apply', 'record']);

export interface RunResult {
  readonly run: RunRow;
}

/** Executes or resumes one run to an end state, or to `waiting`. Never throws for faults of the far side. */
export async function executeRun(engine: EngineOptions, id: number, signal: AbortSignal): Promise<RunRow> {
  const { database, clock } = engine;
  const lease = engine.leaseMs ?? 60_000;
  const epoch = await database.write((transaction) => takeLease(transaction, 'run', String(id), engine.holder, clock.now(), clock.now() + lease));
  if (epoch === null) return (await getRun(database, id))!;
  const run = (await getRun(database, id))!;
  if (run.state !== 'running') assertTransition('run', run.state, 'running');
  await database.write((transaction) => patchRun(transaction, id, { state: 'running', epoch, problem: null, ...(run.startedAt === null ? { startedAt: clock.now() } : {}) }));
  let opened: Opened | null = null;
  try {
    opened = await openContext(engine, (await getRun(database, id))!, epoch, signal, lease);
    for (const [name, stage] of stages) {
      if (isFinished(opened.context.run.stage, name) || (run.dryRun && writing.has(name))) continue;
      engine.probe?.(`before:${name}`);
      engine.onProgress?.({ run: id, stage: name, done: 0, total: null });
      const startedAt = performance.now();
      await stage(opened.context);
      engine.log('stage', { run: id, job: run.job, stage: name, ms: Math.round(performance.now() - startedAt) });
      await database.write((transaction) => patchRun(transaction, id, { stage: name, checkpoint: null, evidence: opened!.context.evidence }));
      opened.context = { ...opened.context, run: (await getRun(database, id))! };
      engine.probe?.(`after:${name}`);
    }
  } catch (error) {
    await settleFault(engine, run, error, signal);
  } finally {
    await opened?.close();
    await database.write((transaction) => endLease(transaction, 'run', String(id), engine.holder));
  }
  return (await getRun(database, id))!;
}

const order = new Map(stages.map(([name], index) => [name, index]));
const isFinished = (last: string, name: string): boolean => last !== '' && order.get(name)! <= (order.get(last) ?? -1);

const DUE_AGAIN_MS = 600_000;

/** What a fault does to the run: halt, try again later, cancel, or fail with a sentence. */
async function settleFault(engine: EngineOptions, run: RunRow, error: unknown, signal: AbortSignal): Promise<void> {
  const { database, clock } = engine;
  const end = (state: string, problem: { en: string; zh: string }): Promise<void> =>
    database.write(async (transaction) => {
      await patchRun(transaction, run.id, { state, problem, ...(state === 'waiting' ? {} : { endedAt: clock.now() }) });
      if (state !== 'failed' && state !== 'cancelled') return;
      // A day that has come must not pass unseen because a system was away.
      if (run.cause === 'due') await putDue(transaction, (run.keys ?? []).map((key) => ({ job: run.job, type: key.type, source_key: key.id, what: 'review', at: clock.now() + DUE_AGAIN_MS })));
    });
  if (error instanceof HaltRun) return end('waiting', error.reason);
  if (signal.aborted) return end(signal.reason === 'stop' ? 'queued' : 'cancelled', { en: signal.reason === 'stop' ? 'Interrupted by a stop; goes on at the next start.' : 'Cancelled.', zh: signal.reason === 'stop' ? '因停机中断,下次启动后继续。' : '已取消。' });
  engine.log('run-fault', { run: run.id, error: error instanceof Error ? error.stack : String(error) });
  if (!isConnectorError(error)) {
    return end('failed', { en: `Unexpected fault: ${error instanceof Error ? error.message : String(error)}. Nothing was lost; the run can be started again.`, zh: `意外故障:${error instanceof Error ? error.message : String(error)}。数据未丢失,可以重新执行。` });
  }
  const job = await getJob(database, run.job);
  const settings = job && jobSettingsSchema.parse(JSON.parse(job.settings));
  const retryable = ['transient', 'timeout', 'rate-limited', 'unknown-outcome'].includes(error.kind);
  if (retryable && settings && run.attempt < settings.onError.tries && !run.dryRun) {
    const at = clock.now() + Math.max(settings.onError.pauseSeconds * 1000, error.facts.afterMs ?? 0);
    await database.write(async (transaction) => {
      await patchRun(transaction, run.id, { state: 'waiting', problem: error.label, attempt: run.attempt + 1 });
      await transaction.run(`INSERT INTO due (job, type, source_key, what, at) VALUES (?, '', ?, 'run', ?) ON CONFLICT (job, type, source_key, what) DO UPDATE SET at = excluded.at`, run.job, String(run.id), at);
    });
    return;
  }
  return end('failed', error.label);
}

interface Opened {
  context: RunContext;
  close(): Promise<void>;
}

const noEvidence = (): RunEvidence => ({ types: {}, warnings: [], containers: [], partChanged: false });

async function openContext(engine: EngineOptions, run: RunRow, epoch: number, signal: AbortSignal, lease: number): Promise<Opened> {
  const { database } = engine;
  const job = (await getJob(database, run.job))!;
  const settings = jobSettingsSchema.parse(JSON.parse((await settingsOfVersion(database, run.job, run.version)) ?? job.settings));
  const outside = await openEndpoint(engine, job.connection, signal);
  const directory = await openEndpoint(engine, 'directory', signal);
  const up = job.direction === 'up';
  const source = up ? outside : directory;
  const target = up ? directory : outside;
  const lookups = await listLookups(database);
  const prepared = prepareJob(settings, source.types, target.types, Object.fromEntries(lookups.map((row) => [row.name, JSON.parse(row.rows) as Record<string, string>])));
  if (prepared.problems.length > 0) {
    const [first] = prepared.problems;
    const { ConnectorError } = await import('../connector-kit/errors.ts');
    throw new ConnectorError('config', { en: `${first!.where}: ${first!.problem.en}`, zh: `${first!.where}:${first!.problem.zh}` });
  }
  let renewAt = 0;
  let beats = 0;
  const context: RunContext = {
    engine, database, run, job, settings, up, source, target, outside, types: prepared.types, scopeRules: prepared.scopeRules,
    settingsHash: digest(canonicalText({ settings: effectiveSettings(settings), lookups: lookups.map((row) => [row.name, row.revision]), connector: outside.manifest.id })),
    lookups: lookupsOf(await listJobs(database), job.connection, settings), epoch, signal, counts: {}, evidence: (run.evidence as RunEvidence | null) ?? noEvidence(),
    breathe: async (done, total) => {
      signal.throwIfAborted();
      if (done !== undefined) engine.onProgress?.({ run: run.id, stage: '', done, total: total ?? null });
      if (++beats % 4 === 0) await new Promise((resolve) => setImmediate(resolve));
      if (run.mode !== 'keys') await engine.between?.();
      const now = engine.clock.now();
      if (now < renewAt) return;
      renewAt = now + lease / 3;
      const held = await database.write((transaction) => takeLease(transaction, 'run', String(run.id), engine.holder, now, now + lease));
      if (held !== epoch) throw new HaltRun({ en: 'Another worker has taken over this run.', zh: '另一工作进程已接管此次执行。' });
    },
  };
  return {
    context,
    close: async () => {
      await outside.connection.close();
      await directory.connection.close();
    },
  };
}
