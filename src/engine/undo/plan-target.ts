// The inverse plan for an outside target: from the ledger of the run, against what the target shows now.
import { comparisonKeys, sameValue } from '../../core/attribute.ts';
import type { Attributes, AttributeSpec, EndpointObject, ObjectTypeSpec, Value } from '../../core/model.ts';
import { edgeOfSubject, edgeSubject } from '../../core/pin.ts';
import type { Action } from '../../core/plan.ts';
import { edgeStep, inverseOf, netOf, type EdgeStep, type Loss, type Net, type Now, type UndoOrder } from '../../core/undo.ts';
import { changesIn, edgesOfChanges, type ChangeRow } from '../../store/ledger.ts';
import { appliedOf } from '../../store/undo.ts';
import { directoryIdsOf, linksByDirectory, type LinkRow } from '../../store/links.ts';
import { findInMirror, mirrorRows } from '../../store/mirror.ts';
import { stagedOf } from '../../store/staged.ts';
import { cannot } from '../abilities.ts';
import { BATCH, type RunContext, type TypePlan, typeOrder } from '../context.ts';
import { toExternalIds } from '../references.ts';
import { factsText, groupBy, parseJson, keptFacts } from '../shapes.ts';
import { mirrorObjects } from '../source-data.ts';
import type { Desired } from '../stages/assess.ts';
import { keepsRemoved } from '../stages/bring-back.ts';
import { refresh } from '../stages/observe.ts';
import type { Line, Undone } from './planned.ts';
import type { Pointer, Snapshot } from './stage.ts';
import { undoOf } from './orders.ts';

/** Objects that the run has removed and the undo makes again, by type; who pointed to them. */
export interface Comeback {
  readonly ids: ReadonlyMap<string, ReadonlySet<string>>;
  /** `type id` at the target → directory id. */
  readonly former: ReadonlyMap<string, string>;
  /** Owner → what of it pointed to what was removed. */
  readonly pointers: ReadonlyMap<string, readonly (Pointer & { readonly to: { readonly type: string; readonly id: string } })[]>;
  /** Departments in which, or below which, accounts stand that the run has made. */
  readonly lived: ReadonlySet<string>;
}

export async function comebackOf(context: RunContext, undone: number): Promise<Comeback> {
  const ids = new Map<string, Set<string>>();
  const former = new Map<string, string>();
  const pointers = new Map<string, (Pointer & { to: { type: string; id: string } })[]>();
  const homes = new Set<string>();
  const parents = new Map<string, string>();
  for (let after = 0; ; ) {
    const batch = await changesIn(context.database, undone, ['applied'], after, BATCH);
    if (batch.length === 0) break;
    after = batch.at(-1)!.id;
    const created = batch.filter((one) => one.action === 'create');
    for (const plan of context.types) {
      const own = created.filter((change) => change.type === plan.type);
      const containing = plan.target.relations.filter((relation) => relation.containing).map((relation) => relation.name);
      const ids = own.map((change) => change.id);
      for (const edge of containing.length === 0 ? [] : await edgesOfChanges(context.database, ids))
        if (containing.includes(edge.relation) && ids.includes(Number(edge.change))) homes.add(edge.to_id);
      for (const change of plan.target.parent === undefined ? [] : own) {
        const parent = parseJson<Attributes>(change.after, {})[plan.target.parent!];
        if (typeof parent === 'string') parents.set(change.source_key, parent);
      }
    }
    for (const change of batch.filter((one) => one.action === 'remove')) {
      const snapshot = parseJson<Snapshot | null>(change.snapshot, null);
      former.set(`${change.type} ${change.target_key}`, change.source_key);
      if (snapshot === null || cannot(context.target, change.type, 'create') !== null) continue;
      ids.set(change.type, (ids.get(change.type) ?? new Set()).add(change.source_key));
      for (const pointer of snapshot.into ?? [])
        pointers.set(pointer.owner, [
          ...(pointers.get(pointer.owner) ?? []),
          { ...pointer, to: { type: change.type, id: change.source_key } },
        ]);
    }
  }
  const lived = new Set<string>();
  for (const home of homes) for (let at: string | undefined = home; at !== undefined && !lived.has(at); at = parents.get(at)) lived.add(at);
  return { ids, former, pointers, lived };
}

