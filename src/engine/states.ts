// Every state and every allowed transition, as tables. An impossible transition is a bug and stops the run.

export const runTransitions = {
  queued: ['running', 'cancelled'],
  running: ['succeeded', 'warnings', 'partly-failed', 'failed', 'cancelled', 'waiting', 'queued'],
  /** A connection's breaker is open or the run pauses before its next try; resumes where it stopped. */
  waiting: ['queued', 'running', 'cancelled', 'failed'],
  succeeded: [],
  warnings: [],
  'partly-failed': [],
  failed: [],
  cancelled: [],
} as const satisfies Record<string, readonly string[]>;

export const changeTransitions = {
  planned: ['sent', 'applied', 'failed', 'held', 'refused', 'pending', 'waiting', 'skipped', 'superseded'],
  /** Back to planned when the call was certainly not executed. */
  sent: ['applied', 'failed', 'unknown', 'waiting', 'planned'],
  unknown: ['applied', 'planned', 'superseded'],
  failed: ['planned', 'dead'],
  pending: ['planned', 'superseded', 'skipped'],
  /** A person at the far side must act first (an invitation). */
  waiting: ['planned', 'applied', 'superseded'],
  applied: [],
  held: [],
  refused: [],
  skipped: [],
  superseded: [],
  dead: [],
} as const satisfies Record<string, readonly string[]>;

export const heldTransitions = {
  open: ['approved', 'cancelled', 'expired', 'superseded', 'rescued'],
  approved: ['done', 'open', 'superseded', 'rescued'],
  /** Ignored until the object reappears; can be taken back. */
  cancelled: ['open', 'rescued', 'superseded'],
  done: [],
  expired: [],
  superseded: [],
  rescued: [],
} as const satisfies Record<string, readonly string[]>;

export const jobTransitions = {
  /** Dry runs only. */
  disabled: ['observing', 'pilot', 'enabled'],
  /** Plans by schedule and event, and writes nothing. */
  observing: ['disabled', 'pilot', 'enabled'],
  /** Writes only for the people and departments that were chosen. */
  pilot: ['disabled', 'observing', 'enabled', 'paused', 'quarantined'],
  enabled: ['disabled', 'observing', 'pilot', 'paused', 'quarantined'],
  /** Paused by the guard: only a person goes on. */
  paused: ['enabled', 'pilot', 'observing', 'disabled'],
  /** Its runs failed: it is tried at a slower beat, and by hand. */
  quarantined: ['enabled', 'pilot', 'observing', 'disabled', 'paused'],
} as const satisfies Record<string, readonly string[]>;

interface JobConduct {
  /** Schedules and events start runs. */
  readonly runsByItself: boolean;
  /** Events and commits that concern it are noted. */
  readonly listens: boolean;
  /** Its runs write; else they are dry runs. */
  readonly writes: boolean;
  /** It speaks for what it holds: another job may leave an object to it. */
  readonly takesOver: boolean;
  /** A person who asks for it has somebody's account closed. What stopped the job is about what it reads, not about that person. */
  readonly closes: boolean;
}

export const jobConduct = {
  disabled: { runsByItself: false, listens: false, writes: false, takesOver: false, closes: false },
  observing: { runsByItself: true, listens: true, writes: false, takesOver: false, closes: false },
  pilot: { runsByItself: true, listens: true, writes: true, takesOver: false, closes: true },
  enabled: { runsByItself: true, listens: true, writes: true, takesOver: true, closes: true },
  paused: { runsByItself: false, listens: false, writes: false, takesOver: true, closes: true },
  quarantined: { runsByItself: false, listens: true, writes: true, takesOver: true, closes: true },
} as const satisfies Record<keyof typeof jobTransitions, JobConduct>;

export const conductOf = (state: string): JobConduct => jobConduct[state as keyof typeof jobConduct];

/** The state that a job goes back to when what stops it next has passed. */
export const stateBehind = (job: { readonly state: string; readonly resumes: string | null }): string =>
  job.state === 'quarantined' ? (job.resumes ?? 'enabled') : job.state;

/** States that a person puts a job into. */
export const chosenStates = ['disabled', 'observing', 'pilot', 'enabled'] as const;
export type ChosenState = (typeof chosenStates)[number];

export type RunState = keyof typeof runTransitions;
export type ChangeState = keyof typeof changeTransitions;
export type HeldState = keyof typeof heldTransitions;
export type JobState = keyof typeof jobTransitions;

const tables = { run: runTransitions, change: changeTransitions, held: heldTransitions, job: jobTransitions };

/** Throws when the table does not allow the step. */
export function assertTransition(kind: keyof typeof tables, from: string, to: string): void {
  const allowed = (tables[kind] as Record<string, readonly string[]>)[from];
  if (!allowed?.includes(to)) throw new Error(`A ${kind} cannot go from "${from}" to "${to}".`);
}
