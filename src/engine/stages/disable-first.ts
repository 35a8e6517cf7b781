// Disable comes before delete: while the removal of a person waits for somebody, the person is not left active.
import { LIFECYCLE, directoryTypes } from '../../core/directory-types.ts';
import { kindsOf } from '../../core/guard.ts';
import { isEnabled, type Lifecycle } from '../../core/lifecycle.ts';
import type { Situation } from '../../core/situation.ts';
import type { ObjectRow } from '../../store/directory.ts';
import type { NewChange } from '../../store/ledger.ts';
import { digest } from '../shapes.ts';

/** What somebody is until the removal is carried out. */
export const untilRemoved = (situation: Situation | string): Lifecycle => (situation === 'departed' ? 'departed' : 'suspended');

/** The changes that end an object: the removal alone, or a disable and then the removal. */
export function endingOf(remove: NewChange, current: ObjectRow): readonly NewChange[] {
  if (remove.type !== 'person' || !isEnabled(current.lifecycle as Lifecycle)) return [remove];
  const before = { [LIFECYCLE]: current.lifecycle };
  const after = { [LIFECYCLE]: untilRemoved(remove.situation) };
  const kinds = kindsOf({ action: 'disable', type: remove.type, before, after, edgesLost: 0, moves: false, messages: 0 }, directoryTypes);
  const disable: NewChange = {
    ...remove,
    action: 'disable',
    wave: 2,
    depth: 0,
    kinds: `|${kinds.join('|')}|`,
    before: JSON.stringify(before),
    after: JSON.stringify(after),
    hash: digest({ action: 'disable', before, after, edges: [] }),
  };
  // The disable moves both revisions by one: without it, the removal must not happen.
  return [disable, { ...remove, precondition: JSON.stringify({ o: current.revision + 1, c: current.contributions + 1 }) }];
}

/** What an approval of a removal binds to: the object as it was looked at, whether usable or not. */
export const removalHash = (current: ObjectRow | undefined, edges: readonly { relation: string; to_id: string; facts: string }[]): string =>
  digest({
    action: 'remove',
    data: current?.data ?? null,
    edges: edges.map((edge) => `${edge.relation} ${edge.to_id} ${edge.facts}`).sort(),
  });
