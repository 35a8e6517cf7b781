// What a job is and how it stands: what happened last, what comes next, what waits.
import { Alert, Button } from 'antd';
import { Link } from 'react-router';
import { useAnswer, useCommand, useMay } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import '../../i18n/later.ts';
import { Part } from '../../ui/page.tsx';
import { objectsIn } from '../../ui/counted.ts';
import { State } from '../../ui/state.tsx';
import { Trouble } from '../../ui/trouble.tsx';
import { exactTime } from '../../ui/time-words.ts';
import { When } from '../../ui/when.tsx';
import { NewFile } from './new-file.tsx';
import { RemoveJob } from './remove-job.tsx';
import { scopeSaid, type Scope } from './scope-said.ts';
import type { JobTabProps } from './tab.ts';
import styles from './job.module.css';

const TIMES = 5;
/** As long as what most jobs hold: until that is known it keeps the place of its lines. */
const SOME = { person: 1_000, department: 10, group: 1 };

export function JobOverview({ job, details }: JobTabProps) {
  const words = useWords();
  const { t, say, language } = words;
  const may = useMay();
  const sizes = useAnswer('sizes', {});
  const times = useAnswer('job.times', { job: details.id, count: TIMES }, { enabled: job?.trigger !== 'manual' });
  const size = sizes.data?.jobs.find((one) => one.job === details.id);
  const holds = ({ person, department, group }: typeof SOME): string =>
    [
      t('canvas.people', { count: person, n: person.toLocaleString(language) }),
      t('canvas.departments', { count: department, n: department.toLocaleString(language) }),
      t('canvas.groups', { count: group, n: group.toLocaleString(language) }),
    ].join(' · ');
  const run = job?.lastRun;
  const settings = details.settings as {
    readonly description: string;
    readonly owner: string;
    readonly scope: Scope;
    readonly pilot?: Scope;
  };
  return (
    <>
      {job && (job.question || job.state === 'paused') && <Question job={job} />}
      {job?.state === 'quarantined' && job.stateReason && (
        <Alert className={styles.alert} type="error" showIcon title={t('job.quarantined')} description={say(job.stateReason)} />
      )}
      {details.state === 'observing' && (
        <Alert className={styles.alert} type="info" showIcon title={t('job.observes')} description={t('job.observesHow')} />
      )}
      <div className={styles.columns}>
        <Part title={t('job.about')}>
          <dl className={styles.facts}>
            <dt>{t('job.description')}</dt>
            <dd>{settings.description || <span className="soft">{t('job.noDescription')}</span>}</dd>
            <dt>{t('job.owner')}</dt>
            <dd>{settings.owner || <span className="soft">{t('job.nobody')}</span>}</dd>
            <dt>{t('job.part.scope')}</dt>
            <Lines of={scopeSaid(settings.scope, details.scopeNames, words)} />
            {details.state === 'pilot' && settings.pilot && (
              <>
                <dt>{t('pilot.deed')}</dt>
                <Lines of={scopeSaid(settings.pilot, details.scopeNames, words)} />
              </>
            )}
            <dt>{t('job.holds')}</dt>
            <dd className="number">
              {sizes.data === undefined ? (
                <span className={styles.coming}>{holds(SOME)}</span>
              ) : size ? (
                holds(size)
              ) : (
                t('canvas.nothingYet')
              )}
            </dd>
            <dt>{t('job.saved')}</dt>
            <dd>
              {details.savedBy} · <When at={details.savedAt} />
            </dd>
          </dl>
        </Part>
        <Part title={t('job.lastAndNext')}>
          <dl className={styles.facts}>
            <dt>{t('home.lastRun')}</dt>
            <dd>
              {run ? (
                <Link to={`/runs/${run.id}`} className={styles.run}>
                  <State kind="run" code={run.state} quiet /> {run.endedAt && <When at={run.endedAt} />}
                </Link>
              ) : job === null ? (
                '…'
              ) : (
                t('home.neverRun')
              )}
              {run?.problem && <p className={styles.problem}>{say(run.problem)}</p>}
            </dd>
            {run && (
              <>
                <dt>{t('job.counts')}</dt>
                <dd className="number">
                  {(['read', 'applied', 'held', 'failed'] as const)
                    .map(
                      (name) =>
                        `${t(`job.count.${name}`)} ${(name === 'held' ? job.held : objectsIn(run.counts, name)).toLocaleString(language)}`,
                    )
                    .join(' · ')}
                  {run && <SinceThen job={job.id} run={run.id} />}
                </dd>
              </>
            )}
            <dt>{t('home.nextRun')}</dt>
            <dd>
              {job?.trigger === 'manual' ? (
                t('home.byHand')
              ) : !times.data ? (
                '…'
              ) : (
                <>
                  {(details.state === 'disabled' || details.state === 'paused') && <p>{t(`job.rests.${details.state}`)}</p>}
                  {job?.trigger === 'event' && <p>{t('job.onEvents')}</p>}
                  <ol className={styles.times}>
                    {times.data.times.map((at) => (
                      <li key={at}>{exactTime(at, language)}</li>
                    ))}
                  </ol>
                </>
              )}
            </dd>
          </dl>
        </Part>
      </div>
      {details.direction === 'up' && may('connection.update') && <NewFile connection={details.connection} />}
      <RemoveJob details={details} />
    </>
  );
}

/** Answers, and runs about single people, write in runs of their own. */
function SinceThen({ job, run }: { readonly job: number; readonly run: number }) {
  const { t, language } = useWords();
  const { data } = useAnswer('run.list', { job, limit: 50 });
  const later = (data?.runs ?? []).filter(({ id, dryRun, endedAt }) => id > run && !dryRun && endedAt !== null);
  const written = later.reduce((sum, { counts }) => sum + objectsIn(counts, 'applied'), 0);
  if (written === 0) return null;
  return (
    <p className={styles.line}>
      <Link to={`/runs/${later[0]!.id}`}>{t('more.edits.sinceThen', { n: written.toLocaleString(language) })}</Link>
    </p>
  );
}

function Lines({ of }: { readonly of: readonly string[] }) {
  return (
    <dd>
      {of.map((line) => (
        <p key={line} className={styles.line}>
          {line}
        </p>
      ))}
    </dd>
  );
}

/** What the guard asks about the whole job; or it is paused and asks nothing, as after an undo. */
function Question({ job }: { readonly job: NonNullable<JobTabProps['job']> }) {
  const { t, say } = useWords();
  const resume = useCommand('job.resume');
  const may = useMay();
  const said = job.question ?? job.stateReason;
  return (
    <Alert
      className={styles.alert}
      type="warning"
      showIcon
      title={t(job.question ? 'job.asks' : 'job.paused')}
      description={
        <>
          {said && <p>{say(said)}</p>}
          {job.question && (
            <ul className={styles.follows}>
              <li>
                <b>{t('job.accept')}</b> {t('more.answers.accept')}
              </li>
              <li>
                <b>{t('job.readAgain')}</b> {t('more.answers.readAgain')}
              </li>
            </ul>
          )}
          {resume.error && <Trouble error={resume.error} />}
          {may('job.resume') && (
            <div className={styles.ways}>
              {job.question && (
                <Button loading={resume.isPending} onClick={() => resume.mutate({ job: job.id, accept: true })}>
                  {t('job.accept')}
                </Button>
              )}
              <Button loading={resume.isPending} onClick={() => resume.mutate({ job: job.id, accept: false })}>
                {t(job.question ? 'job.readAgain' : 'job.goOn')}
              </Button>
            </div>
          )}
        </>
      }
    />
  );
}
