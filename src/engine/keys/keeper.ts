// Where the master key lies, as the engine sees it: whoever opens the data folder knows its files.
import type { Label } from '../../core/model.ts';

export interface KeyKeeper {
  /** Why no other key can take over here and now, and what to do about it; null: one can. */
  obstacle(): Promise<Label | null>;
  /**
   * The key that is to take over, on the disk for good when this returns. `id`: of one that has begun to; else one that was made and not
   * used yet, or a new one.
   */
  next(id: string | null): Buffer;
  /** It was not used after all. */
  forget(id: string): void;
  /** The key `to` is the one of this installation from now on, also where its file cannot be moved: then the answer warns. */
  takeOver(from: string, to: string): TakenOver;
}

export interface TakenOver {
  /** The file in which the key before is kept. */
  readonly kept: string;
  /** What could not be done on the disk, and what to do about it. */
  readonly warning: Label | null;
}
