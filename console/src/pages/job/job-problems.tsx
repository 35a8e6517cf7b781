// What could not be synced, by cause, with what to do and every record; a whole cause is tried again once it is mended.
import { Empty } from 'antd';
import { Link } from 'react-router';
import { useAnswer } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Answered } from '../../ui/answered.tsx';
import { Part } from '../../ui/page.tsx';
import { ProblemGroup } from '../waiting/problem-groups.tsx';
import type { JobTabProps } from './tab.ts';
import styles from './job.module.css';

export function JobProblems({ details }: JobTabProps) {
  const { say, language } = useWords();
  const groups = useAnswer('item.groups', { job: details.id });
  return (
    <Part>
      <Answered of={groups}>
        {({ groups: causes }) =>
          causes.length === 0 ? (
            <Nothing job={details.id} />
          ) : (
            <ul className={styles.causes}>
              {causes.map((cause) => (
                <li key={`${cause.type} ${cause.cause} ${cause.attribute}`}>
                  <b className="number">{cause.count.toLocaleString(language)}</b>
                  <div>
                    <h3>{say(cause.title)}</h3>
                    <p>{say(cause.remedy)}</p>
                    <ProblemGroup group={cause} />
                  </div>
                </li>
              ))}
            </ul>
          )
        }
      </Answered>
    </Part>
  );
}

/** Of a job that has never written nobody knows yet: what its dry run found stands at that run. */
function Nothing({ job }: { readonly job: number }) {
  const { t } = useWords();
  const runs = useAnswer('run.list', { job, limit: 50 });
  const all = runs.data?.runs ?? [];
  const hasWritten = all.some((run) => !run.dryRun);
  const [last] = all;
  if (runs.isLoading) return null;
  return (
    <Empty
      className={styles.empty!}
      image={Empty.PRESENTED_IMAGE_SIMPLE}
      description={
        <>
          <p>{t(hasWritten || runs.error ? 'job.noProblems' : 'job.noProblemsYet')}</p>
          {!hasWritten && last && <Link to={`/runs/${last.id}`}>{t('runs.held.toRun', { run: last.id })}</Link>}
        </>
      }
    />
  );
}
