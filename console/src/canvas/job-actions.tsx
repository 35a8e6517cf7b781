// What one can do with a job from its card: run it, try it, let it go on or stand still; and why it failed.
import { EllipsisOutlined, ExclamationCircleOutlined, PlayCircleOutlined } from '@ant-design/icons';
import { Button, Dropdown, Popover, Skeleton, Tooltip, type MenuProps } from 'antd';
import { lazy, Suspense, useState } from 'react';
import { useNavigate } from 'react-router';
import { call } from '../api/client.ts';
import { useCommand, useMay } from '../api/hooks.ts';
import { useWords } from '../i18n/i18n.ts';
import { useCounted } from '../ui/counted.ts';
import { NeedsRole } from '../ui/needs-role.tsx';
import { useApp } from '../ui/use-app.ts';
import type { Job } from './picture.ts';
import { lookOf } from './look.ts';
import styles from './cards.module.css';

const Why = lazy(() => import('./why.tsx').then((module) => ({ default: module.Why })));
const PilotDialog = lazy(() => import('../parts/pilot-dialog.tsx').then((module) => ({ default: module.PilotDialog })));

/** Of the latest runs, one has read everybody. */
const WHOLE_RUNS = 10;
/** What it is tried with ends with it being enabled. */
const isTrial = (state: string): boolean => state === 'observing' || state === 'pilot';
const mayPilot = (state: string): boolean => state === 'disabled' || state === 'enabled' || isTrial(state);

interface JobActionsProps {
  readonly job: Job;
  /** On a card there is room for signs only, and the page of the job is one of the ways. */
  readonly at: 'card' | 'page';
}

