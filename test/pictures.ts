// `npm run pictures`: takes the pictures of the documents from the demo's company, so that they show the console as it is.
import { spawn } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { openChromium } from './chromium.ts';
import { buildConsole } from './console/browser.ts';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'docs/pictures');
/** A repository is fetched whole. */
const MOST_BYTES = 150_000;
const LIMIT_MS = 120_000;
const LATER_MS = 2.2 * 3_600_000;

interface Picture {
  readonly name: string;
  readonly path: string;
  readonly language: 'en' | 'zh';
  readonly dark?: true;
  readonly phone?: true;
  /** What makes the page show something; then the picture is taken. */
  readonly prepare?: (page: Page) => Promise<void>;
}

/** The HR file of the second day, with deletions that were held. */
const SECOND_DAY = '/runs/10';
const planned = (page: Page): Promise<void> => page.getByRole('table').getByRole('button').first().waitFor();
const helped = async (page: Page): Promise<void> => {
  await page.getByRole('button', { name: '帮助' }).click();
  await page.getByRole('dialog').locator('summary').filter({ hasText: '待处理' }).click();
};

const pictures: readonly Picture[] = [
  { name: 'sync-center', path: '/', language: 'en' },
  { name: 'sync-center-zh', path: '/', language: 'zh' },
  { name: 'sync-center-phone', path: '/', language: 'zh', phone: true },
  { name: 'wizard', path: '/new', language: 'en' },
  { name: 'plan', path: SECOND_DAY, language: 'en', prepare: planned },
  { name: 'plan-zh', path: SECOND_DAY, language: 'zh', dark: true, prepare: planned },
  { name: 'help-zh', path: '/waiting', language: 'zh', prepare: helped },
  { name: 'directory', path: '/directory', language: 'zh' },
  { name: 'job', path: '/jobs/1', language: 'en' },
  { name: 'course', path: '/course?days=7', language: 'en', dark: true },
];

const WIDE = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

async function take(browser: Browser, url: string, picture: Picture): Promise<void> {
  const context = await browser.newContext({ viewport: picture.phone ? PHONE : WIDE, reducedMotion: 'reduce' });
  await context.addInitScript(
    `localStorage.setItem('tributary.language', '${picture.language}'); localStorage.setItem('tributary.shade', '${picture.dark ? 'dark' : 'light'}')`,
  );
  const page = await context.newPage();
  // All that the demo did was two hours ago, however long it took.
  await page.clock.setFixedTime(Date.now() + LATER_MS);
  page.setDefaultTimeout(LIMIT_MS);
  await page.goto(`${url}/#${picture.path}`);
  await page.getByRole('main').getByRole('heading').first().waitFor();
  await page.waitForLoadState('networkidle');
  if (picture.prepare) {
    await picture.prepare(page);
    await page.waitForLoadState('networkidle');
  }
  const path = join(folder, `${picture.name}.png`);
  await page.screenshot({ path });
  await context.close();
  const { size } = statSync(path);
  process.stdout.write(`${picture.name}: ${Math.round(size / 1000)} kB\n`);
  if (size > MOST_BYTES) throw new Error(`${path} has ${size} bytes; at most ${MOST_BYTES}`);
}

/** The demo says where it is once everything has run. */
async function startDemo(): Promise<{ readonly url: string; readonly stop: () => void }> {
  const child = spawn(process.execPath, [join(root, 'src/demo/main.ts'), '--lang', 'en'], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PORT: '0', NO_COLOR: '1' },
  });
  let said = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the demo ended with ${code}: ${said}`)));
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      const found = /Watch the jobs at (http:\/\/[\d.:]+\d)/.exec(said);
      if (found) resolve(found[1]!);
    });
  });
  return { url, stop: () => void child.kill('SIGTERM') };
}

buildConsole();
mkdirSync(folder, { recursive: true });
const demo = await startDemo();
const browser = await openChromium();
try {
  for (const picture of pictures) await take(browser, demo.url, picture);
} finally {
  await browser.close();
  demo.stop();
}
