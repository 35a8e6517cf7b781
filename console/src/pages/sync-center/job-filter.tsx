// Which of many jobs the lists show: by name, description or system, and by state. Kept in the address, so that going back finds them again.
import { SearchOutlined } from '@ant-design/icons';
import { Input, Select } from 'antd';
import { useSearchParams } from 'react-router';
import { lookOf } from '../../canvas/look.ts';
import type { Job } from '../../canvas/picture.ts';
import { useWords } from '../../i18n/i18n.ts';
import { State } from '../../ui/state.tsx';
import styles from './sync-center.module.css';

/** Fewer are found by looking. */
const MANY = 12;
const ANY = '';

const fold = (text: string): string => text.normalize('NFKC').toLowerCase();

/** The jobs that fit, and the controls that say so; null where there are few. */
export function useJobFilter(jobs: readonly Job[]): { readonly fitting: readonly Job[]; readonly controls: React.ReactNode } {
  const { t } = useWords();
  const [query, setQuery] = useSearchParams();
  if (jobs.length <= MANY) return { fitting: jobs, controls: null };
  const [text, state] = [query.get('find') ?? '', query.get('state') ?? ANY];
  const set = (key: 'find' | 'state', value: string): void =>
    setQuery(
      (before) => {
        if (value === '') before.delete(key);
        else before.set(key, value);
        return before;
      },
      { replace: true },
    );
  const counts = Map.groupBy(jobs, (job) => lookOf(job).code);
  const wanted = fold(text.trim());
  const fitting = jobs.filter(
    (job) =>
      (state === ANY || lookOf(job).code === state) &&
      [job.name, job.description, job.connectionName].some((said) => fold(said).includes(wanted)),
  );
  return {
    fitting,
    controls: (
      <div className={styles.filter}>
        <Input
          allowClear
          prefix={<SearchOutlined aria-hidden />}
          placeholder={t('home.find')}
          aria-label={t('home.find')}
          value={text}
          onChange={(event) => set('find', event.target.value)}
        />
        <Select
          aria-label={t('job.state')}
          value={state}
          onChange={(value) => set('state', value)}
          popupMatchSelectWidth={false}
          options={[
            { value: ANY, label: t('home.anyState') },
            ...[...counts].map(([code, own]) => ({
              value: code,
              label: (
                <span>
                  <State {...lookOf(own[0]!)} quiet /> <span className="soft number">{own.length}</span>
                </span>
              ),
            })),
          ]}
        />
      </div>
    ),
  };
}
