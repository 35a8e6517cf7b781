// Light or dark: as chosen here, else as the system says.
import { useLayoutEffect, useSyncExternalStore } from 'react';
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
  change();
}

let turns = 0;

/** Under `data-turning` no colour fades for those who want no motion (base.css): it begins before the first colour changes, and ends when all have. */
function change(): void {
  const turn = ++turns;
  const { dataset } = document.documentElement;
  dataset.turning = '';
  for (const listener of listeners) listener();
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      if (turn === turns) delete dataset.turning;
    }),
  );
}
dark.addEventListener('change', change);

const shadeNow = (): Shade => {
  const choice = chosenShade();
  return choice === 'system' ? (dark.matches ? 'dark' : 'light') : choice;
};

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}

export function useShade(): Shade {
  const shade = useSyncExternalStore(subscribe, shadeNow);
  // In the same frame as antd's own colours.
  useLayoutEffect(() => paint(shade), [shade]);
  return shade;
}
