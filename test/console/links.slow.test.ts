// The links of a job by clicks: one is moved and one is cut after what follows was read, and an account is protected and taken off the list again.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { en } from '../../console/src/i18n/en/index.ts';
import { later as laterEn } from '../../console/src/i18n/en/later.ts';
import { shown } from '../../console/src/i18n/shown.ts';
import { later as laterZh } from '../../console/src/i18n/zh/later.ts';
import { zh } from '../../console/src/i18n/zh/index.ts';
import { simulate } from '../../src/connectors/scim/simulator.ts';
import { hasChromium } from '../chromium.ts';
import { runAndFollow, until } from '../support/server-process.ts';
import { openSite } from './browser.ts';
import { toldIn } from './told-in.ts';

const words = { en: { ...en, ...laterEn }, zh: { ...zh, ...laterZh } } as const;
const LIMIT_MS = 20_000;
const PAUSE_MS = 50;
const fill = (text: string, values: Readonly<Record<string, string>>): string =>
  Object.entries(values).reduce((said, [name, value]) => said.replaceAll(`{{${name}}}`, value), text);

const file = '工号,姓名,邮箱\nN-1,李明,first@example.com\nN-2,王芳,second@example.com\nN-3,张伟,third@example.com\n';
const namesakes = '工号,姓名,邮箱\nN-1,李明,first@example.com\nN-2,李明,second@example.com\nN-3,张伟,third@example.com\n';

