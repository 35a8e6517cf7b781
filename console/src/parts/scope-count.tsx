// How many people of the directory a choice takes today, and who comes with the chosen departments: departments are ticked, people are written.
import { useAnswer } from '../api/hooks.ts';
import { useWords } from '../i18n/i18n.ts';
import { useCounted } from '../ui/counted.ts';
import type { Direction } from '../forms/setting.ts';
import { countedDepartments } from './scope-counted.ts';
import type { Chosen, Department, Mode } from './scope.ts';

interface Choice {
  readonly direction: Direction;
  readonly departments: readonly Department[];
  readonly mode: Mode;
  readonly chosen: Chosen;
  /** An expression that is understood; null: none. */
  readonly where?: string | null;
}

export interface Along {
  readonly count: number;
  readonly examples: readonly { readonly id: string; readonly title: string }[];
}

/** undefined: not known (yet). Of a source that nobody has read nothing is known. */
export function useAlong({ direction, departments, mode, chosen, where = null }: Choice): Along | undefined {
  const counted = mode === 'everything' ? [] : countedDepartments(departments, chosen, mode);
  const rule = where === null ? {} : { where };
  const isAsked = direction === 'down' && counted !== null;
  const within = useAnswer(
    'group.rule-preview',
    { departments: [...(counted ?? [])], ...rule },
    { enabled: isAsked && counted.length > 0 },
  );
  const all = useAnswer('group.rule-preview', rule, { enabled: isAsked && mode !== 'only' });
  // Whom no department takes in belongs where only some are left out: everybody but those who have a department.
  const isRest = isAsked && mode === 'except';
  const roots = departments.filter((one) => one.parent === null).map((one) => ({ department: one.id, below: true }));
  const placed = useAnswer('group.rule-preview', { departments: roots, ...rule }, { enabled: isRest && roots.length > 0 });
  if (!isAsked) return undefined;
  if (mode === 'everything') return all.data;
  const own = counted.length === 0 ? { count: 0, examples: [] } : within.data;
  if (mode !== 'except') return own;
  if (!own || !all.data || (roots.length > 0 && !placed.data)) return undefined;
  const rest = all.data.count - (placed.data?.count ?? 0);
  return { count: own.count + rest, examples: own.examples };
}

/** How many people of the directory a scope leaves out, who were left out by name not among them; undefined: not known (yet), or not asked. */
export function useLeftOut(choice: Choice, isAsked = true): number | undefined {
  const along = useAlong(choice);
  const everybody = useAnswer('group.rule-preview', {}, { enabled: isAsked && choice.direction === 'down' });
  return isAsked && along && everybody.data ? Math.max(0, everybody.data.count - along.count) : undefined;
}

interface PeopleProps extends Choice {
  /** People who were added, and who were left out, by name. */
  readonly named: number;
  readonly leftOut?: number;
  /** How many stay out as well: for whom a scope is the whole answer. */
  readonly tellsRest?: boolean;
}

export function ScopePeopleCount({ named, leftOut = 0, tellsRest = false, ...choice }: PeopleProps) {
  const { t, language } = useWords();
  const people = useCounted();
  const along = useAlong(choice);
  const rest = useLeftOut(choice, tellsRest);
  const { direction, mode } = choice;
  const counted = mode === 'everything' ? [] : countedDepartments(choice.departments, choice.chosen, mode);
  const isSome = counted === null || counted.length > 0 || mode === 'except' || (mode === 'everything' && direction === 'down');
  const today =
    along && isSome ? t(mode === 'only' ? 'pilot.peopleWithin' : 'pilot.peopleBut', { people: people('person', along.count) }) : null;
  const isUnknown = direction === 'up' || counted === null;
  const unknown = isSome && !along ? (isUnknown ? t('pilot.peopleUnknown') : '…') : null;
  const said = [
    today,
    unknown,
    tellsRest && isSome && rest ? t('pilot.peopleRest', { people: people('person', rest) }) : null,
    named > 0 ? t('pilot.peopleNamed', { people: people('person', named) }) : null,
    leftOut > 0 ? t('pilot.peopleLeftOut', { people: people('person', leftOut) }) : null,
  ].filter((one) => one !== null);
  if (said.length === 0) return null;
  return (
    <p aria-live="polite">
      <b>{said.join(language === 'zh' ? '' : ' ')}</b>
    </p>
  );
}
