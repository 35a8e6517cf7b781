// Every page of the console with its address, and what is clicked before it is looked at.
import type { Page } from 'playwright-core';
import type { Language } from '../browser.ts';
import { instead } from './answers.ts';
import { home } from './home-pages.ts';
import { deeds } from './job-deeds.ts';
import { always, place, press, whenThere, words, type Place } from './place.ts';
import { settings } from './settings-pages.ts';
import { partIds, wizardParts } from './wizard-steps.ts';
import type { World } from './world.ts';

const job = (which: keyof World['jobs'], rest = '') => whenThere((world) => `/jobs/${world.jobs[which]}${rest}`);
const openMenu = (page: Page): Promise<void> => page.locator('main button:has(.anticon-ellipsis)').first().click();
async function choosePilot(page: Page, language: Language): Promise<void> {
  await openMenu(page);
  await page.getByRole('menuitem', { name: words[language].pilot.start }).click();
}
const tabs = ['overview', 'settings', 'runs', 'problems', 'drift', 'matching', 'links', 'versions'] as const;
const jobs: readonly Place[] = [
  ...tabs.map((tab) =>
    place(`job-up-${tab}`, tab === 'matching' ? () => null : job('hr', tab === 'overview' ? '' : `/${tab}`), { isMain: true }),
  ),
  ...tabs.map((tab) => place(`job-down-${tab}`, job('ldap', tab === 'overview' ? '' : `/${tab}`))),
  place('job-failed', job('crm')),
  place('job-matching-app', job('app', '/matching'), { isMain: true }),
  place('job-matching-unowned', job('app', '/matching?kind=nobody'), { isMain: true }),
  place(
    'job-disabled',
    whenThere((world) => `/jobs/${world.jobs.crm + 20}`),
  ),
  place(
    'job-disabled-runs',
    whenThere((world) => `/jobs/${world.jobs.crm + 20}/runs`),
  ),
  place(
    'job-disabled-problems',
    whenThere((world) => `/jobs/${world.jobs.crm + 20}/problems`),
  ),
  place(
    'job-disabled-links',
    whenThere((world) => `/jobs/${world.jobs.crm + 20}/links`),
  ),
  place('job-menu', job('ldap'), { prepare: openMenu }),
  place('job-pilot', job('ldap'), { isMain: true, prepare: choosePilot }),
  place('job-nobody', always('/jobs/4711')),
  ...partIds.map((part) =>
    place(
      `job-edit-${part}`,
      job('ldap', `/edit/${part}`),
      part === 'scope' || part === 'mapping' || part === 'policy' ? { isMain: true } : {},
    ),
  ),
];

/** Somebody says otherwise, and is told what that leads to. */
async function tellWithout(page: Page, language: Language): Promise<void> {
  await page.getByRole('radio', { name: words[language].wizard.parts.welcome.told }).click();
  await page.getByRole('button', { name: words[language].job.foresee }).click();
}
const newAccounts: readonly Place[] = [
  place('new-accounts-changed', job('ldap', '/edit/policy'), { prepare: tellWithout }),
  place('new-accounts-no-channel', job('app', '/edit/policy'), {
    answers: instead(/\/api\/v1\/channels$/, (channels: object) => ({ ...channels, channels: [] })),
  }),
];

const run = (which: keyof World['runs'], rest = '') => whenThere((world) => `/runs/${world.runs[which]}${rest}`);
const firstChange = async (page: Page): Promise<void> => page.getByRole('table').getByRole('button').first().click();
/** Nothing is asked where nothing is held. */
async function byPerson(page: Page, language: Language): Promise<void> {
  const way = page.getByText(words[language].waiting.by.person, { exact: true });
  if ((await way.count()) > 0) await way.first().click();
}
const runs: readonly Place[] = [
  place('runs', always('/runs'), { isMain: true }),
  place('run-100000', run('first'), { isMain: true }),
  place('run-held', run('second'), { isMain: true }),
  place('run-change', run('second'), { isMain: true, prepare: firstChange }),
  place('run-dry', run('dry')),
  place('run-failed', run('failed')),
  place('run-partly', run('partly')),
  place('run-preview', run('preview')),
  place('run-undone', run('undone')),
  place('run-kept', run('undo')),
  place('run-undo', run('partly'), { prepare: press((say) => say.runs.do.undo) }),
  place('run-nobody', always('/runs/471100')),
  place('waiting', always('/waiting'), { isMain: true }),
  place('waiting-people', always('/waiting'), { prepare: byPerson }),
];

const SHEET = /\/api\/v1\/people\/[^/]+\/leaver-sheet$/;
/** Nothing is left that a job may close. */
const closedElsewhere = (sheet: { readonly systems: readonly object[] }): object => ({
  ...sheet,
  closable: false,
  open: 1,
  systems: sheet.systems.map((system, index) =>
    index > 0
      ? system
      : {
          ...system,
          state: 'open',
          how: null,
          closedAt: null,
          run: null,
          afterMs: null,
          staysOpen: null,
          why: [
            {
              en: 'Tributary only reads this system: close the account there by hand.',
              zh: 'Tributary 只读取该系统，不会写入：请在该系统中手工关闭账号。',
            },
          ],
        },
  ),
});

