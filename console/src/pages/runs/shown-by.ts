// How many records a run has read of a type, as its own page counts them: those that it could not read stand beside, not among them.
import type { WireOutput } from '../../../../src/server/api/wire.ts';

interface Shown {
  readonly objects: number;
  readonly unreadable: number;
}

/** `objects`: as the source sent them, a row that came twice among them; what is known where the run is no longer kept. */
export function shownBy(type: string, objects: number, run: Pick<WireOutput<'run.get'>['run'], 'counts'> | undefined): Shown {
  return { objects: run?.counts[`read.${type}`] ?? objects, unreadable: run?.counts.unreadable ?? 0 };
}
