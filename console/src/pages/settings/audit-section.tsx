// The audit log: searched, taken away as a file, and its chain verified.
import { Alert, Button, DatePicker, Empty, Input, Select } from 'antd';
import type { Dayjs } from 'dayjs';
import { useState } from 'react';
import { Link } from 'react-router';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { call } from '../../api/client.ts';
import { words } from '../../api/generated.ts';
import { usePages } from '../../api/hooks.ts';
import { useWords, type Label } from '../../i18n/i18n.ts';
import '../../i18n/later.ts';
import { Answered } from '../../ui/answered.tsx';
import { ExportMenu } from '../../ui/export-menu.tsx';
import { Part } from '../../ui/page.tsx';
import { Trouble } from '../../ui/trouble.tsx';
import { exactTime } from '../../ui/time-words.ts';
import { changesOf } from './audit-changes.ts';
import { Subject } from './audit-subject.tsx';
import { AuditForwarding } from './forwarding.tsx';
import { More } from './more.tsx';
import styles from './settings.module.css';

/** Nothing, or a whole value: 64 figures and letters from a to f. */
const isTold = (noted: string): boolean => /^([0-9a-f]{64})?$/.test(noted.trim());

type Entry = WireOutput<'audit.list'>['entries'][number];

const kinds = ['account', 'session', 'oidc', 'token', 'job', 'connection', 'brake', 'held', 'person', 'settings', 'notices'] as const;
const PAGE = 50;

export function AuditSection() {
  const { t } = useWords();
  const [action, setAction] = useState<string | undefined>();
  const [actor, setActor] = useState('');
  const [range, setRange] = useState<readonly [Dayjs | null, Dayjs | null] | null>(null);
  const filter = {
    ...(action ? { action } : {}),
    ...(actor.trim() ? { actor: actor.trim() } : {}),
    ...(range?.[0] ? { from: range[0].startOf('day').valueOf() } : {}),
    ...(range?.[1] ? { until: range[1].endOf('day').valueOf() + 1 } : {}),
  };
  const list = usePages('audit.list', { ...filter, limit: PAGE });
  const [noted, setNoted] = useState('');
  const verification = useVerification();
  return (
    <>
      <AuditForwarding />
      <Part
        title={t('settings.section.audit')}
        extra={
          <div className={styles.ways}>
            <Input
              allowClear
              aria-label={t('more.audit.noted')}
              placeholder={t('more.audit.noted')}
              style={{ width: 260 }}
              status={isTold(noted) ? '' : 'error'}
              value={noted}
              onChange={(event) => setNoted(event.target.value)}
            />
            <Button loading={verification.isBusy} disabled={!isTold(noted)} onClick={() => void verification.verify(noted.trim())}>
              {t('settings.audit.verify')}
            </Button>
            <ExportMenu list="audit" filter={filter} />
          </div>
        }
      >
        <div className={styles.above}>
          {!isTold(noted) && <Alert className={styles.alert!} type="warning" showIcon title={t('more.audit.notWhole')} />}
          <Verdict of={verification} />
          <div className={styles.filters}>
            <Select
              allowClear={{ label: t('app.clear') }}
              aria-label={t('settings.audit.kind')}
              placeholder={t('settings.audit.everything')}
              value={action ?? null}
              options={kinds.map((kind) => ({ value: `${kind}.`, label: t(`settings.audit.kinds.${kind}`) }))}
              onChange={(value: string | null | undefined) => setAction(value ?? undefined)}
            />
            <Input
              allowClear
              aria-label={t('settings.audit.who')}
              placeholder={t('settings.audit.who')}
              defaultValue=""
              onChange={(event) => event.target.value === '' && setActor('')}
              onBlur={(event) => setActor(event.target.value)}
              onPressEnter={(event) => setActor(event.currentTarget.value)}
            />
            <DatePicker.RangePicker
              allowEmpty={[true, true]}
              aria-label={t('settings.audit.when')}
              placeholder={[t('settings.audit.from'), t('settings.audit.until')]}
              onChange={(value) => setRange(value)}
            />
          </div>
        </div>
        <Answered of={list}>
          {({ pages }) => {
            const entries = pages.flatMap((page) => page.entries);
            if (entries.length === 0)
              return <Empty className={styles.empty!} image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('settings.audit.none')} />;
            return (
              <>
                <ol className={styles.rows}>
                  {entries.map((entry) => (
                    <EntryRow key={entry.seq} entry={entry} />
                  ))}
                </ol>
                <More of={list} />
              </>
            );
          }}
        </Answered>
      </Part>
    </>
  );
}