interface Batch {
  readonly context: RunContext;
  readonly plan: TypePlan;
  readonly comeback: Comeback;
  readonly steps: ReadonlyMap<string, readonly ChangeRow[]>;
  readonly nets: ReadonlyMap<string, Net>;
  readonly links: ReadonlyMap<string, LinkRow>;
  readonly objects: ReadonlyMap<string, EndpointObject>;
  readonly revisions: ReadonlyMap<string, number>;
  readonly snapshots: ReadonlyMap<string, Snapshot>;
  readonly inDirectory: (type: string, id: string) => string | undefined;
  readonly inTarget: (type: string, id: string) => string | undefined;
  readonly isTaken: (id: string, spec: AttributeSpec, value: Value) => boolean;
  readonly made: UndoOrder['made'];
}

async function stepsOf(context: RunContext, plan: TypePlan, keys: readonly string[]) {
  const { database, job, run } = context;
  const order = undoOf(run);
  const undone = order.kind === 'run' ? order.run : 0;
  const changes = await appliedOf(database, job.id, undone, plan.type, keys);
  const edges = groupBy(
    (
      await edgesOfChanges(
        database,
        changes.map((change) => change.id),
      )
    ).map((edge) => ({ ...edge, change: Number(edge.change) })),
    (edge) => String(edge.change),
  );
  return { steps: groupBy(changes, (change) => change.source_key), edges };
}

function netWithPointers(
  plan: TypePlan,
  rows: readonly ChangeRow[],
  edges: ReadonlyMap<string, readonly EdgeStep[]>,
  pointers: Comeback['pointers'],
  key: string,
): Net {
  const net = netOf(
    rows.map((change) => ({
      action: change.action as Action,
      before: parseJson<Attributes>(change.before, {}),
      after: parseJson<Attributes>(change.after, {}),
      edges: edges.get(String(change.id)) ?? [],
    })),
  );
  const attributes = new Map(net.attributes);
  const ends = new Map(net.edges);
  for (const { relation, attribute, facts, to } of pointers.get(key) ?? []) {
    if (attribute !== undefined && !attributes.has(attribute)) attributes.set(attribute, { before: to.id, after: null });
    if (relation === undefined || !plan.relations.includes(relation)) continue;
    const subject = edgeSubject(relation, to.type, to.id);
    if (!ends.has(subject)) ends.set(subject, { relation, to_type: to.type, to_id: to.id, before: facts, after: null });
  }
  return { ...net, attributes, edges: ends };
}

/** What each object shall have again, so that a value which somebody else gives up is not called taken. */
export async function wishesAtTarget(context: RunContext, plan: TypePlan, keys: readonly string[], comeback: Comeback) {
  const { steps, edges } = await stepsOf(context, plan, keys);
  return keys.map((id) => {
    const net = netWithPointers(plan, steps.get(id) ?? [], edges, comeback.pointers, id);
    const a = net.existedBefore
      ? Object.fromEntries([...net.attributes].flatMap(([name, { before }]) => (before === undefined ? [] : [[name, before]])))
      : {};
    return { id, desired: { a, x: 'active' as const }, comesBack: false };
  });
}

