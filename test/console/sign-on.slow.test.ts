// Signing in through a provider, set by clicks: tested, saved, and used from the next request on, with the one that a company would have.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { en } from '../../console/src/i18n/en/index.ts';
import { zh } from '../../console/src/i18n/zh/index.ts';
import { hasChromium } from '../chromium.ts';
import { CLIENT, startProvider, type RunningProvider } from '../support/oidc-provider.ts';
import { openSite, type Site } from './browser.ts';
import { itOnce, toldIn } from './told-in.ts';

const words = { en, zh };
const administrator = { en: 'administrator', zh: '管理员' };
const readsOk = { en: 'describes itself', zh: '提供了说明文档' };

describe.skipIf(!hasChromium)('single sign-on in Chromium', { timeout: 120_000 }, () => {
  const root = mkdtempSync(join(tmpdir(), 'tributary-sign-on-'));
  let site: Site;
  let provider: RunningProvider;

  beforeAll(async () => {
    site = await openSite({ root, database: null, running: new Set() });
    provider = await startProvider({ site: site.url });
  }, 120_000);
  afterAll(async () => {
    await site?.stop();
    await provider?.stop();
    rmSync(root, { recursive: true, force: true });
  });

  it.each(toldIn('zh'))('is set by clicks, and whoever the provider knows is in: %s', async (language) => {
    const say = words[language].settings;
    const { signOn } = say;
    await site.session.call('oidc.change', { enabled: false, issuer: '', clientId: '', name: '', roles: [] });
    const { page, faults, go, stumbles } = await site.visit({ language });
    const press = (name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();
    await go('/settings/sign-on');
    await page.getByText(signOn.off, { exact: true }).waitFor();
    expect(await page.getByRole('textbox', { name: words[language].app.copyThis }).inputValue()).toBe(`${site.url}/sign-in/oidc/return`);

    await page.getByLabel(signOn.issuer, { exact: true }).fill(provider.issuer.origin);
    await page.getByLabel(signOn.clientId, { exact: true }).fill(CLIENT.client_id);
    await page.getByLabel(signOn.clientSecret).fill(CLIENT.client_secret);
    await page.getByLabel(signOn.name).fill('Xinghe ID');
    await page.getByLabel(signOn.scope, { exact: true }).fill('openid profile groups');
    // By keyboard: to the button, a value, and the role beside it.
    await page.getByRole('button', { name: signOn.addValue }).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('textbox', { name: signOn.value.replace('{{n}}', '1'), exact: true }).fill('sync-admins');
    await page.getByText(signOn.noAdmin).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('ArrowDown');
    await page.getByTitle(administrator[language], { exact: true }).click();
    await page.getByText(signOn.noAdmin).waitFor({ state: 'detached' });
    await press(signOn.test);
    await page.getByText(readsOk[language]).waitFor();
    expect(await stumbles()).toEqual([]);
    await page.getByRole('switch').focus();
    await page.keyboard.press('Space');
    await press(say.save);
    await page.getByText(signOn.on, { exact: true }).waitFor();
    expect(await page.getByLabel(signOn.clientSecret).inputValue()).toBe('');
    expect(await stumbles()).toEqual([]);
    expect(faults).toEqual([]);

    await page.getByRole('button', { name: words[language].app.account.menu }).click();
    await page.getByRole('menuitem', { name: words[language].app.account.signOut }).click();
    await page.waitForURL(`${site.url}/sign-in*`);
    await page.getByRole('link', { name: /Xinghe ID/ }).click();
    await page.locator('input[name=login]').fill('anna');
    await page.locator('input[name=password]').fill('anything');
    await page.locator('button[type=submit]').click();
    await page.waitForURL(/interaction/);
    await page.locator('button[type=submit]').click();
    await page.waitForURL(`${site.url}/`);
    // What the provider's own pages miss is not ours.
    faults.splice(0);
    await page.getByRole('button', { name: words[language].app.account.menu }).click();
    await page.getByText('anna.li').waitFor();
    await page.keyboard.press('Escape');
    await go('/settings/members');
    await page.getByText('Anna Li').waitFor();

    await go('/settings/sign-on');
    await page.getByRole('switch').click();
    await press(say.save);
    await page.getByRole('dialog').getByText(signOn.offWhat).waitFor();
    await page.getByRole('dialog').getByRole('button', { name: signOn.switchOff }).click();
    await page.getByText(signOn.off, { exact: true }).waitFor();
    expect(faults).toEqual([]);
    const shown = await site.session.call('oidc.show', {});
    expect(shown).toMatchObject({ enabled: false, people: 1, hasSecret: true, roles: [{ value: 'sync-admins', role: 'admin' }] });
    const door = await page.context().request.get(`${site.url}/sign-in`);
    expect(await door.text()).not.toContain('/sign-in/oidc');
    const { entries } = await site.session.call('audit.list', { action: 'oidc.' });
    expect(entries.map((entry) => entry.actor)).toContain('anna.li');
    expect(JSON.stringify(entries)).not.toContain(CLIENT.client_secret);

    // Whoever has a role from a value that somebody takes away is out at once, and that is said.
    const other = await site.visit({ language });
    await other.go('/settings/sign-on');
    await other.page.getByRole('textbox', { name: signOn.value.replace('{{n}}', '1'), exact: true }).fill('others');
    await other.page.getByRole('button', { name: say.save, exact: true }).click();
    await other.page.getByText(signOn.signedOut_one.replace('{{count}}', '1')).waitFor();
    expect((await page.context().request.get(`${site.url}/api/v1/jobs`)).status()).toBe(401);

    // The saved secret is taken away, once that is saved; until then somebody may think again.
    const remove = other.page.getByRole('button', { name: signOn.removeSecret, exact: true });
    await remove.click();
    await other.page.getByText(signOn.secretGoes).waitFor();
    await other.page.getByRole('button', { name: signOn.keepSecret, exact: true }).click();
    expect(await other.page.getByRole('button', { name: say.save, exact: true }).isDisabled()).toBe(true);
    await remove.click();
    expect(await other.stumbles()).toEqual([]);
    await other.page.getByRole('button', { name: say.save, exact: true }).click();
    await remove.waitFor({ state: 'detached' });
    await other.page.getByText(signOn.secretHelp).waitFor();
    expect((await site.session.call('oidc.show', {})).hasSecret).toBe(false);
    expect(other.faults).toEqual([]);
  });

  itOnce('is shown as a list where the environment of the server says it, can be tested, and not be changed', async () => {
    const own = mkdtempSync(join(tmpdir(), 'tributary-sign-on-'));
    const environment = {
      OIDC_ISSUER: provider.issuer.origin,
      OIDC_CLIENT_ID: CLIENT.client_id,
      OIDC_CLIENT_SECRET: CLIENT.client_secret,
      OIDC_ROLES: 'sync-admins=admin',
      OIDC_NAME: 'Of the server',
    };
    const fixed = await openSite({ root: own, database: null, running: new Set(), environment });
    try {
      const { page, faults, go, stumbles } = await fixed.visit({ language: 'zh' });
      const { signOn, save } = zh.settings;
      await go('/settings/sign-on');
      await page.getByText(signOn.environment, { exact: true }).waitFor();
      await page.getByText(provider.issuer.origin, { exact: true }).waitFor();
      expect(await page.getByRole('button', { name: save, exact: true }).count()).toBe(0);
      expect(await page.getByLabel(signOn.issuer, { exact: true }).count(), 'a list, no boxes').toBe(0);
      await page.getByRole('button', { name: signOn.test, exact: true }).click();
      await page.getByText(readsOk.zh).waitFor();
      expect(await page.content()).not.toContain(CLIENT.client_secret);
      expect([await stumbles(), faults]).toEqual([[], []]);
      await expect(fixed.session.call('oidc.change', { enabled: false })).rejects.toThrow(/OIDC_ISSUER/);
      expect(await (await page.context().request.get(`${fixed.url}/sign-in`)).text()).toContain('Of the server');
    } finally {
      await fixed.stop();
      rmSync(own, { recursive: true, force: true });
    }
  });
});
