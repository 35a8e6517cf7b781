// The address of somebody who is not in the directory.
import { Button } from 'antd';
import { Link } from 'react-router';
import { useWords } from '../../i18n/i18n.ts';
import { ClosedPage } from '../../ui/closed-page.tsx';

export function NotThere() {
  const { t } = useWords();
  return (
    <ClosedPage
      title={t('directory.notThere')}
      body={t('directory.notThereWhy')}
      on={
        <Link to="/directory">
          <Button type="primary">{t('directory.toDirectory')}</Button>
        </Link>
      }
    />
  );
}
