// Who is who: the links of the job's connection, searched by any of the two names; cut, moved and protected where somebody may.
import { EllipsisOutlined } from '@ant-design/icons';
import { Button, Dropdown, Input, Table, type TableColumnsType } from 'antd';
import { useMemo, useState } from 'react';
import { Link } from 'react-router';
import { useMay, usePages } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import '../../i18n/later.ts';
import { Answered } from '../../ui/answered.tsx';
import { useNarrow } from '../../ui/narrow.ts';
import { Part } from '../../ui/page.tsx';
import { sharedAmong, useNumber, type Named } from '../../ui/told-apart.ts';
import { useTypeName } from '../../ui/type-name.ts';
import { When } from '../../ui/when.tsx';
import { addressOf } from '../directory/addresses.ts';
import { accountName, canMove, CutLink, MoveLink, ProtectAccount, type LinkRow as Row } from './link-dialogs.tsx';
import { ProtectedAccounts } from './protected-accounts.tsx';
import type { JobTabProps } from './tab.ts';
import styles from './job.module.css';

type Deed = 'cut' | 'move' | 'protect';
interface Open {
  readonly row: Row;
  readonly deed: Deed;
}
const LIMIT = 50;
/** Nobody reads these. */
const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-/i;

const named = ({ type, title, object, externalId }: Row): Named => ({ type, title, key: object, targetKey: externalId, attributes: [] });

interface RowProps {
  readonly row: Row;
  /** Others in the list have the same name. */
  readonly isShared: boolean;
}

function InDirectory({ row, isShared }: RowProps) {
  const number = useNumber(named(row), isShared);
  return (
    <>
      {/* Beside a number colour alone does not make a link. */}
      <Link to={addressOf(row.type, row.object)} className={isShared ? styles.beside! : ''}>
        {row.title || row.object}
      </Link>
      {isShared && number !== null && <span className="soft number"> {number}</span>}
    </>
  );
}

function Ways({ row, isShared, isDown, onOpen }: RowProps & { readonly isDown: boolean; readonly onOpen: (open: Open) => void }) {
  const { t } = useWords();
  const may = useMay();
  const number = useNumber(named(row), isShared);
  const name = [row.title || row.object, ...(isShared && number !== null ? [number] : [])].join(' ');
  const items = [
    ...(may('link.move') && canMove(row.type) ? [{ key: 'move' as const, label: t('links.move') }] : []),
    ...(may('link.cut') ? [{ key: 'cut' as const, label: t('links.cut') }] : []),
    ...(may('protected.add') && isDown ? [{ key: 'protect' as const, label: t('links.protect') }] : []),
  ];
  if (items.length === 0) return null;
  return (
    <Dropdown
      trigger={['click']}
      placement="bottomRight"
      menu={{ items: items.map((item) => ({ ...item, onClick: () => onOpen({ row: { ...row, title: name }, deed: item.key }) })) }}
    >
      <Button type="text" size="small" icon={<EllipsisOutlined />} aria-label={t('links.ways', { name })} />
    </Dropdown>
  );
}

export function JobLinks(props: JobTabProps) {
  const { details } = props;
  const { t } = useWords();
  const isNarrow = useNarrow();
  const [open, setOpen] = useState<Open | null>(null);
  const [text, setText] = useState('');
  const typeName = useTypeName();
  const links = usePages('link.list', { connection: details.connection, limit: LIMIT, ...(text === '' ? {} : { text }) });
  const rows = useMemo(() => links.data?.pages.flatMap((page) => page.links) ?? [], [links.data]);
  const isShared = useMemo(() => {
    const shared = sharedAmong(rows.map(named));
    return (row: Row): boolean => shared(named(row));
  }, [rows]);
  const inDirectory = (row: Row) => <InDirectory row={row} isShared={isShared(row)} />;
  const inSystem = (row: Row) =>
    accountName(row) === row.externalId ? (
      row.externalId
    ) : (
      <span title={UUID.test(row.externalId) ? undefined : row.externalId}>{row.accountTitle}</span>
    );
  const ways = (row: Row) => <Ways row={row} isShared={isShared(row)} isDown={details.direction === 'down'} onOpen={setOpen} />;
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
          {() => (
            <Table<Row>
              rowKey={(row) => `${row.type} ${row.externalId}`}
              size="small"
              columns={isNarrow ? stacked : columns}
              showHeader={!isNarrow}
              dataSource={rows}
              pagination={false}
              {...(isNarrow ? {} : { scroll: { x: 'max-content' } })}
              locale={{ emptyText: t('job.noLinks') }}
              footer={links.hasNextPage ? () => <Button onClick={() => void links.fetchNextPage()}>{t('job.older')}</Button> : undefined}
            />
          )}
        </Answered>
      </Part>
      {/* Before the list above is there, it would stand where the list will be. */}
      {details.direction === 'down' && !links.isPending && <ProtectedAccounts {...props} />}
      {open?.deed === 'cut' && <CutLink row={open.row} onEnd={end} />}
      {open?.deed === 'move' && canMove(open.row.type) && <MoveLink row={open.row} type={open.row.type} onEnd={end} />}
      {open?.deed === 'protect' && <ProtectAccount row={open.row} onEnd={end} />}
    </>
  );
}
