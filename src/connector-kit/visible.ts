// What a read could see of a system: its range, its attributes, and what to grant for those that did not come.
import type { Label } from '../core/model.ts';

/** What the credential could see. A narrower range than at the last complete read makes absence worthless. */
export interface Visible {
  /** Attributes that were readable at all, of whomever; 'all' when the system cannot hide single attributes. */
  readonly attributes: readonly string[] | 'all';
  /** What did not come, of all objects or of some, and what to do about it: which right to grant, which policy to change. */
  readonly hidden?: readonly HiddenField[];
  /** Opaque; equal fingerprints mean the same range. */
  readonly range: string;
}

export interface HiddenField {
  /** An attribute or a relation. */
  readonly name: string;
  /** Objects that came without it. */
  readonly of: number;
  readonly remedy: Label;
}
