// What happened to somebody, newest first, in words: what became what, who or which job did it, and the run.
import { Button, Empty } from 'antd';
import { Link } from 'react-router';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { words } from '../../api/generated.ts';
import { usePages } from '../../api/hooks.ts';
import { useWords, type Label } from '../../i18n/i18n.ts';
import { Answered } from '../../ui/answered.tsx';
import { useValue } from '../../ui/values.tsx';
import { Clock, When } from '../../ui/when.tsx';
import styles from './person.module.css';

type Entry = WireOutput<'history.list'>['entries'][number];
const PAGE = 20;

export function Timeline({ object }: { readonly object: string }) {
  const { t } = useWords();
  const pages = usePages('history.list', { object, limit: PAGE });
  return (
    <Answered of={pages}>
      {(data) => {
        const entries = data.pages.flatMap((page) => page.entries);
        return (
          <>
            {entries.length === 0 && (
              <Empty style={{ padding: 28 }} image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('person.noHistory')} />
            )}
            <ol className={styles.timeline}>
              {entries.map((entry, index) => (
                <li key={`${entry.at} ${index}`}>
                  <OneEntry entry={entry} />
                </li>
              ))}
            </ol>
            {pages.hasNextPage && (
              <Button type="link" className={styles.more} loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
                {t('person.older')}
              </Button>
            )}
          </>
        );
      }}
    </Answered>
  );
}

function OneEntry({ entry }: { readonly entry: Entry }) {
  const { t, say } = useWords();
  const shown = useValue(entry.type);
  const action = (words.action as Readonly<Record<string, Label>>)[entry.action];
  return (
    <>
      <div className={styles.entry}>
        <b>{action ? say(action) : entry.action}</b>
        <span className="soft">
          <When at={entry.at} />
          <Clock at={entry.at} /> · {say(entry.by)}
          {entry.run !== null && (
            <>
              {' · '}
              <Link to={`/runs/${entry.run}`}>{t('person.run', { run: entry.run })}</Link>
            </>
          )}
        </span>
      </div>
      <ul className={styles.changes}>
        {entry.attributes
          .filter((one) => entry.action !== 'create' || !isNothing(one.after))
          .map((one) => (
            <li key={one.name}>
              <span className="soft">{say(one.label)}</span>{' '}
              {'before' in one && !isNothing(one.before) && (
                <>
                  <del>{shown(one.before, one.name) ?? '–'}</del> <span aria-hidden>→</span>{' '}
                </>
              )}
              <ins>{shown(one.after, one.name) ?? '–'}</ins>
            </li>
          ))}
        {entry.edges.map((one) => (
          <li key={`${one.relation} ${one.name} ${one.op}`}>
            <span className="soft">{say(one.label)}</span> {one.op === 'remove' ? <del>{one.name}</del> : <ins>{one.name}</ins>}
          </li>
        ))}
        {entry.link && (
          <li>
            <span className="soft">{entry.link.connection}</span> {entry.link.externalId}
          </li>
        )}
      </ul>
    </>
  );
}

const isNothing = (value: unknown): boolean => value === null || value === undefined || value === '';
