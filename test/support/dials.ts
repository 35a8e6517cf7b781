// What a plain system can be told to do wrong: whatever a real one does on a bad day.
import type { Value } from '../../src/core/model.ts';

export interface Dials {
  empty: boolean;
  /** The read breaks off with a transient error when this page (from 1) is asked for. */
  cutAtPage: number | null;
  sizeLimit: number | null;
  /** Attributes that are missing, as a connector shows them that notices; `nulled` ones look empty, as from one that does not. */
  hidden: Set<string>;
  nulled: Set<string>;
  /** Departments that are not shown, with everything below and everybody in them. */
  hiddenDepartments: Set<string>;
  /** Departments that are shown without those whose primary department they are. */
  hiddenPeopleOf: Set<string>;
  range: string;
  /** Records that are there and cannot be understood. */
  unreadable: Set<string>;
  unreachable: boolean;
  /** Takes every question about single objects, and answers none until whoever asks gives up. */
  silent: boolean;
  /** Writes that are done and whose answer gets lost. */
  loseAnswers: number;
  /** What the system makes of values that are written. */
  makes: ((name: string, value: Value | null) => Value | null) | null;
  /** Whether it says so in the answer. */
  echoes: boolean;
}

/** Waits for an answer that never comes. */
export const givenUp = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const give = (): void => reject(signal.reason as Error);
    if (signal.aborted) give();
    else signal.addEventListener('abort', give, { once: true });
  });
