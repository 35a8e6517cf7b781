// The runs of a job, newest first.
import { Button, Table, type TableColumnsType } from 'antd';
import { Link } from 'react-router';
import type { RunView } from '../../../../src/server/api/wire.ts';
import { words } from '../../api/generated.ts';
import { usePages } from '../../api/hooks.ts';
import { useWords, type Label } from '../../i18n/i18n.ts';
import { Answered } from '../../ui/answered.tsx';
import { Part } from '../../ui/page.tsx';
import { objectsIn } from '../../ui/counted.ts';
import { State } from '../../ui/state.tsx';
import { When } from '../../ui/when.tsx';
import type { JobTabProps } from './tab.ts';

const LIMIT = 50;
const LOOK_MS = 5_000;

export function JobRuns({ details }: JobTabProps) {
  const { t, say, language } = useWords();
  const runs = usePages('run.list', { job: details.id, limit: LIMIT }, { everyMs: LOOK_MS });
  const word = (table: 'mode' | 'cause', code: string): string => {
    const label = (words[table] as Readonly<Record<string, Label>>)[code];
    return label ? say(label) : code;
  };
  const count = (name: string) => (_: unknown, run: RunView) => (
    <span className="number">{objectsIn(run.counts, name).toLocaleString(language)}</span>
  );
  const columns: TableColumnsType<RunView> = [
    { title: t('job.run'), render: (_, run) => <Link to={`/runs/${run.id}`}>{t('job.runNumber', { n: run.id })}</Link> },
    { title: t('job.state'), render: (_, run) => <State kind="run" code={run.state} quiet /> },
    { title: t('job.started'), render: (_, run) => <When at={run.startedAt ?? run.queuedAt} /> },
    {
      title: t('job.how'),
      responsive: ['md'],
      render: (_, run) => [word('mode', run.mode), word('cause', run.cause), ...(run.dryRun ? [t('canvas.dryRun')] : [])].join(' · '),
    },
    { title: t('job.count.read'), align: 'right', responsive: ['md'], render: count('read') },
    { title: t('job.count.applied'), align: 'right', render: count('applied') },
    { title: t('job.count.held'), align: 'right', responsive: ['md'], render: count('held') },
    { title: t('job.count.failed'), align: 'right', render: count('failed') },
  ];
  return (
    <Part>
      <Answered of={runs}>
        {({ pages }) => (
          <Table<RunView>
            rowKey="id"
            size="small"
            columns={columns}
            dataSource={pages.flatMap((page) => page.runs)}
            pagination={false}
            locale={{ emptyText: t('home.neverRun') }}
            footer={runs.hasNextPage ? () => <Button onClick={() => void runs.fetchNextPage()}>{t('job.older')}</Button> : undefined}
          />
        )}
      </Answered>
    </Part>
  );
}
