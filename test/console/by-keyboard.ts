// Walks a page as somebody does who has no mouse: by the Tab key to what has a name, and by the keys that work there.
import type { Page } from 'playwright-core';

const MOST_TABS = 300;
/** What a screen reader would call what has the focus. */
const FOCUSED = `(() => {
  const at = document.activeElement;
  return (at?.getAttribute('aria-label') ?? at?.labels?.[0]?.innerText ?? at?.innerText ?? '').trim();
})()`;

export interface Keys {
  /** Goes on until what has this name has the focus. */
  readonly tab: (name: RegExp) => Promise<void>;
  /** What still waits for an answer of the server cannot have the focus: it is waited for. */
  readonly press: (name: RegExp) => Promise<void>;
}

export function keysOf(page: Page): Keys {
  const tab = async (name: RegExp): Promise<void> => {
    for (let presses = 0; presses < MOST_TABS; presses += 1) {
      await page.keyboard.press('Tab');
      if (name.test((await page.evaluate(FOCUSED)) as string)) return;
    }
    throw new Error(`${String(name)} is not reached by the Tab key`);
  };
  return {
    tab,
    press: async (name) => {
      await page.getByRole('button', { name, disabled: false }).first().waitFor();
      await tab(name);
      await page.keyboard.press('Enter');
    },
  };
}
