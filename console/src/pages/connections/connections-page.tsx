// Every connection: the system, how it is, until when its credential is good, and which jobs use it.
import { SearchOutlined } from '@ant-design/icons';
import { App, Button, Empty, Input } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { useAnswer, useCommand, useMay } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Answered } from '../../ui/answered.tsx';
import { Logo } from '../../ui/logo.tsx';
import { Page, Part } from '../../ui/page.tsx';
import { exactTime } from '../../ui/time-words.ts';
import { When } from '../../ui/when.tsx';
import styles from './connections.module.css';
import { ConnectionState, type Connection, type Jobs, type Waits } from './standing.tsx';

const LOOK_MS = 10_000;
/** Fewer are found by looking. */
const MANY = 12;

const fold = (text: string): string => text.normalize('NFKC').toLowerCase();

export function ConnectionsPage() {
  const { t } = useWords();
  const may = useMay();
  const [wanted, search] = useState('');
  const list = useAnswer('connection.list', {}, { everyMs: LOOK_MS });
  const waits = useAnswer('waiting.list', {}, { everyMs: LOOK_MS });
  const status = useAnswer('status', {}, { everyMs: LOOK_MS });
  return (
    <Page title={t('connections.title')} about={t('connections.about')}>
      {(list.data?.connections.length ?? 0) > MANY && (
        <Input
          allowClear
          className={styles.find!}
          prefix={<SearchOutlined aria-hidden />}
          placeholder={t('connections.find')}
          aria-label={t('connections.find')}
          value={wanted}
          onChange={(event) => search(event.target.value)}
        />
      )}
      <Part>
        <Answered of={list}>
          {({ connections }) => {
            const all = connections.filter((one) => one.connector !== 'console');
            const shown = all.filter((one) => fold(one.name).includes(fold(wanted.trim())));
            if (all.length === 0)
              return (
                <Empty style={{ padding: 40 }} image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('connections.none')}>
                  {may('job.create') ? <Link to="/new">{t('connections.create')}</Link> : <Link to="/">{t('app.notFound.back')}</Link>}
                </Empty>
              );
            if (shown.length === 0) return <p className={`soft ${styles.body}`}>{t('connections.noneFound')}</p>;
            return (
              <ul className={styles.list}>
                {shown.map((connection) => (
                  <li key={connection.id}>
                    <Row connection={connection} waits={waits.data?.waiting ?? []} jobs={status.data?.jobs ?? []} />
                  </li>
                ))}
              </ul>
            );
          }}
        </Answered>
      </Part>
    </Page>
  );
}

interface RowProps {
  readonly connection: Connection;
  readonly waits: Waits;
  readonly jobs: Jobs;
}

function Row({ connection, waits, jobs }: RowProps) {
  const { t, language } = useWords();
  const may = useMay();
  const { message } = App.useApp();
  const check = useCommand('connection.check');
  const ask = (): void =>
    check.mutate(
      { connection: connection.id },
      {
        onSuccess: ({ checks }) => {
          const bad = checks.flatMap((one) => one.findings).find((finding) => !finding.ok);
          if (bad) void message.error(bad.message[language], 8);
          else void message.success(t('connections.allFine'));
        },
        onError: (error) => void message.error(error.message, 8),
      },
    );
  return (
    <div className={styles.row}>
      <Logo connector={connection.connector} size={28} />
      <div className={styles.who}>
        <Link to={`/connections/${encodeURIComponent(connection.id)}`}>{connection.name}</Link>
        <span className={styles.jobs}>
          {connection.jobs.length === 0
            ? t('connections.noJobs')
            : connection.jobs.map((job) => (
                <Link key={job} to={`/jobs/${job}`}>
                  {jobs.find((one) => one.id === job)?.name ?? t('settings.audit.job', { n: job })}
                </Link>
              ))}
        </span>
      </div>
      <ConnectionState connection={connection} waits={waits} jobs={jobs} />
      <div className={styles.times}>
        {connection.checkedAt === null ? (
          t('connections.neverChecked')
        ) : (
          <>
            {t('connections.checked')} <When at={connection.checkedAt} />
          </>
        )}
        {connection.expiresAt !== null && (
          <div>
            {t('connections.until')} {exactTime(Date.parse(connection.expiresAt), language)}
          </div>
        )}
      </div>
      {may('connection.check') && (
        <Button size="small" loading={check.isPending} aria-label={t('connections.checkOf', { name: connection.name })} onClick={ask}>
          {t('connections.check')}
        </Button>
      )}
    </div>
  );
}
