// Menus and dialogs as they open: whoever clicks at once hits what they meant, and nothing that they could not have seen.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { en } from '../../console/src/i18n/en/index.ts';
import { hasChromium, PATIENCE_MS } from '../chromium.ts';
import { until } from '../support/server-process.ts';
import { openSite, type Site } from './browser.ts';

/** What was seen of one thing, frame by frame: where it stood, and whether a click there would hit it. */
interface Sight {
  readonly place: string;
  readonly isHit: boolean;
}

/** Begins to look for it in every frame; what stands beyond the screen is being measured, and seen by nobody. */
const watch = (page: Page, selector: string): Promise<unknown> =>
  page.evaluate(`{
    const sights = (globalThis.sights = []);
    const look = () => {
      const one = [...document.querySelectorAll(${JSON.stringify(selector)})].at(-1);
      const { x, y, width, height } = one?.getBoundingClientRect() ?? {};
      if (width > 0 && x >= 0 && y >= 0)
        sights.push({ place: [x, y, width, height].map(Math.round).join(' '), isHit: one.contains(document.elementFromPoint(x + width / 2, y + height / 2)) });
      requestAnimationFrame(look);
    };
    look();
  }`);
const sightsOf = async (page: Page): Promise<readonly Sight[]> => (await page.evaluate('sights')) as readonly Sight[];
const isStill = async (page: Page): Promise<boolean> =>
  (await page.evaluate(`document.querySelector('[class*="-enter"], [class*="-appear"]') === null`)) as boolean;

describe.skipIf(!hasChromium)('what opens in Chromium', { timeout: 120_000 }, () => {
  const root = mkdtempSync(join(tmpdir(), 'tributary-opening-'));
  let site: Site;

  beforeAll(async () => {
    site = await openSite({ root, database: null, running: new Set() });
  }, 120_000);
  afterAll(async () => {
    await site?.stop();
    rmSync(root, { recursive: true, force: true });
  });

  /** Everything that was seen of it from the click until it stood. */
  async function opened(page: Page, button: string, selector: string): Promise<readonly Sight[]> {
    await watch(page, selector);
    await page.getByRole('button', { name: button }).click();
    await until(async () => (await sightsOf(page)).length > 0 && (await isStill(page)), PATIENCE_MS, 20);
    return sightsOf(page);
  }

  it('a menu has its entries from the first moment where they stay, and each can be clicked there', async () => {
    const { page } = await site.visit({ language: 'en', hasMotion: true });
    const seen = await opened(page, en.app.account.menu, '.ant-dropdown [role=menuitem]');
    expect(new Set(seen.map(({ place }) => place)).size).toBe(1);
    expect(seen.every(({ isHit }) => isHit)).toBe(true);
  });

  it('a dialog stands where it stays, and takes no click before it can be read', async () => {
    const { page } = await site.visit({ language: 'en', hasMotion: true });
    const seen = await opened(page, en.app.brake.button, '.ant-modal-footer button');
    expect(new Set(seen.map(({ place }) => place)).size).toBe(1);
    expect(seen[0]!.isHit).toBe(false);
    await until(async () => (await sightsOf(page)).at(-1)!.isHit, PATIENCE_MS, 20);
  });
});
