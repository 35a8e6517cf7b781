// Bringing a person, a group or a part of the tree back to what it was: the plan first, then the word.
import { Alert, Button, Modal, Skeleton } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { useAnswer, useCommand } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { PlanGroups } from '../../ui/plan-groups.tsx';
import { Trouble } from '../../ui/trouble.tsx';
import { exactTime } from '../../ui/when.tsx';
import { localInput, MomentInput } from './moment.tsx';

interface RestoreProps {
  readonly object: string;
  readonly title: string;
  /** ISO; null: it is asked. */
  readonly at: string | null;
  readonly onEnd: () => void;
}

const LOOK_MS = 700;
const open = new Set(['queued', 'running', 'waiting']);

export function RestoreDialog({ object, title, at: given, onEnd }: RestoreProps) {
  const { t, language } = useWords();
  const [typed, setTyped] = useState(() => localInput(Date.now() - 86_400_000));
  const at = given ?? (typed === '' ? null : new Date(typed).toISOString());
  const look = useCommand('directory.restore');
  const restore = useCommand('directory.restore');
  const run = look.data?.run ?? null;
  const input = { object, at: at ?? '', below: true, made: 'disable' as const };
  const back = (): void => look.reset();
  return (
    <Modal
      open
      width={760}
      title={t('past.bringTitle', { title })}
      onCancel={onEnd}
      footer={
        restore.isSuccess ? (
          <Button type="primary" onClick={onEnd}>
            {t('edit.close')}
          </Button>
        ) : run === null ? (
          <Button type="primary" disabled={at === null} loading={look.isPending} onClick={() => look.mutate({ ...input, dryRun: true })}>
            {t('past.see')}
          </Button>
        ) : (
          <>
            <Button onClick={back}>{t('edit.back')}</Button>
            <Do run={run} isPending={restore.isPending} onDo={() => restore.mutate({ ...input, dryRun: false })} />
          </>
        )
      }
    >
      <div aria-live="polite">
        {look.error && <Trouble error={look.error} />}
        {restore.error && <Trouble error={restore.error} />}
        {restore.isSuccess ? (
          <Alert
            type="success"
            showIcon
            title={t('past.begun')}
            description={<Link to={`/runs/${restore.data.run}`}>{t('person.run', { run: restore.data.run })}</Link>}
          />
        ) : run === null ? (
          <>
            <p>{t('past.bringExplain')}</p>
            {given === null ? (
              <MomentInput label={t('past.bringThis')} value={typed} onChange={setTyped} />
            ) : (
              <p>
                {t('past.bringThis')}: <b>{exactTime(Date.parse(given), language)}</b>
              </p>
            )}
          </>
        ) : (
          <Plan run={run} />
        )}
      </div>
    </Modal>
  );
}

const usePlan = (run: number) => {
  const standing = useAnswer('run.get', { run }, { everyMs: LOOK_MS });
  const state = standing.data?.run.state;
  const isOver = state !== undefined && !open.has(state);
  const plan = useAnswer('run.plan', { run, examples: 5 }, { enabled: isOver && state === 'succeeded' });
  return { state, isOver, problem: standing.data?.run.problem ?? null, plan };
};

function Plan({ run }: { readonly run: number }) {
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

function Do({ run, isPending, onDo }: { readonly run: number; readonly isPending: boolean; readonly onDo: () => void }) {
  const { t } = useWords();
  const { plan } = usePlan(run);
  const isEmpty = plan.data?.groups.every((group) => group.state === 'skipped' || group.count === 0) ?? true;
  return (
    <Button type="primary" loading={isPending} disabled={isEmpty} onClick={onDo}>
      {t('past.do')}
    </Button>
  );
}
