// Stores what became of a batch of calls: ledger, links, agreements, claims, mirror and items in one transaction.
import type { Removed, Written } from '../../connector-kit/contract.ts';
import { type ConnectorError, errorKinds, isConnectorError } from '../../connector-kit/errors.ts';
import { sameValue } from '../../core/attribute.ts';
import { isEnabled } from '../../core/lifecycle.ts';
import type { Attributes, Edge, EndpointObject } from '../../core/model.ts';
import { isLeaver, type Situation } from '../../core/situation.ts';
import type { Transaction } from '../../store/database.ts';
import { patchChanges, type ChangePatch } from '../../store/ledger.ts';
import {
  claimsOf,
  cutLinks,
  endClaims,
  linksByExternal,
  putAgreement,
  putClaims,
  putLinks,
  wakeWaiting,
  type ClaimRow,
  type LinkIn,
} from '../../store/links.ts';
import { dropMirror, mirrorHashes, putMirror, type MirrorIn } from '../../store/mirror.ts';
import { coolReservations, dropDue, giveBackWindow, itemsOf, mendItems, putDue, putItems, type ItemRow } from '../../store/upkeep.ts';
import { anybodyWaits, endWaits } from '../../store/problems.ts';
import { stagedOf } from '../../store/staged.ts';
import type { RunContext, TypePlan } from '../context.ts';
import { groupBy, parseJson, summarise } from '../shapes.ts';
import { notSeen } from './not-seen.ts';
import { translated, edgesAfter, type Prepared } from './perform.ts';
import { closeHeld } from '../../store/held.ts';
import { mirrorIn } from './read.ts';
import { type SentEdges, sentEdgesOf } from './sent-edges.ts';
import { withoutVeiled } from './veil.ts';
import { welcoming } from './welcome.ts';
import { keepForUndo } from '../undo/snapshot.ts';

export interface Outcome {
  readonly prepared: Prepared;
  readonly ok: boolean;
  readonly written?: Written;
  readonly removed?: Removed;
  readonly error?: unknown;
  /** It was made, without some of its edges (`written.refused`), for this reason. */
  readonly lacks?: ConnectorError;
  /** It was marked sent, but the call was never made. */
  readonly notSent?: boolean;
  readonly bug?: unknown;
}

export async function storeOutcomes(context: RunContext, outcomes: readonly Outcome[]): Promise<void> {
  await context.database.write(await storingOf(context, outcomes), { beside: true });
}

/** What stores them, for a transaction that has other work, too. */
export async function storingOf(context: RunContext, outcomes: readonly Outcome[]): Promise<(transaction: Transaction) => Promise<void>> {
  if (outcomes.length === 0) return async () => {};
  const now = context.engine.clock.now();
  const reached = outcomes.some((outcome) => outcome.ok);
  const items = await failuresOf(context, outcomes, reached, now);
  const welcome = await welcoming(context, outcomes);
  return async (transaction) => {
    if (await anybodyWaits(transaction, context.job.id))
      for (const [type, own] of groupBy(outcomes, (outcome) => outcome.prepared.change.type))
        await endWaits(
          transaction,
          context.job.id,
          context.run.id,
          type,
          own.map((outcome) => outcome.prepared.change.source_key),
        );
    await patchChanges(
      transaction,
      outcomes.map((outcome) => patchOf(outcome, reached, now)),
    );
    for (const [type, own] of groupBy(
      outcomes.filter((outcome) => outcome.ok),
      (outcome) => outcome.prepared.change.type,
    )) {
      await storeApplied(context, transaction, context.types.find((plan) => plan.type === type)!, own);
    }
    await welcome(transaction);
    await putItems(transaction, items);
    const failed = outcomes
      .filter((outcome) => !outcome.ok)
      .map((outcome) => outcome.prepared.change.directory_id ?? outcome.prepared.change.source_key);
    if (failed.length > 0) await giveBackWindow(transaction, context.job.id, context.run.id, failed);
    await closeHeld(
      transaction,
      outcomes
        .filter((outcome) => outcome.ok)
        .flatMap((outcome) => parseJson<{ held?: number }>(outcome.prepared.change.verdict, {}).held ?? []),
      now,
    );
  };
}

