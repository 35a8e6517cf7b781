// What a deed by hand comes to for one person: a form, taking a closing back, or a source whose word counts more. Known before any form.
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import type { Explained } from './person-page.tsx';

export type Deed = 'change' | 'transfer' | 'leave' | 'rehire' | 'remove';

export type Way =
  | { readonly kind: 'form' }
  | { readonly kind: 'take-back'; readonly run: number; readonly by: string }
  | { readonly kind: 'elsewhere'; readonly job: number; readonly jobName: string };

/** Which fact a deed is about, for the question whose word counts there. */
const about: Readonly<Record<Deed, keyof Explained['lockedByHand'] | null>> = {
  change: null,
  transfer: 'membership',
  leave: 'lifecycle',
  rehire: 'lifecycle',
  remove: 'lifecycle',
};

export function wayOf(deed: Deed, person: Pick<Explained, 'kept' | 'lockedByHand'>): Way {
  if (deed === 'rehire' && person.kept?.cause === 'close') return { kind: 'take-back', run: person.kept.run, by: person.kept.by };
  const fact = about[deed];
  const stronger = fact && person.lockedByHand[fact];
  return stronger ? { kind: 'elsewhere', ...stronger } : { kind: 'form' };
}

/** Nothing is left to close: the person has left, and no account is known to be usable. */
export const isClosed = (
  person: Pick<Explained, 'lifecycle'> & { readonly accounts: readonly Pick<Explained['accounts'][number], 'key' | 'enabled'>[] },
): boolean => person.lifecycle === 'departed' && person.accounts.every((account) => account.key === null || account.enabled === false);

/** So long after everything was closed by hand, an account that is still open is taken for being closed; later, for left over. */
const CLOSING_MS = 5 * 60_000;

type Closed = Parameters<typeof isClosed>[0] & Pick<Explained, 'kept'>;

/** `begunAt`: closed on this page; null = not. Epoch ms. */
export const isClosing = (person: Closed, begunAt: number | null, now: number): boolean => {
  const at = begunAt ?? (person.kept?.cause === 'close' ? person.kept.at : null);
  return at !== null && now - at < CLOSING_MS && !isClosed(person);
};

/** Whether closing everything is offered. `sheet`: of whoever has left, what could still be closed; undefined: not asked yet. */
export const offersClosing = (person: Parameters<typeof isClosed>[0], sheet: { readonly closable: boolean } | undefined): boolean =>
  person.lifecycle !== 'absent' && !isClosed(person) && (person.lifecycle !== 'departed' || sheet?.closable === true);

/** What carrying out a preview comes to; `later`: only what does not answer is left, and is tried until it does. */
export type ClosingWay = 'close' | 'mark' | 'later' | 'refused' | 'nothing';

export function closingWay(closings: readonly Pick<WireOutput<'leaver.preview'>['closings'][number], 'does' | 'connection'>[]): ClosingWay {
  const some = (does: string): boolean => closings.some((one) => one.does === does);
  if (some('disable')) return 'close';
  if (some('leave')) return 'mark';
  if (some('unreachable')) return 'later';
  return some('refused') ? 'refused' : 'nothing';
}

/** Whoever is erased must have left. */
export const isErasable = ({ lifecycle }: Pick<Explained, 'lifecycle'>): boolean => lifecycle === 'departed' || lifecycle === 'absent';

export interface Below {
  readonly job: number;
  readonly jobName: string;
  readonly how: 'event' | 'schedule' | 'by-hand' | 'off';
  readonly nextDueAt: number | null;
}

type Account = Pick<Explained['accounts'][number], 'job' | 'key'>;
type Job = Pick<WireOutput<'job.list'>['jobs'][number], 'id' | 'name' | 'direction' | 'state' | 'trigger' | 'nextDueAt'>;

/** How the accounts of one person follow the directory, one line for each job that has one. */
export function below(accounts: readonly Account[], jobs: readonly Job[]): readonly Below[] {
  const has = new Set(accounts.filter((account) => account.key !== null).map((account) => account.job));
  return jobs
    .filter((job) => job.direction === 'down' && has.has(job.id))
    .map((job) => ({ job: job.id, jobName: job.name, how: howOf(job), nextDueAt: job.nextDueAt }));
}

function howOf(job: Job): Below['how'] {
  if (job.state !== 'enabled' && job.state !== 'pilot') return 'off';
  if (job.trigger === 'event') return 'event';
  return job.nextDueAt === null ? 'by-hand' : 'schedule';
}
