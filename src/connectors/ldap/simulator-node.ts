// One entry of the simulator: its values, what a change does to them, and what the server adds.
import { firstRdn } from './dn.ts';
import { attributeType, fitsSyntax, prettyDn, refusal, structuralClass, type AttributeType, type Refusal } from './simulator-schema.ts';

export const OBJECT_CLASS = attributeType('objectClass')!;

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
    const forms = type.rule === 'dn' ? values.map(prettyDn) : values;
    const kept = forms.length === 1 ? forms[0]! : [...forms];
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

export function checkValues(type: AttributeType, values: readonly string[]): Refusal | null {
  const bad = values.findIndex((value) => !fitsSyntax(type, value));
  if (bad >= 0) return refusal(21, `${type.name}: value #${bad} invalid per syntax`);
  if (type.single && values.length > 1) return refusal(19, `${type.name}: multiple values provided`);
  const keys = values.map(type.key);
  const twice = keys.findIndex((key, index) => keys.indexOf(key) !== index && keys.length < 1000);
  if (twice >= 0 || new Set(keys).size < keys.length)
    return refusal(20, `${type.name}: value #${Math.max(twice, 0)} provided more than once`);
  return null;
}

/** @see https://www.rfc-editor.org/rfc/rfc4511#section-4.6 */
export function applyChange(node: Node, { how, name, values }: TreeChange, permissive: boolean): Refusal | null {
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
  node.put(
    type,
    held.filter((value) => !gone.has(type.key(value))),
  );
  return null;
}

export function checkName(node: Node): Refusal | null {
  if (!node.parent) return null;
  for (const { type: name, value } of firstRdn(node.rdn)) {
    const type = attributeType(name)!;
    if (!node.held(type).some((held) => type.key(held) === type.key(value)))
      return refusal(64, `value of naming attribute '${type.name}' is not present in entry`);
  }
  return null;
}

/** Attributes that the server keeps. @see https://www.rfc-editor.org/rfc/rfc4512#section-3.4 */
export function operationalValues(node: Node, lastChange: number, rootDn: string): readonly (readonly [name: string, value: string])[] {
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
    ...(node.parent === null ? [['contextCSN', csn(lastChange)] as const] : []),
  ];
}

const time = (at: number): string => `${new Date(at).toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`;
/** @see https://www.openldap.org/devel/admin/replication.html (change sequence numbers) */
const csn = (micros: number): string =>
  `${time(Math.floor(micros / 1000)).slice(0, -1)}.${String(micros % 1_000_000).padStart(6, '0')}Z#000000#000#000000`;

export const suffixEntry = (suffix: string): { name: string; values: string[] }[] => {
  const { type, value } = firstRdn(suffix)[0]!;
  if (type.toLowerCase() === 'dc')
    return [
      { name: 'objectClass', values: ['top', 'dcObject', 'organization'] },
      { name: 'dc', values: [value] },
      { name: 'o', values: [value] },
    ];
  if (type.toLowerCase() === 'ou')
    return [
      { name: 'objectClass', values: ['top', 'organizationalUnit'] },
      { name: 'ou', values: [value] },
    ];
  return [
    { name: 'objectClass', values: ['top', 'organization'] },
    { name: 'o', values: [value] },
  ];
};
