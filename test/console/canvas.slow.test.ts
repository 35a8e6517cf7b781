// The picture of many systems: each card is small, and whoever points at one, comes to it by key or taps it has all of it, and all that can be done.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { en } from '../../console/src/i18n/en/index.ts';
import { zh } from '../../console/src/i18n/zh/index.ts';
import { simulate } from '../../src/connectors/scim/simulator.ts';
import { makeCompany } from '../../src/sandbox/company.ts';
import { writeCompanyFile } from '../../src/sandbox/company-file.ts';
import { hasChromium, PATIENCE_MS } from '../chromium.ts';
import { begin, runAndFollow, until } from '../support/server-process.ts';
import { openSite, type Site } from './browser.ts';
import { connections, downstream, jobs } from './gallery/systems.ts';
import { itOnce, toldIn } from './told-in.ts';

const APPS = 58;
/** Those that really take what is written, and refuse some of it. */
const REFUSING = ['Approvals', 'CRM'] as const;
/** All whose job is not disabled, and the source. */
const CARDS = APPS + REFUSING.length;
const texts = { en, zh } as const;
const filled = (text: string, name: string): string => text.replace('{{name}}', name);

describe.skipIf(!hasChromium)('the picture of sixty systems in Chromium', { timeout: 240_000 }, () => {
  const root = mkdtempSync(join(tmpdir(), 'tributary-canvas-'));
  let site: Site;
  let app: Awaited<ReturnType<typeof simulate>>;
  let apps: readonly { readonly id: number; readonly name: string }[];

  beforeAll(async () => {
    const list = join(root, 'people.csv');
    await writeCompanyFile(makeCompany({ people: 40, departments: 6, seed: 5 }), list);
    site = await openSite({ root, database: null, running: new Set() });
    const { session } = site;
    const hr = { id: 'hr', connector: 'file', name: 'HR file', config: { use: 'read', path: list, settleSeconds: 0 } };
    // Every third of them is a file, which can be written; behind the others nobody listens.
    const files = connections(root).filter((_, index) => index % 3 === 2) as { id: string }[];
    const outward = jobs(APPS).map((one, index) =>
      downstream((one as { name: string }).name, files[index % files.length]!.id, `00${15 + (index % 60)}`),
    );
    app = await simulate({});
    const approvals = { id: 'approvals', connector: 'scim', name: 'Approvals', config: app.config };
    const crm = { ...approvals, id: 'crm', name: 'CRM', config: { ...app.config, token: 'no longer good' } };
    const refusing = REFUSING.map((name) => downstream(name, name.toLowerCase(), ''));
    const { problems } = await session.call('config.apply', {
      document: {
        connections: [hr, approvals, crm, ...files],
        jobs: [{ name: 'HR', connection: 'hr', direction: 'up' }, ...refusing, ...outward],
      },
    });
    expect(problems).toEqual([]);
    const all = (await session.call('job.list', {})).jobs;
    // The last of them stays disabled: of so many, it has no card of its own.
    for (const { id } of all.slice(0, -1)) await session.call('job.state', { job: id, state: 'enabled', unseen: true });
    await runAndFollow(session, 'HR');
    apps = all.slice(1 + REFUSING.length, -1);
    app.fault({ fault: 'refuse-write', on: 'write', times: 3 });
    for (const name of REFUSING) await session.follow([await begin(session, name)], () => {});
    // What is tried again is refused again.
    app.fault({ fault: 'refuse-write', on: 'write', times: 10_000 });
  }, 120_000);
  afterAll(async () => {
    await site?.stop();
    await app?.stop();
    rmSync(root, { recursive: true, force: true });
  });

  const runsOf = async (job: number) => (await site.session.call('run.list', { job, limit: 10 })).runs;
  const holdsFocus = (page: Page, selector: string): Promise<boolean> =>
    page.evaluate(`document.activeElement?.closest(${JSON.stringify(selector)}) !== null`);
  const cardOf = (page: Page, name: string) => page.getByRole('article', { name, exact: true });

  itOnce('a pointer on a small card opens all of it: counts, times, and a dry run is begun from there', async () => {
    const app = apps[41]!;
    const { page, faults, stumbles } = await site.visit({ language: 'en' });
    const opener = page.getByRole('button', { name: filled(en.canvas.whole, app.name) });
    await opener.waitFor();
    expect(await page.getByRole('main').getByRole('article').count()).toBe(CARDS);
    // Names of usual length are read whole.
    const cut = `[...document.querySelectorAll('article a[title]')].filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.title)`;
    const lengthOf = (name: string): number => [...name].reduce((sum, sign) => sum + (/[\u3000-\uffef]/.test(sign) ? 2 : 1), 0);
    expect(((await page.evaluate(cut)) as string[]).filter((name) => lengthOf(name) <= 28)).toEqual([]);
    await cardOf(page, app.name).hover();
    const panel = page.getByRole('dialog', { name: app.name });
    await panel.getByText(en.canvas.nothingYet).waitFor();
    await panel.getByText(`${en.home.neverRun} · ${en.canvas.next}`).waitFor();
    expect(await stumbles()).toEqual([]);
    await panel.getByRole('button', { name: filled(en.canvas.moreOf, app.name) }).click();
    await page.getByRole('menuitem', { name: en.canvas.dryRun }).click();
    await page.waitForURL(/#\/runs\/\d+$/);
    expect((await runsOf(app.id)).map((run) => run.dryRun)).toEqual([true]);
    expect(faults).toEqual([]);
  });

  itOnce('whoever has keys alone comes to a card, enters its panel, leaves it where they were, and starts a run', async () => {
    const app = apps[7]!;
    const { page, faults, stumbles } = await site.visit({ language: 'zh', shade: 'dark' });
    const opener = page.getByRole('button', { name: filled(zh.canvas.whole, app.name) });
    await opener.waitFor();
    const panel = page.getByRole('dialog', { name: app.name });
    // By the key before it, as somebody comes who has no pointer.
    await cardOf(page, app.name).getByRole('link', { name: app.name }).focus();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Shift+Tab');
    await panel.waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await until(() => holdsFocus(page, '[role=dialog]'), PATIENCE_MS, 20);
    expect(await opener.getAttribute('aria-expanded')).toBe('true');
    expect(await stumbles()).toEqual([]);
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'hidden' });
    expect(await opener.evaluate((button) => button === button.ownerDocument.activeElement)).toBe(true);
    await page.keyboard.press('Enter');
    await until(() => holdsFocus(page, '[role=dialog]'), PATIENCE_MS, 20);
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page
      .getByRole('dialog')
      .filter({ hasText: filled(zh.canvas.runNow, app.name) })
      .getByRole('button', { name: zh.canvas.run })
      .click();
    await page.waitForURL(/#\/runs\/\d+$/);
    expect((await runsOf(app.id)).map((run) => run.dryRun)).toEqual([false]);
    expect(faults).toEqual([]);
  });

  it.each(
    toldIn('zh'),
  )('why a run failed in part is read on its card: each cause with how many, what to do, and all of it to copy (%s)', async (language) => {
    const { groups } = await site.session.call('item.groups', { job: 'Approvals' });
    const [cause] = groups;
    expect(cause).toMatchObject({ count: 3 });
    const say = texts[language].canvas;
    const { page, faults, stumbles } = await site.visit({ language, shade: language === 'zh' ? 'dark' : 'light' });
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: filled(say.whole, 'Approvals') }).click();
    await page
      .getByRole('dialog', { name: 'Approvals' })
      .getByRole('button', { name: filled(say.whyFailedOf, 'Approvals') })
      .click();
    const told = page.getByRole('listitem').filter({ hasText: cause!.title[language] });
    await told.getByText(cause!.remedy[language]).waitFor();
    await told.getByText('3', { exact: true }).waitFor();
    const reach = (await told.evaluate((one) => {
      const { top, bottom } = one.closest('.ant-popover')!.getBoundingClientRect();
      return [top, one.ownerDocument.defaultView!.innerHeight - bottom];
    })) as readonly number[];
    expect(Math.min(...reach)).toBeGreaterThanOrEqual(0);
    expect(await stumbles()).toEqual([]);
    await page.getByRole('button', { name: texts[language].app.copy }).click();
    await page.getByRole('button', { name: texts[language].app.copied }).waitFor();
    const copied = (await page.evaluate('navigator.clipboard.readText()')) as string;
    for (const part of ['Approvals', cause!.title[language], cause!.remedy[language]]) expect(copied).toContain(part);
    await page.getByRole('link', { name: say.eachRecord }).click();
    await page.waitForURL(/#\/jobs\/\d+\/problems$/);
    expect(faults).toEqual([]);
  });

  itOnce('a job whose credential was refused is given another from its card', async () => {
    const { page, faults } = await site.visit({ language: 'en' });
    await page.getByRole('button', { name: filled(en.canvas.whole, 'CRM') }).click();
    await page
      .getByRole('dialog', { name: 'CRM' })
      .getByRole('button', { name: filled(en.canvas.whyFailedOf, 'CRM') })
      .click();
    await page.getByRole('button', { name: en.connections.renew }).click();
    await page.getByRole('dialog').filter({ hasText: en.connections.renew }).locator('input').first().waitFor();
    expect(faults).toEqual([]);
  });

  it.each(toldIn('en'))('a finger that taps a card gets the panel first, and the job from there (%s)', async (language) => {
    const app = apps[20]!;
    const { page, faults } = await site.visit({ language, size: { width: 1180, height: 820 }, hasTouch: true });
    await page.getByRole('button', { name: filled(texts[language].canvas.whole, app.name) }).waitFor();
    const link = cardOf(page, app.name).getByRole('link', { name: app.name });
    const elsewhere = page.getByRole('heading', { level: 1 });
    const panel = page.getByRole('dialog', { name: app.name });
    await page.clock.install();
    // A finger that comes by, on its way over the page, opens nothing.
    const cdp = await page.context().newCDPSession(page);
    const { x, y } = (await link.boundingBox())!;
    const touch = (type: 'touchStart' | 'touchMove', way: number) =>
      cdp.send('Input.dispatchTouchEvent', { type, touchPoints: [{ x: x + 5 + way, y: y + 5 }] });
    await touch('touchStart', 0);
    for (const way of [4, 8, 16, 32]) await touch('touchMove', way);
    await cdp.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
    await page.clock.fastForward(1000);
    expect(await panel.count()).toBe(0);
    // Each tap opens it, however soon after another that has closed it; and nothing that an earlier one has left waiting closes it again.
    for (let round = 0; round < 3; round++) {
      await link.first().tap();
      await panel.waitFor();
      expect(page.url()).not.toContain('/jobs/');
      await elsewhere.tap();
      await panel.waitFor({ state: 'hidden' });
    }
    await link.first().tap();
    await panel.waitFor();
    await page.clock.fastForward(1000);
    await panel.getByRole('link', { name: app.name }).tap();
    await page.waitForURL(/#\/jobs\/\d+$/);
    expect(faults).toEqual([]);
  });
});
