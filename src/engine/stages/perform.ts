// One planned change as calls to the target: what is sent, and what of it was sent before.
import type {
  ChangedParts,
  Connection,
  DesiredObject,
  MembersWritten,
  Removed,
  Write,
  WriteRequest,
  Written,
} from '../../connector-kit/contract.ts';
import { ConnectorError } from '../../connector-kit/errors.ts';
import { sameValue } from '../../core/attribute.ts';
import { isEnabled } from '../../core/lifecycle.ts';
import type { Attributes, Edge, EndpointObject, Value } from '../../core/model.ts';
import type { ChangeEdgeRow, ChangeRow } from '../../store/ledger.ts';
import type { RunContext, TypePlan } from '../context.ts';
import { factsText, keptFacts, parseJson, pieces } from '../shapes.ts';
import type { Desired } from './assess.ts';
import { bringBack, keepsRemoved } from './bring-back.ts';
import { refusedMembers } from './refused-members.ts';
import { isReplaced } from './replaced.ts';
import type { Opener } from './veil.ts';

export interface Prepared {
  readonly change: ChangeRow;
  readonly plan: TypePlan;
  readonly edges: readonly ChangeEdgeRow[];
  readonly desired: Desired | null;
  /** What the target shows, in its own ids. */
  readonly object: EndpointObject | undefined;
  readonly toTarget: (type: string, id: string) => string | undefined;
  /** Opens sensitive values, for a call alone. */
  readonly open: Opener;
  /** What it was prepared from: if any of it moved before it is marked sent, it is prepared again. */
  readonly seen?: string;
}

/** Directory ids in references become ids of the target; what has none yet is left out. */
export function translated(prepared: Prepared, attributes: Attributes): Attributes {
  const result: Record<string, Value | null> = { ...(attributes as Record<string, Value | null>) };
  for (const spec of prepared.plan.target.attributes) {
    const value = result[spec.name];
    if (spec.type !== 'reference' || typeof value !== 'string') continue;
    const id = prepared.toTarget(spec.to!, value);
    if (id === undefined) delete result[spec.name];
    else result[spec.name] = id;
  }
  return result;
}

const edgeOf = (prepared: Prepared, row: ChangeEdgeRow): Edge | null => {
  const id = prepared.toTarget(row.to_type, row.to_id);
  return id === undefined ? null : { to: { type: row.to_type, id }, ...parseJson(row.facts, {}) };
};

/** The relation as it shall be: what the target shows, with this change's additions and removals. Foreign edges stay. */
export function edgesAfter(prepared: Prepared, relation: string): Edge[] {
  const spec = prepared.plan.target.relations.find((candidate) => candidate.name === relation);
  const own = prepared.edges.filter((edge) => edge.relation === relation);
  const kept = new Map(
    (spec?.single && own.some((edge) => edge.op !== 'remove') ? [] : (prepared.object?.edges?.[relation] ?? [])).map((edge) => [
      `${edge.to.type}:${edge.to.id}`,
      edge,
    ]),
  );
  for (const row of own) {
    const edge = edgeOf(prepared, row);
    if (!edge) continue;
    if (row.op === 'remove') kept.delete(`${edge.to.type}:${edge.to.id}`);
    else kept.set(`${edge.to.type}:${edge.to.id}`, edge);
  }
  return [...kept.values()];
}

/** The account as it shall be after this change alone: nothing that is held or refused slips through. */
export function wholeAfter(context: RunContext, prepared: Prepared): DesiredObject {
  const { change, object, plan, desired } = prepared;
  const relations = new Set([...Object.keys(object?.edges ?? {}), ...prepared.edges.map((edge) => edge.relation)]);
  const secrets = parseJson<Record<string, string>>(change.secrets, {});
  const { open } = prepared;
  // The mirror holds no sensitive values: a target that must be sent everything gets them from what is wanted.
  const veiled = Object.fromEntries(Object.entries(desired?.a ?? {}).filter(([name]) => plan.veiled.has(name)));
  return {
    directoryId: change.directory_id ?? change.source_key,
    attributes: { ...object?.attributes, ...open({ ...veiled, ...translated(prepared, parseJson<Attributes>(change.after, {})) }) },
    edges: Object.fromEntries(
      [...relations]
        .filter((relation) => plan.target.relations.some((spec) => spec.name === relation))
        .map((relation) => [relation, edgesAfter(prepared, relation)]),
    ),
    enabled: change.action === 'create' ? desired === null || plan.type !== 'person' || isEnabled(desired.x) : (object?.enabled ?? true),
    ...(Object.keys(secrets).length > 0
      ? { secrets: Object.fromEntries(Object.entries(secrets).map(([name, sealed]) => [name, context.engine.sealer.open(sealed)])) }
      : {}),
  };
}

export async function perform(
  connection: Connection,
  context: RunContext,
  prepared: Prepared,
  request: WriteRequest<unknown>,
  progress: { calls: number },
): Promise<{ written: Written; removed?: Removed }> {
  const { change, plan } = prepared;
  const id = change.target_key;
  const need = <T>(method: T | undefined, name: string): T => {
    if (method === undefined)
      throw new ConnectorError('unsupported', {
        en: `This target cannot ${name} a ${plan.target.label.en}.`,
        zh: `该目标系统不支持对${plan.target.label.zh}执行此操作。`,
      });
    return method;
  };
  switch (change.action) {
    case 'create': {
      const back = change.target_key !== null && keepsRemoved(context.target, plan.type);
      const written = back ? await bringBack(connection, context, prepared, request, progress) : null;
      if (written) return { written };
      return { written: await need(connection.create, 'create').call(connection, plan.type, wholeAfter(context, prepared), request) };
    }
    case 'update':
      return { written: await performUpdate(connection, context, prepared, request, progress, need) };
    case 'disable':
      return { written: await need(connection.disable, 'disable').call(connection, plan.type, id!, request) };
    case 'enable':
      return { written: await need(connection.enable, 'enable').call(connection, plan.type, id!, request) };
    case 'remove': {
      const removed = await need(connection.remove, 'remove').call(connection, plan.type, id!, request);
      return { written: { id: id! }, removed };
    }
    default:
      return { written: { id: id! } };
  }
}

