// Loads staged source objects with their edges, and the department trees that scope and order need.
import type { Attributes, Edge, EndpointObject } from '../core/model.ts';
import type { Reader } from '../store/database.ts';
import { mirrorEdges, mirrorPage, mirrorRows } from '../store/mirror.ts';
import type { RunContext, TypePlan } from './context.ts';
import { outsideOwner, ownerKeys } from './owner-keys.ts';
import { type Observed, parseJson } from './shapes.ts';

/** The objects as they were last read, by id. Sensitive values are opened. */
export async function sourceObjects(context: RunContext, plan: TypePlan, ids: readonly string[]): Promise<Map<string, EndpointObject>> {
  if (context.source.isDirectory) {
    const report = await context.source.connection.get!(plan.type, ids, {
      attributes: plan.reads,
      relations: plan.relations,
      now: context.run.now,
      signal: context.signal,
    });
    const found = new Map<string, EndpointObject>();
    for (const [id, answer] of report.answers) if (answer.state === 'found') found.set(id, answer.object);
    return openSealed(context, plan, found, (id) => id);
  }
  const found = await mirrorObjects(context, context.source.id, plan.type, ids);
  return openSealed(context, plan, found, (id) => outsideOwner(context.outside.id, plan.type, id));
}

export async function mirrorObjects(
  context: RunContext,
  connection: string,
  type: string,
  ids: readonly string[],
): Promise<Map<string, EndpointObject>> {
  const edges = new Map<string, Record<string, Edge[]>>();
  for (const row of await mirrorEdges(context.database, connection, type, ids)) {
    const own = edges.get(row.external_id) ?? {};
    (own[row.relation] ??= []).push({ to: { type: row.to_type, id: row.to_id }, ...parseJson(row.facts, {}) });
    edges.set(row.external_id, own);
  }
  const found = new Map<string, EndpointObject>();
  for (const row of await mirrorRows(context.database, connection, type, ids)) {
    const observed = JSON.parse(row.data) as Observed;
    const own = edges.get(row.external_id) ?? {};
    found.set(row.external_id, {
      id: row.external_id,
      attributes: observed.a,
      edges: Object.fromEntries(observed.r.map((relation) => [relation, own[relation] ?? []])),
      ...(observed.e === undefined ? {} : { enabled: observed.e }),
    });
  }
  return found;
}

async function openSealed(
  context: RunContext,
  plan: TypePlan,
  objects: Map<string, EndpointObject>,
  ownerOf: (id: string) => string,
): Promise<Map<string, EndpointObject>> {
  const { sealer } = context.engine;
  const names = plan.source.attributes.filter((spec) => spec.kind === 'sensitive').map((spec) => spec.name);
  const sealed =
    names.length === 0 ? [] : [...objects.values()].filter((object) => names.some((name) => sealer.isSealed(object.attributes[name])));
  if (sealed.length === 0) return objects;
  const keys = await ownerKeys(
    context.database,
    sealer,
    sealed.map((object) => ownerOf(object.id)),
  );
  for (const object of sealed) {
    const attributes: Record<string, Attributes[string]> = { ...object.attributes };
    for (const name of names) {
      if (sealer.isSealed(attributes[name]))
        attributes[name] = sealer.openFor(keys.get(ownerOf(object.id))!, attributes[name]) as Attributes[string];
    }
    objects.set(object.id, { ...object, attributes });
  }
  return objects;
}

const PAGE = 1000;

/** department → parent, in ids of the source. Of the directory also for a job that syncs no departments: people belong by theirs all the same. */
export async function sourceTree(context: RunContext): Promise<ReadonlyMap<string, string | null>> {
  const parents = new Map<string, string | null>();
  const spec = context.source.types.find((type) => type.id === 'department')?.parent;
  if (!spec) return parents;
  if (context.source.isDirectory) {
    for (const [id, parent] of await directoryParents(context.database, spec)) parents.set(id, parent);
    for (const [id, row] of context.proposed?.objects ?? []) {
      if (row === null) parents.delete(id);
      else if (row.type === 'department') parents.set(id, ((JSON.parse(row.data) as Attributes)[spec] as string) ?? null);
    }
    return parents;
  }
  if (!context.types.some(({ type }) => type === 'department')) return parents;
  let after = '';
  for (;;) {
    const page = await mirrorPage(context.database, context.source.id, 'department', after, PAGE);
    for (const row of page) parents.set(row.external_id, ((JSON.parse(row.data) as Observed).a[spec] as string) ?? null);
    if (page.length < PAGE) return parents;
    after = page.at(-1)!.external_id;
  }
}

/** The same of the directory. */
export async function directoryParents(reader: Reader, spec: string | undefined): Promise<ReadonlyMap<string, string | null>> {
  if (spec === undefined) return new Map();
  const rows = await reader.all<{ id: string; data: string }>(
    `SELECT id, data FROM object WHERE type = 'department' AND lifecycle <> 'absent'`,
  );
  return new Map(rows.map((row) => [row.id, ((JSON.parse(row.data) as Attributes)[spec] as string) ?? null]));
}

/** [id, its parent, …, root]; a cycle ends the chain. */
export function chainOf(id: string, parents: ReadonlyMap<string, string | null>): string[] {
  const chain: string[] = [];
  const seen = new Set<string>();
  for (let at: string | null | undefined = id; at && !seen.has(at); at = parents.get(at)) {
    seen.add(at);
    chain.push(at);
  }
  return chain;
}
