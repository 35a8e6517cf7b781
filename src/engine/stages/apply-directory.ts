// Apply to the directory: outcome, objects, edges, keys, history, links, claims and contributions in one transaction.
import { canonicalText, comparisonKeys } from '../../core/attribute.ts';
import { LIFECYCLE } from '../../core/directory-types.ts';
import type { Attributes, ObjectTypeSpec, Value } from '../../core/model.ts';
import { edgeSubject } from '../../core/pin.ts';
import type { RegroupOrder } from '../../core/regroup.ts';
import { SEARCH, searchKeys } from '../../core/search.ts';
import { isLeaver, leaverCause, type Situation } from '../../core/situation.ts';
import { acceptContributions, dropContributions, type ContributionIn } from '../../store/contributions.ts';
import { list, type Transaction } from '../../store/database.ts';
import {
  appendHistory,
  applyEdges,
  edgesInto,
  edgesOf,
  bumpContributions,
  objectsOf,
  putObjects,
  replaceKeys,
  type EdgeOp,
  type EdgeRow,
  type HistoryIn,
  type KeyIn,
  type ObjectIn,
  type ObjectRow,
} from '../../store/directory.ts';
import { dropPins, pinsOf } from '../../store/pins.ts';
import { edgesOfChanges, markApplied, patchChanges, type ChangeEdgeRow, type ChangePatch, type ChangeRow } from '../../store/ledger.ts';
import { cutLinks, endClaims, putClaims, putLinks, waitingFor, type ClaimRow, type LinkIn } from '../../store/links.ts';
import { coolReservations, dropDue, mendItems, putDue, type DueRow } from '../../store/upkeep.ts';
import { stagedOf, type StagedRow } from '../../store/staged.ts';
import type { RunContext } from '../context.ts';
import { regroup, regroupProblem, settleQuestions } from '../persons/carry-out.ts';
import { regroupOf } from '../persons/overlay.ts';
import { groupBy, parseJson } from '../shapes.ts';
import { standingOf } from './absence.ts';
import type { Desired } from './assess.ts';
import { closeHeld } from '../../store/held.ts';
import type { EdgeLabels } from './directory-change.ts';
import { untilRemoved } from './disable-first.ts';
import { loosen } from './loosen.ts';
import { apartReason, partedSince } from './parted-since.ts';
import { endWordsOfLeft } from './take-over.ts';
import { isAnythingStuck, waitingForValues } from './taken-values.ts';

const DAY = 86_400_000;

export async function applyToDirectory(context: RunContext, batch: readonly ChangeRow[]): Promise<void> {
  const { database } = context;
  const edges = groupBy(
    await edgesOfChanges(
      database,
      batch.map((change) => change.id),
    ),
    (edge) => String(edge.change),
  );
  await database.write(async (transaction) => {
    // Read inside the transaction: nothing can move between the check and the write.
    const objects = new Map(
      (
        await objectsOf(
          transaction,
          batch.map((change) => change.directory_id!),
        )
      ).map((object) => [object.id, object]),
    );
    const existing = await existingNeeds(transaction, batch);
    const taken = await waitingForValues(context, transaction, batch);
    const parted = await partedSince(context, transaction, batch);
    const go: ChangeRow[] = [];
    const patches: ChangePatch[] = [];
    for (const change of batch) {
      const verdict =
        checkPrecondition(change, objects.get(change.directory_id!), existing) ??
        (parted.has(change.id) ? isApart : null) ??
        (taken.has(change.id) ? waitsForValue : null);
      if (verdict === null) go.push(change);
      else patches.push({ id: change.id, at: context.run.now, ...verdict });
    }
    const order = regroupOf(context.run);
    const stopped = order && (await whyNotTogether(context, transaction, order, patches.length > 0));
    if (stopped) patches.splice(0, patches.length, ...batch.map((change) => ({ id: change.id, at: context.run.now, ...stopped })));
    await patchChanges(transaction, patches);
    if (go.length === 0 || stopped) return;
    const also = order ? await regroup(context, transaction, order) : [];
    if (order) await settleQuestions(context, transaction, go);
    await commit(context, transaction, go, edges, objects, also);
  });
  context.counts.applied = (context.counts.applied ?? 0) + batch.length;
}

