// Before apply: no department is moved below itself. Swapped parents need no detour, since moves are made from the top of
// the desired tree downwards; a move whose way is barred by one that is held or refused waits, and the target is not asked.
import type { Attributes } from '../../core/model.ts';
import { changesIn, patchChanges, type ChangeRow } from '../../store/ledger.ts';
import { externalIdsOf } from '../../store/links.ts';
import { BATCH, type RunContext, type TypePlan } from '../context.ts';
import { parseJson } from '../shapes.ts';
import { mirrorObjects } from '../source-data.ts';

type Tree = Map<string, string | null>;
interface Move {
  readonly change: ChangeRow;
  readonly id: string;
  readonly to: string | null;
}

export async function orderParents(context: RunContext): Promise<void> {
  for (const plan of context.types) {
    const parent = plan.target.parent;
    if (parent !== undefined) await orderTree(context, plan, parent);
  }
}

async function orderTree(context: RunContext, plan: TypePlan, parent: string): Promise<void> {
  const places = await plannedPlaces(context, plan, parent, ['planned']);
  const moves = places.filter(({ change }) => change.target_key !== null);
  if (moves.length === 0) return;
  const { database, run } = context;
  const tree = await treeAbove(
    context,
    plan.type,
    parent,
    moves.flatMap(({ id, to }) => (to === null ? [id] : [id, to])),
  );
  // What this plan makes stands where it will be made.
  for (const { change, id, to } of places) if (change.target_key === null) tree.set(id, to);
  const barred = barredMoves(moves, tree);
  if (barred.size === 0) return;
  await database.write((transaction) =>
    patchChanges(
      transaction,
      [...barred].map((id) => ({ id, state: 'pending', at: run.now, verdict: JSON.stringify({ reason: barredReason }) })),
    ),
  );
}

const barredReason = {
  en: 'Would be put below itself: waits for the move of a department in between, which is held or refused.',
  zh: '会成为自己的下级：等待中间某个部门的移动，该移动被拦截或拒绝。',
};

/** Where the changes in these states put objects of this type, in the order of writing. What is yet to be made goes by its directory id. */
export async function plannedPlaces(
  context: RunContext,
  plan: TypePlan,
  parent: string,
  states: readonly string[],
): Promise<readonly Move[]> {
  const changes = await changesOfParents(context, plan, parent, states);
  const wanted = changes.map((change) => parseJson<Attributes>(change.after, {})[parent] as string | null);
  const external = await externalIdsOf(
    context.database,
    context.outside.id,
    plan.type,
    wanted.filter((id) => id !== null),
  );
  return changes.flatMap((change, at) => {
    const [id, to] = [change.target_key ?? change.directory_id, wanted[at]!];
    return id === null ? [] : [{ change, id, to: to === null ? null : (external.get(to) ?? to) }];
  });
}

async function changesOfParents(
  context: RunContext,
  plan: TypePlan,
  parent: string,
  states: readonly string[],
): Promise<readonly ChangeRow[]> {
  const found: ChangeRow[] = [];
  for (let after = 0; ; ) {
    const batch = await changesIn(context.database, context.run.id, states, after, BATCH);
    for (const change of batch) {
      if (change.type !== plan.type || (change.action !== 'update' && change.action !== 'create')) continue;
      if (parseJson<Attributes>(change.after, {})[parent] !== undefined) found.push(change);
    }
    if (batch.length < BATCH) return found.sort((a, b) => a.wave - b.wave || a.depth - b.depth || a.id - b.id);
    after = batch.at(-1)!.id;
  }
}

/** The target's tree as it was observed, as far as it lies above these. */
export async function treeAbove(context: RunContext, type: string, parent: string, ids: readonly string[]): Promise<Tree> {
  const tree: Tree = new Map();
  for (let asked = [...new Set(ids)]; asked.length > 0; ) {
    const objects = await mirrorObjects(context, context.outside.id, type, asked);
    const above: string[] = [];
    for (const id of asked) {
      const value = objects.get(id)?.attributes[parent];
      tree.set(id, typeof value === 'string' ? value : null);
      if (typeof value === 'string') above.push(value);
    }
    asked = [...new Set(above)].filter((id) => !tree.has(id));
  }
  return tree;
}

/** Moves that end below themselves once all others are made; each one that waits may bar another. */
function barredMoves(moves: readonly Move[], tree: Tree): ReadonlySet<number> {
  const barred = new Set<number>();
  for (let before = -1; before !== barred.size; ) {
    before = barred.size;
    const made = new Map(tree);
    for (const { change, id, to } of moves) if (!barred.has(change.id)) made.set(id, to);
    for (const { change, id } of moves) if (!barred.has(change.id) && isBelowItself(id, made)) barred.add(change.id);
  }
  return barred;
}

function isBelowItself(id: string, tree: ReadonlyMap<string, string | null>): boolean {
  const seen = new Set<string>();
  for (let at = tree.get(id) ?? null; at !== null && !seen.has(at); at = tree.get(at) ?? null) {
    if (at === id) return true;
    seen.add(at);
  }
  return false;
}
