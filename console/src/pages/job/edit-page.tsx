// One part of a job, edited alone: what it would lead to is said before it is saved, and who was faster is named.
import { Button } from 'antd';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { useWords } from '../../i18n/i18n.ts';
import { NotFound } from '../../app/not-found.tsx';
import { AnsweredPage } from '../../ui/answered-page.tsx';
import { ForRole } from '../../ui/for-role.tsx';
import { Page, Part } from '../../ui/page.tsx';
import { Trouble } from '../../ui/trouble.tsx';
import { Consequences, isGrave } from './consequences.tsx';
import { editors, type EditedPart } from './editors.tsx';
import { Faster } from './faster.tsx';
import { useEdit, useJobAsItIs, type Change } from './use-edit.ts';
import styles from './job.module.css';

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
  const details = useJobAsItIs(id);
  const [reloaded, setReloaded] = useState<Job | null>(null);
  if (part === null) return <NotFound />;
  return (
    <AnsweredPage of={details} kind="job">
      {(job) => <Edit key={`${job.id} ${part} ${reloaded?.revision ?? ''}`} found={reloaded ?? job} part={part} onReload={setReloaded} />}
    </AnsweredPage>
  );
}

/** `found`: as the job was when this was opened. What others save meanwhile neither throws away what is typed nor is overwritten: the server tells. */
function Edit({ found, part, onReload }: EditProps) {
  const { t } = useWords();
  const [job] = useState(found);
  const navigate = useNavigate();
  const editor = editors[part];
  const [change, setChange] = useState<Change | null>(null);
  const { forecast, foresee, update, faster, save, lookAgain, keep, reload } = useEdit(job, change, onReload);
  const { Editor } = editor;
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
      {faster && <Faster saved={faster} onReload={reload} onKeep={keep} />}
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
            onClick={() => save(() => void navigate(`/jobs/${job.id}/settings`))}
          >
            {t(isGrave(forecast) ? 'job.saveAllTheSame' : 'job.save')}
          </Button>
        ) : (
          <Button key="foresee" type="primary" loading={foresee.isPending} disabled={change === null} onClick={foresee.ask}>
            {t('job.foresee')}
          </Button>
        )}
        <Button onClick={() => void navigate(`/jobs/${job.id}/settings`)}>{t('app.cancel')}</Button>
      </div>
    </Page>
  );
}
