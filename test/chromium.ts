// A real browser for tests of pages: Debian's Chromium, the one that is made without a window where it is there.
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { findProgram } from './programs.ts';

const path = findProgram('chromium-headless-shell') ?? findProgram('chromium');

/** In CI its absence is a failure, never a skip: test/real-servers.ts counts it. */
export const hasChromium = path !== null;

/**
 * What the browser shall leave. The first two are pop-ups of an address bar that nobody sees: the browser with a window draws them all the same, for
 * two thirds of the processor time of a page. Of two such lists the last one counts, so the others are Playwright's own.
 *
 * @see https://github.com/microsoft/playwright/blob/main/packages/playwright-core/src/server/chromium/chromiumSwitches.ts
 */
const WITHOUT = [
  'WebUIOmniboxPopup',
  'WebUIOmniboxAimPopup',
  'AvoidUnnecessaryBeforeUnloadCheckSync',
  'DestroyProfileOnBrowserClose',
  'HttpsUpgrades',
  'HttpsFirstBalancedModeAutoEnable',
  'LensOverlay',
  'MediaRouter',
  'PaintHolding',
  'ThirdPartyStoragePartitioning',
  'AvoidCorsURLLoaderRestartOnRedirect',
  'OptimizationHints',
  'NetworkTimeServiceQuerying',
  'AimEnabled',
  'PreconnectToSearch',
];

/** As root there is no sandbox of its own. */
export const openChromium = (): Promise<Browser> =>
  chromium.launch({
    executablePath: path!,
    args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu', `--disable-features=${WITHOUT.join(',')}`],
  });

/** How long anything may take to appear: a machine that is busy with other things makes no test fail. */
export const PATIENCE_MS = 60_000;

/** A page of its own, with a patience of its own. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(PATIENCE_MS);
  return context.newPage();
}
