// Moments to go back to: before each of the last changes, one for each run.
import type { WireOutput } from '../../../../src/server/api/wire.ts';

type Entry = Pick<WireOutput<'history.list'>['entries'][number], 'at' | 'action' | 'run' | 'jobName' | 'actor' | 'attributes'>;

export interface Before {
  /** ISO: the last moment before the change. */
  readonly at: string;
  readonly changedAt: number;
  readonly run: number | null;
  readonly by: string;
  readonly what: readonly Entry['attributes'][number]['label'][];
}

/** Newest first. Before somebody was made there is nothing to go back to. */
export function momentsBefore(entries: readonly Entry[]): readonly Before[] {
  const found: Before[] = [];
  for (const [index, entry] of entries.entries()) {
    // Of one run, the moment before its first entry counts: entries come newest first.
    const next = entries[index + 1];
    if (entry.action === 'create' || (next !== undefined && entry.run !== null && next.run === entry.run)) continue;
    const own = entries.slice(0, index + 1).filter((one) => one === entry || (entry.run !== null && one.run === entry.run));
    found.push({
      at: new Date(entry.at - 1).toISOString(),
      changedAt: entry.at,
      run: entry.run,
      by: entry.jobName ?? entry.actor,
      what: own.flatMap((one) => one.attributes.map((attribute) => attribute.label)),
    });
  }
  return found;
}
