// How the server is: what cannot be reached or lags first, then versions, store, disk, the master key and the brake's story.
import { Alert, Empty } from 'antd';
import { Link } from 'react-router';
import { useAnswer, useMay, usePages } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Answered } from '../../ui/answered.tsx';
import { Part } from '../../ui/page.tsx';
import { Sign } from '../../ui/sign.tsx';
import { exactTime } from '../../ui/time-words.ts';
import { When } from '../../ui/when.tsx';
import { MasterKey } from './master-key.tsx';
import styles from './settings.module.css';

const FRESH_MS = 10_000;
/** Less than this much of the disk left: somebody should act. */
const LITTLE = 0.1;

/** 1.5 GB, as both languages write it. */
function bytesOf(bytes: number, language: string): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  const step = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, bytes)) / 10)));
  return `${(bytes / 1024 ** step).toLocaleString(language, { maximumFractionDigits: 1 })} ${units[step]}`;
}

export function HealthSection() {
  const { t, language } = useWords();
  const health = useAnswer('system.health', {}, { everyMs: FRESH_MS });
  return (
    <Answered of={health}>
      {(now) => {
        const used = now.disk.totalBytes === 0 ? 0 : 1 - now.disk.freeBytes / now.disk.totalBytes;
        const lagging = now.jobs.filter((job) => job.touched > 0 || job.behind > 0);
        const sum = (counts: Readonly<Record<string, number>>, ...names: string[]): number =>
          names.reduce((total, name) => total + (counts[name] ?? 0), 0);
        const isFine = now.away.length === 0 && used < 1 - LITTLE && sum(now.notices, 'dead') === 0;
        return (
          <>
            {isFine && <Alert className={styles.alert!} type="success" showIcon title={t('settings.health.fine')} />}
            {now.away.length > 0 && (
              <Alert
                className={styles.alert!}
                type="error"
                showIcon
                title={t('settings.health.away', { names: now.away.map((one) => one.name).join(t('settings.listComma')) })}
              />
            )}
            {used >= 1 - LITTLE && <Alert className={styles.alert!} type="error" showIcon title={t('settings.health.diskFull')} />}
            {sum(now.notices, 'dead') > 0 && (
              <Alert
                className={styles.alert!}
                type="warning"
                showIcon
                title={t('settings.health.undelivered', { count: sum(now.notices, 'dead') })}
                action={<Link to="/settings/notices?tab=sent">{t('settings.section.notices')}</Link>}
              />
            )}
            <Part title={t('settings.health.work')}>
              <dl className={styles.facts}>
                <dt>{t('settings.health.runs')}</dt>
                <dd className="number">
                  {t('settings.health.runsSaid', {
                    running: sum(now.runs, 'running'),
                    queued: sum(now.runs, 'queued'),
                    waiting: sum(now.runs, 'waiting'),
                  })}
                </dd>
                <dt>{t('settings.health.workers')}</dt>
                <dd className="number">{t('settings.health.workersSaid', { count: Math.max(1, now.workers.length) })}</dd>
                <dt>{t('settings.health.lag')}</dt>
                <dd>
                  {lagging.length === 0
                    ? t('settings.health.noLag')
                    : lagging.map((job) => (
                        <div key={job.job}>
                          <Link to={`/jobs/${job.job}`}>{job.name}</Link>{' '}
                          {t('settings.health.lagSaid', { touched: job.touched, behind: job.behind })}
                        </div>
                      ))}
                </dd>
                <dt>{t('settings.health.problems')}</dt>
                <dd className="number">
                  {sum(now.problems, 'open', 'retrying', 'dead', 'waiting') === 0 ? (
                    t('settings.health.noProblems')
                  ) : (
                    <Link to="/waiting">
                      {t('settings.health.problemsSaid', { count: sum(now.problems, 'open', 'retrying', 'dead', 'waiting') })}
                    </Link>
                  )}
                </dd>
                <dt>{t('settings.health.doubt')}</dt>
                <dd className="number">{sum(now.changes, 'sent', 'unknown').toLocaleString(language)}</dd>
              </dl>
            </Part>
            <Part title={t('settings.health.server')}>
              <dl className={styles.facts}>
                <dt>{t('settings.health.version')}</dt>
                <dd>{[`Tributary ${now.release}`, now.runtime, now.platform].join(' · ')}</dd>
                <dt>{t('settings.health.since')}</dt>
                <dd>
                  {exactTime(now.startedAt, language)} · {t('settings.health.memory', { size: bytesOf(now.memoryBytes, language) })}
                </dd>
                <dt>{t('settings.health.store')}</dt>
                <dd>
                  {t(`settings.health.kind.${now.store.kind}`)} {now.store.version} · {bytesOf(now.store.bytes, language)}
                </dd>
                <dt>{t('settings.health.disk')}</dt>
                <dd>
                  {t('settings.health.diskSaid', {
                    free: bytesOf(now.disk.freeBytes, language),
                    total: bytesOf(now.disk.totalBytes, language),
                  })}
                  <div className={styles.bar} aria-hidden>
                    <span style={{ width: `${Math.round(used * 100)}%` }} />
                  </div>
                </dd>
              </dl>
            </Part>
            <MasterKey health={now} />
            <BrakeStory />
          </>
        );
      }}
    </Answered>
  );
}

/** Who put the brake on or released it, when and why: from the audit log, for those who may read it. */
function BrakeStory() {
  const { t } = useWords();
  const may = useMay();
  const list = usePages('audit.list', { action: 'brake.', limit: 10 }, { enabled: may('audit.list') });
  if (!may('audit.list')) return null;
  return (
    <Part title={t('settings.health.brakes')}>
      <Answered of={list}>
        {({ pages }) => {
          const entries = pages.flatMap((page) => page.entries);
          if (entries.length === 0)
            return <Empty className={styles.empty!} image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('settings.health.noBrakes')} />;
          return (
            <ol className={styles.rows}>
              {entries.map((entry) => (
                <li key={entry.seq}>
                  <div className={styles.what}>
                    <Sign tone={entry.action === 'brake.hold' ? 'warn' : 'good'}>
                      {t(entry.action === 'brake.hold' ? 'settings.health.held' : 'settings.health.released')}
                    </Sign>
                    <small>
                      {entry.actor} · <When at={entry.at} />
                      {entry.action === 'brake.hold' && entry.after && ` · ${entry.after}`}
                    </small>
                  </div>
                </li>
              ))}
            </ol>
          );
        }}
      </Answered>
    </Part>
  );
}
