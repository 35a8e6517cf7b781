// Disabled now, deleted later: noted with the run, by the settings and the target it had; both may be others when somebody looks at it.
import { leaverCause } from '../../core/situation.ts';
import { cannot } from '../abilities.ts';
import type { RunContext } from '../context.ts';

export function noteDeletionsLater({ target, settings, evidence }: RunContext): void {
  // Accounts only are disabled; and what the target cannot delete will be refused.
  if (target.isDirectory || cannot(target, 'person', 'remove') !== null) return;
  const { leaver, guard } = settings.policy;
  const found = Object.values(leaverCause).flatMap((cause) => {
    const way = leaver[cause];
    if (typeof way !== 'object') return [];
    const asks = guard.deletions === 'hold-all' || (guard.deletions === 'hold-unless-departed' && cause !== 'departed');
    return [[cause, { days: way.disableThenDeleteAfterDays, asks }] as const];
  });
  if (found.length > 0) evidence.deletedLater = Object.fromEntries(found);
}