describe.skipIf(!hasChromium)('links in Chromium', { timeout: 240_000 }, () => {
  /** A site where the people of a list have accounts in an app. */
  async function withLinks(list: string) {
    const root = mkdtempSync(join(tmpdir(), 'tributary-links-'));
    const site = await openSite({ root, database: null, running: new Set() });
    const app = await simulate({ port: 0 });
    onTestFinished(async () => {
      await site.stop();
      await app.stop();
      rmSync(root, { recursive: true, force: true });
    });
    const { session } = site;
    const path = join(root, 'people.csv');
    writeFileSync(path, list);
    await session.call('config.apply', {
      document: {
        connections: [{ id: 'hr', connector: 'file', name: 'HR', config: { use: 'read', path, settleSeconds: 0 } }],
        jobs: [{ name: 'HR', connection: 'hr', direction: 'up' }],
      },
    });
    await session.call('connection.create', { id: 'app', connector: 'scim', name: 'App', config: app.config as never });
    const { id: job } = await session.call('job.create', { name: 'App', connection: 'app', direction: 'down' } as never);
    for (const name of ['HR', 'App']) {
      await session.call('job.state', { job: name, state: 'enabled', unseen: true });
      await runAndFollow(session, name);
    }
    return { site, session, job };
  }

  it.each(toldIn('en'))('of two of one name each has its number beside it, in the list and in what is asked, %s', async (language) => {
    const { links, app } = words[language];
    const { site, job } = await withLinks(namesakes);
    const { page, faults, stumbles, go } = await site.visit({ language });
    await go(`/jobs/${job}/links`);
    for (const number of ['N-1', 'N-2']) {
      await page.getByRole('row', { name: new RegExp(`李明 ${number}`) }).waitFor();
      await page.getByRole('button', { name: fill(links.ways, { name: `李明 ${number}` }), exact: true }).click();
      await page.getByRole('menuitem', { name: links.cut }).click();
      const dialog = page.getByRole('dialog');
      await dialog
        .getByText(new RegExp(`李明 ${number}`))
        .first()
        .waitFor();
      await dialog.getByRole('button', { name: app.cancel }).click();
      await dialog.waitFor({ state: 'detached' });
    }
    // A name that stands for one alone needs none.
    expect(await page.getByRole('row', { name: /张伟/ }).getByText('N-3').count()).toBe(0);
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByText('N-2', { exact: true }).waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    expect(await stumbles()).toEqual([]);
    expect(faults).toEqual([]);
  });

  it.each(toldIn('zh'))('are cut, moved and protected after what follows was read, %s', async (language) => {
    const { links, job: jobWords } = words[language];
    const { site, session, job } = await withLinks(file);
    const linked = async () => (await session.call('link.list', { connection: 'app', type: 'person' })).links;
    const before = await linked();
    expect(before).toHaveLength(3);
    const of = (title: string) => before.find((link) => link.title === title)!;

    const { page, faults, stumbles, go } = await site.visit({ language });
    await go(`/jobs/${job}/links`);
    await page.getByText(links.protectedNone).waitFor();
    expect(await stumbles()).toEqual([]);
    const choose = async (title: string, way: string): Promise<void> => {
      await page.getByRole('button', { name: fill(links.ways, { name: title }) }).click();
      await page.getByRole('menuitem', { name: way }).click();
    };
    const dialog = page.getByRole('dialog');

    // Cut: what the rules would do then is read before.
    await choose('李明', links.cut);
    const again = await session.call('link.consequence', { connection: 'app', type: 'person', externalId: of('李明').externalId });
    await dialog.getByText(shown(again.says[0]![language], language)).waitFor({ timeout: LIMIT_MS });
    expect(await stumbles()).toEqual([]);
    await dialog.getByRole('button', { name: links.cutIt }).click();
    await dialog.waitFor({ state: 'detached' });
    expect((await linked()).map((link) => link.title).toSorted()).toEqual(['张伟', '王芳'].toSorted());

    // Moved to the one who has none: until somebody is chosen there is nothing to agree to.
    await choose('王芳', links.move);
    await dialog.getByText(links.moveFirst).waitFor();
    expect(await dialog.getByRole('button', { name: links.moveIt }).isDisabled()).toBe(true);
    await dialog.getByRole('combobox', { name: links.moveWhom }).fill('李明');
    await page.getByRole('option', { name: /李明/ }).waitFor({ state: 'attached' });
    await dialog.getByRole('combobox', { name: links.moveWhom }).press('Enter');
    const follows = await session.call('link.consequence', {
      connection: 'app',
      type: 'person',
      externalId: of('王芳').externalId,
      to: of('李明').object,
    });
    await dialog.getByText(shown(follows.says[0]![language], language)).waitFor({ timeout: LIMIT_MS });
    await dialog.getByRole('button', { name: links.moveIt }).click();
    await dialog.waitFor({ state: 'detached' });
    expect((await linked()).find((link) => link.externalId === of('王芳').externalId)).toMatchObject({ object: of('李明').object });

    // Protected with a reason, seen in the list, and off it again; on a phone nothing lies beside the screen.
    await page.setViewportSize({ width: 390, height: 844 });
    await choose('张伟', links.protect);
    expect(await dialog.getByRole('button', { name: links.protectIt }).isDisabled()).toBe(true);
    await dialog.getByRole('textbox').fill('the owner');
    await dialog.getByRole('button', { name: links.protectIt }).click();
    await dialog.waitFor({ state: 'detached' });
    const list = page.locator('section').filter({ has: page.getByRole('heading', { name: links.protected }) });
    await list.getByText('the owner').waitFor();
    expect(await session.call('protected.list', { connection: 'app' })).toMatchObject({
      accounts: [{ type: 'person', externalId: of('张伟').externalId, reason: 'the owner' }],
    });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    expect(await stumbles()).toEqual([]);
    // A protected account is given to nobody, and what to do first is said.
    await choose('张伟', links.move);
    await dialog.getByRole('combobox', { name: links.moveWhom }).fill('王芳');
    await page.getByRole('option', { name: /王芳/ }).waitFor({ state: 'attached' });
    await dialog.getByRole('combobox', { name: links.moveWhom }).press('Enter');
    await dialog.getByRole('alert').waitFor({ timeout: LIMIT_MS });
    expect(await dialog.getByRole('button', { name: links.moveIt }).isDisabled()).toBe(true);
    await dialog.getByRole('button', { name: words[language].app.cancel }).click();
    await page.setViewportSize({ width: 1440, height: 900 });
    await list.getByRole('button', { name: links.takeOff }).click();
    await dialog.getByRole('button', { name: links.takeOff }).click();
    await page.getByText(links.protectedNone).waitFor();
    await until(async () => (await session.call('protected.list', { connection: 'app' })).accounts.length === 0, LIMIT_MS, PAUSE_MS);
    await page.getByText(jobWords.linkedSince).first().waitFor();

    // What stands below the list is not there before it: nothing jumps.
    const late = (await site.visit({ language })).page;
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    await late.route(/\/api\/v1\/links\?/, (route) => answered.then(() => route.continue()));
    const known = late.waitForResponse(/\/api\/v1\/links\?/);
    await late.goto(`${site.url}/#/jobs/${job}/links`);
    await late
      .getByRole('textbox', { name: jobWords.searchLinks })
      .or(late.getByRole('searchbox', { name: jobWords.searchLinks }))
      .waitFor();
    await late.locator('.ant-skeleton').first().waitFor();
    expect(await late.getByRole('heading', { name: links.protected }).count()).toBe(0);
    answer();
    await known;
    await late.getByRole('heading', { name: links.protected }).waitFor();
    expect(await late.getByRole('table').count()).toBe(1);
    // Nothing failed but what was refused.
    expect(faults.filter((fault) => !/40[09]|422/.test(fault))).toEqual([]);
  });
});
