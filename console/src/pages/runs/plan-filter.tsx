// Which changes of a plan are shown: groups with their counts, what exactly is done, department, name. It stands in the address.
import { Button, Input, Segmented, Select } from 'antd';
import { useEffect, useState } from 'react';
import { useSearchParams } from 'react-router';
import type { RunView, WireInput, WireOutput } from '../../../../src/server/api/wire.ts';
import { words } from '../../api/generated.ts';
import { useAnswer } from '../../api/hooks.ts';
import { useWords, type Label } from '../../i18n/i18n.ts';
import { DepartmentChips, useDepartments } from './plan-departments.tsx';
import styles from './plan.module.css';
import { wordOf } from './run-kind.ts';

type Group = WireOutput<'run.plan'>['groups'][number];
type Counted = 'action' | 'state' | 'type' | 'reason';
type By = Counted | 'department';

export type PlanFilter = Pick<WireInput<'run.changes'>, 'actions' | 'states' | 'types' | 'situations' | 'deeds' | 'department' | 'text'>;
type Deed = NonNullable<PlanFilter['deeds']>[number];

interface Dimension {
  readonly of: (group: Group) => string;
  readonly words: Readonly<Record<string, Label>>;
}
const dimensions: Readonly<Record<Counted, Dimension>> = {
  action: { of: (group) => group.action, words: words.action },
  state: { of: (group) => group.state, words: words.change },
  type: { of: (group) => group.type, words: words.type },
  reason: { of: (group) => group.situation, words: words.situation },
};
const bys: readonly By[] = [...(Object.keys(dimensions) as Counted[]), 'department'];

export function usePlanFilter(): PlanFilter {
  const [asked] = useSearchParams();
  const one = (name: string): [string] | undefined => (asked.get(name) === null ? undefined : [asked.get(name)!]);
  return {
    actions: one('action'),
    states: one('state'),
    types: one('type'),
    situations: one('reason'),
    deeds: one('deed') as [Deed] | undefined,
    department: asked.get('department') ?? undefined,
    text: asked.get('text') ?? undefined,
  };
}

export const isFiltered = (filter: PlanFilter): boolean => Object.values(filter).some((value) => value !== undefined);

/** How many changes the groups say there are; null where only looking through tells. */
export function countOf(groups: readonly Group[], filter: PlanFilter): number | null {
  if (filter.text !== undefined || filter.department !== undefined || filter.deeds !== undefined) return null;
  const fits = (wanted: readonly string[] | undefined, value: string): boolean => wanted === undefined || wanted.includes(value);
  return groups
    .filter(
      (group) =>
        fits(filter.actions, group.action) &&
        fits(filter.states, group.state) &&
        fits(filter.types, group.type) &&
        fits(filter.situations, group.situation),
    )
    .reduce((sum, group) => sum + group.count, 0);
}

const PAUSE_MS = 250;

