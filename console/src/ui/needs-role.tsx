// Where a deed is not offered because the own role does not have it: which role does. Nothing for those who may.
import type { WireName } from '../../../src/server/api/wire.ts';
import { routes, words } from '../api/generated.ts';
import { useMay, useMe } from '../api/hooks.ts';
import { useWords } from '../i18n/i18n.ts';

export function NeedsRole({ deed }: { readonly deed: WireName }) {
  const { t, say } = useWords();
  const may = useMay();
  // Until it is known who looks, neither is said.
  if (useMe() === undefined || may(deed)) return null;
  return <span className="soft">{t('app.noRole.deed', { role: say(words.role[routes[deed]?.role ?? 'admin']) })}</span>;
}
