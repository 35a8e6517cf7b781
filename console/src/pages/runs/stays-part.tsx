// After a run that writes to a system: departments that the directory no longer has and that stay there, and why. Else "nothing to change" is all that is said.
import { Alert } from 'antd';
import { useAnswer } from '../../api/hooks.ts';
import type { RunView, WireOutput } from '../../../../src/server/api/wire.ts';
import { useWords } from '../../i18n/i18n.ts';
import { fateByPolicy, plansDeletion } from '../../ui/department-fate.ts';
import { FateSaid } from '../../ui/gone-departments.tsx';
import styles from './run.module.css';

const NAMED = 5;
/** Read of what is gone, and of what the system has; of more only these are told. */
const GONE_READ = 500;
const LINKS_READ = 1000;

type Job = WireOutput<'job.get'>;

export function StaysPart({ run }: { readonly run: RunView }) {
  const job = useAnswer('job.get', { job: run.job });
  const status = useAnswer('status', {});
  const fate = job.data?.direction === 'down' && status.data ? fateByPolicy(job.data, status.data.brakes) : null;
  // What is deleted stands in the plan.
  return job.data && fate && (fate.fate === 'off' || !plansDeletion(job.data)) ? <Stays run={run} job={job.data} fate={fate} /> : null;
}

interface StaysProps {
  readonly run: RunView;
  readonly job: Job;
  readonly fate: NonNullable<ReturnType<typeof fateByPolicy>>;
}

function Stays({ run, job, fate }: StaysProps) {
  const { t } = useWords();
  const bin = useAnswer('directory.gone', { type: 'department', limit: GONE_READ });
  const gone = (bin.data?.gone ?? []).filter((one) => one.run !== null && one.run < run.id);
  const links = useAnswer('link.list', { connection: job.connection, type: 'department', limit: LINKS_READ }, { enabled: gone.length > 0 });
  const linked = new Set((links.data?.links ?? []).map(({ object }) => object));
  const names = gone.filter(({ id }) => linked.has(id)).map(({ title }) => title);
  if (names.length === 0) return null;
  return (
    <div className={styles.notes}>
      <Alert
        type="info"
        showIcon
        title={t('runs.stays.title', { count: names.length, job: job.name })}
        description={
          <>
            <p>
              {names.slice(0, NAMED).join(t('settings.listComma'))}
              {names.length > NAMED && ' …'}
            </p>
            <p className={styles.sentence}>
              <FateSaid job={job.id} fate={fate} />
            </p>
          </>
        }
      />
    </div>
  );
}
