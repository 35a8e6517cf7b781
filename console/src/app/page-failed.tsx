// A page that threw: what it said, and a way on.
import { Link, useRouteError } from 'react-router';
import { useWords } from '../i18n/i18n.ts';
import { Page } from '../ui/page.tsx';
import { Trouble } from '../ui/trouble.tsx';

export function PageFailed() {
  const { t } = useWords();
  const error = useRouteError();
  return (
    <Page title={t('app.failed')} above={<Link to="/">{t('home.title')}</Link>}>
      <Trouble error={error instanceof Error ? error : new Error(String(error))} onRetry={() => globalThis.location.reload()} />
    </Page>
  );
}
