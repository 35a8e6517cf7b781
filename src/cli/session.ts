// How a command reaches the engine: through the socket of a running server, else in this process under the lock.
import { userInfo } from 'node:os';
import type { InputOf, OperationName, OutputOf } from '../engine/commands.ts';
import type { Progress } from '../engine/context.ts';
import type { Failure } from '../engine/operations/operation.ts';
import type { RunView } from '../engine/operations/views.ts';
import type { Label } from '../core/model.ts';
import { CliError } from './errors.ts';

export interface Session {
  /** A server carries it out; false: this process does. */
  readonly isServed: boolean;
  /** The address of a server elsewhere, by which this machine reaches it; without a slash at the end. */
  readonly elsewhere?: string;
  call<N extends OperationName>(name: N, input: InputOf<N>): Promise<OutputOf<N>>;
  /** Resolves when none of the runs is queued or running any more (ended, or waiting). */
  follow(runs: readonly number[], onProgress: (progress: Progress) => void): Promise<readonly RunView[]>;
  close(): Promise<void>;
}

/** The engine refused, in its own words. */
export class RefusedError extends CliError {
  /** The whole of it, for whoever passes it on. */
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.label.en, failure.label.zh);
    this.name = 'RefusedError';
    this.failure = failure;
  }
}

/** A bug on the engine's side. */
export class EngineFault extends Error {
  readonly label: Label;
  constructor(label: Label) {
    super(label.en);
    this.name = 'EngineFault';
    this.label = label;
  }
}

/** States in which somebody still works on a run. */
export const isUnderWay = (state: string): boolean => state === 'queued' || state === 'running';

/** Who asks, for the audit trail. */
export const actorName = (): string => {
  try {
    return `cli:${userInfo().username}`;
  } catch {
    return 'cli';
  }
};
