// The person in every system: account and its state, the last write with its run, and why there is none.
import { Button, Empty } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import { words } from '../../api/generated.ts';
import { useWords, type Label } from '../../i18n/i18n.ts';
import { Sign, type Tone } from '../../ui/sign.tsx';
import { State } from '../../ui/state.tsx';
import { When } from '../../ui/when.tsx';
import type { Explained } from './person-page.tsx';
import styles from './person.module.css';

/** Nobody reads these. */
const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-/i;

/** More systems than these in which somebody has no account are shown on demand. */
const FEW = 6;

type Account = Explained['accounts'][number];
type Standing = 'none' | 'open' | 'closed' | 'unseen';

const standingOf = (account: Account): Standing =>
  account.key === null ? 'none' : account.enabled === null ? 'unseen' : account.enabled ? 'open' : 'closed';
const tones: Readonly<Record<Standing, Tone>> = { none: 'still', open: 'good', closed: 'still', unseen: 'warn' };

export function Accounts({ accounts }: { readonly accounts: Explained['accounts'] }) {
  const { t } = useWords();
  const [isWhole, showWhole] = useState(false);
  if (accounts.length === 0)
    return <Empty style={{ padding: 28 }} image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('person.noSystems')} />;
  const own = accounts.filter((account) => account.key !== null || account.lastChange !== null);
  const without = accounts.length - own.length;
  const shown = without > FEW && !isWhole ? own : accounts;
  return (
    <>
      <ul className={styles.accounts}>
        {shown.map((account) => (
          <li key={account.job}>
            <OneAccount account={account} />
          </li>
        ))}
      </ul>
      {without > FEW && (
        <Button type="text" block aria-expanded={isWhole} onClick={() => showWhole(!isWhole)}>
          {isWhole ? t('person.fewer') : t('person.without', { count: without })}
        </Button>
      )}
    </>
  );
}

function OneAccount({ account }: { readonly account: Account }) {
  const { t, say } = useWords();
  const standing = standingOf(account);
  const change = account.lastChange;
  const action = change && (words.action as Readonly<Record<string, Label>>)[change.action];
  return (
    <>
      <div className={styles.account}>
        <span className={styles.system}>
          <b>{account.jobName}</b>
          {account.key && !UUID.test(account.key) && <span className={styles.key}>{account.key}</span>}
        </span>
        <Sign tone={tones[standing]}>{t(`person.account.${standing}`)}</Sign>
        <span className={styles.last}>
          {change ? (
            <>
              {action ? say(action) : change.action} <State kind="change" code={change.state} quiet />{' '}
              {change.endedAt && <When at={change.endedAt} />}{' '}
              <Link to={`/runs/${change.run}`}>{t('person.run', { run: change.run })}</Link>
            </>
          ) : (
            t('person.neverWritten')
          )}
        </span>
      </div>
      {account.why.length > 0 && (
        <div className={styles.whyNot}>
          <b>{t('person.whyNot')}</b> {account.why.map((reason) => say(reason)).join(' ')}
        </div>
      )}
      {change?.error && <div className={styles.whyNot}>{say(change.error)}</div>}
      {account.differences.map((difference) => (
        <div key={difference.name} className={styles.whyNot}>
          {t('person.differs', { attribute: say(difference.label), sent: shown(difference.sent), now: shown(difference.now) })}
        </div>
      ))}
    </>
  );
}

const shown = (value: unknown): string =>
  value === null || value === undefined || value === '' ? '–' : Array.isArray(value) ? value.join('、') : String(value);
