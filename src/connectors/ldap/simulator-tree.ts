// The simulator's tree of entries: add, modify, rename with everything below, delete, and lookups by index. No protocol.
import { randomUUID } from 'node:crypto';
import { dnKey, firstRdn, isWithin, parentDn, parseDn, rdnText, type Rdn } from './dn.ts';
import { attributeType, checkEntry, fitsSyntax, refusal, structuralClass, type AttributeType, type Refusal } from './simulator-schema.ts';

export interface TreeChange {
  readonly how: 'add' | 'delete' | 'replace';
  readonly name: string;
  readonly values: readonly string[];
}

/** One entry. Attributes lie in two short arrays beside each other: 100,000 entries must fit beside the product. */
export class Node {
  rdn: string;
  parent: Node | null;
  readonly uuid: string;
  readonly createdAt: number;
  modifiedAt: number;
  /** Number of the last change, in microseconds; no two changes share one. */
  change = 0;
  children: Map<string, Node> | undefined;
  types: AttributeType[] = [];
  values: (string | string[])[] = [];

  constructor(rdn: string, parent: Node | null, uuid: string, at: number) {
    this.rdn = rdn;
    this.parent = parent;
    this.uuid = uuid;
    this.createdAt = at;
    this.modifiedAt = at;
  }

  get dn(): string {
    return this.parent ? `${this.rdn},${this.parent.dn}` : this.rdn;
  }

  held(type: AttributeType): readonly string[] {
    const value = this.values[this.types.indexOf(type)];
    return value === undefined ? [] : typeof value === 'string' ? [value] : value;
  }

  put(type: AttributeType, values: readonly string[]): void {
    const at = this.types.indexOf(type);
    const kept = values.length === 1 ? values[0]! : [...values];
    if (values.length === 0) {
      if (at >= 0) {
        this.types.splice(at, 1);
        this.values.splice(at, 1);
      }
    } else if (at >= 0) this.values[at] = kept;
    else {
      this.types.push(type);
      this.values.push(kept);
    }
  }
}

const OBJECT_CLASS = attributeType('objectClass')!;

export class Tree {
  readonly suffix: string;
  readonly suffixKey: string;
  private readonly now: () => number;
  private readonly byKey = new Map<string, Node>();
  private readonly byUuid = new Map<string, Node>();
  /** Built when first asked for, kept up to date from then on. */
  private readonly indexes = new Map<AttributeType, Map<string, Set<Node>>>();
  /** Number of the last change; syncprov's contextCSN. */
  change: number;

  constructor(suffix: string, now: () => number) {
    this.suffix = suffix;
    this.suffixKey = dnKey(suffix);
    this.now = now;
    this.change = now() * 1000;
  }

  get size(): number {
    return this.byKey.size;
  }

  find(dn: string): Node | undefined {
    return this.byKey.get(dnKey(dn));
  }

  // ── Changing ─────────────────────────────────────────────────────────────────────────────────────────

  add(dn: string, given: readonly { readonly name: string; readonly values: readonly string[] }[]): Node | Refusal {
    let key: string;
    let rdn: Rdn;
    try {
      [rdn, key] = [parseDn(dn)[0]!, dnKey(dn)];
    } catch {
      return refusal(34, 'invalid DN');
    }
    if (!isWithin(key, this.suffixKey)) return refusal(53, 'no global superior knowledge');
    if (this.byKey.has(key)) return refusal(68);
    const parent = key === this.suffixKey ? null : this.byKey.get(dnKey(parentDn(dn)));
    if (parent === undefined) return refusal(32);
    const node = new Node(parent === null ? this.suffix : rdnText(rdn), parent, randomUUID(), this.now());
    for (const { name, values } of given) {
      const type = attributeType(name);
      if (!type) return refusal(17, `${name}: attribute type undefined`);
      if (type.operational) return refusal(19, `${name}: no user modification allowed`);
      const wrong = checkValues(type, values);
      if (wrong) return wrong;
      node.put(type, values);
    }
    this.name(node, rdn);
    const broken = this.check(node);
    if (broken) return broken;
    this.byKey.set(key, node);
    this.byUuid.set(node.uuid, node);
    if (parent) (parent.children ??= new Map()).set(node.uuid, node);
    this.index(node, 'add');
    this.touch(node);
    return node;
  }

  modify(node: Node, changes: readonly TreeChange[], permissive: boolean): Refusal | null {
    const before = { types: [...node.types], values: [...node.values] };
    this.index(node, 'remove');
    let wrong: Refusal | null = null;
    for (const change of changes) if ((wrong = applyChange(node, change, permissive))) break;
    wrong ??= this.check(node) ?? checkName(node);
    if (wrong) [node.types, node.values] = [before.types, before.values];
    this.index(node, 'add');
    if (!wrong) this.touch(node);
    return wrong;
  }

