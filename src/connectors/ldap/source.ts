// Reading people, departments and groups: everything of a type, single ones by id, what changed, who has a value.
import { comparisonKey } from '../../core/attribute.ts';
import { attributeOf, type Edge, type EndpointObject, type Label, type ObjectTypeSpec, type Value } from '../../core/model.ts';
import type {
  ChangeEvent,
  ChangesRequest,
  Connection,
  CursorRequest,
  Found,
  GetAnswer,
  GetReport,
  GetRequest,
  ReadEvent,
  ReadRequest,
} from '../../connector-kit/contract.ts';
import { ConnectorError } from '../../connector-kit/errors.ts';
import { EntryShape, type Entry } from './ber.ts';
import { DN, PARENT, typeId } from './catalogue.ts';
import { everything, listOf, noAttributes, type Client } from './client.ts';
import type { Part } from './config.ts';
import { dnKey, isWithin } from './dn.ts';
import { all, any, equals, isId, partBase, type Layout } from './layout.ts';
import { memberEdge, translatorOf, type Translator } from './objects.ts';
import { elsewhere, hiddenPlaces, invisibleBase, limitReached, noIds, visibleRange } from './range.ts';
import { idOf, References } from './references.ts';
import { GreaterThanEqualsFilter, NotFilter, type Filter } from 'ldapts';
import { ldapTime, parseLdapTime } from './wire.ts';

export type Source = Required<Pick<Connection<Part>, 'read' | 'get' | 'startCursor' | 'changes' | 'find' | 'readMembers'>>;

/** Edges in one event; a group with more is delivered in pieces. */
const EDGES = 1000;
/** Groups in one page: each may bring 100,000 members, and two pages are in memory. */
const CROWDS = 50;
/** Ids in one filter. slapd takes more, but the answer must stay below its default size limit of 500. */
const IDS = 200;
/** Replicas and clocks may lag behind the watermark by this much. */
const OVERLAP_MS = 5 * 60_000;