function patchOf(outcome: Outcome, reached: boolean, now: number): ChangePatch {
  const { change } = outcome.prepared;
  if (outcome.ok) {
    const doubt = notSeen(outcome);
    return {
      id: change.id,
      state: 'applied',
      at: now,
      targetKey: outcome.written!.id,
      ...(doubt ? { errorKind: doubt.kind, error: JSON.stringify(doubt.label) } : {}),
      ...(outcome.removed?.snapshot ? { snapshot: JSON.stringify(outcome.removed.snapshot) } : {}),
    };
  }
  if (outcome.notSent) return { id: change.id, state: 'planned', uncalled: true, at: now };
  const { error } = outcome;
  if (!isConnectorError(error))
    return { id: change.id, state: 'unknown', at: now, errorKind: 'bug', error: String((error as Error | null)?.message) };
  const text = JSON.stringify(error.label);
  const effect = errorKinds[error.kind];
  if (effect === 'read-back') return { id: change.id, state: 'unknown', at: now, errorKind: error.kind, error: text };
  // The far side was not reached, wants a pause, or the whole run stops: nothing was done, so it stays planned.
  if (nobodysFault(outcome, reached) || effect === 'run')
    return { id: change.id, state: 'planned', at: now, errorKind: error.kind, error: text };
  if (error.kind === 'waiting-for-person') return { id: change.id, state: 'waiting', at: now, errorKind: error.kind, error: text };
  return { id: change.id, state: 'failed', at: now, errorKind: error.kind, error: text };
}

/** Not the object's fault, unless it alone does not get through again and again while others do. */
const nobodysFault = (outcome: Outcome, reached: boolean): boolean =>
  isConnectorError(outcome.error) &&
  (outcome.error.kind === 'rate-limited' || (outcome.error.facts.transport === true && (!reached || outcome.prepared.change.attempts < 4)));

/** Item-level back-off: 1, 2, 4 … minutes up to six hours; dead after the job's number of tries. */
async function failuresOf(context: RunContext, outcomes: readonly Outcome[], reached: boolean, now: number): Promise<ItemRow[]> {
  const items: ItemRow[] = [];
  const failed = outcomes
    .filter(
      (outcome) =>
        !outcome.ok &&
        !outcome.notSent &&
        isConnectorError(outcome.error) &&
        !nobodysFault(outcome, reached) &&
        errorKinds[outcome.error.kind] !== 'run' &&
        errorKinds[outcome.error.kind] !== 'read-back',
    )
    .concat(outcomes.flatMap((outcome) => (outcome.lacks ? [{ ...outcome, error: outcome.lacks }] : [])));
  for (const [type, own] of groupBy(failed, (outcome) => outcome.prepared.change.type)) {
    const before = new Map(
      (
        await itemsOf(
          context.database,
          context.job.id,
          type,
          own.map((outcome) => outcome.prepared.change.source_key),
        )
      ).map((item) => [`${item.source_key}\0${item.attribute}`, item]),
    );
    for (const outcome of own) {
      const { error, prepared } = outcome;
      if (!isConnectorError(error)) continue;
      const attribute = error.facts.attribute ?? '';
      const known = before.get(`${prepared.change.source_key}\0${attribute}`);
      const attempts = (known?.cause.startsWith('apply:') ? known.attempts : 0) + 1;
      // Nobody is to blame for what somebody else has not answered yet.
      const waits = error.kind === 'waiting-for-person';
      const dead = !waits && attempts >= context.settings.policy.itemTries;
      const wait = Math.min(60_000 * 2 ** (attempts - 1), 6 * 3_600_000);
      items.push({
        job: context.job.id,
        type,
        source_key: prepared.change.source_key,
        attribute,
        cause: `apply:${error.kind}`,
        message: JSON.stringify(error.label),
        title: prepared.change.title,
        state: waits ? 'waiting' : dead ? 'dead' : 'retrying',
        attempts: 1,
        next_at: dead ? null : now + Math.max(wait, error.facts.afterMs ?? 0),
        first_run: context.run.id,
        last_run: context.run.id,
        at: now,
      });
    }
  }
  return items;
}

