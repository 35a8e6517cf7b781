// Jobs of one direction as a list: name, description, state, last run, next run, actions.
import { Link } from 'react-router';
import { useProgress } from '../../api/follow-run.ts';
import { words } from '../../api/generated.ts';
import { useMay } from '../../api/hooks.ts';
import type { Job } from '../../canvas/picture.ts';
import { JobActions } from '../../canvas/job-actions.tsx';
import { lookOf } from '../../canvas/look.ts';
import { useWords, type Label } from '../../i18n/i18n.ts';
import { Logo } from '../../ui/logo.tsx';
import { State } from '../../ui/state.tsx';
import { When } from '../../ui/when.tsx';
import styles from './sync-center.module.css';

export function JobList({ jobs, direction }: { readonly jobs: readonly Job[]; readonly direction: 'up' | 'down' }) {
  const { t } = useWords();
  const may = useMay();
  if (jobs.length === 0)
    return (
      <p className={styles.empty}>
        {t(direction === 'up' ? 'home.emptyUp' : 'home.emptyDown')}{' '}
        {may('job.create') && <Link to={`/new?direction=${direction}`}>{t('home.create')}</Link>}
      </p>
    );
  return (
    <ul className={styles.list}>
      {jobs.map((job) => (
        <li key={job.id} className={styles.row}>
          <Logo connector={job.connector} />
          <div className={styles.who}>
            <Link to={`/jobs/${job.id}`}>{job.name}</Link>
            <span className="soft">{job.description || job.connectionName}</span>
          </div>
          <div className={styles.state}>
            <State {...lookOf(job)} />
            {job.held > 0 && (
              <Link to={`/waiting?job=${job.id}`} className={styles.held}>
                {t('canvas.held', { count: job.held })}
              </Link>
            )}
          </div>
          <dl className={styles.times}>
            <dt>{t('home.lastRun')}</dt>
            <dd>
              {job.lastRun?.state === 'running' ? (
                <Going run={job.lastRun.id} />
              ) : job.lastRun?.endedAt ? (
                <Link to={`/runs/${job.lastRun.id}`}>
                  <When at={job.lastRun.endedAt} />
                </Link>
              ) : (
                t('home.never')
              )}
            </dd>
            <dt>{t('home.nextRun')}</dt>
            <dd>
              {job.state === 'disabled' ? (
                '–'
              ) : job.nextDueAt ? (
                <When at={job.nextDueAt} />
              ) : job.connector === 'console' ? (
                t('canvas.withEachEdit')
              ) : (
                t(job.trigger === 'event' ? 'canvas.onEvents' : 'home.byHand')
              )}
            </dd>
          </dl>
          <JobActions job={job} at="card" />
        </li>
      ))}
    </ul>
  );
}

/** Stage and count of a run under way. */
function Going({ run }: { readonly run: number }) {
  const { say, language, t } = useWords();
  const progress = useProgress(run);
  const stage = progress && (words.stage as Readonly<Record<string, Label>>)[progress.stage];
  return (
    <Link to={`/runs/${run}`} className="number">
      {stage ? say(stage) : t('home.running')} {progress && progress.done > 0 && progress.done.toLocaleString(language)}
    </Link>
  );
}
