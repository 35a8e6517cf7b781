// The order of writing: waves, depth in a tree, and who must let go of a value or a parent first.
import type { ObjectTypeId } from './model.ts';
import type { Action } from './plan.ts';

export type Wave = 0 | 1 | 2 | 3 | 4;

export interface OrderedChange {
  readonly action: Action;
  readonly type: ObjectTypeId;
  /** Only gives up a unique value, by a temporary one. */
  readonly releases?: boolean;
  /** Only references and edges that are not `containing`: their far ends may be made by the same plan. */
  readonly referencesOnly?: boolean;
}

const waveOfType: Readonly<Record<string, Wave>> = { department: 1, person: 2, group: 3 };

/** 0 let go · 1 departments · 2 people · 3 groups, references, other edges · 4 remove. Types we do not know come late. */
export function waveOf(change: OrderedChange): Wave {
  if (change.action === 'remove' || change.action === 'unlink') return 4;
  if (change.action === 'disable' || change.releases) return 0;
  if (change.referencesOnly) return 3;
  return waveOfType[change.type] ?? 3;
}

/**
 * Order inside a wave: smaller first, equal ones are independent. Trees are built from the top and taken down from
 * the bottom; groups exist before edges point to them, and go before people, who go before departments.
 * @param treeDepth  0 at the top: by the desired tree, for a removal by the tree that stands
 * @param deepest    greatest treeDepth of the plan
 */
export function depthIn(change: OrderedChange, treeDepth = 0, deepest = treeDepth): number {
  switch (waveOf(change)) {
    case 0:
    case 2:
      return 0;
    case 1:
      return treeDepth;
    case 3:
      return change.referencesOnly ? 1 + deepest : treeDepth;
    case 4:
      return change.type === 'department' ? 2 + deepest - treeDepth : change.type === 'person' ? 1 : 0;
  }
}

export interface TreeDepths {
  /** A node whose parent is null or not in the map is at 0; so is every node of a cycle. */
  readonly depth: ReadonlyMap<string, number>;
  /** Each from its smallest id, child → parent. */
  readonly cycles: readonly (readonly string[])[];
}

/** Works on trees of any depth: no recursion, every node is climbed once. */
export function treeDepths(parents: ReadonlyMap<string, string | null>): TreeDepths {
  const depth = new Map<string, number>();
  const cycles: string[][] = [];
  for (const start of parents.keys()) {
    const path: string[] = [];
    const onPath = new Map<string, number>();
    let id: string | null | undefined = start;
    while (id !== null && id !== undefined && parents.has(id) && !depth.has(id) && !onPath.has(id)) {
      onPath.set(id, path.length);
      path.push(id);
      id = parents.get(id);
    }
    if (id !== null && id !== undefined && onPath.has(id)) {
      const cycle = path.splice(onPath.get(id)!);
      for (const member of cycle) depth.set(member, 0);
      cycles.push(fromSmallest(cycle));
    }
    let next = id !== null && id !== undefined && depth.has(id) ? depth.get(id)! + 1 : 0;
    for (const member of path.reverse()) depth.set(member, next++);
  }
  return { depth, cycles: cycles.sort((a, b) => (a[0]! < b[0]! ? -1 : 1)) };
}

function fromSmallest(cycle: readonly string[]): string[] {
  const at = cycle.reduce((best, id, index) => (id < cycle[best]! ? index : best), 0);
  return [...cycle.slice(at), ...cycle.slice(0, at)];
}

// ── unique values ────────────────────────────────────────────────────────────────────────────────────────

export interface UniqueChange {
  readonly id: string;
  /** Values of different types or attributes never collide: name both, e.g. `person.email`. */
  readonly attribute: string;
  /** Comparison keys; null is no value. */
  readonly before: string | null;
  readonly after: string | null;
}

/**
 * Whose write must come first: id → the ids that hold a value it wants. Who takes a temporary value is waited for by
 * nobody, because that happens a wave earlier.
 */
export function valueNeeds(changes: readonly UniqueChange[], temporaries: Iterable<string> = []): ReadonlyMap<string, readonly string[]> {
  const free = new Set(temporaries);
  const holder = new Map<string, string>();
  for (const { id, attribute, before, after } of changes) {
    if (before !== null && before !== after) holder.set(`${attribute}\0${before}`, id);
  }
  const needs = new Map<string, string[]>();
  for (const { id, attribute, before, after } of changes) {
    if (after === null || after === before) continue;
    const other = holder.get(`${attribute}\0${after}`);
    if (other === undefined || other === id || free.has(other) || needs.get(id)?.includes(other)) continue;
    needs.set(id, [...(needs.get(id) ?? []), other]);
  }
  return needs;
}

/**
 * Ids that let go of their unique values by a temporary one before the others are written. One for each cycle: with
 * one unique attribute the fewest possible; where several attributes interlock, close to it. Chains need none, only
 * the order of `valueNeeds`.
 */
export function unswap(changes: readonly UniqueChange[]): readonly string[] {
  const waits = new Map<string, Set<string>>();
  const waitedBy = new Map<string, Set<string>>();
  for (const { id } of changes) {
    waits.set(id, new Set());
    waitedBy.set(id, new Set());
  }
  for (const [id, others] of valueNeeds(changes)) {
    for (const other of others) {
      waits.get(id)!.add(other);
      waitedBy.get(other)!.add(id);
    }
  }
  const chosen: string[] = [];
  const drop = (id: string): readonly string[] => {
    const touched = [...waits.get(id)!, ...waitedBy.get(id)!];
    for (const other of waits.get(id)!) waitedBy.get(other)!.delete(id);
    for (const other of waitedBy.get(id)!) waits.get(other)!.delete(id);
    waits.delete(id);
    waitedBy.delete(id);
    return touched;
  };
  /** Who waits for nobody, or is waited for by nobody, is on no cycle. */
  const dropLoose = (candidates: readonly string[]): void => {
    const queue = [...candidates];
    for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
      if (waits.has(id) && (waits.get(id)!.size === 0 || waitedBy.get(id)!.size === 0)) queue.push(...drop(id));
    }
  };
  dropLoose([...waits.keys()]);
  // What is left are cycles. Where they cross, the busiest crossing breaks most of them.
  const busy = (id: string): number => waits.get(id)!.size * waitedBy.get(id)!.size;
  for (const id of [...waits.keys()].sort((a, b) => busy(b) - busy(a) || (a < b ? -1 : 1))) {
    if (!waits.has(id)) continue;
    chosen.push(id);
    dropLoose(drop(id));
  }
  return chosen.sort();
}
