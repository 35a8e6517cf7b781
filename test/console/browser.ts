// The built console in a real browser, served by a real server in a folder of its own, with an administrator who is signed in.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openChromium, openPage } from '../chromium.ts';
import { serve, type Served, type ServerPlace } from '../support/server-process.ts';

export type Language = 'en' | 'zh';

export interface Site extends Served {
  readonly browser: Browser;
  /** Opens a page for an administrator who is signed in: the one of the visit before, unless another is wanted. */
  visit(how: Visit): Promise<Visitor>;
  stop(): Promise<void>;
}

export interface Visit {
  readonly language: Language;
  /** `system`: as the machine says, which can change while a page is open. */
  readonly shade?: 'light' | 'dark' | 'system';
  readonly size?: { readonly width: number; readonly height: number };
  /** As for most people; else whoever looks wants none, and nothing has to be waited for. */
  readonly hasMotion?: true;
  readonly hasTouch?: true;
  readonly isAnother?: true;
}

export interface Visitor {
  readonly page: Page;
  /** Errors on the console of the browser, and requests that failed. A story expects none at its end. */
  readonly faults: string[];
  /** Goes to `#/path` and waits until it has loaded. */
  go(path: string): Promise<void>;
  /** What axe calls serious or critical on the page as it stands; of these rules alone, where some are named. */
  stumbles(rules?: readonly string[]): Promise<string[]>;
}

const WIDE = { width: 1440, height: 900 };
const PASSWORD = 'a long enough password 7';
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/**
 * A colour on its way from one to another is neither. What goes on for ever, rests, or moves nothing is not waited for. What inherits a colour that
 * fades begins to fade when that one has arrived: so it is asked again, until nothing does.
 */
const ARRIVED = `(async () => {
  const fading = () => document.getAnimations().filter((one) =>
    one.playState === 'running' && one.playbackRate !== 0 && Number.isFinite(one.effect?.getComputedTiming().endTime));
  for (let round = 0, left = fading(); left.length > 0 && round < 50; round++, left = fading())
    await Promise.allSettled(left.map((one) => one.finished));
})()`;

/** Builds when the sources changed; else it takes no time. */
export function buildConsole(): void {
  const script = join(dirname(dirname(import.meta.dirname)), 'console', 'build.ts');
  const built = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(`the console cannot be built: ${built.stdout}${built.stderr}`);
}

export async function openSite(place: ServerPlace): Promise<Site> {
  buildConsole();
  const served = await serve(place);
  const browser = await openChromium();
  const door = doorOf(served);
  return {
    ...served,
    browser,
    visit: (how) => visitorOf(browser, served.url, door, how),
    async stop() {
      await browser.close();
      await served.session.close();
      served.child.kill('SIGTERM');
    },
  };
}

async function visitorOf(browser: Browser, url: string, signIn: Door, how: Visit): Promise<Visitor> {
  const page = await openPage(browser, {
    viewport: how.size ?? WIDE,
    locale: how.language === 'zh' ? 'zh-CN' : 'en-GB',
    reducedMotion: how.hasMotion ? 'no-preference' : 'reduce',
    ...(how.hasTouch ? { hasTouch: true } : {}),
  });
  const { language, shade = 'light' } = how;
  await page
    .context()
    .addInitScript(`localStorage.setItem('tributary.language', '${language}'); localStorage.setItem('tributary.shade', '${shade}')`);
  const faults: string[] = [];
  page.on('console', (message) => void (['error', 'warning'].includes(message.type()) && faults.push(message.text())));
  page.on('pageerror', (error) => void faults.push(error.message));
  page.on('response', (response) => void (response.status() >= 400 && faults.push(`${response.status()} ${response.url()}`)));
  const name = await signIn(page.context(), how.isAnother ?? false);
  await closeAfterTest(page, name);
  await page.goto(`${url}/`);
  return {
    page,
    faults,
    async go(path) {
      await page.goto(`${url}/#${path}`);
      await page.waitForLoadState('networkidle');
    },
    stumbles: (rules) => stumblesOn(page, rules),
  };
}

/** What axe calls serious or critical on a page as it stands. */
export async function stumblesOn(page: Page, rules?: readonly string[]): Promise<string[]> {
  await page.evaluate(ARRIVED);
  // The console stays one document while it is walked through.
  if (!(await page.evaluate('"axe" in window'))) await page.evaluate(axe);
  const options = { resultTypes: ['violations'], ...(rules === undefined ? {} : { runOnly: rules }) };
  const found = (await page.evaluate(`axe.run(document, ${JSON.stringify(options)})`)) as AxeResult;
  return found.violations
    .filter((violation) => violation.impact === 'serious' || violation.impact === 'critical')
    .map((violation) => `${violation.id}: ${violation.help}: ${violation.nodes.map((node) => node.html).join(' | ')}`);
}

/** Lets a visitor in, and returns their name. */
type Door = (context: BrowserContext, isAnother: boolean) => Promise<string>;

/**
 * In by what the page of a set-up link sends: that page has its own stories. To load it for each visitor, and to make the hash of each one's password,
 * took longer than many a story, so whoever may be the same administrator as before, is.
 */
function doorOf({ url, session }: Served): Door {
  let count = 0;
  let last: { readonly name: string; readonly cookies: Awaited<ReturnType<BrowserContext['cookies']>> } | null = null;
  return async (context, isAnother) => {
    if (last !== null && !isAnother) {
      await context.addCookies(last.cookies);
      // A story may have signed them out.
      if ((await context.request.get(`${url}/api/v1/me`)).ok()) return last.name;
      await context.clearCookies();
    }
    const name = `admin${(count += 1)}`;
    const { path } = await session.call('admin.reset', {});
    const form = { link: new URL(path, url).searchParams.get('link')!, name, title: '', password: PASSWORD };
    const answer = await context.request.post(`${url}/set-up`, { form, headers: { origin: url }, maxRedirects: 0 });
    if (answer.status() !== 303) throw new Error(`${name} cannot sign in: ${answer.status()} ${await answer.text()}`);
    last = { name, cookies: await context.cookies() };
    return name;
  };
}

/** At the end of a test its page goes; of one that failed it is told first what stood there: "time-out of a click" alone tells nothing. */
async function closeAfterTest(page: Page, name: string): Promise<void> {
  // Pictures are taken without tests.
  if (process.env.VITEST !== 'true') return;
  const { expect, onTestFinished } = await import('vitest');
  if (expect.getState().currentTestName === undefined) return;
  onTestFinished(async ({ task }) => {
    if (page.isClosed()) return;
    if (task.result?.state === 'fail') {
      const text = await page
        .locator('body')
        .ariaSnapshot({ timeout: 5000 })
        .catch((error: Error) => error.message);
      console.error(`${name} saw at ${page.url()}:\n${text.slice(0, 4000)}`);
    }
    // Left open, it would follow every later run, and draw it for nobody.
    await page.context().close();
  });
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly help: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}
