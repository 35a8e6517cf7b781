// The simulator's tree of entries: add, modify, rename with everything below, delete, and lookups by index. No protocol.
import { randomUUID } from 'node:crypto';
import { dnKey, firstRdn, isWithin, parentDn, parseDn, type Rdn } from './dn.ts';
import { attributeType, checkEntry, prettyRdn, refusal, type AttributeType, type Refusal } from './simulator-schema.ts';
import { applyChange, checkName, checkValues, Node, OBJECT_CLASS, type TreeChange } from './simulator-node.ts';

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
    const node = new Node(parent === null ? this.suffix : prettyRdn(rdn), parent, randomUUID(), this.now());
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
    for (let above: Node | null = parent; above; above = above.parent)
      if (above === node) return refusal(53, 'new superior is below the entry');
    const key = dnKey(`${newRdn},${parent.dn}`);
    const other = this.byKey.get(key);
    if (other && other !== node) return refusal(68);
    const before = { types: [...node.types], values: [...node.values], rdn: node.rdn };
    this.index(node, 'remove');
    if (deleteOld) {
      for (const { type: name, value } of firstRdn(node.rdn)) {
        const type = attributeType(name)!;
        node.put(
          type,
          node.held(type).filter((held) => type.key(held) !== type.key(value)),
        );
      }
    }
    this.name(node, rdn);
    node.rdn = prettyRdn(rdn);
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
    node.rdn = prettyRdn(rdn);
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
    return checkEntry(
      (name) => node.held(attributeType(name)!),
      node.types.map(({ name }) => name),
    );
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
