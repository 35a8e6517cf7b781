// The match workbench within the wizard, in Chromium: accounts that are there are compared and decided about in the step itself, before a plan is made.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { en } from '../../console/src/i18n/en/index.ts';
import { later as laterEn } from '../../console/src/i18n/en/later.ts';
import { zh } from '../../console/src/i18n/zh/index.ts';
import { later as laterZh } from '../../console/src/i18n/zh/later.ts';
import { ldap } from '../../src/connectors/ldap/index.ts';
import { hasChromium } from '../chromium.ts';
import { runAndFollow, until } from '../support/server-process.ts';
import { openSite } from './browser.ts';
import { toldIn } from './told-in.ts';

const words = { en: { ...en, ...laterEn }, zh: { ...zh, ...laterZh } } as const;
const LIMIT_MS = 60_000;
const PAUSE_MS = 50;
const LONG = { timeout: LIMIT_MS };
const list = `工号,姓名,邮箱
0001,陈思远,chen@example.com
0002,林晓燕,lin@example.com
0003,Anna Schmidt,anna@example.com
0004,王芳,wang@example.com
`;
const account = (uid: string, cn: string, mail: string) => ({
  dn: `uid=${uid},ou=people,dc=example,dc=org`,
  attributes: { objectClass: 'inetOrgPerson', uid, cn, sn: cn, mail },
});
/** Two are found by their mail, one looks like somebody, and one is nobody's. */
const entries = [
  { dn: 'ou=people,dc=example,dc=org', attributes: { objectClass: 'organizationalUnit', ou: 'people' } },
  account('anna', 'Anna Schmidt', 'anna@example.com'),
  account('chen', '陈思远', 'chen@example.com'),
  account('fang', '王芳', 'fang@old.example'),
  account('printer', 'Printer', 'printer@example.com'),
];

