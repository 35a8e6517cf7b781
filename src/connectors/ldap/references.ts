// Which entryUUID stands behind a DN: LDAP refers by name, we refer by id. Compact, since a read may need a million.
import { EntryShape, type Entry } from './ber.ts';
import { listOf, type Client } from './client.ts';
import { dnKey, firstRdn, isWithin, parentDn, valueKey } from './dn.ts';
import { all, any, equals, foreignId, isId, type Layout } from './layout.ts';
import type { TypeId } from './catalogue.ts';

/**
 * Text key → UUID in 24 bytes a slot, filled up to two thirds: about 50 bytes an entry where a Map of strings takes
 * 200. Keys are kept as 64-bit hashes; among a million of them two meet with a probability of 1 in 37 million.
 */
export class IdTable {
  private words: Uint32Array;
  private mask: number;
  private count = 0;
  private first = 0;
  private second = 0;

  constructor(slots = 1024) {
    this.words = new Uint32Array(slots * 6);
    this.mask = slots - 1;
  }

  get size(): number {
    return this.count;
  }

  set(key: string, uuid: string): void {
    if ((this.count + 1) * 3 > (this.mask + 1) * 2) this.grow();
    this.hash(key);
    const slot = this.slot(this.first, this.second);
    if (this.words[slot + 1] === 0) this.count++;
    this.words[slot] = this.first;
    this.words[slot + 1] = this.second;
    const hex = uuid.replaceAll('-', '');
    for (let i = 0; i < 4; i++) this.words[slot + 2 + i] = Number.parseInt(hex.slice(i * 8, i * 8 + 8), 16);
  }

  has(key: string): boolean {
    this.hash(key);
    return this.words[this.slot(this.first, this.second) + 1] !== 0;
  }

  get(key: string): string | undefined {
    this.hash(key);
    const slot = this.slot(this.first, this.second);
    if (this.words[slot + 1] === 0) return undefined;
    const hex = [2, 3, 4, 5].map((i) => this.words[slot + i]!.toString(16).padStart(8, '0')).join('');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }

  /** Two independent multiplicative hashes (cyrb53); the second is never 0, which marks a free slot. */
  private hash(key: string): void {
    let a = 0xdeadbeef;
    let b = 0x41c6ce57;
    for (let i = 0; i < key.length; i++) {
      const c = key.charCodeAt(i);
      a = Math.imul(a ^ c, 2654435761);
      b = Math.imul(b ^ c, 1597334677);
    }
    a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
    b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
    this.first = a >>> 0;
    this.second = b >>> 0 || 1;
  }

  private slot(first: number, second: number): number {
    let at = first & this.mask;
    for (;;) {
      const word = at * 6;
      if (this.words[word + 1] === 0 || (this.words[word + 1] === second && this.words[word] === first)) return word;
      at = (at + 1) & this.mask;
    }
  }

  private grow(): void {
    const old = this.words;
    this.mask = (this.mask + 1) * 2 - 1;
    this.words = new Uint32Array((this.mask + 1) * 6);
    for (let word = 0; word < old.length; word += 6) {
      if (old[word + 1] === 0) continue;
      this.words.set(old.subarray(word, word + 6), this.slot(old[word]!, old[word + 1]!));
    }
  }
}

/** What the objects to be translated refer to. */
export interface Needs {
  /** Parents and memberships. */
  readonly departments: boolean;
  readonly managers: boolean;
  readonly members: boolean;
}

const ID = new EntryShape(['entryUUID']);
const DEPARTMENTS: Needs = { departments: true, managers: false, members: false };
const MANAGERS: Needs = { departments: false, managers: true, members: false };
const BATCH = 200;
/** Names of people, and names that nobody bears, that are not looked up twice in one read: at most so many of each. */
const REMEMBERED = 50_000;

export class References {
  private readonly layout: Layout;
  private readonly tables: Record<TypeId, IdTable> = {
    department: new IdTable(),
    person: new IdTable(),
    group: new IdTable(),
  };
  /** flat: department by the value that people name; null when several bear it. posixGroup: person by uid. */
  private readonly byName = new Map<string, string | null>();
  private readonly byUid = new IdTable();
  /** Entries come in runs of the same parent. */
  private readonly homes = new Map<string, string | null | undefined>();
  /** OUs with visible entries below that this account may not see themselves. */
  readonly hidden = new Map<string, string>();
  private readonly lookedAbove = new Set<string>();
  /** Managers by their name as it was written: the same few come again and again. */
  private readonly met = new Map<string, string>();
  private readonly askedInVain = new Set<string>();
  private batch = BATCH;
  private readonly otherPlaces = new Set<string>();

