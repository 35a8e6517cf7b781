// What an edit would lead to, said before it is saved.
import { Alert } from 'antd';
import { Link } from 'react-router';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { useWords } from '../../i18n/i18n.ts';
import '../../i18n/later.ts';
import { SettingChanges } from './setting-changes.tsx';
import { useTargetNames } from './target-names.ts';
import styles from './job.module.css';

export type Forecast = WireOutput<'job.forecast'>;
type Job = WireOutput<'job.get'>;

/** What somebody loses by it, more than what it overwrites. */
const grave = new Set(['remove', 'disable', 'unlink']);
export const isGrave = ({ consequences }: Forecast): boolean => consequences.some((one) => grave.has(one.action));

export function Consequences({ job, forecast }: { readonly job: Job; readonly forecast: Forecast }) {
  const { t, say } = useWords();
  const target = useTargetNames(job);
  const { changes, does, already } = forecast;
  // What a source leaves out is gone for the directory, and counted above; what a system has stays.
  const isAboutLeavers = changes.some(({ path }) => path.startsWith('policy.leaver'));
  const leavesOut =
    job.direction === 'down' &&
    changes.some(({ path, after }) => path.startsWith('scope') || (path.startsWith('mapping') && after === null));
  if (changes.length === 0) return <Alert className={styles.alert} type="info" showIcon title={t('job.nothingChanged')} />;
  return (
    <Alert
      className={styles.alert}
      type={isGrave(forecast) ? 'warning' : does === null && !isAboutLeavers ? 'success' : 'info'}
      showIcon
      title={does !== null ? say(does) : t(isAboutLeavers ? 'more.edits.nobodyToday' : 'job.takesNothing')}
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
          {does !== null && <p>{t('more.edits.withNextRun')}</p>}
          {isAboutLeavers && <p>{t('more.edits.fromNowOn')}</p>}
          {leavesOut && <p>{t('more.edits.restStays')}</p>}
          {/* What is being edited is not left for it. */}
          {(does ?? already) !== null && (
            <Link to={`/runs/${forecast.forecast}`} target="_blank">
              {t('job.wholePlan')}
            </Link>
          )}
        </>
      }
    />
  );
}
