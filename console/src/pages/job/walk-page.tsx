// #/jobs/:job/edit: a job that is there, walked step by step like a new one; what changes and what it leads to is seen at the end, and saved at once.
import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { useAnswer } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import type { PartId } from '../../parts/part.ts';
import { isPart, partIds, parts } from '../../parts/parts.ts';
import { Answered } from '../../ui/answered.tsx';
import { AnsweredPage } from '../../ui/answered-page.tsx';
import { ForRole } from '../../ui/for-role.tsx';
import { Page } from '../../ui/page.tsx';
import { Trouble } from '../../ui/trouble.tsx';
import { Foot } from '../../wizard/foot.tsx';
import { Rail } from '../../wizard/rail.tsx';
import wizard from '../../wizard/wizard.module.css';
import { Consequences, isGrave } from './consequences.tsx';
import { editors } from './editors.tsx';
import { Faster } from './faster.tsx';
import styles from './job.module.css';
import { useEdit, useJobAsItIs, type Change } from './use-edit.ts';

type Job = WireOutput<'job.get'>;
const steps = ['general', ...partIds, 'review'] as const;
type Step = (typeof steps)[number];

export function WalkPage() {
  return (
    <ForRole needs="job.update">
      <WalkOne />
    </ForRole>
  );
}

function WalkOne() {
  const details = useJobAsItIs(Number(useParams().job));
  const [reloaded, setReloaded] = useState<Job | null>(null);
  return (
    <AnsweredPage of={details} kind="job">
      {(job) => <Walk key={`${job.id} ${reloaded?.revision ?? ''}`} found={reloaded ?? job} onReload={setReloaded} />}
    </AnsweredPage>
  );
}

interface WalkProps {
  readonly found: Job;
  readonly onReload: (saved: Job) => void;
}

function Walk({ found, onReload }: WalkProps) {
  const { t } = useWords();
  const navigate = useNavigate();
  // As it was when this was opened: what others save meanwhile does not throw away what is chosen.
  const [job] = useState(found);
  // In the address, so that the way back of the browser is the way back here; what was chosen is kept beside it.
  const [search, setSearch] = useSearchParams();
  const step = steps.find((one) => one === search.get('step')) ?? 'general';
  const at = steps.indexOf(step);
  const [change, setChange] = useState<Change>({});
  const [lacking, setLacking] = useState<Step | null>(null);
  const edit = useEdit(job, lacking === null ? change : null, onReload);
  const { forecast, faster, update } = edit;
  const go = (to: Step): void => {
    setSearch({ step: to });
    globalThis.scrollTo({ top: 0 });
  };
  const put = (more: Change | null): void => {
    setLacking(more === null ? step : null);
    if (more !== null) setChange((before) => ({ ...before, ...more }));
    edit.lookAgain();
  };
  const nameOf = (one: Step): string => (isPart(one) ? t(`wizard.step.${one}`) : t(`job.walk.${one}`));
  const leave = (): void => void navigate(`/jobs/${job.id}`);
  return (
    <Page
      title={t('job.walk.title')}
      above={<Link to={`/jobs/${job.id}`}>{job.name}</Link>}
      about={t('job.walk.about')}
      actions={<Button onClick={leave}>{t('app.cancel')}</Button>}
    >
      <div className={wizard.wizard}>
        <Rail steps={steps.map((id) => ({ id, name: nameOf(id) }))} at={at} isOpen={() => lacking === null} onGo={go} />
        <section className={wizard.step} aria-labelledby="walk-step">
          <h2 id="walk-step" className={wizard.stepTitle} tabIndex={-1}>
            {nameOf(step)}
          </h2>
          {step === 'general' && <General job={job} change={change} onChange={put} />}
          {isPart(step) && (
            <Own
              key={step}
              part={step}
              job={job}
              change={change}
              onChange={(more, isWhole) => {
                setChange((before) => ({ ...before, ...more }));
                setLacking(isWhole ? null : step);
                edit.lookAgain();
              }}
            />
          )}
          {step === 'review' && (
            <div aria-live="polite">
              <Foreseen edit={edit} />
              {edit.foresee.error && <Trouble error={edit.foresee.error} onRetry={edit.foresee.ask} />}
              {faster && <Faster saved={faster} onReload={edit.reload} onKeep={edit.keep} />}
              {update.error && !faster && <Trouble error={update.error} />}
              {forecast && <Consequences job={job} forecast={forecast} />}
            </div>
          )}
          {step === 'review' ? (
            <Foot onBack={() => go(steps[at - 1]!)}>
              <Button
                type="primary"
                danger={forecast !== null && isGrave(forecast)}
                loading={update.isPending}
                disabled={forecast === null || forecast.changes.length === 0}
                onClick={() => edit.save(leave)}
              >
                {t(forecast !== null && isGrave(forecast) ? 'job.saveAllTheSame' : 'job.save')}
              </Button>
            </Foot>
          ) : (
            <Foot {...(at > 0 ? { onBack: () => go(steps[at - 1]!) } : {})} onNext={() => go(steps[at + 1]!)} disabled={lacking !== null}>
              {at < steps.length - 2 && (
                <Button type="text" disabled={lacking !== null} onClick={() => go('review')}>
                  {t('job.walk.toReview')}
                </Button>
              )}
            </Foot>
          )}
        </section>
      </div>
    </Page>
  );
}

