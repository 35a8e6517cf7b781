// Objects of the directory as they were at a place of the history: what they are now, less what came after.
import { LIFECYCLE } from '../../core/directory-types.ts';
import type { Attributes, Value } from '../../core/model.ts';
import { edgeSubject } from '../../core/pin.ts';
import { everMembersOf, everPage } from '../../store/as-of.ts';
import type { Reader } from '../../store/database.ts';
import { edgesOf, objectsOf } from '../../store/directory.ts';
import { groupBy, parseJson } from '../shapes.ts';
import { netsOf } from './plan-directory.ts';

export interface StateThen {
  readonly id: string;
  readonly type: string;
  readonly lifecycle: string;
  readonly attributes: Attributes;
  readonly edges: ReadonlyMap<
    string,
    { readonly relation: string; readonly to_type: string; readonly to_id: string; readonly facts: string }
  >;
}

/** Those of the objects that were there; four statements, however many they are. */
export async function stateAt(reader: Reader, ids: readonly string[], place: number): Promise<ReadonlyMap<string, StateThen>> {
  const nets = await netsOf(reader, ids, { after: place });
  const edges = groupBy(await edgesOf(reader, ids), (edge) => edge.owner);
  const found = new Map<string, StateThen>();
  for (const object of await objectsOf(reader, ids)) {
    const net = nets.get(object.id);
    const isThere = object.lifecycle !== 'absent';
    if (net ? !net.existedBefore : !isThere) continue;
    const attributes: Record<string, Value | null> = isThere
      ? (parseJson<Attributes>(object.data, {}) as Record<string, Value | null>)
      : {};
    let { lifecycle } = object;
    for (const [name, { before }] of net?.attributes ?? []) {
      if (before === undefined) continue;
      if (name === LIFECYCLE) lifecycle = String(before);
      else if (before === null) delete attributes[name];
      else attributes[name] = before;
    }
    const then = new Map((edges.get(object.id) ?? []).map((edge) => [edgeSubject(edge.relation, edge.to_type, edge.to_id), { ...edge }]));
    for (const [subject, edge] of net?.edges ?? [])
      if (edge.before === null) then.delete(subject);
      else
        then.set(subject, { ...then.get(subject)!, relation: edge.relation, to_type: edge.to_type, to_id: edge.to_id, facts: edge.before });
    found.set(object.id, { id: object.id, type: object.type, lifecycle, attributes, edges: then });
  }
  return found;
}

const PAGE = 1000;

/** A department as it was, with everything below it and everybody in it at that place. Departments first. */
export async function subtreeAt(
  reader: Reader,
  top: string,
  place: number,
): Promise<readonly { readonly type: string; readonly id: string }[]> {
  const children = new Map<string, string[]>();
  for (let after = ''; ; ) {
    const page = await everPage(reader, 'department', after, PAGE);
    if (page.length === 0) break;
    after = page.at(-1)!.id;
    const then = await stateAt(
      reader,
      page.map((row) => row.id),
      place,
    );
    for (const { id, attributes } of then.values())
      if (typeof attributes.parent === 'string') children.set(attributes.parent, [...(children.get(attributes.parent) ?? []), id]);
  }
  const departments = [top];
  const seen = new Set(departments);
  for (const id of departments)
    for (const child of children.get(id) ?? []) if (!seen.has(child) && seen.add(child)) departments.push(child);
  const candidates = await everMembersOf(reader, departments, place);
  const people: string[] = [];
  for (let from = 0; from < candidates.length; from += PAGE) {
    const then = await stateAt(reader, candidates.slice(from, from + PAGE), place);
    for (const person of then.values())
      if ([...person.edges.values()].some((edge) => edge.relation === 'membership' && seen.has(edge.to_id))) people.push(person.id);
  }
  return [...departments.map((id) => ({ type: 'department', id })), ...people.toSorted().map((id) => ({ type: 'person', id }))];
}