export function ldapSource(client: Client, layout: Layout, types: readonly ObjectTypeSpec[], now: () => number): Source {
  /** OUs that a read of this connection found hidden: what is missing may be there. */
  const hidden = new Map<string, string>();

  async function look(references: References, translator: Translator, entries: readonly Entry[], signal: AbortSignal): Promise<void> {
    if (!translator.needs.departments || layout.config.layout === 'flat') return;
    await references.lookAbove(client, entries, signal);
    for (const [key, dn] of references.hidden) hidden.set(key, dn);
  }

  async function* read(type: string, request: ReadRequest<Part>): AsyncGenerator<ReadEvent> {
    const kind = typeId(type);
    const base = partBase(layout, request.part);
    const visible = await visibleRange(client, layout, request.signal);
    if (!(await client.exists(base, request.signal))) throw invisibleBase(base);
    const translator = translatorOf(layout, kind, request.attributes, request.relations);
    let references = new References(layout);
    const asksManagers = translator.needs.managers && (await findsByName(client, layout.config.base, request.signal));
    const first = { ...translator.needs, managers: translator.needs.managers && !asksManagers };
    let knowsAll: boolean | undefined;
    if (kind === 'department') hidden.clear();

    let stopped: Label | undefined;
    const search = { base, scope: 'sub' as const, filter: layout.filters[kind], shape: translator.shape };
    for await (const page of client.pages(search, request.signal, translator.needs.members ? CROWDS : undefined)) {
      const entries = kind === 'department' ? page.entries.filter((entry) => !layout.isFolder(dnKey(entry.dn))) : page.entries;
      // Where nothing is, nothing is referred to.
      if (entries.length > 0) knowsAll ??= await references.loadAll(client, first, request.signal);
      if (knowsAll === false) {
        references = new References(layout);
        await references.loadFor(client, entries, translator.shape, translator.needs, request.signal);
      } else if (asksManagers) await references.meetManagers(client, entries, translator.shape, request.signal);
      await look(references, translator, entries, request.signal);
      const objects: EndpointObject[] = [];
      const crowds: { readonly object: EndpointObject; readonly members: readonly string[] }[] = [];
      for (const entry of entries) {
        const id = idOf(entry);
        if (id === undefined) throw noIds(entry.dn);
        const fault = translator.fault(entry);
        if (fault) {
          yield { kind: 'unreadable', id, where: entry.dn, reason: fault };
          continue;
        }
        const members = translator.members(entry);
        if (members && members.length > EDGES) crowds.push({ object: translator.object(entry, id, references), members });
        else objects.push(whole(translator, references, entry, id));
      }
      for (const url of page.references) yield { kind: 'unreadable', id: null, where: url, reason: elsewhere };
      if (objects.length > 0) yield { kind: 'objects', objects };
      for (const { object, members } of crowds) yield* inPieces(object, members, references);
      if (page.limit) stopped = limitReached(page.limit.code);
    }
    if (translator.needs.departments && hidden.size > 0) stopped ??= hiddenPlaces([...hidden.values()]);
    yield stopped ? { kind: 'end', complete: false, reason: stopped, visible } : { kind: 'end', complete: true, visible };
  }

  async function get(type: string, ids: readonly string[], request: GetRequest<Part>): Promise<GetReport> {
    const kind = typeId(type);
    const visible = await visibleRange(client, layout, request.signal);
    const translator = translatorOf(layout, kind, request.attributes, request.relations);
    const partKey = request.part && dnKey(partBase(layout, request.part));
    const answers = new Map<string, GetAnswer>();
    for (let at = 0; at < ids.length; at += IDS) {
      const batch = ids.slice(at, at + IDS).filter(isId);
      if (batch.length === 0) continue;
      const filter = all(layout.filters[kind], any(batch.map((id) => equals('entryUUID', id))));
      const found = await client.search({ base: layout.config.base, scope: 'sub', filter, shape: translator.shape }, request.signal);
      const references = new References(layout);
      await references.loadFor(client, found, translator.shape, translator.needs, request.signal);
      await look(references, translator, found, request.signal);
      for (const entry of found) {
        const id = idOf(entry);
        if (id === undefined || (kind === 'department' && layout.isFolder(dnKey(entry.dn)))) continue;
        const fault = translator.fault(entry);
        answers.set(
          id,
          fault
            ? { state: 'unknown', reason: fault }
            : {
                state: 'found',
                object: whole(translator, references, entry, id),
                ...(partKey === undefined ? {} : { inPart: isWithin(dnKey(entry.dn), partKey) }),
              },
        );
      }
    }
    const missing = ids.filter((id) => !answers.has(id));
    // An empty answer from below a base that cannot be seen says nothing.
    const blind = missing.length > 0 && !(await client.exists(layout.config.base, request.signal));
    const doubt = blind
      ? invisibleBase(layout.config.base).label
      : kind === 'department' && hidden.size > 0
        ? hiddenPlaces([...hidden.values()])
        : undefined;
    for (const id of missing) answers.set(id, doubt ? { state: 'unknown', reason: doubt } : { state: 'gone' });
    return { answers, visible };
  }

  async function find(type: string, attribute: string, values: readonly Value[], request: GetRequest): Promise<readonly Found[]> {
    const kind = typeId(type);
    const spec = types.find((candidate) => candidate.id === kind);
    const equality = (spec && attributeOf(spec, attribute)?.equality) ?? 'exact';
    if (attribute === PARENT || (spec && attributeOf(spec, attribute)?.type === 'reference')) {
      throw new ConnectorError('unsupported', {
        en: `LDAP cannot search by "${attribute}".`,
        zh: `LDAP 无法按“${attribute}”查询。`,
      });
    }
    const asked = attribute === DN ? 'entryDN' : attribute;
    const shape = new EntryShape(['entryUUID', asked]);
    const wanted = new Map<string, Value>();
    for (const value of values) for (const one of Array.isArray(value) ? value : [value]) wanted.set(comparisonKey(one, equality), value);
    const found: Found[] = [];
    const texts = [...new Set(values.flat().map(String))].filter((text) => text !== '');
    for (let at = 0; at < texts.length; at += IDS) {
      const filter = all(layout.filters[kind], any(texts.slice(at, at + IDS).map((text) => equals(asked, text))));
      for await (const page of client.pages({ base: layout.config.base, scope: 'sub', filter, shape }, request.signal)) {
        for (const entry of page.entries) {
          const id = idOf(entry);
          if (id === undefined || (kind === 'department' && layout.isFolder(dnKey(entry.dn)))) continue;
          for (const held of new Set(listOf(entry.values[1]).map((text) => comparisonKey(text, equality)))) {
            const value = wanted.get(held);
            if (value !== undefined) found.push({ value, id });
          }
        }
      }
    }
    return found;
  }

  async function* readMembers(
    owner: { readonly type: string; readonly id: string },
    relation: string,
    request: GetRequest,
  ): AsyncGenerator<readonly Edge[]> {
    const kind = typeId(owner.type);
    if (kind !== 'group' || relation !== 'member' || !isId(owner.id)) return;
    const translator = translatorOf(layout, kind, [], [relation]);
    const [entry] = await client.search(
      {
        base: layout.config.base,
        scope: 'sub',
        filter: all(layout.filters.group, equals('entryUUID', owner.id)),
        shape: translator.shape,
      },
      request.signal,
    );
    if (!entry)
      throw new ConnectorError('not-found', {
        en: 'This group does not exist or is not visible.',
        zh: '该组不存在或不可见。',
      });
    const references = new References(layout);
    await references.loadFor(client, [entry], translator.shape, translator.needs, request.signal);
    const members = translator.members(entry) ?? [];
    for (let at = 0; at < members.length; at += EDGES) yield members.slice(at, at + EDGES).map((value) => memberEdge(references, value));
  }

  /**
   * The number of the last change that the server remembers, where it keeps one for itself alone (syncprov keeps
   * contextCSN on the suffix): it is exact. Several writing servers have one each, and others none: then the time, less an
   * overlap, which repeats some objects but misses nothing.
   * @see https://www.openldap.org/software/man.cgi?query=slapo-syncprov
   */
  async function startCursor({ signal }: CursorRequest<Part>): Promise<string> {
    const { namingContexts } = await client.features(signal);
    const suffix = namingContexts.find((context) => isWithin(layout.baseKey, dnKey(context))) ?? layout.config.base;
    const [entry] = await client.search(
      { base: suffix, scope: 'base', filter: everything, shape: new EntryShape(['contextCSN', 'entryCSN']) },
      signal,
    );
    const [numbers = [], own = []] = (entry?.values ?? []).map(listOf);
    // Who may not read entryCSN could not search by it either.
    if (numbers.length === 1 && own.length > 0) return numbers[0]!;
    const times = numbers.map(parseLdapTime).filter((time) => time !== null);
    return ldapTime((times.length > 0 ? Math.min(...times) : now()) - OVERLAP_MS);
  }

  /** Entries changed after the cursor. */
  function since(cursor: string): Filter {
    if (!cursor.includes('#')) return new GreaterThanEqualsFilter({ attribute: 'modifyTimestamp', value: cursor });
    return all(
      new GreaterThanEqualsFilter({ attribute: 'entryCSN', value: cursor }),
      new NotFilter({ filter: equals('entryCSN', cursor) }),
    );
  }

  /** Added, changed and renamed entries as whole objects. Deletions leave no trace in LDAP: the full read finds them. */
  async function* changes(cursor: string, request: ChangesRequest<Part>): AsyncGenerator<ChangeEvent> {
    const next = await startCursor(request);
    // A server that lost its past (restored), or changed the way it counts.
    if (parseLdapTime(cursor) === null || cursor.includes('#') !== next.includes('#') || cursor > next) throw expired();
    const visible = await visibleRange(client, layout, request.signal);
    const base = partBase(layout, request.part);
    if (!(await client.exists(base, request.signal))) throw invisibleBase(base);
    for (const type of request.types) {
      const kind = typeId(type);
      const translator = translatorOf(layout, kind, request.attributes, request.relations);
      const search = {
        base,
        scope: 'sub' as const,
        filter: all(layout.filters[kind], since(cursor)),
        shape: translator.shape,
      };
      for await (const page of client.pages(search, request.signal, translator.needs.members ? CROWDS : undefined)) {
        if (page.limit) throw new ConnectorError('cursor-expired', limitReached(page.limit.code));
        const references = new References(layout);
        await references.loadFor(client, page.entries, translator.shape, translator.needs, request.signal);
        await look(references, translator, page.entries, request.signal);
        const objects: EndpointObject[] = [];
        for (const entry of page.entries) {
          if (kind === 'department' && layout.isFolder(dnKey(entry.dn))) continue;
          const id = idOf(entry);
          if (id === undefined) throw noIds(entry.dn);
          const fault = translator.fault(entry);
          if (fault) yield { kind: 'unreadable', type, id, where: entry.dn, reason: fault };
          else objects.push(whole(translator, references, entry, id));
        }
        if (objects.length > 0) yield { kind: 'objects', type, objects };
      }
    }
    yield { kind: 'end', cursor: next, visible };
  }

  return { read, get, find, readMembers, startCursor, changes };
}

