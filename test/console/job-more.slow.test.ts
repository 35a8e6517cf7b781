// Settings of a job that are rarely needed, by clicks: the day and time, what becomes of missed times, blackouts, the first run, how long questions wait.
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
import { runAndFollow } from '../support/server-process.ts';
import { openSite, type Site } from './browser.ts';
import { toldIn } from './told-in.ts';

const words = { en: { ...en, ...laterEn }, zh: { ...zh, ...laterZh } } as const;

describe.skipIf(!hasChromium)('settings that are rarely needed, in Chromium', { timeout: 240_000 }, () => {
  const root = mkdtempSync(join(tmpdir(), 'tributary-more-'));
  let site: Site;

  beforeAll(async () => {
    const file = join(root, 'people.csv');
    await writeCompanyFile(makeCompany({ people: 12, departments: 3, seed: 7 }), file);
    site = await openSite({ root, database: null, running: new Set() });
    await site.session.call('config.apply', {
      document: {
        connections: [{ id: 'hr', connector: 'file', name: 'HR', config: { use: 'read', path: file, settleSeconds: 0 } }],
        jobs: ['en', 'zh'].map((name) => ({ name, connection: 'hr', direction: 'up' })),
      },
    });
    const mail = { host: '127.0.0.1', port: 1, security: 'none', from: 'sync@example.org' };
    await site.session.call('channel.create', { id: 'mail', kind: 'email', name: 'Mailbox', language: 'en', config: mail });
    for (const name of ['en', 'zh']) {
      await site.session.call('job.state', { job: name, state: 'enabled', unseen: true });
      await runAndFollow(site.session, name);
    }
  }, 120_000);
  afterAll(async () => {
    await site?.stop();
    rmSync(root, { recursive: true, force: true });
  });

  it.each(toldIn('en'))('are folded until somebody opens them, and saved like the others, %s', async (language) => {
    const { more, wizard, job: jobWords } = words[language];
    const { timing } = wizard.parts;
    const { session } = site;
    const { id } = await session.call('job.get', { job: language });
    const { page, faults, stumbles, go } = await site.visit({ language });
    const choose = async (field: string, option: string | RegExp): Promise<void> => {
      await page.getByRole('combobox', { name: field }).click();
      await page.locator('.ant-select-dropdown:visible').getByText(option, { exact: true }).click();
    };
    const save = async (): Promise<void> => {
      await page.getByRole('button', { name: jobWords.foresee }).click();
      await page.getByRole('button', { name: jobWords.save, exact: true }).click();
      await page.waitForURL(/\/jobs\/\d+\/settings$/);
    };

    // A tree of departments is named before the first run, and said to be fixed afterwards.
    await go(`/jobs/${id}/edit/general`);
    await page.getByRole('button', { name: more.open }).click();
    await page.getByText(more.about.treeFixed).waitFor();
    const { id: fresh } = await session.call('job.duplicate', { job: id, name: `${language} 2` });
    await go(`/jobs/${fresh}/edit/general`);
    await page.getByRole('button', { name: more.open }).click();
    await page.getByLabel(more.about.tree).fill('costs');
    await save();
    expect((await session.call('job.get', { job: fresh })).settings.tree).toBe('costs');

    // A source may keep its word on one attribute back.
    await go(`/jobs/${id}/edit/mapping`);
    await page.getByRole('button', { name: wizard.parts.mapping.more, exact: true }).first().click();
    await page.getByLabel(more.attribute.rank).fill('300');
    await page.getByLabel(more.attribute.falls).check();
    expect(await stumbles()).toEqual([]);
    await save();
    const first = ((await session.call('job.get', { job: id })).settings.mapping as { person: { target: string }[] }).person[0]!.target;
    expect((await session.call('job.get', { job: id })).settings.policy).toMatchObject({
      attributeRanks: { [first]: 300 },
      nullFallsThrough: [first],
    });
    // Or on the departments of people, which no row speaks of.
    const departments = { en: 'departments', zh: '任职部门' }[language];
    await go(`/jobs/${id}/edit/mapping`);
    // The page before may not have given way yet: what is edited now begins with what was saved.
    await page.reload();
    await page.getByRole('button', { name: more.along.moreOf.replace('{{what}}', departments) }).click();
    const along = page.getByRole('group', { name: departments, exact: true });
    await along.getByLabel(more.attribute.rank).fill('200');
    expect(await along.getByLabel(more.attribute.falls).count()).toBe(0);
    await save();
    expect((await session.call('job.get', { job: id })).settings.policy).toMatchObject({
      attributeRanks: { [first]: 300, membership: 200 },
    });

    // A counterpart is found by an expression, which is judged while it is typed.
    const { matching } = wizard.parts;
    await go(`/jobs/${id}/edit/correlation`);
    const people = page.getByRole('region', { name: { en: 'person', zh: '人员' }[language], exact: true });
    const compared = people.getByRole('combobox', { name: matching.compared.replace('{{number}}', '1') });
    await compared.click();
    await page.locator('.ant-select-dropdown:visible').getByText(matching.by.cel, { exact: true }).click();
    const expression = people.getByLabel(matching.cel.replace('{{number}}', '1'));
    expect(await page.getByRole('button', { name: jobWords.foresee }).isDisabled()).toBe(true);
    await expression.fill('lower(employeNumber)');
    await people.getByRole('alert').filter({ hasText: 'employeNumber' }).waitFor();
    expect(await stumbles()).toEqual([]);
    await expression.fill('lower(employeeNumber)');
    await people.getByRole('alert').waitFor({ state: 'detached' });
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    // On a phone what a rule says stands whole, and its two buttons in one line, at the same place in each.
    expect(
      await people
        .locator('.ant-select-content-value, .ant-select-selection-item')
        .evaluateAll((all) => all.filter((one) => one.scrollWidth > one.clientWidth).length),
    ).toBe(0);
    const places = await people
      .getByRole('listitem')
      .evaluateAll((all) =>
        all.map((one) =>
          [...one.querySelectorAll('button')].map((button) => button.getBoundingClientRect()).map(({ top, right }) => ({ top, right })),
        ),
      );
    expect(places.length).toBeGreaterThan(1);
    expect(places.every(([up, remove]) => up!.top === remove!.top)).toBe(true);
    expect(new Set(places.map(([, remove]) => remove!.right)).size).toBe(1);
    await page.setViewportSize({ width: 1440, height: 900 });
    const rules = async () =>
      ((await session.call('job.get', { job: id })).settings.correlation as { person: { attribute: string }[] }).person;
    const [own, ...others] = await rules();
    await save();
    expect(await rules()).toEqual([{ attribute: own!.attribute, cel: 'lower(employeeNumber)' }, ...others]);

    await go(`/jobs/${id}/edit/timing`);
    expect(await page.getByText(more.timing.missed).count()).toBe(0);
    await page.getByRole('radio').nth(1).check();
    await choose(timing.every, wizard.parts.every.week);
    await choose(more.timing.weekday, { en: 'Wednesday', zh: '星期三' }[language]);
    await page.getByLabel(more.timing.at).fill('06:30');
    await page.getByRole('button', { name: more.open }).click();
    await choose(more.timing.missed, more.timing.missedWays.skip);
    await page.getByRole('button', { name: more.timing.addHours }).click();
    await page.getByLabel(more.timing.to, { exact: true }).fill('12:00');
    expect(await stumbles()).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    await page.setViewportSize({ width: 1440, height: 900 });
    await save();
    await page.getByText({ en: 'Every Wednesday at 06:30', zh: '每星期三 06:30' }[language]).waitFor();
    const { settings } = await session.call('job.get', { job: id });
    expect(settings.trigger).toMatchObject({
      kind: 'schedule',
      every: 'week',
      start: '2018-01-03T06:30:00',
      missed: 'skip',
      blackout: [{ from: '08:00', to: '12:00' }],
    });

    await go(`/jobs/${id}/edit/policy`);
    await page.getByRole('button', { name: more.open }).click();
    await page.getByLabel(more.guard.touched).fill('3');
    await page.getByLabel(more.guard.heldDays).fill('7');
    expect(await stumbles()).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    await page.setViewportSize({ width: 1440, height: 900 });
    await save();
    expect((await session.call('job.get', { job: id })).settings.policy).toMatchObject({
      heldExpiresAfterDays: 7,
      guard: { firstRun: { touched: 3, creates: 50 }, deletions: 'hold-all' },
    });
    // What is not as by default is open when it is edited again.
    await go(`/jobs/${id}/edit/policy`);
    await page.getByLabel(more.guard.heldDays).waitFor();
    expect(await page.getByLabel(more.guard.heldDays).inputValue()).toBe('7');

    // Everybody who wants to be told of something else, by a rule of their own.
    await go(`/jobs/${id}/edit/errors`);
    await choose(wizard.parts.notices.channel, 'Mailbox');
    await page.getByLabel(wizard.parts.notices.to).fill('it@example.org');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: more.notices.add }).click();
    const second = page.getByRole('group', { name: more.notices.rule.replace('{{number}}', '2') });
    await second.getByLabel(wizard.parts.notices.to).fill('boss@example.org');
    await page.keyboard.press('Enter');
    expect(await stumbles()).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.getByRole('button', { name: more.open }).click();
    await page.getByLabel(more.overdue.read).fill('48');
    await save();
    expect((await session.call('job.get', { job: id })).settings.notices).toMatchObject({
      rules: [
        { channel: 'mail', to: ['it@example.org'] },
        { channel: 'mail', to: ['boss@example.org'] },
      ],
      noCompleteReadHours: 48,
      noEventHours: null,
    });
    expect(faults).toEqual([]);
  });
});
