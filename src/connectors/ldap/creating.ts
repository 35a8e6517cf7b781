// Creates entries: classes, values, place, first members, first password.
import type { DesiredObject, WriteRequest, Written } from '../../connector-kit/contract.ts';
import { ConnectorError, onceMade } from '../../connector-kit/errors.ts';
import { DN, MANAGER, PARENT, PASSWORD, typeId, type TypeId } from './catalogue.ts';
import type { Client } from './client.ts';
import type { Part } from './config.ts';
import { missing, refuseLongName, textsOf } from './desired.ts';
import { childDn, parentDn, rdnText } from './dn.ts';
import { classesOf, namingOf, partBase, type Layout } from './layout.ts';
import { pieces, type MemberWriter } from './members.ts';
import type { Result, Values } from './messages.ts';
import type { Places } from './places.ts';
import type { Placing } from './placing.ts';
import { answerError } from './result-codes.ts';
import { codes, oids } from './wire.ts';

type Request = WriteRequest<Part>;

export function creatorOf(client: Client, layout: Layout, places: Places, placing: Placing, members: MemberWriter) {
  const { config } = layout;
  const { departmentName, idAt, parentOf, personHome, refuseTaken, settleManager, taken, valuesOf } = placing;

  async function create(type: string, desired: DesiredObject, request: Request): Promise<Written> {
    const kind = typeId(type);
    const { signal } = request;
    const naming = namingOf(config, kind);
    const name = textsOf(desired.attributes[naming] ?? null)[0];
    if (name === undefined) throw missing(naming);
    const since = places.moves;
    const entry = await newEntry(kind, desired, signal);
    await refuseTaken(kind, desired.attributes, undefined, signal);
    const inEdges = kind === 'group' ? await members.values(desired.edges.member ?? [], signal) : { values: [], refused: [] };
    const [first = [], ...more] = [...pieces(inEdges.values)];
    if (kind === 'group') {
      const values = first.length > 0 ? first : layout.membersAre === 'dn' ? [config.placeholderMember] : [];
      if (values.length > 0) entry.set(layout.memberAttribute, values);
    }
    refuseLongName(rdnText([{ type: naming, value: name }]), naming);
    const dn = childDn(naming, name, await homeOf(kind, desired, request));
    const id = await add(kind, dn, entry, signal);
    places.learn(id, {
      dn,
      uid: textsOf(desired.attributes.uid ?? null)[0],
      name: textsOf(desired.attributes[config.departmentKey] ?? null)[0],
    });
    if (kind === 'person') await setFirstPassword(dn, desired, signal);
    await onceMade(async () => {
      const manager = entry.get(MANAGER);
      if (manager !== undefined) await settleManager(id, desired.attributes[MANAGER]!, manager.map(String), since, signal);
      for (const piece of more) {
        const result = await client.modify(dn, [['add', layout.memberAttribute, piece]], signal, 'permissive');
        if (result.code !== codes.success) throw answerError(result, 'write', dn);
      }
      if (kind === 'group') await members.settle(id, desired.edges.member ?? [], inEdges.values, since, signal);
    });
    // Gone since the plan was made.
    const refused = inEdges.refused.map((edge) => ({ relation: 'member', ...edge }));
    return refused.length > 0 ? { id, refused } : { id };
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

  async function add(kind: TypeId, dn: string, entry: ReadonlyMap<string, Values>, signal: AbortSignal): Promise<string> {
    const { result, entryUuid } = await client.add(dn, entry, signal);
    if (result.code === codes.entryAlreadyExists) throw await taken(kind, dn, result, signal);
    if (result.code === codes.noSuchObject) {
      places.forgetBelow(parentDn(dn));
      throw new ConnectorError(
        'conflict',
        {
          en: `"${parentDn(dn)}", where the entry should be created, does not exist or may not be seen.`,
          zh: `新建条目的上级“${parentDn(dn)}”不存在或不可见。`,
        },
        { detail: 'LDAP 32 noSuchObject' },
      );
    }
    if (result.code !== codes.success) throw answerError(result, 'write', dn);
    return entryUuid ?? onceMade(async () => (await idAt(dn, signal)) ?? fail(dn));
  }

  /** The server hashes it where it can (RFC 3062). An account whose password is refused is not left behind. */
  async function setFirstPassword(dn: string, desired: DesiredObject, signal: AbortSignal): Promise<void> {
    const password = desired.secrets?.[PASSWORD];
    if (password === undefined || password === '') return;
    const result = await onceMade(() => sendPassword(dn, password, signal));
    if (result.code === codes.success) return;
    const detail = `LDAP ${result.code}`;
    const removed = await onceMade(() => client.remove(dn, signal));
    if (removed.code !== codes.success && removed.code !== codes.noSuchObject)
      throw new ConnectorError(
        'unknown-outcome',
        {
          en: `The LDAP server refuses the initial password (password policy?), and does not let the new account be removed again. It is there without a password (${dn}): set one there, or allow removals.`,
          zh: `LDAP 服务器拒绝了初始密码（密码策略？），且不允许再删除新账号。账号已存在但没有密码（${dn}）：请在该处设置密码，或授予删除权限。`,
        },
        { attribute: PASSWORD, detail: `${detail}, then ${removed.code}` },
      );
    places.forgetBelow(dn);
    throw new ConnectorError(
      'invalid',
      {
        en: 'The LDAP server refuses the initial password (password policy?). The account was not created.',
        zh: 'LDAP 服务器拒绝了初始密码（密码策略？），账号未创建。',
      },
      { attribute: PASSWORD, detail },
    );
  }

  async function sendPassword(dn: string, password: string, signal: AbortSignal): Promise<Result> {
    const { extensions } = await client.features(signal);
    return extensions.has(oids.setPassword)
      ? client.setPassword(dn, password, signal)
      : client.modify(dn, [['replace', PASSWORD, [password]]], signal);
  }

  return create;
}

function fail(dn: string): never {
  throw new ConnectorError('permission', {
    en: `The entry was created, but this account may not read its entryUUID (${dn}). Grant it read access to entryUUID.`,
    zh: `条目已创建，但该账号无权读取其 entryUUID（${dn}）。请授予读取权限。`,
  });
}
