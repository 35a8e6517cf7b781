// What can be done on the page of a job beside running it: its links, its walk step by step, and what is folded in its parts.
import type { Page } from 'playwright-core';
import type { Language } from '../browser.ts';
import { instead } from './answers.ts';
import { place, press, whenThere, words, type Place } from './place.ts';
import type { World } from './world.ts';

const job = (which: keyof World['jobs'], rest: string) => whenThere((world) => `/jobs/${world.jobs[which]}${rest}`);
type Words = (typeof words)[Language];

/** Of somebody's account, not of a department. */
const ofLink = (way: (say: Words) => string) => async (page: Page, language: Language) => {
  const ways = new RegExp(`^${words[language].links.ways.replace('{{name}}', '.+')}$`);
  await page.getByRole('button', { name: ways }).last().click();
  await page.getByRole('menuitem', { name: way(words[language]) }).click();
};
async function renamed(page: Page, language: Language): Promise<void> {
  const { job: say, wizard } = words[language];
  await page.getByRole('textbox', { name: wizard.name }).fill('总部目录 Headquarters');
  await page.getByRole('button', { name: say.walk.toReview }).click();
  await page.getByRole('button', { name: say.save, exact: true, disabled: false }).waitFor();
}
/** A run that came after the last full one has written something. */
const answeredSince = instead(
  /\/api\/v1\/runs\?job=\d+&limit=50$/,
  ({ runs, ...told }: { readonly runs: readonly { readonly id: number }[] }) => ({
    ...told,
    runs: [{ ...runs[0], id: 4_711, dryRun: false, endedAt: 1, counts: { applied: 12 } }, ...runs],
  }),
);
const folded = press((say) => say.more.open);
async function onSchedule(page: Page, language: Language): Promise<void> {
  const { more } = words[language];
  await folded(page, language);
  await page.getByRole('button', { name: more.timing.addHours }).click();
}
async function attribute(page: Page, language: Language): Promise<void> {
  const more = page.getByRole('button', { name: words[language].wizard.parts.mapping.more, exact: true });
  await more.nth(1).click();
}
const scope = (mode: 'only' | 'except') => async (page: Page, language: Language) => {
  const { scope: say } = words[language].wizard.parts;
  await page.getByRole('radio', { name: say.mode[mode] }).first().check();
  const tree = page.getByRole('tree', { name: new RegExp(say.tree.replace('{{source}}', '.+')) });
  await tree.locator('.ant-tree-checkbox').nth(2).click();
  await tree.locator('.ant-tree-checkbox').nth(4).click();
};
/** What narrowing a scope would change, with what stays and the way to the whole plan. */
async function foreseen(page: Page, language: Language): Promise<void> {
  await scope('only')(page, language);
  await press((say) => say.job.foresee)(page, language);
  await page.getByRole('button', { name: words[language].job.saveAllTheSame, exact: true }).waitFor();
}
async function wrongRule(page: Page, language: Language): Promise<void> {
  await page.getByLabel(words[language].wizard.parts.scope.where).fill('cityy == "上海" && title ==');
}

/** Two rules, of which the second one begins as the first did. */
async function rules(page: Page, language: Language): Promise<void> {
  const { wizard, more } = words[language];
  await page.getByRole('combobox', { name: wizard.parts.notices.channel }).click();
  await page.getByTitle('运维邮箱', { exact: true }).click();
  await page.getByRole('button', { name: more.notices.add }).click();
}
const newRow = press((say) => say.wizard.parts.mapping.add);
async function along(page: Page, language: Language): Promise<void> {
  const name = new RegExp(`^${words[language].more.along.moreOf.replace('{{what}}', '.+')}$`);
  await page.getByRole('button', { name }).first().click();
}
const protect = press((say) => say.wizard.parts.protection.add);

export const deeds: readonly Place[] = [
  place('job-since-then', job('hr', ''), { answers: answeredSince }),
  place('job-links-cut', job('ldap', '/links'), { prepare: ofLink((say) => say.links.cut) }),
  place('job-links-move', job('ldap', '/links'), { prepare: ofLink((say) => say.links.move) }),
  place('job-links-protect', job('ldap', '/links'), { prepare: ofLink((say) => say.links.protect) }),
  place('job-walk', job('ldap', '/edit'), { isMain: true }),
  ...(['scope', 'mapping', 'matching', 'timing', 'protection', 'errors'] as const).map((step) =>
    place(`job-walk-${step}`, job('ldap', `/edit?step=${step}`)),
  ),
  place('job-walk-review', job('ldap', '/edit'), { prepare: renamed }),
  place('job-edit-general-more', job('hr', '/edit/general'), { prepare: folded }),
  place('job-edit-timing-more', job('hr', '/edit/timing'), { prepare: onSchedule }),
  place('job-edit-policy-more', job('ldap', '/edit/policy'), { prepare: folded }),
  place('job-edit-policy-up', job('hr', '/edit/policy'), { prepare: folded }),
  place('job-edit-errors-more', job('ldap', '/edit/errors'), { prepare: folded }),
  place('job-edit-mapping-rank', job('hr', '/edit/mapping'), { prepare: attribute }),
  place('job-edit-mapping-drift', job('ldap', '/edit/mapping'), { prepare: attribute }),
  place('job-edit-errors-rules', job('ldap', '/edit/errors'), { prepare: rules }),
  place('job-edit-policy-protected', job('ldap', '/edit/policy'), { prepare: protect }),
  place('job-edit-mapping-new', job('ldap', '/edit/mapping'), { prepare: newRow }),
  place('job-edit-mapping-along', job('ldap', '/edit/mapping'), { prepare: along }),
  place('job-edit-scope-only', job('ldap', '/edit/scope'), { prepare: scope('only') }),
  place('job-edit-scope-foreseen', job('ldap', '/edit/scope'), { prepare: foreseen }),
  place('job-edit-scope-except', job('ldap', '/edit/scope'), { prepare: scope('except') }),
  place('job-edit-scope-rule', job('ldap', '/edit/scope'), { prepare: wrongRule }),
  place('job-edit-scope-up', job('hr', '/edit/scope'), { prepare: scope('only') }),
];
