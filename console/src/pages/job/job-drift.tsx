// What the target shows instead of what was written there: what is wanted, what was found, what happens with it.
import { App, Button, Table, Tag, type TableColumnsType } from 'antd';
import { Link } from 'react-router';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { useCommand, useMay, usePages } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Answered } from '../../ui/answered.tsx';
import { Part } from '../../ui/page.tsx';
import { When } from '../../ui/when.tsx';
import { useNarrow } from '../../ui/narrow.ts';
import { addressOf } from '../directory/addresses.ts';
import type { JobTabProps } from './tab.ts';
import styles from './job.module.css';

type Row = WireOutput<'drift.list'>['drift'][number];
const LIMIT = 100;

const shown = (value: unknown): string =>
  value === null || value === undefined || (Array.isArray(value) && value.length === 0)
    ? '–'
    : Array.isArray(value)
      ? value.join(', ')
      : typeof value === 'string'
        ? value
        : JSON.stringify(value);

export function JobDrift({ details }: JobTabProps) {
  const { t, say } = useWords();
  const { message } = App.useApp();
  const may = useMay();
  const isNarrow = useNarrow();
  const enforce = useCommand('drift.enforce');
  const again = (): void =>
    enforce.mutate(
      { job: details.id },
      {
        onSuccess: ({ objects }) => void message.success(t('job.writtenAgain', { count: objects })),
        onError: (error) => void message.error(error.message),
      },
    );
  const drift = usePages('drift.list', { job: details.id, limit: LIMIT });
  /** On a phone the columns stand below one another: nothing is to be scrolled sideways. */
  const stacked: TableColumnsType<Row> = [
    {
      title: t('job.tab.drift'),
      render: (_, row) => (
        <div className={styles.stacked}>
          <Link to={addressOf(row.type, row.object)}>{row.title || row.object}</Link> <Tag>{t(`job.drift.${row.state}`)}</Tag>
          <dl>
            <dt>{t('job.attribute')}</dt>
            <dd>{say(row.attributeLabel)}</dd>
            <dt>{t('job.wanted')}</dt>
            <dd>{shown(row.wanted)}</dd>
            <dt>{t('job.found')}</dt>
            <dd>{shown(row.found)}</dd>
          </dl>
        </div>
      ),
    },
  ];
  const columns: TableColumnsType<Row> = [
    { title: t('job.who'), render: (_, row) => <Link to={addressOf(row.type, row.object)}>{row.title || row.object}</Link> },
    { title: t('job.attribute'), render: (_, row) => <span title={row.attribute}>{say(row.attributeLabel)}</span> },
    { title: t('job.wanted'), render: (_, row) => shown(row.wanted) },
    { title: t('job.found'), render: (_, row) => shown(row.found) },
    { title: t('job.state'), render: (_, row) => <Tag>{t(`job.drift.${row.state}`)}</Tag> },
    { title: t('job.seen'), responsive: ['md'], render: (_, row) => <When at={row.lastAt} /> },
  ];
  return (
    <Part>
      <Answered of={drift}>
        {({ pages }) => (
          <Table<Row>
            rowKey={(row) => `${row.type} ${row.object} ${row.attribute}`}
            size="small"
            columns={isNarrow ? stacked : columns}
            showHeader={!isNarrow}
            dataSource={pages.flatMap((page) => page.drift)}
            pagination={false}
            {...(isNarrow ? {} : { scroll: { x: 'max-content' } })}
            locale={{ emptyText: t(details.direction === 'down' ? 'job.noDrift' : 'job.noDriftUp') }}
            title={
              may('drift.enforce') && pages.some((page) => page.drift.some((row) => row.state === 'fought'))
                ? () => (
                    <Button loading={enforce.isPending} onClick={again}>
                      {t('job.writeAgain')}
                    </Button>
                  )
                : undefined
            }
            footer={drift.hasNextPage ? () => <Button onClick={() => void drift.fetchNextPage()}>{t('job.older')}</Button> : undefined}
          />
        )}
      </Answered>
    </Part>
  );
}
