// One run is a straight line. Each stage stores its output; a crash resumes after the last finished one.
import { jobSettingsSchema, type JobSettings } from '../core/job-settings.ts';
import type { WorkOrder } from '../core/undo.ts';
import { getEdit } from '../store/console.ts';
import type { Database } from '../store/database.ts';
import { getConnection, getJob, type JobRow, listJobs, settingsOfVersion } from '../store/jobs.ts';
import { regroupedBy } from '../store/regrouped.ts';
import { getRun, isLedElsewhere, patchRun, type RunRow } from '../store/runs.ts';
import { StoreAway } from '../store/faults.ts';
import { takeLease } from '../store/upkeep.ts';
import type { EngineOptions, RunContext, RunEvidence } from './context.ts';
import { accountReaders } from './dependents.ts';
import { proposedDirectory } from './console/proposed.ts';
import { openEndpoint } from './endpoint.ts';
import { savedSettings, settingsHash, surroundingsOf } from './fresh-mirror.ts';
import { knowsTarget } from './scope-edit.ts';
import { HaltRun, knownAway, settleFault } from './fault.ts';
import { fenced, LostLease } from './fence.ts';
import { holdRun, LEASE_MS, type Hold } from './hold.ts';
import { jobsLeftToServer } from './left-to-server.ts';
import { openMarks } from './mark.ts';
import { partIn } from './part.ts';
import { askForAll, prepareJob, veilForAll, type Prepared } from './prepare.ts';
import { closeBreaker } from './notify/note.ts';
import { assertTransition, conductOf } from './states.ts';
import { apply } from './stages/apply.ts';
import { assess } from './stages/assess.ts';
import { close } from './stages/close.ts';
import { confirm } from './stages/confirm.ts';
import { diff } from './stages/diff.ts';
import { guard } from './stages/guard.ts';
import { lookupsOf } from './stages/mirror-keys.ts';
import { observe } from './stages/observe.ts';
import { read, rememberCursor } from './stages/read.ts';
import { record } from './stages/record.ts';
import { planClosing, stageClosing } from './leavers/plan.ts';
import { confirmUndo, recordUndo } from './undo/keep.ts';
import { isMatching } from '../store/matching.ts';
import { match } from './matching/stage.ts';
import { guardRegroup, planRegroup, stageRegroup } from './persons/plan.ts';
import { regroupOf } from './persons/overlay.ts';
import { planUndo } from './undo/plan.ts';
import { stageUndo } from './undo/stage.ts';

type Stage = (context: RunContext) => Promise<void>;
type Stages = readonly (readonly [name: string, stage: Stage])[];

