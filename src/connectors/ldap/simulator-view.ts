// What the simulator's world holds, and what one account sees of it.
import type { BerOut } from './ber.ts';
import { dnKey, isWithin } from './dn.ts';
import type { Faults } from './simulator-faults.ts';
import { writeAttribute } from './simulator-messages.ts';
import { operationalValues, type Node } from './simulator-node.ts';
import { attributeType, attributeTypeDescriptions, type AttributeType } from './simulator-schema.ts';
import type { Tree } from './simulator-tree.ts';
import { oids } from './wire.ts';

/** Somebody who may sign in without being an entry. */
export interface SimulatorAccount {
  readonly dn: string;
  readonly password: string;
  readonly writes?: boolean;
  /** DNs that it does not see, with everything below. */
  readonly hidesBelow?: readonly string[];
  readonly hidesAttributes?: readonly string[];
  readonly sizeLimit?: number;
}

export interface World {
  readonly tree: Tree;
  readonly root: SimulatorAccount;
  readonly accounts: readonly SimulatorAccount[];
  /** For everybody but root, over all pages of a search; slapd's default is 500. */
  readonly sizeLimit: number;
  /** Largest page of a paged search; slapd's `limits … size.pr`. */
  readonly pageSize: number;
  readonly faults: Faults;
  busyUntil: number;
  readonly now: () => number;
  readonly sleep: (ms: number) => Promise<void>;
  wrote(): void;
}

export const controlsServed: readonly string[] = [oids.pagedResults, oids.postRead];

/** The world through the eyes of one account. */
export class View {
  private readonly world: World;
  private readonly account: SimulatorAccount;

  constructor(world: World, account: SimulatorAccount) {
    this.world = world;
    this.account = account;
  }

  get sizeLimit(): number {
    return this.account === this.world.root ? Infinity : (this.account.sizeLimit ?? this.world.sizeLimit);
  }

  valuesOf(node: Node, type: AttributeType): readonly string[] {
    if (this.account.hidesAttributes?.some((name) => name.toLowerCase() === type.name.toLowerCase())) return [];
    if (!type.operational) return node.held(type);
    return operationalValues(node, this.world.tree.change, this.world.root.dn)
      .filter(([name]) => name === type.name)
      .map(([, value]) => value);
  }

  hides(node: Node): boolean {
    if (!this.account.hidesBelow) return false;
    const key = dnKey(node.dn);
    return this.account.hidesBelow.some((dn) => isWithin(key, dnKey(dn)));
  }

  writeEntry(out: BerOut, tag: number, node: Node, selection: Selection): void {
    const entry = out.open(tag);
    out.text(node.dn);
    const attributes = out.open(0x30);
    const hidden = this.account.hidesAttributes?.map((name) => name.toLowerCase());
    for (const [index, type] of node.types.entries()) {
      if (!selection.user && !selection.names.has(type.name.toLowerCase())) continue;
      if (hidden?.includes(type.name.toLowerCase())) continue;
      const value = node.values[index]!;
      writeAttribute(out, type.name, typeof value === 'string' ? [value] : value);
    }
    if (selection.operational || selection.someOperational) {
      for (const [name, value] of operationalValues(node, this.world.tree.change, this.world.root.dn)) {
        if (!selection.operational && !selection.names.has(name.toLowerCase())) continue;
        if (!hidden?.includes(name.toLowerCase())) writeAttribute(out, name, [value]);
      }
    }
    out.close(attributes);
    out.close(entry);
  }
}

export interface Selection {
  readonly names: ReadonlySet<string>;
  readonly user: boolean;
  readonly operational: boolean;
  readonly someOperational: boolean;
}

/** @see https://www.rfc-editor.org/rfc/rfc4511#section-4.5.1.8 and rfc3673 for '+' */
export function selectionOf(asked: readonly string[]): Selection {
  const names = new Set(asked.map((name) => attributeType(name)?.name.toLowerCase() ?? name.toLowerCase()));
  const user = asked.length === 0 || names.has('*');
  return {
    names,
    user,
    operational: names.has('+'),
    someOperational: [...names].some((name) => attributeType(name)?.operational),
  };
}

/** An entry that is no entry of the tree. */
export type SpecialEntry = readonly (readonly [string, readonly string[]])[];

export const rootDse = (suffix: string): SpecialEntry => [
  ['objectClass', ['top', 'OpenLDAProotDSE']],
  ['namingContexts', [suffix]],
  ['supportedLDAPVersion', ['3']],
  ['supportedControl', controlsServed],
  ['supportedExtension', [oids.whoAmI, oids.setPassword]],
  ['subschemaSubentry', ['cn=Subschema']],
  ['vendorName', ['Tributary simulator']],
];

export const subschema = (): SpecialEntry => [
  ['dn', ['cn=Subschema']],
  ['objectClass', ['top', 'subentry', 'subschema']],
  ['attributeTypes', attributeTypeDescriptions()],
];
