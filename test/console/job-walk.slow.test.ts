// A job that is there, walked through again in Chromium: what was chosen stays on the way, its consequences are seen, and it is one version.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { en } from '../../console/src/i18n/en/index.ts';
import { zh } from '../../console/src/i18n/zh/index.ts';
import { hasChromium } from '../chromium.ts';
import { openSite, type Site } from './browser.ts';
import { itOnce, toldIn } from './told-in.ts';

const words = { en, zh } as const;

describe.skipIf(!hasChromium)('editing a job step by step, in Chromium', { timeout: 240_000 }, () => {
  const root = mkdtempSync(join(tmpdir(), 'tributary-walk-'));
  const lists = mkdtempSync(join(tmpdir(), 'tributary-walk-list-'));
  const path = join(lists, 'people.csv');
  let site: Site;
  const numbers = new Map<string, number>();
  beforeAll(async () => {
    writeFileSync(path, 'employeeNumber,displayName,department\n1,Anna Schmidt,Sales\n2,Bo Li,Sales\n3,Cem Öz,IT\n');
    site = await openSite({ root, database: null, running: new Set() });
    await site.session.call('connection.create', { id: 'list', connector: 'file', name: 'The list', config: { path } });
    for (const name of ['en', 'zh']) {
      const { id } = await site.session.call('job.create', { name, connection: 'list', direction: 'up' });
      numbers.set(name, id);
    }
  });
  afterAll(async () => {
    await site?.stop();
    for (const folder of [root, lists]) rmSync(folder, { recursive: true, force: true });
  });

  it.each(
    toldIn('en'),
  )('keeps what was chosen, shows what it leads to, and saves it as one version under another name, %s', async (language) => {
    const { job, wizard } = words[language];
    const number = numbers.get(language)!;
    const { session } = site;
    const { page, faults, stumbles, go } = await site.visit({ language });
    const press = (name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();
    const at = (name: string) => page.getByRole('heading', { name, level: 2, exact: true });
    await go(`/jobs/${number}`);
    await page.getByRole('link', { name: 'The list', exact: true }).waitFor();
    await press(job.edit);
    const name = page.getByRole('textbox', { name: wizard.name });
    await expect.poll(() => name.inputValue()).toBe(language);
    // Without a name there is no way on.
    await name.fill('');
    expect(await page.getByRole('button', { name: wizard.next, exact: true }).isEnabled()).toBe(false);
    await name.fill(`${language} renamed`);
    expect(await stumbles()).toEqual([]);

    for (const step of ['scope', 'mapping', 'matching', 'timing'] as const) {
      await press(wizard.next);
      await at(wizard.step[step]).waitFor();
    }
    await page.getByRole('radio', { name: wizard.parts.timing.schedule, exact: true }).check();
    // By the rail, by the buttons and by the browser: nothing that was chosen is lost.
    await page.getByRole('navigation', { name: wizard.steps }).getByRole('button', { name: job.walk.general }).click();
    await expect.poll(() => name.inputValue()).toBe(`${language} renamed`);
    await page.goBack();
    await at(wizard.step.timing).waitFor();
    expect(await page.getByRole('radio', { name: wizard.parts.timing.schedule, exact: true }).isChecked()).toBe(true);
    await press(wizard.back);
    await at(wizard.step.matching).waitFor();

    await press(job.walk.toReview);
    await page.getByText(`${language} renamed`).waitFor();
    const save = page.getByRole('button', { name: job.save, exact: true, disabled: false });
    await save.waitFor();
    expect(await stumbles()).toEqual([]);
    // Nothing is saved by looking.
    expect((await session.call('job.get', { job: number })).revision).toBe(1);
    await save.click();
    await page.getByRole('heading', { name: `${language} renamed`, level: 1 }).waitFor();
    expect(await session.call('job.get', { job: number })).toMatchObject({
      name: `${language} renamed`,
      revision: 2,
      settings: { trigger: { kind: 'schedule' } },
    });
    expect(faults).toEqual([]);
  });

  itOnce('a name that another job has is refused at the review, and everything else stays chosen', async () => {
    const { job, wizard } = words.en;
    const { page, go } = await site.visit({ language: 'en' });
    await go(`/jobs/${numbers.get('en')}/edit`);
    const name = page.getByRole('textbox', { name: wizard.name });
    await name.fill('zh');
    await page.getByRole('textbox', { name: job.description }).fill('kept');
    await page.getByRole('button', { name: job.walk.toReview }).click();
    await page.getByText('is called').first().waitFor();
    expect(await page.getByRole('button', { name: job.save, exact: true }).isEnabled()).toBe(false);
    await page.getByRole('button', { name: wizard.back, exact: true }).click();
    await page.getByRole('navigation', { name: wizard.steps }).getByRole('button', { name: job.walk.general }).click();
    await expect.poll(() => page.getByRole('textbox', { name: job.description }).inputValue()).toBe('kept');
  });
});