export function JobActions({ job, at }: JobActionsProps) {
  const { t, say: inWords } = useWords();
  const { message, modal } = useApp();
  const navigate = useNavigate();
  const may = useMay();
  const start = useCommand('run.start');
  const change = useCommand('job.state');
  const say = (error: Error): void => void message.error(error.message, 8);
  const isOn = job.state !== 'disabled';
  const isObserving = job.state === 'observing';
  const canEnable = !isOn || isTrial(job.state);
  const [isPilot, setPilot] = useState(false);
  const counted = useCounted();
  const isInSight = at === 'page' && (isObserving || job.state === 'pilot');

  const run = (dryRun: boolean): void =>
    start.mutate(
      { job: job.id, dryRun },
      {
        // Where it is followed, and where its plan stays.
        onSuccess: ({ run: id }) => void navigate(`/runs/${id}`),
        onError: say,
      },
    );
  const setState = (state: 'enabled' | 'disabled' | 'observing', seen = false): void =>
    change.mutate({ job: job.id, state, seen }, { onError: say });
  /** What stops with it is read before. */
  const confirmOff = async (): Promise<void> => {
    const { says } = await call('job.parting', { job: job.id, parting: 'disable' });
    if (says === null) return setState('disabled');
    void modal.confirm({
      title: t('canvas.disableNow', { name: job.name }),
      content: inWords(says),
      okText: t('canvas.disable'),
      okButtonProps: { danger: true },
      cancelText: t('app.cancel'),
      onOk: () => setState('disabled', true),
    });
  };
  /** From a few to everybody: how many that is is read before. */
  const confirmAll = async (): Promise<void> => {
    const [{ runs }, sizes] = await Promise.all([call('run.list', { job: job.id, modes: ['full'], limit: WHOLE_RUNS }), call('sizes', {})]);
    const all = runs.find((one) => one.endedAt !== null && one.counts['read.person'] !== undefined)?.counts['read.person'];
    const now = sizes.jobs.find((one) => one.job === job.id)?.person ?? 0;
    void modal.confirm({
      title: t('pilot.enableAsk', { name: job.name }),
      content:
        all === undefined ? t('pilot.enableUnknown') : t('pilot.enableMany', { now: counted('person', now), all: counted('person', all) }),
      okText: all === undefined ? t('canvas.enableAll') : t('canvas.enableFor', { people: counted('person', all) }),
      cancelText: t('app.cancel'),
      onOk: () => setState('enabled'),
    });
  };
  const turnOn = (): void => (job.state === 'pilot' ? void confirmAll().catch(say) : setState('enabled'));
  const confirmRun = (): void =>
    void modal.confirm({
      title: t('canvas.runNow', { name: job.name }),
      content: t(isObserving ? 'canvas.runObserves' : 'canvas.runExplained'),
      okText: t('canvas.run'),
      cancelText: t('app.cancel'),
      onOk: () => run(false),
    });

  const enable = t(job.state === 'pilot' ? 'canvas.enableAll' : 'canvas.enable');
  const deeds: NonNullable<MenuProps['items']> = [
    ...(may('run.start')
      ? [
          ...(at === 'card' ? [{ key: 'dry', label: t('canvas.dryRun'), onClick: () => run(true) }] : []),
          ...(at === 'card' || !isOn
            ? [{ key: 'run', label: t('canvas.run'), disabled: job.state === 'disabled', onClick: confirmRun }]
            : []),
        ]
      : []),
    ...(may('job.state')
      ? [
          { type: 'divider' as const },
          ...(canEnable && at === 'card' ? [{ key: 'on', label: enable, onClick: turnOn }] : []),
          ...(isOn ? [{ key: 'off', label: t('canvas.disable'), onClick: () => void confirmOff().catch(say) }] : []),
          ...(isObserving ? [] : [{ key: 'observe', label: t('canvas.observe'), onClick: () => setState('observing') }]),
          ...(mayPilot(job.state) && may('job.update') && !isInSight
            ? [{ key: 'pilot', label: t(job.state === 'pilot' ? 'pilot.change' : 'pilot.start'), onClick: () => setPilot(true) }]
            : []),
        ]
      : []),
    ...(at === 'card'
      ? [{ type: 'divider' as const }, { key: 'open', label: t('canvas.openJob'), onClick: () => void navigate(`/jobs/${job.id}`) }]
      : []),
  ];
  // Whoever may do little has no line above what they may.
  const items = deeds.slice(deeds[0]?.type === 'divider' ? 1 : 0);
  return (
    <div className={`${styles.actions} ${at === 'page' ? styles.apart : ''} nopan nodrag`}>
      {lookOf(job).tone === 'bad' && <WhyFailed job={job} />}
      {at === 'page' && <NeedsRole deed="run.start" />}
      {may('run.start') && at === 'page' && (
        <Button loading={start.isPending} onClick={() => run(true)}>
          {t('canvas.dryRun')}
        </Button>
      )}
      {may('job.state') && canEnable && at === 'page' && (
        <Button type="primary" loading={change.isPending} onClick={turnOn}>
          {enable}
        </Button>
      )}
      {may('job.state') && may('job.update') && isInSight && (
        <Button onClick={() => setPilot(true)}>{t(isObserving ? 'pilot.start' : 'pilot.change')}</Button>
      )}
      {may('run.start') && isOn && at === 'page' && (
        <Button
          icon={<PlayCircleOutlined />}
          aria-label={t('canvas.runJob', { name: job.name })}
          loading={start.isPending}
          onClick={confirmRun}
        >
          {t('canvas.run')}
        </Button>
      )}
      {may('run.start') && isOn && at === 'card' && (
        <Tooltip title={t('canvas.run')}>
          <Button
            type="text"
            size="small"
            icon={<PlayCircleOutlined />}
            aria-label={t('canvas.runJob', { name: job.name })}
            loading={start.isPending}
            onClick={confirmRun}
          />
        </Tooltip>
      )}
      {items.length > 0 && (
        <Dropdown menu={{ items }} trigger={['click']} placement="bottomRight">
          <Button
            {...(at === 'card' ? { type: 'text', size: 'small' } : {})}
            icon={<EllipsisOutlined />}
            aria-label={t('canvas.moreOf', { name: job.name })}
          />
        </Dropdown>
      )}
      {isPilot && (
        <Suspense>
          <PilotDialog job={job.id} onEnd={() => setPilot(false)} />
        </Suspense>
      )}
    </div>
  );
}

/** What went wrong and what to do: fetched when somebody asks. */
function WhyFailed({ job }: { readonly job: Job }) {
  const { t } = useWords();
  return (
    <Popover
      trigger="click"
      title={t('canvas.whyFailed')}
      content={
        <Suspense fallback={<Skeleton active title={false} paragraph={{ rows: 3, width: 320 }} />}>
          <Why job={job} />
        </Suspense>
      }
    >
      <Button
        type="text"
        size="small"
        danger
        icon={<ExclamationCircleOutlined />}
        aria-label={t('canvas.whyFailedOf', { name: job.name })}
      />
    </Popover>
  );
}
