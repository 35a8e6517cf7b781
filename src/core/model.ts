// The shapes everything else speaks in: values, objects, edges, object types and their attributes.
import type { TreeLimits } from './tree-limits.ts';

export type Scalar = string | number | boolean;
/** A known, non-empty value. A list is a set unless its attribute says `ordered`. */
export type Value = Scalar | readonly Scalar[];
/**
 * Three states, everywhere:
 *   key missing → unknown (not read, hidden, not said)   it never wins and never clears
 *   null        → known to be empty
 *   value       → known value
 */
export type Attributes = Readonly<Record<string, Value | null>>;

export type ObjectTypeId = string;
export interface ObjectKey {
  readonly type: ObjectTypeId;
  readonly id: string;
}

/**
 * One directed relation row: a membership (person → department), a leader (department → person) or a group
 * member (group → person or group). The owner is the object it hangs on.
 */
/** At most one per owner, relation and far end; a connector merges several stints or titles. */
export interface Edge {
  readonly to: ObjectKey;
  readonly primary?: boolean;
  readonly order?: number;
  readonly title?: string;
  /** ISO dates between which the edge holds. */
  readonly from?: string;
  readonly until?: string;
}
/** Relation name → all its edges. A relation that is missing is unknown; an empty list is known to be empty. */
export type Edges = Readonly<Record<string, readonly Edge[]>>;

/** One object as an endpoint shows it. References and edges hold ids of the same endpoint. */
export interface EndpointObject {
  readonly id: string;
  readonly attributes: Attributes;
  readonly edges?: Edges;
  /** Whether the account may be used; missing = unknown. Never also an attribute. */
  readonly enabled?: boolean;
}

export interface Label {
  readonly en: string;
  readonly zh: string;
}

export type AttributeType = 'string' | 'integer' | 'boolean' | 'date' | 'datetime' | 'reference';
/** How two values are judged equal, and how a comparison key is made. See attribute.ts. */
export type Equality = 'exact' | 'ignore-case' | 'spaces' | 'phone' | 'dn';

export interface AttributeSpec {
  readonly name: string;
  readonly label: Label;
  readonly type: AttributeType;
  readonly many?: boolean;
  /** Order of a list matters. */
  readonly ordered?: boolean;
  /** For `reference`: the type it points to. */
  readonly to?: ObjectTypeId;
  /** The only values allowed. */
  readonly oneOf?: readonly string[];
  readonly equality?: Equality;
  /** As a target: `create` = settable only once. Default `always`. */
  readonly writable?: 'always' | 'create' | 'never';
  /** With `writable: 'never'`: the system makes it of what is written, so that it comes back with the object. */
  readonly derived?: true;
  /** Not left out at creation, and not cleared. */
  readonly required?: boolean;
  /** true: in the whole system; 'siblings': below one parent. */
  readonly unique?: boolean | 'siblings';
  /** Of a whole number: not below. */
  readonly min?: number;
  /** Of a `reference`, as a target: nobody may point to themselves. */
  readonly notItself?: true;
  /** Unicode code points. */
  readonly maxLength?: number;
  /** What kind of text it is; any other text is a problem of that value, and not passed on. */
  readonly format?: 'email';
  /** What a target refuses in a value, as a RE2 pattern: mostly a class of characters, e.g. `[*_ ]`. */
  readonly forbidden?: string;
  /** false: `find` cannot look for it, though it is unique. */
  readonly searchable?: false;
  /** A change of it can cut somebody off (user name, mail, phone, number, manager): lower guard limit. */
  readonly identifying?: boolean;
  /**
   * sensitive: sealed per person, masked, searched by HMAC.
   * secret: one-shot, only in the ledger row, wiped at the outcome; never in mirror, diff, history or log.
   */
  readonly kind?: 'sensitive' | 'secret';
  /** Of a secret, as a target: a new object can be given a random value of this many characters, of all four kinds of them. */
  readonly initial?: { readonly length: number };
}

export interface RelationSpec {
  readonly name: string;
  readonly label: Label;
  readonly to: readonly ObjectTypeId[];
  /** Where somebody who looks into the system finds it, since no row of a mapping names it: an attribute, the OU of the entry. */
  readonly place?: Label;
  /** The object lives inside the far end (OU, primary department): written with the object, not after it. */
  readonly containing?: boolean;
  /** As a target: another edge moves the entry, and this is what that edge is called then, what becomes of an entry that was there before (`is moved to …`), and how it is avoided. */
  readonly moves?: { readonly label: Label; readonly says: Label; readonly avoid: Label };
  /** The target accepts only one edge of this relation per object. */
  readonly single?: boolean;
  /** Edge facts that the endpoint keeps; others are ignored in comparison. */
  readonly keeps?: readonly ('primary' | 'order' | 'title' | 'from' | 'until')[];
  readonly writable?: boolean;
  /** Of the order it keeps only who is the first: that edge is `primary`, here and in what is written. Then not in `keeps`. */
  readonly keepsFirst?: true;
  /** As a target: at most this many edges of one object. */
  readonly max?: number;
  /** As a target: at most this many edges of all objects lead to one far end (people in one department). */
  readonly mostAtEnd?: number;
  /** As a target: so many new edges of one object are taken in an hour; more wait. */
  readonly perHour?: number;
  /** At least this many edges must exist (LDAP groupOfNames wants one member). */
  readonly min?: number;
}

export interface ObjectTypeSpec {
  readonly id: ObjectTypeId;
  readonly label: Label;
  /** People: accounts that somebody can use there, not rows of a list. A source of them is named where everything is closed. */
  readonly isAccount?: true;
  readonly attributes: readonly AttributeSpec[];
  readonly relations: readonly RelationSpec[];
  /** As a target: what can be done to objects of this type; missing = all that the connection's methods offer. */
  readonly writes?: readonly ('create' | 'update' | 'disable' | 'remove')[];
  /** As a target: what was removed comes back by `restore`, under its id. */
  readonly restores?: true;
  /** Of each list at least one attribute needs a value (mobile or mail), beside what is `required`. */
  readonly needsOneOf?: readonly (readonly string[])[];
  /** As a target: a value of `of` that does not match `unless` (RE2) needs a value of `needs` beside it; `why` in one sentence. */
  readonly needsBeside?: readonly { readonly of: string; readonly unless: string; readonly needs: string; readonly why: Label }[];
  /** As a target: at most this many objects of the type in the whole system. */
  readonly most?: number;
  /** Attribute that makes the objects of this type a tree. */
  readonly parent?: string;
  /** As a target: how deep and how wide that tree may be. */
  readonly tree?: TreeLimits;
  /**
   * Attributes that stay with an object when the ids of all objects change with the credential, the strongest first: no value of that one is
   * ever given to somebody else. By them an object is known again under its new id.
   */
  readonly knownAgainBy?: readonly string[];
  /** Attribute shown to people when they must recognise an object: a name, free text. */
  readonly title: string;
}

export const attributeOf = (type: ObjectTypeSpec, name: string): AttributeSpec | undefined =>
  type.attributes.find((attribute) => attribute.name === name);
