// People of a department, or everybody: a long list of which only the rows that are seen are drawn, read on as one scrolls.
import { Checkbox, Empty, Skeleton } from 'antd';
import { useEffect } from 'react';
import { Link } from 'react-router';
import { usePages } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { useSeenRows } from '../../ui/seen-rows.ts';
import { State } from '../../ui/state.tsx';
import { Trouble } from '../../ui/trouble.tsx';
import styles from './list.module.css';

const ROW = 52;
const PAGE = 100;

interface ListProps {
  readonly department: string | null;
  readonly below: boolean;
  /** Of this tree alone; null: of all trees. */
  readonly tree: string | null;
  /** Who is chosen for what is done to several at once; null: nobody is being chosen. */
  readonly chosen: ReadonlySet<string> | null;
  readonly onChoose: (chosen: ReadonlySet<string>) => void;
}

export function PeopleList({ department, below, tree, chosen, onChoose }: ListProps) {
  const { t } = useWords();
  const toggle = (id: string, isOn: boolean): void => {
    const next = new Set(chosen);
    if (isOn) next.add(id);
    else next.delete(id);
    onChoose(next);
  };
  const pages = usePages('person.list', {
    limit: PAGE,
    ...(department === null ? {} : { department, below }),
    ...(tree === null ? {} : { tree }),
  });
  const nobody = department !== null ? 'directory.nobodyHere' : tree === null ? 'directory.nobodyAtAll' : 'directory.tree.nobody';
  const people = pages.data?.pages.flatMap((page) => page.objects) ?? [];
  const { box, first, end } = useSeenRows(people.length, ROW);
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  const wantsMore = hasNextPage && !isFetchingNextPage && end >= people.length - 20;
  useEffect(() => {
    if (wantsMore) void fetchNextPage();
  }, [wantsMore, fetchNextPage]);

  if (pages.error) return <Trouble error={pages.error} onRetry={() => void pages.refetch()} />;
  return (
    <div className={styles.list}>
      <div className={`${styles.head} ${chosen ? styles.besideChoice : ''}`} aria-hidden>
        <span>{t('directory.person')}</span>
        <span className={styles.wide}>{t('directory.department')}</span>
        <span className={styles.wide}>{t('directory.jobTitle')}</span>
        <span>{t('directory.state')}</span>
      </div>
      <div
        ref={box}
        className={styles.rows}
        {...(people.length > 0 ? { role: 'list', 'aria-label': t('directory.people') } : {})}
        tabIndex={-1}
        aria-busy={pages.isFetching}
      >
        {pages.data === undefined && <Skeleton active title={false} paragraph={{ rows: 8 }} style={{ padding: 16 }} />}
        {pages.data !== undefined && people.length === 0 && (
          <Empty style={{ padding: 40 }} image={Empty.PRESENTED_IMAGE_SIMPLE} description={t(nobody)} />
        )}
        <div role="presentation" style={{ height: first * ROW }} />
        {people.slice(first, end).map((person) => (
          <div key={person.id} role="listitem" className={chosen ? styles.picked : ''}>
            {chosen && (
              <Checkbox
                aria-label={t('bulk.chooseOne', { name: person.title })}
                checked={chosen.has(person.id)}
                onChange={({ target }) => toggle(person.id, target.checked)}
              />
            )}
            <Link to={`/people/${person.id}`} className={styles.row}>
              <span className={styles.who}>
                <b>{person.title}</b>
                <span className="soft number">{text(person.attributes.employeeNumber) ?? text(person.attributes.email)}</span>
              </span>
              <span className={styles.wide}>{person.department}</span>
              <span className={styles.wide}>{text(person.attributes.title)}</span>
              <span>
                <State kind="lifecycle" code={person.lifecycle} quiet />
              </span>
            </Link>
          </div>
        ))}
        <div role="presentation" style={{ height: Math.max(0, people.length - end) * ROW }} />
      </div>
    </div>
  );
}

const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
