// The engine as commands see it: queue runs, carry them out, decide held work, brake, retry.
import type { Label, ObjectKey } from '../core/model.ts';
import { jobSettingsSchema, type JobSettings } from '../core/job-settings.ts';
import type { WorkOrder } from '../core/undo.ts';
import type { CheckReport } from '../connector-kit/contract.ts';
import { audit } from '../store/audit.ts';
import { getJob, listBrakes, noteCheck, patchJob, releaseBrake, setBrake, type JobRow } from '../store/jobs.ts';
import { copyRunKeys, createRun, getRun, openRuns, type RunRow } from '../store/runs.ts';
import { putVotes } from '../store/approvals.ts';
import { doubtsOf, dropDoubts } from '../store/doubts.ts';
import { approveHeld, decideHeld, heldInBrief, type HeldInBrief } from '../store/held.ts';
import type { Transaction } from '../store/database.ts';
import { hasRetriable, lookAtProblems, type ProblemChoice, reviveProblems } from '../store/problems.ts';
import { endLease, takeLease } from '../store/upkeep.ts';
import { BATCH, type EngineOptions } from './context.ts';
import { openConnection, openEndpoint } from './endpoint.ts';
import type { Refusal } from './operations/operation.ts';
import { createDrain } from './drain.ts';
import { endEarly } from './fault.ts';
import { partIn } from './part.ts';
import { answerDoubts, type Answer } from './resume.ts';
import { parseJson, pieces } from './shapes.ts';
import { help } from './help.ts';
import { closeBreaker, noteJobResumed } from './notify/note.ts';
import { leaseOf } from './hold.ts';
import { causeOf, type Order, undoOrders } from './undo/orders.ts';
import { assertTransition, type ChosenState, conductOf } from './states.ts';
import { createReceiver, eventJobs, followHistory, reconcileSoon, startTouched, type Receive } from './real-time.ts';
import { enoughAccept, sortOut } from './second-person.ts';
import { noteSignedIn } from './signed-in.ts';
import { sweep } from './sweep.ts';
import { createWatches, type Watches } from './watch.ts';
import { wordOf } from './words.ts';

/** A command that cannot be carried out: says what, where and what to do. */
export class CommandError extends Error {
  readonly label: Label;
  readonly refusal: Refusal;
  constructor(en: string, zh: string, refusal: Refusal = {}) {
    super(en);
    this.name = 'CommandError';
    this.label = { en, zh };
    this.refusal = refusal;
  }
}

export interface RunRequest {
  readonly job: number;
  readonly mode: RunRow['mode'];
  readonly dryRun?: boolean;
  readonly cause?: string;
  readonly actor: string;
  /** In mode keys; missing with `ofPlan`: those of the plan. */
  readonly keys?: readonly ObjectKey[] | null;
  readonly ofPlan?: number;
  /** A dry run over what this edit would leave. */
  readonly proposal?: number;
  /** Runs that have to be through before it begins. */
  readonly behind?: readonly number[];
  /** A dry run with these settings instead of the job's own. */
  readonly trial?: JobSettings;
  /** … and these laid over the settings of its connection; null takes one away. */
  readonly trialConfig?: Readonly<Record<string, unknown>>;
  /** A dry run over the directory as that run's plan would leave it. */
  readonly over?: number;
  readonly order?: WorkOrder | null;
}

export type Alongside = (transaction: Transaction, run: number) => Promise<void>;

export interface Engine {
  readonly options: EngineOptions;
  /** `alongside` is committed with the run, or not at all. */
  enqueue(request: RunRequest, alongside?: Alongside): Promise<number>;
  /** Carries out queued runs, oldest keys runs first, until none is left that can go on. */
  drain(signal?: AbortSignal): Promise<readonly RunRow[]>;
  /** Takes part in runs that other workers lead. Returns how many batches were carried out. */
  help(signal?: AbortSignal): Promise<number>;
  /** Queues what has become due: schedules, retries, last days, probes, expiries. */
  sweep(): Promise<void>;
  /** Verifies, stores and answers an event of a source; what it touches is looked at by the next `drain`. */
  receive: Receive;
  /** Long connections of sources that tell by themselves what was touched. */
  watch(onTouched: () => void): Watches;
  cancel(run: number, actor: string): Promise<void>;
  setJobState(job: number, state: ChosenState, actor: string): Promise<void>;
  /**
   * Answers the guard's question about a whole job, and runs it in full. Returns the run; null where the job asks for two people and
   * this one is the first to accept.
   */
  resume(job: number, answer: Answer, actor: string): Promise<number | null>;
  /** Returns the runs that carry it out; of what needs a second person this notes that the first has confirmed. */
  approve(ids: readonly number[], actor: string): Promise<readonly number[]>;
  cancelHeld(ids: readonly number[], actor: string): Promise<void>;
  takeBack(ids: readonly number[], actor: string): Promise<void>;
  /** Looks at records again: the named ones, whether they have problems or not, or those with problems of a kind. Null: there are none. */
  retry(job: number, which: readonly ObjectKey[] | 'all' | ProblemsOfKind, actor: string): Promise<number | null>;
  hold(scope: string, reason: string, actor: string): Promise<void>;
  release(scope: string, actor: string): Promise<void>;
  check(
    connection: string,
    request: { direction: 'up' | 'down'; part?: unknown; probeWrite?: boolean },
    signal?: AbortSignal,
  ): Promise<CheckReport>;
}

