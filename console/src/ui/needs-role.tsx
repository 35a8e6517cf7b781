// Where a deed is not offered because the own role does not have it: which deed, and which role has it. Nothing for those who may.
import { routes, words } from '../api/generated.ts';
import { useMay, useMe } from '../api/hooks.ts';
import { useWords } from '../i18n/i18n.ts';
import { deeds, type NamedDeed } from './deeds.ts';

export function NeedsRole({ deed }: { readonly deed: NamedDeed }) {
  const { t, say } = useWords();
  const may = useMay();
  // Until it is known who looks, neither is said.
  if (useMe() === undefined || may(deed)) return null;
  const role = say(words.role[routes[deed]?.role ?? 'admin']);
  return <span className="soft">{t('app.noRole.deed', { deed: t(`deeds.${deeds[deed]}`), role })}</span>;
}
