// The pages of the settings, with the states of signing in through a provider and of the master key.
import type { Page } from 'playwright-core';
import type { Language } from '../browser.ts';
import { fails, instead } from './answers.ts';
import { always, place, press, whenThere, words, type Place } from './place.ts';

/** Nobody listens there. */
const NOBODY = 'http://127.0.0.1:9';

const onSignOn = whenThere(() => '/settings/sign-on');
async function asksNobody(page: Page, language: Language): Promise<void> {
  const { signOn } = words[language].settings;
  await page.getByLabel(signOn.issuer, { exact: true }).fill(NOBODY);
  await press((say) => say.settings.signOn.test)(page, language);
}
async function leavesOut(page: Page, language: Language): Promise<void> {
  const { signOn, save } = words[language].settings;
  for (const label of [signOn.issuer, signOn.clientId]) await page.getByLabel(label, { exact: true }).fill('');
  await page.getByRole('button', { name: save, exact: true }).click();
}
async function switchesOff(page: Page, language: Language): Promise<void> {
  await page.getByRole('switch').click();
  await page.getByRole('button', { name: words[language].settings.save, exact: true }).click();
}
const saysOfProvider = (more: object) => instead(/\/api\/v1\/oidc$/, (saved: object) => ({ ...saved, ...more }));

const signOn: readonly Place[] = [
  place('sign-on-tested', onSignOn, { isMain: true, prepare: press((say) => say.settings.signOn.test) }),
  place('sign-on-unreachable', onSignOn, { prepare: asksNobody }),
  place('sign-on-incomplete', onSignOn, { prepare: leavesOut }),
  place('sign-on-secret-goes', onSignOn, { prepare: press((say) => say.settings.signOn.removeSecret) }),
  place('sign-on-switch-off', onSignOn, { prepare: switchesOff }),
  place('sign-on-of-server', onSignOn, { answers: saysOfProvider({ from: 'environment' }) }),
  place('sign-on-no-local-admin', onSignOn, { answers: saysOfProvider({ localAdmins: 0 }) }),
];

const onHealth = whenThere(() => '/settings/health');
const ask = press((say) => say.settings.key.make);
async function makeKey(page: Page, language: Language): Promise<void> {
  await ask(page, language);
  await page.getByRole('dialog').getByRole('button', { name: words[language].settings.key.make, exact: true }).click();
}
const saysOfKey = (keyRotation: object) =>
  instead(/\/api\/v1\/health$/, (health: { readonly keyRotation: object }) => ({
    ...health,
    keyRotation: { ...health.keyRotation, ...keyRotation },
  }));

/** Why none can be made is to be seen in the empty installation: its key comes from the environment. */
const masterKey: readonly Place[] = [
  place('key-asked', onHealth, { prepare: ask }),
  place('key-running', onHealth, { answers: saysOfKey({ state: 'running', rows: 12_400 }) }),
  place('key-cut-off', onHealth, { answers: saysOfKey({ state: 'cut-off' }) }),
  place('key-made', onHealth, { prepare: makeKey }),
  place('key-failed', onHealth, { prepare: makeKey, answers: fails(/\/api\/v1\/key\/rotation$/) }),
];

const onLookups = whenThere(() => '/settings/lookups');
async function newTable(page: Page, language: Language): Promise<void> {
  const { lookups } = words[language];
  await press((say) => say.lookups.add)(page, language);
  await page.getByLabel(lookups.name, { exact: true }).fill('9 levels');
  await page.getByLabel(lookups.paste).fill('P1\tJunior\nrubbish');
}
const onAudit = whenThere(() => '/settings/audit');
/** To a collector that does not answer. */
const isSent = instead(/\/api\/v1\/audit\/forwarding$/, (told: object) => ({
  ...told,
  to: { host: 'logs.xinghe.example', port: 6514, transport: 'tls', ca: false, allowLinkLocal: false },
  sent: 4_120,
  last: 4_388,
  sentAt: Date.UTC(2026, 10, 22),
  error: 'connect ETIMEDOUT 10.20.0.5:6514',
}));

const sections = [
  'account',
  'members',
  'sign-on',
  'tokens',
  'general',
  'notices',
  'attributes',
  'lookups',
  'configuration',
  'audit',
  'health',
] as const;
export const settings: readonly Place[] = [
  ...sections.map((section) =>
    place(
      `settings-${section}`,
      always(`/settings/${section}`),
      ['members', 'sign-on', 'notices', 'audit', 'health'].includes(section) ? { isMain: true } : {},
    ),
  ),
  place('settings', always('/settings')),
  ...(['rules', 'texts', 'sent'] as const).map((tab) => place(`settings-notices-${tab}`, always(`/settings/notices?tab=${tab}`))),
  place('settings-invite', always('/settings/members'), { prepare: press((say) => say.settings.members.invite) }),
  place('settings-token', always('/settings/tokens'), { prepare: press((say) => say.settings.tokens.create) }),
  place('settings-attribute', always('/settings/attributes'), { prepare: press((say) => say.settings.attributes.add) }),
  place('settings-channel', always('/settings/notices'), { prepare: press((say) => say.notices.channels.add) }),
  place('settings-lookup', onLookups, { prepare: press((say) => say.lookups.editOf.replace('{{name}}', 'grades')) }),
  place('settings-lookup-new', onLookups, { prepare: newTable }),
  place('settings-forwarding', always('/settings/audit'), { prepare: press((say) => say.forwarding.set) }),
  place('settings-forwarded', onAudit, { answers: isSent }),
  ...signOn,
  ...masterKey,
];
