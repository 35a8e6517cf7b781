// Who has left and still has accounts that are enabled: one list for all systems, to be taken away as a file.
import { Button, Empty } from 'antd';
import { Link } from 'react-router';
import { usePages } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import '../../i18n/later.ts';
import { Answered } from '../../ui/answered.tsx';
import { ExportMenu } from '../../ui/export-menu.tsx';
import { Page, Part } from '../../ui/page.tsx';
import { State } from '../../ui/state.tsx';
import { When } from '../../ui/when.tsx';
import styles from './lists.module.css';

const PAGE = 100;

export function Component() {
  const { t } = useWords();
  const list = usePages('leaver.open', { limit: PAGE });
  return (
    <Page
      title={t('more.openAccounts.title')}
      about={t('more.openAccounts.about')}
      above={<Link to="/directory">{t('directory.title')}</Link>}
      actions={<ExportMenu list="open-accounts" filter={{}} />}
    >
      <Part>
        <Answered of={list}>
          {({ pages }) => {
            const accounts = pages.flatMap((page) => page.accounts);
            if (accounts.length === 0 && !list.hasNextPage)
              return <Empty style={{ padding: 40 }} image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('more.openAccounts.none')} />;
            return (
              <ul className={styles.list}>
                {accounts.map((one) => (
                  <li key={`${one.person} ${one.connection} ${one.account}`} className={styles.row}>
                    <span className={styles.who}>
                      <Link to={`/people/${one.person}`}>{one.title}</Link>
                      <span className="soft number">{one.number}</span>
                    </span>
                    <span className={styles.when}>
                      <State kind="lifecycle" code={one.lifecycle} />
                    </span>
                    <span className={styles.when}>
                      {one.connectionName} · {one.accountTitle}
                      <div>
                        {t('more.openAccounts.seen')} <When at={one.seenAt} />
                      </div>
                    </span>
                    <Link to={`/people/${one.person}/leaver-sheet`}>{t('leaver.sheetButton')}</Link>
                  </li>
                ))}
              </ul>
            );
          }}
        </Answered>
      </Part>
      {list.hasNextPage && <Button onClick={() => void list.fetchNextPage()}>{t('past.more')}</Button>}
    </Page>
  );
}
