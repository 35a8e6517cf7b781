// Reads people, groups and departments: whole lists, single objects, and objects by a value.
import type { Connection, Found, GetAnswer, GetRequest, ReadEvent, ReadRequest } from '../../connector-kit/contract.ts';
import type { Visible } from '../../connector-kit/visible.ts';
import { ConnectorError, errorKinds } from '../../connector-kit/errors.ts';
import { comparisonKey } from '../../core/attribute.ts';
import type { Edge, Edges, EndpointObject, ObjectTypeId, Value } from '../../core/model.ts';
import type { Abilities, AbilitySource } from './abilities.ts';
import { EXTERNAL_ID } from './catalogue.ts';
import type { Client, Kind } from './client.ts';
import type { Part } from './config.ts';
import { departmentsByPath, membershipByPath } from './department-paths.ts';
import { readDepartmentGroups, type DepartmentGroups } from './department-groups.ts';
import { membersOfGroups, type MembersOfGroup } from './membership.ts';
import { isDepartmentGroup, isRoot, kindOf, listedDepartments, objectOf, outside } from './objects.ts';
import { inParallel, idOf, pagesOf, wholeList } from './pages.ts';
import { shortLists, wholes } from './short-lists.ts';
import { member, quoted, valueAt, type Json, type Place } from './places.ts';

export type ScimSource = Required<Pick<Connection<Part>, 'read' | 'get' | 'find'>>;

/** SCIM has no rights on single attributes that one could see: what is absent is empty. */
export const visible: Visible = { attributes: 'all', range: 'everything' };
/** Edges of one object that come along with it; longer lists come in pieces. */
const EDGES_AT_ONCE = 1000;

type Asked = Pick<ReadRequest<Part>, 'attributes' | 'relations'>;

/** What an object is shown with besides its own resource. */
interface Around {
  readonly now: Abilities;
  /** What departments that are groups tell about people and each other; null where that is not asked for, or told elsewhere. */
  readonly groups: DepartmentGroups | null;
  readonly membersOf: MembersOfGroup;
}

export function scimSource(client: Client, abilities: AbilitySource): ScimSource {
  const { config } = client;

  const around = async (type: ObjectTypeId, asked: Asked, signal: AbortSignal): Promise<Around> => {
    const now = await abilities.now(signal);
    const wanted =
      (type === 'person' && asked.relations.includes('membership')) || (type === 'department' && asked.attributes.includes('parent'));
    const groups = config.departments === 'group' && wanted ? await readDepartmentGroups(client, now, signal) : null;
    return { now, groups, membersOf: membersOfGroups(client, now.profile, signal) };
  };

  /** The object of a resource; null where the resource is of another type. */
  const show = async (
    { now, groups, membersOf }: Around,
    type: ObjectTypeId,
    resource: Json,
    asked: Asked,
    inList: boolean,
  ): Promise<EndpointObject | null> => {
    const id = idOf(resource);
    if (id === undefined || (kindOf(config, type) === 'groups' && isDepartmentGroup(config, resource) !== (type === 'department')))
      return null;
    if (type === 'department' && isRoot(now.profile, id)) return null;
    const edges: Record<string, readonly Edge[]> = {};
    if (type === 'person' && asked.relations.includes('membership'))
      edges.membership = groups
        ? (groups.memberships.get(id) ?? [])
        : config.departments === 'path'
          ? membershipByPath(config, now, resource)
          : listedDepartments(resource, now.profile);
    if (type === 'group' && asked.relations.includes('member')) {
      const members = await membersOf(resource, inList);
      // A department that is a member of a group is no member that we know of.
      edges.member = now.profile.nestedGroups ? members : members.filter(({ to }) => to.type === 'person');
    }
    const object = objectOf(config, now, type, resource, id, asked, edges as Edges);
    return groups && type === 'department'
      ? { ...object, attributes: { ...object.attributes, parent: groups.parents.get(id) ?? null } }
      : object;
  };

  const byPath = config.departments === 'path' ? departmentsByPath(client, abilities) : null;

  return {
    async *read(type, request) {
      if (byPath && type === 'department') return yield* byPath.read(request, visible);
      const seen = await around(type, request, request.signal);
      const { profile } = seen.now;
      const kind = kindOf(config, type);
      const withMembers = type === 'group' && request.relations.includes('member');
      const short = shortLists(client, abilities, type, kind);
      const pages = pagesOf(client, profile, {
        kind,
        ...(kind === 'groups' && !withMembers && profile.paging !== 'cursor' ? { excludedAttributes: 'members' } : {}),
        checkpoint: request.checkpoint,
        signal: request.signal,
      });
      for (;;) {
        const step = await pages.next();
        if (step.done) {
          const reason = step.value;
          yield { kind: 'end', complete: reason === null, visible, ...(reason ? { reason } : {}) };
          return;
        }
        const { checkpoint } = step.value;
        const isShort = await short.is(step.value.resources, request);
        const resources = isShort ? await wholes(client, kind, step.value.resources, request.signal) : step.value.resources;
        yield* unreadable(type, resources);
        const inList = resources.some((resource) => member(resource, 'members') !== undefined);
        const shown = await inParallel(resources, config.parallel, (resource) => show(seen, type, resource, request, inList));
        yield* inPieces(shown.filter((object) => object !== null));
        if (checkpoint !== null) yield { kind: 'checkpoint', checkpoint };
      }
    },

    async get(type, ids, request) {
      if (byPath && type === 'department') {
        const answers = await byPath.get(ids, request.signal);
        const inPart = request.part ? { inPart: true } : {};
        return {
          answers: new Map(answers.map(([id, answer]) => [id, answer.state === 'found' ? { ...answer, ...inPart } : answer])),
          visible,
        };
      }
      const seen = await around(type, request, request.signal);
      const answers = await inParallel(ids, config.parallel, async (id): Promise<readonly [string, GetAnswer]> => {
        try {
          const resource = await client.one(kindOf(config, type), id, request.signal);
          const object = resource && (await show(seen, type, { ...resource, id }, request, true));
          if (!object) return [id, { state: 'gone' }];
          return [id, request.part ? { state: 'found', object, inPart: true } : { state: 'found', object }];
        } catch (error) {
          if (!(error instanceof ConnectorError) || errorKinds[error.kind] !== 'item') throw error;
          return [id, { state: 'unknown', reason: error.label }];
        }
      });
      return { answers: new Map(answers), visible };
    },

    async find(type, attribute, values, request) {
      if (!byPath || type !== 'department') return find(client, abilities, type, attribute, values, request);
      if (attribute !== 'name') return [];
      return (await byPath.named(new Set(values.map(String)), request.signal)).map(({ name, id }) => ({ value: name, id }));
    },
  };
}