  constructor(layout: Layout) {
    this.layout = layout;
  }

  /** Everything of the connection that may be referred to, in one light search a type. False: the server stopped at a limit. */
  async loadAll(client: Client, needs: Needs, signal: AbortSignal): Promise<boolean> {
    const { config } = this.layout;
    const types: TypeId[] = [];
    if (needs.departments) types.push('department');
    if (needs.managers || needs.members) types.push('person');
    if (needs.members && this.layout.membersAre === 'dn') types.push('group');
    for (const type of types) {
      const shape = this.shapeFor(type, needs);
      const request = { base: config.base, scope: 'sub' as const, filter: this.layout.filters[type], shape };
      for await (const page of client.pages(request, signal)) {
        for (const entry of page.entries) this.learn(type, entry);
        if (page.limit) return false;
      }
    }
    return true;
  }

  /**
   * Looks at OUs above these entries that are no department known so far: made since, of another kind, or hidden. Whoever
   * lies in a hidden one belongs to a department that cannot be named, and not to the next one above it.
   */
  async lookAbove(client: Client, entries: readonly Entry[], signal: AbortSignal): Promise<void> {
    for (const { dn } of entries) {
      const above = parentDn(dn);
      if (this.lookedAbove.has(above)) continue;
      this.lookedAbove.add(above);
      for (const place of this.ancestors(dn)) {
        const key = dnKey(place);
        if (this.tables.department.get(key) !== undefined || this.hidden.has(key)) break;
        if (this.otherPlaces.has(key) || firstRdn(place)[0]!.type.toLowerCase() !== 'ou') continue;
        const [found] = await client.search(
          { base: place, scope: 'base', filter: this.layout.filters.department, shape: this.shapeFor('department', DEPARTMENTS) },
          signal,
        );
        if (found) this.learn('department', found);
        else if (await client.exists(place, signal)) this.otherPlaces.add(key);
        else this.hidden.set(key, place);
        if (!this.otherPlaces.has(key)) break;
      }
    }
  }

  /**
   * Managers of these entries who are not known yet, in batches. A few people lead many, so a whole read asks for them as they come instead of
   * reading everybody's name before it begins.
   */
  async meetManagers(client: Client, entries: readonly Entry[], shape: EntryShape, signal: AbortSignal): Promise<void> {
    const place = shape.place('manager');
    const asked = new Map<string, string>();
    for (const entry of entries) {
      for (const dn of listOf(entry.values[place])) {
        if (this.met.has(dn)) continue;
        const key = dnKey(dn);
        const isSettled = this.tables.person.has(key) || this.askedInVain.has(key) || !isWithin(key, this.layout.baseKey);
        if (!isSettled) asked.set(key, dn);
      }
    }
    await this.ask(
      client,
      'person',
      [...asked.values()].map((dn) => equals('entryDN', dn)),
      MANAGERS,
      signal,
    );
    for (const key of asked.keys()) if (!this.tables.person.has(key) && this.askedInVain.size < REMEMBERED) this.askedInVain.add(key);
  }

  /** Only what these entries refer to, in batches. */
  async loadFor(client: Client, entries: readonly Entry[], shape: EntryShape, needs: Needs, signal: AbortSignal): Promise<void> {
    const { config, membersAre, memberAttribute } = this.layout;
    const departments = new Set<string>();
    const others = new Set<string>();
    const names = new Set<string>();
    const values = (entry: Entry, name: string): readonly string[] => listOf(entry.values[shape.place(name)]);
    for (const entry of entries) {
      if (needs.departments) for (const dn of this.ancestors(entry.dn)) departments.add(dn);
      if (needs.departments && config.layout === 'flat') for (const name of values(entry, config.departmentAttribute)) names.add(name);
      if (needs.managers) for (const dn of values(entry, 'manager')) others.add(dn);
      if (needs.members) for (const value of values(entry, memberAttribute)) others.add(value);
    }
    const byDn = (dn: string) => equals('entryDN', dn);
    await this.ask(client, 'department', [...departments].map(byDn), needs, signal);
    await this.ask(
      client,
      'department',
      [...names].map((name) => equals(config.departmentKey, name)),
      needs,
      signal,
    );
    if (needs.members && membersAre === 'uid') {
      await this.ask(
        client,
        'person',
        [...others].map((uid) => equals('uid', uid)),
        needs,
        signal,
      );
      return;
    }
    const inside = [...others].filter((dn) => isWithin(dnKey(dn), this.layout.baseKey)).map(byDn);
    await this.ask(client, 'person', inside, needs, signal);
    if (needs.members) await this.ask(client, 'group', inside, needs, signal);
  }

