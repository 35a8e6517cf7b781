// A page that the own role does not open: which role does, which one has, and whom to ask.
import { Result } from 'antd';
import { Link } from 'react-router';
import type { WireName } from '../../../src/server/api/wire.ts';
import { routes, words } from '../api/generated.ts';
import { useMe } from '../api/hooks.ts';
import { useWords } from '../i18n/i18n.ts';

export function NoRole({ needs }: { readonly needs: WireName }) {
  const { t, say } = useWords();
  const me = useMe();
  const role = routes[needs]?.role ?? 'admin';
  const own = (me?.roles ?? []).map((one) => say(words.role[one])).join(' · ');
  return (
    <Result
      status="info"
      title={t('app.noRole.title')}
      subTitle={t('app.noRole.body', { role: say(words.role[role]), own })}
      extra={<Link to="/">{t('app.notFound.back')}</Link>}
    />
  );
}