/** Problems that are alike; what is left out does not matter. */
export type ProblemsOfKind = Pick<ProblemChoice, 'type' | 'cause' | 'attribute'>;

/** What one run carries out when it is approved. */
interface HeldTogether {
  readonly job: number;
  readonly order: Order | undefined;
  readonly held: readonly number[];
}

function assertHeld(row: HeldInBrief | undefined, id: number, state: string): HeldInBrief {
  if (!row) throw new CommandError(`There is no held change ${id}.`, `没有编号为 ${id} 的待确认变更。`, { code: 'not-found' });
  if (row.state === state) return row;
  throw new CommandError(
    `Held change ${id} (${row.title ?? row.source_key}) is ${row.state}, not ${state}.`,
    `待确认变更 ${id}（${row.title ?? row.source_key}）的状态是 ${row.state}，不是 ${state}。`,
  );
}

const ownWord = (id: number): CommandError =>
  new CommandError(
    `You have confirmed held change ${id} already. The policy of its job asks for a second person, who cannot be you.`,
    `您已确认待确认变更 ${id}。该任务的策略要求由另一人再次确认，不能是您本人。`,
  );

function notEnabled(job: JobRow): CommandError {
  if (job.state === 'paused') {
    const why = parseJson<Label>(job.state_reason, { en: '', zh: '' });
    return new CommandError(
      `Job ${job.id} "${job.name}" is paused by the guard. ${why.en} Mend the cause and let it go on ("tributary resume ${job.id}"), or accept it as it is ("tributary resume ${job.id} --accept"). Dry runs work.`,
      `任务 ${job.id}“${job.name}”已被保护暂停。${why.zh}请处理原因后恢复执行（tributary resume ${job.id}），或接受现状（tributary resume ${job.id} --accept）。可以试运行。`,
    );
  }
  return new CommandError(
    `Job ${job.id} "${job.name}" is ${wordOf.job(job.state).en}. Dry runs work; for anything else enable it first ("tributary config enable ${job.id}").`,
    `任务 ${job.id}“${job.name}”当前状态为“${wordOf.job(job.state).zh}”，只能试运行。请先启用（tributary config enable ${job.id}）。`,
  );
}

/** A retried object is not retried by itself before this. */
const REVIVED_MS = 600_000;

