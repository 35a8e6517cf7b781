// Writing people, departments and groups: create, update with rename and move, disable, enable, remove, members.
import type { ChangedParts, Connection, DesiredObject, MemberChange, MembersWritten, Removed, WriteRequest, Written } from '../../connector-kit/contract.ts';
import { ConnectorError } from '../../connector-kit/errors.ts';
import type { Attributes, Edges, ObjectKey, ObjectTypeSpec, Value } from '../../core/model.ts';
import { EntryShape } from './ber.ts';
import { DN, MANAGER, PARENT, PASSWORD, typeId, type TypeId } from './catalogue.ts';
import { everything, type AttributeChange, type Client, type Values } from './client.ts';
import type { Part } from './config.ts';
import { childDn, dnKey, firstRdn, isWithin, parentDn, rdnText } from './dn.ts';
import { all, classesOf, equals, namingOf, partBase, type Layout } from './layout.ts';
import { memberWriter, pieces } from './members.ts';
import { Places } from './places.ts';
import { idOf } from './references.ts';
import { repairOf } from './repair.ts';
import type { Source } from './source.ts';
import { answerError, codes, oids } from './wire.ts';

export type Target = Required<Pick<Connection<Part>, 'create' | 'update' | 'disable' | 'enable' | 'remove' | 'changeMembers'>>;
type Request = WriteRequest<Part>;
type Log = (event: string, fields?: Record<string, unknown>) => void;

