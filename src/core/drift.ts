// Drift: what somebody else makes of a value that we have written, and what is done about it, attribute by attribute.
import { z } from 'zod';

/**
 * enforce: written over · report: left as it is and listed · adopt: left as it is, listed, and offered as an edit of the directory · follow:
 * left as it is, and said to the directory by itself, as a word of the job with its rank.
 */
export const driftModeSchema = z.enum(['enforce', 'report', 'adopt', 'follow']);
export type DriftMode = z.output<typeof driftModeSchema>;

/** Type → attribute or relation of the target → mode. What is not named is enforced; relations are enforced or reported. */
export const driftSchema = z.record(z.string(), z.record(z.string(), driftModeSchema)).default({});
export type DriftPolicy = z.output<typeof driftSchema>;

export const driftModeOf = (policy: DriftPolicy, type: string, attribute: string): DriftMode => policy[type]?.[attribute] ?? 'enforce';

/** corrected: written over · open: left as it is · fought: somebody writes it back each time, so it is left as it is. */
export type DriftState = 'corrected' | 'open' | 'fought';

/** Who writes it back so often within so long is another writer, not a slip. */
export const FIGHT_TIMES = 3;
export const FIGHT_MS = 7 * 86_400_000;

/** What was known of the drift of one attribute of one account. */
export interface KnownDrift {
  readonly state: DriftState;
  readonly times: number;
  readonly firstAt: number;
  readonly lastAt: number;
  /** Revision of the link when it was last seen: another one says that we have written since. */
  readonly written: number;
}

/** What is known of it now that it is seen again. A drift that we had no chance to write over counts once. */
export function driftNow(before: KnownDrift | undefined, mode: DriftMode, now: number, written: number): KnownDrift {
  const goesOn = before !== undefined && now - before.lastAt <= FIGHT_MS;
  const isNew = !goesOn || before.written !== written;
  const times = goesOn ? before.times + (isNew && before.state === 'corrected' ? 1 : 0) : 1;
  const fought = mode === 'enforce' && ((goesOn && before.state === 'fought') || times > FIGHT_TIMES);
  return {
    state: mode !== 'enforce' ? 'open' : fought ? 'fought' : 'corrected',
    times,
    firstAt: goesOn || before?.state === 'open' ? before.firstAt : now,
    lastAt: now,
    written,
  };
}