async function load(context: RunContext, plan: TypePlan, keys: readonly string[], comeback: Comeback): Promise<Omit<Batch, 'made'>> {
  const { database, outside } = context;
  const { steps, edges } = await stepsOf(context, plan, keys);
  const nets = new Map(keys.map((key) => [key, netWithPointers(plan, steps.get(key) ?? [], edges, comeback.pointers, key)]));
  const links = new Map(
    (await linksByDirectory(database, outside.id, plan.type, keys))
      .filter((link) => link.role === 'primary')
      .map((link) => [link.directory_id, link]),
  );
  // What the run unlinked is still there, but nothing of ours leads to it.
  const cut = [...steps.values()]
    .flat()
    .filter((change) => change.action === 'unlink' && !links.has(change.source_key))
    .flatMap((change) => change.target_key ?? []);
  await refresh(context, plan, cut);
  const ids = [...[...links.values()].map((link) => link.external_id), ...cut];
  const objects = await mirrorObjects(context, outside.id, plan.type, ids);
  const snapshots = new Map<string, Snapshot>();
  for (const change of [...steps.values()].flat()) {
    const snapshot = change.action === 'remove' ? parseJson<Snapshot | null>(change.snapshot, null) : null;
    if (snapshot) snapshots.set(change.source_key, snapshot);
  }
  const there = new Map<string, Set<string>>();
  const note = (type: string, id: unknown): void => {
    if (typeof id === 'string') there.set(type, (there.get(type) ?? new Set()).add(id));
  };
  for (const object of [...objects.values(), ...snapshots.values()]) {
    for (const spec of plan.target.attributes) if (spec.type === 'reference') note(spec.to!, object.attributes[spec.name]);
    for (const edge of Object.values(object.edges ?? {}).flat()) note(edge.to.type, edge.to.id);
  }
  const back = new Map<string, Map<string, string>>();
  for (const [type, ends] of there) back.set(type, await directoryIdsOf(database, outside.id, type, [...ends]));
  const wanted = [...nets.values()].flatMap((net) => [
    ...[...net.edges.values()].map((edge) => ({ type: edge.to_type, id: edge.to_id })),
    ...plan.target.attributes.flatMap((spec) => {
      const was = spec.type === 'reference' ? net.attributes.get(spec.name)?.before : undefined;
      return typeof was === 'string' ? [{ type: spec.to!, id: was }] : [];
    }),
    ...[...back].flatMap(([type, ends]) => [...ends.values()].map((id) => ({ type, id }))),
  ]);
  return {
    context,
    plan,
    comeback,
    steps,
    nets,
    links,
    objects,
    snapshots,
    revisions: new Map((await mirrorRows(database, outside.id, plan.type, ids)).map((row) => [row.external_id, row.revision])),
    inDirectory: (type, id) => back.get(type)?.get(id),
    inTarget: await toExternalIds(database, outside.id, wanted),
    isTaken: await takenAtTarget(context, plan, nets, links, snapshots),
  };
}

/** Whether another account has the value and keeps it. */
async function takenAtTarget(
  context: RunContext,
  plan: TypePlan,
  nets: ReadonlyMap<string, Net>,
  links: ReadonlyMap<string, LinkRow>,
  snapshots: ReadonlyMap<string, Snapshot>,
): Promise<Batch['isTaken']> {
  const { database, outside, run } = context;
  const holders = new Map<string, Set<string>>();
  for (const spec of plan.target.attributes.filter((candidate) => candidate.unique)) {
    const values = [...nets].flatMap(([key, net]) => [net.attributes.get(spec.name)?.before, snapshots.get(key)?.attributes[spec.name]]);
    const keys = [...new Set(values.flatMap((value) => comparisonKeys(value ?? null, spec)))];
    if (keys.length === 0) continue;
    const found = await findInMirror(database, outside.id, plan.type, spec.name, keys);
    const owners = await directoryIdsOf(
      database,
      outside.id,
      plan.type,
      found.map((row) => row.external_id),
    );
    const staged = new Map(
      (await stagedOf(database, run.id, plan.type, [...owners.values()])).map((row) => [
        row.source_key,
        parseJson<Desired | null>(row.desired, null)?.a[spec.name],
      ]),
    );
    for (const { key, external_id } of found) {
      const owner = owners.get(external_id) ?? `ext:${external_id}`;
      const next = staged.get(owner);
      const releases = next !== undefined && !comparisonKeys(next, spec).includes(key);
      if (!releases) holders.set(`${spec.name} ${key}`, (holders.get(`${spec.name} ${key}`) ?? new Set()).add(owner));
    }
  }
  return (id, spec, value) =>
    comparisonKeys(value, spec).some((key) => [...(holders.get(`${spec.name} ${key}`) ?? [])].some((owner) => owner !== id));
}

export async function undoAtTarget(
  context: RunContext,
  plan: TypePlan,
  keys: readonly string[],
  comeback: Comeback,
  made: UndoOrder['made'],
): Promise<readonly Undone[]> {
  const batch = { ...(await load(context, plan, keys, comeback)), made };
  return keys.map((key) => undoOne(batch, key));
}

