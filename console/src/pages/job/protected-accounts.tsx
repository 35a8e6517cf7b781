// Accounts of a target that nothing touches: why, and off the list again.
import { Button } from 'antd';
import { Link } from 'react-router';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { useCommand, useMay, usePages } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import '../../i18n/later.ts';
import { Answered } from '../../ui/answered.tsx';
import { Part } from '../../ui/page.tsx';
import { useTypeName } from '../../ui/type-name.ts';
import { useApp } from '../../ui/use-app.ts';
import type { JobTabProps } from './tab.ts';
import styles from './links.module.css';

type Account = WireOutput<'protected.list'>['accounts'][number];
const LIMIT = 100;

export function ProtectedAccounts({ job, details }: JobTabProps) {
  const { t, colon } = useWords();
  const { modal, message } = useApp();
  const may = useMay();
  const typeName = useTypeName();
  const { connection } = details;
  const list = usePages('protected.list', { connection, limit: LIMIT });
  const remove = useCommand('protected.remove');
  const takeOff = ({ type, externalId, title, reason }: Account): void =>
    void modal.confirm({
      title: t('links.takeOffAsk', { account: title }),
      content: t('links.takeOffMeans', { reason }),
      okText: t('links.takeOff'),
      cancelText: t('app.cancel'),
      onOk: () =>
        remove.mutateAsync({ connection, type, externalId }).then(
          () => void message.success(t('links.takenOff')),
          (error: Error) => void message.error(error.message, 8),
        ),
    });
  return (
    <Part title={t('links.protected')}>
      <p className={styles.about}>{t('links.protectedMeans', { system: job?.connectionName ?? connection })}</p>
      <Answered of={list}>
        {({ pages }) => {
          const accounts = pages.flatMap((page) => page.accounts);
          if (accounts.length === 0) return <p className={styles.about}>{t('links.protectedNone')}</p>;
          return (
            <ul className={styles.accounts}>
              {accounts.map((account) => (
                <li key={`${account.type} ${account.externalId}`}>
                  <div>
                    <b>{account.title}</b> <span className="soft">{typeName(account.type)}</span>
                    <small>
                      {t('links.reason')}
                      {colon}
                      {account.reason}
                    </small>
                  </div>
                  {may('protected.remove') && (
                    <Button size="small" onClick={() => takeOff(account)}>
                      {t('links.takeOff')}
                    </Button>
                  )}
                </li>
              ))}
            </ul>
          );
        }}
      </Answered>
      {list.hasNextPage && (
        <p className={styles.about}>
          <Button onClick={() => void list.fetchNextPage()}>{t('job.older')}</Button>
        </p>
      )}
      <p className={styles.about}>
        {t('links.byValue')} <Link to={`/jobs/${details.id}/edit/policy`}>{t('links.toPolicy')}</Link>
      </p>
    </Part>
  );
}
