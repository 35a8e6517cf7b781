// Bringing somebody back who was closed by hand, and what every way of bringing back shares: its plan, the word, and how systems below follow.
import { Alert, Button, Modal, Skeleton } from 'antd';
import { useEffect } from 'react';
import { Link } from 'react-router';
import { useProgress } from '../../api/follow-run.ts';
import { useAnswer, useCommand, useMay } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { PlanGroups } from '../../ui/plan-groups.tsx';
import { Trouble } from '../../ui/trouble.tsx';
import { When } from '../../ui/when.tsx';
import styles from './edit.module.css';
import type { Explained } from './person-page.tsx';
import { below } from './person-ways.ts';

const LOOK_MS = 700;
const open = new Set(['queued', 'running', 'waiting']);

/** What closed the person is taken back; then the word of the sources counts again. */
export function TakeBackClosing({
  person,
  run,
  by,
  onEnd,
}: {
  readonly person: Explained;
  readonly run: number;
  readonly by: string;
  readonly onEnd: () => void;
}) {
  const { t } = useWords();
  const look = useCommand('undo.preview');
  const start = useCommand('undo.start');
  const { mutate } = look;
  useEffect(() => mutate({ run }), [mutate, run]);
  const plan = look.data?.run ?? null;
  return (
    <Modal
      open
      width={760}
      title={t('past.bringTitle', { title: person.title })}
      onCancel={onEnd}
      footer={
        start.isSuccess ? (
          <Button type="primary" onClick={onEnd}>
            {t('edit.close')}
          </Button>
        ) : plan === null ? null : (
          <Do run={plan} isPending={start.isPending} onDo={() => start.mutate({ run, plan, pause: false })} />
        )
      }
    >
      <div aria-live="polite">
        {look.error && <Trouble error={look.error} />}
        {start.error && <Trouble error={start.error} />}
        {start.isSuccess ? (
          <BroughtBack run={start.data.run} person={person.id} />
        ) : (
          <>
            <p>{t('past.closedBy', { by, run })}</p>
            {plan !== null && <Plan run={plan} />}
          </>
        )}
      </div>
    </Modal>
  );
}

/** That it goes on, and how each account below follows: by itself, or when somebody runs its job. */
export function BroughtBack({ run, person }: { readonly run: number; readonly person: string }) {
  const { t } = useWords();
  const progress = useProgress(run);
  const explained = useAnswer('explain', { person, history: 0 });
  const jobs = useAnswer('job.list', {});
  const follow = below(explained.data?.object?.accounts ?? [], jobs.data?.jobs ?? []);
  return (
    <>
      <Alert
        type="success"
        showIcon
        title={t(progress ? 'past.begun' : 'past.done')}
        description={<Link to={`/runs/${run}`}>{t('person.run', { run })}</Link>}
      />
      {follow.length > 0 && (
        <ul className={styles.follow}>
          {follow.map((one) => (
            <li key={one.job}>
              <Follows of={one} person={person} isWaiting={progress !== null} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

interface FollowsProps {
  readonly of: ReturnType<typeof below>[number];
  readonly person: string;
  readonly isWaiting: boolean;
}

function Follows({ of, person, isWaiting }: FollowsProps) {
  const { t } = useWords();
  const may = useMay();
  const start = useCommand('run.start');
  const run = start.data?.run ?? null;
  return (
    <>
      <span>
        <b>{of.jobName}</b> {of.how === 'by-hand' && t('past.below.byHand')}
        {of.how === 'event' && t('past.below.event')}
        {of.how === 'off' && t('past.below.off')}
        {of.how === 'schedule' && (
          <>
            {t('past.below.schedule')} {of.nextDueAt !== null && <When at={of.nextDueAt} />}
          </>
        )}
      </span>
      {run !== null ? (
        <Link to={`/runs/${run}`}>{t('runs.do.started', { run })}</Link>
      ) : (
        may('run.start') &&
        (of.how === 'by-hand' || of.how === 'schedule') && (
          <Button
            disabled={isWaiting}
            loading={start.isPending}
            onClick={() => start.mutate({ job: of.job, keys: [{ type: 'person', id: person }] })}
          >
            {t('past.below.now')}
          </Button>
        )
      )}
      {start.error && <Trouble error={start.error} />}
    </>
  );
}

const usePlan = (run: number) => {
  const standing = useAnswer('run.get', { run }, { everyMs: LOOK_MS });
  const state = standing.data?.run.state;
  const isOver = state !== undefined && !open.has(state);
  const plan = useAnswer('run.plan', { run, examples: 5 }, { enabled: isOver && state === 'succeeded' });
  return { state, isOver, problem: standing.data?.run.problem ?? null, plan };
};

export function Plan({ run }: { readonly run: number }) {
  const { t, say } = useWords();
  const { state, isOver, problem, plan } = usePlan(run);
  if (isOver && state !== 'succeeded')
    return <Alert type="error" showIcon title={t('past.failed')} description={problem && say(problem)} />;
  if (plan.error) return <Trouble error={plan.error} />;
  if (plan.data) return <PlanGroups plan={plan.data} />;
  return (
    <>
      <p className="soft">{t('past.looking')}</p>
      <Skeleton active title={false} paragraph={{ rows: 4 }} />
    </>
  );
}

export function Do({ run, isPending, onDo }: { readonly run: number; readonly isPending: boolean; readonly onDo: () => void }) {
  const { t } = useWords();
  const { plan } = usePlan(run);
  const isEmpty = plan.data?.groups.every((group) => group.state === 'skipped' || group.count === 0) ?? true;
  return (
    <Button type="primary" loading={isPending} disabled={isEmpty} onClick={onDo}>
      {t('past.do')}
    </Button>
  );
}
