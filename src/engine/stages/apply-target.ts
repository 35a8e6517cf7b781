// Apply to an outside target: mark sent, call, store outcomes with links, agreements and mirror.
import type { Removed, WriteRequest, Written } from '../../connector-kit/contract.ts';
import { ConnectorError, errorKinds, isConnectorError } from '../../connector-kit/errors.ts';
import type { Attributes } from '../../core/model.ts';
import { list } from '../../store/database.ts';
import {
  busyElsewhere,
  edgesOfChanges,
  patchChanges,
  splitPending,
  type ChangePatch,
  type ChangeRow,
  type SplitOff,
} from '../../store/ledger.ts';
import type { Transaction } from '../../store/database.ts';
import { mirrorRows } from '../../store/mirror.ts';
import { isShared } from './shared-batches.ts';
import { stagedOf } from '../../store/staged.ts';
import { objectsOf } from '../../store/directory.ts';
import { closeBreaker } from '../notify/note.ts';
import { getConnection } from '../../store/jobs.ts';
import { externalIdsOf } from '../../store/links.ts';
import type { RunContext, TypePlan } from '../context.ts';
import { awayReason, BREAKER, HaltRun, isTransport, noteFailures } from '../fault.ts';
import { untilAnswered } from '../last-call.ts';
import { toExternalIds } from '../references.ts';
import { digest, groupBy, parseJson } from '../shapes.ts';
import { mirrorObjects } from '../source-data.ts';
import type { Desired } from './assess.ts';
import { refresh } from './observe.ts';
import { storeOutcomes, type Outcome } from './outcomes.ts';
import { perform, type Prepared } from './perform.ts';
import { objectWithoutVeiled, openersFor, withoutVeiled } from './veil.ts';

const STALE_MS = 600_000;
/** A pause that the target asks for is waited for on the spot up to this long; a longer one puts the run aside. */
const PAUSE_MS = 30_000;
const SOME_PAUSE_MS = 5_000;

export async function applyToTarget(context: RunContext, batch: readonly ChangeRow[]): Promise<void> {
  const fresh = await refreshed(context, firstOfEach(batch));
  const { ready, patches, splits } = await prepare(context, fresh);
  const sent = await context.database.write(async (transaction) => {
    await patchChanges(transaction, patches);
    for (const split of splits) await splitPending(transaction, split.change, split, { reason: openEndReason }, context.run.now);
    const busy = await busyElsewhere(
      transaction,
      context.outside.id,
      context.run.id,
      ready.map(({ change }) => change.directory_id!),
    );
    const at = context.engine.clock.now();
    const still = await unmoved(context, transaction, ready);
    await patchChanges(
      transaction,
      still.map(({ change }) =>
        busy.has(change.directory_id!)
          ? {
              id: change.id,
              state: 'pending',
              at,
              verdict: JSON.stringify({
                reason: {
                  en: 'Another run is writing this object just now; it is planned anew.',
                  zh: '另一次执行正在写入该对象,将重新计划。',
                },
              }),
            }
          : { id: change.id, state: 'sent', epoch: context.epoch, at },
      ),
    );
    return still.filter(({ change }) => !busy.has(change.directory_id!));
  });
  if (sent.length === 0) return;
  context.engine.probe?.('apply:sent');
  const outcomes = await callAll(context, sent);
  context.engine.probe?.('apply:called');
  await storeOutcomes(context, outcomes);
  context.counts.applied = (context.counts.applied ?? 0) + outcomes.filter((outcome) => outcome.ok).length;
  context.counts.failed = (context.counts.failed ?? 0) + outcomes.filter((outcome) => !outcome.ok).length;
  await tripBreaker(context, outcomes);
  await pauseAsAsked(context, outcomes);
}

const seenText = (object: number | undefined, link: string | undefined, mirror: number | undefined): string =>
  JSON.stringify([object ?? null, link ?? null, mirror ?? null]);

/** Another worker may have written the same objects since they were prepared: those stay planned, and are prepared again. */
async function unmoved(context: RunContext, transaction: Transaction, ready: readonly Prepared[]): Promise<readonly Prepared[]> {
  if (!isShared(context)) return ready;
  const { outside } = context;
  const kept: Prepared[] = [];
  for (const [type, own] of groupBy(ready, ({ change }) => change.type)) {
    const keys = own.map(({ change }) => change.source_key);
    const revisions = new Map((await objectsOf(transaction, keys)).map((object) => [object.id, object.revision]));
    const links = await externalIdsOf(transaction, outside.id, type, keys);
    const ids = own.flatMap(({ change }) => change.target_key ?? []);
    const mirror = new Map((await mirrorRows(transaction, outside.id, type, ids)).map((row) => [row.external_id, row.revision]));
    kept.push(
      ...own.filter(
        ({ change, seen }) =>
          seen === seenText(revisions.get(change.source_key), links.get(change.source_key), mirror.get(change.target_key ?? '')),
      ),
    );
  }
  return kept;
}