function EntryRow({ entry }: { readonly entry: Entry }) {
  const { t, say, language } = useWords();
  const [isOpen, open] = useState(false);
  const changes = changesOf(entry.before, entry.after);
  const label = (words.audit as Readonly<Record<string, Label>>)[entry.action];
  return (
    <li>
      <div className={styles.what}>
        <div className={styles.title}>
          <b>{label ? say(label) : entry.action}</b>
          {entry.subject && <Subject subject={entry.subject} />}
        </div>
        {entry.about && (
          <span>
            {say(entry.about.says)} · <Link to={`/runs/${entry.about.run}`}>{t('person.run', { run: entry.about.run })}</Link>
          </span>
        )}
        <small>
          {entry.actor ?? t('settings.audit.erased')} ·{' '}
          <time dateTime={new Date(entry.at).toISOString()}>{exactTime(entry.at, language)}</time> ·{' '}
          {t('settings.audit.number', { n: entry.seq })}
        </small>
        {isOpen && (
          <ul className={styles.values}>
            {changes.map(({ path, before, after }) => (
              <li key={path}>
                {path && <span className="soft">{path} </span>}
                {before !== null && <del>{before}</del>} {after !== null && <ins>{after}</ins>}
              </li>
            ))}
          </ul>
        )}
      </div>
      {changes.length > 0 && (
        <Button type="text" aria-expanded={isOpen} onClick={() => open(!isOpen)}>
          {t(isOpen ? 'settings.audit.less' : 'settings.audit.details')}
        </Button>
      )}
    </li>
  );
}

interface Verification {
  readonly verdict: (WireOutput<'audit.verify'> & { readonly isNoted: boolean }) | null;
  readonly error: Error | null;
  readonly isBusy: boolean;
  /** `noted`: what an earlier verification gave; the log must still hold it. */
  verify(noted: string): Promise<void>;
}

/** Every entry carries the hash of the one before: going through them shows whether anybody changed what is written. */
function useVerification(): Verification {
  const [verdict, setVerdict] = useState<Verification['verdict']>(null);
  const [error, setError] = useState<Error | null>(null);
  const [isBusy, setBusy] = useState(false);
  const verify = async (noted: string): Promise<void> => {
    setBusy(true);
    setError(null);
    setVerdict(null);
    try {
      const answer = await call('audit.verify', noted === '' ? {} : { head: noted });
      setVerdict({ ...answer, isNoted: noted !== '' });
    } catch (reason) {
      setError(reason as Error);
    } finally {
      setBusy(false);
    }
  };
  return { verdict, error, isBusy, verify };
}

function Verdict({ of: { verdict, error } }: { readonly of: Verification }) {
  const { t, say, language } = useWords();
  return (
    <div aria-live="polite">
      {error && <Trouble error={error} />}
      {verdict && (
        <Alert
          className={styles.alert!}
          type={verdict.broken ? 'error' : 'success'}
          showIcon
          title={verdict.broken ? t('settings.audit.broken') : t('settings.audit.whole', { n: verdict.entries.toLocaleString(language) })}
          description={
            verdict.broken ? (
              say(verdict.broken.what)
            ) : (
              <>
                {verdict.isNoted && <div>{t('more.audit.holds')}</div>}
                {t('settings.audit.head', { hash: verdict.head })}
              </>
            )
          }
        />
      )}
    </div>
  );
}
