// How many people a choice of departments is: departments are ticked, people are written.
import { useAnswer } from '../api/hooks.ts';
import { useWords } from '../i18n/i18n.ts';
import { useCounted } from '../ui/counted.ts';
import { countedDepartments } from './pilot-count.ts';
import type { Chosen, Department } from './scope.ts';

interface PeopleProps {
  readonly direction: 'up' | 'down';
  readonly departments: readonly Department[];
  readonly chosen: Chosen;
  /** People who were added by name. */
  readonly named: number;
}

export function PilotPeople({ direction, departments, chosen, named }: PeopleProps) {
  const { t } = useWords();
  const people = useCounted();
  const counted = countedDepartments(departments, chosen);
  const isAsked = direction === 'down' && counted !== null && counted.length > 0;
  const found = useAnswer('group.rule-preview', { departments: [...(counted ?? [])] }, { enabled: isAsked });
  const ticked = isAsked ? (found.data ? t('pilot.peopleWithin', { people: people('person', found.data.count) }) : '…') : null;
  const unknown = direction === 'up' && counted?.length !== 0 ? t('pilot.peopleUnknown') : null;
  const added = named > 0 ? t('pilot.peopleNamed', { people: people('person', named) }) : null;
  const said = [ticked, unknown, added].filter((one) => one !== null);
  if (said.length === 0) return null;
  return (
    <p aria-live="polite">
      <b>{said.join(' ')}</b>
    </p>
  );
}