/** Two changes of one object never overlap: the later ones stay planned for the next batch. */
function firstOfEach(batch: readonly ChangeRow[]): readonly ChangeRow[] {
  const seen = new Set<string | null>();
  return batch.filter((change) => !seen.has(change.directory_id) && seen.add(change.directory_id));
}

/** The target is asked again before disable and remove, and where it was observed too long ago. */
async function refreshed(context: RunContext, batch: readonly ChangeRow[]): Promise<readonly ChangeRow[]> {
  const now = context.engine.clock.now();
  const old = now - context.run.now > STALE_MS;
  for (const [type, own] of groupBy(batch, (change) => change.type)) {
    const ids = own
      .filter((change) => change.target_key !== null && (old || change.action === 'disable' || change.action === 'remove'))
      .map((change) => change.target_key!);
    if (ids.length > 0) await refresh(context, context.types.find((plan) => plan.type === type)!, [...new Set(ids)]);
  }
  return batch;
}

async function prepare(
  context: RunContext,
  batch: readonly ChangeRow[],
): Promise<{ ready: Prepared[]; patches: ChangePatch[]; splits: Split[] }> {
  const { database, outside, run } = context;
  const edges = groupBy(
    await edgesOfChanges(
      database,
      batch.map((change) => change.id),
    ),
    (edge) => String(edge.change),
  );
  const ready: Prepared[] = [];
  const patches: ChangePatch[] = [];
  const splits: Split[] = [];
  for (const [type, own] of groupBy(batch, (change) => change.type)) {
    const plan = context.types.find((candidate) => candidate.type === type)!;
    const keys = own.map((change) => change.source_key);
    const staged = new Map((await stagedOf(database, run.id, type, keys)).map((row) => [row.source_key, row]));
    // Rows of earlier waves may have made the link since the plan was written.
    const links = await externalIdsOf(database, outside.id, type, keys);
    const targetIds = own.flatMap((change) => change.target_key ?? links.get(change.source_key) ?? []);
    const objects = await mirrorObjects(context, outside.id, type, targetIds);
    const revisions = new Map((await objectsOf(database, keys)).map((object) => [object.id, object.revision]));
    const mirror = new Map(
      (
        await database.all<{ external_id: string; revision: number }>(
          'SELECT external_id, revision FROM mirror WHERE connection = ? AND type = ? AND external_id IN {list}',
          outside.id,
          type,
          list(targetIds),
        )
      ).map((row) => [row.external_id, row.revision]),
    );
    const wanted = own.flatMap((change) => [
      ...(edges.get(String(change.id)) ?? []).map((edge) => ({ type: edge.to_type, id: edge.to_id })),
      ...referencesIn(plan, parseJson<Attributes>(change.after, {})),
      ...parseJson<string[]>(change.needs, []).map((id) => ({ type: 'department', id })),
    ]);
    const toTarget = await toExternalIds(database, outside.id, wanted);
    const touched = await touchedByThisRun(context, type, keys);
    const openers = await openersFor(context, plan, keys);
    for (const change of own) {
      const targetKey = change.target_key ?? links.get(change.source_key) ?? null;
      const current = { ...change, target_key: targetKey };
      const verdict = preconditionOf(
        change,
        revisions.get(change.source_key),
        targetKey === null ? null : (mirror.get(targetKey) ?? null),
        touched.has(change.source_key),
        mirror.has(links.get(change.source_key) ?? ''),
      );
      const missing = parseJson<string[]>(change.needs, []).filter((id) => toTarget('department', id) === undefined);
      if (verdict) patches.push({ id: change.id, state: 'superseded', at: run.now, verdict: JSON.stringify({ reason: verdict }) });
      else if (missing.length > 0 || (change.aspect === 'references' && targetKey === null)) {
        patches.push({
          id: change.id,
          state: 'pending',
          at: run.now,
          verdict: JSON.stringify({
            needs: missing,
            reason: { en: 'Waits for something that is held, refused or failed.', zh: '等待被拦截、拒绝或失败的对象。' },
          }),
        });
      } else {
        const row = staged.get(change.source_key);
        const whole: Prepared = {
          change: current,
          plan,
          edges: edges.get(String(change.id)) ?? [],
          desired: parseJson<Desired | null>(row?.desired, null),
          object: targetKey === null ? undefined : objects.get(targetKey),
          toTarget,
          open: openers(change.source_key),
          seen: seenText(
            revisions.get(change.source_key),
            links.get(change.source_key),
            targetKey === null ? undefined : mirror.get(targetKey),
          ),
        };
        const { now, later } = withoutOpenEnds(whole);
        if (later) splits.push(later);
        if (now) ready.push(now);
        else patches.push({ id: change.id, state: 'pending', at: run.now, verdict: JSON.stringify({ reason: openEndReason }) });
      }
    }
  }
  return { ready, patches, splits };
}

