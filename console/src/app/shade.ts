// Light or dark: as chosen here, else as the system says.
import { useEffect, useSyncExternalStore } from 'react';
import { paint, type Shade } from './theme.ts';

export type Choice = Shade | 'system';

const KEY = 'tributary.shade';
const dark = matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();

export const chosenShade = (): Choice => {
  const stored = localStorage.getItem(KEY);
  return stored === 'light' || stored === 'dark' ? stored : 'system';
};

export function chooseShade(choice: Choice): void {
  localStorage.setItem(KEY, choice);
  for (const listener of listeners) listener();
}

const shadeNow = (): Shade => {
  const choice = chosenShade();
  return choice === 'system' ? (dark.matches ? 'dark' : 'light') : choice;
};

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  dark.addEventListener('change', listener);
  return () => {
    listeners.delete(listener);
    dark.removeEventListener('change', listener);
  };
}

export function useShade(): Shade {
  const shade = useSyncExternalStore(subscribe, shadeNow);
  useEffect(() => paint(shade), [shade]);
  return shade;
}