  /** With everything below; references elsewhere stay behind, as in slapd without the refint overlay. */
  rename(node: Node, newRdn: string, deleteOld: boolean, newParent: Node | undefined): Refusal | null {
    let rdn: Rdn;
    try {
      rdn = parseDn(newRdn)[0]!;
    } catch {
      return refusal(34, 'invalid new RDN');
    }
    if (!node.parent) return refusal(53, 'cannot rename the suffix entry');
    const parent = newParent ?? node.parent;
    for (let above: Node | null = parent; above; above = above.parent) if (above === node) return refusal(53, 'new superior is below the entry');
    const key = dnKey(`${newRdn},${parent.dn}`);
    const other = this.byKey.get(key);
    if (other && other !== node) return refusal(68);
    const before = { types: [...node.types], values: [...node.values], rdn: node.rdn };
    this.index(node, 'remove');
    if (deleteOld) {
      for (const { type: name, value } of firstRdn(node.rdn)) {
        const type = attributeType(name)!;
        node.put(type, node.held(type).filter((held) => type.key(held) !== type.key(value)));
      }
    }
    this.name(node, rdn);
    node.rdn = rdnText(rdn);
    const broken = this.check(node);
    if (broken) {
      [node.types, node.values, node.rdn] = [before.types, before.values, before.rdn];
      this.index(node, 'add');
      return broken;
    }
    node.rdn = before.rdn;
    const below = [...this.walk(node, 'sub')];
    for (const one of below) this.byKey.delete(dnKey(one.dn));
    node.parent.children?.delete(node.uuid);
    node.rdn = rdnText(rdn);
    node.parent = parent;
    (parent.children ??= new Map()).set(node.uuid, node);
    for (const one of below) this.byKey.set(dnKey(one.dn), one);
    this.index(node, 'add');
    this.touch(node);
    return null;
  }

  remove(node: Node): Refusal | null {
    if (node.children && node.children.size > 0) return refusal(66, 'subordinate objects must be deleted first');
    this.byKey.delete(dnKey(node.dn));
    this.byUuid.delete(node.uuid);
    node.parent?.children?.delete(node.uuid);
    this.index(node, 'remove');
    this.count();
    return null;
  }

  private count(): number {
    this.change = Math.max(this.change + 1, this.now() * 1000);
    return this.change;
  }

  /** An entry always holds the values of its own name. */
  private name(node: Node, rdn: Rdn): void {
    for (const { type: name, value } of rdn) {
      const type = attributeType(name);
      if (type && !node.held(type).some((held) => type.key(held) === type.key(value))) node.put(type, [...node.held(type), value]);
    }
  }

  private check(node: Node): Refusal | null {
    return checkEntry((name) => node.held(attributeType(name)!), node.types.map(({ name }) => name));
  }

  private touch(node: Node): void {
    node.modifiedAt = this.now();
    node.change = this.count();
  }

  // ── Looking up ───────────────────────────────────────────────────────────────────────────────────────

  *walk(from: Node, scope: 'base' | 'one' | 'sub'): Generator<Node> {
    if (scope !== 'one') yield from;
    if (scope === 'base' || !from.children) return;
    for (const child of from.children.values()) {
      if (scope === 'one') yield child;
      else yield* child.children ? this.walk(child, 'sub') : [child];
    }
  }

  /** Entries that hold a value; undefined when a scan is as good. */
  holders(type: AttributeType, value: string): Iterable<Node> | undefined {
    if (type === OBJECT_CLASS) return undefined;
    if (type.name === 'entryUUID') return some(this.byUuid.get(value.toLowerCase()));
    if (type.name === 'entryDN') return some(this.byKey.get(dnKey(value)));
    if (type.operational) return undefined;
    let index = this.indexes.get(type);
    if (!index) {
      this.indexes.set(type, (index = new Map()));
      for (const node of this.byKey.values()) fill(index, type, node, 'add');
    }
    return index.get(type.key(value)) ?? [];
  }

  private index(node: Node, how: 'add' | 'remove'): void {
    for (const [type, index] of this.indexes) fill(index, type, node, how);
  }
}

const some = (node: Node | undefined): Iterable<Node> => (node ? [node] : []);

function fill(index: Map<string, Set<Node>>, type: AttributeType, node: Node, how: 'add' | 'remove'): void {
  for (const value of node.held(type)) {
    const key = type.key(value);
    const held = index.get(key);
    if (how === 'remove') {
      held?.delete(node);
      if (held?.size === 0) index.delete(key);
    } else if (held) held.add(node);
    else index.set(key, new Set([node]));
  }
}

