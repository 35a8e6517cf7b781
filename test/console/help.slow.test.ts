// The help beside the work: from the form of a connection to the guide of its system, on by its links, and to the administrator's guide.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium } from '../chromium.ts';
import { openSite, type Site } from './browser.ts';

describe.skipIf(!hasChromium)('the help in Chromium', { timeout: 120_000 }, () => {
  const root = mkdtempSync(join(tmpdir(), 'tributary-help-'));
  let site: Site;
  beforeAll(async () => {
    site = await openSite({ root, database: null, running: new Set() });
  }, 120_000);
  afterAll(async () => {
    await site?.stop();
    rmSync(root, { recursive: true, force: true });
  });

  it('how a system is set up is read beside its form, with tables and links, and what was entered stays', async () => {
    const { page, faults, go, stumbles } = await site.visit({ language: 'en' });
    await go('/new');
    await page.getByRole('button', { name: 'LDAP' }).first().click();
    await page.getByRole('textbox', { name: /^Base DN/ }).fill('dc=example,dc=org');
    await page.getByRole('button', { name: 'How to set this up' }).click();
    const help = page.getByRole('dialog', { name: 'Help' });
    await help.getByRole('heading', { name: /^LDAP directories/ }).waitFor();
    await help.locator('pre').filter({ hasText: 'dn.subtree="dc=example,dc=org"' }).first().waitFor();
    await help.getByRole('cell', { name: 'entryUUID' }).first().waitFor();
    expect(await stumbles()).toEqual([]);
    await help.getByRole('button', { name: 'All help' }).click();
    // In this language, each once: not those of the other one beside them.
    const undo = help.getByRole('button', { name: 'Undo, and the directory at another moment' });
    await undo.waitFor();
    const guides = await help.getByRole('listitem').getByRole('button').allInnerTexts();
    expect(guides.filter((title) => /[\u3400-\u9fff]/.test(title))).toEqual([]);
    expect(new Set(guides).size).toBe(guides.length);
    await undo.click();
    await help.getByRole('button', { name: 'records', exact: true }).waitFor();
    // It stood far down in the list, and is read from its top.
    expect(await page.evaluate("document.querySelector('.ant-drawer-body').scrollTop")).toBe(0);
    await help.getByRole('button', { name: 'records', exact: true }).click();
    await help
      .getByRole('heading', { level: 3 })
      .getByText(/record/i)
      .waitFor();
    await help.getByRole('button', { name: 'All help' }).click();
    await help.getByRole('textbox').fill('pinyin');
    await help.getByRole('button', { name: 'Expressions' }).click();
    await help.getByRole('columnheader', { name: 'What it does' }).waitFor();
    expect(await stumbles()).toEqual([]);
    await page.keyboard.press('Escape');
    expect(await page.getByRole('textbox', { name: /^Base DN/ }).inputValue()).toBe('dc=example,dc=org');
    expect(faults).toEqual([]);
  });

  it('中文：在手机上也能从连接表单打开该系统的说明，不会横向滚动', async () => {
    const { page, faults, go, stumbles } = await site.visit({ language: 'zh', shade: 'dark', size: { width: 390, height: 844 } });
    await go('/new');
    await page.getByRole('button', { name: '飞书' }).first().click();
    await page.getByRole('button', { name: '如何设置' }).click();
    const help = page.getByRole('dialog', { name: '帮助' });
    await help.getByRole('heading', { name: '飞书与 Lark' }).waitFor();
    await help.getByRole('link', { name: '开发者后台' }).waitFor();
    await help.getByRole('cell', { name: '识别租户' }).waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0);
    expect(await stumbles()).toEqual([]);
    await help.getByRole('button', { name: '全部帮助' }).click();
    await help.getByRole('button', { name: '表达式', exact: true }).click();
    await help.getByRole('columnheader', { name: '函数' }).waitFor();
    expect(faults).toEqual([]);
  });
});
