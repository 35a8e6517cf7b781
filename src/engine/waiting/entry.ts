// The shape of an entry of the inbox, and what every look for one sees.
import type { JobSettings } from '../../core/job-settings.ts';
import type { Label } from '../../core/model.ts';
import type { Reader } from '../../store/database.ts';
import type { DoubtRow } from '../../store/doubts.ts';
import type { ConnectionRow, JobRow } from '../../store/jobs.ts';
import type { Deed, WaitingKind } from './kinds.ts';

export interface Way {
  readonly deed: Deed;
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface Entry {
  readonly kind: WaitingKind;
  /** Tells two of a kind apart. */
  readonly of: string;
  readonly title: Label;
  readonly detail?: Label | null;
  readonly job?: number;
  readonly connection?: string;
  readonly count?: number;
  readonly objects?: number;
  /** Of these nobody has said yet that they know. */
  readonly fresh?: number;
  readonly since?: number | null;
  readonly until?: number | null;
  /** How many people must agree. */
  readonly needs?: number;
  readonly settle: readonly Way[];
  readonly see?: Way;
}

export interface World {
  readonly reader: Reader;
  readonly now: number;
  readonly jobs: readonly { readonly row: JobRow; readonly settings: JobSettings }[];
  readonly connections: readonly ConnectionRow[];
  readonly doubts: readonly DoubtRow[];
}

export const way = (deed: Deed, operation: string, input: Way['input']): Way => ({ deed, operation, input });
export const own = (text: string): Label => ({ en: text, zh: text });
