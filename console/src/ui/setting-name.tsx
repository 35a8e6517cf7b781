// The name that a form gives to a setting: fetched when a refusal names one, which the first page seldom does.
import { useWords } from '../i18n/i18n.ts';
import '../i18n/later.ts';
import { settingsSaid } from '../pages/job/scope-said.ts';

export default function SettingName({ path }: { readonly path: string }) {
  const { t } = useWords();
  return settingsSaid([path], t)[0];
}
