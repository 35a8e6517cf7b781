// From an empty installation to people in the directory by clicks alone: a list dropped into the page, its plan looked at, the job enabled and run.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { en } from '../../console/src/i18n/en/index.ts';
import { zh } from '../../console/src/i18n/zh/index.ts';
import { file as fileConnector } from '../../src/connectors/file/index.ts';
import { ldap } from '../../src/connectors/ldap/index.ts';
import { hasChromium } from '../chromium.ts';
import { openSite, type Site } from './browser.ts';
import { keysOf } from './by-keyboard.ts';
import { itOnce, toldIn } from './told-in.ts';

const words = { en, zh } as const;

const list = `工号,姓名,邮箱,部门,备注
0001,陈思远,chen@example.com,总部,甲
0002,林晓燕,lin@example.com,总部/人事部,乙
0003,Anna Schmidt,anna@example.com,总部/研发部,丙
`;

describe.skipIf(!hasChromium)('the wizard in Chromium', { timeout: 480_000 }, () => {
  const root = mkdtempSync(join(tmpdir(), 'tributary-wizard-'));
  const lists = mkdtempSync(join(tmpdir(), 'tributary-list-'));
  const file = join(lists, '员工名单.csv');
  let site: Site;
  beforeAll(async () => {
    writeFileSync(file, list);
    site = await openSite({ root, database: null, running: new Set() });
  });
  afterAll(async () => {
    await site?.stop();
    for (const folder of [root, lists]) rmSync(folder, { recursive: true, force: true });
  });

  itOnce('leads from a dropped list to people in the directory in four steps', async () => {
    const { page, faults, stumbles, go } = await site.visit({ language: 'en' });
    await go('/new');
    await page.getByLabel('Search: Excel').fill('花名册');
    expect(await stumbles()).toEqual([]);
    await page.getByRole('button', { name: 'CSV or Excel file' }).click();
    await page.getByRole('button', { name: 'Check the connection' }).click();
    await page.getByText('Required').waitFor();
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByText('is uploaded').waitFor();
    // Its own name, not where the server has put it.
    await expect.poll(() => page.getByRole('textbox', { name: /^File or folder|^文件或文件夹/ }).inputValue()).toBe(basename(file));
    await page.getByRole('button', { name: 'Check the connection' }).click();
    await page.getByText(new RegExp(`^${basename(file)}, \\d+ B$`)).waitFor();
    await page.getByRole('columnheader', { name: '姓名' }).getByText('display name').waitFor();
    await page.getByRole('cell', { name: '林晓燕' }).waitFor();
    expect(await stumbles()).toEqual([]);
    await page.getByRole('button', { name: 'Next' }).click();
    await page.getByText('create · person').click();
    await page.getByText('Anna Schmidt').first().waitFor();
    expect(await stumbles()).toEqual([]);
    await page.getByRole('button', { name: 'Enable the job' }).click();
    await page.getByText('bring the next one with “New file …”').waitFor();
    expect(await page.getByRole('button', { name: 'Let it run every hour' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Run it now' }).click();
    await page.getByText('6 read (3 people, 3 departments), 6 written (3 people, 3 departments), 0 held for confirmation').waitFor();
    const people = (await site.session.call('person.list', {})) as { objects: unknown[] };
    expect(people.objects).toHaveLength(3);

    // Tomorrow's list.
    writeFileSync(join(lists, 'tomorrow.csv'), `${list}0004,王芳,wang@example.com,总部,丁\n`);
    await go('/jobs/1');
    await page.getByRole('button', { name: 'New file …' }).click();
    await page.locator('input[type=file]').setInputFiles(join(lists, 'tomorrow.csv'));
    await page.getByRole('cell', { name: '王芳' }).waitFor();
    expect(await stumbles()).toEqual([]);
    await page.getByRole('button', { name: 'Run now' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Run' }).click();
    await expect
      .poll(async () => ((await site.session.call('person.list', {})) as { objects: unknown[] }).objects.length, { timeout: 60_000 })
      .toBe(4);
    expect(faults).toEqual([]);
  });

  itOnce('is walked from the first step to the end of the first run by keyboard alone', async () => {
    const { page, faults, go } = await site.visit({ language: 'en' });
    const { tab, press } = keysOf(page);
    await go('/new');
    await press(/^CSV or Excel file/);
    await page.getByRole('button', { name: 'Check the connection' }).waitFor();
    await tab(/^File or folder/);
    await page.keyboard.type(file);
    await press(/^Check the connection$/);
    await page.getByRole('cell', { name: '林晓燕' }).waitFor();
    await press(/^Next$/);
    await press(/^Enable the job$/);
    // A file at a path may be another one tomorrow.
    await page.getByRole('button', { name: 'Let it run every hour' }).waitFor();
    await press(/^Run it now$/);
    await page.getByText(/\d+ read \(.+\), \d+ written/).waitFor();
    expect(faults).toEqual([]);
  });

  it.each(toldIn('zh'))('asks whether new accounts get a password and who is told, before there is a job, %s', async (language) => {
    const { wizard, job } = words[language];
    const { welcome, recipient } = wizard.parts;
    const { session } = site;
    const far = await ldap.simulate!({ port: 0 });
    onTestFinished(() => far.stop());
    const id = `welcome-${language}`;
    await session.call('connection.create', { id, connector: 'ldap', name: id, config: far.config as never });
    const { channels } = await session.call('channel.list', {});
    if (channels.length === 0) {
      const config = { host: '127.0.0.1', port: 1, security: 'none', from: 'sync@example.org' };
      await session.call('channel.create', { id: 'mail', kind: 'email', name: 'Mailbox', language, config });
    }
    const { page, faults, stumbles, go } = await site.visit({ language });
    const press = (name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();
    const next = async (step: keyof typeof wizard.step): Promise<void> => {
      await press(wizard.next);
      await page.getByRole('heading', { name: wizard.step[step], exact: true }).waitFor();
    };
    await go('/new?direction=down');
    await page.getByText(wizard.way.custom, { exact: true }).click();
    await page.getByRole('button', { name: new RegExp(`^${ldap.manifest.name[language]}`) }).click();
    await page.getByRole('radio', { name: id, exact: true }).check();
    await press(wizard.connection.check);
    for (const step of ['scope', 'mapping', 'matching', 'timing', 'protection'] as const) await next(step);
    const form = page.getByRole('radiogroup', { name: welcome.title });
    await form.getByRole('radio', { name: welcome.password }).check();
    await page.getByText('Mailbox', { exact: true }).waitFor();
    await page.getByText(welcome.firstPassword).waitFor();
    await page.getByRole('combobox', { name: welcome.to }).focus();
    await page.keyboard.press('ArrowDown');
    await page.getByTitle(recipient.manager, { exact: true }).click();
    expect(await stumbles()).toEqual([]);
    // What was chosen is there again for whoever looks back.
    await next('errors');
    await press(wizard.back);
    expect(await form.getByRole('radio', { name: welcome.password }).isChecked()).toBe(true);
    await next('errors');
    await next('review');
    await page.getByRole('button', { name: wizard.review.observe, exact: true, disabled: false }).click();
    await page.getByText(wizard.start.observingHint).waitFor();
    const { jobs } = await session.call('job.list', {});
    const made = jobs.find((one) => one.connection === id)!;
    expect((await session.call('job.get', { job: made.id })).settings).toMatchObject({
      welcome: { channel: 'mail', to: 'manager', address: ['privateEmail', 'email'], password: true },
    });
    await go(`/jobs/${made.id}/settings`);
    await page.getByText(job.said.welcome.password.replace('{{who}}', job.said.welcome.manager)).waitFor();
    expect(faults).toEqual([]);
  });

  it.each(
    toldIn('en'),
  )('says in every step what is wrong: a mistaken expression is found as it is typed, mended, and its result seen, %s', async (language) => {
    const { forms, wizard } = words[language];
    const { mapping, mode, scope } = wizard.parts;
    const { page, faults, stumbles, go } = await site.visit({ language });
    const press = (name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();
    await go('/new');
    await page.getByText(wizard.way.custom, { exact: true }).click();
    await page.getByRole('button', { name: fileConnector.manifest.name[language] }).click();
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByText(forms.drop.brought.replace('{{name}}', basename(file))).waitFor();
    await expect.poll(() => page.getByRole('textbox', { name: /^File or folder|^文件或文件夹/ }).inputValue()).toBe(basename(file));
    await press(wizard.connection.check);
    await press(wizard.next);
    await page.getByRole('heading', { name: wizard.step.scope, exact: true }).waitFor();
    await page.getByRole('radio', { name: scope.mode.only }).check();
    await page.getByText('研发部').first().waitFor();
    expect(await stumbles()).toEqual([]);
    await page.getByRole('radio', { name: scope.modeHint.everything.replace('{{source}}', scope.source.up) }).check();
    await press(wizard.next);
    const first = page.getByRole('group', { name: mapping.row.replace('{{number}}', '1'), exact: true });
    await first.getByText('→').waitFor();
    await first.getByRole('combobox', { name: mapping.mode }).click();
    // The list of choices may still be moving to its place.
    await page.getByTitle(mode.cel, { exact: true }).last().dispatchEvent('click');
    const value = first.getByRole('combobox', { name: mapping.from, exact: true }).last();
    await value.fill('lower(emial)');
    await first.getByRole('alert').waitFor();
    await value.fill('lower(email)');
    await first.getByRole('alert').waitFor({ state: 'detached' });
    await first.getByText('chen@example.com').waitFor();
    // While an answer is on its way, what it will say has its line: no row below jumps with each key.
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    await page.route(/mapping-preview/, (route) => answered.then(() => route.continue()));
    await value.fill('lower(email) + "x"');
    await first.getByText('…', { exact: true }).waitFor();
    answer();
    await first.getByText('chen@example.comx').waitFor();
    expect(await stumbles()).toEqual([]);
    expect(faults).toEqual([]);
  });
});
