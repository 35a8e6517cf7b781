// The button below a list that goes on.
import { Button } from 'antd';
import { useWords } from '../../i18n/i18n.ts';
import styles from './settings.module.css';

interface MoreProps {
  readonly of: { readonly hasNextPage: boolean; readonly isFetchingNextPage: boolean; readonly fetchNextPage: () => Promise<unknown> };
}

export function More({ of: list }: MoreProps) {
  const { t } = useWords();
  if (!list.hasNextPage) return null;
  return (
    <div className={styles.more}>
      <Button loading={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
        {t('settings.audit.more')}
      </Button>
    </div>
  );
}