/** A merge or a split is carried out as a whole or not at all. */
async function whyNotTogether(
  context: RunContext,
  transaction: Transaction,
  order: RegroupOrder,
  isCut: boolean,
): Promise<Pick<ChangePatch, 'state' | 'verdict'> | null> {
  const cut = isCut || (await isAnythingStuck(context, transaction));
  const reason = cut ? changedMeanwhile : await regroupProblem(context, transaction, order);
  return reason && { state: 'superseded', verdict: JSON.stringify({ reason }) };
}

const changedMeanwhile = {
  en: 'The object has changed since the plan was made; it is planned anew.',
  zh: '计划生成后对象已变化，将重新计划。',
};

const isApart: Pick<ChangePatch, 'state' | 'verdict'> = { state: 'superseded', verdict: JSON.stringify({ reason: apartReason }) };

const waitsForValue: Pick<ChangePatch, 'state' | 'verdict'> = {
  state: 'pending',
  verdict: JSON.stringify({
    reason: {
      en: 'Waits for a value that somebody else still has: the change that gives it up is held or did not go through.',
      zh: '等待他人让出某个唯一值：让出该值的变更被拦截或未完成。',
    },
  }),
};

async function existingNeeds(transaction: Transaction, batch: readonly ChangeRow[]): Promise<ReadonlySet<string>> {
  const wanted = [...new Set(batch.flatMap((change) => parseJson<string[]>(change.needs, [])))];
  const found =
    wanted.length === 0
      ? []
      : await transaction.all<{ id: string }>(`SELECT id FROM object WHERE lifecycle <> 'absent' AND id IN {list}`, list(wanted));
  return new Set(found.map((row) => row.id));
}

function checkPrecondition(
  change: ChangeRow,
  object: ObjectRow | undefined,
  existing: ReadonlySet<string>,
): Pick<ChangePatch, 'state' | 'verdict'> | null {
  const before = JSON.parse(change.precondition) as { o: number | null; c: number | null };
  if ((object?.revision ?? null) !== before.o || (object?.contributions ?? null) !== before.c) {
    return {
      state: 'superseded',
      verdict: JSON.stringify({ reason: changedMeanwhile }),
    };
  }
  const missing = parseJson<string[]>(change.needs, []).filter((id) => !existing.has(id));
  if (missing.length > 0) {
    return {
      state: 'pending',
      verdict: JSON.stringify({
        needs: missing,
        reason: { en: 'Waits for a department that is held, refused or failed.', zh: '等待被拦截、拒绝或失败的部门。' },
      }),
    };
  }
  return null;
}

