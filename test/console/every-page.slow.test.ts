// Every page of the console that the gallery knows, empty and full, with its dialogs, menus and panels, in light and in dark: axe finds nothing serious.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, openPage, PATIENCE_MS } from '../chromium.ts';
import { openSite, stumblesOn, type Site, type Visitor } from './browser.ts';
import { places } from './gallery/pages.ts';
import type { Place } from './gallery/place.ts';
import { fillWorld, type World } from './gallery/world.ts';

/** With fewer people nothing is there that could be undone; with fewer jobs, none that is disabled. */
const SMALL = { people: 1_600, jobs: 28 };
/** Nothing was asked for this long: the page is what it will be. */
const QUIET_MS = 120;
/** The other shade is the same document in other colours: only these can find something else there. */
const OF_COLOUR = ['color-contrast', 'link-in-text-block'];
const SIGNED_OUT = '~/sign-in';
/** What may stand over a page, and stay there when the page is left. */
const OVER_IT = '.ant-modal-wrap, .ant-drawer, .ant-dropdown, .ant-popover, .ant-select-dropdown, .ant-message-notice, .ant-tooltip';

/** The stories ask axe about most of the full pages as they pass them; about all where somebody has a quarter of an hour. */
const isWhole = process.env.TRIBUTARY_EVERY_PAGE === 'yes';

describe.skipIf(!hasChromium)('every page of the console in Chromium', { timeout: 900_000 }, () => {
  const root = mkdtempSync(join(tmpdir(), 'tributary-every-page-'));
  let site: Site;
  let visitor: Visitor;
  let world: World | null = null;
  let shade: 'light' | 'dark' = 'light';
  /** Something was opened on the page before; or it was told what is not so. */
  let before: 'looked at' | 'opened' | 'told' = 'looked at';
  /** Requests that are not answered yet. */
  const asked = new Set<unknown>();

  beforeAll(async () => {
    site = await openSite({ root, database: null, running: new Set() });
  }, 120_000);
  afterAll(async () => {
    await site?.stop();
    await world?.stop();
    rmSync(root, { recursive: true, force: true });
  });

  async function settled(page: Page): Promise<void> {
    let since = performance.now();
    for (const giveUpAt = since + PATIENCE_MS; performance.now() < giveUpAt; ) {
      await page.waitForTimeout(20);
      if (asked.size > 0) since = performance.now();
      else if (performance.now() - since > QUIET_MS) {
        if ((await page.locator('.ant-skeleton').count()) === 0 && (await page.locator('h1').count()) > 0) return;
        since = performance.now();
      }
    }
    throw new Error(`${page.url()} is never still`);
  }

  /** A page of the console says when it is painted; one of the server is at once. What fades from colour to colour has begun by the second frame. */
  async function otherShade(page: Page): Promise<void> {
    shade = shade === 'light' ? 'dark' : 'light';
    await page.emulateMedia({ colorScheme: shade });
    await page.locator(`html:not([data-shade]), html[data-shade=${shade}]`).waitFor({ state: 'attached' });
    await page.evaluate('new Promise((there) => requestAnimationFrame(() => requestAnimationFrame(there)))');
  }

  /** To another page of the same document, as people go. What stays open over it, or was told otherwise, needs a document of its own. */
  async function open(page: Page, path: string, isAlone: boolean): Promise<void> {
    if (before === 'opened' && !isAlone) {
      await page.goto(`${site.url}/#/nowhere`);
      await settled(page);
    }
    const isOpen = before === 'opened' && (await page.locator(OVER_IT).filter({ visible: true }).count()) > 0;
    if (isAlone || isOpen || before === 'told') await page.goto('about:blank');
    await page.goto(path.startsWith('~') ? `${site.url}${path.slice(1)}?lang=en` : `${site.url}/#${path}`);
    await settled(page);
  }

  /** On a busy machine a colour may still fade when axe looks; what is wrong is so when it looks again. */
  async function lasting({ name }: Place, rules?: readonly string[]): Promise<string[]> {
    const { page, stumbles } = visitor;
    if ((await stumbles(rules)).length === 0) return [];
    await settled(page);
    return (await stumbles(rules)).map((one) => `${name}, ${shade}: ${one}`);
  }

  async function stumblesAt(place: Place, path: string): Promise<string[]> {
    const { page } = visitor;
    const keeps = Object.entries(place.keeps?.(world) ?? {});
    const isAlone = keeps.length > 0 || place.answers !== undefined || path.startsWith('~');
    // Where a page did not show itself.
    if (!page.url().startsWith(site.url)) await page.goto(`${site.url}/account`);
    for (const [key, value] of keeps) {
      const text = typeof value === 'string' ? value : JSON.stringify(value);
      await page.evaluate(`localStorage.setItem(${JSON.stringify(key)}, ${JSON.stringify(text)})`);
    }
    await place.answers?.(page.context(), 'en');
    try {
      await open(page, path, isAlone);
      await place.prepare?.(page, 'en');
      if (place.prepare) await settled(page);
      const found = await lasting(place);
      await otherShade(page);
      return [...found, ...(await lasting(place, OF_COLOUR))];
    } finally {
      before = isAlone ? 'told' : place.prepare ? 'opened' : 'looked at';
      await page.context().unrouteAll({ behavior: 'ignoreErrors' });
      for (const [key] of keeps) await page.evaluate(`localStorage.removeItem(${JSON.stringify(key)})`);
    }
  }

  async function stumblesIn(wanted: readonly Place[]): Promise<{ readonly looked: number; readonly found: readonly string[] }> {
    visitor = await site.visit({ language: 'en', shade: 'system' });
    visitor.page.on('request', (request) => void (request.resourceType() !== 'eventsource' && asked.add(request)));
    visitor.page.on('requestfinished', (request) => void asked.delete(request));
    visitor.page.on('requestfailed', (request) => void asked.delete(request));
    asked.clear();
    [shade, before] = ['light', 'looked at'];
    const found: string[] = [];
    let looked = 0;
    for (const place of wanted) {
      const path = place.path(world);
      if (path === null || path === SIGNED_OUT) continue;
      // One page that does not show itself keeps nobody from seeing what is wrong with the others.
      found.push(
        ...(await stumblesAt(place, path).catch((error: Error) => {
          before = 'told';
          return [`${place.name}: ${error.message}`];
        })),
      );
      looked += 1;
    }
    return { looked, found };
  }

  it('can be used by everybody while nothing is there', async () => {
    // A dialog is the same one in an empty installation.
    const { looked, found } = await stumblesIn(places.filter(({ prepare }) => prepare === undefined));
    expect(found).toEqual([]);
    expect(looked).toBeGreaterThan(25);
  });

  if (isWhole)
    it('can be used by everybody when everything is there', async () => {
      world ??= await fillWorld(site, root, SMALL);
      const { looked, found } = await stumblesIn(places);
      expect(found).toEqual([]);
      expect(looked).toBeGreaterThan(150);
    });

  it('the page of whoever is not signed in is one of them', async () => {
    const page = await openPage(site.browser, { locale: 'en-GB' });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.goto(`${site.url}${SIGNED_OUT.slice(1)}?lang=en`);
      expect(await stumblesOn(page), colorScheme).toEqual([]);
    }
  });
});
