// A link that was just made: shown this once, to be copied and sent.
import { Alert } from 'antd';
import { useMe } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import { CopyText } from '../../ui/copy-text.tsx';
import { exactTime } from '../../ui/time-words.ts';

export function LinkShown({ link }: { readonly link: { readonly path: string; readonly expiresAt: number } }) {
  const { t, language } = useWords();
  const me = useMe();
  return (
    <>
      <CopyText text={(me?.publicUrl ?? globalThis.location.origin) + link.path} />
      <Alert
        style={{ marginTop: 12 }}
        type="info"
        showIcon
        title={t('settings.members.linkOnce')}
        description={t('settings.members.linkUntil', { at: exactTime(link.expiresAt, language) })}
      />
    </>
  );
}
