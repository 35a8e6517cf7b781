// What a search found: people, departments and groups, each with the way to it; and where things are that other products call otherwise.
import { Empty, Skeleton } from 'antd';
import { Link } from 'react-router';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { useAnswer } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { State } from '../../ui/state.tsx';
import { Trouble } from '../../ui/trouble.tsx';
import { addressOf } from './addresses.ts';
import styles from './list.module.css';
import { oldWord } from './old-words.ts';

type Hit = WireOutput<'directory.search'>['hits'][number];
const kinds = ['person', 'department', 'group'] as const;

export function Hits({ text }: { readonly text: string }) {
  const { t } = useWords();
  const found = useAnswer('directory.search', { text, limit: 30 });
  const old = oldWord(text);
  if (found.error) return <Trouble error={found.error} onRetry={() => void found.refetch()} />;
  return (
    <div className={styles.hits} aria-live="polite" aria-busy={found.isFetching}>
      {old && (
        <p className={styles.hint}>
          {t(`directory.old.${old.says}`)} <Link to={old.to}>{t('directory.thisWay')}</Link>
        </p>
      )}
      {found.data === undefined && <Skeleton active title={false} paragraph={{ rows: 6 }} style={{ padding: 16 }} />}
      {found.data?.hits.length === 0 && (
        <Empty style={{ padding: 40 }} image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('directory.nothingFound', { text })} />
      )}
      {kinds.map((kind) => {
        const own = found.data?.hits.filter((hit) => hit.type === kind) ?? [];
        return (
          own.length > 0 && (
            <section key={kind}>
              <h2>{t(`directory.found.${kind}`, { count: own.length })}</h2>
              <ul>
                {own.map((hit) => (
                  <li key={hit.id}>
                    <HitRow hit={hit} />
                  </li>
                ))}
              </ul>
            </section>
          )
        );
      })}
    </div>
  );
}

function HitRow({ hit }: { readonly hit: Hit }) {
  const known = [hit.number, hit.email].filter(Boolean).join(' · ');
  const path = hit.path.map((step) => step.name).join(' / ');
  const home = hit.path.at(-1)?.name;
  return (
    <Link to={addressOf(hit.type, hit.id)} className={styles.row}>
      <span className={styles.who}>
        <b>{hit.title}</b>
        <span className="soft number" title={known}>
          {known}
        </span>
        {hit.type === 'person' && home !== undefined && <span className={`soft ${styles.narrow}`}>{home}</span>}
      </span>
      <span className={styles.wide} title={path}>
        {path}
      </span>
      <span className={styles.wide}>{hit.jobTitle}</span>
      <span>{hit.type === 'person' && <State kind="lifecycle" code={hit.lifecycle} quiet />}</span>
    </Link>
  );
}
