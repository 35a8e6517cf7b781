// The "system" behind the memory connector: a world of objects in this process, with rules like a vendor's.
//
// A world knows nothing of the contract. It refuses with codes of its own, which client.ts translates, as a real
// connector does with a vendor's codes. Everything here is synchronous; faults and waiting are in simulator.ts.
import { comparisonKey, normalise } from '../../core/attribute.ts';
import type { Attributes, AttributeSpec, Edge, ObjectKey, Scalar, Value } from '../../core/model.ts';
import { MOST_LEVELS, typeOf, types } from './catalogue.ts';

/** What the world answers instead of doing something: a code as a vendor would send it. */
export class Refusal extends Error {
  readonly code: string;
  readonly attribute: string | undefined;
  readonly id: string | undefined;

  constructor(code: string, message: string, about: { attribute?: string; id?: string } = {}) {
    super(message);
    this.name = 'Refusal';
    this.code = code;
    this.attribute = about.attribute;
    this.id = about.id;
  }
}

/** Small lists stay arrays (a person's departments); lists that change edge by edge are maps by far end. */
type EdgeSet = readonly Edge[] | Map<string, Edge>;

export interface Stored {
  readonly id: string;
  /** Every attribute of the catalogue, `null` when empty: all objects of a type have the same shape. */
  attributes: Record<string, Value | null>;
  edges: Record<string, EdgeSet>;
  enabled: boolean;
}

interface Shelf {
  readonly byId: Map<string, Stored>;
  /** Ids in order of creation; removed ones leave a hole, so a page's position stays valid while others change. */
  readonly order: (string | undefined)[];
  readonly places: Map<string, number>;
  /** What was removed and can be brought back. */
  readonly bin: Map<string, Stored>;
  /** Unique attribute → comparison key → id. */
  readonly taken: Map<string, Map<string, string>>;
}

export interface Touched extends ObjectKey {
  readonly sequence: number;
  readonly gone: boolean;
}

const LOG_KEPT = 200_000;
const farEnd = (to: ObjectKey): string => `${to.type}:${to.id}`;
const entries = (set: EdgeSet | undefined): Iterable<Edge> =>
  set === undefined ? [] : Array.isArray(set) ? (set as readonly Edge[]) : (set as Map<string, Edge>).values();

export class World {
  readonly name: string;
  /** Differs from that of an earlier world of the same name, so that its cursors are not taken for ours. */
  readonly mark: string;
  /** Raised by every change; a cursor is a sequence number. */
  sequence = 0;
  /** Cursors below it have expired. */
  floor = 0;
  /** Runs that ended with `finish`, in order, without doubles. */
  readonly finished = new Set<string>();
  private readonly shelves = new Map<string, Shelf>();
  private readonly used = new Map<string, number>();
  private readonly watchers = new Set<(key: ObjectKey) => void>();
  private log: Touched[] = [];
  private nextId = 1;

  constructor(name: string, mark: string) {
    this.name = name;
    this.mark = mark;
    for (const type of types) {
      const unique = type.attributes.filter((spec) => spec.unique).map((spec) => [spec.name, new Map()] as const);
      this.shelves.set(type.id, {
        byId: new Map(),
        order: [],
        places: new Map(),
        bin: new Map(),
        taken: new Map(unique),
      });
    }
  }

  count(type: string): number {
    return this.shelf(type).byId.size;
  }

  get(type: string, id: string): Stored | undefined {
    return this.shelf(type).byId.get(id);
  }

  /** Objects from a position on; `next` is the position to go on from, or null at the end. */
  page(type: string, from: number, limit: number): { readonly objects: readonly Stored[]; readonly next: number | null } {
    const { order, byId } = this.shelf(type);
    const objects: Stored[] = [];
    let at = from;
    for (; at < order.length && objects.length < limit; at += 1) {
      const id = order[at];
      if (id !== undefined) objects.push(byId.get(id)!);
    }
    return { objects, next: at < order.length ? at : null };
  }