/** The account as it is believed to be after the write: until the next read, this is the mirror. */
function believed(prepared: Prepared, written: Written): EndpointObject | null {
  const { change, object } = prepared;
  const id = written.id;
  const after = withoutVeiled(prepared.plan, translated(prepared, parseJson<Attributes>(change.after, {})));
  const relations = [...new Set(prepared.edges.map((edge) => edge.relation))];
  switch (change.action) {
    case 'create': {
      const enabled = prepared.desired && prepared.plan.type === 'person' ? { enabled: isEnabled(prepared.desired.x) } : {};
      return {
        id,
        attributes: { ...after, ...written.echo },
        edges: Object.fromEntries(
          relations.map((relation) => [relation, edgesAfter(prepared, relation).filter(wasTaken(written, relation))]),
        ),
        ...enabled,
      };
    }
    case 'update':
      return object
        ? {
            ...object,
            id,
            attributes: { ...object.attributes, ...after, ...written.echo },
            edges: { ...object.edges, ...Object.fromEntries(relations.map((relation) => [relation, edgesAfter(prepared, relation)])) },
          }
        : null;
    case 'disable':
    case 'enable':
      return object ? { ...object, id, enabled: change.action === 'enable' } : null;
    default:
      return null;
  }
}

const wasTaken =
  ({ refused = [] }: Written, relation: string) =>
  ({ to }: Edge): boolean =>
    !refused.some((edge) => edge.relation === relation && edge.to.type === to.type && edge.to.id === to.id);

/** Whether a disabled account is so because of us: then it is ours to enable again. One that we found disabled counts too. */
function isDisabledByUs({ change, object, desired }: Prepared, before: string | undefined): boolean {
  if (change.action === 'create') return desired !== null && !isEnabled(desired.x);
  if (change.action === 'disable') return true;
  if (change.action === 'link') return object?.enabled === false;
  return change.action === 'update' && before === 'disabled';
}

async function storeApplied(context: RunContext, transaction: Transaction, plan: TypePlan, outcomes: readonly Outcome[]): Promise<void> {
  const { outside, job, run } = context;
  const rows = outcomes.map((outcome) => ({
    outcome,
    change: outcome.prepared.change,
    believedNow: believed(outcome.prepared, outcome.written!),
  }));
  const staged = new Map(
    (
      await stagedOf(
        transaction,
        run.id,
        plan.type,
        rows.map((row) => row.change.source_key),
      )
    ).map((row) => [row.source_key, row]),
  );
  const states = new Map(
    (
      await claimsOf(
        transaction,
        job.id,
        plan.type,
        rows.map((row) => row.change.source_key),
      )
    ).map((claim) => [claim.source_key, claim.state]),
  );
  const links: LinkIn[] = [];
  const claims: Omit<ClaimRow, 'since'>[] = [];
  const mirror: MirrorIn[] = [];
  const fresh = new Set<string>();
  const ended: string[] = [];
  const removed: string[] = [];
  const staying: string[] = [];
  for (const { outcome, change, believedNow } of rows) {
    const id = outcome.written!.id;
    const leaver = isLeaver(change.situation as Situation);
    if (believedNow) mirror.push(mirrorIn(context, plan, believedNow, summarise(believedNow)));
    if (change.action === 'create') fresh.add(id);
    if (change.action === 'remove') removed.push(id);
    if (change.action === 'remove' || change.action === 'unlink') {
      ended.push(change.source_key);
      continue;
    }
    if (change.action === 'create' || change.action === 'link')
      links.push({
        type: plan.type,
        externalId: id,
        directoryId: change.directory_id!,
        madeBy: `run ${run.id}`,
        ours: change.action === 'create',
      });
    const before = states.get(change.source_key);
    // What an order puts right with somebody who is not (or no longer) claimed is no claim: the next run would take them for a leaver.
    const asBefore = run.order !== null && change.action === 'update' && before !== 'held' && before !== 'disabled';
    if (asBefore && before === undefined) continue;
    const row = staged.get(change.source_key);
    const absent = row?.seen !== 'present' || row.situation === 'out-of-scope';
    claims.push({
      job: job.id,
      type: plan.type,
      source_key: change.source_key,
      directory_id: change.directory_id!,
      target_key: id,
      input_hash: row?.input_hash ?? '',
      settled: row && row.problems === null && !absent && !outcome.lacks ? 1 : 0,
      state: asBefore
        ? before!
        : leaver && absent
          ? row?.review_at
            ? 'leaving'
            : 'left'
          : isDisabledByUs(outcome.prepared, before)
            ? 'disabled'
            : 'held',
    });
    if (row?.review_at && leaver)
      await putDue(transaction, [{ job: job.id, type: plan.type, source_key: change.source_key, what: 'delete', at: row.review_at }]);
    else if (!leaver && !asBefore) staying.push(change.source_key);
  }
  for (const what of ['delete', 'delete-asked']) await dropDue(transaction, job.id, plan.type, staying, what);
  const known = new Set(
    (
      await mirrorHashes(
        transaction,
        outside.id,
        plan.type,
        mirror.map((entry) => entry.id),
      )
    ).map((row) => row.external_id),
  );
  await putMirror(transaction, outside.id, plan.type, mirror, run.now, new Set([...fresh].filter((id) => !known.has(id))));
  const stale = rows.flatMap(({ outcome, change }) =>
    change.action === 'create' && change.target_key !== null && change.target_key !== outcome.written!.id ? [change.target_key] : [],
  );
  await cutLinks(transaction, outside.id, plan.type, stale);
  await putLinks(transaction, outside.id, links, run.now);
  await putClaims(transaction, claims, run.now);
  await agree(context, transaction, plan, rows, mirror);
  const gone = rows
    .filter(({ change }) => change.action === 'remove' || change.action === 'unlink')
    .map(({ change }) => change.target_key!);
  await keepForUndo(
    context,
    transaction,
    plan,
    rows.filter(({ change }) => change.action === 'remove'),
  );
  await cutLinks(transaction, outside.id, plan.type, gone);
  await dropMirror(transaction, outside.id, plan.type, removed);
  await endClaims(transaction, job.id, plan.type, ended);
  if (ended.length > 0) {
    await coolReservations(transaction, outside.id, ended, run.now + context.settings.policy.uniqueCoolingDays * 86_400_000);
    for (const what of ['delete', 'delete-asked']) await dropDue(transaction, job.id, plan.type, ended, what);
  }
  await mendItems(
    transaction,
    job.id,
    plan.type,
    rows.map((row) => row.change.source_key),
    run.id,
    'writing',
  );
  const made = rows.filter(({ change }) => change.action === 'create' || change.action === 'link').map(({ change }) => change.source_key);
  // Owners that this run still has to write get their references with it.
  if (made.length > 0) await wakeWaiting(transaction, job.id, run.id, plan.type, made);
}

