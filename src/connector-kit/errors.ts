// Errors by meaning. Connectors translate vendor codes into these kinds; nothing else reads vendor codes.
import type { Label } from '../core/model.ts';

/** What an error does: stop the run, be retried, be read back, or concern one object. One table, read by the engine. */
export const errorKinds = {
  credentials: 'run',
  permission: 'run',
  config: 'run',
  /** No seats left: creates stop, what frees seats goes on. */
  quota: 'creates',
  'rate-limited': 'retry',
  transient: 'retry',
  timeout: 'retry',
  'unknown-outcome': 'read-back',
  'not-found': 'item',
  'already-exists': 'item',
  conflict: 'item',
  invalid: 'item',
  unsupported: 'item',
  /** This one object may not be touched with this credential. */
  forbidden: 'item',
  'waiting-for-person': 'item',
  'cursor-expired': 'full-read',
  'bad-response': 'item',
} as const;

export type ErrorKind = keyof typeof errorKinds;

export interface ErrorFacts {
  /** For rate-limited: when to try again. */
  readonly afterMs?: number;
  /** For invalid: the attribute (target's own name). */
  readonly attribute?: string;
  /** For already-exists: the id of what is there. */
  readonly id?: string;
  /** The far side was not reached or did not answer: counts for the breaker, not against an item. */
  readonly transport?: boolean;
  /** Vendor code, request id: shown to experts, never parsed. */
  readonly detail?: string;
  readonly cause?: unknown;
}

export class ConnectorError extends Error {
  readonly kind: ErrorKind;
  readonly label: Label;
  readonly facts: ErrorFacts;

  /** `label` says what happened and what to do, without secrets. */
  constructor(kind: ErrorKind, label: Label, facts: ErrorFacts = {}) {
    super(label.en, facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = 'ConnectorError';
    this.kind = kind;
    this.label = label;
    this.facts = facts;
  }
}

/**
 * For what follows the request that made an object: whatever fails now, the object is there. Thrown as it is, `rate-limited` or
 * `forbidden` would say that nothing was made, and the engine would make another one or forget this one; so it looks first.
 */
export async function onceMade<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isConnectorError(error)) throw error;
    throw new ConnectorError('unknown-outcome', error.label, { ...error.facts, cause: error });
  }
}

export const isConnectorError = (error: unknown): error is ConnectorError => error instanceof ConnectorError;