  /** entryDN is the name as an attribute, found without a scan. @see https://www.rfc-editor.org/rfc/rfc5020 */
  private async ask(client: Client, type: TypeId, filters: ReturnType<typeof equals>[], needs: Needs, signal: AbortSignal): Promise<void> {
    const shape = this.shapeFor(type, needs);
    for (let at = 0; at < filters.length; ) {
      const some = filters.slice(at, at + this.batch);
      const filter = all(this.layout.filters[type], any(some));
      const request = { base: this.layout.config.base, scope: 'sub' as const, filter, shape };
      const found = some.length > 1 ? await client.searchIfFew(request, signal) : await client.search(request, signal);
      // A server that gives this account only so many entries is asked for fewer at once.
      if (found === null) this.batch = Math.ceil(some.length / 2);
      for (const entry of found ?? []) this.learn(type, entry);
      if (found !== null) at += some.length;
    }
  }

  private shapeFor(type: TypeId, needs: Needs): EntryShape {
    const { config, membersAre } = this.layout;
    if (type === 'department' && config.layout === 'flat') return new EntryShape(['entryUUID', config.departmentKey]);
    if (type === 'person' && needs.members && membersAre === 'uid') return new EntryShape(['entryUUID', 'uid']);
    return ID;
  }

  private learn(type: TypeId, entry: Entry): void {
    const uuid = idOf(entry);
    if (uuid === undefined) return;
    const key = dnKey(entry.dn);
    if (type === 'department' && this.layout.isFolder(key)) return;
    this.tables[type].set(key, uuid);
    for (const name of listOf(entry.values[1])) {
      if (type === 'person') this.byUid.set(name.toLowerCase(), uuid);
      else {
        const known = this.byName.get(valueKey(name));
        this.byName.set(valueKey(name), known === undefined || known === uuid ? uuid : null);
      }
    }
  }

  private ancestors(dn: string): string[] {
    const found: string[] = [];
    for (let above = parentDn(dn); above !== ''; above = parentDn(above)) {
      const key = dnKey(above);
      if (!isWithin(key, this.layout.baseKey) || key === this.layout.baseKey) break;
      if (!this.layout.isFolder(key)) found.push(above);
    }
    return found;
  }

  /** The nearest department above an entry; null at the top; undefined where that one is hidden. */
  departmentAbove(dn: string): string | null | undefined {
    const above = parentDn(dn);
    let home = this.homes.get(above);
    if (home === undefined && !this.homes.has(above)) {
      home = null;
      for (const place of this.ancestors(dn)) {
        const key = dnKey(place);
        home = this.tables.department.get(key) ?? (this.hidden.has(key) ? undefined : null);
        if (home !== null) break;
      }
      this.homes.set(above, home);
    }
    return home;
  }

  /** flat: the department that the value names; a name nobody or several bear stays a foreign reference. */
  departmentNamed(name: string): string {
    return this.byName.get(valueKey(name)) ?? `name:${name}`;
  }

  person(dn: string): string {
    const met = this.met.get(dn);
    if (met !== undefined) return met;
    const id = this.tables.person.get(dnKey(dn));
    if (id !== undefined && this.met.size < REMEMBERED) this.met.set(dn, id);
    return id ?? foreignId(dn);
  }

  member(value: string): { readonly type: 'person' | 'group'; readonly id: string } {
    if (this.layout.membersAre === 'uid') return { type: 'person', id: this.byUid.get(value.toLowerCase()) ?? `uid:${value}` };
    const key = dnKey(value);
    const person = this.tables.person.get(key);
    if (person !== undefined) return { type: 'person', id: person };
    const group = this.tables.group.get(key);
    return group === undefined ? { type: 'person', id: foreignId(value) } : { type: 'group', id: group };
  }
}

/** The entry's id; undefined when the account may not read entryUUID (it must be the first attribute asked). */
export function idOf(entry: Entry): string | undefined {
  const value = entry.values[0];
  const uuid = typeof value === 'string' ? value.toLowerCase() : undefined;
  return uuid !== undefined && isId(uuid) ? uuid : undefined;
}
