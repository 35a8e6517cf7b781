// The first start by clicks: the set-up link, the sandbox company with one click, hurt without harm, and gone again.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium } from '../chromium.ts';
import { openSite, type Site } from './browser.ts';

const LONG = { timeout: 60_000 };

describe.skipIf(!hasChromium)('the first start in Chromium', { timeout: 180_000 }, () => {
  const root = mkdtempSync(join(tmpdir(), 'tributary-first-'));
  let site: Site;

  beforeAll(async () => {
    site = await openSite({ root, database: null, running: new Set() });
  }, 120_000);
  afterAll(async () => {
    await site?.stop();
    rmSync(root, { recursive: true, force: true });
  });

  it('offers two ways; the sandbox company comes with one click, survives an emptied file, and goes with one click', async () => {
    const { page, faults, stumbles } = await site.visit({ language: 'en' });
    await page.getByRole('heading', { name: 'How do you want to begin?' }).waitFor();
    await page.getByRole('link', { name: 'Connect a system' }).waitFor();
    expect(await stumbles()).toEqual([]);
    await page.getByRole('button', { name: 'Try it', exact: true }).click();
    const bar = page.getByRole('region', { name: 'Try with the sandbox company' });
    await bar.getByText('Try to hurt it').waitFor(LONG);
    await page.getByRole('article', { name: 'Sandbox HR' }).getByText('fine').waitFor(LONG);
    await bar.getByRole('button', { name: 'Empty the HR file' }).click();
    await bar.getByText(/Nobody was harmed: (\d+) of \1 people/).waitFor(LONG);
    expect(await stumbles()).toEqual([]);
    await bar.getByRole('button', { name: 'Remove the sandbox' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove the sandbox' }).click();
    await page.getByRole('heading', { name: 'How do you want to begin?' }).waitFor(LONG);
    const { directory } = await site.session.call('sizes', {});
    expect([directory.people, directory.department]).toEqual([{}, 0]);
    expect(faults).toEqual([]);
  });
});
