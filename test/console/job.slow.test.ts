// A job by clicks: from the picture of the sync center to its page, one part changed with what follows said first, and who saved what.
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { ldap } from '../../src/connectors/ldap/index.ts';
import { makeCompany } from '../../src/sandbox/company.ts';
import { writeCompanyFile } from '../../src/sandbox/company-file.ts';
import type { Page } from 'playwright-core';
import { en } from '../../console/src/i18n/en/index.ts';
import { zh } from '../../console/src/i18n/zh/index.ts';
import { hasChromium } from '../chromium.ts';
import { runAndFollow, until } from '../support/server-process.ts';
import { openSite, type Site } from './browser.ts';
import { itOnce, toldIn } from './told-in.ts';

const words = { en, zh } as const;
const LIMIT_MS = 60_000;
const PAUSE_MS = 50;

describe.skipIf(!hasChromium)('a job in Chromium', { timeout: 480_000 }, () => {
  const root = mkdtempSync(join(tmpdir(), 'tributary-job-'));
  let site: Site;

  beforeAll(async () => {
    const file = join(root, 'people.csv');
    await writeCompanyFile(makeCompany({ people: 30, departments: 5, seed: 7 }), file);
    site = await openSite({ root, database: null, running: new Set() });
    await site.session.call('config.apply', {
      document: {
        connections: [{ id: 'hr', connector: 'file', name: '人事文件', config: { use: 'read', path: file, settleSeconds: 0 } }],
        jobs: [{ name: '人事', connection: 'hr', direction: 'up' }],
      },
    });
    await site.session.call('job.state', { job: '人事', state: 'enabled', unseen: true });
    await runAndFollow(site.session, '人事');
  }, 90_000);
  afterAll(async () => {
    await site?.stop();
    rmSync(root, { recursive: true, force: true });
  });

  itOnce('is opened from its card, runs twice a day from now on, and its versions say who changed that', async () => {
    const { page, faults, stumbles } = await site.visit({ language: 'zh' });
    const card = page.getByRole('article', { name: '人事' });
    await card.getByText('30 人').waitFor();
    await card.getByText('正常').waitFor();
    await page.getByRole('region', { name: '目录' }).getByText('30', { exact: true }).waitFor();
    expect(await stumbles()).toEqual([]);
    await card.getByRole('link', { name: '人事' }).click();
    await page.getByRole('heading', { name: '人事', exact: true }).waitFor();
    await page.getByRole('tab', { name: '设置' }).click();
    await page.getByRole('link', { name: '编辑：执行时间' }).click();
    await page.getByRole('radio').nth(1).check();
    // Nobody needs to know how a schedule is written: it begins with words, and with the night.
    await page.getByRole('main').getByText('每天', { exact: true }).waitFor();
    expect(await page.getByRole('textbox', { name: words.zh.wizard.parts.timing.cron }).count()).toBe(0);
    expect(await stumbles()).toEqual([]);
    await page.getByRole('button', { name: '查看影响' }).click();
    await page.getByText('此修改不会让任何人失去任何内容。').waitFor();
    await page.getByRole('button', { name: '保存', exact: true }).click();
    await page.getByText('每天 03:00').waitFor();
    const { settings } = await site.session.call('job.get', { job: '人事' });
    expect(settings.trigger).toMatchObject({ kind: 'schedule', every: 'day', start: expect.stringMatching(/T03:00:00$/) });
    await page.getByRole('tab', { name: '版本' }).click();
    await page.getByText('admin1', { exact: false }).first().waitFor();
    expect(await stumbles()).toEqual([]);
    expect(faults).toEqual([]);
  });

  it.each(toldIn('en'))('is tried with one department, and then enabled for everybody, %s', async (language) => {
    const { pilot, canvas } = words[language];
    const { session } = site;
    const name = `${language} ${randomUUID().slice(0, 8)}`;
    const { id } = await session.call('job.duplicate', { job: '人事', name });
    await session.call('job.update', { job: id, settings: { trigger: { kind: 'schedule', every: 'day' } } });
    await session.follow([(await session.call('run.start', { job: id, dryRun: true })).run], () => {});
    const { page, faults, stumbles, go } = await site.visit({ language });
    await go(`/jobs/${id}`);
    // Its clock is set, and does not run.
    await page.getByText(words[language].job.rests.disabled).waitFor();
    await page.getByRole('button', { name: canvas.moreOf.replace('{{name}}', name) }).click();
    await page.getByRole('menuitem', { name: pilot.start }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: pilot.begin, disabled: true }).waitFor();
    // Somebody who is not there is said not to be.
    const { searchPerson, nobodyFound } = words[language].wizard.parts.scope;
    await dialog.getByLabel(searchPerson).fill('qqqq');
    await dialog.getByText(nobodyFound).waitFor();
    await dialog.getByRole('tree').getByRole('checkbox').nth(1).click();
    // How many people a department of the file has shows only when it is read.
    await dialog.getByText(pilot.peopleUnknown).waitFor();
    expect(await stumbles()).toEqual([]);
    await dialog.getByRole('button', { name: pilot.begin }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await session.call('job.get', { job: id })).toMatchObject({
      state: 'pilot',
      settings: { pilot: { departments: { include: [expect.any(String)], exclude: [] } } },
    });
    expect(await stumbles()).toEqual([]);
    // Widening it is no secret behind three dots; for how many it is enabled is said before.
    await page.getByRole('button', { name: pilot.change, exact: true }).waitFor();
    // On a phone, too, none of these ways lies beside the screen.
    await page.setViewportSize({ width: 390, height: 844 });
    const last = page.getByRole('button', { name: canvas.moreOf.replace('{{name}}', name) });
    const rightOf = async (): Promise<number> => {
      const box = await last.boundingBox();
      return box ? box.x + box.width : Number.POSITIVE_INFINITY;
    };
    await until(async () => (await rightOf()) <= 390, LIMIT_MS, PAUSE_MS);
    await page.getByRole('button', { name: canvas.enableAll, exact: true }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: canvas.enableFor.replace('{{people}}', canvas.people_other.replace('{{n}}', '30')) })
      .click();
    await until(async () => (await session.call('job.get', { job: id })).state === 'enabled', LIMIT_MS, PAUSE_MS);
    await page.getByText(words[language].job.rests.disabled).waitFor({ state: 'detached' });
    // The menu begins with something that can be done, not with a line.
    await page.getByRole('button', { name: canvas.moreOf.replace('{{name}}', name) }).click();
    await page.getByRole('menuitem', { name: canvas.disable, exact: true }).waitFor();
    expect(await page.getByRole('menu').last().locator('> *').first().getAttribute('role')).toBe('menuitem');
    expect(faults).toEqual([]);
  });

  it.each(
    toldIn('zh'),
  )('the dialog of a pilot counts the people of what is ticked, where the directory knows them, %s', async (language) => {
    const { pilot, canvas } = words[language];
    const { session } = site;
    const far = await ldap.simulate!({ port: 0 });
    onTestFinished(() => far.stop());
    const id = `pilot-${language}`;
    await session.call('connection.create', { id, connector: 'ldap', name: id, config: far.config as never });
    const { id: number } = await session.call('job.create', { name: id, connection: id, direction: 'down' } as never);
    const { page, faults, stumbles, go } = await site.visit({ language });
    await go(`/jobs/${number}`);
    await page.getByRole('button', { name: canvas.moreOf.replace('{{name}}', id) }).click();
    await page.getByRole('menuitem', { name: pilot.start }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: words[language].wizard.parts.scope.all, exact: true }).click();
    const { count } = await session.call('group.rule-preview', {
      departments: (await session.call('department.list', {})).objects.map((one) => ({ department: one.id, below: false })),
    });
    expect(count).toBeGreaterThan(0);
    const people = canvas.people_other.replace('{{n}}', String(count));
    await dialog.getByText(pilot.peopleWithin.replace('{{people}}', people)).waitFor();
    expect(await stumbles()).toEqual([]);
    expect(faults).toEqual([]);
  });

  itOnce('a disabled job says on its card when it ran, and promises no next run', async () => {
    const { session } = site;
    const { jobs } = await session.call('job.list', {});
    await session.call('job.create', { name: 'resting', connection: jobs[0]!.connection, direction: 'up' } as never);
    const { page, faults } = await site.visit({ language: 'en' });
    const card = page.getByRole('article', { name: 'resting', exact: true });
    await card.getByText(words.en.canvas.nothingYet).waitFor();
    expect(await card.getByText(words.en.canvas.next, { exact: false }).count()).toBe(0);
    expect(faults).toEqual([]);
  });

  it.each(
    toldIn('zh'),
  )('tells new people their initial password once somebody says so, where the system takes one, %s', async (language) => {
    const { job, wizard } = words[language];
    const { session } = site;
    const { welcome } = wizard.parts;
    const fill = (text: string, values: Record<string, string>): string =>
      Object.entries(values).reduce((said, [name, value]) => said.replace(`{{${name}}}`, value), text);
    const far = await ldap.simulate!({ port: 0 });
    onTestFinished(() => far.stop());
    const id = `ldap-${language}`;
    await session.call('connection.create', { id, connector: 'ldap', name: id, config: far.config as never });
    const { id: number } = await session.call('job.create', { name: id, connection: id, direction: 'down' } as never);
    const { page, faults, stumbles, go } = await site.visit({ language });
    // Without a mailbox to write from nobody can be told; what the directory takes from a file has no passwords.
    if ((await session.call('channel.list', {})).channels.length === 0) {
      await go(`/jobs/${number}/edit/policy`);
      await page.getByText(welcome.noChannel).waitFor();
      expect(await page.getByRole('radio', { name: welcome.password }).isDisabled()).toBe(true);
      expect(await stumbles()).toEqual([]);
      await go('/jobs/1/edit/policy');
      await page.getByText(wizard.parts.protection.accounts).first().waitFor();
      expect(await page.getByRole('radiogroup', { name: welcome.title }).count()).toBe(0);
      const config = { host: '127.0.0.1', port: 1, security: 'none', from: 'sync@example.org' };
      await session.call('channel.create', { id: 'mail', kind: 'email', name: 'Mailbox', language: 'en', config });
      await page.reload();
    }
    await go(`/jobs/${number}/edit/policy`);
    await page.getByRole('radio', { name: welcome.password }).check();
    await page.getByText('Mailbox', { exact: true }).waitFor();
    await page.getByText(welcome.first).waitFor();
    expect(await stumbles()).toEqual([]);
    await page.getByRole('button', { name: job.foresee }).click();
    const change = page.getByRole('listitem').filter({ hasText: job.said.initialPassword });
    await change.getByText(job.scope.true, { exact: true }).waitFor();
    // By its name, not by the id that settings know it by.
    await page.getByRole('listitem').filter({ hasText: welcome.channel }).getByText('Mailbox', { exact: true }).waitFor();
    await page.getByRole('button', { name: job.save, exact: true }).click();
    await page.getByText(fill(job.said.welcome.password, { who: job.said.welcome.person })).waitFor();
    expect((await session.call('job.get', { job: number })).settings).toMatchObject({
      welcome: { channel: 'mail', to: 'person', address: ['privateEmail', 'email'], password: true },
    });
    await go(`/jobs/${number}/edit/policy`);
    // An OU is protected by an attribute of departments.
    await page.getByRole('button', { name: wizard.parts.protection.add }).click();
    await page.getByRole('combobox', { name: wizard.parts.protection.attribute }).click();
    await page.keyboard.type({ en: 'organisational unit', zh: '组织单元' }[language]);
    await page.keyboard.press('Enter');
    await page.getByRole('combobox', { name: wizard.parts.protection.values }).click();
    await page.keyboard.type('services');
    await page.keyboard.press('Enter');
    await page.getByRole('radio', { name: fill(welcome.silent, { name: ldap.manifest.name[language] }) }).check();
    await page.getByRole('button', { name: job.foresee }).click();
    await page.getByText(job.said.welcomesNobody, { exact: true }).waitFor();
    await page.getByRole('button', { name: job.save, exact: true }).click();
    await page.waitForURL(/\/settings$/);
    expect((await session.call('job.get', { job: number })).settings).toMatchObject({
      welcome: null,
      policy: { protected: [{ attribute: 'ou', values: ['services'] }] },
    });
    expect(faults).toEqual([]);
  });

  it.each(
    toldIn('en'),
  )('two administrators edit it at once: the second is told who saved what, reads that, or keeps their own, %s', async (language) => {
    const { job } = words[language];
    // Of this try alone: what is saved already could not be saved again.
    const written = `${language} ${randomUUID().slice(0, 8)}`;
    const another = () => site.visit({ language, isAnother: true });
    const [one, two, three] = [await another(), await another(), await another()];
    const description = (page: Page) => page.getByLabel(job.description);
    const press = (page: Page, name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();
    const save = async (page: Page): Promise<void> => {
      await press(page, job.foresee);
      await press(page, job.save);
    };
    for (const { go, page } of [one, two, three]) {
      await go('/jobs/1/edit/general');
      await description(page).fill(`${written} ${[one, two, three].findIndex((visitor) => visitor.page === page)}`);
    }
    await save(one.page);
    await one.page.waitForURL(/jobs\/1\/settings$/);
    for (const { page, stumbles } of [two, three]) {
      await save(page);
      const told = page.getByRole('alert').filter({ hasText: job.faster.keep });
      await told.getByText(/admin\d+/).waitFor();
      await told.getByText(job.description).waitFor();
      expect(await stumbles()).toEqual([]);
    }
    await press(two.page, job.faster.reload);
    await until(async () => (await description(two.page).inputValue()) === `${written} 0`, LIMIT_MS, PAUSE_MS);
    await press(three.page, job.faster.keep);
    await save(three.page);
    await three.page.waitForURL(/jobs\/1\/settings$/);
    expect((await site.session.call('job.get', { job: 1 })).settings).toMatchObject({ description: `${written} 2` });
    for (const { faults, page } of [one, two, three]) {
      expect(faults.filter((fault) => !fault.includes('412'))).toEqual([]);
      await page.context().close();
    }
  });
});
