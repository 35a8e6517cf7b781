// An address that no page has.
import { Button, Result } from 'antd';
import { Link } from 'react-router';
import { useWords } from '../i18n/i18n.ts';

export function NotFound() {
  const { t } = useWords();
  return (
    <Result
      status="info"
      title={t('app.notFound.title')}
      subTitle={t('app.notFound.body')}
      extra={
        <Link to="/">
          <Button type="primary">{t('app.notFound.back')}</Button>
        </Link>
      }
    />
  );
}
