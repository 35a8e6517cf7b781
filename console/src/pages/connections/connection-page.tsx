// One connection: how it is, its settings and credential, its address for events, and the jobs that use it.
import { Button } from 'antd';
import { useState } from 'react';
import { Link, useNavigate, useParams } from 'react-router';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { useAnswer, useCommand, useMay } from '../../api/hooks.ts';
import { isFor } from '../../forms/setting.ts';
import { useWords } from '../../i18n/i18n.ts';
import { AnsweredPage } from '../../ui/answered-page.tsx';
import { Findings } from '../../ui/findings.tsx';
import { Logo } from '../../ui/logo.tsx';
import { Page, Part } from '../../ui/page.tsx';
import { Trouble } from '../../ui/trouble.tsx';
import { exactTime } from '../../ui/time-words.ts';
import { useApp } from '../../ui/use-app.ts';
import { When } from '../../ui/when.tsx';
import { Callback } from './callback.tsx';
import { ConnectionSettings } from './connection-settings.tsx';
import styles from './connections.module.css';
import { ProbeWrite } from './probe-write.tsx';
import { RenewDialog } from './renew.tsx';
import { ConnectionState, type Connection } from './standing.tsx';

const LOOK_MS = 5_000;

export function ConnectionPage() {
  const id = useParams().connection ?? '';
  const found = useAnswer('connection.get', { connection: id }, { everyMs: LOOK_MS });
  const connector = found.data?.connector;
  // All that the page is made of, so that nothing pushes what stands already.
  const waits = useAnswer('waiting.list', {});
  const status = useAnswer('status', {});
  const known = useAnswer('connector.list', connector === undefined ? {} : { connector }, { enabled: connector !== undefined });
  const isWhole = !(waits.isPending || status.isPending || known.isPending);
  return (
    <AnsweredPage of={isWhole ? found : { ...found, data: undefined }} kind="connection">
      {(connection) => (
        <One connection={connection} known={known.data?.connectors[0]} waits={waits.data?.waiting ?? []} jobs={status.data?.jobs ?? []} />
      )}
    </AnsweredPage>
  );
}

interface OneProps {
  readonly connection: Connection;
  readonly known: WireOutput<'connector.list'>['connectors'][number] | undefined;
  readonly waits: WireOutput<'waiting.list'>['waiting'];
  readonly jobs: WireOutput<'status'>['jobs'];
}

function One({ connection, known, waits, jobs }: OneProps) {
  const { t, say } = useWords();
  const may = useMay();
  const [renewing, setRenewing] = useState(false);
  const own = jobs.filter((job) => connection.jobs.includes(job.id));
  const isWritten = own.some((job) => job.direction === 'down');
  // Of one that no job uses yet its settings say what it is for.
  const canProbe =
    known !== undefined && known.roles.includes('target') && (own.length > 0 ? isWritten : isFor(connection.config, known, 'down'));
  const hasSecrets = known?.settings.some((setting) => setting.secret) ?? false;
  return (
    <Page
      title={connection.name}
      above={<Link to="/connections">{t('connections.title')}</Link>}
      about={
        <span className={styles.about}>
          <Logo connector={connection.connector} size={22} />
          {known && say(known.name)}
          <ConnectionState connection={connection} waits={waits} jobs={jobs} />
        </span>
      }
      actions={
        hasSecrets && may('connection.renew') ? <Button onClick={() => setRenewing(true)}>{t('connections.renew')}</Button> : undefined
      }
    >
      <Health connection={connection} canProbe={canProbe} isUnused={own.length === 0} />
      {known && <ConnectionSettings connection={connection} settings={known.settings} />}
      {known?.callback && (
        <Part title={t('connections.callback')}>
          <div className={styles.body}>
            <p className="soft">{t('connections.callbackExplain')}</p>
            <Callback connection={connection.id} />
          </div>
        </Part>
      )}
      <Jobs connection={connection} />
      {renewing && <RenewDialog connection={connection.id} onEnd={() => setRenewing(false)} />}
    </Page>
  );
}

interface HealthProps {
  readonly connection: Connection;
  /** Something is written there, or could be. */
  readonly canProbe: boolean;
  readonly isUnused: boolean;
}

function Health({ connection, canProbe, isUnused }: HealthProps) {
  const { t, say, language } = useWords();
  const may = useMay();
  const check = useCommand('connection.check');
  const [probeWrite, setProbeWrite] = useState(false);
  const findings = check.data?.checks.flatMap((one) => one.findings) ?? [];
  const look = (): void =>
    check.mutate({
      connection: connection.id,
      ...(canProbe && probeWrite ? { probeWrite, ...(isUnused ? { direction: 'down' as const } : {}) } : {}),
    });
  return (
    <Part
      title={t('connections.how')}
      extra={
        may('connection.check') && (
          <Button size="small" loading={check.isPending} onClick={look}>
            {t(check.isPending ? 'connections.checking' : 'connections.check')}
          </Button>
        )
      }
    >
      <div className={styles.body} aria-live="polite">
        <p>
          {connection.checkedAt === null ? (
            t('connections.neverChecked')
          ) : (
            <>
              {t('connections.checked')} <When at={connection.checkedAt} />
            </>
          )}
          {connection.expiresAt !== null && (
            <>
              {' · '}
              {t('connections.until')} {exactTime(Date.parse(connection.expiresAt), language)}
            </>
          )}
        </p>
        {connection.awaySince !== null && (
          <p className={styles.bad}>
            {t('connections.state.away')} <When at={connection.awaySince} /> {connection.reason && say(connection.reason)}
          </p>
        )}
        {canProbe && may('connection.check') && <ProbeWrite checked={probeWrite} onChange={setProbeWrite} />}
        {check.error && <Trouble error={check.error} />}
        {findings.length > 0 && <Findings findings={findings} />}
      </div>
    </Part>
  );
}

function Jobs({ connection }: { readonly connection: Connection }) {
  const { t } = useWords();
  const may = useMay();
  const { modal, message } = useApp();
  const go = useNavigate();
  const jobs = useAnswer('job.list', {});
  const remove = useCommand('connection.remove');
  const ask = (): void =>
    void modal.confirm({
      title: t('connections.removeAsk', { name: connection.name }),
      content: t('connections.removeExplain'),
      okText: t('connections.remove'),
      okButtonProps: { danger: true },
      cancelText: t('app.cancel'),
      onOk: () =>
        remove.mutateAsync({ connection: connection.id, revision: connection.revision }).then(
          () => void go('/connections'),
          (error: Error) => void message.error(error.message, 8),
        ),
    });
  return (
    <Part title={t('connections.jobs')}>
      {connection.jobs.length === 0 ? (
        <div className={styles.unused}>
          {t('connections.noJobs')}
          {may('connection.remove') && (
            <Button danger onClick={ask}>
              {t('connections.remove')}
            </Button>
          )}
        </div>
      ) : (
        <ul className={styles.list}>
          {connection.jobs.map((job) => (
            <li key={job} className={styles.job}>
              <Link to={`/jobs/${job}`}>{jobs.data?.jobs.find((one) => one.id === job)?.name ?? t('settings.audit.job', { n: job })}</Link>
            </li>
          ))}
        </ul>
      )}
    </Part>
  );
}
