// The settings by clicks, and what each role sees: invited by a link, signed in, walked through every place.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { hasChromium } from '../chromium.ts';
import { openSite, type Site } from './browser.ts';
import { itOnce, toldBy } from './told-in.ts';

const PASSWORD = 'a long enough password 9';

describe.skipIf(!hasChromium)('the settings in Chromium', { timeout: 120_000 }, () => {
  const root = mkdtempSync(join(tmpdir(), 'tributary-settings-'));
  let site: Site;

  beforeAll(async () => {
    site = await openSite({ root, database: null, running: new Set() });
  }, 120_000);
  afterAll(async () => {
    await site?.stop();
    rmSync(root, { recursive: true, force: true });
  });

  itOnce('make a token that is shown once, keep an attribute of one’s own, and show what the audit log says of both', async () => {
    const { page, faults, go, stumbles } = await site.visit({ language: 'zh' });
    await go('/settings/tokens');
    await page.getByRole('button', { name: '新建令牌' }).click();
    await page.getByLabel('用途').fill('夜间检查');
    await page.getByRole('button', { name: '生成令牌' }).click();
    await page.getByText('请立即复制').waitFor();
    expect(await stumbles()).toEqual([]);
    await page.getByRole('button', { name: '我已保存' }).click();
    await page.getByText('夜间检查').waitFor();
    await go('/settings/attributes');
    await page.getByRole('button', { name: '新增属性' }).click();
    await page.getByLabel('英文名称').fill('Badge');
    await page.getByLabel('中文名称').fill('工牌');
    await page.getByLabel('标识').fill('badge');
    await page.getByRole('button', { name: '保存', exact: true }).click();
    await page.getByText('工牌').waitFor();
    await go('/settings/audit');
    await page.getByText('创建 API 令牌').waitFor();
    await page.getByText('新增属性', { exact: true }).first().waitFor();
    await page.getByRole('button', { name: '校验日志' }).click();
    await page.getByText('日志未被改动').waitFor();
    expect(await stumbles()).toEqual([]);
    expect(faults).toEqual([]);
    const { tokens } = await site.session.call('token.list', {});
    expect(tokens.map((token) => token.name)).toEqual(['夜间检查']);
  });

  it.each(
    toldBy([
      ['en', 'Edit', 'Save', /has saved this while you were editing it/, 'Show theirs'],
      ['zh', '编辑', '保存', /您编辑期间.*已保存此内容/, '查看对方的内容'],
    ] as const),
  )('tell who saved a channel meanwhile, and overwrite nothing (%s)', async (language, edit, save, said, reload) => {
    const id = `mail-${language}`;
    const config = { host: 'mail.example.org', from: 'sync@example.org' };
    await site.session.call('channel.create', { id, kind: 'email', name: `First ${language}`, config });
    const { page, go, stumbles } = await site.visit({ language });
    await go('/settings/notices');
    await page
      .getByRole('listitem')
      .filter({ hasText: `First ${language}` })
      .getByRole('button', { name: edit, exact: true })
      .click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').first().fill('Mine');
    await site.session.call('channel.update', { channel: id, name: `Theirs ${language}` });
    await dialog.getByRole('button', { name: save, exact: true }).click();
    await dialog.getByText(said).waitFor();
    expect(await stumbles()).toEqual([]);
    await dialog.getByRole('button', { name: reload }).click();
    await page.getByText(`Theirs ${language}`).waitFor();
    const { channels } = await site.session.call('channel.list', {});
    expect(channels.find((one) => one.id === id)!.name).toBe(`Theirs ${language}`);
  });

  it.each(
    toldBy([
      ['zh', '生成新密钥', '没有它，此前的备份无法读取', /密钥 (\w{8}) 已取代 (\w{8})/],
      ['en', 'Make a new key', 'backups from before cannot be read without it', /Key (\w{8}) has taken over from (\w{8})/],
    ] as const),
  )('make a new master key while the server runs, and say where the old one is kept (%s)', async (language, make, why, done) => {
    const before = await site.session.call('system.health', {});
    const { page, faults, go, stumbles } = await site.visit({ language });
    await go('/settings/health');
    await page.getByText(before.key!).waitFor();
    await page.getByRole('button', { name: make }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(why).waitFor();
    expect(await stumbles()).toEqual([]);
    await dialog.getByRole('button', { name: make }).click();
    const said = done.exec((await page.getByText(done).textContent()) ?? '');
    const kept = join(root, 'data', `key.${before.key}.old`);
    await page.getByText(kept).waitFor();
    await page.getByText('tributary compact').waitFor();
    const after = await site.session.call('system.health', {});
    expect(said!.slice(1)).toEqual([after.key, before.key]);
    expect(after.keyRotation).toEqual({ obstacle: null, state: 'none', rows: 0 });
    expect([existsSync(kept), existsSync(join(root, 'data', 'key'))]).toEqual([true, true]);
    expect(await page.textContent('body')).not.toContain(readFileSync(join(root, 'data', 'key'), 'utf8').trim());
    expect(await stumbles()).toEqual([]);
    await go('/settings/audit');
    await page
      .getByText(language === 'zh' ? '轮换主密钥' : 'master key rotated')
      .first()
      .waitFor();
    expect(faults).toEqual([]);
    await page.context().close();
  });

  itOnce('say before the click why no new master key can be made where it comes from the environment', async () => {
    const own = mkdtempSync(join(tmpdir(), 'tributary-given-key-'));
    const given = await openSite({
      root: own,
      database: null,
      running: new Set(),
      environment: { TRIBUTARY_KEY: Buffer.alloc(32, 5).toString('base64') },
    });
    onTestFinished(async () => {
      await given.stop();
      rmSync(own, { recursive: true, force: true });
    });
    const { page, faults, go, stumbles } = await given.visit({ language: 'zh' });
    await go('/settings/health');
    await page.getByText('目前无法生成新密钥').waitFor();
    await page.getByText('本安装的密钥来自 TRIBUTARY_KEY').waitFor();
    expect(await page.getByRole('button', { name: '生成新密钥' }).count()).toBe(0);
    expect(await stumbles()).toEqual([]);
    expect(faults).toEqual([]);
    await expect(given.session.call('key.rotate', {})).rejects.toThrow('comes from TRIBUTARY_KEY');
  });

  /** What each role finds in the settings, and on the sync center; design 9. */
  const roles = {
    viewer: { sections: ['Your account', 'General', 'Custom attributes', 'Lookup tables', 'System health'], create: false, brake: false },
    operator: {
      sections: ['Your account', 'General', 'Notices', 'Custom attributes', 'Lookup tables', 'System health'],
      create: false,
      brake: true,
    },
    approver: { sections: ['Your account', 'General', 'Custom attributes', 'Lookup tables', 'System health'], create: false, brake: false },
    auditor: {
      sections: [
        'Your account',
        'Members',
        'Single sign-on',
        'API tokens',
        'General',
        'Notices',
        'Custom attributes',
        'Lookup tables',
        'Configuration file',
        'Audit log',
        'System health',
      ],
      create: false,
      brake: false,
    },
  } as const;

  itOnce.each(Object.keys(roles) as (keyof typeof roles)[])(
    'show and offer the %s what the role may, and say what it may not',
    async (role) => {
      const { path } = await site.session.call('account.invite', { name: role, roles: [role] });
      const { page, faults } = await enter(path);
      await page.goto(`${site.url}/#/settings/account`);
      const side = page.getByRole('navigation', { name: 'Settings', exact: true });
      await side.getByRole('link', { name: 'System health' }).waitFor();
      expect(await side.getByRole('link').allTextContents()).toEqual(roles[role].sections);
      // No action of an administrator anywhere; an address that is closed says which role opens it.
      for (const section of ['general', 'attributes', 'health', 'members', 'sign-on', 'tokens', 'configuration', 'audit', 'notices']) {
        await page.goto(`${site.url}/#/settings/${section}`);
        await page.waitForLoadState('networkidle');
        for (const name of [
          'Save',
          'Invite somebody',
          'New token',
          'Add an attribute',
          'Add a channel',
          'Count what is older',
          'Make a new key',
        ])
          expect(await page.getByRole('button', { name, exact: true }).count(), `${role}: ${name} in ${section}`).toBe(0);
      }
      if (role === 'auditor') {
        // Channels, rules and texts are read, and who may change them is said.
        await page.goto(`${site.url}/#/settings/notices?tab=rules`);
        await page
          .getByRole('tabpanel', { name: 'Who is told what' })
          .getByText('Changing who is told what needs the role administrator.')
          .waitFor();
        await page.getByRole('tab', { name: 'Texts' }).click();
        const texts = page.getByRole('tabpanel', { name: 'Texts' });
        await texts.getByText('Changing who is told what needs the role administrator.').waitFor();
        await texts.locator('[lang=zh] p').waitFor();
      } else {
        await page.goto(`${site.url}/#/settings/members`);
        await page.getByText('Your role does not open this page').waitFor();
      }
      await page.goto(`${site.url}/#/`);
      await page.getByRole('heading', { name: 'Sync center' }).waitFor();
      await page.getByText('Nothing is connected yet. As soon as an administrator connects the first system').waitFor();
      expect(await page.getByRole('button', { name: 'Create sync job' }).count()).toBe(0);
      expect(
        await page.getByRole('link', { name: /Create sync job|Connect a source|Connect an app/ }).count(),
        `${role}: ways into the wizard`,
      ).toBe(0);
      // The address of a deed that the role does not have says so, instead of a form that the server refuses at its end.
      for (const place of ['/new', '/jobs/1/edit/scope', '/people/somebody/merge', '/people/somebody/split']) {
        await page.goto(`${site.url}/#${place}`);
        await page.getByText('Your role does not open this page').waitFor();
        await page.getByRole('link', { name: 'To the sync center' }).waitFor();
      }
      expect(await page.getByRole('button', { name: 'Brake' }).count()).toBe(roles[role].brake ? 1 : 0);
      expect(await page.getByRole('button', { name: 'Try it' }).count()).toBe(0);
      for (const place of ['/directory', '/runs', '/waiting']) {
        await page.goto(`${site.url}/#${place}`);
        await page.waitForLoadState('networkidle');
      }
      await page.goto(`${site.url}/#/settings/general`);
      await page.getByText('Changing the settings needs the role administrator.').waitFor();
      // Whatever the pages asked for, the role may have: nothing was refused.
      expect(faults).toEqual([]);
      await page.context().close();
    },
  );

  async function enter(link: string): Promise<{ page: Page; faults: string[] }> {
    const context = await site.browser.newContext({ locale: 'en-GB', reducedMotion: 'reduce', viewport: { width: 1440, height: 900 } });
    await context.addInitScript(`localStorage.setItem('tributary.language', 'en')`);
    const page = await context.newPage();
    const faults: string[] = [];
    page.on('console', (message) => void (message.type() === 'error' && faults.push(message.text())));
    page.on('response', (response) => void (response.status() >= 400 && faults.push(`${response.status()} ${response.url()}`)));
    await page.goto(site.url + link);
    await page.locator('input[name=password]').fill(PASSWORD);
    await page.locator('form button').click();
    await page.waitForURL(`${site.url}/`);
    return { page, faults };
  }
});