function undoOne(batch: Batch, id: string): Undone {
  const net = batch.nets.get(id)!;
  const link = batch.links.get(id);
  const cutKey = net.unlinked ? (batch.steps.get(id) ?? []).find((change) => change.action === 'unlink')?.target_key : undefined;
  const targetKey = link?.external_id ?? cutKey ?? null;
  const object = targetKey === null ? undefined : batch.objects.get(targetKey);
  if (!net.existedBefore) return object && link ? takeBackMade(batch, id, object) : nothing(batch, id, object);
  if (!object) return net.existsAfter ? nothing(batch, id, object, lossesWithout(net)) : bringBack(batch, id, net);
  if (!net.existsAfter) return nothing(batch, id, object, [lost('', 'changed-since')]);
  return putBack(batch, id, net, object);
}

const lost = (subject: string, reason: Loss['reason'], was: Value | null = null, now: Value | null = null): Loss => ({
  subject,
  reason,
  was,
  now,
});

/** Only pointers to what comes back concern somebody who is gone: that is no loss of theirs. */
const lossesWithout = (net: Net): readonly Loss[] =>
  net.attributes.size + net.edges.size > 0 || net.enabledBefore !== null ? [lost('', 'gone')] : [];

const titleFrom = (type: ObjectTypeSpec, rows: readonly ChangeRow[], object: EndpointObject | undefined): string | null => {
  const value = object?.attributes[type.title];
  return typeof value === 'string' ? value : (rows.findLast((row) => row.title !== null)?.title ?? null);
};

function made(
  batch: Batch,
  id: string,
  object: EndpointObject | undefined,
  part: { readonly lines?: readonly Line[]; readonly losses?: readonly Loss[]; readonly enabled?: boolean; readonly desired?: Attributes },
): Undone {
  const lines = part.lines ?? [];
  return {
    directoryId: id,
    targetKey: object?.id ?? null,
    title: titleFrom(batch.plan.target, batch.steps.get(id) ?? [], object),
    precondition: { o: null, m: object ? (batch.revisions.get(object.id) ?? null) : null },
    lines,
    losses: part.losses ?? [],
    desired: { a: part.desired ?? {}, x: (part.enabled ?? object?.enabled ?? true) ? 'active' : 'suspended' },
    relations: [...new Set(lines.flatMap((line) => line.edges.map((edge) => edge.relation)))],
  };
}

const nothing = (batch: Batch, id: string, object: EndpointObject | undefined, losses: readonly Loss[] = []): Undone =>
  made(batch, id, object, { losses });

const can = (batch: Batch, action: Action): boolean => cannot(batch.context.target, batch.plan.type, action) === null;

/** Nobody is deleted by an undo who can be disabled; so the department in which they stand stays as well. */
function takeBackMade(batch: Batch, id: string, object: EndpointObject): Undone {
  const able = (action: Action): boolean => cannot(batch.context.target, 'person', action) === null;
  const stays = able('disable') && (batch.made === 'disable' || !able('remove'));
  const disable = stays && batch.plan.type === 'person';
  if (stays && batch.comeback.lived.has(id)) return nothing(batch, id, object, [lost('', 'lived-in')]);
  if (!disable && !can(batch, 'remove')) return nothing(batch, id, object, [lost('', 'cannot')]);
  const line: Line = { action: disable ? 'disable' : 'remove', before: {}, after: {}, edges: [] };
  if (!disable) return made(batch, id, object, { lines: [line] });
  return made(batch, id, object, { lines: object.enabled === false ? [] : [line], losses: [lost('', 'stays')], enabled: false });
}

/** References and edges in directory ids. A far end that the run removed is not there any more, whatever still names it. */
function nowOf(batch: Batch, object: EndpointObject): Now {
  const { plan, comeback } = batch;
  const attributes: Record<string, Value | null> = { ...(object.attributes as Record<string, Value | null>) };
  for (const spec of plan.target.attributes) {
    const value = attributes[spec.name];
    if (spec.type !== 'reference' || typeof value !== 'string') continue;
    const former = comeback.former.get(`${spec.to} ${value}`);
    // What the target has kept comes back under its id, and whatever names it is right again by that.
    const gone = former !== undefined && keepsRemoved(batch.context.target, spec.to!) ? former : null;
    attributes[spec.name] = batch.inDirectory(spec.to!, value) ?? (former === undefined ? `ext:${value}` : gone);
  }
  const edges = new Map<string, string>();
  for (const relation of plan.target.relations)
    for (const edge of object.edges?.[relation.name] ?? []) {
      const end = batch.inDirectory(edge.to.type, edge.to.id);
      if (end !== undefined) edges.set(edgeSubject(relation.name, edge.to.type, end), factsText(edge, keptFacts(relation)));
    }
  return { attributes, edges, relations: new Set(Object.keys(object.edges ?? {}).filter((name) => plan.relations.includes(name))) };
}

