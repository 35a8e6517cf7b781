// Far ends of what jobs say of directory objects: translated to directory ids, dead or still to come, winner by winner.
import type { Resolved } from '../../core/authority.ts';
import type { WantedEdge } from '../../core/pin.ts';
import { partsOfName, treeOrder } from '../../core/trees.ts';
import { contributionEdgesOf, type ContributionRow } from '../../store/contributions.ts';
import { type EdgeRow, removedAmong } from '../../store/directory.ts';
import { type WaitingReference } from '../../store/links.ts';
import { type StagedEdge } from '../../store/staged.ts';
import type { RunContext, TypePlan } from '../context.ts';
import { knownInMirror, toDirectoryIds, toDirectoryIdsInRun, type Translation, type Wanted } from '../references.ts';
import { ledEnds, regroupOf } from '../persons/overlay.ts';
import { groupBy, parseJson } from '../shapes.ts';
import type { Desired } from './assess.ts';
import { isSettled, unknownReference } from './diff.ts';

import { push, referencesOf, type JobFacts, type Subject } from './directory-subject.ts';

/** One translation per connection that speaks of these objects. */
export async function translations(
  context: RunContext,
  plan: TypePlan,
  subjects: readonly Subject[],
  accepted: ReadonlyMap<string, ContributionRow[]>,
  stagedEdges: ReadonlyMap<string, StagedEdge[]>,
  jobs: ReadonlyMap<number, JobFacts>,
): Promise<ReadonlyMap<string, Translation>> {
  const wanted = new Map<string, Wanted[]>();
  const want = (connection: string, type: string, id: unknown): void => {
    if (typeof id !== 'string') return;
    const found = wanted.get(connection) ?? [];
    found.push({ type, id });
    wanted.set(connection, found);
  };
  for (const subject of subjects) {
    for (const spec of referencesOf(plan.target)) want(context.outside.id, spec.to!, subject.desired.a[spec.name]);
    for (const edge of stagedEdges.get(subject.row.source_key) ?? []) want(context.outside.id, edge.to_type, edge.to_key);
    for (const row of accepted.get(subject.row.directory_id!) ?? []) {
      const connection = jobs.get(row.job)?.connection;
      if (connection === undefined) continue;
      const data = parseJson<Desired>(row.data, { a: {}, x: 'active' });
      for (const spec of referencesOf(plan.target)) want(connection, spec.to!, data.a[spec.name]);
    }
  }
  const result = new Map<string, Translation>();
  for (const [connection, ends] of wanted) {
    const isOwn = connection === context.outside.id;
    result.set(
      connection,
      isOwn
        ? await toDirectoryIdsInRun(context.database, connection, context.run.id, ends)
        : await toDirectoryIds(context.database, connection, ends),
    );
  }
  return withoutRemoved(context, result, wanted);
}

/** What was removed from the directory is nobody's far end any more. */
export async function withoutRemoved(
  context: RunContext,
  found: ReadonlyMap<string, Translation>,
  wanted: ReadonlyMap<string, readonly Wanted[]>,
): Promise<ReadonlyMap<string, Translation>> {
  const translate = ledEnds(context, found);
  const ids = [...wanted].flatMap(([connection, ends]) => ends.flatMap((end) => translate.get(connection)!(end.type, end.id) ?? []));
  // Whom a split brings back is not there yet, and will be.
  const comes = regroupOf(context.run)?.to;
  const removed = await removedAmong(
    context.database,
    [...new Set(ids)].filter((id) => id !== comes),
  );
  if (removed.size === 0) return translate;
  return new Map(
    [...translate].map(([connection, find]) => [
      connection,
      (type: string, id: string) => {
        const found = find(type, id);
        return found !== undefined && removed.has(found) ? undefined : found;
      },
    ]),
  );
}

/** Unresolved ends that the source does show: their link will come (pending). The others are dead. */
export async function aliveReferences(
  context: RunContext,
  plan: TypePlan,
  subjects: readonly Subject[],
  stagedEdges: ReadonlyMap<string, StagedEdge[]>,
  translate: ReadonlyMap<string, Translation>,
): Promise<ReadonlySet<string>> {
  const own = translate.get(context.outside.id);
  const open = new Map<string, Set<string>>();
  const look = (type: string, id: unknown): void => {
    if (typeof id !== 'string' || own?.(type, id) !== undefined) return;
    open.set(type, (open.get(type) ?? new Set()).add(id));
  };
  for (const subject of subjects) {
    for (const spec of referencesOf(plan.target)) look(spec.to!, subject.desired.a[spec.name]);
    for (const edge of stagedEdges.get(subject.row.source_key) ?? []) look(edge.to_type, edge.to_key);
  }
  const alive = new Set<string>();
  for (const [type, ids] of open)
    for (const id of isSettled(context, type) ? await knownInMirror(context.database, context.outside.id, type, [...ids]) : ids)
      alive.add(`${type}:${id}`);
  return alive;
}

export type EdgeSource = {
  job: number;
  connection: string;
  edges: readonly { relation: string; to_type: string; to_key: string; facts: string }[];
};

