// The address of somebody who is not in the directory.
import { Button, Result } from 'antd';
import { Link } from 'react-router';
import { useWords } from '../../i18n/i18n.ts';

export function NotThere() {
  const { t } = useWords();
  return (
    <Result
      status="404"
      title={t('directory.notThere')}
      subTitle={t('directory.notThereWhy')}
      extra={
        <Link to="/directory">
          <Button type="primary">{t('directory.toDirectory')}</Button>
        </Link>
      }
    />
  );
}
