// Where an entry stands, shall stand and is moved to, and whether its name is still free.
import type { WriteRequest } from '../../connector-kit/contract.ts';
import { ConnectorError } from '../../connector-kit/errors.ts';
import type { Attributes, Edges, Value } from '../../core/model.ts';
import { EntryShape } from './ber.ts';
import { MANAGER, PARENT, type TypeId } from './catalogue.ts';
import { everything, type Client } from './client.ts';
import type { Part } from './config.ts';
import { managed, missing, refuseLongName, textsOf } from './desired.ts';
import { dnKey, firstRdn, isWithin, parentDn, rdnText } from './dn.ts';
import { freeNames } from './free-names.ts';
import { partBase, type Layout } from './layout.ts';
import type { Places } from './places.ts';
import { idOf } from './references.ts';
import type { Repair } from './repair.ts';
import { answerError } from './result-codes.ts';
import { codes } from './wire.ts';

type Request = WriteRequest<Part>;

export function placingOf(client: Client, layout: Layout, places: Places, repair: Repair) {
  const { config } = layout;
  const names = freeNames(client, layout);

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

  async function valuesOf(name: string, value: Value | null, signal: AbortSignal): Promise<readonly string[]> {
    const texts = textsOf(value);
    if (name !== MANAGER) return texts;
    return Promise.all(texts.map(async (id) => (await places.requireFarEnd(MANAGER, id, signal)).dn));
  }

  /** Whoever was named as manager may have been renamed while that was written. `sent`: the names; since: of before they were asked for. */
  async function settleManager(
    id: string,
    value: Value | null,
    sent: readonly string[],
    since: number,
    signal: AbortSignal,
  ): Promise<void> {
    let written = sent;
    await places.settle(since, async () => {
      const found = await Promise.all(textsOf(value).map((end) => places.find(end, signal)));
      const now = found.flatMap((place) => place?.dn ?? []);
      if (now.length < found.length || now.every((dn, n) => dnKey(dn) === dnKey(written[n]!))) return;
      await onEntry('person', id, signal, async (dn) => {
        const result = await client.modify(dn, [['replace', MANAGER, now]], signal);
        if (result.code !== codes.success) throw answerError(result, 'write', dn);
      });
      written = now;
    });
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
    const objectClass = kind === 'person' ? config.personClass : config.groupKind;
    const other = (await names.bearers(objectClass, attribute, value, signal)).find(({ id }) => id !== own);
    if (!other) return;
    throw new ConnectorError(
      'already-exists',
      { en: `"${attribute}" is taken by ${other.dn}.`, zh: `“${attribute}”已被 ${other.dn} 使用。` },
      { attribute, ...(other.id ? { id: other.id } : {}) },
    );
  }

  /** Gives an entry a new name, a new parent or both; returns where it stands now. */
  async function move(kind: TypeId, dn: string, rdn: string, parent: string | null, signal: AbortSignal): Promise<string> {
    if (parent === null && rdn === rdnText(firstRdn(dn))) return dn;
    const to = `${rdn},${parent ?? parentDn(dn)}`;
    if (parent !== null && isWithin(dnKey(parent), dnKey(dn))) {
      throw new ConnectorError('conflict', {
        en: 'A department cannot be moved below itself.',
        zh: '部门不能移动到自身之下。',
      });
    }
    refuseLongName(rdn, firstRdn(dn)[0]!.type);
    const result = await client.rename(dn, rdn, parent, signal);
    if (result.code === codes.entryAlreadyExists) throw await taken(kind, to, result, signal);
    if (result.code !== codes.success) throw answerError(result, 'write', dn);
    await places.moved(dn, to);
    await repair.moved(dn, to, signal);
    return to;
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

  return { parentOf, personHome, departmentName, valuesOf, settleManager, idAt, taken, refuseTaken, move, onEntry };
}

export type Placing = ReturnType<typeof placingOf>;
