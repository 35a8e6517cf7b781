// Makes planned changes ready for an outside target: preconditions looked at once more, ends translated, what cannot be said yet split off.
import { canonicalText } from '../../core/attribute.ts';
import type { Attributes } from '../../core/model.ts';
import { list } from '../../store/database.ts';
import { carriedOut, edgesOfChanges, type ChangePatch, type ChangeRow, type SplitOff } from '../../store/ledger.ts';
import { stagedOf } from '../../store/staged.ts';
import { objectsOf } from '../../store/directory.ts';
import { externalIdsOf } from '../../store/links.ts';
import type { RunContext, TypePlan } from '../context.ts';
import { toExternalIds } from '../references.ts';
import { groupBy, parseJson } from '../shapes.ts';
import { changeHash } from './change-hash.ts';
import { mirrorObjects } from '../source-data.ts';
import type { Desired } from './assess.ts';
import { refresh } from './observe.ts';
import { isReplaced } from './replaced.ts';
import type { Prepared } from './perform.ts';
import { openersFor } from './veil.ts';

const STALE_MS = 600_000;

/** What became of a batch of planned changes before anything is called. */
export interface Ready {
  readonly ready: readonly Prepared[];
  readonly patches: readonly ChangePatch[];
  readonly splits: readonly Split[];
}

/** @param batch  one change of each object */
export async function makeReady(context: RunContext, batch: readonly ChangeRow[]): Promise<Ready> {
  await lookAgain(context, batch);
  return prepare(context, batch);
}

export const seenText = (object: number | undefined, link: string | undefined, mirror: number | undefined): string =>
  JSON.stringify([object ?? null, link ?? null, mirror ?? null]);

/** The target is asked again before disable and remove, and where it was observed too long ago. */
async function lookAgain(context: RunContext, batch: readonly ChangeRow[]): Promise<void> {
  const now = context.engine.clock.now();
  const old = now - context.run.now > STALE_MS;
  for (const [type, own] of groupBy(batch, (change) => change.type)) {
    const ids = own
      .filter((change) => change.target_key !== null && (old || change.action === 'disable' || change.action === 'remove'))
      .map((change) => change.target_key!);
    if (ids.length > 0) await refresh(context, context.types.find((plan) => plan.type === type)!, [...new Set(ids)]);
  }
}

async function prepare(context: RunContext, batch: readonly ChangeRow[]): Promise<Ready> {
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
    // Their mirror moved because of us.
    const touched = await carriedOut(database, { run: run.id, job: context.job.id }, type, keys);
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
      else if (missing.length > 0 || (change.aspect.endsWith('references') && targetKey === null)) {
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

export const openEndReason = {
  en: 'Waits for something that it refers to and that the target does not have yet.',
  zh: '等待其引用的、目标系统中尚不存在的对象。',
};

/** What a change cannot say yet, because the far end has no account: it becomes a pending line of its own. */
export interface Split extends SplitOff {
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
  const openEnds = edges.filter((edge) => edge.op !== 'remove' && toTarget(edge.to_type, edge.to_id) === undefined);
  // Nobody leaves a container before the other one can be entered.
  const openEdges = edges.filter(
    (edge) => openEnds.includes(edge) || (openEnds.some((open) => open.relation === edge.relation) && isReplaced(plan.target, edge, edges)),
  );
  if (openNames.size === 0 && openEdges.length === 0) return { now: prepared, later: null };
  const part = (wanted: boolean, text: string | null): Attributes =>
    Object.fromEntries(Object.entries(parseJson<Attributes>(text, {})).filter(([name]) => openNames.has(name) === wanted));
  const kept = { before: part(false, change.before), after: part(false, change.after) };
  const closed = edges.filter((edge) => !openEdges.includes(edge));
  if (change.action === 'update' && Object.keys(kept.after).length === 0 && closed.length === 0) return { now: null, later: null };
  const rest = { before: part(true, change.before), after: part(true, change.after) };
  return {
    now: {
      ...prepared,
      edges: closed,
      change: { ...change, before: JSON.stringify(kept.before), after: JSON.stringify(kept.after), precondition: withoutEdges(change) },
    },
    later: {
      change,
      kept,
      rest,
      edges: openEdges,
      hash: changeHash('update', canonicalText(rest.before), canonicalText(rest.after), openEdges),
    },
  };
}

/** A relation of which a part is still to come has not been written. */
function withoutEdges(change: ChangeRow): string {
  const { e: _later, ...rest } = JSON.parse(change.precondition) as { e?: unknown };
  return JSON.stringify(rest);
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
      zh: '计划生成后另一次执行已创建该账号，将重新计划。',
    };
  }
  if (before.o !== null && (revision ?? null) !== before.o)
    return {
      en: 'The person or department has changed in the directory since the plan was made; it is planned anew.',
      zh: '计划生成后目录中的对象已变化，将重新计划。',
    };
  if (!touched && change.action !== 'create' && change.action !== 'link' && before.m !== null && mirror !== before.m) {
    return {
      en: 'The account has changed in the target since the plan was made; it is planned anew.',
      zh: '计划生成后目标系统中的账号已变化，将重新计划。',
    };
  }
  return null;
}

const referencesIn = (plan: TypePlan, attributes: Attributes) =>
  plan.target.attributes
    .filter((spec) => spec.type === 'reference' && typeof attributes[spec.name] === 'string')
    .map((spec) => ({ type: spec.to!, id: attributes[spec.name] as string }));
