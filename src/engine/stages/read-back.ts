// After a crash or a lost answer: what was sent is looked up at the target before anything is sent again.
import type { Attributes, EndpointObject, Value } from '../../core/model.ts';
import { sameValue } from '../../core/attribute.ts';
import { inHand } from '../../store/batches.ts';
import { fewChangesIn, edgesOfChanges, leftUnknown, patchChanges, type ChangeRow } from '../../store/ledger.ts';
import { externalIdsOf, linksByExternal } from '../../store/links.ts';
import { apartFrom } from '../../store/matching.ts';
import { mirrorHashes, mirrorRows } from '../../store/mirror.ts';
import { stagedOf } from '../../store/staged.ts';
import type { RunContext, TypePlan } from '../context.ts';
import { toExternalIds } from '../references.ts';
import { LEASE_MS } from '../hold.ts';
import { groupBy, parseJson } from '../shapes.ts';
import { mirrorObjects } from '../source-data.ts';
import { isShown, translated, type Prepared } from './perform.ts';
import type { Desired } from './assess.ts';
import { storeObserved } from './observe.ts';
import { objectWithoutVeiled, openersFor, shownAttributes } from './veil.ts';
import { storeOutcomes, type Outcome } from './outcomes.ts';

const PAGE = 200;
/** How long a request may be under way where the connector does not say. */
const REQUEST_MS = 30_000;

/** Rows `sent` by an earlier life of this run become unknown, and every unknown row is settled, where the target tells. */
export async function readBack(context: RunContext): Promise<void> {
  const { database, run, engine } = context;
  for (let after = 0; ; ) {
    const sent = await fewChangesIn(database, run.id, 'sent', after, 1000);
    if (sent.length === 0) break;
    after = sent.at(-1)!.id;
    await database.write(async (transaction) => {
      // What another worker has in hand is not over.
      const busy = await inHand(transaction, sent);
      await patchChanges(
        transaction,
        sent.flatMap((change) => (busy.has(change.id) ? [] : [{ id: change.id, state: 'unknown', at: lastCallOf(context, change) }])),
      );
    });
  }
  for (let after = 0; ; ) {
    const batch = await fewChangesIn(database, run.id, 'unknown', after, PAGE);
    if (batch.length === 0) return;
    after = batch.at(-1)!.id;
    await letSettle(context, batch);
    for (const [type, own] of groupBy(batch, (change) => change.type))
      await settleUnknown(context, context.types.find((plan) => plan.type === type)!, own, 'planned');
    engine.probe?.('read-back:batch');
    await context.breathe();
  }
}

/**
 * What a cancelled or failed run of the job left without an outcome, before anything is planned: what was created is
 * linked, the rest is planned anew by this run.
 */
export async function settleLeftovers(context: RunContext): Promise<void> {
  for (let after = 0; ; ) {
    const batch = await leftUnknown(context.database, context.job.id, after, PAGE);
    if (batch.length === 0) return;
    after = batch.at(-1)!.id;
    await letSettle(context, batch);
    // Another worker is about to store how these went.
    const busy = await inHand(context.database, batch);
    const left = batch.filter((change) => !busy.has(change.id));
    for (const [type, own] of groupBy(left, (change) => change.type)) {
      const plan = context.types.find((candidate) => candidate.type === type);
      if (plan) await settleUnknown(context, plan, own, 'superseded');
    }
    await context.breathe();
  }
}

/**
 * The last moment at which a call of this change can have left. Of what a dead process called "sent", nobody knows: it
 * was allowed to until its lease lapsed, and somebody has the lease now.
 */
function lastCallOf(context: RunContext, change: ChangeRow): number {
  const { clock, leaseMs } = context.engine;
  const sentAt = change.sent_at ?? clock.now();
  return change.state === 'sent' ? Math.min(clock.now(), sentAt + (leaseMs ?? LEASE_MS)) : sentAt;
}

/** A request of a dead process, or one whose answer was lost, may still be under way at the far side. */
async function letSettle(context: RunContext, changes: readonly ChangeRow[]): Promise<void> {
  const { clock, settleMs } = context.engine;
  const last = Math.max(...changes.map((change) => lastCallOf(context, change)));
  const left = last + (settleMs ?? context.target.limits.requestMs ?? REQUEST_MS) - clock.now();
  if (left > 0) await clock.sleep(left, context.signal);
}

interface Found {
  readonly id: string;
  /** It is the account that the change created, whatever the target made of its values. */
  readonly ours: boolean;
}

