// Who is who: the links of the job's connection, searched by any of the two names.
import { Button, Input, Table, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { usePages } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Answered } from '../../ui/answered.tsx';
import { Part } from '../../ui/page.tsx';
import { useTypeName } from '../../ui/type-name.ts';
import { When } from '../../ui/when.tsx';
import { addressOf } from '../directory/addresses.ts';
import type { JobTabProps } from './tab.ts';
import styles from './job.module.css';

type Row = WireOutput<'link.list'>['links'][number];
const LIMIT = 50;
/** Nobody reads these. */
const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-/i;

export function JobLinks({ details }: JobTabProps) {
  const { t } = useWords();
  const [text, setText] = useState('');
  const typeName = useTypeName();
  const links = usePages('link.list', { connection: details.connection, limit: LIMIT, ...(text === '' ? {} : { text }) });
  const columns: TableColumnsType<Row> = [
    {
      title: t('job.inDirectory'),
      render: (_, row) => <Link to={addressOf(row.type, row.object)}>{row.title || row.object}</Link>,
    },
    { title: t('job.type'), render: (_, row) => typeName(row.type) },
    {
      title: t('job.inSystem'),
      render: (_, row) =>
        row.accountTitle === null || row.accountTitle === row.externalId ? (
          row.externalId
        ) : (
          <span title={UUID.test(row.externalId) ? undefined : row.externalId}>{row.accountTitle}</span>
        ),
    },
    { title: t('job.linkedSince'), responsive: ['md'], render: (_, row) => <When at={row.madeAt} /> },
  ];
  return (
    <Part>
      <div className={styles.search}>
        <Input.Search
          allowClear
          placeholder={t('job.searchLinks')}
          aria-label={t('job.searchLinks')}
          onSearch={(wanted) => setText(wanted.trim())}
        />
      </div>
      <Answered of={links}>
        {({ pages }) => (
          <Table<Row>
            rowKey={(row) => `${row.type} ${row.externalId}`}
            size="small"
            columns={columns}
            dataSource={pages.flatMap((page) => page.links)}
            pagination={false}
            scroll={{ x: 'max-content' }}
            locale={{ emptyText: t('job.noLinks') }}
            footer={links.hasNextPage ? () => <Button onClick={() => void links.fetchNextPage()}>{t('job.older')}</Button> : undefined}
          />
        )}
      </Answered>
    </Part>
  );
}