const comesBack = (batch: Batch, type: string, id: string): boolean => batch.comeback.ids.get(type)?.has(id) === true;
const isEarlier = (far: string, own: string): boolean => typeOrder.indexOf(far) < typeOrder.indexOf(own);
const reachableIn =
  (batch: Batch) =>
  (type: string, id: string): boolean =>
    batch.inTarget(type, id) !== undefined || comesBack(batch, type, id);

/** What can be written at once, and what needs an object that comes back in a later step of this plan. */
function split(batch: Batch, before: Attributes, after: Attributes, edges: readonly EdgeStep[]) {
  const { plan } = batch;
  const waits = (type: string, id: string): boolean =>
    batch.inTarget(type, id) === undefined && comesBack(batch, type, id) && !isEarlier(type, plan.type);
  const lateNames = plan.target.attributes
    .filter((spec) => spec.type === 'reference' && typeof after[spec.name] === 'string' && spec.name !== plan.target.parent)
    .filter((spec) => waits(spec.to!, after[spec.name] as string))
    .map((spec) => spec.name);
  const pick = (values: Attributes, late: boolean): Attributes =>
    Object.fromEntries(Object.entries(values).filter(([name]) => lateNames.includes(name) === late));
  const lateEdges = edges.filter((edge) => edge.op !== 'remove' && waits(edge.to_type, edge.to_id));
  return {
    first: { before: pick(before, false), after: pick(after, false), edges: edges.filter((edge) => !lateEdges.includes(edge)) },
    later: { before: pick(before, true), after: pick(after, true), edges: lateEdges },
  };
}

const isEmpty = (part: { readonly after: Attributes; readonly edges: readonly EdgeStep[] }): boolean =>
  Object.keys(part.after).length + part.edges.length === 0;

function putBack(batch: Batch, id: string, net: Net, object: EndpointObject): Undone {
  const { plan } = batch;
  const link = batch.links.get(id);
  const echoed = parseJson<Attributes>(link?.echoed, {});
  const now = nowOf(batch, object);
  const inverse = inverseOf(net, now, {
    type: plan.target,
    reachable: reachableIn(batch),
    isEcho: (name, value) => {
      const spec = plan.target.attributes.find((candidate) => candidate.name === name);
      return spec !== undefined && echoed[name] !== undefined && sameValue(value, echoed[name], spec);
    },
    isTaken: (spec, value) => batch.isTaken(id, spec, value),
  });
  const { first, later } = split(batch, inverse.before, inverse.after, inverse.edges);
  const lines: Line[] = [];
  const losses = [...inverse.losses];
  if (net.unlinked && !link) lines.push({ action: 'link', before: {}, after: {}, edges: [] });
  if (net.enabledBefore !== null && object.enabled !== undefined && object.enabled !== net.enabledBefore) {
    const action = net.enabledBefore ? 'enable' : 'disable';
    if (can(batch, action)) lines.push({ action, before: {}, after: {}, edges: [] });
    else losses.push(lost('enabled', 'cannot', net.enabledBefore, object.enabled));
  }
  if (!isEmpty(first)) lines.push({ action: 'update', ...first });
  if (!isEmpty(later)) lines.push({ action: 'update', later: true, ...later });
  if (net.linked && link) lines.push({ action: 'unlink', before: {}, after: {}, edges: [] });
  return made(batch, id, object, { lines, losses, enabled: net.enabledBefore ?? object.enabled ?? true, desired: inverse.after });
}

