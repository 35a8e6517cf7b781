// How much room there is for tables: on a phone's screen they become cards, on a small window some of what stands side by side stands one below another.
import { useSyncExternalStore } from 'react';

function fitting(media: string): () => boolean {
  const screen = globalThis.matchMedia(media);
  const watch = (told: () => void): (() => void) => {
    screen.addEventListener('change', told);
    return () => screen.removeEventListener('change', told);
  };
  return () => useSyncExternalStore(watch, () => screen.matches);
}

export const useNarrow = fitting('(max-width: 720px)');

export const useCrowded = fitting('(max-width: 1080px)');
