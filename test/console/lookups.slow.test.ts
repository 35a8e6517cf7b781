// Lookup tables and the forwarding of the audit log by clicks: made, pasted into, used by a job, refused where somebody was faster, taken away when nobody uses it; sent somewhere, and stopped.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { en } from '../../console/src/i18n/en/index.ts';
import { later as laterEn } from '../../console/src/i18n/en/later.ts';
import { later as laterZh } from '../../console/src/i18n/zh/later.ts';
import { zh } from '../../console/src/i18n/zh/index.ts';
import { makeCompany } from '../../src/sandbox/company.ts';
import { writeCompanyFile } from '../../src/sandbox/company-file.ts';
import { hasChromium } from '../chromium.ts';
import { openSite, type Site } from './browser.ts';
import { toldIn } from './told-in.ts';

const words = { en: { ...en, ...laterEn }, zh: { ...zh, ...laterZh } } as const;

describe.skipIf(!hasChromium)('settings of the installation in Chromium', { timeout: 240_000 }, () => {
  const root = mkdtempSync(join(tmpdir(), 'tributary-lookups-'));
  let site: Site;

  beforeAll(async () => {
    const file = join(root, 'people.csv');
    await writeCompanyFile(makeCompany({ people: 3, departments: 1, seed: 7 }), file);
    site = await openSite({ root, database: null, running: new Set() });
    await site.session.call('config.apply', {
      document: {
        connections: [{ id: 'hr', connector: 'file', name: 'HR', config: { use: 'read', path: file, settleSeconds: 0 } }],
        jobs: [{ name: 'HR', connection: 'hr', direction: 'up' }],
      },
    });
  }, 120_000);
  afterAll(async () => {
    await site?.stop();
    rmSync(root, { recursive: true, force: true });
  });

  it.each(toldIn('en'))('a lookup table is made, pasted into, and says who uses it, %s', async (language) => {
    const { edit, lookups, settings } = words[language];
    const { session } = site;
    const name = `grades_${language}`;
    const { page, faults, stumbles, go } = await site.visit({ language });
    await go('/settings/lookups');
    await page.getByRole('button', { name: lookups.add }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(lookups.name).fill('9 grades');
    await dialog.getByText(lookups.nameWrong).waitFor();
    await dialog.getByLabel(lookups.name).fill(name);
    await dialog.getByLabel(lookups.paste).fill('P1\tJunior\nrubbish');
    await dialog.getByText(lookups.pasteWrong.replace('{{lines}}', '2')).waitFor();
    await dialog.getByLabel(lookups.paste).fill('P1\tJunior\nP2\tSenior');
    await dialog.getByRole('button', { name: lookups.take_other.replace('{{count}}', '2') }).click();
    await dialog.getByLabel(lookups.valueOf.replace('{{n}}', '2')).fill('Lead');
    expect(await stumbles()).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    await page.setViewportSize({ width: 1440, height: 900 });
    await dialog.getByRole('button', { name: settings.save }).click();
    await dialog.waitFor({ state: 'detached' });
    const saved = async () => (await session.call('lookup.list', {})).lookups.find((one) => one.name === name);
    expect(await saved()).toMatchObject({ rows: { P1: 'Junior', P2: 'Lead' } });

    // Whoever uses it is named; what somebody else saved meanwhile is not erased.
    const details = await session.call('job.get', { job: 'HR' });
    const mapping = details.settings.mapping as { person: { target: string }[] };
    await session.call('job.update', {
      job: 'HR',
      settings: {
        mapping: {
          ...mapping,
          person: [...mapping.person.filter((row) => row.target !== 'title'), { target: 'title', cel: `lookup("${name}", "P1", "")` }],
        },
      },
    });
    await page.getByRole('button', { name: lookups.editOf.replace('{{name}}', name) }).click();
    await dialog.getByRole('link', { name: 'HR' }).waitFor();
    await session.call('lookup.put', { name, rows: { P1: 'Somebody else' } });
    await dialog.getByLabel(lookups.valueOf.replace('{{n}}', '1')).fill('Mine');
    await dialog.getByRole('button', { name: settings.save }).click();
    await dialog.getByRole('alert').waitFor();
    await dialog.getByRole('button', { name: settings.faster.reload }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await saved()).toMatchObject({ rows: { P1: 'Somebody else' } });

    // It goes only when nobody uses it any more.
    const asked = lookups.removeOf.replace('{{name}}', name);
    await page.getByRole('button', { name: asked }).click();
    await dialog.getByRole('link', { name: 'HR' }).waitFor();
    expect(await dialog.getByRole('button', { name: lookups.remove, exact: true }).isDisabled()).toBe(true);
    expect(await stumbles()).toEqual([]);
    await dialog.getByRole('button', { name: edit.close, exact: true }).last().click();
    await dialog.waitFor({ state: 'detached' });
    await session.call('job.update', { job: 'HR', settings: { mapping } });
    await go('/settings/lookups');
    await page.reload();
    await page.getByRole('button', { name: asked }).click();
    await dialog.getByText(lookups.removeAsk_one.replace('{{count}}', '1')).waitFor();
    await dialog.getByRole('button', { name: lookups.remove, exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText(lookups.none).waitFor();
    expect(await saved()).toBeUndefined();
    expect(faults.filter((fault) => !fault.includes('412'))).toEqual([]);
  });

  it.each(toldIn('zh'))('the audit log is sent to a collector, and no more, %s', async (language) => {
    const { forwarding, settings } = words[language];
    const { session } = site;
    const { page, faults, stumbles, go } = await site.visit({ language });
    await go('/settings/audit');
    await page.getByText(forwarding.off).waitFor();
    await page.getByRole('button', { name: forwarding.set, exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel(forwarding.host).fill('logs.example.test');
    expect(await stumbles()).toEqual([]);
    await dialog.getByRole('button', { name: settings.save }).click();
    await dialog.waitFor({ state: 'detached' });
    await page.getByText(forwarding.on.replace('{{to}}', 'tls://logs.example.test:6514')).waitFor();
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    expect((await session.call('audit.forwarding', {})).to).toMatchObject({ host: 'logs.example.test', port: 6514, transport: 'tls' });
    await page.getByRole('button', { name: forwarding.stop }).click();
    await dialog.getByRole('button', { name: forwarding.stop }).click();
    await page.getByText(forwarding.off).waitFor();
    expect((await session.call('audit.forwarding', {})).to).toBe(null);
    expect(faults).toEqual([]);
  });
});
