// The directory as a proposed edit, or a job with other settings, would leave it: what its dry run planned, laid over what is stored.
import { canonicalText } from '../../core/attribute.ts';
import { LIFECYCLE } from '../../core/directory-types.ts';
import type { Attributes, Value } from '../../core/model.ts';
import { edgeSubject } from '../../core/pin.ts';
import { USUAL_TREE } from '../../core/trees.ts';
import type { Reader } from '../../store/database.ts';
import { edgesOf, objectsOf, type EdgeRow, type ObjectRow } from '../../store/directory.ts';
import { getJob } from '../../store/jobs.ts';
import { edgesOfChanges, planPage, type ChangeRow } from '../../store/ledger.ts';
import { getRun } from '../../store/runs.ts';
import { groupBy, parseJson } from '../shapes.ts';
import type { EdgeLabels } from '../stages/directory-change.ts';

export interface ProposedDirectory {
  /** Objects that the edit changes, as they would be; null = not there any more. */
  readonly objects: ReadonlyMap<string, ObjectRow | null>;
  /** Their edges. */
  readonly edges: ReadonlyMap<string, readonly EdgeRow[]>;
}

const PAGE = 1000;

/** @param plan  dry run of the upstream job; null: nothing is proposed, or the run is that one itself */
export async function proposedDirectory(reader: Reader, plan: number | null, direction: string): Promise<ProposedDirectory | null> {
  if (plan === null || direction === 'up') return null;
  const objects = new Map<string, ObjectRow | null>();
  const edges = new Map<string, EdgeRow[]>();
  const tree = await treeOfRun(reader, plan);
  for (let after = 0; ; ) {
    const changes = await planPage(reader, plan, after, PAGE);
    if (changes.length > 0) await layOver(reader, changes, objects, edges, tree);
    if (changes.length < PAGE) return { objects, edges };
    after = changes.at(-1)!.id;
  }
}

/** New edges of its own word lie in the tree of its job, as it would be. */
async function treeOfRun(reader: Reader, plan: number): Promise<string> {
  const run = await getRun(reader, plan);
  const job = run && (await getJob(reader, run.job));
  return parseJson<{ tree?: string }>(run?.trial ?? job?.settings, {}).tree ?? USUAL_TREE;
}

async function layOver(
  reader: Reader,
  changes: readonly ChangeRow[],
  objects: Map<string, ObjectRow | null>,
  edges: Map<string, EdgeRow[]>,
  tree: string,
): Promise<void> {
  const ids = [...new Set(changes.flatMap((change) => change.directory_id ?? []))];
  const stored = new Map((await objectsOf(reader, ids)).map((object) => [object.id, object]));
  const storedEdges = groupBy(await edgesOf(reader, ids), (edge) => edge.owner);
  const changed = groupBy(
    await edgesOfChanges(
      reader,
      changes.map((change) => change.id),
    ),
    (edge) => String(edge.change),
  );
  for (const change of changes) {
    const id = change.directory_id;
    // A refused change would not happen; a held one would, once it is confirmed.
    if (id === null || change.state === 'refused') continue;
    const current = objects.has(id) ? objects.get(id)! : stored.get(id);
    if (change.action === 'remove') {
      objects.set(id, null);
      edges.set(id, []);
      continue;
    }
    objects.set(id, afterChange(change, id, current ?? undefined));
    const own = new Map((edges.get(id) ?? storedEdges.get(id) ?? []).map((edge) => [`${edge.relation}\0${edge.to_id}`, edge]));
    const labels = parseJson<EdgeLabels>(change.precondition, {}).t;
    for (const edge of changed.get(String(change.id)) ?? []) {
      const key = `${edge.relation}\0${edge.to_id}`;
      if (edge.op === 'remove') own.delete(key);
      else {
        const [inTree, job] = labels?.[edgeSubject(edge.relation, edge.to_type, edge.to_id)] ?? [own.get(key)?.tree ?? tree, change.job];
        own.set(key, {
          owner: id,
          relation: edge.relation,
          to_type: edge.to_type,
          to_id: edge.to_id,
          tree: inTree,
          job,
          facts: edge.facts,
        });
      }
    }
    edges.set(id, [...own.values()]);
  }
}

function afterChange(change: ChangeRow, id: string, current: ObjectRow | undefined): ObjectRow {
  const after = parseJson<Attributes>(change.after, {});
  const data: Record<string, Value | null> = { ...(parseJson<Attributes>(current?.data, {}) as object), ...(after as object) };
  const lifecycle = (after[LIFECYCLE] as string | undefined) ?? current?.lifecycle ?? 'active';
  delete data[LIFECYCLE];
  for (const name of Object.keys(data)) if (data[name] === null) delete data[name];
  return {
    id,
    type: change.type,
    lifecycle,
    data: canonicalText(data),
    relations: JSON.stringify([
      ...new Set(
        [...parseJson<string[]>(current?.relations, []), 'membership', 'leader', 'member'].filter((relation) =>
          relationsOf[change.type]?.includes(relation),
        ),
      ),
    ]),
    revision: current?.revision ?? 0,
    contributions: current?.contributions ?? 0,
  };
}

const relationsOf: Readonly<Record<string, readonly string[]>> = { person: ['membership'], department: ['leader'], group: ['member'] };
