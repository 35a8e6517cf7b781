// What becomes, in a system below, of a department that the directory no longer has: done, asked, or as the policy of its job says.
import type { WireOutput } from '../../../src/server/api/wire.ts';

type Explained = NonNullable<WireOutput<'explain'>['object']>;
type Job = Pick<WireOutput<'job.get'>, 'id' | 'connection' | 'state' | 'settings'>;
type Brakes = readonly { readonly scope: string }[];

type Fate = 'deleted' | 'asked' | 'off' | Hindrance | 'braked' | 'delete' | 'later' | 'disable' | 'keep' | 'unlink';
export interface FateThere {
  readonly fate: Fate;
  /** Of `later`: so many days after it went. */
  readonly days: number;
}

/** What a job that would delete does instead, for now, in these states. */
type Hindrance = 'observing' | 'pilot' | 'paused' | 'quarantined';
const hindrances: readonly string[] = ['observing', 'pilot', 'paused', 'quarantined'] satisfies Hindrance[];

type Way = 'keep' | 'unlink' | 'disable' | 'delete' | { readonly disableThenDeleteAfterDays: number };
interface Settings {
  readonly mapping: Readonly<Record<string, unknown>>;
  readonly policy: { readonly leaver: { readonly gone: Way } };
}

/** As the policy of the job says; null: it has nothing to do with departments. A department has nothing that could be disabled. */
export function fateByPolicy({ id, connection, state, settings }: Job, brakes: Brakes = []): FateThere | null {
  const { mapping, policy } = settings as unknown as Settings;
  if (!('department' in mapping)) return null;
  if (state === 'disabled') return { fate: 'off', days: 0 };
  const { gone } = policy.leaver;
  const deletes = gone === 'delete' || typeof gone === 'object';
  const scopes = ['all', `job:${id}`, `connection:${connection}`];
  if (deletes && hindrances.includes(state)) return { fate: state as Hindrance, days: 0 };
  if (deletes && brakes.some(({ scope }) => scopes.includes(scope))) return { fate: 'braked', days: 0 };
  return typeof gone === 'string' ? { fate: gone, days: 0 } : { fate: 'later', days: gone.disableThenDeleteAfterDays };
}

/** The plan of its runs lists what is gone for deletion. */
export const plansDeletion = ({ settings }: Pick<Job, 'settings'>): boolean =>
  (settings as unknown as Settings).policy.leaver.gone === 'delete';

/** null: it is not there, and was not deleted there by this job. */
export function fateThere(department: Pick<Explained, 'accounts' | 'held'>, job: Job, brakes: Brakes = []): FateThere | null {
  const there = department.accounts.find((account) => account.job === job.id);
  if (!there) return null;
  if (there.lastChange?.action === 'remove' && there.lastChange.state === 'applied') return { fate: 'deleted', days: 0 };
  if (there.key === null) return null;
  if (department.held.some((one) => one.job === job.id && one.action === 'remove')) return { fate: 'asked', days: 0 };
  return fateByPolicy(job, brakes);
}
