// Departments by clicks: two become one, with who goes where and what becomes of the other one in each system; one of several trees is looked at alone.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Simulator } from '../../src/connector-kit/contract.ts';
import { startSimulator } from '../../src/connectors/ldap/simulator.ts';
import { makeCompany } from '../../src/sandbox/company.ts';
import { writeCompanyFile } from '../../src/sandbox/company-file.ts';
import type { WireInput } from '../../src/server/api/wire.ts';
import { en } from '../../console/src/i18n/en/index.ts';
import { zh } from '../../console/src/i18n/zh/index.ts';
import { hasChromium, PATIENCE_MS } from '../chromium.ts';
import { runAndFollow, until } from '../support/server-process.ts';
import { openSite, type Site } from './browser.ts';
import { toldIn } from './told-in.ts';

type Steps = WireInput<'edit.propose'>['steps'];

const texts = { en, zh } as const;
const languages = ['zh', 'en'] as const;
const names = {
  zh: { stays: '市场部', goes: '市场二部', moves: '3 人调整部门：市场二部 → 市场部', delete: '是否删除？', confirm: '确认 1 项' },
  en: { stays: 'Sales', goes: 'Sales two', moves: '3 people move: Sales two → Sales', delete: 'Delete these?', confirm: 'Confirm 1' },
} as const;

/** Three people of the department that goes, one of the other. */
const company = (language: 'zh' | 'en'): Steps => [
  { do: 'department.create', as: `stays-${language}`, attributes: { name: names[language].stays } },
  { do: 'department.create', as: `goes-${language}`, attributes: { name: names[language].goes } },
  ...[1, 2, 3, 4].map((n) => ({
    do: 'person.create' as const,
    attributes: { displayName: `${language} ${n}`, userName: `${language}${n}`, employeeNumber: `${language}-${n}` },
    departments: [{ department: n === 4 ? `@stays-${language}` : `@goes-${language}`, primary: true }],
  })),
];

const roomy = Object.fromEntries(
  ['create', 'move', 'update', 'identifying', 'disable', 'clear', 'membershipLoss'].map((name) => [name, { count: 1000, share: 100 }]),
);