  /** Ids of the objects whose attribute equals the value by the attribute's own equality. */
  find(type: string, attribute: string, value: Value): readonly string[] {
    const spec = typeOf(type).attributes.find((candidate) => candidate.name === attribute);
    if (!spec) throw new Refusal('unknown-field', `There is no attribute "${attribute}".`, { attribute });
    const wanted = new Set(keysOf(value, spec));
    const index = this.shelf(type).taken.get(attribute);
    if (index) return [...wanted].flatMap((key) => index.get(key) ?? []);
    const found: string[] = [];
    for (const stored of this.shelf(type).byId.values()) {
      if (keysOf(stored.attributes[attribute] ?? null, spec).some((key) => wanted.has(key))) found.push(stored.id);
    }
    return found;
  }

  /** Edges whose far end still exists. */
  *edges(stored: Stored, relation: string): Iterable<Edge> {
    for (const edge of entries(stored.edges[relation])) if (this.get(edge.to.type, edge.to.id)) yield edge;
  }

  edgeCount(stored: Stored, relation: string): number {
    const set = stored.edges[relation];
    return set === undefined ? 0 : set instanceof Map ? set.size : set.length;
  }

  insert(type: string, given: Attributes, edges: Readonly<Record<string, readonly Edge[]>> = {}, enabled = true): Stored {
    const shelf = this.shelf(type);
    const clean = this.checked(type, null, given);
    const sets = this.checkedEdges(type, edges);
    const attributes: Record<string, Value | null> = {};
    for (const spec of typeOf(type).attributes) if (spec.kind !== 'secret') attributes[spec.name] = clean[spec.name] ?? null;
    const stored: Stored = { id: `${type[0]}${this.nextId}`, attributes, edges: sets, enabled };
    this.nextId += 1;
    this.place(type, shelf, stored);
    return stored;
  }

  /** Brings back what was removed, with its id, unless somebody else has one of its unique values by now. */
  restore(type: string, id: string): Stored {
    const shelf = this.shelf(type);
    const present = shelf.byId.get(id);
    if (present) return present;
    const stored = shelf.bin.get(id);
    if (!stored) throw new Refusal('missing', `There is no ${type} ${id}.`);
    const gone = typeOf(type).attributes.filter((spec) => spec.to && !this.get(spec.to, String(stored.attributes[spec.name])));
    stored.attributes = { ...stored.attributes, ...Object.fromEntries(gone.map((spec) => [spec.name, null])) };
    this.checked(type, stored, stored.attributes);
    shelf.bin.delete(id);
    this.place(type, shelf, stored);
    return stored;
  }

  change(type: string, id: string, given: Attributes, edges: Readonly<Record<string, readonly Edge[]>> = {}): Stored {
    const stored = this.existing(type, id);
    const clean = this.checked(type, stored, given);
    const sets = this.checkedEdges(type, edges);
    this.countUse(stored, -1);
    const changed = Object.keys(clean);
    this.index(type, stored, pick(stored.attributes, changed), -1);
    stored.attributes = { ...stored.attributes, ...clean };
    this.index(type, stored, pick(stored.attributes, changed), 1);
    stored.edges = { ...stored.edges, ...sets };
    this.countUse(stored, 1);
    this.touch(type, id, false);
    return stored;
  }

  setEnabled(type: string, id: string, enabled: boolean): Stored {
    const stored = this.existing(type, id);
    if (stored.enabled !== enabled) {
      stored.enabled = enabled;
      this.touch(type, id, false);
    }
    return stored;
  }

  /** Refused while people or departments are inside. Removing what is absent changes nothing. */
  remove(type: string, id: string): void {
    const shelf = this.shelf(type);
    const stored = shelf.byId.get(id);
    if (!stored) return;
    if (this.used.get(`${type}:${id}`)) throw new Refusal('not-empty', 'There are still people or departments inside.');
    this.countUse(stored, -1);
    this.index(type, stored, stored.attributes, -1);
    shelf.byId.delete(id);
    shelf.order[shelf.places.get(id)!] = undefined;
    shelf.places.delete(id);
    shelf.bin.set(id, stored);
    this.touch(type, id, true);
  }

