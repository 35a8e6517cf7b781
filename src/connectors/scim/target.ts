// Writes people, groups and departments: each call is one or two requests, and says what the system made of it.
import type {
  Connection,
  DesiredObject,
  MemberChange,
  MembersWritten,
  RefusedEdge,
  WriteRequest,
  Written,
} from '../../connector-kit/contract.ts';
import { ConnectorError, onceMade } from '../../connector-kit/errors.ts';
import { comparisonKey } from '../../core/attribute.ts';
import type { Attributes, AttributeSpec, Edge, EndpointObject, ObjectKey, ObjectTypeId, Value } from '../../core/model.ts';
import type { Abilities, AbilitySource } from './abilities.ts';
import { EXTERNAL_ID } from './catalogue.ts';
import type { Answered, Client, Kind } from './client.ts';
import type { Part } from './config.ts';
import { readDepartmentGroups, refuseCircle } from './department-groups.ts';
import { aboutMembers, changeGroupMembers, entryFor, gone } from './membership.ts';
import { draftOf, enabledOf, kindOf, membersOf, objectOf } from './objects.ts';
import { idOf } from './pages.ts';
import { entriesOf, member, quoted, type Draft, type Json } from './places.ts';
import { find, searched, type ScimSource } from './source.ts';
import { scimUpdates } from './updates.ts';

type Target = Required<Pick<Connection<Part>, 'create' | 'update' | 'disable' | 'enable' | 'remove' | 'changeMembers'>>;
type Request = WriteRequest<Part>;

