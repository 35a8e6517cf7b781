// Whether the screen is a phone's: tables become cards there.
import { useSyncExternalStore } from 'react';

const phone = globalThis.matchMedia('(max-width: 720px)');
const watch = (told: () => void): (() => void) => {
  phone.addEventListener('change', told);
  return () => phone.removeEventListener('change', told);
};

export const useNarrow = (): boolean => useSyncExternalStore(watch, () => phone.matches);