  changeEdges(owner: ObjectKey, relation: string, add: readonly Edge[], remove: readonly ObjectKey[]): void {
    const stored = this.existing(owner.type, owner.id);
    const checked = entries(this.checkedEdges(owner.type, { [relation]: add })[relation]);
    const before = stored.edges[relation];
    const set = before instanceof Map ? before : new Map([...entries(before)].map((edge) => [farEnd(edge.to), edge]));
    for (const to of remove) set.delete(farEnd(to));
    for (const edge of checked) set.set(farEnd(edge.to), edge);
    stored.edges[relation] = set;
    this.touch(owner.type, owner.id, false);
  }

  /** What was touched after the sequence number, oldest first, at most `limit`; null when the number is too old or not of this world. */
  touchedSince(sequence: number, limit: number): readonly Touched[] | null {
    if (!Number.isInteger(sequence) || sequence < this.floor || sequence > this.sequence) return null;
    let low = 0;
    for (let high = this.log.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (this.log[middle]!.sequence <= sequence) low = middle + 1;
      else high = middle;
    }
    return this.log.slice(low, low + limit);
  }

  expireCursors(): void {
    this.sequence += 1;
    this.floor = this.sequence;
    this.log = [];
  }

  /** Calls back for every touched object until the returned function is called. */
  watch(onTouch: (key: ObjectKey) => void): () => void {
    this.watchers.add(onTouch);
    return () => this.watchers.delete(onTouch);
  }

  private shelf(type: string): Shelf {
    const shelf = this.shelves.get(type);
    if (!shelf) throw new Refusal('unknown-type', `There are no objects of type "${type}".`);
    return shelf;
  }

  private place(type: string, shelf: Shelf, stored: Stored): void {
    shelf.byId.set(stored.id, stored);
    shelf.places.set(stored.id, shelf.order.push(stored.id) - 1);
    this.index(type, stored, stored.attributes, 1);
    this.countUse(stored, 1);
    this.touch(type, stored.id, false);
  }

  private existing(type: string, id: string): Stored {
    const stored = this.get(type, id);
    if (!stored) throw new Refusal('missing', `There is no ${type} ${id}.`);
    return stored;
  }

  private touch(type: string, id: string, gone: boolean): void {
    this.sequence += 1;
    this.log.push({ type, id, gone, sequence: this.sequence });
    if (this.log.length > 2 * LOG_KEPT) {
      this.log = this.log.slice(-LOG_KEPT);
      this.floor = this.log[0]!.sequence - 1;
    }
    for (const onTouch of this.watchers) onTouch({ type, id });
  }

  /** Checks what was given and returns it in stored form; nothing has changed when it throws. */
  private checked(type: string, stored: Stored | null, given: Attributes): Record<string, Value | null> {
    const clean: Record<string, Value | null> = {};
    const specs = typeOf(type).attributes;
    for (const name of Object.keys(given)) {
      const spec = specs.find((candidate) => candidate.name === name);
      if (!spec) throw new Refusal('unknown-field', `There is no attribute "${name}".`, { attribute: name });
      if (given[name] === undefined || spec.kind === 'secret') continue;
      clean[name] = this.checkedValue(type, stored, spec, given[name]!);
    }
    for (const spec of specs) {
      const value = clean[spec.name] === undefined ? (stored?.attributes[spec.name] ?? null) : clean[spec.name];
      if (spec.required && value === null) throw new Refusal('bad-value', `"${spec.name}" must not be empty.`, { attribute: spec.name });
    }
    return clean;
  }