const openEndReason = {
  en: 'Waits for something that it refers to and that the target does not have yet.',
  zh: '等待其引用的、目标系统中尚不存在的对象。',
};

/** What a change cannot say yet, because the far end has no account: it becomes a pending line of its own. */
interface Split extends SplitOff {
  readonly change: ChangeRow;
}

/** The part of a change that can be written now, and the part that cannot. Nothing is called applied that was left out. */
function withoutOpenEnds(prepared: Prepared): { now: Prepared | null; later: Split | null } {
  const { change, plan, edges, toTarget } = prepared;
  const after = parseJson<Attributes>(change.after, {});
  const openNames = new Set(
    plan.target.attributes
      .filter(
        (spec) =>
          spec.type === 'reference' && typeof after[spec.name] === 'string' && toTarget(spec.to!, after[spec.name] as string) === undefined,
      )
      .map((spec) => spec.name),
  );
  const openEdges = edges.filter((edge) => edge.op !== 'remove' && toTarget(edge.to_type, edge.to_id) === undefined);
  if (openNames.size === 0 && openEdges.length === 0) return { now: prepared, later: null };
  const part = (wanted: boolean, text: string | null): Attributes =>
    Object.fromEntries(Object.entries(parseJson<Attributes>(text, {})).filter(([name]) => openNames.has(name) === wanted));
  const kept = { before: part(false, change.before), after: part(false, change.after) };
  const closed = edges.filter((edge) => !openEdges.includes(edge));
  if (change.action === 'update' && Object.keys(kept.after).length === 0 && closed.length === 0) return { now: null, later: null };
  const rest = { before: part(true, change.before), after: part(true, change.after) };
  return {
    now: { ...prepared, edges: closed, change: { ...change, before: JSON.stringify(kept.before), after: JSON.stringify(kept.after) } },
    later: {
      change,
      kept,
      rest,
      edges: openEdges,
      hash: digest({ action: 'update', ...rest, edges: openEdges.map(({ change: _of, ...edge }) => edge) }),
    },
  };
}

/** Objects that an earlier change of this same run has written: their mirror moved because of us. */
async function touchedByThisRun(context: RunContext, type: string, keys: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await context.database.all<{ source_key: string }>(
    `SELECT DISTINCT source_key FROM change WHERE run = ? AND type = ? AND state = 'applied' AND source_key IN {list}`,
    context.run.id,
    type,
    list(keys),
  );
  return new Set(rows.map((row) => row.source_key));
}

function preconditionOf(
  change: ChangeRow,
  revision: number | undefined,
  mirror: number | null,
  touched: boolean,
  linked: boolean,
): { en: string; zh: string } | null {
  const before = JSON.parse(change.precondition) as { o: number | null; m: number | null };
  if (change.action === 'create' && linked) {
    return {
      en: 'Another run has created the account since the plan was made; it is planned anew.',
      zh: '计划生成后另一次执行已创建该账号,将重新计划。',
    };
  }
  if (before.o !== null && (revision ?? null) !== before.o)
    return {
      en: 'The person or department has changed in the directory since the plan was made; it is planned anew.',
      zh: '计划生成后目录中的对象已变化,将重新计划。',
    };
  if (!touched && change.action !== 'create' && change.action !== 'link' && before.m !== null && mirror !== before.m) {
    return {
      en: 'The account has changed in the target since the plan was made; it is planned anew.',
      zh: '计划生成后目标系统中的账号已变化,将重新计划。',
    };
  }
  return null;
}

const referencesIn = (plan: TypePlan, attributes: Attributes) =>
  plan.target.attributes
    .filter((spec) => spec.type === 'reference' && typeof attributes[spec.name] === 'string')
    .map((spec) => ({ type: spec.to!, id: attributes[spec.name] as string }));

async function callAll(context: RunContext, ready: readonly Prepared[]): Promise<Outcome[]> {
  const { facts, limits } = context.target;
  const width = facts.serialWrites ? 1 : Math.max(1, limits.inFlight);
  const outcomes: Outcome[] = new Array(ready.length);
  let next = 0;
  let away = 0;
  let limited = false;
  const worker = async (): Promise<void> => {
    while (next < ready.length) {
      const index = next++;
      const prepared = ready[index]!;
      if (away >= BREAKER || limited || !context.mayWrite()) {
        outcomes[index] = { prepared, ok: false, notSent: true, error: null };
        continue;
      }
      const outcome = await callOne(context, prepared);
      away = !outcome.ok && isTransport(outcome.error) ? away + 1 : 0;
      limited ||= isRateLimited(outcome);
      outcomes[index] = outcome;
    }
  };
  await Promise.all(Array.from({ length: Math.min(width, ready.length) }, worker));
  return outcomes;
}

