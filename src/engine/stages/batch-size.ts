// How many changes of an outside target are marked sent at once: more where the target is quick, since each batch costs a commit.

/** A brake that is pulled, or a limit that is met, is seen at the end of a batch: it is to last about so long. */
const LASTS_MS = 500;

export interface BatchSize {
  readonly now: number;
  /** So many changes were carried out, one batch behind the other, in that time. */
  took(changes: number, ms: number): void;
}

export function openBatchSize(least: number, most: number): BatchSize {
  let size = least;
  return {
    get now() {
      return size;
    },
    took(changes, ms) {
      const fitting = Math.round((changes / Math.max(1, ms)) * LASTS_MS);
      // At most twice as many as before: one quick batch says little.
      size = Math.max(least, Math.min(most, fitting, size * 2));
    },
  };
}
