// The custom way of the wizard downstream, in Chromium: whom, counted as it is chosen; and the whole of it by keyboard.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { en } from '../../console/src/i18n/en/index.ts';
import { later as laterEn } from '../../console/src/i18n/en/later.ts';
import { zh } from '../../console/src/i18n/zh/index.ts';
import { later as laterZh } from '../../console/src/i18n/zh/later.ts';
import type { Simulator } from '../../src/connector-kit/contract.ts';
import { ldap } from '../../src/connectors/ldap/index.ts';
import { hasChromium } from '../chromium.ts';
import { openSite, type Site } from './browser.ts';
import { keysOf } from './by-keyboard.ts';
import { itOnce, toldBy, toldIn } from './told-in.ts';

const words = { en: { ...en, ...laterEn }, zh: { ...zh, ...laterZh } } as const;
const list = `工号,姓名,邮箱,部门
0001,陈思远,chen@example.com,总部
0002,林晓燕,lin@example.com,总部/人事部
0003,Anna Schmidt,anna@example.com,总部/研发部
0004,王芳,wang@example.com,总部/研发部/平台组
`;

describe.skipIf(!hasChromium)('the custom way downstream, in Chromium', { timeout: 300_000 }, () => {
  const root = mkdtempSync(join(tmpdir(), 'tributary-custom-'));
  const lists = mkdtempSync(join(tmpdir(), 'tributary-custom-list-'));
  const path = join(lists, 'people.csv');
  let site: Site;
  let far: Simulator;
  beforeAll(async () => {
    writeFileSync(path, list);
    far = await ldap.simulate!({ port: 0 });
    site = await openSite({ root, database: null, running: new Set() });
    const { session } = site;
    await session.call('connection.create', { id: 'list', connector: 'file', name: 'List', config: { path } });
    const { id } = await session.call('job.create', { name: 'List', connection: 'list', direction: 'up' });
    await session.call('job.state', { job: id, state: 'enabled', unseen: true });
    const { run } = await session.call('run.start', { job: id });
    const hasRead = async (): Promise<void> => expect((await session.call('run.get', { run })).run.state).toBe('succeeded');
    await vi.waitFor(hasRead, { timeout: 60_000, interval: 250 });
    await session.call('connection.create', { id: 'branch', connector: 'ldap', name: 'Branch', config: far.config as never });
  });
  afterAll(async () => {
    await site?.stop();
    await far?.stop();
    for (const folder of [root, lists]) rmSync(folder, { recursive: true, force: true });
  });

  it.each(
    toldIn('zh'),
  )('counts the people as departments are ticked, names who comes along, and says what is wrong with an expression, %s', async (language) => {
    const { canvas, wizard, pilot } = words[language];
    const { scope } = wizard.parts;
    const { page, faults, stumbles, go } = await site.visit({ language });
    const press = (name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();
    const within = (count: number): string =>
      pilot.peopleWithin.replace('{{people}}', canvas[count === 1 ? 'people_one' : 'people_other'].replace('{{n}}', String(count)));
    await go('/new?direction=down');
    await page.getByText(wizard.way.custom, { exact: true }).click();
    await page.getByRole('button', { name: new RegExp(`^${ldap.manifest.name[language]}`) }).click();
    await page.getByRole('radio', { name: 'Branch', exact: true }).check();
    await press(wizard.connection.check);
    await press(wizard.next);
    await page.getByRole('radio', { name: scope.mode.only }).check();
    // What is ticked are departments of the directory: into it is where the other direction leads.
    const tree = page.getByRole('region', { name: scope.tree.replace('{{source}}', scope.source.down) });
    const node = tree.locator('.ant-tree-treenode').filter({ hasText: '研发部' });
    await node.locator('.ant-tree-checkbox').click();
    await page.getByText(within(2)).waitFor();
    // How many stay out is not left to be subtracted: people, and departments.
    await page.getByText(pilot.peopleRest.replace('{{people}}', canvas.people_other.replace('{{n}}', '2'))).waitFor();
    await tree.getByText(scope.countHalf.replace('{{count}}', '1')).waitFor();
    await tree.getByText(scope.countOut.replace('{{count}}', '1')).waitFor();
    const people = page.getByRole('region', { name: scope.people });
    await people.getByText('Anna Schmidt').waitFor();
    await people.getByText('王芳').waitFor();
    expect(await stumbles()).toEqual([]);
    // Not it itself, only what hangs below it.
    await tree.getByRole('button', { name: scope.onlyBelowOf.replace('{{name}}', '研发部') }).click();
    await page.getByText(within(1)).waitFor();
    await people.getByText('Anna Schmidt').waitFor({ state: 'detached' });
    await tree.getByRole('button', { name: scope.onlyBelowOf.replace('{{name}}', '研发部') }).click();
    await page.getByText(within(2)).waitFor();

    const rule = page.getByRole('textbox', { name: scope.where });
    const next = page.getByRole('button', { name: wizard.next, exact: true });
    await rule.fill('displayNme == "x"');
    await page.getByRole('alert').filter({ hasText: 'displayNme' }).waitFor();
    expect(await next.isEnabled()).toBe(false);
    expect(await stumbles()).toEqual([]);
    await rule.fill('email.startsWith("anna")');
    await page.getByText(within(1)).waitFor();
    await expect.poll(() => next.isEnabled()).toBe(true);
    await next.click();
    await page.getByRole('heading', { name: wizard.step.mapping, exact: true }).waitFor();
    // What was chosen is there again for whoever looks back.
    await press(wizard.back);
    await expect.poll(() => rule.inputValue()).toBe('email.startsWith("anna")');
    await page.getByText(within(1)).waitFor();
    expect(faults).toEqual([]);
  });

  it.each(
    toldIn('en'),
  )('of accounts that are left over says that whoever the scope leaves out has theirs among them, %s', async (language) => {
    const { canvas, wizard } = words[language];
    const { scope } = wizard.parts;
    const entry = (dn: string, attributes: Record<string, string>) => ({ dn: `${dn},dc=example,dc=org`, attributes });
    const account = (uid: string, mail: string) =>
      entry(`uid=${uid},ou=people`, { objectClass: 'inetOrgPerson', uid, cn: uid, sn: uid, mail });
    const entries = [
      entry('ou=people', { objectClass: 'organizationalUnit', ou: 'people' }),
      account('anna', 'anna@example.com'),
      account('lin', 'lin@example.com'),
    ];
    const old = await ldap.simulate!({ port: 0, options: { entries } });
    onTestFinished(() => old.stop());
    const id = `old-${language}`;
    const config = { ...old.config, peopleIn: 'ou=people,dc=example,dc=org' } as never;
    await site.session.call('connection.create', { id, connector: 'ldap', name: id, config });
    const { page, faults, stumbles, go } = await site.visit({ language });
    const press = (name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();
    await go('/new?direction=down');
    await page.getByText(wizard.way.custom, { exact: true }).click();
    await page.getByRole('button', { name: new RegExp(`^${ldap.manifest.name[language]}`) }).click();
    await page.getByRole('radio', { name: id, exact: true }).check();
    await press(wizard.connection.check);
    await press(wizard.next);
    await page.getByRole('radio', { name: scope.mode.only }).check();
    const node = page.locator('.ant-tree-treenode').filter({ hasText: '研发部' });
    await node.locator('.ant-tree-checkbox').click();
    for (const step of ['mapping', 'matching', 'timing', 'protection', 'errors', 'review'] as const) {
      await press(wizard.next);
      await page.getByRole('heading', { name: wizard.step[step], exact: true }).waitFor();
    }
    await page.getByText(wizard.there.title_other.replace('{{name}}', ldap.manifest.name[language]).replace('{{n}}', '2')).waitFor();
    const two = canvas.people_other.replace('{{n}}', '2');
    await page.getByText(wizard.there.outside.replace('{{people}}', two)).waitFor();
    expect(await stumbles()).toEqual([]);
    expect(faults).toEqual([]);
  });

  it.each(
    toldBy([
      ['zh', '首字母', '用户名', '部门', '条目所在的 OU'],
      ['en', 'initials', 'user name', 'department', 'the OU in which the entry lies'],
    ] as const),
  )('says of each row that gives nothing what becomes of accounts that are there, and begins a row with nothing wrong, %s', async (language, initials, userName, department, place) => {
    const { wizard, more } = words[language];
    const { mapping } = wizard.parts;
    const { page, faults, stumbles, go } = await site.visit({ language });
    const press = (name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();
    const inside = async (): Promise<void> => {
      await page.setViewportSize({ width: 390, height: 844 });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
      await page.setViewportSize({ width: 1440, height: 900 });
    };
    await go('/new?direction=down');
    await page.getByText(wizard.way.custom, { exact: true }).click();
    await page.getByRole('button', { name: new RegExp(`^${ldap.manifest.name[language]}`) }).click();
    // What a field shows as an example is said to be one.
    await page.getByPlaceholder(words[language].forms.example.replace('{{example}}', 'dc=example,dc=org'), { exact: true }).waitFor();
    await page.getByRole('radio', { name: 'Branch', exact: true }).check();
    await press(wizard.connection.check);
    await press(wizard.next);
    await page.getByRole('heading', { name: wizard.step.scope, exact: true }).waitFor();
    await press(wizard.next);
    await page.getByRole('heading', { name: wizard.step.mapping, exact: true }).waitFor();
    // The list has four columns: of titles, cities and managers nobody has said anything, so nothing is taken from an account.
    await page.getByText(more.nothing.unsaid).first().waitFor();
    expect(await page.getByText(more.nothing.unsaid).count()).toBeGreaterThan(5);
    expect(await page.getByText(more.nothing.cleared).count()).toBe(0);
    const unsaid = page.getByRole('group').filter({ hasText: more.nothing.unsaid }).first();
    await unsaid.getByRole('button', { name: mapping.more, exact: true }).click();
    await unsaid.getByText(more.cleared).waitFor();

    const rows = page.getByRole('group', { name: new RegExp(`^${mapping.row.replace('{{number}}', '\\d+')}$`) });
    const before = await rows.count();
    await press(mapping.add);
    expect(await rows.count()).toBe(before + 1);
    const added = rows.last();
    await added.getByText(more.begun.choose).waitFor();
    await page.getByText(more.begun.open).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(await page.getByRole('button', { name: mapping.add, exact: true }).isEnabled()).toBe(false);
    expect(await stumbles()).toEqual([]);
    await inside();
    const choose = async (field: string, option: string): Promise<void> => {
      await added.getByRole('combobox', { name: field, exact: true }).click();
      await page.keyboard.type(option);
      await page.keyboard.press('Enter');
    };
    await choose(mapping.target, initials);
    await added.getByText(more.begun.choose).waitFor();
    await choose(mapping.from, userName);
    await added.getByText(more.begun.choose).waitFor({ state: 'detached' });
    await page.getByText(mapping.hint).waitFor();
    expect(await page.getByRole('alert').count()).toBe(0);
    expect(await page.getByRole('button', { name: mapping.add, exact: true }).isEnabled()).toBe(true);
    // One that is begun and left is no part of it.
    await press(mapping.add);
    await press(more.begun.remove);
    expect(await rows.count()).toBe(before + 1);

    // No row is a department: it is said that departments go along, where they stand in LDAP, and what is done about them.
    const along = page.getByRole('group', { name: department, exact: true });
    await along.getByText(more.along.downAt.replace('{{place}}', place)).waitFor();
    await along.getByRole('button', { name: more.along.moreOf.replace('{{what}}', department) }).click();
    await along.getByText(more.attribute.modes.enforce).waitFor();
    await inside();
    expect(await stumbles()).toEqual([]);
    expect(faults).toEqual([]);
  });

  itOnce('is walked from the first step to the enabled job by keyboard alone', async () => {
    const { page, faults, go } = await site.visit({ language: 'en' });
    const { tab, press } = keysOf(page);
    const { wizard } = en;
    const { scope, timing, protection, errors, matching } = wizard.parts;
    const at = (step: keyof typeof wizard.step) => page.getByRole('heading', { name: wizard.step[step], exact: true }).waitFor();
    const key = (name: string): Promise<void> => page.keyboard.press(name);
    await go('/new?direction=down');
    await tab(/^Quick$/);
    await key('ArrowRight');
    await page.getByText(wizard.step.scope).waitFor();
    await press(/^LDAP directory/);
    await at('configuration');
    await tab(/^New connection$/);
    await key('ArrowDown');
    await press(/^Check the connection$/);
    await press(/^Next$/);
    await at('scope');
    await page.getByRole('radio', { name: scope.mode.only, disabled: false }).waitFor();
    await tab(/^Everything\b/);
    await key('ArrowDown');
    await key('ArrowDown');
    await page.getByText(scope.noneChosen).waitFor();
    // The tree: down to the second department, and a tick.
    await tab(new RegExp(`^${scope.tree.replace('{{source}}', scope.source.down)}$`));
    await key('ArrowDown');
    await key('ArrowDown');
    await key('Space');
    await page.getByText(scope.noneChosen).waitFor({ state: 'detached' });
    await tab(new RegExp(`^${scope.where}`));
    await page.keyboard.type('email != null');
    await press(/^Next$/);
    await at('mapping');
    await tab(/^Value$/);
    await press(/^Next$/);
    await at('matching');
    await press(new RegExp(`^${matching.add}$`));
    await press(/^Next$/);
    await at('timing');
    await tab(new RegExp(`^${timing.manual}$`));
    await key('ArrowDown');
    await page.getByText(timing.next).waitFor();
    await press(/^Next$/);
    await at('protection');
    await tab(new RegExp(`^${protection.twoPeople}$`));
    await key('Space');
    await press(/^Next$/);
    await at('errors');
    await tab(new RegExp(`^${errors.tries}`));
    await key('Control+A');
    await page.keyboard.type('5');
    await press(/^Next$/);
    await at('review');
    await press(/^Enable the job$/);
    await at('start');
    const { jobs } = await site.session.call('job.list', {});
    const made = jobs.find((one) => one.connection === 'branch')!;
    const { settings } = await site.session.call('job.get', { job: made.id });
    expect(settings).toMatchObject({
      scope: { departments: { include: [expect.any(String)] }, rules: { person: 'email != null' } },
      trigger: { kind: 'schedule' },
      approvals: 2,
      onError: { tries: 5 },
    });
    expect(made.state).toBe('enabled');
    expect(faults).toEqual([]);
  });
});