const isRateLimited = (outcome: Outcome): boolean => isConnectorError(outcome.error) && outcome.error.kind === 'rate-limited';

/** What the target says of sensitive values is not kept. */
const told = (plan: TypePlan, written: Written, removed: Removed | undefined): Pick<Outcome, 'written' | 'removed'> => ({
  written: { ...written, ...(written.echo ? { echo: withoutVeiled(plan, written.echo) } : {}) },
  ...(removed ? { removed: { snapshot: removed.snapshot && objectWithoutVeiled(plan, removed.snapshot) } } : {}),
});

async function callOne(context: RunContext, prepared: Prepared): Promise<Outcome> {
  const { change } = prepared;
  const request: WriteRequest<unknown> = {
    part: context.settings.part,
    signal: untilAnswered(context.signal),
    now: context.run.now,
    ...(prepared.plan.veiled.size > 0 ? { sensitive: [...prepared.plan.veiled] } : {}),
    runId: String(context.run.id),
    idempotencyKey: `${context.job.id}-${change.id}`,
  };
  const progress = { calls: 0 };
  try {
    const { written, removed } = await perform(context.target.connection, context, prepared, request, progress);
    return { prepared, ok: true, ...told(prepared.plan, written, removed) };
  } catch (error) {
    if (isConnectorError(error)) {
      // Of several calls some were made: what is done is looked up before the rest is sent.
      const half = progress.calls > 0 && errorKinds[error.kind] === 'retry';
      return {
        prepared,
        ok: false,
        error: half ? new ConnectorError('unknown-outcome', error.label, { ...error.facts, cause: error }) : error,
      };
    }
    if (context.signal.aborted)
      return {
        prepared,
        ok: false,
        error: new ConnectorError('unknown-outcome', { en: 'Cancelled while the write was under way.', zh: '写入过程中被取消。' }),
      };
    // Anything that is not a ConnectorError is a bug and stops the run; the row becomes unknown and is read back.
    return {
      prepared,
      ok: false,
      error: new ConnectorError(
        'unknown-outcome',
        { en: `Unexpected fault: ${(error as Error).message}`, zh: `意外故障:${(error as Error).message}` },
        { cause: error },
      ),
      bug: error,
    };
  }
}

/** One breaker per connection: when the far side is away, no item is to blame; everything waits for a probe. */
async function tripBreaker(context: RunContext, outcomes: readonly Outcome[]): Promise<void> {
  const failures = outcomes.filter((outcome) => !outcome.ok && !outcome.notSent && isTransport(outcome.error));
  const bug = outcomes.find((outcome) => outcome.bug !== undefined);
  if (bug) throw bug.bug;
  const stop = outcomes.find((outcome) => !outcome.ok && isConnectorError(outcome.error) && errorKinds[outcome.error.kind] === 'run');
  if (stop) throw stop.error;
  const reached = outcomes.some((outcome) => !outcome.notSent && (outcome.ok || !isTransport(outcome.error)));
  if (failures.length === 0 || (reached && failures.length < BREAKER)) {
    const row = await getConnection(context.database, context.outside.id);
    if (reached && row && row.breaker_failures > 0)
      await context.database.write((transaction) => closeBreaker(transaction, context.outside.id, context.engine.clock.now()));
    return;
  }
  const reason = (failures[0]!.error as ConnectorError).label;
  if (await noteFailures(context.database, context.outside.id, failures.length, !reached, reason, context.engine.clock.now()))
    throw new HaltRun(awayReason(reason));
}

/** A target that asks for a pause gets it: nothing counts against anybody. */
async function pauseAsAsked(context: RunContext, outcomes: readonly Outcome[]): Promise<void> {
  const asked = outcomes.flatMap((outcome) =>
    isRateLimited(outcome) ? [(outcome.error as ConnectorError).facts.afterMs ?? SOME_PAUSE_MS] : [],
  );
  if (asked.length === 0) return;
  const pause = Math.max(...asked);
  if (pause <= PAUSE_MS) return context.engine.clock.sleep(pause, context.signal);
  const at = context.engine.clock.now() + pause;
  throw new HaltRun(
    {
      en: `The target asks for a pause until ${new Date(at).toISOString()}. The run goes on by itself then.`,
      zh: `目标系统要求暂停至 ${new Date(at).toISOString()},届时将自动继续执行。`,
    },
    at,
  );
}
