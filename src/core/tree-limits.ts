// How deep and how wide a target's tree may be: which placements it would refuse, found before anything is sent.

/** What a target allows of a tree. */
export interface TreeLimits {
  /** Levels of the whole tree; an object without a parent stands at the first. */
  readonly levels?: number;
  /** Objects directly below one other, or at the top. */
  readonly children?: number;
  /** The vendor's page for these numbers. */
  readonly see?: string;
}

/** An object that is made or moved. */
export interface Placement {
  readonly id: string;
  /** Null: at the top. */
  readonly to: string | null;
  /** A new one; others stand in the tree. */
  readonly isNew: boolean;
}

/** `above`: its own place is fine, and that of one it would stand below is not. */
export type Misplaced = 'levels' | 'children' | 'above';

/**
 * Puts one after the other into the tree, as the target is asked to, and leaves out what it would refuse.
 * @param parents  the tree as it stands, child → parent; a parent that is not in it counts as the top
 * @returns by the placement's index
 */
export function misplaced(
  parents: ReadonlyMap<string, string | null>,
  placements: readonly Placement[],
  limits: TreeLimits,
): ReadonlyMap<number, Misplaced> {
  const tree = new Map(parents);
  const below = new Map<string | null, Set<string>>();
  const childrenOf = (id: string | null): Set<string> => below.get(id) ?? below.set(id, new Set()).get(id)!;
  for (const [id, parent] of tree) childrenOf(parent).add(id);
  const found = new Map<number, Misplaced>();
  const unmade = new Set<string>();
  const judge = ({ id, to }: Placement): Misplaced | null => {
    if (to !== null && unmade.has(to)) return 'above';
    const siblings = childrenOf(to);
    if (limits.children !== undefined && !siblings.has(id) && siblings.size >= limits.children) return 'children';
    if (limits.levels !== undefined && levelOf(tree, to) + heightOf(below, id) > limits.levels) return 'levels';
    return null;
  };
  for (const [at, placement] of placements.entries()) {
    const problem = judge(placement);
    if (problem) {
      found.set(at, problem);
      if (placement.isNew) unmade.add(placement.id);
      continue;
    }
    if (tree.has(placement.id)) childrenOf(tree.get(placement.id)!).delete(placement.id);
    tree.set(placement.id, placement.to);
    childrenOf(placement.to).add(placement.id);
  }
  return found;
}

/** 0 above the top; a circle, which another check refuses, is climbed once. */
function levelOf(tree: ReadonlyMap<string, string | null>, id: string | null): number {
  const seen = new Set<string>();
  for (let at = id; at !== null && !seen.has(at); at = tree.get(at) ?? null) seen.add(at);
  return seen.size;
}

/** Levels of the tree that hangs on it, itself included. */
function heightOf(below: ReadonlyMap<string | null, ReadonlySet<string>>, id: string): number {
  const seen = new Set([id]);
  let height = 0;
  for (let level = [id]; level.length > 0; height += 1)
    level = level.flatMap((at) => [...(below.get(at) ?? [])].filter((child) => !seen.has(child) && seen.add(child)));
  return height;
}
