// Of the accounts that a system had already: how many are somebody's, and how many are left over. The comparison counts the same.
import type { WireOutput } from '../../../src/server/api/wire.ts';

type Matching = Pick<WireOutput<'match.get'>, 'run'> & {
  readonly there: Pick<WireOutput<'match.get'>['types'][number], 'accounts' | 'linked' | 'matched' | 'renamed'>;
};
interface Planned {
  readonly run: number;
  readonly groups: readonly Pick<WireOutput<'run.plan'>['groups'][number], 'action' | 'type' | 'state' | 'objects'>[];
}

interface There {
  readonly found: number;
  readonly left: number;
}

const linksNobody = new Set(['skipped', 'refused', 'superseded']);

/** Whichever looked last, the plan or a comparison: where both have, they must not contradict each other. */
export function accountsThere({ run: compared, there }: Matching, plan: Planned): There {
  const byPlan = plan.groups
    .filter(({ action, type, state }) => action === 'link' && type === 'person' && !linksNobody.has(state))
    .reduce((sum, group) => sum + group.objects, 0);
  const found = there.linked + (compared !== null && compared > plan.run ? there.matched + there.renamed : byPlan);
  return { found, left: Math.max(0, there.accounts - found) };
}
