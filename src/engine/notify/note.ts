// Writes down what somebody may want to be told, in the transaction of what caused it.
import type { NoticeKind } from '../../core/notices.ts';
import type { Label } from '../../core/model.ts';
import type { Transaction } from '../../store/database.ts';
import { getConnection, getJob, patchBreaker } from '../../store/jobs.ts';
import { heldSince } from '../../store/overview.ts';
import { putNotice } from '../../store/notices.ts';
import { endedBefore, type RunRow } from '../../store/runs.ts';

/** What a notice says beside its kind, job and connection. Names, numbers and reasons; never a value of a person. */
export interface NoticeFacts {
  readonly jobName?: string;
  readonly connectionName?: string;
  readonly run?: number;
  readonly mode?: string;
  readonly counts?: Readonly<Record<string, number>>;
  readonly reason?: Label | null;
  readonly warnings?: readonly Label[];
  readonly question?: string;
  readonly count?: number;
  readonly by?: string;
  readonly hours?: number;
  readonly days?: number;
  /** Epoch ms. */
  readonly since?: number | null;
  readonly expires?: number;
  /** Directory id of the person whom it concerns. */
  readonly person?: string;
}

/** Rests sealed under the key of the person, until it has been told once. */
export interface AccountSecret {
  readonly account: string;
  readonly password?: string;
}

interface Note {
  readonly kind: NoticeKind;
  readonly at: number;
  readonly cause: string;
  readonly job?: number;
  readonly connection?: string;
  readonly facts: NoticeFacts;
  readonly secret?: string;
}

async function note(transaction: Transaction, { facts, ...rest }: Note): Promise<void> {
  const jobName = rest.job === undefined ? undefined : (await getJob(transaction, rest.job))?.name;
  const connectionName = rest.connection === undefined ? undefined : (await getConnection(transaction, rest.connection))?.name;
  await putNotice(transaction, {
    ...rest,
    facts: JSON.stringify({
      ...(jobName === undefined ? {} : { jobName }),
      ...(connectionName === undefined ? {} : { connectionName }),
      ...facts,
    }),
  });
}

const bad: ReadonlySet<string> = new Set(['failed', 'partly-failed']);
const ofState: Readonly<Record<string, NoticeKind>> = {
  succeeded: 'run-succeeded',
  warnings: 'run-warnings',
  'partly-failed': 'run-partly-failed',
  failed: 'run-failed',
};

export interface RunEnd {
  readonly state: string;
  readonly at: number;
  readonly counts?: Readonly<Record<string, number>>;
  readonly problem?: Label;
  readonly warnings?: readonly Label[];
  /** Its job rested because runs failed, and does so no longer. */
  readonly recovered?: boolean;
}

/** Dry runs are looked at by who started them. A short run of some records that went well is nothing to tell. */
export async function noteRunEnded(transaction: Transaction, run: RunRow, end: RunEnd): Promise<void> {
  let kind = ofState[end.state];
  if (run.dryRun || kind === undefined) return;
  const isShort = run.mode === 'keys';
  if (isShort && kind === 'run-succeeded') return;
  const wasBad = end.recovered === true || bad.has((await endedBefore(transaction, run.job, run.id))?.state ?? '');
  if (!isShort && !bad.has(end.state) && wasBad) kind = 'run-recovered';
  await note(transaction, {
    kind,
    at: end.at,
    job: run.job,
    cause: `run:${run.id}`,
    facts: {
      run: run.id,
      mode: run.mode,
      counts: end.counts ?? {},
      reason: end.problem ?? null,
      ...(end.warnings && end.warnings.length > 0 ? { warnings: end.warnings.slice(0, 10) } : {}),
    },
  });
}

/** One for each question that this run has opened. */
export async function noteHeld(transaction: Transaction, run: RunRow, at: number): Promise<void> {
  for (const { question, count } of await heldSince(transaction, run.job, run.id))
    await note(transaction, {
      kind: 'held-opened',
      at,
      job: run.job,
      cause: `held:${run.id}:${question}`,
      facts: { run: run.id, question, count },
    });
}

/** A job that rests by itself until somebody, or a slower beat, lets it go on. */
export const noteJobStopped = (
  transaction: Transaction,
  job: number,
  state: 'paused' | 'quarantined',
  stop: { readonly reason: Label; readonly run: number; readonly at: number },
): Promise<void> =>
  note(transaction, {
    kind: `job-${state}`,
    at: stop.at,
    job,
    cause: `${state}:${job}:${stop.run}`,
    facts: { run: stop.run, reason: stop.reason },
  });

export const noteJobResumed = (transaction: Transaction, job: number, by: string, at: number): Promise<void> =>
  note(transaction, { kind: 'job-resumed', at, job, cause: `resumed:${job}:${at}`, facts: { by } });

/** A connection counts as away from now on. */
export const noteAway = (transaction: Transaction, connection: string, reason: Label, since: number): Promise<void> =>
  note(transaction, { kind: 'connection-away', at: since, connection, cause: `away:${connection}:${since}`, facts: { since, reason } });

/** The connection has answered: no failure counts any more, and if it was away, that is told. */
export async function closeBreaker(transaction: Transaction, connection: string, at: number): Promise<void> {
  const row = await getConnection(transaction, connection);
  if (!row || (row.breaker_failures === 0 && row.breaker_opened_at === null)) return;
  await patchBreaker(transaction, connection, 0, null, null, null);
  const since = row.breaker_opened_at;
  if (since === null) return;
  await note(transaction, { kind: 'connection-back', at, connection, cause: `back:${connection}:${since}`, facts: { since } });
}

/** `base`: from when it is counted; told once for each. `since`: the last complete read, if there was one. */
export const noteOverdue = (
  transaction: Transaction,
  job: number,
  { hours, since, base, at }: { readonly hours: number; readonly since: number | null; readonly base: number; readonly at: number },
): Promise<void> => note(transaction, { kind: 'read-overdue', at, job, cause: `overdue:${job}:${base}`, facts: { hours, since } });

/** `run` compared everything and found `count` changes of which no event had told. */
export const noteSilence = (
  transaction: Transaction,
  job: number,
  found: { readonly hours: number; readonly run: number; readonly count: number; readonly since: number | null; readonly at: number },
): Promise<void> => {
  const { at, ...facts } = found;
  return note(transaction, { kind: 'events-silent', at, job, cause: `silent:${job}:${found.run}`, facts });
};

export const noteExpiry = (
  transaction: Transaction,
  connection: string,
  { days, expires, threshold, at }: { readonly days: number; readonly expires: number; readonly threshold: number; readonly at: number },
): Promise<void> =>
  note(transaction, {
    kind: 'credential-expiring',
    at,
    connection,
    cause: `expiry:${connection}:${expires}:${threshold}`,
    facts: { days, expires },
  });

/** One for each account that there is: `account` is its id in the system, `secret` a sealed AccountSecret. */
export const noteAccount = (
  transaction: Transaction,
  made: {
    readonly job: number;
    readonly connection: string;
    readonly person: string;
    readonly account: string;
    readonly run: number;
    readonly secret: string;
    readonly at: number;
  },
): Promise<void> =>
  note(transaction, {
    kind: 'account-created',
    at: made.at,
    job: made.job,
    connection: made.connection,
    cause: `account:${made.connection}:${made.account}`,
    facts: { run: made.run, person: made.person },
    secret: made.secret,
  });
