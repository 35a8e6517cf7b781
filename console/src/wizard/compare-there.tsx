// The match workbench within the step: accounts that the system has already are compared and decided about before anything is planned.
import { Button } from 'antd';
import { useCommand } from '../api/hooks.ts';
import { useWords } from '../i18n/i18n.ts';
import { Workbench } from '../pages/matching/job-matching.tsx';
import { Trouble } from '../ui/trouble.tsx';
import { comparedBy } from './draft.ts';
import { useSavedJob } from './saved-job.ts';
import type { StepProps } from './wizard-page.tsx';
import styles from './wizard.module.css';

export function CompareThere({ draft, change }: Pick<StepProps, 'draft' | 'change'>) {
  const { t } = useWords();
  const saved = useSavedJob(draft, change);
  const start = useCommand('match.start');
  const by = comparedBy(draft);
  const isCurrent = draft.job !== null && draft.compared === by;
  const error = saved.error ?? start.error;
  const begin = async (): Promise<void> => {
    await start.mutateAsync({ job: await saved.save() });
    change({ compared: by });
  };
  return (
    <section className={styles.compare} aria-labelledby="wizard-compare">
      <h3 id="wizard-compare">{t('wizard.there.workbench')}</h3>
      {error && <Trouble error={error} />}
      {isCurrent ? (
        <Workbench job={draft.job!} connection={draft.connection!} beforehand={saved.save} />
      ) : (
        <>
          <p className="soft">{t(draft.compared ? 'wizard.there.changed' : 'wizard.there.ask', { name: draft.connectorName })}</p>
          {/* What went wrong is shown from the commands. */}
          <Button loading={saved.isSaving || start.isPending} onClick={() => void begin().catch(() => undefined)}>
            {t(draft.compared ? 'matching.again' : 'wizard.there.compare')}
          </Button>
        </>
      )}
    </section>
  );
}