/** Where the fields of what is entered by hand stand. */
async function changesAttributes(page: Page, language: Language): Promise<void> {
  const { edit } = words[language];
  await press(() => edit.menu, false)(page, language);
  await page.getByRole('menuitem', { name: edit.deed.change, exact: true }).click();
  await page.getByRole('dialog').waitFor();
}
/** Two trees, of which the second one has few departments and a long name. */
const twoTrees = instead(/\/api\/v1\/directory\/trees$/, ({ trees }: { readonly trees: readonly object[] }) => ({
  trees: [...trees, { tree: 'cost centres of finance', departments: 41, jobs: [{ job: 1, jobName: '财务系统成本中心' }] }],
}));
async function openTrees(page: Page, language: Language): Promise<void> {
  await page.getByRole('combobox', { name: words[language].directory.tree.label }).click();
}

const directory: readonly Place[] = [
  place('directory', always('/directory'), { isMain: true }),
  place('directory-trees', always('/directory'), { answers: twoTrees }),
  place('directory-trees-open', always('/directory'), { answers: twoTrees, prepare: openTrees }),
  place('directory-search', always('/directory?text=zhang'), {}),
  place('directory-nothing', always('/directory?text=qqqq')),
  place(
    'department',
    whenThere((world) => `/directory/departments/${world.department}`),
    { isMain: true },
  ),
  place('department-nobody', always('/directory/departments/nowhere')),
  place(
    'department-edit',
    whenThere((world) => `/directory/departments/${world.department}`),
    { prepare: press((say) => say.edit.menu, false) },
  ),
  place(
    'person',
    whenThere((world) => `/people/${world.person}`),
    { isMain: true },
  ),
  place(
    'person-why',
    whenThere((world) => `/people/${world.person}`),
    { prepare: press((say) => say.person.why) },
  ),
  place(
    'person-list-of-values',
    whenThere((world) => `/people/${world.consultant}`),
  ),
  place(
    'person-list-typed',
    whenThere((world) => `/people/${world.consultant}`),
    { prepare: changesAttributes },
  ),
  place(
    'person-menu',
    whenThere((world) => `/people/${world.person}`),
    { prepare: press((say) => say.edit.menu, false) },
  ),
  place(
    'person-closing',
    whenThere((world) => `/people/${world.person}`),
    { prepare: press((say) => say.leaver.close, false) },
  ),
  place(
    'person-leaver',
    whenThere((world) => `/people/${world.leaver}`),
  ),
  place(
    'person-erase',
    whenThere((world) => `/people/${world.leaver}/erase`),
    { isMain: true },
  ),
  place(
    'person-erase-first',
    whenThere((world) => `/people/${world.person}/erase`),
  ),
  place(
    'leaver-sheet',
    whenThere((world) => `/people/${world.leaver}/leaver-sheet`),
    { isMain: true },
  ),
  place(
    'leaver-sheet-elsewhere',
    whenThere((world) => `/people/${world.leaver}/leaver-sheet`),
    { answers: instead(SHEET, closedElsewhere) },
  ),
  place(
    'person-merge',
    whenThere((world) => `/people/${world.namesakes[0]}/merge`),
  ),
  place(
    'person-merge-two',
    whenThere((world) => `/people/${world.namesakes.join('/merge/')}`),
  ),
  place(
    'person-split',
    whenThere((world) => `/people/${world.person}/split`),
  ),
  place('person-nobody', always('/people/nobody')),
  place('gone', always('/directory/gone')),
  place('open-accounts', always('/directory/open-accounts')),
  place('past', always('/directory/past')),
  place(
    'edit',
    whenThere((world) => `/edits/${world.edit}`),
  ),
  place('groups', always('/groups'), { isMain: true }),
  place('groups-new', always('/groups'), { prepare: press((say) => say.group.create) }),
  place(
    'group-list',
    whenThere((world) => `/groups/${world.groups.list}`),
  ),
  place('group-nobody', always('/groups/nowhere')),
  place(
    'group-rule',
    whenThere((world) => `/groups/${world.groups.rule}`),
  ),
];

const connections: readonly Place[] = [
  place('connections', always('/connections'), { isMain: true }),
  place(
    'connection',
    whenThere(() => '/connections/ldap'),
    { isMain: true },
  ),
  place(
    'connection-feishu',
    whenThere(() => '/connections/studio'),
  ),
  place(
    'connection-refused',
    whenThere(() => '/connections/crm'),
  ),
  place(
    'connection-renew',
    whenThere(() => '/connections/crm'),
    { prepare: press((say) => say.connections.renew, false) },
  ),
  place('connection-nobody', always('/connections/nowhere')),
];

const wizard: readonly Place[] = [
  place('wizard-app', always('/new'), { isMain: true }),
  place('wizard-app-down', always('/new?direction=down')),
  ...wizardParts.map(({ name, draft, isMain }) =>
    place(`wizard-${name}`, (world) => (draft(world) ? `/new/${name}` : null), {
      keeps: (world) => ({ [`tributary.draft.${name}`]: { id: name, savedAt: 1, ...draft(world) } }),
      ...(isMain ? { isMain } : {}),
    }),
  ),
];

const doors: readonly Place[] = [
  place('sign-in', always('~/sign-in'), { isMain: true }),
  place('status-page', always('~/status')),
  place('account-page', always('~/account')),
];

export const places: readonly Place[] = [
  ...home,
  ...jobs,
  ...deeds,
  ...newAccounts,
  ...runs,
  ...directory,
  ...connections,
  ...settings,
  ...wizard,
  ...doors,
];
