// What an object of the directory becomes: before and after, edges, action, kinds, precondition and needs.
import { sameValue } from '../../core/attribute.ts';
import { LIFECYCLE } from '../../core/directory-types.ts';
import { kindsOf } from '../../core/guard.ts';
import { type Lifecycle } from '../../core/lifecycle.ts';
import type { Attributes, ObjectTypeSpec, Value } from '../../core/model.ts';
import { depthIn, waveOf } from '../../core/order.ts';
import { edgeSubject, type WantedEdge } from '../../core/pin.ts';
import type { Action } from '../../core/plan.ts';
import { type EdgeRow, type ObjectRow } from '../../store/directory.ts';
import type { ChangeEdgeRow, NewChange } from '../../store/ledger.ts';
import type { RunContext, TypePlan } from '../context.ts';
import { changeHash } from './change-hash.ts';
import { removalHash } from './disable-first.ts';
import { holderOf, type Taken } from './taken-values.ts';
import { type Depths, missingProblem, takenProblem } from './diff.ts';

import type { EdgeMap } from './directory-ends.ts';
import type { Subject } from './directory-subject.ts';

export const titleOf = (type: ObjectTypeSpec, subject: Subject, object: ObjectRow | undefined): string | null => {
  const value =
    subject.resolved.attributes[type.title] ??
    subject.desired.a[type.title] ??
    (object ? (JSON.parse(object.data) as Attributes)[type.title] : null);
  return typeof value === 'string' ? value : null;
};

export function changeOf(
  context: RunContext,
  plan: TypePlan,
  subject: Subject,
  current: ObjectRow | undefined,
  stored: ObjectRow | undefined,
  edges: readonly EdgeRow[],
  wanted: ReadonlyMap<string, EdgeMap>,
  taken: Taken,
  depths: Depths,
): NewChange | null {
  const id = subject.row.directory_id!;
  const { attributes, lifecycle: resolvedLifecycle } = subject.resolved;
  const lifecycle: Lifecycle = resolvedLifecycle ?? ((current?.lifecycle as Lifecycle) || 'active');
  // Of somebody who is not there any more, what is let go of is the word alone.
  const ended = !current && (resolvedLifecycle ?? 'absent') === 'absent';
  if (ended && (!subject.withdrawn || !stored)) return null;
  const now: Attributes = current ? (JSON.parse(current.data) as Attributes) : {};
  const before: Record<string, Value | null> = {};
  const after: Record<string, Value | null> = {};
  const removing = ended || lifecycle === 'absent';
  for (const spec of plan.target.attributes) {
    if (spec.name === LIFECYCLE || removing) continue;
    const value = attributes[spec.name];
    if (value === undefined) continue;
    const compare = spec.kind === 'sensitive' ? { ...spec, equality: 'exact' as const } : spec;
    if (sameValue(value, now[spec.name] ?? null, compare)) continue;
    if (spec.unique && value !== null) {
      const other = holderOf(taken, spec, value, id);
      if (other !== null) {
        subject.problems.push(takenProblem(spec.name, String(value), other));
        continue;
      }
    }
    // What is created was nothing before: that needs no saying, attribute by attribute.
    if (current) before[spec.name] = now[spec.name] ?? null;
    after[spec.name] = value;
  }
  if (!current || removing) {
    const missing = removing ? undefined : plan.target.attributes.find((spec) => spec.required && (after[spec.name] ?? null) === null);
    if (missing) {
      if (!subject.problems.some((found) => found.attribute === missing.name))
        subject.problems.push(missingProblem(missing.name, missing.label));
      return null;
    }
  }
  if (current && current.lifecycle !== lifecycle) {
    before[LIFECYCLE] = current.lifecycle;
    after[LIFECYCLE] = lifecycle;
  } else if (!current && !ended) after[LIFECYCLE] = lifecycle;
  const edgeChanges = removing ? [] : edgeDiff(edges, wanted);
  const action =
    subject.withdrawn && Object.keys(after).length === 0 && edgeChanges.length === 0
      ? 'unlink'
      : actionOf(current, lifecycle, after, edgeChanges.length > 0, subject);
  if (action === null) return null;
  const moves =
    plan.target.parent !== undefined && plan.target.parent in after && current !== undefined
      ? true
      : primaryMoves(edges, edgeChanges) && current !== undefined;
  const edgesLost = edgeChanges.filter((edge) => edge.op === 'remove').length;
  const kinds = kindsOf(
    { action, type: plan.type, before, after, edgesLost: moves ? Math.max(0, edgesLost - 1) : edgesLost, moves, messages: 0 },
    [plan.target],
  );
  const ordered = { action, type: plan.type };
  const depth = depths.depth.get(subject.row.source_key) ?? 0;
  const needs = needsOf(plan, after, edgeChanges);
  const [beforeText, afterText] = [JSON.stringify(before), JSON.stringify(after)];
  return {
    wave: action === 'disable' ? waveOf({ action: 'update', type: plan.type }) : waveOf(ordered),
    depth: depthIn(ordered, depth, depths.deepest),
    type: plan.type,
    source_key: subject.row.source_key,
    directory_id: id,
    target_key: id,
    title: titleOf(plan.target, subject, stored),
    action,
    aspect: '',
    situation: subject.situation,
    reason: subject.row.scope_rule ?? '',
    kinds: kinds.length > 0 ? `|${kinds.join('|')}|` : '',
    before: beforeText,
    after: afterText,
    hash: removing ? removalHash(current, edges) : changeHash(action, beforeText, afterText, edgeChanges),
    precondition: JSON.stringify({
      o: stored?.revision ?? null,
      c: stored?.contributions ?? null,
      ...labelsOf(context, edges, edgeChanges, wanted),
    }),
    needs: needs.length > 0 ? JSON.stringify(needs) : null,
    secrets: null,
    temporary: null,
    edges: edgeChanges,
  };
}

