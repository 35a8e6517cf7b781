// The inverse plan for the directory: from its history, for a run or for everything after a moment.
import { CONSOLE } from '../../core/console.ts';
import { LIFECYCLE } from '../../core/directory-types.ts';
import { isEnabled, type Lifecycle } from '../../core/lifecycle.ts';
import type { Attributes, ObjectTypeSpec, Value } from '../../core/model.ts';
import { edgeSubject } from '../../core/pin.ts';
import type { Action } from '../../core/plan.ts';
import { edgeStep, inverseOf, netOf, type EdgeStep, type Loss, type Net, type Now, type UndoOrder } from '../../core/undo.ts';
import { USUAL_TREE } from '../../core/trees.ts';
import { entriesOf, entryEdgesOf, placingsOf, type Span } from '../../store/as-of.ts';
import { list, type Reader } from '../../store/database.ts';
import { edgesOf, objectsOf, type EdgeRow, type ObjectRow } from '../../store/directory.ts';
import { listJobs } from '../../store/jobs.ts';
import type { RunContext, TypePlan } from '../context.ts';
import { groupBy, parseJson } from '../shapes.ts';
import type { EdgeLabel, EdgeLabels } from '../stages/directory-change.ts';
import { holderOf, takenValues } from '../stages/taken-values.ts';
import type { Line, Undone } from './planned.ts';
import { undoOf } from './orders.ts';

const spanOf = (order: UndoOrder): Span => (order.kind === 'run' ? { run: order.run } : { after: order.seq });

/** What the entries of the history made of each of these objects. */
export async function netsOf(reader: Reader, ids: readonly string[], span: Span): Promise<ReadonlyMap<string, Net>> {
  const edges = groupBy(await entryEdgesOf(reader, ids, span), (edge) => `${edge.seq} ${edge.n}`);
  const nets = new Map<string, Net>();
  for (const [id, entries] of groupBy(await entriesOf(reader, ids, span), (entry) => entry.id))
    nets.set(
      id,
      netOf(
        entries.map((entry) => ({
          action: entry.action as Action,
          before: parseJson<Attributes>(entry.before, {}),
          after: parseJson<Attributes>(entry.after, {}),
          edges: edges.get(`${entry.seq} ${entry.n}`) ?? [],
        })),
      ),
    );
  return nets;
}

/** Whoever placed somebody in a department did so in the tree of that job: a membership that comes back lies there again. By object and end. */
async function treesOf(context: RunContext, type: ObjectTypeSpec, ids: readonly string[]): Promise<ReadonlyMap<string, EdgeLabel>> {
  const found = new Map<string, EdgeLabel>();
  if (type.id !== 'person') return found;
  const trees = new Map(
    (await listJobs(context.database))
      .filter((job) => job.direction === 'up' && job.connection !== CONSOLE)
      .map((job) => [job.id, parseJson<{ tree?: string }>(job.settings, {}).tree ?? USUAL_TREE]),
  );
  // There is nothing to tell apart.
  if (new Set([...trees.values(), context.settings.tree]).size < 2) return found;
  for (const { id, to_type, to_id, job } of await placingsOf(context.database, ids)) {
    const tree = trees.get(job);
    if (tree !== undefined) found.set(`${id} ${edgeSubject(MEMBERSHIP, to_type, to_id)}`, [tree, job]);
  }
  return found;
}

const MEMBERSHIP = 'membership';

interface Batch {
  readonly context: RunContext;
  readonly type: ObjectTypeSpec;
  readonly made: UndoOrder['made'];
  readonly nets: ReadonlyMap<string, Net>;
  readonly objects: ReadonlyMap<string, ObjectRow>;
  readonly edges: ReadonlyMap<string, readonly EdgeRow[]>;
  readonly alive: ReadonlySet<string>;
  readonly trees: ReadonlyMap<string, EdgeLabel>;
}

