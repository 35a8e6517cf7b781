// The system has accounts already: how many were found for somebody, and the ways to look at them before anything is written.
import { Alert, Button } from 'antd';
import { useNavigate } from 'react-router';
import { useAnswer } from '../api/hooks.ts';
import { useWords } from '../i18n/i18n.ts';
import type { Draft } from './draft.ts';
import type { StepId } from './steps.ts';
import styles from './wizard.module.css';

export function AlreadyThere({
  draft,
  run,
  change,
}: {
  readonly draft: Draft;
  /** The dry run. */
  readonly run: number;
  readonly change: (part: Partial<Draft>) => void;
}) {
  const { t, language } = useWords();
  const navigate = useNavigate();
  const matching = useAnswer('match.get', { job: draft.job! });
  const plan = useAnswer('run.plan', { run, examples: 5 });
  const there = matching.data?.types.find((one) => one.type === 'person');
  if (!there || there.accounts === 0 || !plan.data) return null;
  const found = plan.data.groups
    .filter((group) => group.type === 'person' && group.action === 'link')
    .reduce((sum, group) => sum + group.count, there.linked);
  const spelled = (count: number): string => count.toLocaleString(language);
  /** The whole wizard from here on: a step that the quick way leaves out. */
  const turnTo = (step: StepId): void => {
    change({ way: 'custom', step });
    globalThis.scrollTo({ top: 0 });
  };
  return (
    <Alert
      type="info"
      showIcon
      style={{ marginBottom: 16 }}
      title={t('wizard.there.title', { name: draft.connectorName, count: there.accounts, n: spelled(there.accounts) })}
      description={
        <>
          <p className={styles.there}>
            {t('wizard.there.found', { count: found, n: spelled(found) })}{' '}
            {t('wizard.there.rest', { count: there.accounts - found, n: spelled(Math.max(0, there.accounts - found)) })}
          </p>
          <p className={styles.ways}>
            <Button onClick={() => void navigate(`/jobs/${draft.job}/matching`)}>{t('wizard.there.compare')}</Button>
            <Button onClick={() => turnTo('matching')}>{t('wizard.there.rules')}</Button>
            <Button onClick={() => turnTo('protection')}>{t('wizard.there.protect')}</Button>
          </p>
        </>
      }
    />
  );
}
