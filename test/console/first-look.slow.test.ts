// The console opens after signing in, speaks both languages at once, and is pleasant for whoever uses no mouse or no light.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, openPage } from '../chromium.ts';
import { openSite, type Site } from './browser.ts';

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

  it('shows an empty sync center, changes its language without loading again, and keeps the choice', async () => {
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
    await page.getByRole('button', { name: /^(\S+ )?总闸$/ }).waitFor();
    expect(faults).toEqual([]);
  });

  it.each(['light', 'dark'] as const)('on a narrow screen, %s, nothing scrolls sideways and axe finds nothing serious', async (shade) => {
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
  });

  it('asks whoever is not signed in to sign in, and leads them back to the page they wanted', async () => {
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