export function scimTarget(client: Client, abilities: AbilitySource, source: ScimSource): Target {
  const { config } = client;
  const { changeParts, disableMade, setStatus } = scimUpdates(client, abilities);

  return {
    async create(type, desired, request) {
      const now = await abilities.now(request.signal);
      refuseUnfit(specsOf(now, type), desired.attributes, true);
      // A system that does not say that it refuses doubles may simply make one.
      if (!now.refusesDoubles) await refuseKnown(type, desired, request);
      const draft = draftOf(config, now, type, desired);
      const first = type === 'group' ? (desired.edges.member ?? []) : [];
      const { answered, left: add } = await createdWith(now, type, draft, first, desired, request);
      const id = answered.id!;
      // Before anything else: until then somebody may use it.
      const status =
        type === 'person' && !desired.enabled ? await onceMade(() => disableMade(type, id, answered, request.signal)) : undefined;
      // Whoever shows is seen; of the others is known that nobody was in it before us.
      const isUnseen = now.membersShown === null || now.membersShown === 'account' || now.membersShown === 'nowhere';
      if (kindOf(config, type) === 'groups' && isUnseen && (membersOf(answered.resource ?? {}) ?? []).length === 0)
        await client.remembered.made(id);
      const edges: MadeWith[] = [];
      if (add.length > 0)
        edges.push(await madeWith('member', add, changeGroupMembers(client, abilities, id, { add, remove: [] }, request.signal)));
      // Where a department did not get below its parent, it is read back, and what is missing sent again.
      await onceMade(() => placeDepartmentGroup(now, type, id, desired.attributes, null, request.signal));
      const { membership = [] } = desired.edges;
      if (type === 'person' && config.departments === 'group')
        edges.push(await madeWith('membership', membership, changeDepartments(id, { add: membership, remove: [] }, request.signal)));
      const refused = edges.flatMap((one) => one.refused);
      const unseen = status?.unseen ?? edges.find((one) => one.unseen)?.unseen;
      return {
        ...(await writtenOrBare(now, type, id, answered, desired.attributes, request.signal)),
        ...(refused.length > 0 ? { refused } : {}),
        ...(unseen ? { unseen } : {}),
      };
    },

    async update(type, id, changed, _whole, request) {
      const now = await abilities.now(request.signal);
      refuseUnfit(specsOf(now, type), changed.attributes, false);
      if (!now.refusesDoubles) await refuseTaken(type, id, changed.attributes, request);
      await placeDepartmentGroup(now, type, id, changed.attributes, id, request.signal);
      const answered = await changeParts(type, id, changed, request.signal);
      if (!answered) {
        // Nothing but the place in the tree changed; that the object is there was seen by whoever put it there.
        if ((await client.one(kindOf(config, type), id, request.signal)) === null) throw gone();
        return { id };
      }
      return written(now, type, id, answered, changed.attributes, request.signal);
    },

    disable: (type, id, request) => setStatus(type, id, false, request.signal),
    enable: (type, id, request) => setStatus(type, id, true, request.signal),

    async remove(type, id, request) {
      const now = await abilities.now(request.signal);
      const snapshot = await snapshotOf(now, type, id, request);
      if (snapshot === null) return { snapshot };
      const kind = kindOf(config, type);
      if (!(await client.remove(kind, id, request.signal))) return { snapshot: null };
      if (!now.deletionTaken) await seenToBeGone(now, kind, id, request.signal);
      return { snapshot };
    },

    async changeMembers(owner, relation, change, request) {
      if (owner.type === 'person') return changeDepartments(owner.id, change, request.signal);
      if (relation !== 'member') throw new ConnectorError('unsupported', noSuchRelation);
      return changeGroupMembers(client, abilities, owner.id, change, request.signal);
    },
  };

  // ── Creating ───────────────────────────────────────────────────────────────────────────────────────────

  /** `left`: those of the first members that it does not show. */
  async function createdWith(
    { profile }: Abilities,
    type: ObjectTypeId,
    draft: Draft,
    first: readonly Edge[],
    desired: DesiredObject,
    request: Request,
  ): Promise<{ readonly answered: Answered; readonly left: readonly Edge[] }> {
    if (first.length === 0 || profile.membersFrom === 'ours' || profile.groupsAttribute !== '')
      return { answered: await created(type, draft, desired, request), left: first };
    const members = first.slice(0, profile.membersPerCall);
    try {
      const answered = await created(type, { ...draft, members: members.map(entryFor) }, desired, request);
      await client.memberPace.note(answered.id!, members.length, profile.membersPerHour);
      // Whom it does not show it may have dropped; added again they end the same.
      const shown = new Set((membersOf(answered.resource ?? {}) ?? []).map(({ to }) => to.id));
      return { answered, left: first.filter(({ to }) => !shown.has(to.id)) };
    } catch (error) {
      if (!(error instanceof ConnectorError) || !aboutMembers.has(error.kind)) throw error;
      // One whom it does not take makes it refuse the whole group: made empty, it gets those whom it takes.
      return { answered: await created(type, draft, desired, request), left: first };
    }
  }

  async function created(type: ObjectTypeId, draft: Json, desired: DesiredObject, request: Request): Promise<Answered> {
    try {
      const answered = await client.create(kindOf(config, type), draft, request.signal);
      if (answered.id !== undefined) return answered;
      // Created, says the system, but not as what.
      const [id] = await onceMade(() => holdersOf(type, desired, request));
      if (id === undefined) throw new ConnectorError('unknown-outcome', withoutId);
      return { ...answered, id };
    } catch (error) {
      if (!(error instanceof ConnectorError) || error.kind !== 'already-exists') throw error;
      const [id] = await holdersOf(type, desired, request);
      if (id !== undefined) throw new ConnectorError(error.kind, error.label, { ...error.facts, id });
      const other = type === 'person' ? await ownerOfEmail(desired.attributes.email, request.signal) : undefined;
      throw new ConnectorError(error.kind, error.label, {
        ...error.facts,
        ...(other === undefined ? {} : { id: other, attribute: 'email' }),
      });
    }
  }

  /** Some take no second account with the same address, and do not say so of the attribute. Searched for only: nobody reads everything for it. */
  async function ownerOfEmail(email: Value | null | undefined, signal: AbortSignal): Promise<string | undefined> {
    const { profile } = await abilities.now(signal);
    if (typeof email !== 'string' || profile.filter === 'none') return undefined;
    const isIt = (entry: Json): boolean =>
      comparisonKey(String(member(entry, 'value') ?? ''), 'ignore-case') === comparisonKey(email, 'ignore-case');
    try {
      const found = await searched(client, 'users', `emails.value eq ${quoted(email)}`, signal);
      const owner = found.find((resource) => entriesOf(member(resource, 'emails')).some(isIt));
      return owner && idOf(owner);
    } catch (error) {
      if (error instanceof ConnectorError && ['unsupported', 'invalid'].includes(error.kind)) return undefined;
      throw error;
    }
  }

  async function refuseKnown(type: ObjectTypeId, desired: DesiredObject, request: Request): Promise<void> {
    const [id] = await holdersOf(type, desired, request);
    if (id !== undefined) throw new ConnectorError('already-exists', isThere, { id });
  }

  async function refuseTaken(type: ObjectTypeId, id: string, attributes: Attributes, request: Request): Promise<void> {
    const now = await abilities.now(request.signal);
    for (const { name } of specsOf(now, type).filter((spec) => spec.unique === true)) {
      const value = attributes[name];
      if (value === undefined || value === null) continue;
      const other = (await find(client, abilities, type, name, [value], request)).find((found) => found.id !== id);
      if (other) throw new ConnectorError('already-exists', isThere, { id: other.id, attribute: name });
    }
  }

  /** Who has the values that nobody else may have: ours by its id first, then by the natural keys. */
  async function holdersOf(type: ObjectTypeId, desired: DesiredObject, request: Request): Promise<readonly string[]> {
    const now = await abilities.now(request.signal);
    const unique = specsOf(now, type).filter((spec) => spec.unique === true);
    for (const spec of unique.toSorted((a, b) => Number(b.name === EXTERNAL_ID) - Number(a.name === EXTERNAL_ID))) {
      const value = spec.name === EXTERNAL_ID ? desired.directoryId : desired.attributes[spec.name];
      if (value === undefined || value === null) continue;
      const found = await find(client, abilities, type, spec.name, [value], request);
      if (found.length > 0) return found.map(({ id }) => id);
    }
    return [];
  }

  /** Some answer that all is done and keep it: the first time it is looked at. An account that is only out of use is out of use. */
  async function seenToBeGone({ profile }: Abilities, kind: Kind, id: string, signal: AbortSignal): Promise<void> {
    const left = await client.one(kind, id, signal);
    if (left !== null && (kind !== 'users' || enabledOf(left, profile) !== false)) throw new ConnectorError('bad-response', stillThere);
    await abilities.learn({ deletion: 'taken' });
  }

  // ── Departments that are groups ────────────────────────────────────────────────────────────────────────

  /** Puts a department into its parent's group and takes it out of the one it was in. */
  async function placeDepartmentGroup(
    now: Abilities,
    type: ObjectTypeId,
    id: string,
    attributes: Attributes,
    from: string | null,
    signal: AbortSignal,
  ): Promise<void> {
    if (type !== 'department' || config.departments !== 'group' || attributes.parent === undefined) return;
    const groups = from === null ? null : await readDepartmentGroups(client, now, signal);
    const parent = attributes.parent === null ? null : String(attributes.parent);
    if (groups && parent !== null) refuseCircle(groups, id, parent);
    const before = groups?.parents.get(id) ?? null;
    if (before === parent) return;
    const edge: Edge = { to: { type: 'department', id } };
    if (parent !== null) {
      const { refused } = await changeGroupMembers(client, abilities, parent, { add: [edge], remove: [] }, signal);
      if (refused.length > 0) throw refused[0]!.error;
    }
    if (before !== null) await changeGroupMembers(client, abilities, before, { add: [], remove: [edge] }, signal);
  }

  /** One request per department: the group holds the edge. */
  async function changeDepartments(person: string, change: MemberChange, signal: AbortSignal): Promise<MembersWritten> {
    const edge: Edge = { to: { type: 'person', id: person } };
    const refused: { to: ObjectKey; error: unknown }[] = [];
    let unseen: MembersWritten['unseen'];
    for (const [edges, make] of [
      [change.add, { add: [edge], remove: [] }],
      [change.remove, { add: [], remove: [edge] }],
    ] as const) {
      for (const { to } of edges) {
        try {
          const result = await changeGroupMembers(client, abilities, to.id, make, signal);
          refused.push(...result.refused.map(({ error }) => ({ to, error })));
          unseen ??= result.unseen;
        } catch (error) {
          if (!(error instanceof ConnectorError) || error.kind !== 'not-found') throw error;
          if (edges === change.add) refused.push({ to, error });
        }
      }
    }
    return { refused, ...(unseen ? { unseen } : {}) };
  }

  // ── Reading back ───────────────────────────────────────────────────────────────────────────────────────

  /** What the system says the values are now: from its answer, or by asking where it answered nothing. */
  async function written(
    now: Abilities,
    type: ObjectTypeId,
    id: string,
    answered: Answered,
    attributes: Attributes,
    signal: AbortSignal,
  ): Promise<Written> {
    const names = Object.keys(attributes).filter((name) => now.catalogue.places[type]?.[name]);
    const resource = answered.resource ?? (names.length > 0 ? await client.one(kindOf(config, type), id, signal) : null);
    if (!resource) return { id };
    return { id, echo: objectOf(config, now, type, resource, id, { attributes: names }).attributes };
  }

  /** Of what was just made, and whose id is known: it is linked also where the system does not show it now. The next read tells its values. */
  async function writtenOrBare(...given: Parameters<typeof written>): Promise<Written> {
    try {
      return await written(...given);
    } catch (error) {
      if (!(error instanceof ConnectorError)) throw error;
      return { id: given[2] };
    }
  }

  async function snapshotOf(now: Abilities, type: ObjectTypeId, id: string, request: Request): Promise<EndpointObject | null> {
    const spec = now.catalogue.types.find((candidate) => candidate.id === type);
    const asked = {
      attributes: specsOf(now, type).flatMap(({ name, kind }) => (kind === 'secret' ? [] : [name])),
      relations: (spec?.relations ?? []).map(({ name }) => name),
      now: request.now,
      signal: request.signal,
    };
    const answer = (await source.get(type, [id], asked)).answers.get(id);
    return answer?.state === 'found' ? answer.object : null;
  }
}

