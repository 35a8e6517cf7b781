// The last page: run it, set up the other direction, or be done.
import { useState } from 'react';
import { Alert, Button, Result } from 'antd';
import { Link, useNavigate } from 'react-router';
import { useAnswer, useCommand } from '../api/hooks.ts';
import { useWords } from '../i18n/i18n.ts';
import { State } from '../ui/state.tsx';
import { Trouble } from '../ui/trouble.tsx';
import { forgetDraft, keepDraft, newDraft } from './draft.ts';
import type { StepProps } from './wizard-page.tsx';
import styles from './wizard.module.css';

const LOOK_MS = 1_000;

export function StartStep({ draft }: StepProps) {
  const { t } = useWords();
  const navigate = useNavigate();
  const [run, setRun] = useState<number | null>(null);
  const start = useCommand('run.start');
  const other = draft.direction === 'up' ? 'down' : 'up';
  const begin = async (): Promise<void> => setRun((await start.mutateAsync({ job: draft.job!, mode: 'full', dryRun: false })).run);
  const turn = (): void => {
    const next = newDraft(other, Date.now());
    keepDraft(next);
    forgetDraft(draft.id);
    void navigate(`/new/${next.id}`);
  };
  const done = (): void => {
    void navigate('/');
    forgetDraft(draft.id);
  };
  return (
    <>
      <Result
        status="success"
        title={t(draft.state === 'observing' ? 'wizard.start.observing' : 'wizard.start.enabled', { name: draft.name })}
        subTitle={t(draft.state === 'observing' ? 'wizard.start.observingHint' : 'wizard.start.enabledHint')}
        extra={
          <div className={styles.choices}>
            <Button type="primary" size="large" loading={start.isPending} disabled={run !== null} onClick={() => void begin()}>
              {t('wizard.start.run')}
            </Button>
            <Button size="large" onClick={turn}>
              {t(other === 'down' ? 'wizard.start.down' : 'wizard.start.up')}
            </Button>
            <Button size="large" onClick={done}>
              {t('wizard.start.done')}
            </Button>
          </div>
        }
      />
      <div aria-live="polite">
        {start.error && <Trouble error={start.error} />}
        {run !== null && <Followed run={run} />}
      </div>
    </>
  );
}

function Followed({ run }: { readonly run: number }) {
  const { t, say, language } = useWords();
  const { data } = useAnswer('run.get', { run }, { everyMs: LOOK_MS });
  if (!data) return null;
  const { counts, problem, state } = data.run;
  const number = (value: number | undefined): string => (value ?? 0).toLocaleString(language);
  return (
    <div className={styles.followed}>
      <State kind="run" code={state} />
      <span className="number">
        {t('wizard.start.counts', { read: number(counts.read), applied: number(counts.applied), held: number(counts.held) })}
      </span>
      <Link to={`/runs/${run}`}>{t('wizard.start.open')}</Link>
      {problem && <Alert type="error" showIcon title={say(problem)} />}
    </div>
  );
}