async function commit(
  context: RunContext,
  transaction: Transaction,
  changes: readonly ChangeRow[],
  edges: ReadonlyMap<string, ChangeEdgeRow[]>,
  objects: ReadonlyMap<string, ObjectRow>,
  also: readonly HistoryIn[],
): Promise<void> {
  const { run, job } = context;
  const spec = (type: string): ObjectTypeSpec => context.target.types.find((candidate) => candidate.id === type)!;
  const staged = new Map<string, StagedRow>();
  for (const [type, own] of groupBy(changes, (change) => change.type)) {
    for (const row of await stagedOf(
      transaction,
      run.id,
      type,
      own.map((change) => change.source_key),
    ))
      staged.set(`${type}\0${row.source_key}`, row);
  }
  const rows: ObjectIn[] = [];
  const keys: KeyIn[] = [];
  const keysBefore: KeyIn[] = [];
  const ops: EdgeOp[] = [];
  const history: HistoryIn[] = [];
  const links: LinkIn[] = [];
  const claims: Omit<ClaimRow, 'since'>[] = [];
  const contributions: ContributionIn[] = [];
  const due: DueRow[] = [];
  const owned = groupBy(
    await edgesOf(
      transaction,
      changes.filter((change) => change.action === 'remove').map((change) => change.directory_id!),
    ),
    (edge) => edge.owner,
  );
  for (const change of changes) {
    const row = staged.get(`${change.type}\0${change.source_key}`)!;
    const labels = parseJson<EdgeLabels>(change.precondition, {}).t;
    const own = (edges.get(String(change.id)) ?? []).map((edge): EdgeOp => {
      const label = labels?.[edgeSubject(edge.relation, edge.to_type, edge.to_id)];
      return {
        owner: change.directory_id!,
        relation: edge.relation,
        toType: edge.to_type,
        toId: edge.to_id,
        op: edge.op,
        facts: edge.facts,
        factsBefore: edge.facts_before,
        ...(label ? { of: { tree: label[0], job: label[1] } } : {}),
      };
    });
    if (change.action !== 'link' && change.action !== 'unlink') {
      const current = objects.get(change.directory_id!);
      const { object, data } = nextObject(change, current, row);
      rows.push(object);
      if (object.lifecycle !== 'absent') keysOf(spec(change.type), object.id, data, keys);
      if (current && current.lifecycle !== 'absent')
        keysOf(spec(change.type), current.id, JSON.parse(current.data) as Attributes, keysBefore);
      ops.push(...own);
      const removed = object.lifecycle === 'absent' && current !== undefined;
      history.push({
        type: change.type,
        id: change.directory_id!,
        action: change.action,
        // A removal tells the whole of what was removed: nothing else does.
        before: removed ? canonicalText({ ...(JSON.parse(current.data) as Attributes), [LIFECYCLE]: current.lifecycle }) : change.before,
        after: change.after,
        change: change.id,
        edges: removed ? (owned.get(change.directory_id!) ?? []).map(lostEdge) : own,
      });
    }
    // An undo says nothing in the name of a source: what the sources said stays said.
    if (run.order === null) accept(context, change, row, { links, claims, contributions, due });
  }
  await acceptContributions(transaction, run.id, contributions);
  await bumpContributions(
    transaction,
    contributions.map((entry) => entry.directory_id),
  );
  await putObjects(transaction, rows);
  const gone = rows.filter((row) => row.lifecycle === 'absent').map((row) => row.id);
  await replaceKeys(transaction, keysBefore, keys);
  await applyEdges(transaction, ops, context.settings.tree, job.id);
  if (gone.length > 0) {
    history.push(...endsOfEdges(await edgesInto(transaction, gone)));
    await transaction.run('DELETE FROM edge WHERE owner IN {list} OR to_id IN {list}', list(gone), list(gone));
    await coolReservations(transaction, '', gone, run.now + context.settings.policy.uniqueCoolingDays * DAY);
    history.push(
      ...(await loosen(
        transaction,
        job.id,
        changes
          .filter((change) => gone.includes(change.directory_id!))
          .map((change) => ({ type: change.type, id: change.directory_id!, key: change.source_key })),
      )),
    );
  }
  await endWordsOfLeft(context, transaction, changes, (change) => staged.get(`${change.type}\0${change.source_key}`)!);
  await putLinks(transaction, context.outside.id, links, run.now);
  await putClaims(transaction, claims, run.now);
  await withdraw(
    context,
    transaction,
    changes.filter(
      (change) =>
        change.action === 'unlink' ||
        parseJson<{ withdrawn?: boolean }>(staged.get(`${change.type}\0${change.source_key}`)?.detail, {}).withdrawn === true,
    ),
  );
  for (const [type, own] of groupBy(changes, (change) => change.type)) {
    const sources = own.map((change) => change.source_key);
    await dropDue(
      transaction,
      job.id,
      type,
      sources.filter((key) => !due.some((entry) => entry.source_key === key)),
      'review',
    );
    const back = own.filter((change) => !isLeaver(change.situation as Situation)).map((change) => change.source_key);
    for (const what of ['delete', 'delete-asked']) await dropDue(transaction, job.id, type, back, what);
    await mendItems(transaction, job.id, type, sources, run.id, 'writing');
    const arrived = own.filter((change) => change.action === 'create' || change.action === 'link').map((change) => change.source_key);
    if (arrived.length > 0) await wake(transaction, job.id, await waitingFor(transaction, job.id, type, arrived));
  }
  await putDue(transaction, due);
  if (run.order === null) await endLifecyclePins(transaction, changes);
  await closeHeld(
    transaction,
    changes.flatMap((change) => parseJson<{ held?: number }>(change.verdict, {}).held ?? []),
    run.now,
  );
  await markApplied(
    transaction,
    changes.map((change) => change.id),
    run.now,
  );
  context.engine.probe?.('apply:in-transaction');
  await appendHistory(transaction, [...history, ...also], { at: run.now, run: run.id, job: job.id, actor: run.actor });
}

