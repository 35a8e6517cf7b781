// A real browser for tests of pages: the chromium on PATH, without a window.
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { findProgram } from './programs.ts';

const path = findProgram('chromium');

/** In CI its absence is a failure, never a skip: test/real-servers.ts counts it. */
export const hasChromium = path !== null;

/** As root there is no sandbox of its own. */
export const openChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath: path!, args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'] });

/** How long anything may take to appear: a machine that is busy with other things makes no test fail. */
export const PATIENCE_MS = 60_000;

/** A page of its own, with a patience of its own. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(PATIENCE_MS);
  return context.newPage();
}
