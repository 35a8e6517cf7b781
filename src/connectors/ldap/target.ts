// Writing people, departments and groups: update with rename and move, disable, enable, remove, members.
import type {
  ChangedParts,
  Connection,
  DesiredObject,
  MemberChange,
  MembersWritten,
  Removed,
  WriteRequest,
  Written,
} from '../../connector-kit/contract.ts';
import { ConnectorError } from '../../connector-kit/errors.ts';
import type { ObjectKey, ObjectTypeSpec } from '../../core/model.ts';
import { DN, MANAGER, PARENT, PASSWORD, typeId, type TypeId } from './catalogue.ts';
import type { Client } from './client.ts';
import type { Part } from './config.ts';
import { creatorOf } from './creating.ts';
import { changedValue, missing, textsOf } from './desired.ts';
import { dnKey, firstRdn, parentDn, rdnText } from './dn.ts';
import type { Elsewhere } from './elsewhere.ts';
import type { Layout } from './layout.ts';
import { memberWriter } from './members.ts';
import type { AttributeChange } from './messages.ts';
import { Places } from './places.ts';
import { placingOf } from './placing.ts';
import { repairOf } from './repair.ts';
import { answerError } from './result-codes.ts';
import type { Source } from './source.ts';
import { codes } from './wire.ts';

export type Target = Required<Pick<Connection<Part>, 'create' | 'update' | 'disable' | 'enable' | 'remove' | 'changeMembers'>>;
type Request = WriteRequest<Part>;
type Log = (event: string, fields?: Record<string, unknown>) => void;

export function ldapTarget(
  client: Client,
  layout: Layout,
  types: readonly ObjectTypeSpec[],
  source: Source,
  elsewhere: Elsewhere,
  log: Log,
): Target {
  const { config } = layout;
  const places = new Places(client, layout, elsewhere);
  const repair = repairOf(client, layout, log);
  const members = memberWriter(client, layout, places);
  const placing = placingOf(client, layout, places, repair);
  const { departmentName, move, onEntry, parentOf, personHome, refuseTaken, settleManager, valuesOf } = placing;
  const create = creatorOf(client, layout, places, placing, members);

  // ── Update ───────────────────────────────────────────────────────────────────────────────────────────

  async function update(type: string, id: string, changed: ChangedParts, _whole: DesiredObject, request: Request): Promise<Written> {
    const kind = typeId(type);
    await onEntry(kind, id, request.signal, (dn) => updateAt(kind, id, dn, changed, request));
    return { id };
  }

  async function updateAt(kind: TypeId, id: string, dn: string, changed: ChangedParts, request: Request): Promise<void> {
    const { signal } = request;
    const named = firstRdn(dn).map(({ type, value }) => ({
      type,
      value,
      next: changedValue(changed.attributes, type),
    }));
    for (const { type, next } of named) if (next === null) throw missing(type);
    const rdn = rdnText(
      named.map(({ type, value, next }) => ({
        type,
        value: next === undefined || next === null ? value : (textsOf(next)[0] ?? value),
      })),
    );
    await refuseTaken(kind, changed.attributes, id, signal);
    const parent = await newParent(kind, dn, changed, request);
    const now = await move(kind, dn, rdn, parent, signal);

    const inName = new Set(named.map(({ type }) => type.toLowerCase()));
    const changes: AttributeChange[] = [];
    const since = places.moves;
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
    const manager = changes.find(([, name]) => name === MANAGER);
    if (manager) await settleManager(id, changed.attributes[MANAGER]!, manager[2].map(String), since, signal);
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

  /** References that are no names of entries: user names in posix groups, names of departments in flat trees. */
  async function followNames(kind: TypeId, id: string, changed: ChangedParts, signal: AbortSignal): Promise<void> {
    const key = kind === 'person' ? 'uid' : config.departmentKey;
    const [from, to] = [changed.before[key], changed.attributes[key]];
    if (to === undefined) return;
    await places.renamed(id);
    if (typeof from !== 'string' || typeof to !== 'string') return;
    if (kind === 'person') await repair.uidChanged(from, to, signal);
    if (kind === 'department' && config.layout === 'flat') await repair.departmentRenamed(from, to, signal);
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
      let result = await client.modify(dn, [['add', disableAttribute, [disableValue]]], request.signal, 'permissive');
      // An attribute of one value that holds another one, such as a lock that was to end by itself.
      if (result.code === codes.constraintViolation)
        result = await client.modify(dn, [['replace', disableAttribute, [disableValue]]], request.signal);
      if (result.code !== codes.success && result.code !== codes.attributeOrValueExists) throw answerError(result, 'write', dn);
    });
    return { id };
  }

  async function enable(type: string, id: string, request: Request): Promise<Written> {
    personOnly(type);
    await onEntry('person', id, request.signal, async (dn) => {
      if (config.disableBy === 'move') {
        if (layout.isDisabledPlace(dnKey(dn)))
          await move('person', dn, rdnText(firstRdn(dn)), await personHome({}, request), request.signal);
        return;
      }
      const result = await client.modify(dn, [['delete', config.disableAttribute, [config.disableValue]]], request.signal, 'permissive');
      if (result.code !== codes.success && result.code !== codes.noSuchAttribute) throw answerError(result, 'write', dn);
    });
    return { id };
  }

  async function remove(type: string, id: string, request: Request): Promise<Removed> {
    const kind = typeId(type);
    const spec = types.find((candidate) => candidate.id === kind);
    const attributes = (spec?.attributes ?? []).map(({ name }) => name);
    const relations = (spec?.relations ?? []).map(({ name }) => name);
    const { answers } = await source.get(type, [id], {
      attributes,
      relations,
      now: request.now,
      signal: request.signal,
    });
    const answer = answers.get(id);
    if (answer?.state === 'unknown') throw new ConnectorError('conflict', answer.reason);
    if (answer?.state !== 'found') return { snapshot: null };
    await onEntry(kind, id, request.signal, async (dn) => {
      const result = await client.remove(dn, request.signal);
      if (result.code === codes.notAllowedOnNonLeaf) {
        throw new ConnectorError(
          'conflict',
          {
            en: `There are still entries below "${dn}". Remove or move them first; a department with people in it is never removed.`,
            zh: `“${dn}”之下仍有条目，请先删除或移走；不会删除仍有人员的部门。`,
          },
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
      throw new ConnectorError('unsupported', {
        en: `LDAP has no relation "${relation}" on ${owner.type}.`,
        zh: `LDAP 的 ${owner.type} 没有“${relation}”关系。`,
      });
    }
    return members.change(owner.id, change, request.signal);
  }

  return { create, update, disable, enable, remove, changeMembers };
}

function personOnly(type: string): void {
  if (typeId(type) !== 'person')
    throw new ConnectorError('unsupported', {
      en: 'Only accounts can be disabled in LDAP.',
      zh: '在 LDAP 中只能停用账号。',
    });
}
