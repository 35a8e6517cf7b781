// Whether a run came after the comparison that is shown: what it says of an account may not be so any more, so nothing is decided by it.
import { createContext, useContext } from 'react';
import { useWords } from '../../i18n/i18n.ts';

export const Older = createContext(false);

/** For every button that decides: off, with the reason, while the comparison is older than a run. */
export function useOffWhileOlder(): { readonly disabled?: true; readonly title?: string } {
  const isOlder = useContext(Older);
  const { t } = useWords();
  return isOlder ? { disabled: true, title: t('matching.older') } : {};
}
