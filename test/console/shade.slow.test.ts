// Another shade, for those who want no motion: the page is light, and in the next frame it is dark.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { en } from '../../console/src/i18n/en/index.ts';
import { hasChromium, PATIENCE_MS } from '../chromium.ts';
import { until } from '../support/server-process.ts';
import { openSite } from './browser.ts';

/** Looks at every colour of the frame and the page in each frame; how often another picture was seen, and how long the last one has stayed. */
const watch = (page: Page): Promise<unknown> =>
  page.evaluate(`{
    const all = [...document.querySelectorAll('#root *')];
    const seen = (globalThis.seen = { changes: 0, frames: 0 });
    let last = null;
    const look = () => {
      const now = all.map((one) => { const { color, backgroundColor, borderTopColor } = getComputedStyle(one); return color + backgroundColor + borderTopColor; }).join();
      if (last !== null && now !== last) Object.assign(seen, { changes: seen.changes + 1, frames: 0 });
      else seen.frames += 1;
      last = now;
      requestAnimationFrame(look);
    };
    look();
  }`);
/** Nothing has changed for as long as it used to trickle. */
const LONG_ENOUGH = 40;

async function changesUntilStill(page: Page): Promise<number> {
  const seen = async () => (await page.evaluate('({ ...seen })')) as { readonly changes: number; readonly frames: number };
  await until(async () => (await seen()).changes > 0 && (await seen()).frames > LONG_ENOUGH, PATIENCE_MS, 20);
  return (await seen()).changes;
}

describe.skipIf(!hasChromium)('another shade in Chromium', { timeout: 120_000 }, () => {
  it('is there in one frame for those who want no motion, whether the machine or a click asks for it', async () => {
    const root = mkdtempSync(join(tmpdir(), 'tributary-shade-'));
    const site = await openSite({ root, database: null, running: new Set() });
    onTestFinished(async () => {
      await site.stop();
      rmSync(root, { recursive: true, force: true });
    });
    const { page, go } = await site.visit({ language: 'en', shade: 'system' });
    await go('/settings/account');
    await page.getByText(en.app.theme.light, { exact: true }).waitFor();
    await watch(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    expect(await changesUntilStill(page)).toBe(1);
    expect(await page.evaluate('document.documentElement.dataset.shade')).toBe('dark');

    // By a click: the mark of the choice moves with it.
    await page.evaluate('Object.assign(seen, { changes: 0, frames: 0 })');
    await page.getByText(en.app.theme.light, { exact: true }).click();
    expect(await changesUntilStill(page)).toBeLessThanOrEqual(2);
    expect(await page.evaluate('document.documentElement.dataset.shade')).toBe('light');
    // What moves by itself does so again: a button that is at work waits for the end of its own.
    expect(await page.evaluate('"turning" in document.documentElement.dataset')).toBe(false);
  });
});
