// Walks a page as somebody does who has no mouse: by the Tab key to what has a name, and by the keys that work there.
import type { Page } from 'playwright-core';

const MOST_TABS = 300;
/** What a screen reader would call what has the focus, and the group that it stands in. */
const FOCUSED = `(() => {
  const at = document.activeElement;
  const name = (at?.getAttribute('aria-label') ?? at?.labels?.[0]?.innerText ?? at?.innerText ?? '').trim();
  return { name, group: at?.closest('[role=group]')?.getAttribute('aria-label') ?? '' };
})()`;

export interface Keys {
  /** Goes on until what has this name has the focus; `group`: only in the group of that name. */
  readonly tab: (name: RegExp, group?: string) => Promise<void>;
  /** Goes back in the same way. */
  readonly tabBack: (name: RegExp, group?: string) => Promise<void>;
  /** What still waits for an answer of the server cannot have the focus: it is waited for. */
  readonly press: (name: RegExp) => Promise<void>;
}

export function keysOf(page: Page): Keys {
  const go = (key: 'Tab' | 'Shift+Tab') => async (name: RegExp, group?: string) => {
    for (let presses = 0; presses < MOST_TABS; presses += 1) {
      await page.keyboard.press(key);
      const focused = (await page.evaluate(FOCUSED)) as { readonly name: string; readonly group: string };
      if (name.test(focused.name) && (group === undefined || focused.group === group)) return;
    }
    throw new Error(`${String(name)} is not reached by the Tab key`);
  };
  const tab = go('Tab');
  return {
    tab,
    tabBack: go('Shift+Tab'),
    press: async (name) => {
      await page.getByRole('button', { name, disabled: false }).first().waitFor();
      await tab(name);
      await page.keyboard.press('Enter');
    },
  };
}
