// Jobs of one direction as a table.
import { Table, type TableColumnsType } from 'antd';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { useProgress } from '../../api/follow-run.ts';
import { words } from '../../api/generated.ts';
import { useWords, type Label } from '../../i18n/i18n.ts';
import { State } from '../../ui/state.tsx';
import { When } from '../../ui/when.tsx';

type Job = WireOutput<'status'>['jobs'][number];

/** Stage and count of a run under way. */
function Going({ run }: { readonly run: number }) {
  const { say, language } = useWords();
  const progress = useProgress(run);
  if (!progress) return null;
  const stage = (words.stage as Readonly<Record<string, Label>>)[progress.stage];
  return (
    <span className="soft number">
      {' '}
      {stage && say(stage)} {progress.done.toLocaleString(language)}
    </span>
  );
}

export function JobTable({ jobs }: { readonly jobs: readonly Job[] }) {
  const { t } = useWords();
  const columns: TableColumnsType<Job> = [
    {
      title: t('home.job'),
      render: (_, job) => (
        <>
          <b>{job.name}</b>
          <div className="soft">{job.description || job.connectionName}</div>
        </>
      ),
    },
    { title: t('home.state'), render: (_, job) => <State kind="job" code={job.state} /> },
    {
      title: t('home.lastRun'),
      render: (_, job) =>
        job.lastRun ? (
          <>
            <State kind="run" code={job.lastRun.state} quiet />
            {job.lastRun.state === 'running' && <Going run={job.lastRun.id} />}{' '}
            <span className="soft">{job.lastRun.endedAt && <When at={job.lastRun.endedAt} />}</span>
          </>
        ) : (
          <span className="soft">{t('home.neverRun')}</span>
        ),
    },
    {
      title: t('home.nextRun'),
      render: (_, job) => (job.nextDueAt ? <When at={job.nextDueAt} /> : <span className="soft">{t('home.byHand')}</span>),
    },
  ];
  return <Table<Job> rowKey="id" size="small" pagination={false} columns={columns} dataSource={[...jobs]} scroll={{ x: 'max-content' }} />;
}
