// The recycle bin: who and what was taken out of the directory, by whom, until when it is kept, and the way back.
import { Button, Empty, Segmented } from 'antd';
import { useState } from 'react';
import { Link } from 'react-router';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { useMay, usePages } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Answered } from '../../ui/answered.tsx';
import { useJobName } from '../../ui/job-name.ts';
import { Page, Part } from '../../ui/page.tsx';
import { exactTime } from '../../ui/time-words.ts';
import { When } from '../../ui/when.tsx';
import styles from './lists.module.css';
import { RestoreDialog } from './restore.tsx';

type Gone = WireOutput<'directory.gone'>['gone'][number];
export const types = ['person', 'department', 'group'] as const;
export type Type = (typeof types)[number];

const PAGE = 100;

export function Component() {
  const { t } = useWords();
  const [type, setType] = useState<Type>('person');
  const [back, setBack] = useState<Gone | null>(null);
  const list = usePages('directory.gone', { type, limit: PAGE });
  return (
    <Page title={t('past.gone')} about={t('past.goneAbout')} above={<Link to="/directory">{t('directory.title')}</Link>}>
      <div className={styles.bar}>
        <Segmented<Type>
          aria-label={t('past.type')}
          value={type}
          onChange={setType}
          options={types.map((value) => ({ value, label: t(`directory.found.${value}`) }))}
        />
      </div>
      <Part>
        <Answered of={list}>
          {({ pages }) => {
            const gone = pages.flatMap((page) => page.gone);
            if (gone.length === 0)
              return <Empty style={{ padding: 40 }} image={Empty.PRESENTED_IMAGE_SIMPLE} description={t('past.goneNone')} />;
            return (
              <ul className={styles.list}>
                {gone.map((one) => (
                  <li key={one.id} className={styles.row}>
                    <Row gone={one} type={type} onBack={() => setBack(one)} />
                  </li>
                ))}
              </ul>
            );
          }}
        </Answered>
      </Part>
      {list.hasNextPage && <Button onClick={() => void list.fetchNextPage()}>{t('past.more')}</Button>}
      {back && <RestoreDialog object={back.id} title={back.title} at={back.at} onEnd={() => setBack(null)} />}
    </Page>
  );
}

function Row({ gone, type, onBack }: { readonly gone: Gone; readonly type: Type; readonly onBack: () => void }) {
  const { t, language } = useWords();
  const may = useMay();
  const called = useJobName();
  const by = gone.jobName === null ? gone.by : called({ jobName: gone.jobName, jobRemoved: gone.jobRemoved });
  return (
    <>
      <span className={styles.who}>
        {type === 'person' ? <Link to={`/people/${gone.id}`}>{gone.title}</Link> : <b>{gone.title}</b>}
        <span className="soft number">{gone.number}</span>
      </span>
      <span className={styles.when}>
        {gone.goneAt !== null && <When at={gone.goneAt} />} {by !== null && <div>{t('past.goneBy', { who: by })}</div>}
      </span>
      <span className={styles.when}>
        {gone.at === null
          ? t('past.notKept')
          : gone.keptUntil === null
            ? t('past.keptForGood')
            : t('past.kept', { day: exactTime(gone.keptUntil, language) })}
      </span>
      {may('directory.restore') && gone.at !== null ? (
        <Button size="small" aria-label={t('past.bringTitle', { title: gone.title })} onClick={onBack}>
          {t('past.bring')}
        </Button>
      ) : (
        <span />
      )}
    </>
  );
}