/** Each value by a filter of its own; where the system does not search, or answers with what was not asked for, by reading all. */
export async function find(
  client: Client,
  abilities: AbilitySource,
  type: ObjectTypeId,
  attribute: string,
  values: readonly Value[],
  request: Pick<GetRequest, 'signal'>,
): Promise<readonly Found[]> {
  const now = await abilities.now(request.signal);
  const place: Place | undefined =
    attribute === EXTERNAL_ID ? { kind: 'plain', path: [EXTERNAL_ID] } : now.catalogue.places[type]?.[attribute];
  if (!place) return [];
  const equality = now.catalogue.types.find(({ id }) => id === type)?.attributes.find(({ name }) => name === attribute)?.equality;
  const matches = (resource: Json, value: Value): boolean => {
    const there = valueAt(resource, place);
    const wanted = outside(client.config, now.profile, type, attribute, value);
    return there !== null && comparisonKey(String(there), equality) === comparisonKey(String(wanted), equality);
  };
  const kind = kindOf(client.config, type);
  const own = (resource: Json): boolean =>
    kind === 'groups'
      ? isDepartmentGroup(client.config, resource) === (type === 'department')
      : type !== 'department' || !isRoot(now.profile, idOf(resource));
  const foundIn = (resources: readonly Json[], value: Value): Found[] =>
    resources
      .filter((resource) => own(resource) && matches(resource, value))
      .flatMap((resource) => {
        const id = idOf(resource);
        return id === undefined ? [] : [{ value, id }];
      });

  const scanned = async (): Promise<readonly Found[]> => {
    const all = await wholeList(client, now.profile, { kind, signal: request.signal });
    return values.flatMap((value) => foundIn(all, value));
  };
  const path = filterPath(place);
  if (now.profile.filter === 'none' || path === null) return scanned();
  try {
    const answers = await inParallel(values, client.config.parallel, async (value) => {
      const text = String(outside(client.config, now.profile, type, attribute, value));
      const resources = await searched(client, kind, `${path} eq ${quoted(text)}`, request.signal);
      if (!resources.every((resource) => matches(resource, value))) throw searchIsIgnored();
      return foundIn(resources, value);
    });
    return answers.flat();
  } catch (error) {
    if (!(error instanceof ConnectorError) || !['unsupported', 'invalid'].includes(error.kind)) throw error;
    // For the usual attributes this says that there is no search at all; another one may simply not be searchable.
    if (attribute === 'userName') await abilities.learn({ filter: 'none' });
    return scanned();
  }
}

/** Some systems answer 404 where nothing was found. @see https://developer.okta.com/docs/api/openapi/okta-scim/guides/scim-20/ */
export async function searched(client: Client, kind: Kind, filter: string, signal: AbortSignal): Promise<readonly Json[]> {
  try {
    return (await client.list(kind, { filter }, signal)).resources ?? [];
  } catch (error) {
    if (error instanceof ConnectorError && error.kind === 'not-found') return [];
    throw error;
  }
}

const searchIsIgnored = (): ConnectorError =>
  new ConnectorError('unsupported', { en: 'The system ignores searches.', zh: '系统忽略筛选条件。' });

/** Only paths that every searching system knows; lists are searched by reading. */
const filterPath = (place: Place): string | null =>
  place.kind === 'plain' && place.path.length === 1 && !place.path[0]!.startsWith('urn:') ? place.path[0]! : null;

function* unreadable(type: ObjectTypeId, resources: readonly Json[]): Generator<ReadEvent> {
  for (const resource of resources) {
    if (idOf(resource) !== undefined) continue;
    yield { kind: 'unreadable', id: null, where: type, reason: { en: 'The resource has no id.', zh: '资源没有 id。' } };
  }
}

/** Objects together; one with a long list after it, in pieces. */
function* inPieces(objects: readonly EndpointObject[]): Generator<ReadEvent> {
  const isLong = ({ edges }: EndpointObject): boolean => Object.values(edges ?? {}).some((list) => list.length > EDGES_AT_ONCE);
  const short = objects.filter((object) => !isLong(object));
  if (short.length > 0) yield { kind: 'objects', objects: short };
  for (const object of objects.filter(isLong)) {
    for (const [relation, list] of Object.entries(object.edges ?? {})) {
      for (let at = 0; at < list.length; at += EDGES_AT_ONCE)
        yield { kind: 'edges', owner: object.id, relation, edges: list.slice(at, at + EDGES_AT_ONCE), last: false };
    }
    const { edges, ...rest } = object;
    yield { kind: 'objects', objects: [rest] };
    yield { kind: 'edges', owner: object.id, relation: Object.keys(edges!).at(-1)!, edges: [], last: true };
  }
}
