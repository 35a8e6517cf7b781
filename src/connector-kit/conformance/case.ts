// What a conformance case is: data, so that it can be listed, skipped, run by vitest and run by hand.
import type { Connection, FaultDial } from '../contract.ts';
import type { Bench } from './bench.ts';

export const groups = ['check', 'read', 'names', 'write', 'people', 'changes', 'faults', 'facts', 'events', 'safety'] as const;
export type CaseGroup = (typeof groups)[number];

/** Something a case cannot do without. Where it is lacking, the case is reported as "not offered". */
export type Need =
  | Exclude<keyof Connection, 'check' | 'close' | 'authority'>
  /** Objects can be put there, altered, removed: by the connector or beside it. */
  | 'put'
  | 'alter'
  | 'erase'
  | 'person'
  | 'department'
  | 'group'
  | 'membership'
  | 'manager'
  | 'wrongConfig'
  | 'underPrivilegedConfig'
  | 'missingPart'
  | 'event'
  | 'handshake'
  | `fault:${FaultDial['fault']}`;

export interface ConformanceCase {
  /** Stable: named in `skips`. */
  readonly id: string;
  readonly group: CaseGroup;
  /** A sentence of behaviour. */
  readonly title: string;
  readonly needs: readonly Need[];
  run(bench: Bench): Promise<void>;
}

/** Thrown by a case that finds only while running that there is nothing to prove. */
export class NotOffered extends Error {}

export const inGroup =
  (group: CaseGroup) =>
  (id: string, title: string, needs: readonly Need[], run: ConformanceCase['run']): ConformanceCase => ({
    id: `${group}.${id}`,
    group,
    title,
    needs,
    run,
  });

/** Said by one step of `inEach` that found nothing to prove. */
export const NOTHING = 'nothing to prove';

/** Runs for each; when none of them had anything to prove, the case is not offered rather than passed. */
export async function inEach<T>(items: readonly T[], lacking: string, run: (item: T) => Promise<void | typeof NOTHING>): Promise<void> {
  let proven = 0;
  for (const item of items) if ((await run(item)) !== NOTHING) proven += 1;
  if (proven === 0) throw new NotOffered(lacking);
}
