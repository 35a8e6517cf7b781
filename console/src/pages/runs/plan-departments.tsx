// The changes of a plan by department: those with most changes first, each a filter.
import { Skeleton } from 'antd';
import { useState } from 'react';
import type { RunView } from '../../../../src/server/api/wire.ts';
import { useAnswer } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import styles from './plan.module.css';

const LOOK_MS = 4_000;
/** So many at first: three lines, not a screen. */
const AT_FIRST = 12;
/** Of more, the field below finds any by name. */
const MOST = 100;

/** What is asked of a run's departments, wherever it is shown. */
export const useDepartments = (run: Pick<RunView, 'id' | 'endedAt'>, isWanted: boolean) =>
  useAnswer('run.departments', { run: run.id, limit: MOST }, { enabled: isWanted, ...(run.endedAt === null ? { everyMs: LOOK_MS } : {}) });

interface Props {
  readonly run: Pick<RunView, 'id' | 'endedAt'>;
  readonly chosen: string | undefined;
  readonly onChoose: (id: string | undefined) => void;
}

export function DepartmentChips({ run, chosen, onChoose }: Props) {
  const { t, language } = useWords();
  const [isWhole, setWhole] = useState(false);
  const { data, error } = useDepartments(run, true);
  if (error) return <span className="soft">{t('runs.plan.departments.failed', { why: error.message })}</span>;
  if (!data) return <Skeleton.Button active size="small" style={{ width: 260 }} />;
  const { departments, total, countedFirst } = data;
  if (departments.length === 0) return <span className="soft">{t('runs.plan.departments.none')}</span>;
  // What is chosen stands there, wherever it comes in the order.
  const shown = departments.filter(({ id }, index) => isWhole || index < AT_FIRST || id === chosen);
  const beyond = total - departments.length;
  return (
    <>
      {shown.map(({ id, title, count }) => (
        <button
          key={id}
          type="button"
          aria-pressed={id === chosen}
          className={`${styles.chip} ${id === chosen ? styles.on : ''}`}
          onClick={() => onChoose(id === chosen ? undefined : id)}
        >
          {title} <b className="number">{count.toLocaleString(language)}</b>
        </button>
      ))}
      {departments.length > AT_FIRST && (
        <button type="button" className={styles.unfold} aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? t('runs.plan.departments.fewer') : t('runs.plan.departments.more', { count: departments.length - shown.length })}
        </button>
      )}
      {isWhole && beyond > 0 && (
        <span className="soft">{t('runs.plan.departments.beyond', { count: beyond, n: beyond.toLocaleString(language) })}</span>
      )}
      {countedFirst !== null && (
        <span className="soft">{t('runs.plan.departments.first', { n: countedFirst.toLocaleString(language) })}</span>
      )}
    </>
  );
}