function bringBack(batch: Batch, id: string, net: Net): Undone {
  const { plan, context } = batch;
  const snapshot = batch.snapshots.get(id);
  if (!snapshot) return nothing(batch, id, undefined, [lost('', 'not-known')]);
  if (!can(batch, 'create')) return nothing(batch, id, undefined, [lost('', 'cannot')]);
  const losses: Loss[] = [];
  const { facts } = context.target;
  const kept = keepsRemoved(context.target, plan.type);
  const inOurs = (type: string, end: string): string | undefined =>
    batch.inDirectory(type, end) ?? batch.comeback.former.get(`${type} ${end}`);
  const reachable = reachableIn(batch);
  const after: Record<string, Value | null> = {};
  for (const spec of plan.target.attributes) {
    const known = net.attributes.get(spec.name)?.before;
    const shown = known !== undefined ? known : (snapshot.sent?.[spec.name] ?? snapshot.attributes[spec.name]);
    if (shown === undefined || shown === null || spec.kind === 'secret') continue;
    const was = spec.type === 'reference' && known === undefined && typeof shown === 'string' ? inOurs(spec.to!, shown) : shown;
    if (spec.writable === 'never') {
      if (!kept && !spec.derived && spec.name !== facts.carriesDirectoryId) losses.push(lost(spec.name, 'read-only', shown));
      continue;
    }
    if (was === undefined || (spec.type === 'reference' && typeof was === 'string' && !reachable(spec.to!, was))) {
      // What the target has kept still names whom it named.
      if (!kept || known !== undefined) losses.push(lost(spec.name, 'far-end-gone', shown));
    } else if (spec.unique && batch.isTaken(id, spec, was)) losses.push(lost(spec.name, 'taken', was));
    else after[spec.name] = was;
  }
  // Where an id can be wished for, the old one is.
  const wished = plan.target.attributes.some((spec) => spec.unique === true && after[spec.name] === snapshot.id);
  if (facts.assignsIds && !kept && !wished) losses.push(lost('id', 'new-id', snapshot.id));
  const edges: EdgeStep[] = [];
  for (const [subject, facts] of edgesBefore(batch, net, snapshot, inOurs)) {
    const edge = edgeOfSubject(subject)!;
    const end = { relation: edge.relation, to_type: edge.type, to_id: edge.id };
    if (reachable(edge.type, edge.id)) edges.push(edgeStep(end, null, facts));
    else losses.push(lost(subject, 'far-end-gone', facts));
  }
  const enabled = net.enabledBefore ?? snapshot.enabled ?? true;
  if (plan.target.attributes.some((spec) => spec.required && spec.kind !== 'secret' && (after[spec.name] ?? null) === null))
    return nothing(batch, id, undefined, [lost('', 'not-known')]);
  const { first, later } = split(batch, {}, after, edges);
  // Members that are written after the object as well, as for any account that is made; a group's first members come with it.
  const containing = new Set(
    plan.target.relations.filter((relation) => relation.containing || plan.type === 'group').map((one) => one.name),
  );
  const within = first.edges.filter((edge) => containing.has(edge.relation));
  const rest = [...first.edges.filter((edge) => !containing.has(edge.relation)), ...later.edges];
  const lines: Line[] = [{ action: 'create', before: {}, after: first.after, edges: within }];
  if (Object.keys(later.after).length + rest.length > 0)
    lines.push({ action: 'update', later: true, before: {}, after: later.after, edges: rest });
  return { ...made(batch, id, undefined, { lines, losses, enabled, desired: after }), targetKey: kept ? snapshot.id : null };
}

/** Facts by subject: the snapshot's edges, with what the same run changed of them before. */
function edgesBefore(
  batch: Batch,
  net: Net,
  snapshot: Snapshot,
  inOurs: (type: string, id: string) => string | undefined,
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const relation of batch.plan.target.relations)
    for (const edge of snapshot.edges?.[relation.name] ?? []) {
      const end = inOurs(edge.to.type, edge.to.id);
      // Nobody of ours: the far end is named as it was there, and cannot be reached through us.
      found.set(edgeSubject(relation.name, edge.to.type, end ?? `ext:${edge.to.id}`), factsText(edge, keptFacts(relation)));
    }
  for (const [subject, edge] of net.edges)
    if (edge.before === null) found.delete(subject);
    else found.set(subject, edge.before);
  return found;
}
