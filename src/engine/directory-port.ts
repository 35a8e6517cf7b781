// The directory as connectors/directory sees it: objects with their edges and a few facts of their departments.
import type { Attributes, Edge, EndpointObject, ObjectKey, ObjectTypeSpec, Value } from '../core/model.ts';
import { LIFECYCLE } from '../core/directory-types.ts';
import type { EdgeFacts } from '../core/plan.ts';
import { type Placed, primaryAmong, USUAL_TREE, withOnePrimary } from '../core/trees.ts';
import type { DirectoryPort } from '../connector-kit/directory-port.ts';
import { list, type Database } from '../store/database.ts';
import { edgesOf, historySequence, objectPage, objectsOf, touchedSince, type ObjectRow } from '../store/directory.ts';
import type { ProposedDirectory } from './console/proposed.ts';
import { groupBy, parseJson } from './shapes.ts';

/**
 * @param proposed  what an edit would leave, laid over what is stored
 * @param jobTree  of the job that it is shown to: somebody's primary department there is the one that counts
 */
export function createDirectoryPort(
  database: Database,
  installationId: string,
  types: readonly ObjectTypeSpec[],
  proposed: ProposedDirectory | null = null,
  jobTree: string = USUAL_TREE,
): DirectoryPort {
  const withNulls = nullsOf(types);
  let departments: Map<string, { name: string; code: string; parent: string | null }> | null = null;
  let departmentsAt = -1;
  const tree = async () => {
    const at = await historySequence(database);
    if (departments && departmentsAt === at) return departments;
    departments = new Map();
    departmentsAt = at;
    for (const row of await database.all<{ id: string; data: string }>(
      `SELECT id, data FROM object WHERE type = 'department' AND lifecycle <> 'absent'`,
    )) {
      const data = JSON.parse(row.data) as Attributes;
      departments.set(row.id, { name: String(data.name ?? ''), code: String(data.code ?? ''), parent: (data.parent as string) ?? null });
    }
    for (const [id, row] of proposed?.objects ?? []) {
      if (row === null) departments.delete(id);
      if (row?.type !== 'department') continue;
      const data = JSON.parse(row.data) as Attributes;
      departments.set(id, { name: String(data.name ?? ''), code: String(data.code ?? ''), parent: (data.parent as string) ?? null });
    }
    return departments;
  };
  const shape = async (rows: readonly ObjectRow[]): Promise<EndpointObject[]> => {
    const edges = groupBy(
      await edgesOf(
        database,
        rows.map((row) => row.id),
      ),
      (edge) => edge.owner,
    );
    const known = rows.some((row) => row.type === 'person') ? await tree() : null;
    return rows.map((row) => {
      const own: Record<string, Edge[]> = Object.fromEntries(parseJson<string[]>(row.relations, []).map((relation) => [relation, []]));
      const standing = (proposed?.edges.get(row.id) ?? edges.get(row.id) ?? []).filter((one) => proposed?.objects.get(one.to_id) !== null);
      const places: Placed[] = [];
      for (const edge of standing) {
        const facts = parseJson<EdgeFacts>(edge.facts, {});
        (own[edge.relation] ??= []).push({ to: { type: edge.to_type, id: edge.to_id }, ...facts });
        if (edge.relation === MEMBERSHIP) places.push({ to_id: edge.to_id, tree: edge.tree, primary: facts.primary === true });
      }
      const home = primaryAmong(places, jobTree);
      if (places.length > 1) own[MEMBERSHIP] = [...withOnePrimary(own[MEMBERSHIP]!, places, home)];
      const attributes: Record<string, Value | null> = {
        ...withNulls(row.type),
        ...(JSON.parse(row.data) as Record<string, Value | null>),
        [LIFECYCLE]: row.lifecycle,
      };
      if (known) Object.assign(attributes, departmentFacts(home?.to_id, known));
      return { id: row.id, attributes, edges: own };
    });
  };
  const rowsOf = async (ids: readonly string[]): Promise<readonly ObjectRow[]> => {
    const stored = await objectsOf(database, ids);
    if (!proposed) return stored;
    const own = ids.flatMap((id) => proposed.objects.get(id) ?? []);
    return [...stored.filter((row) => !proposed.objects.has(row.id)), ...own];
  };
  return {
    installationId,
    page: async (type, after, limit) => shape(await objectPage(database, type, after ?? '', limit)),
    get: async (type, ids) =>
      new Map(
        (await shape((await rowsOf(ids)).filter((row) => row.type === type && row.lifecycle !== 'absent'))).map((object) => [
          object.id,
          object,
        ]),
      ),
    sequence: () => historySequence(database),
    changedSince: async (sequence, limit, but) => {
      const touched = await touchedSince(database, sequence, limit, but);
      return {
        keys: await expand(database, touched.rows),
        sequence: touched.seq,
        done: touched.seq === (await historySequence(database)) || touched.rows.length === 0,
      };
    },
  };
}

const MEMBERSHIP = 'membership';

/** The directory knows all its attributes: what has no value is empty, not unknown. */
function nullsOf(types: readonly ObjectTypeSpec[]): (type: string) => Record<string, null> {
  const nulls = new Map(types.map((type) => [type.id, Object.fromEntries(type.attributes.map((spec) => [spec.name, null]))]));
  return (type) => nulls.get(type) ?? {};
}

function departmentFacts(
  home: string | undefined,
  departments: ReadonlyMap<string, { name: string; code: string; parent: string | null }>,
): Record<string, Value | null> {
  const found = home === undefined ? undefined : departments.get(home);
  if (home === undefined || !found) return { departmentName: null, departmentCode: null, departmentPath: null };
  const path: string[] = [];
  const seen = new Set<string>();
  for (let id: string | null = home; id && departments.has(id) && !seen.has(id); id = departments.get(id)!.parent) {
    seen.add(id);
    path.unshift(departments.get(id)!.name);
  }
  return { departmentName: found.name || null, departmentCode: found.code || null, departmentPath: path.join('/') || null };
}

/** A changed department concerns its subtree and their people; a changed object those that refer to it. */
async function expand(database: Database, touched: readonly { type: string; id: string }[]): Promise<ObjectKey[]> {
  const keys = new Map<string, ObjectKey>(touched.map((row) => [row.id, { type: row.type, id: row.id }]));
  let front = touched.filter((row) => row.type === 'department').map((row) => row.id);
  while (front.length > 0) {
    const children = await database.all<{ id: string; type: string }>(
      `SELECT id, type FROM object_key WHERE type = 'department' AND attribute = 'parent' AND key IN {list}`,
      list(front),
    );
    const members = await database.all<{ id: string }>(
      `SELECT owner AS id FROM edge WHERE relation = 'membership' AND to_id IN {list}`,
      list(front),
    );
    for (const row of members) keys.set(row.id, { type: 'person', id: row.id });
    front = children.filter((row) => !keys.has(row.id)).map((row) => row.id);
    for (const id of front) keys.set(id, { type: 'department', id });
  }
  return [...keys.values()];
}