/** The counterpart of what the diff leaves to be ended here: somebody is what the sources say now, not what was kept. */
async function endLifecyclePins(transaction: Transaction, changes: readonly ChangeRow[]): Promise<void> {
  const lives = new Map(
    changes.flatMap(({ directory_id: id, after }) => {
      const life = parseJson<Attributes>(after, {})[LIFECYCLE];
      return life === undefined || id === null ? [] : [[id, life] as const];
    }),
  );
  for (const [type, own] of groupBy(changes, (change) => change.type)) {
    const pins = await pinsOf(
      transaction,
      'directory',
      type,
      own.flatMap(({ directory_id: id }) => (id !== null && lives.has(id) ? [id] : [])),
    );
    await dropPins(
      transaction,
      pins.filter((pin) => pin.subject === LIFECYCLE && parseJson(pin.keep, null) !== lives.get(pin.object)),
    );
  }
}

/** Whoever loses a membership or a member because the far end goes has that in their own history, for undo and "as of". */
const endsOfEdges = (edges: Awaited<ReturnType<typeof edgesInto>>): HistoryIn[] =>
  [...groupBy(edges, (edge) => edge.owner).values()].map((own) => ({
    type: own[0]!.type,
    id: own[0]!.owner,
    action: 'update',
    before: '{}',
    after: '{}',
    change: null,
    edges: own.map(lostEdge),
  }));

const lostEdge = (edge: EdgeRow): EdgeOp => ({
  owner: edge.owner,
  relation: edge.relation,
  toType: edge.to_type,
  toId: edge.to_id,
  op: 'remove',
  facts: edge.facts,
  factsBefore: edge.facts,
});

/** Owners of references that waited for these objects are looked at again by the next run. */
export async function wake(
  transaction: Transaction,
  job: number,
  owners: readonly { readonly type: string; readonly source_key: string }[],
): Promise<void> {
  if (owners.length === 0) return;
  for (const [ownerType, rows] of groupBy(owners, (owner) => owner.type)) {
    await transaction.run(
      'UPDATE claim SET settled = 0 WHERE job = ? AND type = ? AND source_key IN {list}',
      job,
      ownerType,
      list(rows.map((row) => row.source_key)),
    );
  }
  await putDue(
    transaction,
    owners.map((owner) => ({ job, type: owner.type, source_key: owner.source_key, what: 'reference', at: 0 })),
  );
}

export function nextObject(
  change: Pick<ChangeRow, 'type' | 'directory_id' | 'action' | 'after'>,
  current: ObjectRow | undefined,
  row: Pick<StagedRow, 'relations'>,
): { readonly object: ObjectIn; readonly data: Attributes } {
  const { [LIFECYCLE]: said, ...after } = JSON.parse(change.after!) as Attributes;
  const base = change.action === 'create' || !current ? {} : (JSON.parse(current.data) as Attributes);
  const data: Record<string, Value> = {};
  for (const from of [base, after]) {
    for (const name in from) {
      const value = from[name];
      if (value === null || value === undefined) delete data[name];
      else data[name] = value;
    }
  }
  const lifecycle = (said as string) ?? current?.lifecycle ?? 'active';
  const relations = current
    ? [...new Set([...parseJson<string[]>(current.relations, []), ...parseJson<string[]>(row.relations, [])])]
    : parseJson<string[]>(row.relations, []);
  const text = canonicalText(data);
  return {
    object: {
      id: change.directory_id!,
      type: change.type,
      lifecycle,
      data: text,
      relations: JSON.stringify(relations.sort()),
    },
    data,
  };
}