/** scope, map and correlate are one pass over the data (`assess`): one write per object instead of three. */
export const stages: Stages = [
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

/** An undo knows from the ledger what shall be: nothing is read at a source, and nothing is mapped. */
const undoStages: Stages = [
  ['read', stageUndo],
  ['observe', observe],
  ['diff', planUndo],
  ['guard', guard],
  ['confirm', confirmUndo],
  ['apply', apply],
  ['record', recordUndo],
  ['close', close],
];

/** A matching is a dry run whose stage is looked through once more before it is dropped. */
const matchStages: Stages = stages.toSpliced(-1, 0, ['match', match]);

/** A closing asks nobody whether somebody has left: a person says so. */
const closeStages: Stages = [
  ['read', stageClosing],
  ['observe', observe],
  ['diff', planClosing],
  ['guard', guard],
  ['confirm', confirmUndo],
  ['apply', apply],
  ['record', recordUndo],
  ['close', close],
];

/** Two people become one, or one becomes two: what their records say is known already. */
const regroupStages: Stages = [
  ['read', stageRegroup],
  ['diff', planRegroup],
  ['guard', guardRegroup],
  ['confirm', confirm],
  ['apply', apply],
  ['record', recordUndo],
  ['close', close],
];

const orderStages = {
  close: closeStages,
  run: undoStages,
  moment: undoStages,
  merge: regroupStages,
  split: regroupStages,
} as const satisfies Record<WorkOrder['kind'], Stages>;

/**
 * After these a mark is stored at once: far systems were asked, or what a later read puts into the stage is no longer assessed
 * (stages/later-read.ts). Others ride on what the run stores next; one about single keys has none that is worth a commit.
 */
const milestones = new Set(['read', 'observe', 'assess']);

/** Stages that a dry run leaves out: it plans and judges, and writes nothing anywhere. */
const writing = new Set(['confirm', 'apply', 'record']);

/** Runs that this process leads now. Its lease lets a holder in again, so it alone does not keep two of the same process apart. */
const led = new WeakMap<Database, Set<string>>();

/**
 * Executes or resumes one run to an end state, or to `waiting`. Never throws for faults of the far side. One that is led
 * already, here or elsewhere, is answered as it stands.
 */
export async function executeRun(engine: EngineOptions, id: number, outer: AbortSignal): Promise<RunRow> {
  const mine = led.get(engine.database) ?? new Set();
  led.set(engine.database, mine);
  const name = `${engine.holder} ${id}`;
  if (mine.has(name)) return (await getRun(engine.database, id))!;
  mine.add(name);
  try {
    return await lead(engine, id, outer);
  } finally {
    mine.delete(name);
  }
}

async function lead(engine: EngineOptions, id: number, outer: AbortSignal): Promise<RunRow> {
  const { clock } = engine;
  const takenAt = clock.now();
  const run = await takeRun(engine, id, takenAt);
  if (run === null) return (await getRun(engine.database, id))!;
  const { epoch } = run;
  const marks = openMarks(fenced(engine.database, id, engine.holder, epoch), id);
  const { database } = marks;
  const hold = holdRun(engine, id, epoch, takenAt, outer);
  let opened: Opened | null = null;
  try {
    const job = (await getJob(engine.database, run.job))!;
    await assertReachable(engine, run, job);
    opened = await openContext(engine, database, { run, job }, epoch, hold);
    for (const [name, stage] of await stagesOf(database, run)) {
      if (isFinished(opened.context.run.stage, name) || (run.dryRun && writing.has(name))) continue;
      engine.probe?.(`before:${name}`);
      engine.onProgress?.({ run: id, stage: name, done: 0, total: null });
      const [startedAt, cpu] = [performance.now(), process.threadCpuUsage()];
      await stage(opened.context);
      const { user, system } = process.threadCpuUsage(cpu);
      const [ms, cpuMs] = [performance.now() - startedAt, (user + system) / 1000];
      engine.log('stage', { run: id, job: run.job, stage: name, ms: Math.round(ms), cpuMs: Math.round(cpuMs) });
      const mark = { stage: name, checkpoint: null, evidence: structuredClone(opened.context.evidence) };
      // Closing tells itself that it is done.
      if (name !== 'close') marks.set(mark);
      if (run.mode !== 'keys' && milestones.has(name)) await marks.flush();
      // Of all that a stage stores in the row of its run, a later one asks only for the cursor that reading has found.
      const stored = name === 'read' ? (await getRun(database, id))! : opened.context.run;
      opened.context = { ...opened.context, run: { ...stored, ...mark } };
      engine.probe?.(`after:${name}`);
    }
    await marks.flush();
    await noteReached(engine, job.connection);
  } catch (error) {
    await settleFault(engine, database, run, error, hold.signal).catch((fault: unknown) => {
      if (!(fault instanceof LostLease || fault instanceof StoreAway)) throw fault;
    });
  } finally {
    await opened?.close();
    await hold.end();
  }
  return (await getRun(engine.database, id))!;
}

/** Takes the lease and marks the run as running, as it stands then; null when another worker has it, it is the server's, or it has ended meanwhile. */
const takeRun = (engine: EngineOptions, id: number, now: number): Promise<RunRow | null> =>
  engine.database.write(async (transaction) => {
    const run = (await getRun(transaction, id))!;
    if (run.endedAt !== null || (await isLedElsewhere(transaction, engine.holder, run, now))) return null;
    if ((await jobsLeftToServer(engine, transaction)).has(run.job)) return null;
    const epoch = await takeLease(transaction, 'run', String(id), engine.holder, now, now + (engine.leaseMs ?? LEASE_MS));
    if (epoch === null) return null;
    if (run.state !== 'running') assertTransition('run', run.state, 'running');
    const taken = { state: 'running', epoch, problem: null, ...(run.startedAt === null ? { startedAt: now } : {}) } as const;
    await patchRun(transaction, id, taken);
    return { ...run, ...taken };
  });

/** While a system is known to be away, its runs wait for the probe instead of knocking one after the other. */
async function assertReachable(engine: EngineOptions, run: RunRow, job: JobRow): Promise<void> {
  const away = !run.dryRun ? knownAway(await getConnection(engine.database, job.connection), engine.clock.now()) : null;
  if (away) throw new HaltRun(away);
}

/** A run that came through has proved that the system answers. */
async function noteReached(engine: EngineOptions, connection: string): Promise<void> {
  const row = await getConnection(engine.database, connection);
  if (row && row.breaker_opened_at !== null)
    await engine.database.write((transaction) => closeBreaker(transaction, row.id, engine.clock.now()));
}

const stagesOf = async (database: Database, run: RunRow): Promise<Stages> => {
  if (run.order) return orderStages[run.order.kind];
  return run.dryRun && (await isMatching(database, run.id)) ? matchStages : stages;
};

const order = new Map(matchStages.map(([name], index) => [name, index]));
const isFinished = (last: string, name: string): boolean => last !== '' && order.get(name)! <= (order.get(last) ?? -1);

/** The plan whose outcome this dry run takes for the directory. */
const planBelow = async (database: Database, run: RunRow): Promise<number | null> =>
  run.overPlan ?? (run.proposal === null ? null : ((await getEdit(database, run.proposal))?.plan ?? null));

/** Below a merge or a split: the links as that will have led them. */
async function asRegrouped(database: Database, plan: number | null): Promise<Database> {
  const above = plan === null ? undefined : await getRun(database, plan);
  const order = above && regroupOf(above);
  return order ? regroupedBy(database, order) : database;
}

export interface Opened {
  context: RunContext;
  close(): Promise<void>;
}

const noEvidence = (): RunEvidence => ({ types: {}, warnings: [], containers: [], partChanged: false });

/** Also for who helps with batches of a run that another worker leads. */
export async function openContext(
  engine: EngineOptions,
  store: Database,
  { run, job: row }: { readonly run: RunRow; readonly job: JobRow },
  epoch: number,
  hold: Pick<Hold, 'signal' | 'mayWrite' | 'isHeld' | 'renew'>,
): Promise<Opened> {
  const { signal } = hold;
  const database = row.direction === 'down' ? await asRegrouped(store, await planBelow(store, run)) : store;
  // What only observes goes on from where it last looked itself.
  const job = conductOf(row.state).writes ? row : { ...row, cursor: row.observed_cursor };
  const saved = jobSettingsSchema.parse(JSON.parse((await settingsOfVersion(database, run.job, run.version)) ?? job.settings));
  const wanted = run.trial === null ? saved : jobSettingsSchema.parse(JSON.parse(run.trial));
  const proposed = await proposedDirectory(database, await planBelow(database, run), job.direction);
  const outside = await openEndpoint(engine, job.connection, signal, {
    edit: run.proposal,
    ...(run.trialConfig === null ? {} : { config: JSON.parse(engine.sealer.open(run.trialConfig)) as Record<string, unknown> }),
    held: { run: run.id, mayBegin: () => hold.mayWrite(), isHeld: () => hold.isHeld() },
  });
  const settings = { ...wanted, part: partIn(outside.manifest, wanted.part) };
  const directory = await openEndpoint(engine, 'directory', signal, { directory: proposed, tree: settings.tree });
  const up = job.direction === 'up';
  const source = up ? outside : directory;
  const target = up ? directory : outside;
  const surroundings = await surroundingsOf(database);
  const tables = Object.fromEntries(surroundings.lookups.map((table) => [table.name, JSON.parse(table.rows) as Record<string, string>]));
  const prepare = (of: JobSettings): Prepared => prepareJob(of, source.types, target.types, tables);
  const prepared = prepare(settings);
  if (prepared.problems.length > 0) {
    const [first] = prepared.problems;
    const { ConnectorError } = await import('../connector-kit/errors.ts');
    throw new ConnectorError('config', { en: `${first!.where}: ${first!.problem.en}`, zh: `${first!.where}:${first!.problem.zh}` });
  }
  const hashUnder = (release: string): string =>
    settingsHash(row, wanted, surroundings, { part: settings.part, connector: outside.manifest.id, release });
  const jobs = await listJobs(database);
  const others = jobs
    .filter((other) => other.id !== job.id && other.connection === job.connection && other.direction === job.direction)
    .map((other) => jobSettingsSchema.parse(JSON.parse(other.settings)));
  // The mirror goes on to hold what the job reads as it is saved.
  if (run.trial !== null) others.push(saved);
  const context: RunContext = {
    engine,
    database,
    run,
    job,
    settings,
    up,
    proposed,
    source,
    target,
    outside,
    types: (up ? askForAll : veilForAll)(
      prepared.types,
      others.flatMap((other) => prepare(other).types),
    ),
    zone: surroundings.zone,
    scopeRules: prepared.scopeRules,
    settingsHash: hashUnder(engine.release ?? ''),
    formerHash: job.release === null || job.release === (engine.release ?? '') ? null : hashUnder(job.release),
    knowsTarget: !up && run.cause === 'forecast' && run.trialConfig === null && (await knowsTarget(engine, row, savedSettings(row))),
    readers: accountReaders(jobs, job.connection),
    lookups: lookupsOf(jobs, job.connection, settings),
    epoch,
    signal,
    counts: {},
    evidence: (run.evidence as RunEvidence | null) ?? noEvidence(),
    mayWrite: () => hold.mayWrite(),
    breathe: async (done, total, before) => {
      signal.throwIfAborted();
      if (done !== undefined) engine.onProgress?.({ run: run.id, stage: '', done, total: total ?? null });
      // Whatever has come in meanwhile goes first.
      await new Promise((resolve) => setImmediate(resolve));
      if (run.mode !== 'keys') await engine.between?.(before);
      await hold.renew();
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
