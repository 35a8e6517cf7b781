// Members of a group in its form: page by page or searched for, however many there are; who is to be taken out stands apart, and can be left in.
import { Button, Input } from 'antd';
import { useState } from 'react';
import { usePages } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Answered } from '../../ui/answered.tsx';
import { useSettled } from '../../ui/settled.ts';
import { Chosen, Tags } from './chosen.tsx';
import styles from './edit.module.css';
import type { Named } from './pickers.tsx';

const PAGE = 60;

interface TakeOutProps {
  readonly group: string;
  /** How many members there are. */
  readonly count: number;
  readonly out: readonly Named[];
  readonly onChange: (out: readonly Named[]) => void;
}

export function TakeOut({ group, count, out, onChange }: TakeOutProps) {
  const { t, language } = useWords();
  const [typed, setTyped] = useState('');
  const text = useSettled(typed.trim());
  const pages = usePages('group.members', { group, limit: PAGE, ...(text === '' ? {} : { text }) });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  if (count === 0) return null;
  const all = (pages.data?.pages ?? []).flatMap((page) => page.members);
  const isOut = new Set(out.map(({ id }) => id));
  const among = [...all.filter(({ id }) => !isOut.has(id)), ...out];
  return (
    <>
      <Chosen
        of={out}
        among={among}
        label={t('group.out')}
        says={t('group.back')}
        onRemove={(one) => onChange(out.filter(({ id }) => id !== one.id))}
      />
      <div className={styles.field}>
        <span>{t('group.members')}</span>
        {count > PAGE && (
          <Input
            allowClear
            aria-label={t('group.find')}
            placeholder={t('group.find')}
            value={typed}
            onChange={({ target }) => setTyped(target.value)}
          />
        )}
        <Answered of={pages} rows={2}>
          {() => (
            <div className={styles.tags}>
              {all.length === 0 && <span className="soft">{t('group.noneFound')}</span>}
              <Tags
                of={all.filter(({ id }) => !isOut.has(id))}
                among={among}
                says={t('group.taken')}
                onRemove={(one) => onChange([...out, one])}
              />
              {hasNextPage && (
                <>
                  <span className="soft">{t('group.more', { n: (count - all.length).toLocaleString(language) })}</span>
                  <Button type="link" size="small" loading={isFetchingNextPage} onClick={() => void fetchNextPage()}>
                    {t('group.next')}
                  </Button>
                </>
              )}
            </div>
          )}
        </Answered>
      </div>
    </>
  );
}
