// The cards of the canvas: a job with what it did and can do, the directory, and the plus that begins another.
import { DatabaseOutlined, MinusCircleOutlined, PauseCircleFilled, PlusOutlined } from '@ant-design/icons';
import { Link } from 'react-router';
import { useMay } from '../api/hooks.ts';
import { useWords } from '../i18n/i18n.ts';
import { Logo } from '../ui/logo.tsx';
import { State } from '../ui/state.tsx';
import { When } from '../ui/when.tsx';
import type { Job, Sizes } from './picture.ts';
import { JobActions } from './job-actions.tsx';
import type { Density } from './layout.ts';
import { lookOf } from './look.ts';
import styles from './cards.module.css';

/** The job of what people enter in the directory: it runs with each edit. */
const BY_HAND = 'console';

export interface JobData {
  readonly job: Job;
  /** undefined: not counted yet; null: it holds nothing. */
  readonly size: Sizes['jobs'][number] | null | undefined;
  readonly density: Density;
}

export function JobCard({ job, size, density }: JobData) {
  const { t, language } = useWords();
  const look = lookOf(job);
  return (
    <article
      className={`${styles.card} ${styles[look.tone]} ${density === 'full' ? '' : styles[density]} ${look.code === 'disabled' ? styles.resting : ''}`}
      aria-label={job.name}
    >
      <header className={styles.head}>
        <span className={styles.logo}>
          <Logo connector={job.connector} size={density === 'full' ? 30 : 22} />
        </span>
        <div className={styles.names}>
          <Link to={`/jobs/${job.id}`} className={styles.name} title={job.name}>
            {job.name}
          </Link>
          <span className={styles.connection} title={job.connectionName}>
            {job.connectionName}
          </span>
        </div>
        {density === 'full' && job.connector !== BY_HAND && <JobActions job={job} at="card" />}
      </header>
      <div className={styles.line}>
        {/* Where that is its state, the number says it: there is no room for both. */}
        {look.code !== 'confirm' && <State kind={look.kind} code={look.code} quiet />}
        {job.held > 0 && (
          <Link to={`/waiting?job=${job.id}`} className={styles.held}>
            {look.code === 'confirm' && <PauseCircleFilled aria-hidden />} {t('canvas.held', { count: job.held })}
          </Link>
        )}
      </div>
      {density === 'full' && (
        <>
          <p className={styles.counts}>
            {job.connector === BY_HAND ? (
              t('canvas.enteredHere')
            ) : size === undefined ? (
              '…'
            ) : size ? (
              <span className="number">
                {t('canvas.people', { count: size.person, n: size.person.toLocaleString(language) })} ·{' '}
                {t('canvas.departments', { count: size.department, n: size.department.toLocaleString(language) })}
              </span>
            ) : (
              t('canvas.nothingYet')
            )}
          </p>
          <p className={styles.times}>
            {job.connector === BY_HAND ? (
              t('canvas.withEachEdit')
            ) : (
              <>
                {job.lastRun?.endedAt ? <When at={job.lastRun.endedAt} /> : t('home.neverRun')}
                {job.state !== 'disabled' && (
                  <>
                    {` · ${t('canvas.next')} `}
                    {job.nextDueAt ? <When at={job.nextDueAt} /> : job.trigger === 'event' ? t('canvas.onEvents') : t('home.byHand')}
                  </>
                )}
              </>
            )}
          </p>
        </>
      )}
    </article>
  );
}

export function DirectoryCard({ sizes }: { readonly sizes: Sizes | undefined }) {
  const { t, language } = useWords();
  // Not counted yet is not none.
  const number = (count: number | undefined): string => (sizes ? (count ?? 0).toLocaleString(language) : '…');
  return (
    <section className={styles.directory} aria-label={t('canvas.directory')}>
      <DatabaseOutlined aria-hidden className={styles.directoryIcon} />
      <Link to="/directory" className={styles.directoryName}>
        {t('canvas.directory')}
      </Link>
      <b className={styles.big}>{number(sizes?.directory.person)}</b>
      <span>{t('canvas.peopleWord')}</span>
      <span className={styles.directorySmall}>
        {t('canvas.departments', { count: sizes?.directory.department ?? 0, n: number(sizes?.directory.department) })} ·{' '}
        {t('canvas.groups', { count: sizes?.directory.group ?? 0, n: number(sizes?.directory.group) })}
      </span>
    </section>
  );
}

/** Jobs that are disabled, where there are too many to show each: the lists have them. */
export function RestingCard({ count }: { readonly count: number }) {
  const { t } = useWords();
  return (
    <Link to="/?view=list&state=disabled" className={styles.add}>
      <MinusCircleOutlined aria-hidden />
      {t('canvas.resting', { count })}
    </Link>
  );
}

export function AddCard({ direction }: { readonly direction: 'up' | 'down' }) {
  const { t } = useWords();
  const may = useMay();
  if (!may('job.create')) return null;
  return (
    <Link to={`/new?direction=${direction}`} className={styles.add}>
      <PlusOutlined aria-hidden />
      {t(direction === 'up' ? 'canvas.addSource' : 'canvas.addApp')}
    </Link>
  );
}
