// Connecting a system, in Chromium: a check that also writes where somebody asks for it, and the address for events with what stands in its way.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { en } from '../../console/src/i18n/en/index.ts';
import { zh } from '../../console/src/i18n/zh/index.ts';
import type { Simulator } from '../../src/connector-kit/contract.ts';
import { feishu } from '../../src/connectors/feishu/index.ts';
import { ldap } from '../../src/connectors/ldap/index.ts';
import { hasChromium } from '../chromium.ts';
import { openSite, type Site } from './browser.ts';
import { toldIn } from './told-in.ts';

const words = { en, zh } as const;
const written = { en: 'Created, changed and removed a probe entry.', zh: '已创建、修改并删除一个测试条目。' } as const;
const answers = { en: /^The LDAP server at .+ answers/, zh: /^LDAP 服务器 .+可达/ } as const;

describe.skipIf(!hasChromium)('connecting a system, in Chromium', { timeout: 240_000 }, () => {
  const root = mkdtempSync(join(tmpdir(), 'tributary-check-'));
  let site: Site;
  let far: Simulator;
  beforeAll(async () => {
    far = await ldap.simulate!({ port: 0 });
    site = await openSite({ root, database: null, running: new Set() });
    await site.session.call('connection.create', { id: 'branch', connector: 'ldap', name: 'Branch', config: far.config as never });
  });
  afterAll(async () => {
    await site?.stop();
    await far?.stop();
    rmSync(root, { recursive: true, force: true });
  });

  it.each(toldIn('en'))('writes and removes a test object only where somebody asks for it, %s', async (language) => {
    const { connections, wizard } = words[language];
    const { page, faults, stumbles, go } = await site.visit({ language });
    await go('/connections/branch');
    const check = page.getByRole('button', { name: connections.check, exact: true });
    const probe = page.getByRole('checkbox', { name: connections.probe });
    await check.click();
    await page.getByText(answers[language]).waitFor();
    expect(await page.getByText(written[language]).count()).toBe(0);
    await probe.check();
    await check.click();
    await page.getByText(written[language]).waitFor();
    expect(await stumbles()).toEqual([]);

    await go('/new?direction=down');
    await page.getByRole('button', { name: new RegExp(`^${ldap.manifest.name[language]}`) }).click();
    await page.getByRole('radio', { name: 'Branch', exact: true }).check();
    await page.getByRole('checkbox', { name: connections.probe }).check();
    await page.getByRole('button', { name: wizard.connection.check }).click();
    await page.getByText(written[language]).waitFor();
    expect(await stumbles()).toEqual([]);
    // Another check, if somebody wants it otherwise.
    await page.getByRole('button', { name: wizard.next, exact: true }).waitFor();
    await page.getByRole('checkbox', { name: connections.probe }).uncheck();
    await page.getByRole('button', { name: wizard.connection.check }).waitFor();
    expect(faults).toEqual([]);
  });

  it.each(
    toldIn('zh'),
  )('shows the address for events before anything is checked, and that nobody outside could call it, %s', async (language) => {
    const { connections, wizard } = words[language];
    const { page, faults, stumbles, go } = await site.visit({ language });
    await go('/new');
    await page.getByRole('button', { name: new RegExp(`^${feishu.manifest.name[language].split(' ')[0]}`) }).click();
    await page.getByText(wizard.callback.helpBefore).waitFor();
    expect(await page.getByRole('textbox', { name: words[language].app.copyThis }).inputValue()).toBe(`${site.url}/events/feishu`);
    await page.getByText(connections.reach.loopback).waitFor();
    await page.getByText('PUBLIC_URL').waitFor();
    expect(await stumbles()).toEqual([]);
    // A directory that is written, or that tells nothing, has none.
    await go('/new');
    await page.getByRole('button', { name: new RegExp(`^${ldap.manifest.name[language]}`) }).click();
    await page.getByRole('button', { name: wizard.connection.check }).waitFor();
    expect(await page.getByText(wizard.callback.label).count()).toBe(0);
    expect(await page.getByRole('checkbox', { name: connections.probe }).count()).toBe(0);
    expect(faults).toEqual([]);
  });
});
