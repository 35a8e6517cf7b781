// Pairs that somebody refused: who and when, and the way back.
import { Button } from 'antd';
import { useAnswer, useCommand, useMay } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Part } from '../../ui/page.tsx';
import { When } from '../../ui/when.tsx';
import styles from './matching.module.css';

const SHOWN = 200;

const Marks = ({ of: { marks } }: { readonly of: { readonly marks: readonly string[] } }) => marks.map((mark) => ` · ${mark}`).join('');

export function RejectedPairs({ job, type }: { readonly job: number; readonly type: string }) {
  const { t } = useWords();
  const may = useMay();
  const list = useAnswer('match.rejected', { job, type, limit: SHOWN });
  const takeBack = useCommand('match.take-back');
  const rejected = list.data?.rejected ?? [];
  if (rejected.length === 0) return null;
  return (
    <Part title={t('matching.rejected')}>
      <p className={styles.about}>{t('matching.rejectedMeans')}</p>
      <ul className={styles.rows}>
        {rejected.map((pair) => (
          <li key={`${pair.object} ${pair.account.id}`} className={styles.head}>
            <span>
              <b>{pair.title}</b>
              <Marks of={pair} /> ≠ <b>{pair.account.title}</b>
              <Marks of={pair.account} />{' '}
              <span className="soft">
                {t('matching.by', { who: pair.by })} <When at={pair.at} />
              </span>
            </span>
            {may('match.take-back') && (
              <Button
                size="small"
                loading={takeBack.isPending}
                onClick={() => takeBack.mutate({ job, type, pairs: [{ object: pair.object, account: pair.account.id }] })}
              >
                {t('matching.takeBack')}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </Part>
  );
}