export function createEngine(options: EngineOptions): Engine {
  const { database, clock } = options;

  const jobOf = async (id: number): Promise<JobRow> => {
    const job = await getJob(database, id);
    if (!job)
      throw new CommandError(`There is no job ${id}. "tributary config export" lists the jobs.`, `没有编号为 ${id} 的任务。`, {
        code: 'not-found',
      });
    return job;
  };

  /** `alongside` is committed with the run, or not at all. */
  const enqueue = async (request: RunRequest, alongside?: Alongside): Promise<number> => {
    const job = await jobOf(request.job);
    const { runsByItself, writes } = conductOf(job.state);
    // What a job did can be taken back, whatever became of the job. Who leaves is closed where somebody else stopped the job, too.
    const mayOrder = request.order && (request.order.kind !== 'close' || job.direction === 'up' || conductOf(job.state).closes);
    if (request.dryRun || mayOrder || writes) return queue(job, request, alongside);
    // What a job that only observes is asked for, it plans. An approval would be lost in that.
    if (!runsByItself || request.cause === 'approval') throw notEnabled(job);
    return queue(job, { ...request, dryRun: true }, alongside);
  };

  const queue = async (job: JobRow, request: RunRequest, alongside?: Alongside): Promise<number> => {
    const open = (await openRuns(database)).find((run) => run.job === job.id && run.mode !== 'keys' && !run.dryRun);
    if (open && request.mode !== 'keys' && !request.dryRun) {
      throw new CommandError(
        `Run ${open.id} of job ${job.id} is still ${wordOf.run(open.state).en}. Wait for it, or cancel it ("tributary cancel ${open.id}").`,
        `任务 ${job.id} 的执行 ${open.id} 尚未结束（${wordOf.run(open.state).zh}）。请等待或取消。`,
      );
    }
    // Without a place to go on from, the changes since then cannot be asked for.
    const cursor = conductOf(job.state).writes ? job.cursor : job.observed_cursor;
    const id = await database.write(async (transaction) => {
      const run = await createRun(transaction, {
        job: job.id,
        mode: request.mode === 'incremental' && cursor === null ? 'full' : request.mode,
        dryRun: request.dryRun ?? false,
        cause: request.cause ?? 'manual',
        actor: request.actor,
        version: job.version,
        now: clock.now(),
        keys: request.keys ?? null,
        ...(request.ofPlan === undefined ? {} : { ofPlan: request.ofPlan }),
        ...(request.proposal === undefined ? {} : { proposal: request.proposal }),
        ...(request.behind ? { behind: request.behind } : {}),
        ...(request.trial ? { trial: JSON.stringify(request.trial) } : {}),
        ...(request.trialConfig ? { trialConfig: options.sealer.seal(JSON.stringify(request.trialConfig)) } : {}),
        ...(request.over === undefined ? {} : { overPlan: request.over }),
        ...(request.order ? { order: request.order } : {}),
      });
      if (request.mode === 'keys' && request.ofPlan !== undefined && !request.keys) await copyRunKeys(transaction, request.ofPlan, run);
      await alongside?.(transaction, run);
      return run;
    });
    drain.queued();
    options.queue?.wake({ kind: 'run', key: String(id) });
    return id;
  };

  /** A comparison of everything, unless one is open already. */
  const everything = async (job: number): Promise<void> => {
    const open = (await openRuns(database)).some((run) => run.job === job && run.mode !== 'keys' && !run.dryRun);
    if (!open) await enqueue({ job, mode: 'full', cause: 'event', actor: 'event' });
  };

  const drain = createDrain(options, async () => {
    const jobs = await eventJobs(options);
    await followHistory(options, jobs, everything);
    return startTouched(options, jobs, enqueue);
  });

  /** Their numbers by the job, and by the undo they belong to. All of them are in this state. */
  const heldIn = async (ids: readonly number[], state: string): Promise<readonly HeldTogether[]> => {
    const together = new Map<string, HeldTogether & { readonly held: number[] }>();
    for (const piece of pieces([...new Set(ids)], BATCH)) {
      const rows = new Map((await heldInBrief(database, piece)).map((row) => [row.id, row]));
      const orders = await undoOrders(database, [...rows.values()]);
      for (const id of piece) {
        const { job } = assertHeld(rows.get(id), id, state);
        const order = orders.get(id);
        const name = `${job} ${order?.run ?? ''}`;
        const known = together.get(name);
        if (known) known.held.push(id);
        else together.set(name, { job, order, held: [id] });
      }
    }
    return [...together.values()];
  };

  /** The decision and the run that carries it out are one: a crash between them would leave it approved for ever. */
  const carryOutHeld = (job: number, order: Order | undefined, held: readonly number[], actor: string): Promise<number> =>
    enqueue(
      { job, mode: 'keys', cause: order ? causeOf(order.order) : 'approval', actor, order: order?.order ?? null },
      async (transaction, run) => {
        if (order) await copyRunKeys(transaction, order.run, run);
        // A line of the audit log names no more than a batch.
        for (const piece of pieces(held, BATCH)) {
          await approveHeld(transaction, piece, run, actor, clock.now());
          await audit(transaction, { at: clock.now(), actor, action: 'held.approve', subject: `job:${job}`, after: JSON.stringify(piece) });
        }
      },
    );

  /** A job that lives by events needs a source that tells. */
  const assertTellsOfChanges = async (job: JobRow): Promise<void> => {
    const { trigger } = jobSettingsSchema.parse(JSON.parse(job.settings));
    if (trigger.kind !== 'event' || job.direction !== 'up') return;
    const { connection, connector } = await openConnection(options, job.connection);
    try {
      if (connection.events || connection.watch) return;
    } finally {
      await connection.close();
    }
    throw new CommandError(
      `Job ${job.id} "${job.name}" is started by events, but connection "${job.connection}" (${connector.manifest.name.en}) as it is configured sends none. Give the job a schedule.`,
      `任务 ${job.id}“${job.name}”设为实时触发，但连接“${job.connection}”（${connector.manifest.name.zh}）按当前配置不会推送事件。请改为定时触发。`,
    );
  };

  const assertChosen = (job: JobRow): void => {
    const { pilot } = jobSettingsSchema.parse(JSON.parse(job.settings));
    if ((pilot?.departments?.include.length ?? 0) + (pilot?.people?.include.length ?? 0) > 0) return;
    throw new CommandError(
      `Job ${job.id} "${job.name}" names nobody to try it with. Choose people or departments for its pilot first.`,
      `任务 ${job.id}“${job.name}”尚未选择试点对象。请先为试点选择人员或部门。`,
    );
  };

  return {
    options,
    enqueue,
    drain: drain.all,
    help: (signal = new AbortController().signal) => help(options, drain.isRunning, signal),
    async sweep() {
      if (database.dialect === 'sqlite') return sweep(options, enqueue);
      // What is due is due once, however many workers look.
      const now = clock.now();
      const epoch = await database.write((transaction) =>
        takeLease(transaction, 'sweep', 'all', options.holder, now, now + leaseOf(options)),
      );
      if (epoch === null) return;
      await sweep(options, enqueue).finally(() => database.write((transaction) => endLease(transaction, 'sweep', 'all', options.holder)));
    },
    receive: createReceiver(options, everything),
    watch: (onTouched) =>
      createWatches(options, onTouched, async (connection) => {
        await reconcileSoon(options, connection);
        onTouched();
      }),
    async cancel(id, actor) {
      const run = await getRun(database, id);
      if (!run) throw new CommandError(`There is no run ${id}.`, `没有编号为 ${id} 的执行。`, { code: 'not-found' });
      if (drain.cancel(id)) return;
      assertTransition('run', run.state, 'cancelled');
      await database.write((transaction) =>
        endEarly(transaction, run, 'cancelled', { en: `Cancelled by ${actor}.`, zh: `已由 ${actor} 取消。` }, clock.now()),
      );
    },
    async setJobState(id, state, actor) {
      const job = await jobOf(id);
      if (job.state === state) return;
      assertTransition('job', job.state, state);
      if (state !== 'disabled') await assertTellsOfChanges(job);
      if (state === 'pilot') assertChosen(job);
      const wasStopped = job.state === 'paused' || job.state === 'quarantined';
      // Whoever was left out until now, only a look at everything finds.
      const afresh =
        job.state === 'observing' || job.state === 'pilot' || state === 'observing' ? { cursor: null, observed_cursor: null } : {};
      await database.write(async (transaction) => {
        await patchJob(transaction, id, { state, state_reason: null, resumes: null, next_due_at: null, ...afresh });
        if (state !== 'disabled' && wasStopped) await noteJobResumed(transaction, id, actor, clock.now());
        // Whether there is still reason to doubt, the next run says.
        if (conductOf(state).writes) await dropDoubts(transaction, id);
        await audit(transaction, { at: clock.now(), actor, action: `job.${state}`, subject: `job:${id}`, before: job.state, after: state });
      });
    },
    async resume(id, answer, actor) {
      const job = await jobOf(id);
      const doubts = await doubtsOf(database, id);
      if (job.state !== 'paused' && doubts.length === 0)
        throw new CommandError(
          `Job ${id} "${job.name}" is ${job.state} and has no question to answer.`,
          `任务 ${id}“${job.name}”当前状态为“${wordOf.job(job.state).zh}”，没有待答复的问题。`,
        );
      if (job.state === 'disabled' || job.state === 'observing') throw notEnabled(job);
      if (answer.accept && !(await enoughAccept(database, job, doubts, actor, clock.now()))) return null;
      return queue(job, { job: id, mode: 'full', cause: 'approval', actor }, (transaction, run) =>
        answerDoubts(transaction, { ...answer, job, release: options.release ?? '', run, actor, now: clock.now() }),
      );
    },
    async approve(ids, actor) {
      const runs: number[] = [];
      const together = await heldIn(ids, 'open');
      const own: number[] = [];
      let settled = 0;
      for (const { job, order, held } of together) {
        const ready: number[] = [];
        for (const piece of pieces(held, BATCH)) {
          const sorted = await sortOut(database, job, piece, actor, clock.now());
          ready.push(...sorted.ready);
          own.push(...sorted.own);
          settled += sorted.ready.length + sorted.asked.length;
          if (sorted.asked.length > 0)
            await database.write(async (transaction) => {
              await putVotes(transaction, sorted.asked);
              const after = JSON.stringify(sorted.asked.map((vote) => vote.held));
              await audit(transaction, { at: clock.now(), actor, action: 'held.ask', subject: `job:${job}`, after });
            });
        }
        if (ready.length > 0) runs.push(await carryOutHeld(job, order, ready, actor));
      }
      if (settled === 0 && own.length > 0) throw ownWord(own[0]!);
      return runs;
    },
    async cancelHeld(ids, actor) {
      await heldIn(ids, 'open');
      await database.write(async (transaction) => {
        await decideHeld(transaction, ids, 'cancelled', actor, clock.now());
        await audit(transaction, { at: clock.now(), actor, action: 'held.cancel', subject: 'held', after: JSON.stringify(ids) });
      });
    },
    async takeBack(ids, actor) {
      await heldIn(ids, 'cancelled');
      await database.write(async (transaction) => {
        await decideHeld(transaction, ids, 'open', actor, clock.now());
        await audit(transaction, { at: clock.now(), actor, action: 'held.take-back', subject: 'held', after: JSON.stringify(ids) });
      });
    },
    async retry(id, which, actor) {
      await jobOf(id);
      const named = Array.isArray(which) ? (which as readonly ObjectKey[]).filter((key) => !key.id.startsWith('?')) : null;
      const keys = named && [...new Map(named.map((key) => [`${key.type}\0${key.id}`, key])).values()];
      const choice: ProblemChoice = keys ? { keys } : which === 'all' ? {} : (which as ProblemsOfKind);
      if (keys ? keys.length === 0 : !(await hasRetriable(database, id, choice))) return null;
      return enqueue({ job: id, mode: 'keys', keys: keys ?? [], cause: 'retry', actor }, async (transaction, run) => {
        if (!keys) await lookAtProblems(transaction, id, choice, run);
        // Somebody looked into it: back-off begins anew, also for what was given up.
        await reviveProblems(transaction, id, choice, clock.now() + REVIVED_MS);
      });
    },
    async hold(scope, reason, actor) {
      await database.write(async (transaction) => {
        await setBrake(transaction, { scope, since: clock.now(), by_whom: actor, reason });
        await audit(transaction, { at: clock.now(), actor, action: 'brake.hold', subject: scope, after: reason });
      });
    },
    async release(scope, actor) {
      if (!(await listBrakes(database)).some((row) => row.scope === scope))
        throw new CommandError(`There is no brake on "${scope}".`, `“${scope}”没有拉总闸。`, { code: 'not-found' });
      await database.write(async (transaction) => {
        await releaseBrake(transaction, scope);
        await audit(transaction, { at: clock.now(), actor, action: 'brake.release', subject: scope });
        await transaction.run(
          `UPDATE run SET state = 'queued' WHERE state = 'waiting' AND NOT EXISTS (SELECT 1 FROM due d WHERE d.what = 'run' AND d.source_key = CAST(run.id AS TEXT))`,
        );
      });
      options.queue?.wake({ kind: 'run', key: scope });
    },
    async check(id, request, signal = AbortSignal.timeout(60_000)) {
      const endpoint = await openEndpoint(options, id, signal);
      try {
        const report = await endpoint.connection.check({
          direction: request.direction,
          signal,
          ...(request.part === undefined ? {} : { part: partIn(endpoint.manifest, request.part) }),
          ...(request.probeWrite ? { probeWrite: true } : {}),
        });
        await database.write(async (transaction) => {
          await noteCheck(transaction, id, {
            systemId: report.systemId ?? null,
            range: report.range ?? null,
            expiresAt: report.expiresAt ?? null,
            at: clock.now(),
          });
          await noteSignedIn(transaction, id, [report], clock.now());
          if (report.findings.every((finding) => finding.level !== 'reachable' || finding.ok))
            await closeBreaker(transaction, id, clock.now());
        });
        return report;
      } finally {
        await endpoint.connection.close();
      }
    },
  };
}