export function ldapTarget(client: Client, layout: Layout, types: readonly ObjectTypeSpec[], source: Source, log: Log): Target {
  const { config } = layout;
  const places = new Places(client, layout);
  const repair = repairOf(client, layout, log);
  const members = memberWriter(client, layout, places);

  // ── Create ───────────────────────────────────────────────────────────────────────────────────────────

  async function create(type: string, desired: DesiredObject, request: Request): Promise<Written> {
    const kind = typeId(type);
    const { signal } = request;
    const naming = namingOf(config, kind);
    const name = textsOf(desired.attributes[naming] ?? null)[0];
    if (name === undefined) throw missing(naming);
    const entry = await newEntry(kind, desired, signal);
    await refuseTaken(kind, desired.attributes, undefined, signal);
    const inEdges = kind === 'group' ? await members.values(desired.edges.member ?? [], signal) : { values: [], refused: [] };
    // Gone since the plan was made: the next read shows who is missing.
    if (inEdges.refused.length > 0) log('ldap.members-left-out', { count: inEdges.refused.length });
    const [first = [], ...more] = [...pieces(inEdges.values)];
    if (kind === 'group') {
      const values = first.length > 0 ? first : layout.membersAre === 'dn' ? [config.placeholderMember] : [];
      if (values.length > 0) entry.set(layout.memberAttribute, values);
    }
    refuseLongName(rdnText([{ type: naming, value: name }]), naming);
    const dn = childDn(naming, name, await homeOf(kind, desired, request));
    const id = await add(kind, dn, entry, signal);
    places.learn(id, { dn, uid: textsOf(desired.attributes.uid ?? null)[0], name: textsOf(desired.attributes[config.departmentKey] ?? null)[0] });
    if (kind === 'person') await setFirstPassword(dn, desired, signal);
    for (const piece of more) {
      const result = await client.modify(dn, [['add', layout.memberAttribute, piece]], signal, true);
      if (result.code !== codes.success) throw answerError(result, 'write', dn);
    }
    return { id };
  }

  async function newEntry(kind: TypeId, desired: DesiredObject, signal: AbortSignal): Promise<Map<string, Values>> {
    const entry = new Map<string, Values>([['objectClass', classesOf(config, kind)]]);
    for (const [name, value] of Object.entries(desired.attributes)) {
      if (name === DN || name === PARENT || name === PASSWORD) continue;
      const values = await valuesOf(name, value, signal);
      if (values.length > 0) entry.set(name, values);
    }
    if (kind === 'person') {
      // RFC 4519 section 3.12: person must have both.
      for (const name of ['cn', 'sn']) if (!entry.has(name)) throw missing(name);
      if (!desired.enabled && config.disableBy === 'attribute') entry.set(config.disableAttribute, [config.disableValue]);
      const department = config.layout === 'flat' ? await departmentName(desired.edges, signal) : undefined;
      if (department !== undefined) entry.set(config.departmentAttribute, [department]);
    }
    if (kind === 'group' && config.groupKind === 'posixGroup' && !entry.has('gidNumber')) throw missing('gidNumber');
    if (config.idAttribute !== '') entry.set(config.idAttribute, [desired.directoryId]);
    return entry;
  }

  /** The entry under which a new object is made. */
  async function homeOf(kind: TypeId, desired: DesiredObject, request: Request): Promise<string> {
    if (kind === 'person' && !desired.enabled && config.disableBy === 'move') return config.disabledIn;
    if (kind === 'group') return config.groupsIn || partBase(layout, request.part);
    if (kind === 'department') return parentOf(desired.attributes[PARENT] ?? null, request);
    return personHome(desired.edges, request);
  }

  async function parentOf(parent: Value | null, request: Request): Promise<string> {
    if (typeof parent !== 'string') return partBase(layout, request.part);
    return (await places.requireFarEnd(PARENT, parent, request.signal)).dn;
  }

  async function personHome(edges: Edges, request: Request): Promise<string> {
    const home = managed(edges);
    if (config.layout === 'nested' && home !== undefined) return (await places.requireFarEnd('membership', home, request.signal)).dn;
    return request.part?.base || config.peopleIn || config.base;
  }

  async function departmentName(edges: Edges, signal: AbortSignal): Promise<string | undefined> {
    const home = managed(edges);
    if (home === undefined) return undefined;
    const { name } = await places.requireFarEnd('membership', home, signal);
    if (name === undefined) throw missing(config.departmentKey);
    return name;
  }

  async function add(kind: TypeId, dn: string, entry: ReadonlyMap<string, Values>, signal: AbortSignal): Promise<string> {
    const { result, entryUuid } = await client.add(dn, entry, signal);
    if (result.code === codes.entryAlreadyExists) throw await taken(kind, dn, result, signal);
    if (result.code === codes.noSuchObject) {
      places.forgetBelow(parentDn(dn));
      throw new ConnectorError(
        'conflict',
        { en: `"${parentDn(dn)}", where the entry should be created, does not exist or may not be seen.`, zh: `新建条目的上级“${parentDn(dn)}”不存在或不可见。` },
        { detail: 'LDAP 32 noSuchObject' },
      );
    }
    if (result.code !== codes.success) throw answerError(result, 'write', dn);
    return entryUuid ?? (await idAt(dn, signal)) ?? fail(dn);
  }

  async function idAt(dn: string, signal: AbortSignal, kind?: TypeId): Promise<string | undefined> {
    const filter = kind ? layout.filters[kind] : everything;
    const [entry] = await client.search({ base: dn, scope: 'base', filter, shape: new EntryShape(['entryUUID']) }, signal);
    return entry && idOf(entry);
  }

  /** The name is taken: by one of ours, or by an entry of another kind. */
  async function taken(kind: TypeId, dn: string, result: { code: number; message: string }, signal: AbortSignal): Promise<ConnectorError> {
    const id = await idAt(dn, signal, kind);
    if (id !== undefined) return answerError(result, 'write', dn, { id });
    return new ConnectorError('conflict', {
      en: `The name is taken by an entry of another kind: ${dn}`,
      zh: `该名称已被其他类型的条目占用：${dn}`,
    });
  }

  /** LDAP only keeps names unique below one parent; two accounts of one user name would share a sign-in, two groups of one number their rights. */
  async function refuseTaken(kind: TypeId, attributes: Attributes, own: string | undefined, signal: AbortSignal): Promise<void> {
    const attribute = kind === 'person' ? 'uid' : kind === 'group' && config.groupKind === 'posixGroup' ? 'gidNumber' : undefined;
    const value = attribute && textsOf(attributes[attribute] ?? null)[0];
    if (!attribute || value === undefined) return;
    const filter = all(equals('objectClass', kind === 'person' ? config.personClass : config.groupKind), equals(attribute, value));
    const found = await client.search({ base: config.base, scope: 'sub', filter, shape: new EntryShape(['entryUUID']) }, signal);
    const other = found.map((entry) => ({ dn: entry.dn, id: idOf(entry) })).find(({ id }) => id !== own);
    if (!other) return;
    throw new ConnectorError(
      'already-exists',
      { en: `"${attribute}" is taken by ${other.dn}.`, zh: `“${attribute}”已被 ${other.dn} 使用。` },
      { attribute, ...(other.id ? { id: other.id } : {}) },
    );
  }

  /** The server hashes it where it can (RFC 3062). An account whose password is refused is not left behind. */
  async function setFirstPassword(dn: string, desired: DesiredObject, signal: AbortSignal): Promise<void> {
    const password = desired.secrets?.[PASSWORD];
    if (password === undefined || password === '') return;
    const { extensions } = await client.features(signal);
    const result = extensions.has(oids.setPassword)
      ? await client.setPassword(dn, password, signal)
      : await client.modify(dn, [['replace', PASSWORD, [password]]], signal);
    if (result.code === codes.success) return;
    await client.remove(dn, signal);
    places.forgetBelow(dn);
    throw new ConnectorError(
      'invalid',
      { en: 'The LDAP server refuses the initial password (password policy?). The account was not created.', zh: 'LDAP 服务器拒绝了初始密码（密码策略？），账号未创建。' },
      { attribute: PASSWORD, detail: `LDAP ${result.code}` },
    );
  }

  // ── Update ───────────────────────────────────────────────────────────────────────────────────────────

  async function update(type: string, id: string, changed: ChangedParts, _whole: DesiredObject, request: Request): Promise<Written> {
    const kind = typeId(type);
    await onEntry(kind, id, request.signal, (dn) => updateAt(kind, id, dn, changed, request));
    return { id };
  }

  async function updateAt(kind: TypeId, id: string, dn: string, changed: ChangedParts, request: Request): Promise<void> {
    const { signal } = request;
    const named = firstRdn(dn).map(({ type, value }) => ({ type, value, next: changedValue(changed.attributes, type) }));
    for (const { type, next } of named) if (next === null) throw missing(type);
    const rdn = rdnText(named.map(({ type, value, next }) => ({ type, value: next === undefined || next === null ? value : (textsOf(next)[0] ?? value) })));
    await refuseTaken(kind, changed.attributes, id, signal);
    const parent = await newParent(kind, dn, changed, request);
    const now = await move(kind, dn, rdn, parent, signal);

    const inName = new Set(named.map(({ type }) => type.toLowerCase()));
    const changes: AttributeChange[] = [];
    for (const [name, value] of Object.entries(changed.attributes)) {
      if (name === DN || name === PARENT || name === PASSWORD || inName.has(name.toLowerCase())) continue;
      changes.push(['replace', name, await valuesOf(name, value, signal)]);
    }
    if (kind === 'person' && config.layout === 'flat' && changed.edges.membership) {
      const name = await departmentName(changed.edges, signal);
      changes.push(['replace', config.departmentAttribute, name === undefined ? [] : [name]]);
    }
    if (changes.length > 0) {
      const result = await client.modify(now, changes, signal);
      if (result.code !== codes.success) throw answerError(result, 'write', now);
    }
    await followNames(kind, id, changed, signal);
  }

  /** The entry under which it shall stand from now on; null when it stays. */
  async function newParent(kind: TypeId, dn: string, changed: ChangedParts, request: Request): Promise<string | null> {
    const wanted =
      kind === 'department' && changed.attributes[PARENT] !== undefined
        ? await parentOf(changed.attributes[PARENT], request)
        : kind === 'person' && config.layout === 'nested' && changed.edges.membership && !layout.isDisabledPlace(dnKey(dn))
          ? await personHome(changed.edges, request)
          : null;
    return wanted !== null && dnKey(wanted) !== dnKey(parentDn(dn)) ? wanted : null;
  }

  /** Gives an entry a new name, a new parent or both; returns where it stands now. */
  async function move(kind: TypeId, dn: string, rdn: string, parent: string | null, signal: AbortSignal): Promise<string> {
    if (parent === null && rdn === rdnText(firstRdn(dn))) return dn;
    const to = `${rdn},${parent ?? parentDn(dn)}`;
    if (parent !== null && isWithin(dnKey(parent), dnKey(dn))) {
      throw new ConnectorError('conflict', { en: 'A department cannot be moved below itself.', zh: '部门不能移动到自身之下。' });
    }
    refuseLongName(rdn, firstRdn(dn)[0]!.type);
    const result = await client.rename(dn, rdn, parent, signal);
    if (result.code === codes.entryAlreadyExists) throw await taken(kind, to, result, signal);
    if (result.code !== codes.success) throw answerError(result, 'write', dn);
    places.moved(dn, to);
    await repair.moved(dn, to, signal);
    return to;
  }

  /** References that are no names of entries: user names in posix groups, names of departments in flat trees. */
  async function followNames(kind: TypeId, id: string, changed: ChangedParts, signal: AbortSignal): Promise<void> {
    const key = kind === 'person' ? 'uid' : config.departmentKey;
    const [from, to] = [changed.before[key], changed.attributes[key]];
    if (to === undefined) return;
    places.forget(id);
    if (typeof from !== 'string' || typeof to !== 'string') return;
    if (kind === 'person') await repair.uidChanged(from, to, signal);
    if (kind === 'department' && config.layout === 'flat') await repair.departmentRenamed(from, to, signal);
  }

  /** Runs at the place where the entry stands; once more when it turns out to have moved since we last looked. */
  async function onEntry(kind: TypeId, id: string, signal: AbortSignal, run: (dn: string) => Promise<void>): Promise<void> {
    const { dn } = await places.require(kind, id, signal);
    try {
      await run(dn);
    } catch (error) {
      if (!(error instanceof ConnectorError) || error.kind !== 'not-found') throw error;
      places.forget(id);
      const again = await places.require(kind, id, signal);
      if (again.dn === dn) throw error;
      await run(again.dn);
    }
  }

  // ── Disable, enable, remove ──────────────────────────────────────────────────────────────────────────

  async function disable(type: string, id: string, request: Request): Promise<Written> {
    personOnly(type);
    await onEntry('person', id, request.signal, async (dn) => {
      if (config.disableBy === 'move') {
        if (!layout.isDisabledPlace(dnKey(dn))) await move('person', dn, rdnText(firstRdn(dn)), config.disabledIn, request.signal);
        return;
      }
      const { disableAttribute, disableValue } = config;
      let result = await client.modify(dn, [['add', disableAttribute, [disableValue]]], request.signal, true);
      // An attribute of one value that holds another one, such as a lock that was to end by itself.
      if (result.code === codes.constraintViolation) result = await client.modify(dn, [['replace', disableAttribute, [disableValue]]], request.signal);
      if (result.code !== codes.success && result.code !== codes.attributeOrValueExists) throw answerError(result, 'write', dn);
    });
    return { id };
  }

  async function enable(type: string, id: string, request: Request): Promise<Written> {
    personOnly(type);
    await onEntry('person', id, request.signal, async (dn) => {
      if (config.disableBy === 'move') {
        if (layout.isDisabledPlace(dnKey(dn))) await move('person', dn, rdnText(firstRdn(dn)), await personHome({}, request), request.signal);
        return;
      }
      const result = await client.modify(dn, [['delete', config.disableAttribute, [config.disableValue]]], request.signal, true);
      if (result.code !== codes.success && result.code !== codes.noSuchAttribute) throw answerError(result, 'write', dn);
    });
    return { id };
  }

  async function remove(type: string, id: string, request: Request): Promise<Removed> {
    const kind = typeId(type);
    const spec = types.find((candidate) => candidate.id === kind);
    const attributes = (spec?.attributes ?? []).map(({ name }) => name);
    const relations = (spec?.relations ?? []).map(({ name }) => name);
    const { answers } = await source.get(type, [id], { attributes, relations, now: request.now, signal: request.signal });
    const answer = answers.get(id);
    if (answer?.state === 'unknown') throw new ConnectorError('conflict', answer.reason);
    if (answer?.state !== 'found') return { snapshot: null };
    await onEntry(kind, id, request.signal, async (dn) => {
      const result = await client.remove(dn, request.signal);
      if (result.code === codes.notAllowedOnNonLeaf) {
        throw new ConnectorError(
          'conflict',
          { en: `There are still entries below "${dn}". Remove or move them first; a department with people in it is never removed.`, zh: `“${dn}”之下仍有条目，请先删除或移走；不会删除仍有人员的部门。` },
          { detail: 'LDAP 66 notAllowedOnNonLeaf' },
        );
      }
      if (result.code !== codes.success) throw answerError(result, 'write', dn);
      await repair.removed(dn, request.signal);
    }).catch((error: unknown) => {
      if (!(error instanceof ConnectorError) || error.kind !== 'not-found') throw error;
    });
    places.forget(id);
    return { snapshot: answer.object };
  }

  async function changeMembers(owner: ObjectKey, relation: string, change: MemberChange, request: Request): Promise<MembersWritten> {
    if (typeId(owner.type) !== 'group' || relation !== 'member') {
      throw new ConnectorError('unsupported', { en: `LDAP has no relation "${relation}" on ${owner.type}.`, zh: `LDAP 的 ${owner.type} 没有“${relation}”关系。` });
    }
    return members.change(owner.id, change, request.signal);
  }

  // ── Values ───────────────────────────────────────────────────────────────────────────────────────────

  async function valuesOf(name: string, value: Value | null, signal: AbortSignal): Promise<readonly string[]> {
    const texts = textsOf(value);
    if (name !== MANAGER) return texts;
    return Promise.all(texts.map(async (id) => (await places.requireFarEnd(MANAGER, id, signal)).dn));
  }

  return { create, update, disable, enable, remove, changeMembers };
}

