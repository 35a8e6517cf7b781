// The directory: departments at the left, people at the right, one search over both.
import { SearchOutlined } from '@ant-design/icons';
import { Button, Input, Switch } from 'antd';
import { useDeferredValue, useState } from 'react';
import { Link, useNavigate, useParams, useSearchParams } from 'react-router';
import { useAnswer, useMay } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import '../../i18n/later.ts';
import { isMissing, NotThere } from '../../ui/answered-page.tsx';
import { Page } from '../../ui/page.tsx';
import { BulkEdits } from './bulk-edits.tsx';
import { DepartmentEdits } from './department-edits.tsx';
import styles from './directory.module.css';
import { Hits } from './hits.tsx';
import { PeopleList } from './people-list.tsx';
import { TreeSwitch } from './tree-switch.tsx';
import { DepartmentTree } from './tree.tsx';

export function Component() {
  const { t } = useWords();
  const go = useNavigate();
  const chosen = useParams().department ?? null;
  const [query, setQuery] = useSearchParams();
  const typed = query.get('text') ?? '';
  const tree = query.get('tree');
  const within: Readonly<Record<string, string>> = tree === null ? {} : { tree };
  const address = (path: string, more: Readonly<Record<string, string>> = {}): string => {
    const said = new URLSearchParams({ ...more, ...within }).toString();
    return said === '' ? path : `${path}?${said}`;
  };
  const text = useDeferredValue(typed.trim());
  const [below, setBelow] = useState(true);
  const [picked, setPicked] = useState<ReadonlySet<string> | null>(null);
  const may = useMay();
  const place = useAnswer('directory.place', { object: chosen ?? '' }, { enabled: chosen !== null });
  const way = place.data?.departments[0]?.path ?? [];
  const isList = chosen !== null || query.has('list') || text !== '';

  if (chosen !== null && isMissing(place.error)) return <NotThere kind="department" />;
  return (
    <Page
      title={t('directory.title')}
      wide
      about={
        <span className={styles.rooms}>
          <Link to="/groups">{t('group.title')}</Link>
          <Link to="/directory/past">{t('past.title')}</Link>
          <Link to="/directory/gone">{t('past.gone')}</Link>
          <Link to="/directory/open-accounts">{t('more.openAccounts.title')}</Link>
          {may('job.create') && <Link to="/new?direction=up">{t('bulk.importFile')}</Link>}
        </span>
      }
      actions={<DepartmentEdits chosen={chosen === null ? null : { id: chosen, name: way.at(-1)?.name ?? '' }} />}
    >
      <Input
        size="large"
        allowClear
        prefix={<SearchOutlined aria-hidden />}
        className={styles.search}
        placeholder={t('directory.searchHint')}
        aria-label={t('directory.search')}
        value={typed}
        onChange={(event) =>
          setQuery({ ...(event.target.value === '' ? {} : { text: event.target.value }), ...within }, { replace: typed !== '' })
        }
      />
      <div className={`${styles.panes} ${isList ? styles.list : styles.tree}`}>
        <aside className={styles.pane}>
          <TreeSwitch
            tree={tree}
            onChoose={(next) => void go(next === null ? '/directory' : `/directory?${new URLSearchParams({ tree: next })}`)}
          />
          <DepartmentTree
            key={tree}
            chosen={chosen}
            way={way.map((step) => step.id)}
            tree={tree}
            onChoose={(id) => void go(id === null ? address('/directory', { list: 'all' }) : address(`/directory/departments/${id}`))}
          />
        </aside>
        <section className={styles.pane} aria-label={t('directory.people')}>
          {text === '' && (
            <div className={styles.where}>
              <div className={styles.path}>
                <Link to={address('/directory')} className={styles.back}>
                  {t('directory.departments')}
                </Link>
                {way.length > 0 ? (
                  way.map((step) => <span key={step.id}>{step.name}</span>)
                ) : (
                  <span>{t(tree === null ? 'directory.everybody' : 'directory.tree.everybody')}</span>
                )}
              </div>
              {picked === null && may('edit.propose') && (
                <Button size="small" type="text" onClick={() => setPicked(new Set())}>
                  {t('bulk.choose')}
                </Button>
              )}
              {chosen !== null && (
                <label className={styles.below}>
                  <Switch size="small" checked={below} onChange={setBelow} /> {t('directory.below')}
                </label>
              )}
            </div>
          )}
          {picked && text === '' && <BulkEdits people={[...picked]} onEnd={() => setPicked(null)} />}
          <div className={styles.body}>
            {text === '' ? (
              <PeopleList
                key={`${chosen} ${below} ${tree}`}
                department={chosen}
                below={below}
                tree={tree}
                chosen={picked}
                onChoose={setPicked}
              />
            ) : (
              <Hits text={text} />
            )}
          </div>
        </section>
      </div>
    </Page>
  );
}
