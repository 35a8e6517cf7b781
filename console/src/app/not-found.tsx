// An address that no page has.
import { Button } from 'antd';
import { Link } from 'react-router';
import { useWords } from '../i18n/i18n.ts';
import { ClosedPage } from '../ui/closed-page.tsx';

export function NotFound() {
  const { t } = useWords();
  return (
    <ClosedPage
      title={t('app.notFound.title')}
      body={t('app.notFound.body')}
      on={
        <Link to="/">
          <Button type="primary">{t('app.notFound.back')}</Button>
        </Link>
      }
    />
  );
}
