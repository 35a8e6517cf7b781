// Which calls a system counts together, and how many it allows.
import type { PaceLimit } from '../../connector-kit/contract.ts';
import type { Kind } from './client.ts';
import type { Config } from './config.ts';
import type { Profile } from './profiles.ts';

/** reads: lists and single objects · users: every write of an account · creates: those that make one · writes: all others. */
export type Budget = 'reads' | 'users' | 'creates' | 'writes';
export type Rates = Readonly<Partial<Record<Budget | 'all', PaceLimit>>>;

interface Budgets {
  readonly buckets: Readonly<Record<string, PaceLimit>>;
  bucketOf(what: 'reads' | 'writes' | 'creates', kind?: Kind): string;
}

/** What the administrator enters, or one published number, is for all calls of the credential together. */
export function budgetsOf(config: Pick<Config, 'parallel' | 'perMinute'>, { rates }: Pick<Profile, 'rates'>): Budgets {
  const inFlight = config.parallel;
  const all = config.perMinute > 0 ? { perMinute: config.perMinute } : rates.all;
  if (all || Object.keys(rates).length === 0) return { buckets: { all: { inFlight, ...all } }, bucketOf: () => 'all' };
  const rateOf = (budget: Budget): PaceLimit => rates[budget] ?? (budget === 'creates' ? rates.users : undefined) ?? rates.writes ?? {};
  const budgetOf = (what: 'reads' | 'writes' | 'creates', kind?: Kind): Budget => {
    if (what === 'reads' || kind !== 'users') return what === 'reads' ? 'reads' : 'writes';
    return what === 'creates' && rates.creates ? 'creates' : rates.users ? 'users' : 'writes';
  };
  return {
    buckets: Object.fromEntries((['reads', 'users', 'creates', 'writes'] as const).map((name) => [name, { inFlight, ...rateOf(name) }])),
    bucketOf: budgetOf,
  };
}