export function actionOf(
  current: ObjectRow | undefined,
  lifecycle: Lifecycle,
  after: Attributes,
  edgesChanged: boolean,
  subject: Subject,
): Action | null {
  if (!current) return 'create';
  if (lifecycle === 'absent') return 'remove';
  if (LIFECYCLE in after) {
    if (lifecycle === 'suspended' || lifecycle === 'departed')
      return current.lifecycle === 'suspended' || current.lifecycle === 'departed' ? 'update' : 'disable';
    if (lifecycle === 'active') return 'enable';
  }
  if (Object.keys(after).length > 0 || edgesChanged) return 'update';
  return subject.situation === 'found' ? 'link' : null;
}

/** In which tree an edge is, and by whose word. */
export type EdgeLabel = readonly [tree: string, job: number];
/** What stands of edges in the precondition of a change of the directory, by `edgeSubject`. */
export interface EdgeLabels {
  readonly t?: Readonly<Record<string, EdgeLabel>>;
}

/** Of edges that are not this run's own word, or lie in another tree than is noted: which tree they are in, and whose they are. */
function labelsOf(
  { job, settings }: RunContext,
  current: readonly EdgeRow[],
  changes: readonly Omit<ChangeEdgeRow, 'change'>[],
  wanted: ReadonlyMap<string, EdgeMap>,
): EdgeLabels {
  const labels: Record<string, readonly [string, number]> = {};
  for (const { relation, to_type, to_id, op } of changes) {
    const of = op === 'remove' ? undefined : wanted.get(relation)?.get(`${to_type}:${to_id}`)?.of;
    if (of === undefined) continue;
    const before = current.find((edge) => edge.relation === relation && edge.to_type === to_type && edge.to_id === to_id);
    if (of.job !== job.id || of.tree !== (before?.tree ?? settings.tree)) labels[edgeSubject(relation, to_type, to_id)] = [of.tree, of.job];
  }
  return Object.keys(labels).length > 0 ? { t: labels } : {};
}

export function edgeDiff(
  current: readonly { relation: string; to_type: string; to_id: string; facts: string; tree?: string }[],
  wanted: ReadonlyMap<string, EdgeMap>,
): Omit<ChangeEdgeRow, 'change'>[] {
  const changes: Omit<ChangeEdgeRow, 'change'>[] = [];
  for (const [relation, edges] of wanted) {
    const have = new Map(current.filter((edge) => edge.relation === relation).map((edge) => [`${edge.to_type}:${edge.to_id}`, edge]));
    for (const [key, edge] of edges) {
      const now = have.get(key);
      if (!now) changes.push({ relation, to_type: edge.to_type, to_id: edge.to_id, op: 'add', facts: edge.facts, facts_before: null });
      else if (now.facts !== edge.facts || liesElsewhere(now, edge))
        changes.push({ relation, to_type: edge.to_type, to_id: edge.to_id, op: 'update', facts: edge.facts, facts_before: now.facts });
    }
    for (const [key, edge] of have) {
      if (!edges.has(key))
        changes.push({ relation, to_type: edge.to_type, to_id: edge.to_id, op: 'remove', facts: edge.facts, facts_before: edge.facts });
    }
  }
  return changes;
}

/** In the tree of another source than the one whose word it is now. */
const liesElsewhere = (now: { readonly tree?: string }, { of }: WantedEdge): boolean => of !== undefined && now.tree !== of.tree;

const primaryMoves = (edges: readonly EdgeRow[], changes: readonly Omit<ChangeEdgeRow, 'change'>[]): boolean =>
  edges.some(
    (edge) =>
      edge.relation === 'membership' &&
      edge.facts.includes('"primary":true') &&
      changes.some((change) => change.op === 'remove' && change.to_id === edge.to_id),
  ) && changes.some((change) => change.relation === 'membership' && change.op !== 'remove');

/** Objects that must exist before this change: parent and departments. */
export function needsOf(plan: TypePlan, after: Attributes, edges: readonly Omit<ChangeEdgeRow, 'change'>[]): string[] {
  const needs = edges.filter((edge) => edge.relation === 'membership' && edge.op !== 'remove').map((edge) => edge.to_id);
  const parent = plan.target.parent ? after[plan.target.parent] : undefined;
  if (typeof parent === 'string') needs.push(parent);
  return needs;
}
