// Which comparison is shown, and whether a run came after it: what it says of an account may not be so any more, so nothing is decided by it.
import { createContext, useContext } from 'react';
import { useWords } from '../../i18n/i18n.ts';

/** `run`: the comparison, which whatever is accepted names. */
export const Compared = createContext({ run: 0, isOlder: false });

export const useCompared = (): number => useContext(Compared).run;

/** For every button that decides: off, with the reason, while the comparison is older than a run. */
export function useOffWhileOlder(): { readonly disabled?: true; readonly title?: string } {
  const { isOlder } = useContext(Compared);
  const { t } = useWords();
  return isOlder ? { disabled: true, title: t('matching.older') } : {};
}
