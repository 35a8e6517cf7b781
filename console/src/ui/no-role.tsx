// A page that the own role does not open: which role does, which one has, and whom to ask.
import { Link } from 'react-router';
import type { WireName } from '../../../src/server/api/wire.ts';
import { routes, words } from '../api/generated.ts';
import { useMe } from '../api/hooks.ts';
import { useWords } from '../i18n/i18n.ts';
import { ClosedPage } from './closed-page.tsx';

export function NoRole({ needs, heading = 'h1' }: { readonly needs: WireName; readonly heading?: 'h1' | 'h2' }) {
  const { t, say } = useWords();
  const me = useMe();
  const role = routes[needs]?.role ?? 'admin';
  const own = (me?.roles ?? []).map((one) => say(words.role[one])).join(' · ');
  return (
    <ClosedPage
      heading={heading}
      title={t('app.noRole.title')}
      body={t('app.noRole.body', { role: say(words.role[role]), own })}
      on={<Link to="/">{t('app.notFound.back')}</Link>}
    />
  );
}
