// All groups: how many are in each, and whether they follow a rule; and a new one.
import { Button, Empty, Input, Tag } from 'antd';
import { useDeferredValue, useState } from 'react';
import { Link } from 'react-router';
import { useMay, usePages } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Answered } from '../../ui/answered.tsx';
import { Page, Part } from '../../ui/page.tsx';
import { EditDialog } from './edit-dialog.tsx';
import { GroupForm } from './group-form.tsx';
import styles from './lists.module.css';

const PAGE = 100;

export function Component() {
  const { t, language } = useWords();
  const may = useMay();
  const [typed, setTyped] = useState('');
  const text = useDeferredValue(typed.trim());
  const [isNew, setNew] = useState(false);
  const list = usePages('group.list', { limit: PAGE, ...(text === '' ? {} : { text }) });
  return (
    <Page
      title={t('group.title')}
      about={t('group.about')}
      above={<Link to="/directory">{t('directory.title')}</Link>}
      actions={
        may('edit.propose') && (
          <Button type="primary" onClick={() => setNew(true)}>
            {t('group.create')}
          </Button>
        )
      }
    >
      <Input
        allowClear
        className={styles.search!}
        placeholder={t('group.search')}
        aria-label={t('group.search')}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
      />
      <Part>
        <Answered of={list}>
          {({ pages }) => {
            const groups = pages.flatMap((page) => page.objects);
            if (groups.length === 0)
              return (
                <Empty
                  style={{ padding: 40 }}
                  image={Empty.PRESENTED_IMAGE_SIMPLE}
                  description={text === '' ? t('group.none') : t('directory.nothingFound', { text })}
                />
              );
            return (
              <ul className={styles.list}>
                {groups.map((group) => (
                  <li key={group.id} className={styles.row}>
                    <span className={styles.who}>
                      <Link to={`/groups/${group.id}`}>{group.title}</Link>
                      <span className="soft">{String(group.attributes.description ?? '')}</span>
                    </span>
                    <span className="number">{t('group.count', { count: group.members, n: group.members.toLocaleString(language) })}</span>
                    <span>{group.byRule && <Tag>{t('group.follows')}</Tag>}</span>
                  </li>
                ))}
              </ul>
            );
          }}
        </Answered>
      </Part>
      {list.hasNextPage && <Button onClick={() => void list.fetchNextPage()}>{t('matching.more')}</Button>}
      {isNew && (
        <EditDialog title={t('group.create')} onEnd={() => setNew(false)}>
          {(propose) => <GroupForm group={null} propose={propose} />}
        </EditDialog>
      )}
    </Page>
  );
}