/** Keys by which an object is found: unique values, its title, what it refers to, and what people type who look for it. */
export function keysOf(type: ObjectTypeSpec, id: string, data: Attributes, into: KeyIn[]): void {
  for (const spec of type.attributes) {
    const value = data[spec.name];
    if (value === undefined || value === null) continue;
    if (!spec.unique && spec.name !== type.title && spec.type !== 'reference') continue;
    for (const key of comparisonKeys(value, spec)) into.push({ type: type.id, attribute: spec.name, key, id });
  }
  for (const key of searchKeys(type.id, data)) into.push({ type: type.id, attribute: SEARCH, key, id });
}

interface Accepting {
  readonly links: LinkIn[];
  readonly claims: Omit<ClaimRow, 'since'>[];
  readonly contributions: ContributionIn[];
  readonly due: DueRow[];
}

/** What a staged word may hold beside a contribution. */
const beside = /"(unsaid|secrets)":/;

/** What the job says counts from now on; its claim remembers with which input. */
export function accept(
  context: RunContext,
  change: Pick<ChangeRow, 'type' | 'source_key' | 'directory_id' | 'action' | 'situation'>,
  row: StagedRow,
  into: Accepting,
): void {
  if (change.action === 'unlink') return;
  const { job, run, settings } = context;
  const leaves = isLeaver(change.situation as Situation) || row.situation === 'gone' || row.situation === 'out-of-scope';
  // Most of what is accepted rests in the stage in just the words of a contribution.
  const verbatim = !leaves && change.action !== 'disable' && row.desired !== null && !beside.test(row.desired);
  const staged = verbatim ? null : (JSON.parse(row.desired!) as Desired);
  // Disabled while the removal waits for a person: the word that ends it is accepted with the removal.
  const awaits = change.action === 'disable' && staged?.x === 'absent';
  const desired = awaits ? { ...staged!, x: untilRemoved(change.situation) } : staged;
  const situation = change.situation as Situation;
  const policy = isLeaver(situation) ? settings.policy.leaver[leaverCause[situation]] : null;
  const waits = !awaits && policy !== null && typeof policy === 'object' && desired?.x !== 'absent';
  into.contributions.push({
    job: job.id,
    type: change.type,
    external_id: change.source_key,
    directory_id: change.directory_id!,
    data: desired
      ? JSON.stringify({
          a: desired.a,
          x: desired.x,
          ...(desired.s === undefined ? {} : { s: desired.s }),
          ...(desired.mute ? { mute: true } : {}),
        })
      : row.desired!,
    relations: row.relations ?? '[]',
  });
  if (row.seen === 'present')
    into.links.push({
      type: change.type,
      externalId: change.source_key,
      directoryId: change.directory_id!,
      madeBy: `run ${run.id}`,
      ours: change.action === 'create',
    });
  const absent = row.seen !== 'present';
  into.claims.push({
    job: job.id,
    type: change.type,
    source_key: change.source_key,
    directory_id: change.directory_id!,
    target_key: change.directory_id!,
    input_hash: absent ? standingOf(settings) : (row.input_hash ?? ''),
    settled: row.problems === null && !absent && !awaits && !hidesSomething(context, change.type) ? 1 : 0,
    state: absent && leaves && !awaits ? (waits ? 'leaving' : 'left') : 'held',
  });
  if (row.review_at !== null)
    into.due.push({ job: job.id, type: change.type, source_key: change.source_key, what: 'review', at: row.review_at });
  if (waits && typeof policy === 'object')
    into.due.push({
      job: job.id,
      type: change.type,
      source_key: change.source_key,
      what: 'delete',
      at: run.now + policy.disableThenDeleteAfterDays * DAY,
    });
}

/** What looked empty in this read was left as it is: the object is looked at again when the value may be shown. */
export const hidesSomething = (context: RunContext, type: string): boolean => (context.evidence.types[type]?.vanished.length ?? 0) > 0;

/** The job ends its word on these objects; what others say stays. */
async function withdraw(context: RunContext, transaction: Transaction, changes: readonly ChangeRow[]): Promise<void> {
  for (const [type, own] of groupBy(changes, (change) => change.type)) {
    const keys = own.map((change) => change.source_key);
    await dropContributions(transaction, context.job.id, type, keys);
    await endClaims(transaction, context.job.id, type, keys);
    await cutLinks(transaction, context.outside.id, type, keys);
    await bumpContributions(
      transaction,
      own.map((change) => change.directory_id!),
    );
  }
}
