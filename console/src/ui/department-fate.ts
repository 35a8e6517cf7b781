// What becomes, in a system below, of a department that the directory no longer has: done, asked, or as the policy of its job says.
import type { WireOutput } from '../../../src/server/api/wire.ts';

type Explained = NonNullable<WireOutput<'explain'>['object']>;
type Job = Pick<WireOutput<'job.get'>, 'id' | 'state' | 'settings'>;

type Fate = 'deleted' | 'asked' | 'off' | 'delete' | 'later' | 'disable' | 'keep' | 'unlink';
export interface FateThere {
  readonly fate: Fate;
  /** Of `later`: so many days after it went. */
  readonly days: number;
}

type Way = 'keep' | 'unlink' | 'disable' | 'delete' | { readonly disableThenDeleteAfterDays: number };
interface Settings {
  readonly mapping: Readonly<Record<string, unknown>>;
  readonly policy: { readonly leaver: { readonly gone: Way } };
}

/** As the policy of the job says; null: it has nothing to do with departments. A department has nothing that could be disabled. */
export function fateByPolicy({ state, settings }: Pick<Job, 'state' | 'settings'>): FateThere | null {
  const { mapping, policy } = settings as unknown as Settings;
  if (!('department' in mapping)) return null;
  if (state === 'disabled') return { fate: 'off', days: 0 };
  const { gone } = policy.leaver;
  return typeof gone === 'string' ? { fate: gone, days: 0 } : { fate: 'later', days: gone.disableThenDeleteAfterDays };
}

/** null: it is not there, and was not deleted there by this job. */
export function fateThere(department: Pick<Explained, 'accounts' | 'held'>, job: Job): FateThere | null {
  const there = department.accounts.find((account) => account.job === job.id);
  if (!there) return null;
  if (there.lastChange?.action === 'remove' && there.lastChange.state === 'applied') return { fate: 'deleted', days: 0 };
  if (there.key === null) return null;
  if (department.held.some((one) => one.job === job.id && one.action === 'remove')) return { fate: 'asked', days: 0 };
  return fateByPolicy(job);
}