/** Measured on slapd 2.5: back-mdb keeps each step of a name in one key and answers a longer one with 80 "internal error". */
const LONGEST_NAME = 245;

function refuseLongName(rdn: string, attribute: string): void {
  const bytes = Buffer.byteLength(rdn);
  if (bytes <= LONGEST_NAME) return;
  throw new ConnectorError(
    'invalid',
    { en: `"${attribute}" is too long for the name of an entry: ${bytes} bytes, ${LONGEST_NAME} are allowed (80 Chinese characters).`, zh: `“${attribute}”作为条目名称过长：${bytes} 字节，上限 ${LONGEST_NAME} 字节（约 80 个汉字）。` },
    { attribute },
  );
}

/** An empty text is no value: LDAP refuses it with code 21. @see https://www.rfc-editor.org/rfc/rfc4517#section-3.3.6 */
const textsOf = (value: Value | null): readonly string[] =>
  value === null ? [] : (Array.isArray(value) ? value : [value]).map((one) => (typeof one === 'boolean' ? (one ? 'TRUE' : 'FALSE') : String(one))).filter((text) => text !== '');

/** Attribute names are compared without case; undefined = not changed. */
function changedValue(attributes: Attributes, name: string): Value | null | undefined {
  const key = Object.keys(attributes).find((candidate) => candidate.toLowerCase() === name.toLowerCase());
  if (key === undefined) return undefined;
  const value = attributes[key]!;
  return textsOf(value).length === 0 ? null : value;
}

/** The department of a person; one that we do not manage (a foreign name) does not count. */
const managed = (edges: Edges): string | undefined => (edges.membership ?? []).map(({ to }) => to.id).find((id) => !id.startsWith('name:') && !id.startsWith('dn:'));

function personOnly(type: string): void {
  if (typeId(type) !== 'person') throw new ConnectorError('unsupported', { en: 'Only accounts can be disabled in LDAP.', zh: '在 LDAP 中只能停用账号。' });
}

const missing = (attribute: string): ConnectorError =>
  new ConnectorError('invalid', { en: `"${attribute}" must have a value.`, zh: `“${attribute}”必须有值。` }, { attribute });

function fail(dn: string): never {
  throw new ConnectorError('permission', {
    en: `The entry was created, but this account may not read its entryUUID (${dn}). Grant it read access to entryUUID.`,
    zh: `条目已创建，但该账号无权读取其 entryUUID（${dn}）。请授予读取权限。`,
  });
}
