// The review: the job is saved, disabled, and a dry run shows exactly what it would do. Then it is let loose, watched, or left.
import { useEffect, useRef, useState } from 'react';
import { Alert, Button, Progress, Skeleton } from 'antd';
import { Link } from 'react-router';
import { useProgress } from '../api/follow-run.ts';
import { words } from '../api/generated.ts';
import { useAnswer, useCommand } from '../api/hooks.ts';
import { useWords, type Label } from '../i18n/i18n.ts';
import '../i18n/later.ts';
import { PilotDialog } from '../parts/pilot-dialog.tsx';
import { troublesIn } from '../ui/counted.ts';
import { PlanGroups } from '../ui/plan-groups.tsx';
import { Trouble } from '../ui/trouble.tsx';
import { AlreadyThere } from './already-there.tsx';
import { fingerprint, type Draft } from './draft.ts';
import { Foot } from './foot.tsx';
import { useSavedJob } from './saved-job.ts';
import type { StepProps } from './wizard-page.tsx';
import styles from './wizard.module.css';

const LOOK_MS = 1_000;

export function ReviewStep({ draft, change, onNext, onBack }: StepProps) {
  const { t, say } = useWords();
  const prepare = usePreparation(draft, change);
  const isCurrent = draft.planned?.of === fingerprint(draft);
  const run = isCurrent ? draft.planned!.run : null;
  const answer = useAnswer('run.get', { run: run ?? 0 }, { enabled: run !== null, everyMs: LOOK_MS });
  const view = run === null ? undefined : answer.data?.run;
  const ended = view !== undefined && view.endedAt !== null;
  const isFine = ended && view.state !== 'failed' && view.state !== 'cancelled';
  const state = useCommand('job.state');
  const [isChoosing, setChoosing] = useState(false);
  const decide = async (wanted: 'enabled' | 'observing'): Promise<void> => {
    await state.mutateAsync({ job: draft.job!, state: wanted });
    change({ state: wanted });
    onNext();
  };
  return (
    <>
      <p className={styles.lead}>{t('wizard.review.lead')}</p>
      <div aria-live="polite">
        {prepare.error && <Trouble error={prepare.error} onRetry={prepare.again} />}
        {/* What was planned before is on its way; a plan that is being made is followed. */}
        {!prepare.error && !ended && (answer.isLoading ? <Skeleton active /> : <Planning run={run} />)}
        {ended && !isFine && <Failed problem={view.problem} onAgain={() => change({ planned: null })} />}
        {isFine && answer.data!.outdated && (
          <Alert
            type="warning"
            showIcon
            style={{ marginBottom: 16 }}
            title={say(answer.data!.outdated)}
            action={<Button onClick={() => change({ planned: null })}>{t('wizard.review.again')}</Button>}
          />
        )}
        {isFine && draft.direction === 'down' && <AlreadyThere draft={draft} run={view.id} change={change} />}
        {isFine && <Plan run={view.id} warnings={view.warnings} troubles={troublesIn(view.counts)} />}
        {state.error && <Trouble error={state.error} />}
      </div>
      <Foot
        onBack={onBack}
        onNext={() => void decide('enabled')}
        next={t('wizard.review.enable')}
        disabled={!isFine}
        busy={state.isPending}
      >
        <Button type="text" onClick={() => change({ planned: null })} disabled={!ended}>
          {t('wizard.review.again')}
        </Button>
        <Button disabled={!isFine} loading={state.isPending} onClick={() => void decide('observing')}>
          {t('wizard.review.observe')}
        </Button>
        <Button disabled={!isFine} onClick={() => setChoosing(true)}>
          {t('wizard.review.pilot')}
        </Button>
      </Foot>
      {isFine && <p className="soft">{t('wizard.review.afterwards')}</p>}
      {isChoosing && draft.job !== null && (
        <PilotDialog
          job={draft.job}
          onEnd={() => setChoosing(false)}
          onBegun={() => {
            change({ state: 'pilot' });
            onNext();
          }}
        />
      )}
    </>
  );
}

/** Saves the job as the draft says, and asks for a dry run of it: once for each state of the draft. */
function usePreparation(draft: Draft, change: (part: Partial<Draft>) => void) {
  const saved = useSavedJob(draft, change);
  const start = useCommand('run.start');
  const asked = useRef<string | null>(null);
  const of = fingerprint(draft);
  const isDone = draft.planned?.of === of;
  const { save } = saved;
  const { mutateAsync: startRun } = start;
  useEffect(() => {
    if (isDone || asked.current === of) {
      if (isDone) asked.current = null;
      return;
    }
    asked.current = of;
    const go = async (): Promise<void> => {
      const { run } = await startRun({ job: await save(), mode: 'full', dryRun: true });
      change({ planned: { run, of } });
    };
    // What went wrong is shown from the commands.
    go().catch(() => undefined);
  }, [of, isDone, change, save, startRun]);
  return {
    error: saved.error ?? start.error,
    again: () => {
      asked.current = null;
      saved.reset();
      start.reset();
    },
  };
}

/** A long read is followed, so that nobody takes it for a standstill. */
function Planning({ run }: { readonly run: number | null }) {
  const { t, say, language } = useWords();
  const progress = useProgress(run);
  const stage = progress && (words.stage as Readonly<Record<string, Label>>)[progress.stage];
  const percent = progress?.total ? Math.min(99, Math.round((progress.done / progress.total) * 100)) : null;
  return (
    <div className={styles.planning}>
      <Progress percent={percent ?? 100} status="active" showInfo={percent !== null} aria-label={t('wizard.review.planning')} />
      <p className="soft number">{stage ? `${say(stage)} · ${progress.done.toLocaleString(language)}` : t('wizard.review.planning')}</p>
    </div>
  );
}

function Failed({ problem, onAgain }: { readonly problem: Label | null; readonly onAgain: () => void }) {
  const { t, say } = useWords();
  return (
    <Alert
      type="error"
      showIcon
      title={t('wizard.review.failed')}
      description={problem && say(problem)}
      action={<Button onClick={onAgain}>{t('app.retry')}</Button>}
    />
  );
}

function Plan({ run, warnings, troubles }: { readonly run: number; readonly warnings: readonly Label[]; readonly troubles: number }) {
  const { t, say, language } = useWords();
  const plan = useAnswer('run.plan', { run, examples: 5 });
  return (
    <>
      {warnings.map((warning) => (
        <Alert key={warning.en} type="warning" showIcon title={say(warning)} style={{ marginBottom: 12 }} />
      ))}
      {troubles > 0 && (
        <Alert
          type="warning"
          showIcon
          title={t('more.review.troubles', { count: troubles, n: troubles.toLocaleString(language) })}
          action={
            <Link to={`/runs/${run}`}>
              <Button>{t('wizard.review.whole')}</Button>
            </Link>
          }
          style={{ marginBottom: 12 }}
        />
      )}
      {plan.error && <Trouble error={plan.error} />}
      {plan.isPending && <Skeleton active title={false} paragraph={{ rows: 6 }} />}
      {plan.data && <PlanGroups plan={plan.data} />}
      <p>
        <Link to={`/runs/${run}`}>{t('wizard.review.whole')}</Link>
      </p>
    </>
  );
}
