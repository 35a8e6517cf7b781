// A real browser for tests of pages: the chromium on PATH, without a window.
import { chromium, type Browser } from 'playwright-core';
import { findProgram } from './programs.ts';

const path = findProgram('chromium');

/** In CI its absence is a failure, never a skip: test/real-servers.ts counts it. */
export const hasChromium = path !== null;

/** As root there is no sandbox of its own. */
export const openChromium = (): Promise<Browser> =>
  chromium.launch({ executablePath: path!, args: ['--no-sandbox', '--disable-dev-shm-usage', '--disable-gpu'] });
