// Which runs are listed: by job, state, kind, cause and time. The choice stands in the address, so that it can be sent and comes back.
import { Button, Select } from 'antd';
import { useSearchParams } from 'react-router';
import type { WireInput } from '../../../../src/server/api/wire.ts';
import { words } from '../../api/generated.ts';
import { useAnswer } from '../../api/hooks.ts';
import { useWords, type Label } from '../../i18n/i18n.ts';
import styles from './runs.module.css';

type RunFilter = Omit<WireInput<'run.list'>, 'cursor' | 'limit'>;

const DAY_MS = 86_400_000;
const spans = { day: 1, week: 7, month: 30 } as const;
type Span = keyof typeof spans;
const kinds = { whole: ['full', 'incremental'], single: ['keys'] } as const;
type Kind = keyof typeof kinds;
const names = ['job', 'state', 'kind', 'cause', 'time'] as const;

/** What the address asks for. Moments are whole minutes, so that a page drawn again asks nothing new. */
export function useRunFilter(): RunFilter {
  const [asked] = useSearchParams();
  const job = asked.get('job');
  const state = asked.get('state');
  const kind = asked.get('kind') as Kind | null;
  const cause = asked.get('cause');
  const time = asked.get('time') as Span | null;
  return {
    ...(job === null ? {} : { job }),
    ...(state === null ? {} : { states: [state] }),
    ...(kind === null || !(kind in kinds) ? {} : { modes: [...kinds[kind]] }),
    ...(cause === null ? {} : { cause }),
    ...(time === null || !(time in spans) ? {} : { from: Math.floor((Date.now() - spans[time] * DAY_MS) / 60_000) * 60_000 }),
  };
}

interface Choice {
  readonly value: string;
  readonly label: string;
}

export function RunFilters() {
  const { t, say } = useWords();
  const [asked, ask] = useSearchParams();
  const jobs = useAnswer('job.list', {});
  const choose = (name: string, value: string | undefined): void =>
    ask(
      (before) => {
        const next = new URLSearchParams(before);
        if (value) next.set(name, value);
        else next.delete(name);
        return next;
      },
      { replace: true },
    );
  const labelled = (table: Readonly<Record<string, Label>>): Choice[] =>
    Object.entries(table).map(([value, label]) => ({ value, label: say(label) }));
  const fields: readonly { readonly name: (typeof names)[number]; readonly options: readonly Choice[] }[] = [
    { name: 'job', options: (jobs.data?.jobs ?? []).map((job) => ({ value: String(job.id), label: job.name })) },
    { name: 'state', options: labelled(words.run) },
    { name: 'kind', options: (Object.keys(kinds) as Kind[]).map((value) => ({ value, label: t(`runs.kind.${value}`) })) },
    { name: 'cause', options: labelled(words.cause) },
    { name: 'time', options: (Object.keys(spans) as Span[]).map((value) => ({ value, label: t(`runs.time.${value}`) })) },
  ];
  return (
    <search className={styles.filters}>
      {fields.map(({ name, options }) => (
        <Select
          key={name}
          allowClear={{ label: t('app.clear') }}
          aria-label={t(`runs.filter.${name}`)}
          className={styles.filter}
          placeholder={t(`runs.filter.${name}`)}
          options={[...options]}
          value={asked.get(name)}
          showSearch={{ optionFilterProp: 'label' }}
          popupMatchSelectWidth={false}
          onChange={(value: string | undefined) => choose(name, value)}
        />
      ))}
      {names.some((name) => asked.has(name)) && (
        <Button type="link" onClick={() => ask({}, { replace: true })}>
          {t('runs.filter.clear')}
        </Button>
      )}
    </search>
  );
}