async function load(
  context: RunContext,
  type: ObjectTypeSpec,
  ids: readonly string[],
  made: UndoOrder['made'] = 'disable',
): Promise<Batch> {
  const { database } = context;
  const order = undoOf(context.run);
  const nets = await netsOf(database, ids, spanOf(order));
  const ends = new Set<string>();
  for (const net of nets.values()) {
    for (const spec of type.attributes) {
      const was = spec.type === 'reference' ? net.attributes.get(spec.name)?.before : undefined;
      if (typeof was === 'string') ends.add(was);
    }
    for (const edge of net.edges.values()) ends.add(edge.to_id);
  }
  const alive = await database.all<{ id: string }>(
    `SELECT id FROM object WHERE lifecycle <> 'absent' AND id IN {list}
     UNION SELECT s.source_key FROM staged s WHERE s.run = ? AND s.source_key IN {list} AND s.situation = 'comes-back'`,
    list([...ends]),
    context.run.id,
    list([...ends]),
  );
  return {
    context,
    type,
    made,
    nets,
    objects: new Map((await objectsOf(database, ids)).map((object) => [object.id, object])),
    edges: groupBy(await edgesOf(database, ids), (edge) => edge.owner),
    alive: new Set(alive.map((row) => row.id)),
    trees: await treesOf(context, type, ids),
  };
}

/** Objects that the undo brings back, before anything is planned: others may point to them. Values they want, for `takenValues`. */
export async function wishesInDirectory(context: RunContext, type: ObjectTypeSpec, ids: readonly string[]) {
  const { nets, objects } = await load(context, type, ids);
  return ids.map((id) => {
    const net = nets.get(id);
    const object = objects.get(id);
    const isThere = object !== undefined && object.lifecycle !== 'absent';
    const a = Object.fromEntries(
      [...(net?.attributes ?? [])].flatMap(([name, { before }]) => (before === undefined || name === LIFECYCLE ? [] : [[name, before]])),
    );
    return { id, desired: { a, x: 'active' as const }, comesBack: !isThere && net !== undefined && net.existedBefore && !net.existsAfter };
  });
}

export async function undoInDirectory(
  context: RunContext,
  type: ObjectTypeSpec,
  ids: readonly string[],
  made: UndoOrder['made'],
): Promise<readonly Undone[]> {
  const batch = await load(context, type, ids, made);
  const wishers = ids.flatMap((id) => {
    const net = batch.nets.get(id);
    if (!net?.existedBefore) return [];
    const attributes = Object.fromEntries(
      [...net.attributes].flatMap(([name, { before }]) => (before === undefined ? [] : [[name, before]])),
    );
    return [{ directoryId: id, attributes }];
  });
  const taken = await takenValues(context, { type: type.id, target: type } as TypePlan, wishers, batch.objects);
  return ids.flatMap((id) => {
    const net = batch.nets.get(id);
    const object = batch.objects.get(id);
    if (!net || !object) return [];
    return undoOne(batch, id, net, object, (spec, value) => holderOf(taken, spec, value, id) !== null);
  });
}

function undoOne(batch: Batch, id: string, net: Net, object: ObjectRow, isTaken: Parameters<typeof inverseOf>[2]['isTaken']): Undone[] {
  const { type } = batch;
  const data = parseJson<Attributes>(object.data, {});
  const isThere = object.lifecycle !== 'absent';
  const rules = {
    type: { ...type, attributes: type.attributes.filter((spec) => spec.name !== LIFECYCLE) },
    reachable: (_type: string, end: string) => batch.alive.has(end),
    isEcho: () => false,
    isTaken,
  };
  const labels = (lines: readonly Line[]): EdgeLabels => {
    const back = lines.flatMap((line) => line.edges.filter((edge) => edge.op === 'add'));
    const found = back.flatMap((edge) => {
      const subject = edgeSubject(edge.relation, edge.to_type, edge.to_id);
      const label = batch.trees.get(`${id} ${subject}`);
      return label && label[1] !== batch.context.job.id ? [[subject, label] as const] : [];
    });
    return found.length > 0 ? { t: Object.fromEntries(found) } : {};
  };
  const result = (lines: readonly Line[], losses: readonly Loss[], desired: Attributes, lifecycle: string): Undone[] => {
    const title = desired[type.title] ?? data[type.title] ?? net.attributes.get(type.title)?.before;
    return [
      {
        directoryId: id,
        targetKey: id,
        title: typeof title === 'string' ? title : null,
        precondition: { o: object.revision, c: object.contributions, ...labels(lines) },
        lines,
        losses,
        desired: { a: desired, x: lifecycle as Lifecycle },
        relations: [...new Set(lines.flatMap((line) => line.edges.map((edge) => edge.relation)))],
      },
    ];
  };
  if (!net.existedBefore) return isThere ? takeBackMade(batch, object, result) : [];
  if (!isThere && net.existsAfter) return result([], [lost('', 'gone')], {}, 'absent');
  if (!isThere) return bringBack(net, rules, result);
  const now = nowOf(data, batch.edges.get(id) ?? [], type);
  const { edges, losses, ...values } = inverseOf(net, now, rules);
  const before: Record<string, Value | null> = { ...values.before };
  const after: Record<string, Value | null> = { ...values.after };
  const lived = net.attributes.get(LIFECYCLE);
  const all = [...losses];
  if (lived && lived.before !== undefined && lived.before !== null && object.lifecycle !== lived.before) {
    if (object.lifecycle !== lived.after)
      all.push({ subject: LIFECYCLE, reason: 'changed-since', was: lived.before, now: object.lifecycle });
    else {
      before[LIFECYCLE] = object.lifecycle;
      after[LIFECYCLE] = lived.before;
    }
  }
  const lines =
    Object.keys(after).length + edges.length === 0 ? [] : [{ action: actionFor(object.lifecycle, after), before, after, edges }];
  return result(lines, all, values.after, String(after[LIFECYCLE] ?? object.lifecycle));
}