/** Edges of contributions that win a relation and are not the ones staged by this run. By directory id. */
export async function winnersEdges(
  context: RunContext,
  plan: TypePlan,
  subjects: readonly Subject[],
  accepted: ReadonlyMap<string, ContributionRow[]>,
  jobs: ReadonlyMap<number, JobFacts>,
): Promise<Map<string, EdgeSource[]>> {
  const result = new Map<string, EdgeSource[]>();
  const wanted = new Map<number, Map<string, string>>();
  for (const subject of subjects) {
    const known = new Set(parseJson<string[]>(subject.row.relations, []));
    for (const { relation, job } of winnersOf(subject.resolved)) {
      for (const row of accepted.get(subject.row.directory_id!) ?? []) {
        if (row.job !== job) continue;
        if (job === context.job.id && row.external_id === subject.row.source_key && known.has(relation)) continue;
        const ids = wanted.get(job) ?? new Map<string, string>();
        ids.set(row.external_id, row.directory_id);
        wanted.set(job, ids);
      }
    }
  }
  for (const [job, ids] of wanted) {
    const rows = await contributionEdgesOf(context.database, job, plan.type, [...ids.keys()]);
    for (const [external, edges] of groupBy(rows, (row) => row.external_id)) {
      const directoryId = ids.get(external)!;
      result.set(directoryId, [
        ...(result.get(directoryId) ?? []),
        { job, connection: jobs.get(job)!.connection, edges: edges.map((edge) => ({ ...edge })) },
      ]);
    }
  }
  return result;
}

/** The translations, and those of the far ends of accepted edges. */
export async function alsoEnds(
  context: RunContext,
  translate: ReadonlyMap<string, Translation>,
  edges: ReadonlyMap<string, EdgeSource[]>,
): Promise<ReadonlyMap<string, Translation>> {
  const wanted = new Map<string, Wanted[]>();
  for (const source of [...edges.values()].flat())
    for (const edge of source.edges) push(wanted, source.connection, { type: edge.to_type, id: edge.to_key });
  const result = new Map(translate);
  for (const [connection, ends] of wanted) {
    const more = await toDirectoryIds(context.database, connection, ends);
    const first = translate.get(connection);
    result.set(connection, (type, id) => first?.(type, id) ?? more(type, id));
  }
  return withoutRemoved(context, result, wanted);
}

export type EdgeMap = Map<string, WantedEdge>;

interface Winner {
  readonly relation: string;
  /** null: of no tree, or of all of them at once. */
  readonly tree: string | null;
  readonly job: number;
}

const inOrder = treeOrder();

/** The first tree first: a department that several have is its. */
const winnersOf = ({ relationWinners }: Resolved): readonly Winner[] =>
  Object.entries(relationWinners)
    .map(([name, { job }]) => ({ ...partsOfName(name), job }))
    .sort((a, b) => inOrder(a.tree ?? '', b.tree ?? ''));

/**
 * Relation by relation the edges of the winning job, several links of it united; of what lives in trees, of the winner of each. A relation
 * that is missing is unknown.
 */
export function desiredEdges(
  context: RunContext,
  plan: TypePlan,
  subject: Subject,
  own: readonly StagedEdge[],
  current: readonly EdgeRow[],
  others: ReadonlyMap<string, EdgeSource[]>,
  translate: ReadonlyMap<string, Translation>,
  alive: ReadonlySet<string>,
  waiting: WaitingReference[],
): ReadonlyMap<string, EdgeMap> {
  const result = new Map<string, EdgeMap>();
  const known = new Set(parseJson<string[]>(subject.row.relations, []));
  const unfound: Winner[] = [];
  for (const winner of winnersOf(subject.resolved)) {
    const { relation, tree, job } = winner;
    const edges: EdgeMap = new Map();
    let resolvable = true;
    let open = 0;
    const add = (connection: string, edge: { to_type: string; to_key: string; facts: string }, mine: boolean): void => {
      const id = translate.get(connection)?.(edge.to_type, edge.to_key);
      if (id !== undefined)
        edges.set(`${edge.to_type}:${id}`, {
          relation,
          to_type: edge.to_type,
          to_id: id,
          facts: edge.facts,
          ...(tree === null ? {} : { of: { tree, job } }),
        });
      else if (mine) {
        open++;
        waiting.push({ to_type: edge.to_type, to_key: edge.to_key, type: plan.type, source_key: subject.row.source_key, name: relation });
        if (!alive.has(`${edge.to_type}:${edge.to_key}`) && !subject.problems.some((problem) => problem.attribute === relation))
          subject.problems.push(unknownReference(relation, edge.to_key));
      } else resolvable = false;
    };
    if (job === context.job.id && known.has(relation))
      for (const edge of own) if (edge.relation === relation) add(context.outside.id, edge, true);
    for (const source of others.get(subject.row.directory_id!) ?? []) {
      if (source.job === job) for (const edge of source.edges) if (edge.relation === relation) add(source.connection, edge, false);
    }
    // When none of the ends can be found, nothing is taken away because of that.
    if (edges.size === 0 && (!resolvable || open > 0)) {
      unfound.push(winner);
      continue;
    }
    const before = result.get(relation);
    if (before === undefined) result.set(relation, edges);
    else for (const [key, edge] of edges) if (!before.has(key)) before.set(key, edge);
  }
  for (const { relation, tree } of unfound) {
    const edges = result.get(relation);
    if (edges === undefined) continue;
    for (const edge of current)
      if (edge.relation === relation && edge.tree === tree && !edges.has(`${edge.to_type}:${edge.to_id}`))
        edges.set(`${edge.to_type}:${edge.to_id}`, { relation, to_type: edge.to_type, to_id: edge.to_id, facts: edge.facts });
  }
  return result;
}
