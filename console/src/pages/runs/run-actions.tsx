// What can be done with a run, each with its consequence said before.
import { Button } from 'antd';
import { useState } from 'react';
import type { RunView, WireName, WireOutput } from '../../../../src/server/api/wire.ts';
import { Link } from 'react-router';
import { useAnswer, useCommand, useMay } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { NeedsRole } from '../../ui/needs-role.tsx';
import { useApp } from '../../ui/use-app.ts';
import { applyOffer } from './apply-offer.ts';
import styles from './run.module.css';
import { useStart, useUndo } from './start.ts';
import { UndoDialog } from './undo-dialog.tsx';

type Deed = 'cancel' | 'goOn' | 'again' | 'retry' | 'apply' | 'undo' | 'undoSo';

/** Which of them make sense for this run. */
const fits: Readonly<Record<Deed, (run: RunView) => boolean>> = {
  cancel: (run) => run.endedAt === null,
  goOn: (run) => run.state === 'waiting' && !run.dryRun && run.mode !== 'keys',
  again: (run) => run.state === 'failed' && run.mode !== 'keys',
  retry: (run) => run.endedAt !== null && !run.dryRun && (run.counts.failed ?? 0) + (run.counts.dead ?? 0) > 0,
  apply: (run) => run.dryRun && run.state === 'succeeded' && run.cause === 'manual' && run.undoes === null,
  undo: (run) => run.endedAt !== null && !run.dryRun && (run.counts.applied ?? 0) > 0,
  undoSo: (run) => run.dryRun && run.state === 'succeeded' && run.undoes !== null,
};
const operations: Readonly<Record<Deed, WireName>> = {
  cancel: 'run.cancel',
  goOn: 'run.start',
  again: 'run.start',
  retry: 'item.retry',
  apply: 'run.start',
  undo: 'undo.preview',
  undoSo: 'undo.start',
};

/** Instead of a button that would be refused: what leads there. */
function NotYet({ job, state }: { readonly job: number; readonly state: string }) {
  const { t } = useWords();
  return (
    <p className={`soft ${styles.notYet}`}>
      {t(state === 'observing' ? 'runs.do.onlyObserves' : 'runs.do.isDisabled')} <Link to={`/jobs/${job}`}>{t('runs.do.toJob')}</Link>
    </p>
  );
}

interface ActionsProps {
  readonly run: RunView;
  /** The run that has taken it back, or was to, and how far it has come. */
  readonly undo: WireOutput<'run.get'>['undo'];
}

export function RunActions({ run, undo: taken }: ActionsProps) {
  const { t, language } = useWords();
  const { modal, message } = useApp();
  const may = useMay();
  const cancel = useCommand('run.cancel');
  const retry = useCommand('item.retry');
  const start = useStart();
  const undo = useUndo();
  const [isUndoing, setUndoing] = useState(false);
  const onError = (error: Error): void => void message.error(error.message);
  // A job that is not there any more runs nothing, and takes nothing back.
  const can = (deed: Deed): boolean => !run.jobRemoved && fits[deed](run) && may(operations[deed]);
  const planned = run.counts.planned ?? 0;
  const mayApply = can('apply') && planned + (run.counts.held ?? 0) > 0;
  const job = useAnswer('job.get', { job: run.job }, { enabled: mayApply });
  const offer = mayApply ? applyOffer(job) : 'none';
  return (
    <>
      {can('goOn') && (
        <Button loading={start.isPending} onClick={() => start.begin({ job: run.job })}>
          {t('runs.do.goOn')}
        </Button>
      )}
      {can('again') && (
        <Button
          type="primary"
          loading={start.isPending}
          onClick={() => start.begin({ job: run.job, mode: run.mode as 'full', dryRun: run.dryRun })}
        >
          {t('runs.do.again')}
        </Button>
      )}
      {can('retry') && (
        <Button
          loading={retry.isPending}
          onClick={() => retry.mutate({ job: run.job }, { onSuccess: () => void message.success(t('runs.do.retried')), onError })}
        >
          {t('runs.do.retry')}
        </Button>
      )}
      {can('cancel') && (
        <Button
          onClick={() =>
            modal.confirm({
              title: t('runs.do.cancelAsk'),
              content: t('runs.do.cancelSays'),
              okText: t('runs.do.cancel'),
              okButtonProps: { danger: true },
              cancelText: t('runs.do.keep'),
              onOk: () => cancel.mutateAsync({ run: run.id }).catch(onError),
            })
          }
        >
          {t('runs.do.cancel')}
        </Button>
      )}
      {can('undo') && taken !== null && (
        <span className="soft">
          {t(`runs.do.undone.${taken.stands}`)}{' '}
          <Link to={`/runs/${taken.run}`} className={styles.way}>
            {t(taken.stands === 'whole' ? 'runs.do.toUndo' : 'runs.do.toOpenUndo', { run: taken.run })}
          </Link>
        </span>
      )}
      {can('undo') && taken?.stands !== 'whole' && taken?.stands !== 'under-way' && (
        <Button onClick={() => setUndoing(true)}>{t('runs.do.undo')}</Button>
      )}
      {!run.jobRemoved && fits.undoSo(run) && <NeedsRole deed="undo.start" />}
      {!run.jobRemoved && !may('undo.preview') && fits.undo(run) && <NeedsRole deed="undo.start" />}
      {!run.jobRemoved && fits.retry(run) && <NeedsRole deed="item.retry" />}
      {!run.jobRemoved && (fits.goOn(run) || fits.again(run) || fits.apply(run)) && <NeedsRole deed="run.start" />}
      {can('undoSo') && (
        <Button type="primary" loading={undo.isPending} onClick={() => undo.begin({ run: run.undoes!, plan: run.id })}>
          {t('runs.undo.start')}
        </Button>
      )}
      {offer === 'not-yet' && job.data && <NotYet job={run.job} state={job.data.state} />}
      {(offer === 'asked' || offer === 'ready') && (
        <Button
          type="primary"
          disabled={offer === 'asked'}
          loading={start.isPending}
          onClick={() =>
            modal.confirm({
              title: t('runs.do.applyAsk', { job: run.jobName }),
              content: `${t('runs.plan.count', { count: planned, n: planned.toLocaleString(language) })}. ${t('runs.do.applySays')}`,
              okText: t('runs.do.apply'),
              cancelText: t('app.cancel'),
              onOk: () => start.begin({ job: run.job, plan: run.id }),
            })
          }
        >
          {t('runs.do.apply')}
        </Button>
      )}
      {isUndoing && <UndoDialog run={run} onClose={() => setUndoing(false)} />}
    </>
  );
}