/** Typed text becomes the filter when typing pauses. */
function Search({ value, onChange }: { readonly value: string; readonly onChange: (text: string | undefined) => void }) {
  const { t } = useWords();
  const [text, setText] = useState(value);
  useEffect(() => {
    if (text.trim() === value) return undefined;
    const timer = setTimeout(() => onChange(text.trim() || undefined), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, value, onChange]);
  return (
    <Input.Search
      allowClear
      className={styles.search}
      aria-label={t('runs.plan.search')}
      placeholder={t('runs.plan.search')}
      value={text}
      onChange={(event) => setText(event.target.value)}
    />
  );
}

interface DepartmentProps {
  readonly value: string | undefined;
  /** Of those that the plan counts, as they are called there. */
  readonly counted: readonly { readonly id: string; readonly title: string }[];
  readonly onChange: (id: string | undefined) => void;
}

/** The department is looked for by name. */
function Department({ value, counted, onChange }: DepartmentProps) {
  const { t } = useWords();
  const [text, setText] = useState('');
  const found = useAnswer('department.list', { ...(text === '' ? {} : { text }), limit: 50 });
  const listed = found.data?.objects ?? [];
  // What was chosen elsewhere is called by its name, whatever is listed.
  const chosen = counted.filter(({ id }) => id === value && !listed.some((one) => one.id === id));
  return (
    <Select
      allowClear={{ label: t('app.clear') }}
      className={styles.filter}
      aria-label={t('runs.plan.department')}
      placeholder={t('runs.plan.department')}
      value={value}
      showSearch={{ filterOption: false, onSearch: setText }}
      popupMatchSelectWidth={false}
      options={[...chosen, ...listed].map((one) => ({ value: one.id, label: one.title }))}
      onChange={onChange}
    />
  );
}

interface GroupChipsProps {
  readonly groups: readonly Group[];
  readonly by: Counted;
  readonly chosen: string | null;
  readonly onChoose: (value: string | undefined) => void;
}

function GroupChips({ groups, by, chosen, onChoose }: GroupChipsProps) {
  const { say, language } = useWords();
  const dimension = dimensions[by];
  const counts = new Map<string, number>();
  for (const group of groups) counts.set(dimension.of(group), (counts.get(dimension.of(group)) ?? 0) + group.count);
  return [...counts].map(([value, count]) => {
    const isOn = chosen === value;
    return (
      <button
        key={value}
        type="button"
        aria-pressed={isOn}
        className={`${styles.chip} ${isOn ? styles.on : ''}`}
        onClick={() => onChoose(isOn ? undefined : value)}
      >
        {say(wordOf(dimension.words, value))} <b className="number">{count.toLocaleString(language)}</b>
      </button>
    );
  });
}

interface PlanFiltersProps {
  readonly run: Pick<RunView, 'id' | 'endedAt'>;
  readonly groups: readonly Group[];
  readonly filter: PlanFilter;
}

export function PlanFilters({ run, groups, filter }: PlanFiltersProps) {
  const { t, say } = useWords();
  const [asked, ask] = useSearchParams();
  const [by, setBy] = useState<By>(filter.department === undefined ? 'action' : 'department');
  const counted = useDepartments(run, filter.department !== undefined).data?.departments ?? [];
  const [cleared, setCleared] = useState(0);
  const choose = (name: string, value: string | undefined): void =>
    ask(
      (before) => {
        const next = new URLSearchParams(before);
        if (value === undefined) next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true, preventScrollReset: true },
    );
  return (
    <div className={styles.filters}>
      <div className={styles.groups}>
        <Segmented<By>
          size="small"
          aria-label={t('runs.plan.group')}
          value={by}
          onChange={setBy}
          options={bys.map((value) => ({ value, label: t(`runs.plan.by.${value}`) }))}
        />
        <div className={styles.chips}>
          {by === 'department' ? (
            <DepartmentChips run={run} chosen={filter.department} onChoose={(id) => choose('department', id)} />
          ) : (
            <GroupChips groups={groups} by={by} chosen={asked.get(by)} onChoose={(value) => choose(by, value)} />
          )}
        </div>
      </div>
      <div className={styles.fields}>
        <Search key={cleared} value={filter.text ?? ''} onChange={(text) => choose('text', text)} />
        <Select
          allowClear={{ label: t('app.clear') }}
          className={styles.filter}
          aria-label={t('runs.plan.deed')}
          placeholder={t('runs.plan.deed')}
          value={filter.deeds?.[0]}
          popupMatchSelectWidth={false}
          options={(Object.keys(words.deed) as Deed[]).map((value) => ({ value, label: say(words.deed[value]) }))}
          onChange={(value: Deed | undefined) => choose('deed', value)}
        />
        <Department value={filter.department} counted={counted} onChange={(id) => choose('department', id)} />
        {isFiltered(filter) && (
          <Button
            type="link"
            onClick={() => {
              ask({}, { replace: true, preventScrollReset: true });
              setCleared(cleared + 1);
            }}
          >
            {t('runs.plan.all')}
          </Button>
        )}
      </div>
    </div>
  );
}
