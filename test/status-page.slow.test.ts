// The status page in a real browser: on a wide and a narrow screen, in both languages, by day and by night.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JobView, RunView, StatusView } from '../src/engine/operations/views.ts';
import { openServer, type OpenServer } from '../src/server/app.ts';
import { hasChromium, openChromium, openPage } from './chromium.ts';

const now = Date.UTC(2026, 2, 5, 9, 30);
const words = (en: string, zh: string) => ({ en, zh });

const run = (id: number, state: string, more: Partial<RunView> = {}): RunView => ({
  id,
  job: 1,
  jobName: 'HR file → directory',
  jobRemoved: false,
  mode: 'full',
  dryRun: false,
  cause: 'schedule',
  actor: 'clock',
  state,
  stage: 'close',
  attempt: 1,
  ofPlan: null,
  undoes: null,
  queuedAt: now - 60_000 * id,
  startedAt: now - 60_000 * id,
  endedAt: now - 50_000 * id,
  problem: null,
  warnings: [],
  staysOpen: null,
  withoutPassword: null,
  counts: { read: 12_345, applied: 1_204, held: 6, failed: 0 },
  ...more,
});

const job = (id: number, name: string, state: string, more: Partial<JobView> = {}): JobView => ({
  id,
  name,
  description: '',
  owner: '',
  connection: 'hr',
  connectionName: '人事系统 (Feishu)',
  connector: 'file',
  awaySince: null,
  direction: 'up',
  state,
  stateReason: null,
  question: null,
  trigger: 'manual',
  schedule: null,
  nextDueAt: null,
  lastCompleteAt: null,
  lastRun: run(id, 'warnings'),
  held: 0,
  problems: 0,
  ...more,
});

const view: StatusView = {
  now,
  jobs: [
    job(1, 'HR file → directory', 'enabled', { held: 1_006, problems: 12, schedule: '*/15 * * * *', nextDueAt: now + 900_000 }),
    job(2, 'A job with a very long name that somebody gave to it so that nobody would ever wonder what it does', 'paused', {
      direction: 'down',
      stateReason: words('The source shows half of the people.', '源系统只显示一半人员。'),
      lastRun: run(2, 'waiting', { problem: words('The brake is on.', '总闸已拉下。') }),
    }),
    job(3, '目录 → LDAP', 'disabled', { direction: 'down', lastRun: null, schedule: '0 3 * * 1-5' }),
    job(4, 'Phone book', 'quarantined', { direction: 'down', lastRun: run(4, 'failed') }),
  ],
  runs: [
    run(9, 'running'),
    run(8, 'partly-failed', { counts: { read: 1_000_000, applied: 999_000, held: 0, failed: 17 } }),
    run(7, 'succeeded', { dryRun: true }),
  ],
  questions: [
    {
      job: 1,
      jobName: 'HR file → directory',
      question: 'delete',
      label: words('Delete these?', '是否删除?'),
      count: 1_000,
      objects: 1_000,
    },
    {
      job: 1,
      jobName: 'HR file → directory',
      question: 'limit:disable',
      label: words('More than the limit would be disabled: go on?', '超过限额的对象将被停用:是否继续?'),
      count: 6,
      objects: 6,
    },
  ],
  problems: [{ job: 1, jobName: 'HR file → directory', count: 12, dead: 2, waiting: 0, waived: 0 }],
  brakes: [
    { scope: 'connection:ldap', scopeName: words('connection "LDAP"', '连接“LDAP”'), since: now, by: 'ann', reason: 'audit <b>today</b>' },
  ],
  connections: [{ id: 'ldap', name: 'LDAP', connector: 'ldap', awaySince: now - 3_600_000, reason: null, checkedAt: now, expiresAt: null }],
};

const screens = { wide: { width: 1440, height: 900 }, narrow: { width: 390, height: 844 } } as const;

describe.skipIf(!hasChromium)('the status page in Chromium', () => {
  let server: OpenServer;
  let browser: Awaited<ReturnType<typeof openChromium>>;
  beforeAll(async () => {
    server = await openServer({
      host: '127.0.0.1',
      port: 0,
      publicUrl: null,
      trustedProxies: [],
      tls: null,
      status: async () => view,
      receive: async () => ({ status: 404, headers: {}, body: '' }),
      onFault: () => {},
      members: null,
      metrics: null,
      ready: async () => {},
    });
    browser = await openChromium();
  });
  afterAll(async () => {
    await browser?.close();
    await server?.stop();
  });

  const cases = (['wide', 'narrow'] as const).flatMap((size) =>
    (['en', 'zh'] as const).flatMap((language) => (['light', 'dark'] as const).map((scheme) => [size, language, scheme] as const)),
  );

  it.each(
    cases,
  )('on a %s screen in %s, %s: shows everything, needs no sideways scrolling, and can be read', async (size, language, scheme) => {
    const page = await openPage(browser, { viewport: screens[size], colorScheme: scheme });
    const troubles: string[] = [];
    page.on('console', (message) => message.type() === 'error' && troubles.push(message.text()));
    page.on('pageerror', (error) => troubles.push(error.message));
    await page.goto(`${server.url}/?lang=${language}`);
    if (process.env.SCREENSHOTS)
      await page.screenshot({ path: `${process.env.SCREENSHOTS}/${size}-${language}-${scheme}.png`, fullPage: true });
    const text = await page.locator('body').innerText();
    const expected =
      language === 'en'
        ? ['The brake is on', 'cannot be reached', 'Delete these?', 'paused by the guard', 'partly failed', '1,000,000']
        : ['总闸已拉下', '无法连接', '是否删除?', '被保护暂停', '部分失败', '1,000,000'];
    for (const word of expected) expect(text).toContain(word);
    expect(await page.evaluate('document.documentElement.lang')).toBe(language === 'zh' ? 'zh-CN' : 'en');
    // What a person wrote is text, never markup.
    expect(text).toContain('audit <b>today</b>');
    expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0);
    expect(await page.evaluate(contrastOfTexts)).toEqual([]);
    expect(troubles).toEqual([]);
    await page.context().close();
  });
});

/** Texts whose contrast to what is behind them is below 4.5 : 1. @see https://www.w3.org/TR/WCAG22/#contrast-minimum */
const contrastOfTexts = `(() => {
  const light = (css) => {
    const [r, g, b] = css.match(/[\\d.]+/g).slice(0, 3).map((v) => { const c = v / 255; return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4; });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const behind = (element) => {
    for (let at = element; at; at = at.parentElement) {
      const colour = getComputedStyle(at).backgroundColor;
      if (!/, 0\\)$|transparent/.test(colour)) return colour;
    }
    return 'rgb(255,255,255)';
  };
  const poor = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    if (walker.currentNode.textContent.trim() === '' || ['STYLE', 'SCRIPT', 'TITLE'].includes(element.tagName)) continue;
    const [a, b] = [light(getComputedStyle(element).color), light(behind(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    if (ratio < 4.5) poor.push(walker.currentNode.textContent.trim() + ' ' + ratio.toFixed(2));
  }
  return poor;
})()`;