/** `otherwise`: what becomes of a change that was certainly not carried out, or not wholly. */
async function settleUnknown(
  context: RunContext,
  plan: TypePlan,
  changes: readonly ChangeRow[],
  otherwise: 'planned' | 'superseded',
): Promise<void> {
  const { database, outside, run } = context;
  const keys = changes.map((change) => change.source_key);
  const links = await externalIdsOf(database, outside.id, plan.type, keys);
  const found = new Map<number, Found>();
  for (const change of changes) {
    const id = change.target_key ?? links.get(change.source_key);
    // A create may meet the link of an account that is gone: what was made is looked for first.
    const made = change.action === 'create' ? await findCreated(context, plan, change) : null;
    const where = made ?? (id === undefined ? null : { id, ours: true });
    if (where) found.set(change.id, where);
  }
  const ids = [...new Set([...found.values()].map(({ id }) => id))];
  const before = await mirrorObjects(context, outside.id, plan.type, ids);
  const answers = await ask(context, plan, ids);
  const prepared = await prepareAll(context, plan, changes, found, answers.objects);
  const done: Outcome[] = [];
  const again: Prepared[] = [];
  for (const one of prepared) {
    const where = found.get(one.change.id);
    // Nobody can tell: it stays unknown, and is asked about again.
    if (where && !answers.objects.has(where.id) && !answers.gone.has(where.id)) continue;
    if (hasHappened(one, where?.ours ?? false)) {
      const snapshot = one.change.action === 'remove' && where ? before.get(where.id) : undefined;
      done.push({
        prepared: one,
        ok: true,
        written: { id: where?.id ?? one.change.target_key ?? '', ...echoOf(one) },
        ...(snapshot ? { removed: { snapshot } } : {}),
      });
    } else again.push(one);
  }
  await storeOutcomes(context, done);
  await storeObserved(
    context,
    plan,
    again.flatMap((one) => one.object ?? []),
  );
  const revisions = new Map(
    (
      await mirrorRows(
        database,
        outside.id,
        plan.type,
        again.flatMap((one) => one.object?.id ?? []),
      )
    ).map((row) => [row.external_id, row.revision]),
  );
  await database.write(async (transaction) => {
    await patchChanges(
      transaction,
      again.map(({ change }) => ({
        id: change.id,
        state: otherwise,
        at: run.now,
        ...(otherwise === 'superseded' ? { verdict: JSON.stringify({ reason: leftReason }) } : {}),
      })),
    );
    for (const one of again) {
      const revision = one.object && revisions.get(one.object.id);
      if (revision === undefined || otherwise !== 'planned' || !isBetween(one)) continue;
      const precondition = { ...parseJson<object>(one.change.precondition, {}), m: revision };
      await transaction.run('UPDATE change SET precondition = ? WHERE id = ?', JSON.stringify(precondition), one.change.id);
    }
  });
}

const leftReason = {
  en: 'Its run ended before the outcome was known; it was not carried out, and is planned anew.',
  zh: '其所属执行在结果明确之前已结束；该变更未被执行，将重新计划。',
};

async function ask(
  context: RunContext,
  plan: TypePlan,
  ids: readonly string[],
): Promise<{ objects: Map<string, EndpointObject>; gone: ReadonlySet<string> }> {
  const objects = new Map<string, EndpointObject>();
  const gone = new Set<string>();
  if (ids.length === 0) return { objects, gone };
  const { answers } = await context.target.connection.get!(plan.type, ids, {
    attributes: shownAttributes(plan),
    relations: plan.relations,
    now: context.run.now,
    signal: context.signal,
  });
  for (const id of ids) {
    const answer = answers.get(id);
    if (answer?.state === 'found') objects.set(id, objectWithoutVeiled(plan, answer.object));
    else if (answer?.state === 'gone') gone.add(id);
  }
  return { objects, gone };
}