function checkValues(type: AttributeType, values: readonly string[]): Refusal | null {
  const bad = values.findIndex((value) => !fitsSyntax(type, value));
  if (bad >= 0) return refusal(21, `${type.name}: value #${bad} invalid per syntax`);
  if (type.single && values.length > 1) return refusal(19, `${type.name}: multiple values provided`);
  const keys = values.map(type.key);
  const twice = keys.findIndex((key, index) => keys.indexOf(key) !== index && keys.length < 1000);
  if (twice >= 0 || new Set(keys).size < keys.length) return refusal(20, `${type.name}: value #${Math.max(twice, 0)} provided more than once`);
  return null;
}

/** @see https://www.rfc-editor.org/rfc/rfc4511#section-4.6 */
function applyChange(node: Node, { how, name, values }: TreeChange, permissive: boolean): Refusal | null {
  const type = attributeType(name);
  if (!type) return permissive && how === 'delete' ? null : refusal(17, `${name}: attribute type undefined`);
  if (type.operational) return refusal(19, `${name}: no user modification allowed`);
  const bad = values.findIndex((value) => !fitsSyntax(type, value));
  if (bad >= 0) return refusal(21, `${type.name}: value #${bad} invalid per syntax`);
  const held = node.held(type);
  const keys = new Set(held.map(type.key));
  if (how === 'replace') {
    const wrong = checkValues(type, values);
    if (wrong) return wrong;
    node.put(type, values);
    return null;
  }
  if (how === 'add') {
    const fresh = values.filter((value) => !keys.has(type.key(value)));
    if (fresh.length < values.length && !permissive) return refusal(20, `modify/add: ${type.name}: value #0 already exists`);
    if (type.single && held.length + fresh.length > 1) return refusal(19, `attribute '${type.name}' cannot have multiple values`);
    node.put(type, [...held, ...fresh]);
    return null;
  }
  if (held.length === 0) return permissive ? null : refusal(16, `modify/delete: ${type.name}: no such attribute`);
  if (values.length === 0) {
    node.put(type, []);
    return null;
  }
  const gone = new Set(values.map(type.key));
  if (!permissive && [...gone].some((key) => !keys.has(key))) return refusal(16, `modify/delete: ${type.name}: no such value`);
  node.put(type, held.filter((value) => !gone.has(type.key(value))));
  return null;
}

function checkName(node: Node): Refusal | null {
  if (!node.parent) return null;
  for (const { type: name, value } of firstRdn(node.rdn)) {
    const type = attributeType(name)!;
    if (!node.held(type).some((held) => type.key(held) === type.key(value))) return refusal(64, `value of naming attribute '${type.name}' is not present in entry`);
  }
  return null;
}

/** Attributes that the server keeps. @see https://www.rfc-editor.org/rfc/rfc4512#section-3.4 */
export function operationalValues(tree: Tree, node: Node, rootDn: string): readonly (readonly [name: string, value: string])[] {
  return [
    ['structuralObjectClass', structuralClass(node.held(OBJECT_CLASS))],
    ['entryUUID', node.uuid],
    ['creatorsName', rootDn],
    ['createTimestamp', time(node.createdAt)],
    ['entryCSN', csn(node.change)],
    ['modifiersName', rootDn],
    ['modifyTimestamp', time(node.modifiedAt)],
    ['entryDN', node.dn],
    ['subschemaSubentry', 'cn=Subschema'],
    ['hasSubordinates', node.children && node.children.size > 0 ? 'TRUE' : 'FALSE'],
    ...(node.parent === null ? [['contextCSN', csn(tree.change)] as const] : []),
  ];
}

const time = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`;
/** @see https://www.openldap.org/devel/admin/replication.html (change sequence numbers) */
const csn = (micros: number): string => `${time(Math.floor(micros / 1000)).slice(0, -1)}.${String(micros % 1_000_000).padStart(6, '0')}Z#000000#000#000000`;

export const suffixEntry = (suffix: string): { name: string; values: string[] }[] => {
  const { type, value } = firstRdn(suffix)[0]!;
  if (type.toLowerCase() === 'dc') return [{ name: 'objectClass', values: ['top', 'dcObject', 'organization'] }, { name: 'dc', values: [value] }, { name: 'o', values: [value] }];
  if (type.toLowerCase() === 'ou') return [{ name: 'objectClass', values: ['top', 'organizationalUnit'] }, { name: 'ou', values: [value] }];
  return [{ name: 'objectClass', values: ['top', 'organization'] }, { name: 'o', values: [value] }];
};

