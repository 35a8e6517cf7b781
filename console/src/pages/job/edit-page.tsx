// One part of a job, edited alone: what it would lead to is said before it is saved, and who was faster is named.
import { Alert, App, Button } from 'antd';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { ApiError, call } from '../../api/client.ts';
import { useAnswer, useCommand } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { NotFound } from '../../app/not-found.tsx';
import { AnsweredPage } from '../../ui/answered-page.tsx';
import { ForRole } from '../../ui/for-role.tsx';
import { Page, Part } from '../../ui/page.tsx';
import { Trouble } from '../../ui/trouble.tsx';
import { editors, type EditedPart } from './editors.tsx';
import { Faster } from './faster.tsx';
import { SettingChanges } from './setting-changes.tsx';
import { useTargetNames } from './target-names.ts';
import styles from './job.module.css';

type Forecast = WireOutput<'job.forecast'>;
type Job = WireOutput<'job.get'>;

interface EditProps {
  readonly found: Job;
  readonly part: EditedPart;
  /** Begins anew with what somebody else saved. */
  readonly onReload: (saved: Job) => void;
}

export function EditPage() {
  return (
    <ForRole needs="job.update">
      <EditOne />
    </ForRole>
  );
}

function EditOne() {
  const params = useParams();
  const id = Number(params.job);
  const part = Object.hasOwn(editors, params.part ?? '') ? (params.part as EditedPart) : null;
  const details = useAnswer('job.get', { job: id });
  const [hasRead, setRead] = useState(false);
  const [reloaded, setReloaded] = useState<Job | null>(null);
  if (part === null) return <NotFound />;
  // What a visit before this one has read may be older than what was saved since: an edit begins with what is.
  if (!hasRead && !details.isFetching) setRead(true);
  return (
    <AnsweredPage of={hasRead ? details : { ...details, data: undefined, error: null }} kind="job">
      {(job) => <Edit key={`${job.id} ${part} ${reloaded?.revision ?? ''}`} found={reloaded ?? job} part={part} onReload={setReloaded} />}
    </AnsweredPage>
  );
}

/** `found`: as the job was when this was opened. What others save meanwhile neither throws away what is typed nor is overwritten: the server tells. */
function Edit({ found, part, onReload }: EditProps) {
  const { t } = useWords();
  const [job] = useState(found);
  const [revision, setRevision] = useState(found.revision);
  const { message } = App.useApp();
  const navigate = useNavigate();
  const editor = editors[part];
  const [change, setChange] = useState<Readonly<Record<string, unknown>> | null>(null);
  const [forecast, setForecast] = useState<Forecast | null>(null);
  const foresee = useCommand('job.forecast');
  const update = useCommand('job.update');
  const { Editor } = editor;
  const given = change ? { job: job.id, settings: change } : null;
  const save = (seen: Forecast): void =>
    update.mutate(
      { ...given!, revision, forecast: seen.forecast },
      {
        onSuccess: () => {
          void message.success(t('job.savedNow'));
          void navigate(`/jobs/${job.id}/settings`);
        },
      },
    );
  const faster = update.error instanceof ApiError ? update.error.problem.saved : undefined;
  const reload = (): void => void call('job.get', { job: job.id }).then(onReload, (error: Error) => void message.error(error.message));
  /** What it would lead to is not known any more; an answer that is still on its way is about something else. */
  const lookAgain = (): void => {
    setForecast(null);
    foresee.reset();
  };
  // What was typed stays, and is looked at again over what they saved. Nothing is asked for it: until an answer came, the old forecast could be saved.
  const keep = (saved: number): void => {
    setRevision(saved);
    lookAgain();
    update.reset();
  };
  return (
    <Page
      title={t(`job.part.${part}`)}
      above={
        <>
          <Link to={`/jobs/${job.id}`}>{job.name}</Link> / <Link to={`/jobs/${job.id}/settings`}>{t('job.tab.settings')}</Link>
        </>
      }
      about={t(`job.editAbout.${part}`)}
    >
      <Part>
        <div className={`${styles.editor} ${part === 'mapping' ? styles.roomy : ''}`}>
          <Editor
            job={job}
            settings={job.settings}
            onChange={(wanted) => {
              setChange(wanted);
              lookAgain();
            }}
          />
        </div>
      </Part>
      {foresee.error && <Trouble error={foresee.error} />}
      {faster && <Faster saved={faster} onReload={reload} onKeep={() => keep(faster.revision ?? revision)} />}
      {update.error && !faster && <Trouble error={update.error} />}
      {forecast && <Consequences job={job} forecast={forecast} />}
      <div className={styles.ways}>
        {/* Two buttons, not one that changes: what turned on the one would go on turning on the other. */}
        {forecast ? (
          <Button
            key="save"
            type="primary"
            danger={isGrave(forecast)}
            loading={update.isPending}
            disabled={forecast.changes.length === 0}
            onClick={() => save(forecast)}
          >
            {t(isGrave(forecast) ? 'job.saveAllTheSame' : 'job.save')}
          </Button>
        ) : (
          <Button
            key="foresee"
            type="primary"
            loading={foresee.isPending}
            disabled={given === null}
            onClick={() => foresee.mutate(given!, { onSuccess: setForecast })}
          >
            {t('job.foresee')}
          </Button>
        )}
        <Button onClick={() => void navigate(`/jobs/${job.id}/settings`)}>{t('app.cancel')}</Button>
      </div>
    </Page>
  );
}

/** What somebody loses by it, more than what it overwrites. */
const grave = new Set(['remove', 'disable', 'unlink']);
const isGrave = ({ consequences }: Forecast): boolean => consequences.some((one) => grave.has(one.action));

function Consequences({ job, forecast }: { readonly job: Job; readonly forecast: Forecast }) {
  const { t, say } = useWords();
  const target = useTargetNames(job);
  const { changes, does, already } = forecast;
  if (changes.length === 0) return <Alert className={styles.alert} type="info" showIcon title={t('job.nothingChanged')} />;
  return (
    <Alert
      className={styles.alert}
      type={isGrave(forecast) ? 'warning' : does === null ? 'success' : 'info'}
      showIcon
      title={does === null ? t('job.takesNothing') : say(does)}
      description={
        <>
          {already !== null && <p>{say(already)}</p>}
          <SettingChanges
            className={styles.changes}
            changes={changes}
            names={forecast.scopeNames}
            channels={forecast.channels}
            target={target}
          />
          {(does ?? already) !== null && <Link to={`/runs/${forecast.forecast}`}>{t('job.wholePlan')}</Link>}
        </>
      }
    />
  );
}