async function performUpdate(
  connection: Connection,
  context: RunContext,
  prepared: Prepared,
  request: WriteRequest<unknown>,
  progress: { calls: number },
  need: <T>(method: T | undefined, name: string) => T,
): Promise<Written> {
  const { change, plan } = prepared;
  const { changed, members } = partsOf(connection, prepared);
  let written: Written = { id: change.target_key! };
  if (changed) {
    written = await need(connection.update, 'update').call(
      connection,
      plan.type,
      change.target_key!,
      changed,
      wholeAfter(context, prepared),
      request,
    );
    progress.calls++;
  }
  for (const { relation, rows } of members) {
    const ends = (ops: readonly string[]): Edge[] =>
      rows.filter((edge) => ops.includes(edge.op)).flatMap((edge) => edgeOf(prepared, edge) ?? []);
    const size = context.target.limits.membersPerCall ?? 1000;
    const adding = [...pieces(ends(['add', 'update']), size)];
    const removing = [...pieces(ends(['remove']), size)];
    const refused: MembersWritten['refused'][number][] = [];
    for (let at = 0; at < Math.max(adding.length, removing.length); at++) {
      const done = await connection.changeMembers!(
        { type: plan.type, id: written.id },
        relation,
        { add: adding[at] ?? [], remove: removing[at] ?? [] },
        request,
      );
      progress.calls++;
      refused.push(...(done?.refused ?? []));
      if (done?.unseen) written = { ...written, unseen: done.unseen };
    }
    if (refused.length > 0) throw await refusedMembers(context, prepared, relation, refused);
  }
  return written;
}

interface Parts {
  /** What `update` is told; null when nothing of it. */
  readonly changed: ChangedParts | null;
  /** What goes through `changeMembers`. */
  readonly members: readonly { readonly relation: string; readonly rows: readonly ChangeEdgeRow[] }[];
}

function partsOf(connection: Connection, prepared: Prepared): Parts {
  const { change, plan } = prepared;
  const again = change.attempts > 0;
  const after = prepared.open(again ? stillToSend(prepared) : translated(prepared, parseJson<Attributes>(change.after, {})));
  const named = prepared.edges.filter((edge) => !isReplaced(plan.target, edge, prepared.edges));
  const rows = again ? named.filter((edge) => !isShown(prepared, edge)) : named;
  const relations = [...new Set(rows.map((edge) => edge.relation))];
  const whole = (relation: string): boolean =>
    connection.changeMembers === undefined || plan.target.relations.find((spec) => spec.name === relation)?.containing === true;
  const contained = relations.filter(whole);
  const before = prepared.object?.attributes ?? {};
  return {
    changed:
      Object.keys(after).length === 0 && contained.length === 0
        ? null
        : {
            attributes: after,
            before: Object.fromEntries(Object.keys(after).flatMap((name) => (before[name] === undefined ? [] : [[name, before[name]]]))),
            edges: Object.fromEntries(contained.map((relation) => [relation, edgesAfter(prepared, relation)])),
          },
    members: relations
      .filter((relation) => !whole(relation))
      .map((relation) => ({ relation, rows: rows.filter((edge) => edge.relation === relation) })),
  };
}

/** The one write that this change is, for `batch`; null where it takes several calls, or none. */
export function writeOf(context: RunContext, prepared: Prepared): Write | null {
  const { change, plan } = prepared;
  const { connection } = context.target;
  const { type } = plan;
  switch (change.action) {
    case 'create': {
      const back = change.target_key !== null && keepsRemoved(context.target, type);
      return back || !connection.create ? null : { kind: 'create', type, desired: wholeAfter(context, prepared) };
    }
    case 'update': {
      const { changed, members } = partsOf(connection, prepared);
      if (changed === null || members.length > 0 || !connection.update) return null;
      return { kind: 'update', type, id: change.target_key!, changed, desired: wholeAfter(context, prepared) };
    }
    case 'disable':
    case 'enable':
    case 'remove':
      return connection[change.action] ? { kind: change.action, type, id: change.target_key! } : null;
    default:
      return null;
  }
}

/** Of a change that was sent before: what the target does not show yet. Nothing visible is sent twice. */
function stillToSend(prepared: Prepared): Attributes {
  const after = translated(prepared, parseJson<Attributes>(prepared.change.after, {}));
  return Object.fromEntries(
    Object.entries(after).filter(([name, value]) => {
      const spec = prepared.plan.target.attributes.find((candidate) => candidate.name === name);
      const now = prepared.object?.attributes[name];
      return spec === undefined || now === undefined || !sameValue(value, now, spec);
    }),
  );
}

/** Whether the target shows the edge as the change wants it. */
export function isShown(prepared: Prepared, edge: ChangeEdgeRow): boolean {
  const id = prepared.toTarget(edge.to_type, edge.to_id);
  const keeps = keptFacts(prepared.plan.target.relations.find((relation) => relation.name === edge.relation));
  const shown = prepared.object?.edges?.[edge.relation]?.find((other) => other.to.type === edge.to_type && other.to.id === id);
  return edge.op === 'remove' ? shown === undefined : shown !== undefined && factsText(shown, keeps) === edge.facts;
}