async function prepareAll(
  context: RunContext,
  plan: TypePlan,
  changes: readonly ChangeRow[],
  found: ReadonlyMap<number, Found>,
  objects: ReadonlyMap<string, EndpointObject>,
): Promise<readonly Prepared[]> {
  const { database, outside, run } = context;
  const edges = groupBy(
    await edgesOfChanges(
      database,
      changes.map((change) => change.id),
    ),
    (edge) => String(edge.change),
  );
  const staged = new Map(
    (
      await stagedOf(
        database,
        run.id,
        plan.type,
        changes.map((change) => change.source_key),
      )
    ).map((row) => [row.source_key, row]),
  );
  const wanted = changes.flatMap((change) => [
    ...(edges.get(String(change.id)) ?? []).map((edge) => ({ type: edge.to_type, id: edge.to_id })),
    ...plan.target.attributes
      .filter((spec) => spec.type === 'reference')
      .flatMap((spec) => {
        const value = parseJson<Record<string, Value | null>>(change.after, {})[spec.name];
        return typeof value === 'string' ? [{ type: spec.to!, id: value }] : [];
      }),
  ]);
  const toTarget = await toExternalIds(database, outside.id, wanted);
  const openers = await openersFor(
    context,
    plan,
    changes.map((change) => change.source_key),
  );
  return changes.map((change) => {
    const id = found.get(change.id)?.id;
    return {
      open: openers(change.source_key),
      change: { ...change, target_key: id ?? null },
      plan,
      edges: edges.get(String(change.id)) ?? [],
      desired: parseJson<Desired | null>(staged.get(change.source_key)?.desired, null),
      object: id === undefined ? undefined : objects.get(id),
      toTarget,
    };
  });
}

/** By the id we left there, else by a unique value that we sent. */
async function findCreated(context: RunContext, plan: TypePlan, change: ChangeRow): Promise<Found | null> {
  const { target, outside, signal, run, database } = context;
  if (!target.connection.find) return null;
  const request = { attributes: [], relations: [], now: run.now, signal };
  const carrier = target.facts.carriesDirectoryId;
  if (carrier && change.directory_id) {
    const [found] = await target.connection.find(plan.type, carrier, [change.directory_id], request);
    if (found) return { id: found.id, ours: true };
  }
  const after = parseJson<Record<string, Value | null>>(change.after, {});
  const apart = new Set((await apartFrom(database, outside.id, plan.type, [change.source_key])).map((row) => row.external_id));
  for (const spec of plan.target.attributes) {
    const value = after[spec.name];
    if (!spec.unique || spec.searchable === false || value === undefined || value === null) continue;
    const [found] = await target.connection.find(plan.type, spec.name, [value], request);
    if (!found) continue;
    // Somebody else's account is not taken for ours: it has a link, is kept apart from who it would be for, or was seen before the create was sent.
    if (apart.has(found.id) || (await linksByExternal(database, outside.id, plan.type, [found.id])).length > 0) continue;
    return { id: found.id, ours: (await mirrorHashes(database, outside.id, plan.type, [found.id])).length === 0 };
  }
  return null;
}

function hasHappened(prepared: Prepared, ours: boolean): boolean {
  const { change, plan, object } = prepared;
  if (change.action === 'remove') return object === undefined;
  if (!object) return false;
  if (change.action === 'disable') return object.enabled === false;
  if (change.action === 'enable') return object.enabled === true;
  if (change.action === 'link' || change.action === 'unlink') return true;
  if (change.action === 'create' && ours) return true;
  const after = translated(prepared, parseJson(change.after, {}));
  const attributes = plan.target.attributes.every((spec) => {
    const value = after[spec.name];
    return (
      value === undefined ||
      spec.kind === 'secret' ||
      object.attributes[spec.name] === undefined ||
      sameValue(value, object.attributes[spec.name], spec)
    );
  });
  return attributes && (change.action === 'create' || prepared.edges.every((edge) => isShown(prepared, edge)));
}

/** Every value that the change is about is as it was before or as it shall be: nobody else wrote there. */
function isBetween(prepared: Prepared): boolean {
  const { change, plan, object } = prepared;
  const after = translated(prepared, parseJson<Attributes>(change.after, {}));
  const before = translated(prepared, parseJson<Attributes>(change.before, {}));
  return plan.target.attributes.every((spec) => {
    const now = object!.attributes[spec.name];
    return (
      after[spec.name] === undefined ||
      now === undefined ||
      sameValue(now, after[spec.name], spec) ||
      sameValue(now, before[spec.name] ?? null, spec)
    );
  });
}

/** What the target made of the values; references stay as we know them. */
function echoOf({ change, plan, object }: Prepared): { echo?: Attributes } {
  if (!object || (change.action !== 'create' && change.action !== 'update')) return {};
  const after = parseJson<Attributes>(change.after, {});
  const shown = plan.target.attributes.filter(
    (spec) => spec.type !== 'reference' && after[spec.name] !== undefined && object.attributes[spec.name] !== undefined,
  );
  return { echo: Object.fromEntries(shown.map((spec) => [spec.name, object.attributes[spec.name]!])) };
}