/** What the plan says that the relations are when it is done, laid over what was written before; null: it says nothing of them. */
function edgesSent(precondition: string, before: string | null, { refused = [] }: Written): string | null {
  const now = parseJson<{ e?: SentEdges }>(precondition, {}).e;
  if (now === undefined) return null;
  // What was not taken is nobody else's doing when it is missing.
  const taken = Object.entries(now).filter(([relation]) => !refused.some((edge) => edge.relation === relation));
  return JSON.stringify({ ...sentEdgesOf(before), ...Object.fromEntries(taken) });
}

/** Remembers what was sent, and what the target had made of the same value before: that is not drift. */
async function agree(
  context: RunContext,
  transaction: Transaction,
  plan: TypePlan,
  rows: readonly { outcome: Outcome; change: Prepared['change'] }[],
  mirror: readonly MirrorIn[],
): Promise<void> {
  const links = new Map(
    (
      await linksByExternal(
        transaction,
        context.outside.id,
        plan.type,
        rows.map((row) => row.outcome.written!.id),
      )
    ).map((link) => [link.external_id, link]),
  );
  const hashes = new Map(mirror.map((entry) => [entry.id, entry.hash]));
  const entries = rows.flatMap(({ outcome, change }) => {
    const link = links.get(outcome.written!.id);
    if (!link) return [];
    const after = change.action === 'create' || change.action === 'update' ? parseJson<Attributes>(change.after, {}) : {};
    const before = parseJson<Attributes>(change.before, {});
    const sent = parseJson<Record<string, unknown>>(link.sent, {});
    const echoed = { ...parseJson<Record<string, unknown>>(link.echoed, {}), ...outcome.written!.echo };
    for (const [name, value] of Object.entries(after)) {
      const spec = plan.target.attributes.find((candidate) => candidate.name === name);
      // Once it was seen as we wrote it, another value is somebody's doing and no echo.
      const seen = link.agreed_hash !== null && link.agreed_hash === link.mirror_hash;
      if (spec && !seen && sent[name] !== undefined && before[name] !== undefined && sameValue(value, sent[name] as never, spec))
        echoed[name] = before[name];
      else if (outcome.written!.echo?.[name] === undefined) delete echoed[name];
      sent[name] = value;
    }
    return [
      {
        type: plan.type,
        externalId: link.external_id,
        sent: JSON.stringify(sent),
        echoed: JSON.stringify(echoed),
        sentEdges: edgesSent(change.precondition, link.sent_edges, outcome.written!),
        mirrorHash: hashes.get(link.external_id) ?? link.mirror_hash,
      },
    ];
  });
  await putAgreement(transaction, context.outside.id, entries);
}