describe.skipIf(!hasChromium)('the match workbench in the wizard, in Chromium', { timeout: 300_000 }, () => {
  it.each(
    toldIn('en'),
  )('compares accounts that are there, and is told whose they are, before a plan is made; the plan then knows it, %s', async (language) => {
    const { wizard, matching } = words[language];
    const root = mkdtempSync(join(tmpdir(), 'tributary-wizard-matching-'));
    const site = await openSite({ root, database: null, running: new Set() });
    const far = await ldap.simulate!({ port: 0, options: { entries } });
    onTestFinished(async () => {
      await site.stop();
      await far.stop();
      rmSync(root, { recursive: true, force: true });
    });
    const { session } = site;
    const path = join(root, 'people.csv');
    writeFileSync(path, list);
    await session.call('connection.create', { id: 'list', connector: 'file', name: 'List', config: { path } });
    const { id: up } = await session.call('job.create', { name: 'List', connection: 'list', direction: 'up' });
    await session.call('job.state', { job: up, state: 'enabled', unseen: true });
    await runAndFollow(session, 'List');
    const config = { ...far.config, peopleIn: 'ou=people,dc=example,dc=org' } as never;
    await session.call('connection.create', { id: 'old', connector: 'ldap', name: 'Old', config });

    const { page, faults, stumbles, go } = await site.visit({ language });
    const press = (name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();
    const at = (step: keyof typeof wizard.step): Promise<void> =>
      page.getByRole('heading', { name: wizard.step[step], exact: true }).waitFor(LONG);
    const inside = async (): Promise<void> => {
      await page.setViewportSize({ width: 390, height: 844 });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
      await page.setViewportSize({ width: 1440, height: 900 });
    };
    await go('/new?direction=down');
    await page.getByText(wizard.way.custom, { exact: true }).click();
    await page.getByRole('button', { name: new RegExp(`^${ldap.manifest.name[language]}`) }).click();
    await page.getByRole('radio', { name: 'Old', exact: true }).check();
    await press(wizard.connection.check);
    for (const step of ['scope', 'mapping', 'matching'] as const) {
      await press(wizard.next);
      await at(step);
    }
    const bench = page.getByRole('region', { name: wizard.there.workbench });
    await bench.getByText(wizard.there.ask.replace('{{name}}', ldap.manifest.name[language])).waitFor();
    expect(await stumbles()).toEqual([]);

    // One click compares; nothing is written for it, and the job is not in force.
    await bench.getByRole('button', { name: wizard.there.compare }).click();
    const kind = (one: 'create' | 'matched' | 'nobody') =>
      bench.getByRole('button', { name: new RegExp(`^\\d+\\s*${matching.kind[one]}`) });
    await kind('matched').waitFor(LONG);
    const { jobs } = await session.call('job.list', {});
    const job = jobs.find((one) => one.connection === 'old')!;
    expect(job.state).toBe('disabled');
    const sums = async () => {
      const told = await session.call('match.get', { job: job.id });
      const { linked, matched, create, nobody } = told.types.find((one) => one.type === 'person') ?? {};
      return { linked, matched, create, nobody };
    };
    expect(await sums()).toEqual({ linked: 0, matched: 2, create: 2, nobody: 1 });
    expect(await stumbles()).toEqual([]);
    await inside();

    // Who has an account under another mail is told it, and who was found by a mistaken one is told apart.
    const row = (who: string) => bench.getByRole('listitem').filter({ hasText: who }).first();
    await kind('create').click();
    await row('王芳').getByRole('button', { name: matching.accept, exact: true }).click();
    await until(async () => (await sums()).linked === 1, LIMIT_MS, PAUSE_MS);
    await kind('matched').click();
    await row('陈思远').getByRole('button', { name: matching.reject, exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: matching.reject, exact: true }).click();
    await bench.getByText(matching.rejectedMeans).waitFor(LONG);
    await until(async () => (await sums()).matched === 1, LIMIT_MS, PAUSE_MS);
    expect(await sums()).toEqual({ linked: 1, matched: 1, create: 2, nobody: 2 });
    await kind('matched').waitFor(LONG);
    expect(await stumbles()).toEqual([]);
    await inside();

    // Another rule makes another comparison: that is said, and what was decided stays.
    const rules = page.getByRole('region', { name: { en: 'person', zh: '人员' }[language], exact: true });
    await rules.getByRole('button', { name: wizard.parts.matching.add, exact: true }).click();
    await bench.getByText(wizard.there.changed).waitFor();
    expect(await kind('matched').count()).toBe(0);
    await bench.getByRole('button', { name: matching.again }).click();
    await kind('matched').waitFor(LONG);
    expect(await sums()).toEqual({ linked: 1, matched: 1, create: 2, nobody: 2 });
    const { settings } = await session.call('job.get', { job: job.id });
    const before = ldap.manifest.defaults.down!.correlation.person!.length;
    expect((settings.correlation as { person: unknown[] }).person).toHaveLength(before + 1);

    // The plan knows it; from there one comes back to look, and goes on.
    for (const step of ['timing', 'protection', 'errors', 'review'] as const) {
      await press(wizard.next);
      await at(step);
    }
    await page.getByText(wizard.there.title_other.replace('{{name}}', ldap.manifest.name[language]).replace('{{n}}', '4')).waitFor(LONG);
    const planned = async () => {
      const { runs } = await session.call('run.list', { job: job.id, limit: 1 });
      const { groups } = await session.call('run.plan', { run: runs[0]!.id, examples: 5 });
      const count = (action: string): number =>
        groups.filter((one) => one.action === action && one.type === 'person').reduce((sum, one) => sum + one.objects, 0);
      return { create: count('create'), link: count('link') };
    };
    expect(await planned()).toEqual({ create: 2, link: 1 });
    await press(wizard.there.compare);
    await at('matching');
    await kind('matched').waitFor(LONG);
    await press(wizard.there.toPlan);
    await at('review');
    expect(await stumbles()).toEqual([]);

    // The job is that of this system: another one needs another job.
    await page.getByRole('button', { name: wizard.step.configuration }).click();
    await at('configuration');
    expect(await page.getByRole('radio', { name: 'Old', exact: true }).isDisabled()).toBe(true);
    await page.getByText(wizard.app.settled).waitFor();
    expect(await stumbles()).toEqual([]);
    expect((await session.call('job.list', {})).jobs.filter((one) => one.connection === 'old')).toHaveLength(1);
    expect(faults).toEqual([]);
  });
});