const lost = (subject: string, reason: Loss['reason'], was: Value | null = null, now: Value | null = null): Loss => ({
  subject,
  reason,
  was,
  now,
});

function actionFor(lifecycle: string, after: Readonly<Record<string, Value | null>>): Action {
  const next = after[LIFECYCLE];
  if (typeof next !== 'string') return 'update';
  if (isEnabled(next as Lifecycle)) return next === 'active' ? 'enable' : 'update';
  return isEnabled(lifecycle as Lifecycle) ? 'disable' : 'update';
}

type Result = (lines: readonly Line[], losses: readonly Loss[], desired: Attributes, lifecycle: string) => Undone[];

/** Nobody is deleted by an undo who can be disabled. */
function takeBackMade({ type, made }: Batch, object: ObjectRow, result: Result): Undone[] {
  const disable = type.id === 'person' && made === 'disable';
  const lifecycle = disable ? 'suspended' : 'absent';
  const losses = disable ? [lost('', 'stays')] : [];
  if (disable && !isEnabled(object.lifecycle as Lifecycle)) return result([], losses, {}, object.lifecycle);
  const line: Line = {
    action: disable ? 'disable' : 'remove',
    before: { [LIFECYCLE]: object.lifecycle },
    after: { [LIFECYCLE]: lifecycle },
    edges: [],
  };
  return result([line], losses, {}, lifecycle);
}

function bringBack(net: Net, rules: Parameters<typeof inverseOf>[2], result: Result): Undone[] {
  const after: Record<string, Value | null> = {};
  const losses: Loss[] = [];
  for (const spec of rules.type.attributes) {
    const was = net.attributes.get(spec.name)?.before;
    if (was === undefined || was === null) continue;
    if (spec.type === 'reference' && typeof was === 'string' && !rules.reachable(spec.to!, was))
      losses.push(lost(spec.name, 'far-end-gone', was));
    else if (spec.unique && rules.isTaken(spec, was)) losses.push(lost(spec.name, 'taken', was));
    else after[spec.name] = was;
  }
  const edges: EdgeStep[] = [];
  for (const [subject, edge] of net.edges) {
    if (edge.before === null) continue;
    if (rules.reachable(edge.to_type, edge.to_id)) edges.push(edgeStep(edge, null, edge.before));
    else losses.push(lost(subject, 'far-end-gone', edge.before));
  }
  const lifecycle = String(net.attributes.get(LIFECYCLE)?.before ?? 'active');
  if (rules.type.attributes.some((spec) => spec.required && (after[spec.name] ?? null) === null))
    return result([], [lost('', 'not-known')], {}, 'absent');
  const line: Line = { action: 'create', before: { [LIFECYCLE]: 'absent' }, after: { ...after, [LIFECYCLE]: lifecycle }, edges };
  return result([line], losses, after, lifecycle);
}

/** Every relation of the directory is known. */
const nowOf = (data: Attributes, edges: readonly EdgeRow[], type: ObjectTypeSpec): Now => ({
  attributes: Object.fromEntries(type.attributes.map((spec) => [spec.name, data[spec.name] ?? null])),
  edges: new Map(edges.map((edge) => [edgeSubject(edge.relation, edge.to_type, edge.to_id), edge.facts])),
  relations: new Set([...type.relations.map((relation) => relation.name), ...edges.map((edge) => edge.relation)]),
});