/** Whether an entry is found by its whole name as by an attribute. @see https://www.rfc-editor.org/rfc/rfc5020 */
const findsByName = async (client: Client, base: string, signal: AbortSignal): Promise<boolean> =>
  (await client.search({ base, scope: 'base', filter: equals('entryDN', base), shape: noAttributes }, signal)).length > 0;

/** A large group: its members in pieces, itself before the last of them. */
function* inPieces(object: EndpointObject, members: readonly string[], references: References): Generator<ReadEvent> {
  for (let at = 0; at < members.length; at += EDGES) {
    const last = at + EDGES >= members.length;
    const edges = members.slice(at, at + EDGES).map((value) => memberEdge(references, value));
    if (last) yield { kind: 'objects', objects: [object] };
    yield { kind: 'edges', owner: object.id, relation: 'member', edges, last };
  }
}

/** The object with all its members. */
function whole(translator: Translator, references: References, entry: Entry, id: string): EndpointObject {
  const object = translator.object(entry, id, references);
  const members = translator.members(entry);
  return members ? { ...object, edges: { member: members.map((value) => memberEdge(references, value)) } } : object;
}

const expired = (): ConnectorError =>
  new ConnectorError('cursor-expired', {
    en: 'The LDAP server is older than the last read (restored from a backup?); everything is read again.',
    zh: 'LDAP 服务器的状态早于上次读取（可能从备份恢复），将重新完整读取。',
  });