type MadeWith = Pick<Written, 'unseen'> & { readonly refused: readonly RefusedEdge[] };

/** The object is made: what fails from here on is about its edges, and must not make it again. */
async function madeWith(relation: string, edges: readonly Edge[], work: Promise<MembersWritten>): Promise<MadeWith> {
  try {
    const { refused, unseen } = await work;
    return { refused: refused.map((edge) => ({ relation, ...edge })), ...(unseen ? { unseen } : {}) };
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
    return { refused: edges.map(({ to }) => ({ relation, to, error })) };
  }
}

const specsOf = (now: Abilities, type: ObjectTypeId): readonly AttributeSpec[] =>
  now.catalogue.types.find(({ id }) => id === type)?.attributes ?? [];

/** What the system would refuse, or cut silently, is refused before it is sent. */
function refuseUnfit(specs: readonly AttributeSpec[], attributes: Attributes, whole: boolean): void {
  for (const spec of specs) {
    const value: Value | null | undefined = attributes[spec.name];
    const missing = value === null || (whole && value === undefined);
    if (spec.required && missing && spec.kind !== 'secret') throw unfit(spec, 'is required', '为必填项');
    if (spec.maxLength !== undefined && typeof value === 'string' && [...value].length > spec.maxLength)
      throw unfit(spec, `is longer than ${spec.maxLength} characters`, `超过 ${spec.maxLength} 个字符`);
  }
}

const unfit = (spec: AttributeSpec, en: string, zh: string): ConnectorError =>
  new ConnectorError('invalid', { en: `The ${spec.label.en} ${en}.`, zh: `${spec.label.zh}${zh}。` }, { attribute: spec.name });

const isThere = { en: 'An object with this value exists already.', zh: '已存在具有相同取值的对象。' };
const withoutId = { en: 'The system did not say what it created.', zh: '系统未返回所创建对象的 id。' };
const stillThere = {
  en: 'The system answered that it deleted the object, and still shows it.',
  zh: '系统答复已删除该对象，但仍返回该对象。',
};
const noSuchRelation = { en: 'The system has no such relation.', zh: '系统没有该关系。' };
