// `npm run pictures`: takes the pictures of the documents from the demo's company, so that they show the console as it is.
import { spawn } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { openChromium } from './chromium.ts';
import { buildConsole, type Language } from './console/browser.ts';
import { words } from './console/gallery/place.ts';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'docs/pictures');
/** A repository is fetched whole. */
const MOST_BYTES = 200_000;
const LIMIT_MS = 120_000;
const LATER_MS = 2.2 * 3_600_000;

interface Picture {
  readonly name: string;
  readonly path: string | ((url: string) => Promise<string>);
  readonly dark?: true;
  readonly phone?: true;
  /** What makes the page show something; then the picture is taken. */
  readonly prepare?: (page: Page) => Promise<void>;
}

/** The bar at the top of each page, and some air. */
const ABOVE_PX = 76;
/** The HR file of the second day. */
const SECOND_DAY = '/runs/10';
/** What it would delete is asked about again: the demo had said no to two of them. */
async function askAgain(page: Page, language: Language): Promise<void> {
  await page.getByRole('button', { name: words[language].runs.held.takeBack }).click();
  await page.getByRole('button', { name: words[language].runs.held.takeBack }).waitFor({ state: 'detached' });
}
/** Its changes, below what it asks. */
const planned = async (page: Page): Promise<void> => {
  await page.getByRole('table').getByRole('button').first().waitFor();
  const { y } = (await page.getByRole('heading', { level: 2 }).last().boundingBox())!;
  await page.mouse.wheel(0, y - ABOVE_PX);
};
const explained = (language: Language) => (page: Page) => page.getByRole('button', { name: words[language].person.why }).first().click();
const helped = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: words.zh.app.nav.help, exact: true }).click();
  await page.getByRole('dialog').locator('summary').filter({ hasText: words.zh.waiting.title }).click();
};
const someone = async (url: string): Promise<string> => {
  const answer = (await (await fetch(`${url}/api/v1/people?text=001003`)).json()) as {
    readonly objects: readonly { readonly id: string }[];
  };
  return `/people/${answer.objects[0]!.id}`;
};

/** Ten, told in the language of who reads them; what both read, in one. */
const pictures: Readonly<Record<Language, readonly Picture[]>> = {
  en: [
    { name: 'sync-center', path: '/' },
    { name: 'waiting', path: '/waiting' },
    { name: 'plan', path: SECOND_DAY, prepare: planned },
    { name: 'wizard', path: '/new' },
    { name: 'person', path: someone, dark: true, prepare: explained('en') },
  ],
  zh: [
    { name: 'sync-center-zh', path: '/' },
    { name: 'waiting-zh', path: '/waiting' },
    { name: 'plan-zh', path: SECOND_DAY, dark: true, prepare: planned },
    { name: 'sync-center-phone', path: '/', phone: true },
    { name: 'help-zh', path: '/waiting', prepare: helped },
  ],
};

const WIDE = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

async function isThere(page: Page): Promise<void> {
  await page.waitForLoadState('networkidle');
  await page.waitForFunction("document.querySelector('.ant-skeleton') === null");
}

async function open(browser: Browser, url: string, language: Language, picture: Omit<Picture, 'name'>): Promise<Page> {
  const context = await browser.newContext({
    viewport: picture.phone ? PHONE : WIDE,
    locale: language === 'zh' ? 'zh-CN' : 'en-GB',
    reducedMotion: 'reduce',
  });
  await context.addInitScript(
    `localStorage.setItem('tributary.language', '${language}'); localStorage.setItem('tributary.shade', '${picture.dark ? 'dark' : 'light'}')`,
  );
  const page = await context.newPage();
  // All that the demo did was two hours ago, however long it took.
  await page.clock.setFixedTime(Date.now() + LATER_MS);
  page.setDefaultTimeout(LIMIT_MS);
  await page.goto(`${url}/#${typeof picture.path === 'string' ? picture.path : await picture.path(url)}`);
  await page.getByRole('main').getByRole('heading').first().waitFor();
  await isThere(page);
  return page;
}

async function take(browser: Browser, url: string, language: Language, picture: Picture): Promise<void> {
  const page = await open(browser, url, language, picture);
  if (picture.prepare) {
    await picture.prepare(page);
    await isThere(page);
  }
  const path = join(folder, `${picture.name}.png`);
  await page.screenshot({ path });
  await page.context().close();
  const { size } = statSync(path);
  process.stdout.write(`${picture.name}: ${Math.round(size / 1000)} kB\n`);
  if (size > MOST_BYTES) throw new Error(`${path} has ${size} bytes; at most ${MOST_BYTES}`);
}

/** The demo says where it is once everything has run. */
async function startDemo(language: Language): Promise<{ readonly url: string; readonly stop: () => void }> {
  const child = spawn(process.execPath, [join(root, 'src/demo/main.ts'), '--lang', language], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PORT: '0', NO_COLOR: '1' },
  });
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the demo ended with ${code}: ${said}`)));
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const found = /(?:Watch the jobs at|任务状态见)\s+(http:\/\/[\d.:]+\d)/.exec(said);
      if (found) resolve(found[1]!);
    });
  });
  return { url, stop: () => void child.kill('SIGTERM') };
}

buildConsole();
mkdirSync(folder, { recursive: true });
const browser = await openChromium();
try {
  for (const language of ['en', 'zh'] as const) {
    const demo = await startDemo(language);
    try {
      const page = await open(browser, demo.url, language, { path: SECOND_DAY });
      await askAgain(page, language);
      await page.context().close();
      for (const picture of pictures[language]) await take(browser, demo.url, language, picture);
    } finally {
      demo.stop();
    }
  }
} finally {
  await browser.close();
}