/** Asked once, as soon as one is here: it stays until something is chosen otherwise. */
function Foreseen({ edit: { forecast, foresee, update } }: { readonly edit: ReturnType<typeof useEdit> }) {
  const { t } = useWords();
  const isIdle = forecast === null && !foresee.isPending && foresee.error === null && update.error === null;
  const { ask } = foresee;
  useEffect(() => {
    if (isIdle) ask();
  }, [isIdle, ask]);
  return foresee.isPending ? <p className="soft">{t('job.walk.foreseeing')}</p> : null;
}

interface StepProps {
  readonly job: Job;
  readonly change: Change;
}

function General({ job, change, onChange }: StepProps & { readonly onChange: (change: Change | null) => void }) {
  const { t, say } = useWords();
  const connections = useAnswer('connection.list', {});
  const { Editor } = editors.general;
  const { name, ...settings } = change;
  const called = connections.data?.connections.find((one) => one.id === job.connection)?.name ?? job.connection;
  const reason = job.locked.find((one) => one.setting === 'connection')?.reason;
  return (
    <div className={`${styles.editor} ${styles.bare}`}>
      <Editor
        job={{ ...job, name: typeof name === 'string' ? name : job.name }}
        settings={{ ...job.settings, ...settings }}
        onChange={onChange}
      />
      <div className={styles.field}>
        <span>{t('wizard.connection.which')}</span>
        <span>
          <Link to={`/connections/${encodeURIComponent(job.connection)}`}>{called}</Link>
        </span>
        {reason && <small>{say(reason)}</small>}
      </div>
    </div>
  );
}

interface OwnProps extends StepProps {
  readonly part: PartId;
  readonly onChange: (change: Change, isWhole: boolean) => void;
}

function Own({ part, job, change, onChange }: OwnProps) {
  const connection = useAnswer('connection.get', { connection: job.connection });
  const connectors = useAnswer('connector.list', {});
  // Asked here, so that a part stands as a whole at once.
  const schema = useAnswer('schema.get', {});
  const { name: _, ...settings } = change;
  const Part = parts[part];
  return (
    <Answered of={connection} rows={8}>
      {({ connector }) => (
        <Answered of={schema.isPending ? { ...connectors, data: undefined } : connectors} rows={8}>
          {({ connectors: known }) => {
            const own = known.find((one) => one.id === connector);
            return (
              own && (
                <Part
                  connector={own}
                  connection={job.connection}
                  direction={job.direction}
                  names={job.scopeNames}
                  settings={{ ...job.settings, ...settings }}
                  onChange={(next, isWhole = true) => onChange(next, isWhole)}
                />
              )
            );
          }}
        </Answered>
      )}
    </Answered>
  );
}
