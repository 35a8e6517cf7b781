// What the processes of a story are told when they are started, and what they tell when they end.

export interface ChildOrder {
  readonly folder: string;
  readonly url: string;
  readonly carries: boolean;
  readonly phases: number;
  /** `conductor`: does the steps of all phases. `worker`: carries out and helps with what there is, until it is ended. */
  readonly role: 'conductor' | 'worker';
  readonly leaseMs: number;
  /** How long the process asks a store that does not answer; missing = as long as a server would. */
  readonly patienceMs?: number;
  /** A file without which the last phase is not begun. */
  readonly lastAfter?: string;
  /** What the target allows; missing = it does not count. */
  readonly perSecond?: number;
  /** Instead of the remote connector's own; small batches let several workers take part. */
  readonly batchSize?: number;
  /** Die at the n-th time this point is passed in this life. */
  readonly kill: { readonly point: string; readonly nth: number } | null;
}

/** Sent once, before a life ends by itself. */
export interface ChildReport {
  readonly points: Readonly<Record<string, number>>;
}

/** Before the name of a point that is passed while a run is taken back. */
export const UNDOING = 'undo:';

/** Exit code of a conductor whose store went away. */
export const STORE_AWAY = 7;

/** The header in which a request to the target says when it began. */
export const BEGUN = 'x-begun';
/** The header in which it says when it was handed to the network, by the clock of the machine. */
export const LEFT = 'x-left';
