// The custom way of the wizard by keyboard alone, every step of it: from a file into the directory, and on from there into an app.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { en } from '../../console/src/i18n/en/index.ts';
import { later } from '../../console/src/i18n/en/later.ts';
import { simulate as simulateScim, type ScimSimulator } from '../../src/connectors/scim/simulator.ts';
import { hasChromium, PATIENCE_MS } from '../chromium.ts';
import { openSite, type Site } from './browser.ts';
import { keysOf, type Keys } from './by-keyboard.ts';

const { wizard } = en;
const { more } = later;
const { parts } = wizard;
/** Nobody has a use for the last column before somebody says what it means. */
const list = `工号,姓名,邮箱,部门,备注
0001,陈思远,chen@example.com,总部,Director
0002,林晓燕,lin@example.com,总部/人事部,Recruiter
0003,Anna Schmidt,anna@example.com,总部/研发部,Engineer
0004,王芳,wang@example.com,总部/研发部,Engineer
`;
const exactly = (text: string): RegExp => new RegExp(`^${text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&')}$`);
const beginning = (text: string): RegExp => new RegExp(exactly(text).source.slice(0, -1));
const MOST_OPTIONS = 40;

describe.skipIf(!hasChromium)('the custom way in Chromium', { timeout: 480_000 }, () => {
  const root = mkdtempSync(join(tmpdir(), 'tributary-keys-'));
  const lists = mkdtempSync(join(tmpdir(), 'tributary-keys-list-'));
  const path = join(lists, 'people.csv');
  let site: Site;
  let app: ScimSimulator;
  beforeAll(async () => {
    writeFileSync(path, list);
    app = await simulateScim({});
    site = await openSite({ root, database: null, running: new Set() });
  }, 120_000);
  afterAll(async () => {
    await site?.stop();
    await app?.stop();
    for (const folder of [root, lists]) rmSync(folder, { recursive: true, force: true });
  });

  const at = (page: Page, step: keyof typeof wizard.step): Promise<void> =>
    page.getByRole('heading', { name: wizard.step[step], exact: true }).waitFor();

  async function next({ press }: Keys, page: Page, step: keyof typeof wizard.step): Promise<void> {
    await press(exactly(wizard.next));
    await at(page, step);
  }

  /** In a list to choose from that has the focus. */
  async function choose(page: Page, option: string): Promise<void> {
    await page.keyboard.press('Enter');
    const active = page.locator('.ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option-active');
    for (let moves = 0; moves < MOST_OPTIONS; moves += 1) {
      await active.waitFor();
      if ((await active.getAttribute('title')) === option) return page.keyboard.press('Enter');
      await page.keyboard.press('ArrowDown');
    }
    throw new Error(`${option} is not reached by the arrow keys`);
  }

  /** In a list to search in. */
  async function search(page: Page, option: string): Promise<void> {
    await page.keyboard.type(option);
    await page.keyboard.press('Enter');
  }

  async function write(page: Page, text: string): Promise<void> {
    await page.keyboard.press('Control+A');
    await page.keyboard.type(text);
  }

  /** Finds a department in the tree, and ticks it or takes the tick away. */
  async function turn({ tab }: Keys, page: Page, name: string, source: string): Promise<void> {
    await tab(exactly(parts.scope.searchDepartment));
    await page.keyboard.type(name);
    const node = page.locator('.ant-tree-treenode').filter({ hasText: /\S/ });
    await expect.poll(() => node.allInnerTexts(), { timeout: PATIENCE_MS }).toEqual([expect.stringContaining(name)]);
    await tab(exactly(parts.scope.tree.replace('{{source}}', source)));
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Space');
  }

  async function fromFile(keys: Keys, page: Page): Promise<void> {
    const { tab, press } = keys;
    const key = (name: string): Promise<void> => page.keyboard.press(name);
    await press(/^CSV or Excel file/);
    await at(page, 'configuration');
    await tab(beginning(wizard.description));
    await page.keyboard.type('Written by the HR system');
    await tab(/^File or folder/);
    await page.keyboard.type(path);
    await press(exactly(wizard.connection.check));
    await page.getByRole('cell', { name: 'Recruiter' }).waitFor();
    await tab(exactly(wizard.columns.of.replace('{{header}}', '备注')));
    await search(page, 'job title');
    await press(exactly(wizard.connection.check));
    await next(keys, page, 'scope');

    await page.getByRole('radio', { name: parts.scope.mode.only, disabled: false }).waitFor();
    await tab(beginning(parts.scope.mode.everything));
    await key('ArrowDown');
    await key('ArrowDown');
    await page.getByText(parts.scope.noneChosen).waitFor();
    await turn(keys, page, '总部', parts.scope.source.up);
    await page.getByText(parts.scope.noneChosen).waitFor({ state: 'detached' });
    await tab(beginning(parts.scope.where));
    await page.keyboard.type('employeeNumber != "0004"');
    await next(keys, page, 'mapping');

    const title = page.getByRole('group', { name: /^Row \d+$/ }).filter({ hasText: /job title/ });
    const row = (await title.first().getAttribute('aria-label'))!;
    await tab(exactly(parts.mapping.mode), row);
    await choose(page, parts.mode.cel);
    await tab(exactly(parts.mapping.from), row);
    await write(page, 'upper(title)');
    await title.first().getByText('DIRECTOR').waitFor();
    await next(keys, page, 'matching');

    await press(exactly(parts.matching.up));
    await next(keys, page, 'timing');

    await tab(exactly(parts.timing.manual));
    await key('ArrowDown');
    await tab(exactly(parts.timing.every));
    await choose(page, parts.timing.cron);
    await tab(exactly(parts.timing.cron));
    await write(page, '0 6 * * 1-5');
    await page.getByText(parts.timing.next).waitFor();
    await next(keys, page, 'protection');

    await tab(beginning(parts.cause.departed));
    await choose(page, parts.leaver.disable);
    await tab(exactly(parts.protection.count.replace('{{what}}', parts.limit.disable)));
    await write(page, '4');
    await tab(exactly(parts.protection.twoPeople));
    await key('Space');
    await next(keys, page, 'errors');

    await tab(beginning(parts.errors.tries));
    await write(page, '5');
    await next(keys, page, 'review');
    await press(exactly(wizard.review.enable));
    await at(page, 'start');
    await press(exactly(wizard.start.run));
    await page.getByText(/\d+ read \(.+\), \d+ written/).waitFor();
  }

  async function intoApp(keys: Keys, page: Page): Promise<void> {
    const { tab, tabBack, press } = keys;
    const key = (name: string): Promise<void> => page.keyboard.press(name);
    await press(/^SCIM 2\.0/);
    await at(page, 'configuration');
    await tab(/^SCIM base address/);
    await page.keyboard.type(String(app.config.url));
    await tab(/^Token/);
    await page.keyboard.type(String(app.config.token));
    await press(exactly(wizard.connection.check));
    await next(keys, page, 'scope');

    await page.getByRole('radio', { name: parts.scope.mode.except, disabled: false }).waitFor();
    await tab(beginning(parts.scope.mode.everything));
    await key('ArrowDown');
    await page.getByText(parts.scope.allButThese).waitFor();
    await turn(keys, page, '人事部', parts.scope.source.down);
    await page.getByText(parts.scope.excluded, { exact: true }).waitFor();
    await next(keys, page, 'mapping');

    await press(exactly(parts.mapping.add));
    await tabBack(exactly(parts.mapping.target));
    await search(page, 'nickname');
    await tab(exactly(parts.mapping.from));
    await search(page, 'display name');
    await page.getByText(parts.mapping.hint).waitFor();
    await next(keys, page, 'matching');

    await press(exactly(parts.matching.up));
    await next(keys, page, 'timing');

    await tab(exactly(parts.timing.manual));
    await key('ArrowDown');
    await key('ArrowDown');
    await tab(beginning(more.timing.reconcile));
    await key('Space');
    await next(keys, page, 'protection');

    await press(exactly(parts.protection.add));
    await tabBack(exactly(parts.protection.values));
    await search(page, 'root');
    await next(keys, page, 'errors');

    await tab(beginning(parts.errors.pauseSeconds));
    await write(page, '30');
    await next(keys, page, 'review');
    await press(exactly(wizard.review.enable));
    await at(page, 'start');
  }

  it('leads by keyboard alone from a list to people in the directory, and on to their accounts in an app', async () => {
    const { session } = site;
    const { page, faults, go } = await site.visit({ language: 'en' });
    const keys = keysOf(page);
    const custom = async (): Promise<void> => {
      await keys.tab(exactly(wizard.way.quick));
      await page.keyboard.press('ArrowRight');
      await page.getByText(wizard.step.scope).waitFor();
    };
    await go('/new');
    await custom();
    await fromFile(keys, page);
    const settingsOf = async (connector: string): Promise<unknown> => {
      const { jobs } = await session.call('job.list', {});
      const { connections } = await session.call('connection.list', {});
      const mine = new Set(connections.filter((one) => one.connector === connector).map(({ id }) => id));
      return (await session.call('job.get', { job: jobs.find((job) => mine.has(job.connection))!.id })).settings;
    };
    expect(await settingsOf('file')).toMatchObject({
      description: 'Written by the HR system',
      scope: { departments: { include: [expect.any(String)] }, rules: { person: 'employeeNumber != "0004"' } },
      mapping: { person: expect.arrayContaining([expect.objectContaining({ target: 'title', cel: 'upper(title)' })]) },
      correlation: { person: [{ attribute: 'email' }, { attribute: 'employeeNumber' }] },
      trigger: { kind: 'schedule', cron: '0 6 * * 1-5' },
      policy: { leaver: { departed: 'disable' }, guard: { limits: { disable: { count: 4 } } } },
      approvals: 2,
      onError: { tries: 5 },
    });
    expect((await session.call('person.list', {})).objects).toHaveLength(3);

    await keys.press(exactly(wizard.start.down));
    await at(page, 'app');
    await custom();
    await intoApp(keys, page);
    expect(await settingsOf('scim')).toMatchObject({
      scope: { departments: { exclude: [expect.any(String)] } },
      mapping: { person: expect.arrayContaining([expect.objectContaining({ target: 'nickName', field: 'displayName' })]) },
      correlation: { person: [{ attribute: 'employeeNumber' }, { attribute: 'userName' }, { attribute: 'email' }] },
      trigger: { kind: 'event', reconcile: null },
      policy: { protected: [{ values: ['root'] }] },
      onError: { pauseSeconds: 30 },
    });
    // In real time: it begins by itself.
    const accounts = () => app.state.list('Users').map(({ displayName, nickName, title }) => ({ displayName, nickName, title }));
    await expect.poll(() => accounts().length, { timeout: PATIENCE_MS }).toBe(2);
    await expect.poll(accounts, { timeout: PATIENCE_MS }).toEqual(
      expect.arrayContaining([
        { displayName: '陈思远', nickName: '陈思远', title: 'DIRECTOR' },
        { displayName: 'Anna Schmidt', nickName: 'Anna Schmidt', title: 'ENGINEER' },
      ]),
    );
    expect(faults).toEqual([]);
  });
});
