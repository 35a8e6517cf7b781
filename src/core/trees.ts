// Trees of departments: how a relation that lives in them is named for authority, in which order they come, and which department is somebody's first.
import { CONSOLE } from './console.ts';
import type { Edge } from './model.ts';

/** The one that jobs have as long as nobody says otherwise. */
export const USUAL_TREE = 'main';

/** Memberships: one set for each tree. Leaders and members are the department's and the group's own, whatever tree names them. */
const livesInTrees = (relation: string): boolean => relation === 'membership';

export const nameInTree = (relation: string, tree: string): string => `${relation}/${tree}`;

/** A bare name is of no tree. */
export function partsOfName(name: string): { readonly relation: string; readonly tree: string | null } {
  const at = name.indexOf('/');
  return at < 0 ? { relation: name, tree: null } : { relation: name.slice(0, at), tree: name.slice(at + 1) };
}

/** The relations that a job knows, named for authority. What is edited by hand is said of all trees at once. */
export const namesForAuthority = (relations: readonly string[], job: { readonly connection: string; readonly tree: string }): string[] =>
  relations.map((relation) => (livesInTrees(relation) && job.connection !== CONSOLE ? nameInTree(relation, job.tree) : relation));

/** The wanted one first, then the usual one, then by name. */
export const treeOrder =
  (first: string = USUAL_TREE) =>
  (a: string, b: string): number =>
    Number(b === first) - Number(a === first) || Number(b === USUAL_TREE) - Number(a === USUAL_TREE) || (a < b ? -1 : a > b ? 1 : 0);

export interface Placed {
  readonly to_id: string;
  readonly tree: string;
  readonly primary: boolean;
}

/** There is a primary department in each tree: the one that counts where one is asked for. Among none that is marked, the first. */
export function primaryAmong<Place extends Placed>(places: readonly Place[], tree?: string): Place | undefined {
  if (places.length < 2) return places[0];
  const order = treeOrder(tree);
  return [...places].sort(
    (a, b) => Number(b.primary) - Number(a.primary) || order(a.tree, b.tree) || (a.to_id < b.to_id ? -1 : a.to_id > b.to_id ? 1 : 0),
  )[0];
}

/** For who knows no trees, a system below or a form: what is primary in another tree than `home` is a department like others. */
export function withOnePrimary(edges: readonly Edge[], places: readonly Placed[], home = primaryAmong(places)): readonly Edge[] {
  const elsewhere = new Set(places.filter((place) => place.primary && place.tree !== home?.tree).map((place) => place.to_id));
  if (elsewhere.size === 0) return edges;
  return edges.map(({ primary, ...edge }) => (primary === undefined || elsewhere.has(edge.to.id) ? edge : { ...edge, primary }));
}
