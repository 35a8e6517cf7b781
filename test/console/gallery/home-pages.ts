// The first page with its pictures, lists, panels and menus, and the help beside it.
import type { BrowserContext, Page } from 'playwright-core';
import { attempts } from '../../../src/engine/sandbox.ts';
import type { Language } from '../browser.ts';
import { instead } from './answers.ts';
import { always, place, press, whenThere, words, type Place } from './place.ts';

const atHome = whenThere(() => '/');
const asLists = (): Readonly<Record<string, unknown>> => ({ 'tributary.sync-center': 'list' });

/** With so many at work, each has a small card. */
const allAtWork = instead(/\/api\/v1\/status$/, (told: { readonly jobs: readonly { readonly state: string }[] }) => ({
  ...told,
  jobs: told.jobs.map((job) => ({ ...job, state: job.state === 'disabled' ? 'enabled' : job.state })),
}));
async function openCard(page: Page, language: Language, name: string): Promise<void> {
  await page.getByRole('button', { name: words[language].canvas.whole.replace('{{name}}', name), exact: true }).click();
  await page.getByRole('dialog', { name, exact: true }).waitFor();
}
const whyFailed = (name: string) => async (page: Page, language: Language) => {
  await openCard(page, language, name);
  await page.getByRole('button', { name: words[language].canvas.whyFailedOf.replace('{{name}}', name), exact: true }).click();
  await page.getByRole('link', { name: words[language].canvas.openRun, exact: true }).waitFor();
};
async function readGuide(page: Page, language: Language): Promise<void> {
  const { help, app } = words[language];
  await press(() => app.nav.help)(page, language);
  const drawer = page.getByRole('dialog', { name: help.title, exact: true });
  await drawer.locator('summary').filter({ hasText: 'LDAP' }).last().click();
  await drawer.getByRole('button', { name: help.setUp, exact: true }).filter({ visible: true }).click();
  await drawer.getByRole('table').first().waitFor();
}
async function readTopic(page: Page, language: Language): Promise<void> {
  const { help, app } = words[language];
  await press(() => app.nav.help)(page, language);
  await page.getByRole('dialog', { name: help.title, exact: true }).locator('summary').first().click();
}

/** As if the sandbox company were here: what it is told comes from runs of other jobs. */
async function withSandbox(context: BrowserContext): Promise<void> {
  await instead(/\/api\/v1\/sandbox$/, (told: object) => ({ ...told, isHere: true, up: 1, down: 3 }))(context, 'en');
  await context.route(/\/api\/v1\/sandbox\/attempts$/, async (route) => {
    const { runs } = (await (await context.request.get(new URL('/api/v1/runs?limit=200', route.request().url()).href)).json()) as {
      readonly runs: readonly { readonly id: number; readonly state: string }[];
    };
    await route.fulfill({ status: 202, json: { run: runs.find(({ state }) => state === 'partly-failed')!.id } });
  });
  await context.route(/\/api\/v1\/sandbox\/kill$/, (route) =>
    route.fulfill({ json: { before: 137, unnoted: 1, afterwards: 172, people: 309, again: 0, isUnharmed: true } }),
  );
}
async function refuses(page: Page, language: Language): Promise<void> {
  const { first } = words[language];
  await press(() => attempts.refuse[language])(page, language);
  await page.getByRole('button', { name: new RegExp(first.refused.again_other.replace('{{count}}', '\\d+')) }).waitFor();
}
async function kills(page: Page, language: Language): Promise<void> {
  const { first } = words[language];
  await press(() => first.kill.button)(page, language);
  await page.getByText(first.kill.copy).waitFor();
}

export const home: readonly Place[] = [
  place('home', always('/'), { isMain: true }),
  place('home-lists', always('/'), { isMain: true, keeps: asLists }),
  place('home-many', atHome, { answers: allAtWork }),
  place('home-card', atHome, { answers: allAtWork, prepare: (page, language) => openCard(page, language, 'Headquarters directory') }),
  place('home-why-partly', atHome, { answers: allAtWork, prepare: whyFailed('Headquarters directory') }),
  place('home-why-refused', atHome, { answers: allAtWork, prepare: whyFailed('CRM') }),
  place('home-sandbox', atHome, { answers: withSandbox }),
  place('home-sandbox-refused', atHome, { answers: withSandbox, prepare: refuses }),
  place('home-sandbox-killed', atHome, { answers: withSandbox, prepare: kills }),
  place('home-brake', always('/'), { prepare: press((say) => say.app.brake.button, false) }),
  place('home-account-menu', always('/'), { prepare: press((say) => say.app.account.menu, false) }),
  place('home-more', atHome, { keeps: asLists, prepare: async (page) => page.locator('main li button').last().click() }),
  place('help', always('/waiting'), { isMain: true, prepare: press((say) => say.app.nav.help) }),
  place('help-topic', always('/waiting'), { prepare: readTopic }),
  place('help-guide', always('/waiting'), { prepare: readGuide }),
  place('drafts', always('/drafts')),
  place('course', always('/course?days=7'), { isMain: true }),
  place('not-found', always('/nowhere')),
];
