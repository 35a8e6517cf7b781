// Whether there is room for what stands side by side.
import { useSyncExternalStore } from 'react';

const wide = matchMedia('(min-width: 861px)');

export const useIsWide = (): boolean =>
  useSyncExternalStore(
    (listener) => {
      wide.addEventListener('change', listener);
      return () => wide.removeEventListener('change', listener);
    },
    () => wide.matches,
  );
