// A job that one administrator begins is gone on with by another, in another browser, and is made under the number that its draft had.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { en } from '../../console/src/i18n/en/index.ts';
import { zh } from '../../console/src/i18n/zh/index.ts';
import { file } from '../../src/connectors/file/index.ts';
import { hasChromium } from '../chromium.ts';
import { openSite, type Site } from './browser.ts';

const words = { en, zh } as const;

describe.skipIf(!hasChromium)('a draft, in Chromium', { timeout: 240_000 }, () => {
  const root = mkdtempSync(join(tmpdir(), 'tributary-draft-'));
  const lists = mkdtempSync(join(tmpdir(), 'tributary-draft-list-'));
  const path = join(lists, 'people.csv');
  let site: Site;
  beforeAll(async () => {
    writeFileSync(path, 'employeeNumber,displayName,department\n1,Anna Schmidt,Sales\n2,Bo Li,IT\n');
    site = await openSite({ root, database: null, running: new Set() });
    await site.session.call('connection.create', { id: 'list', connector: 'file', name: 'The list', config: { path } });
  });
  afterAll(async () => {
    await site?.stop();
    for (const folder of [root, lists]) rmSync(folder, { recursive: true, force: true });
  });

  it.each(['en', 'zh'] as const)('of one administrator is opened and finished by another, %s', async (language) => {
    const { bulk, wizard } = words[language];
    const { session } = site;
    const name = `Staff ${language}`;
    const drafts = async () => (await session.call('draft.list', {})).drafts;
    const one = await site.visit({ language });
    const press = (label: string): Promise<void> => one.page.getByRole('button', { name: label, exact: true }).click();
    await one.go('/new');
    await one.page.getByText(wizard.way.custom, { exact: true }).click();
    await one.page.getByRole('button', { name: file.manifest.name[language] }).click();
    await one.page.getByRole('radio', { name: 'The list', exact: true }).check();
    await one.page.getByRole('textbox', { name: wizard.name }).fill(name);
    await press(wizard.connection.check);
    await press(wizard.next);
    for (const step of ['scope', 'mapping', 'matching'] as const) {
      await one.page.getByRole('heading', { name: wizard.step[step], exact: true }).waitFor();
      await press(wizard.next);
    }
    await one.page.getByRole('radio', { name: wizard.parts.timing.schedule, exact: true }).check();
    await expect.poll(async () => (await drafts()).map((draft) => draft.name)).toEqual([name]);
    const { draft } = (await drafts())[0]!;
    await expect.poll(async () => (await session.call('draft.get', { draft })).parts.trigger).toMatchObject({ kind: 'schedule' });

    const other = await site.visit({ language });
    await other.go('/drafts');
    expect(await other.stumbles()).toEqual([]);
    await other.page.getByRole('link', { name: bulk.goOn }).click();
    await other.page.getByRole('heading', { name: wizard.step.scope, exact: true }).waitFor();
    for (const step of ['mapping', 'matching', 'timing'] as const) {
      await other.page.getByRole('button', { name: wizard.next, exact: true }).click();
      await other.page.getByRole('heading', { name: wizard.step[step], exact: true }).waitFor();
    }
    expect(await other.page.getByRole('radio', { name: wizard.parts.timing.schedule, exact: true }).isChecked()).toBe(true);
    await other.page.getByRole('radio', { name: wizard.parts.timing.manual, exact: true }).check();
    await expect.poll(async () => (await session.call('draft.get', { draft })).parts.trigger).toEqual({ kind: 'manual' });

    // The first one does not overwrite what the other saved.
    await press(wizard.next);
    await one.page.getByRole('heading', { name: wizard.step.protection, exact: true }).waitFor();
    await one.page.getByRole('checkbox', { name: wizard.parts.protection.twoPeople }).check();
    await one.page.getByText(wizard.notOnServer).waitFor();
    expect((await session.call('draft.get', { draft })).parts).toMatchObject({ trigger: { kind: 'manual' } });

    for (const step of ['protection', 'errors', 'review'] as const) {
      await other.page.getByRole('button', { name: wizard.next, exact: true }).click();
      await other.page.getByRole('heading', { name: wizard.step[step], exact: true }).waitFor();
    }
    await other.page.getByRole('button', { name: wizard.review.observe, exact: true, disabled: false }).click();
    await other.page.getByText(wizard.start.observingHint).waitFor();
    expect(await session.call('job.get', { job: draft })).toMatchObject({
      name,
      state: 'observing',
      settings: { trigger: { kind: 'manual' } },
    });
    expect(await drafts()).toEqual([]);
    expect(other.faults).toEqual([]);
  });
});
