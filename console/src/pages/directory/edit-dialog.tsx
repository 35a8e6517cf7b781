// An edit by hand: what is wanted, then what it would change here and in every system below, then the word. Nothing is written before.
import { Alert, Button, Modal, Skeleton } from 'antd';
import { useState, type ReactNode } from 'react';
import { Link } from 'react-router';
import type { WireInput, WireOutput } from '../../../../src/server/api/wire.ts';
import { ApiError } from '../../api/client.ts';
import { useProgress } from '../../api/follow-run.ts';
import { useAnswer, useCommand } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { GoneDepartments } from '../../ui/gone-departments.tsx';
import { PlanGroups } from '../../ui/plan-groups.tsx';
import { Trouble } from '../../ui/trouble.tsx';
import styles from './edit.module.css';

export type Steps = WireInput<'edit.propose'>['steps'];
type Edit = WireOutput<'edit.propose'>;

interface EditDialogProps {
  readonly title: string;
  readonly onEnd: () => void;
  /** What is asked first; it hands over the steps. */
  readonly children: (propose: (steps: Steps) => void) => ReactNode;
}

export function EditDialog({ title, onEnd, children }: EditDialogProps) {
  const { t } = useWords();
  const propose = useCommand('edit.propose');
  const discard = useCommand('edit.discard');
  const apply = useCommand('edit.apply');
  const edit = propose.data;
  const isDone = apply.isSuccess;
  const back = (): void => {
    if (edit) discard.mutate({ edit: edit.id });
    propose.reset();
    apply.reset();
  };
  const end = (): void => {
    // Closed while it is being carried out, it goes on.
    if (edit && !isDone && !apply.isPending) discard.mutate({ edit: edit.id });
    onEnd();
  };
  return (
    <Modal
      open
      width={760}
      title={title}
      onCancel={end}
      footer={
        edit && !isDone ? (
          <>
            <Button onClick={back}>{t('edit.back')}</Button>
            <Button onClick={end}>{t('edit.discard')}</Button>
            <Button type="primary" loading={apply.isPending} disabled={isNothing(edit)} onClick={() => apply.mutate({ edit: edit.id })}>
              {t('edit.apply')}
            </Button>
          </>
        ) : isDone ? (
          <Button type="primary" onClick={onEnd}>
            {t('edit.close')}
          </Button>
        ) : null
      }
    >
      <div aria-live="polite">
        {propose.error && <Refused error={propose.error} />}
        {apply.error && <Trouble error={apply.error} />}
        {isDone ? <Done run={apply.data.run} /> : edit ? <Plan edit={edit} /> : null}
        {propose.isPending && (
          <>
            <p className="soft">{t('edit.looking')}</p>
            <Skeleton active title={false} paragraph={{ rows: 5 }} />
          </>
        )}
        <div hidden={edit !== undefined || propose.isPending}>{children((steps) => propose.mutate({ steps }))}</div>
      </div>
    </Modal>
  );
}

const changesOf = (plan: Edit['downstream'][number]): number =>
  plan.groups.filter((group) => group.state !== 'skipped').reduce((sum, group) => sum + group.count, 0);
const isNothing = (edit: Edit): boolean =>
  edit.directory !== null && edit.directory.run.state === 'succeeded' && changesOf(edit.directory) === 0;

const deletesDepartments = (plan: Edit['downstream'][number]): boolean =>
  plan.groups.some(({ action, type, state }) => action === 'remove' && type === 'department' && state !== 'skipped');

export function Plan({ edit }: { readonly edit: Edit }) {
  const { t } = useWords();
  const touched = edit.downstream.filter((plan) => changesOf(plan) > 0 || plan.run.state !== 'succeeded');
  const quiet = edit.downstream.filter((plan) => !touched.includes(plan));
  return (
    <>
      {edit.directory && deletesDepartments(edit.directory) && <GoneDepartments run={edit.directory.run.id} />}
      {touched.length === 0 && edit.downstream.length > 0 && <Alert type="info" showIcon title={t('edit.nothingBelow')} />}
      {touched.map((plan) => (
        <section key={plan.run.id} className={styles.plan}>
          <h3>{t('edit.in', { job: plan.run.jobName })}</h3>
          {plan.run.state === 'succeeded' ? <PlanGroups plan={plan} /> : <NotPlanned plan={plan} />}
        </section>
      ))}
      {edit.directory && (
        <section className={styles.plan}>
          <h3>{t('edit.here')}</h3>
          {edit.directory.run.state === 'succeeded' ? <PlanGroups plan={edit.directory} /> : <NotPlanned plan={edit.directory} />}
        </section>
      )}
      {quiet.length > 0 && touched.length > 0 && (
        <p className="soft">{t('edit.nothingIn', { jobs: quiet.map((plan) => plan.run.jobName).join(t('settings.listComma')) })}</p>
      )}
    </>
  );
}

function NotPlanned({ plan }: { readonly plan: Edit['downstream'][number] }) {
  const { t, say } = useWords();
  return <Alert type="warning" showIcon title={t('edit.notPlanned')} description={plan.run.problem && say(plan.run.problem)} />;
}

/** In the words of the server, without the names of fields: the form stands right below. */
function Refused({ error }: { readonly error: Error }) {
  const { t } = useWords();
  const issues = error instanceof ApiError ? (error.problem.errors ?? []) : [];
  if (issues.length === 0) return <Trouble error={error} />;
  return (
    <Alert
      type="warning"
      showIcon
      title={t('edit.refused')}
      description={[...new Set(issues.map((issue) => issue.message))].map((message) => (
        <div key={message} className={styles.refusal}>
          {message}
        </div>
      ))}
    />
  );
}

function Done({ run }: { readonly run: number }) {
  const { t } = useWords();
  const [seen] = useState(run);
  const progress = useProgress(seen);
  const ended = useAnswer('run.get', { run: seen }, { enabled: progress === null });
  const isHeld = (ended.data?.run.counts.held ?? 0) > 0;
  return (
    <Alert
      type="success"
      showIcon
      title={progress ? t('edit.going') : t(isHeld ? 'edit.doneHeld' : 'edit.done')}
      description={<Link to={`/runs/${run}`}>{t('person.run', { run })}</Link>}
    />
  );
}