describe.skipIf(!hasChromium)('departments in Chromium', { timeout: 480_000 }, () => {
  const root = mkdtempSync(join(tmpdir(), 'tributary-departments-'));
  let site: Site;
  let ldap: Simulator;
  const edit = async (steps: Steps): Promise<void> => {
    const { id } = await site.session.call('edit.propose', { steps });
    await site.session.follow([(await site.session.call('edit.apply', { edit: id })).run], () => {});
  };
  beforeAll(async () => {
    ldap = await startSimulator({});
    site = await openSite({ root, database: null, running: new Set() });
    await edit(languages.flatMap((language) => [...company(language)]));
    await site.session.call('config.apply', {
      document: {
        connections: [{ id: 'ldap', connector: 'ldap', name: 'OpenLDAP', config: ldap.config }],
        jobs: [{ name: 'LDAP', connection: 'ldap', direction: 'down', policy: { guard: { limits: roomy } } }],
      },
    });
    await site.session.call('job.state', { job: 'LDAP', state: 'enabled', unseen: true });
    await runAndFollow(site.session, 'LDAP');
  }, 120_000);
  afterAll(async () => {
    await site?.stop();
    await ldap?.stop();
    rmSync(root, { recursive: true, force: true });
  });

  const isInDirectory = async (name: string): Promise<boolean> =>
    !(await site.session.call('directory.gone', { type: 'department' })).gone.some((one) => one.title === name);
  const isInLdap = async (name: string): Promise<boolean> =>
    (await site.session.call('link.list', { connection: 'ldap', type: 'department' })).links.some((one) => one.accountTitle === name);

  it.each(toldIn('zh'))('the one that goes is named, with who goes where and what becomes of it in each system (%s)', async (language) => {
    const { stays, goes, moves, delete: asked, confirm } = names[language];
    const { app, edit: words, runs } = texts[language];
    expect(await isInLdap(goes)).toBe(true);
    const { page, faults, stumbles, go } = await site.visit({ language });
    await go('/directory');
    await page.getByRole('treeitem', { name: new RegExp(goes) }).click();
    expect(await page.getByRole('combobox', { name: texts[language].directory.tree.label }).count(), 'one tree needs no switch').toBe(0);
    await page.getByRole('button', { name: words.menu }).click();
    await page.getByRole('menuitem', { name: words.deed.merge }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox', { name: words.into }).fill(stays);
    await page
      .locator('.ant-select-item-option')
      .filter({ hasText: new RegExp(`^${stays}$`) })
      .click();
    await dialog.getByRole('button', { name: words.see }).click();

    const before = dialog.getByRole('region', { name: app.gone.title });
    await before.getByText(goes, { exact: true }).waitFor();
    await before.getByText(moves).waitFor();
    await before.getByText(app.gone.fate.disable).waitFor();
    expect(await stumbles()).toEqual([]);
    await dialog.getByRole('button', { name: words.apply }).click();
    await dialog.getByText(words.doneHeld).waitFor();
    await dialog.getByRole('button', { name: words.close }).last().click();

    // The deletion is asked for, by name.
    await go('/waiting');
    const question = page.getByRole('article', { name: asked });
    await question.getByText(runs.held.whom.replace('{{names}}', goes)).waitFor();
    await question.getByRole('button', { name: confirm }).click();
    await page.getByRole('dialog').getByRole('button', { name: confirm, exact: true }).click();
    await until(async () => !(await isInDirectory(goes)), PATIENCE_MS, 50);

    // Afterwards both runs say the same: the one that deleted it here, and the one that leaves it there.
    const [deleted] = (await site.session.call('run.list', { cause: 'approval', limit: 1 })).runs;
    await go(`/runs/${deleted!.id}`);
    const after = page.getByRole('region', { name: app.gone.title });
    await after.getByText(app.gone.fate.disable).waitFor();
    await runAndFollow(site.session, 'LDAP');
    const [last] = (await site.session.call('run.list', { job: 'LDAP', limit: 1 })).runs;
    await go(`/runs/${last!.id}`);
    const left = page.getByRole('alert').filter({ hasText: app.gone.fate.disable });
    await left.getByText(goes).waitFor();
    expect(await isInLdap(goes)).toBe(true);
    expect(await stumbles()).toEqual([]);
    // On the page of the policy no heading names the job: its address does.
    await left.getByRole('link', { name: app.gone.toPolicy }).click();
    await page.waitForURL(/#\/jobs\/\d+\/edit\/policy/);
    expect(faults).toEqual([]);
  });

  it.each(toldIn('en'))('where several trees live in the directory, one of them is looked at alone (%s)', async (language) => {
    const { session } = site;
    const { directory } = texts[language];
    const file = join(root, 'cost-centres.csv');
    await writeCompanyFile(makeCompany({ people: 4, departments: 2, seed: 7 }), file);
    await session.call('config.apply', {
      document: {
        connections: [{ id: 'finance', connector: 'file', name: 'Finance', config: { use: 'read', path: file, settleSeconds: 0 } }],
        jobs: [{ name: 'Finance', connection: 'finance', direction: 'up', tree: 'cost centres' }],
      },
    });
    await session.call('job.state', { job: 'Finance', state: 'enabled', unseen: true });
    await runAndFollow(session, 'Finance');
    const [main, cost] = (await session.call('directory.trees', {})).trees;
    expect([main?.tree, cost]).toMatchObject(['main', { tree: 'cost centres' }]);
    const [top] = (await session.call('directory.tree', { tree: 'cost centres' })).departments;
    const theirs = (await session.call('person.list', { tree: 'cost centres' })).objects;
    expect(theirs.length).toBeGreaterThan(0);
    const [other] = (await session.call('person.list', { tree: 'main' })).objects;

    const { page, faults, stumbles, go } = await site.visit({ language });
    await go('/directory');
    const trees = page.getByRole('combobox', { name: directory.tree.label });
    const departments = page.getByRole('tree');
    await departments.getByText(top!.name, { exact: true }).waitFor();
    await departments.getByText(names[language].stays, { exact: true }).waitFor();
    expect(await stumbles()).toEqual([]);
    await trees.click();
    await page
      .locator('.ant-select-item-option')
      .filter({ hasText: /^cost centres/ })
      .click();
    await page.waitForURL(/tree=cost/);
    await departments.getByText(top!.name, { exact: true }).waitFor();
    await departments.getByText(names[language].stays, { exact: true }).waitFor({ state: 'detached' });
    const people = page.getByRole('region', { name: directory.people });
    await people.getByText(theirs[0]!.title).first().waitFor();
    expect(await people.getByText(other!.title, { exact: true }).count()).toBe(0);
    expect(await stumbles()).toEqual([]);
    // A department of the tree is opened within it, and the way back leads to it.
    await departments.getByText(top!.name, { exact: true }).click();
    await page.waitForURL(/departments\/.*tree=cost/);
    await page.setViewportSize({ width: 390, height: 844 });
    await people.getByRole('link', { name: directory.departments }).click();
    await trees.waitFor();
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    await trees.click();
    await page.locator('.ant-select-item-option').filter({ hasText: directory.tree.all }).click();
    await departments.getByText(names[language].stays, { exact: true }).waitFor();
    expect(faults).toEqual([]);
  });
});
