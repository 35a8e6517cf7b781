// Who is who: the links of the job's connection, searched by any of the two names; cut, moved and protected where somebody may.
import { EllipsisOutlined } from '@ant-design/icons';
import { Button, Dropdown, Input, Table, type TableColumnsType } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { useMay, usePages } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import '../../i18n/later.ts';
import { Answered } from '../../ui/answered.tsx';
import { useNarrow } from '../../ui/narrow.ts';
import { Part } from '../../ui/page.tsx';
import { useTypeName } from '../../ui/type-name.ts';
import { When } from '../../ui/when.tsx';
import { addressOf } from '../directory/addresses.ts';
import { accountName, canMove, CutLink, MoveLink, ProtectAccount, type LinkRow as Row } from './link-dialogs.tsx';
import { ProtectedAccounts } from './protected-accounts.tsx';
import type { JobTabProps } from './tab.ts';
import styles from './job.module.css';

type Deed = 'cut' | 'move' | 'protect';
const LIMIT = 50;
/** Nobody reads these. */
const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-/i;

export function JobLinks(props: JobTabProps) {
  const { details } = props;
  const { t } = useWords();
  const may = useMay();
  const isNarrow = useNarrow();
  const [open, setOpen] = useState<{ readonly row: Row; readonly deed: Deed } | null>(null);
  const [text, setText] = useState('');
  const typeName = useTypeName();
  const links = usePages('link.list', { connection: details.connection, limit: LIMIT, ...(text === '' ? {} : { text }) });
  const inDirectory = (row: Row) => <Link to={addressOf(row.type, row.object)}>{row.title || row.object}</Link>;
  const inSystem = (row: Row) =>
    accountName(row) === row.externalId ? (
      row.externalId
    ) : (
      <span title={UUID.test(row.externalId) ? undefined : row.externalId}>{row.accountTitle}</span>
    );
  const ways = (row: Row) => {
    const items = [
      ...(may('link.move') && canMove(row.type) ? [{ key: 'move' as const, label: t('links.move') }] : []),
      ...(may('link.cut') ? [{ key: 'cut' as const, label: t('links.cut') }] : []),
      ...(may('protected.add') && details.direction === 'down' ? [{ key: 'protect' as const, label: t('links.protect') }] : []),
    ];
    return items.length === 0 ? null : (
      <Dropdown
        trigger={['click']}
        placement="bottomRight"
        menu={{ items: items.map((item) => ({ ...item, onClick: () => setOpen({ row, deed: item.key }) })) }}
      >
        <Button type="text" size="small" icon={<EllipsisOutlined />} aria-label={t('links.ways', { name: row.title || row.object })} />
      </Dropdown>
    );
  };
  const columns: TableColumnsType<Row> = [
    { title: t('job.inDirectory'), render: (_, row) => inDirectory(row) },
    { title: t('job.type'), render: (_, row) => typeName(row.type) },
    { title: t('job.inSystem'), render: (_, row) => inSystem(row) },
    { title: t('job.linkedSince'), render: (_, row) => <When at={row.madeAt} /> },
    { width: 48, align: 'end', render: (_, row) => ways(row) },
  ];
  /** On a phone the columns stand below one another: nothing is to be scrolled sideways. */
  const stacked: TableColumnsType<Row> = [
    {
      render: (_, row) => (
        <div className={styles.stacked}>
          {inDirectory(row)} <span className="soft">{typeName(row.type)}</span>
          <dl>
            <dt>{t('job.inSystem')}</dt>
            <dd>{inSystem(row)}</dd>
            <dt>{t('job.linkedSince')}</dt>
            <dd>
              <When at={row.madeAt} />
            </dd>
          </dl>
        </div>
      ),
    },
    { width: 48, align: 'end', render: (_, row) => ways(row) },
  ];
  const end = (): void => setOpen(null);
  return (
    <>
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
              columns={isNarrow ? stacked : columns}
              showHeader={!isNarrow}
              dataSource={pages.flatMap((page) => page.links)}
              pagination={false}
              {...(isNarrow ? {} : { scroll: { x: 'max-content' } })}
              locale={{ emptyText: t('job.noLinks') }}
              footer={links.hasNextPage ? () => <Button onClick={() => void links.fetchNextPage()}>{t('job.older')}</Button> : undefined}
            />
          )}
        </Answered>
      </Part>
      {details.direction === 'down' && <ProtectedAccounts {...props} />}
      {open?.deed === 'cut' && <CutLink row={open.row} onEnd={end} />}
      {open?.deed === 'move' && canMove(open.row.type) && <MoveLink row={open.row} type={open.row.type} onEnd={end} />}
      {open?.deed === 'protect' && <ProtectAccount row={open.row} onEnd={end} />}
    </>
  );
}
