// After a crash or a lost answer: what was sent is looked up at the target before anything is sent again.
import type { EndpointObject, Value } from '../../core/model.ts';
import { sameValue } from '../../core/attribute.ts';
import { changesIn, edgesOfChanges, patchChanges, type ChangeRow } from '../../store/ledger.ts';
import { externalIdsOf } from '../../store/links.ts';
import { stagedOf } from '../../store/staged.ts';
import type { RunContext, TypePlan } from '../context.ts';
import { toExternalIds } from '../references.ts';
import { groupBy, parseJson } from '../shapes.ts';
import { translated, type Prepared } from './apply-target.ts';
import type { Desired } from './assess.ts';
import { refresh } from './observe.ts';
import { storeOutcomes, type Outcome } from './outcomes.ts';
import { mirrorObjects } from '../source-data.ts';

/** Rows `sent` by an earlier life of this run become unknown, and every unknown row is settled. */
export async function readBack(context: RunContext): Promise<void> {
  const { database, run, engine } = context;
  const sent = await changesIn(database, run.id, ['sent'], 0, 100_000);
  if (sent.length > 0) {
    // A request of the dead process may still be under way at the far side.
    await engine.clock.sleep(engine.settleMs ?? 2_000, context.signal);
    await database.write((transaction) => patchChanges(transaction, sent.map((change) => ({ id: change.id, state: 'unknown', at: run.now }))));
  }
  for (;;) {
    const batch = await changesIn(database, run.id, ['unknown'], 0, 200);
    if (batch.length === 0) return;
    for (const [type, own] of groupBy(batch, (change) => change.type)) await settleUnknown(context, context.types.find((plan) => plan.type === type)!, own);
    engine.probe?.('read-back:batch');
    await context.breathe();
  }
}

async function settleUnknown(context: RunContext, plan: TypePlan, changes: readonly ChangeRow[]): Promise<void> {
  const { database, outside, run } = context;
  const keys = changes.map((change) => change.source_key);
  const links = await externalIdsOf(database, outside.id, plan.type, keys);
  const ids = new Map<number, string>();
  for (const change of changes) {
    const id = change.target_key ?? links.get(change.source_key) ?? (change.action === 'create' ? await findCreated(context, plan, change) : null);
    if (id !== null && id !== undefined) ids.set(change.id, id);
  }
  await refresh(context, plan, [...new Set(ids.values())]);
  const objects = await mirrorObjects(context, outside.id, plan.type, [...ids.values()]);
  const edges = groupBy(await edgesOfChanges(database, changes.map((change) => change.id)), (edge) => String(edge.change));
  const staged = new Map((await stagedOf(database, run.id, plan.type, keys)).map((row) => [row.source_key, row]));
  const wanted = changes.flatMap((change) => [
    ...(edges.get(String(change.id)) ?? []).map((edge) => ({ type: edge.to_type, id: edge.to_id })),
    ...plan.target.attributes.filter((spec) => spec.type === 'reference').flatMap((spec) => {
      const value = parseJson<Record<string, Value | null>>(change.after, {})[spec.name];
      return typeof value === 'string' ? [{ type: spec.to!, id: value }] : [];
    }),
  ]);
  const toTarget = await toExternalIds(database, outside.id, wanted);
  const done: Outcome[] = [];
  const again: ChangeRow[] = [];
  for (const change of changes) {
    const id = ids.get(change.id);
    const object = id === undefined ? undefined : objects.get(id);
    const prepared: Prepared = {
      change: { ...change, target_key: id ?? null }, plan, edges: edges.get(String(change.id)) ?? [], desired: parseJson<Desired | null>(staged.get(change.source_key)?.desired, null), object, toTarget,
    };
    if (hasHappened(prepared, object)) done.push({ prepared, ok: true, written: { id: id ?? change.target_key ?? '' } });
    else again.push(change);
  }
  await storeOutcomes(context, done);
  await database.write((transaction) => patchChanges(transaction, again.map((change) => ({ id: change.id, state: 'planned', at: run.now }))));
}

/** By the id we left there, else by a unique value that we sent. */
async function findCreated(context: RunContext, plan: TypePlan, change: ChangeRow): Promise<string | null> {
  const { target, signal, run } = context;
  if (!target.connection.find) return null;
  const request = { attributes: [], relations: [], now: run.now, signal };
  const carrier = target.facts.carriesDirectoryId;
  if (carrier && change.directory_id) {
    const [found] = await target.connection.find(plan.type, carrier, [change.directory_id], request);
    if (found) return found.id;
  }
  const after = parseJson<Record<string, Value | null>>(change.after, {});
  for (const spec of plan.target.attributes) {
    const value = after[spec.name];
    if (!spec.unique || value === undefined || value === null) continue;
    const [found] = await target.connection.find(plan.type, spec.name, [value], request);
    if (found) return found.id;
  }
  return null;
}

function hasHappened(prepared: Prepared, object: EndpointObject | undefined): boolean {
  const { change, plan } = prepared;
  if (change.action === 'remove') return object === undefined;
  if (!object) return false;
  if (change.action === 'disable') return object.enabled === false;
  if (change.action === 'enable') return object.enabled === true;
  if (change.action === 'link' || change.action === 'unlink') return true;
  const after = translated(prepared, parseJson(change.after, {}));
  const attributes = plan.target.attributes.every((spec) => {
    const value = after[spec.name];
    return value === undefined || spec.kind === 'secret' || object.attributes[spec.name] === undefined || sameValue(value, object.attributes[spec.name], spec);
  });
  if (change.action === 'create') return attributes;
  return attributes && prepared.edges.every((edge) => {
    const id = prepared.toTarget(edge.to_type, edge.to_id);
    const there = object.edges?.[edge.relation]?.some((other) => other.to.id === id) ?? false;
    return edge.op === 'remove' ? !there : there;
  });
}
