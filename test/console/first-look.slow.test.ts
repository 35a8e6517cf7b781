// The console opens after signing in, speaks both languages at once, and is pleasant for whoever uses no mouse or no light.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { en } from '../../console/src/i18n/en/index.ts';
import { zh } from '../../console/src/i18n/zh/index.ts';
import { hasChromium, openPage } from '../chromium.ts';
import { openSite, type Site } from './browser.ts';
import { itOnce, toldIn } from './told-in.ts';

const texts = { en, zh } as const;

describe.skipIf(!hasChromium)('the console in Chromium', { timeout: 480_000 }, () => {
  const root = mkdtempSync(join(tmpdir(), 'tributary-console-'));
  let site: Site;
  beforeAll(async () => {
    site = await openSite({ root, database: null, running: new Set() });
  });
  afterAll(async () => {
    await site?.stop();
    rmSync(root, { recursive: true, force: true });
  });

  itOnce('shows an empty sync center, changes its language without loading again, and keeps the choice', async () => {
    const { page, faults, stumbles } = await site.visit({ language: 'en' });
    await page.getByRole('heading', { name: 'Sync center' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('en');
    expect(await stumbles()).toEqual([]);
    await page.getByRole('button', { name: '中文' }).click();
    await page.getByRole('heading', { name: '同步中心' }).waitFor();
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN');
    await page.getByRole('button', { name: /^(\S+ )?总闸$/ }).click();
    await page.getByLabel('原因（所有人可见）').fill('切换人事系统');
    await page.getByRole('dialog').getByRole('button', { name: '拉下总闸' }).click();
    await page.getByRole('status').getByText('总闸已拉下').waitFor();
    expect(await stumbles()).toEqual([]);
    await page.getByRole('button', { name: '松开总闸' }).click();
    await page.getByRole('dialog').getByText('没有已计划而因总闸等待的变更。').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: '松开总闸' }).click();
    await page.getByRole('button', { name: /^(\S+ )?总闸$/ }).waitFor();
    expect(faults).toEqual([]);
  });

  itOnce.each(['light', 'dark'] as const)(
    'on a narrow screen, %s, nothing scrolls sideways and axe finds nothing serious',
    async (shade) => {
      const { page, go, faults, stumbles } = await site.visit({ language: 'zh', shade, size: { width: 390, height: 844 } });
      await page.getByRole('heading', { name: '同步中心' }).waitFor();
      for (const path of ['/', '/course', '/waiting', '/settings/audit']) {
        await go(path);
        await page.getByRole('main').getByRole('heading').first().waitFor();
        expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth'), path).toBe(0);
        expect(await stumbles(), path).toEqual([]);
      }
      await page.getByRole('button', { name: '帮助' }).click();
      await page.getByRole('dialog').locator('summary').first().click();
      expect(await stumbles()).toEqual([]);
      expect(faults).toEqual([]);
    },
  );

  it.each(toldIn('en'))('what is not there, and what could not be loaded, has a heading, a reason and a way on (%s)', async (language) => {
    const { page, go, stumbles } = await site.visit({ language });
    const { missing, failed } = texts[language].app;
    const addresses = { job: '/jobs/4711', run: '/runs/4711', connection: '/connections/nowhere', person: '/people/nobody' } as const;
    for (const [kind, path] of Object.entries(addresses)) {
      await go(path);
      await page.getByRole('heading', { level: 1, name: missing.title[kind as keyof typeof addresses] }).waitFor();
      await page.getByRole('main').getByRole('link').waitFor();
    }
    const fault = {
      type: 'urn:tributary:problem:fault',
      code: 'fault',
      status: 500,
      instance: '/',
      title: 'A fault',
      detail: 'Its log says why.',
    };
    await page.route(/\/api\/v1\/(?!me$)/, (route) => route.fulfill({ status: 500, contentType: 'application/problem+json', json: fault }));
    // What was answered before is shown as long as nothing else is known.
    await page.reload();
    for (const path of Object.values(addresses).filter((path) => !path.startsWith('/runs'))) {
      await go(path);
      await page.getByRole('heading', { level: 1, name: failed }).waitFor();
      await page.getByRole('main').getByRole('alert').waitFor();
      await page.getByRole('main').getByRole('link').waitFor();
      expect(await stumbles(), path).toEqual([]);
    }
  });

  itOnce('asks whoever is not signed in to sign in, and leads them back to the page they wanted', async () => {
    const page = await openPage(site.browser, { locale: 'en-GB' });
    await page.goto(`${site.url}/#/runs/5`);
    await page.waitForURL(/\/sign-in\?/);
    expect(new URL(page.url()).searchParams.get('next')).toBe('/#/runs/5');
    await page.locator('input[name=name]').fill('admin1');
    await page.locator('input[name=password]').fill('a long enough password 7');
    await page.locator('form button').click();
    await page.waitForURL(`${site.url}/#/runs/5`);
  });
});