  private checkedValue(type: string, stored: Stored | null, spec: AttributeSpec, given: Value | null): Value | null {
    const attribute = spec.name;
    const result = normalise(given, spec);
    if ('problem' in result) throw new Refusal('bad-value', `"${attribute}" ${result.problem}.`, { attribute });
    const value = result.value;
    if (value === null) return null;
    if (spec.forbidden && new RegExp(spec.forbidden, 'u').test(String(value))) {
      throw new Refusal('bad-value', `"${attribute}" contains a character that is not allowed.`, { attribute });
    }
    if (spec.to) this.checkReference(type, stored, spec, String(value));
    const index = this.shelf(type).taken.get(attribute);
    for (const key of index ? keysOf(value, spec) : []) {
      const holder = index!.get(key);
      if (holder !== undefined && holder !== stored?.id) {
        throw new Refusal('taken', `"${attribute}" is taken by ${holder}.`, { attribute, id: holder });
      }
    }
    return value;
  }

  private checkReference(type: string, stored: Stored | null, spec: AttributeSpec, to: string): void {
    const attribute = spec.name;
    if (!this.get(spec.to!, to)) throw new Refusal('bad-value', `"${attribute}" names nobody we know.`, { attribute });
    if (typeOf(type).parent !== attribute) return;
    let level = 1;
    for (let at: string | null = to; at !== null; at = (this.get(type, at)?.attributes[attribute] as string | null) ?? null) {
      if ((level += 1) > MOST_LEVELS) throw new Refusal('bad-value', 'The tree of departments is too deep.', { attribute });
      if (at === stored?.id) throw new Refusal('circle', 'A department cannot be inside itself.', { attribute });
    }
  }

  private checkedEdges(type: string, edges: Readonly<Record<string, readonly Edge[]>>): Record<string, EdgeSet> {
    const sets: Record<string, EdgeSet> = {};
    for (const [name, list] of Object.entries(edges)) {
      const spec = typeOf(type).relations.find((relation) => relation.name === name);
      if (!spec) throw new Refusal('unknown-field', `There is no relation "${name}".`, { attribute: name });
      const kept: Edge[] = list.map((edge) => {
        if (!spec.to.includes(edge.to.type) || !this.get(edge.to.type, edge.to.id)) {
          throw new Refusal('bad-value', `"${name}" names something we do not know.`, { attribute: name });
        }
        return pick({ ...edge }, ['to', ...(spec.keeps ?? [])]) as unknown as Edge;
      });
      sets[name] = spec.containing ? kept : new Map(kept.map((edge) => [farEnd(edge.to), edge]));
    }
    return sets;
  }

  private index(type: string, stored: Stored, attributes: Attributes, by: 1 | -1): void {
    const { taken } = this.shelf(type);
    for (const spec of typeOf(type).attributes) {
      const index = taken.get(spec.name);
      const value = attributes[spec.name];
      if (!index || value === undefined) continue;
      for (const key of keysOf(value, spec)) {
        if (by === 1) index.set(key, stored.id);
        else index.delete(key);
      }
    }
  }

  /** Counts who keeps a department from being removed: people in it and departments below it. */
  private countUse(stored: Stored, by: 1 | -1): void {
    const count = (key: string): unknown => this.used.set(key, (this.used.get(key) ?? 0) + by);
    for (const edge of entries(stored.edges.membership)) count(farEnd(edge.to));
    if (stored.attributes.parent) count(`department:${String(stored.attributes.parent)}`);
  }
}

/** Unique values that differ only in case collide here: the fact `ignoresCase`. */
const keysOf = (value: Value | null, spec: AttributeSpec): readonly string[] =>
  (value === null ? [] : Array.isArray(value) ? (value as readonly Scalar[]) : [value as Scalar]).map((entry) =>
    comparisonKey(entry, spec.equality).toLowerCase(),
  );

function pick<T>(from: Readonly<Record<string, T>>, names: readonly string[]): Record<string, T> {
  const kept: Record<string, T> = {};
  for (const name of names) if (from[name] !== undefined) kept[name] = from[name];
  return kept;
}
