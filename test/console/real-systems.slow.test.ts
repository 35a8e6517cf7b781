// The wizard against what administrators have: an HR workbook dropped into the page reaches a real LDAP server, and who is hired in Feishu reaches a SCIM app at once.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { en } from '../../console/src/i18n/en/index.ts';
import { zh } from '../../console/src/i18n/zh/index.ts';
import { connectors } from '../../src/connectors/index.ts';
import { simulate as simulateFeishu, type FeishuSimulator } from '../../src/connectors/feishu/simulator.ts';
import { simulate as simulateScim, type ScimSimulator } from '../../src/connectors/scim/simulator.ts';
import { makeCompany } from '../../src/sandbox/company.ts';
import { writeCompanyFile } from '../../src/sandbox/company-file.ts';
import { hasChromium } from '../chromium.ts';
import { slapdAvailable, startSlapd, type Slapd } from '../servers/slapd.ts';
import { ldapsearch } from '../support/ldif.ts';
import { until } from '../support/server-process.ts';
import { openSite, type Language, type Site, type Visitor } from './browser.ts';
import { toldIn } from './told-in.ts';

const words = { en, zh };
const LIMIT_MS = 120_000;
const PAUSE_MS = 50;

/** What a story needs of its own, so that none reads what another wrote. */
interface World {
  /** Employee numbers of the workbook's people who work there. */
  readonly active: readonly string[];
  readonly slapd: Slapd;
  readonly feishu: FeishuSimulator;
  readonly app: ScimSimulator;
  readonly workbook: string;
}

const named = (connector: string, language: Language): string =>
  connectors.find(({ manifest }) => manifest.id === connector)!.manifest.name[language];
/** Who works in Feishu from the first day, and who is hired later; of another name in each language, as one directory holds them all. */
const studio = {
  en: { first: ['江晚晴', '陆远'], later: '苏一诺' },
  zh: { first: ['顾清岚', '沈默'], later: '白若溪' },
} as const;
const SUFFIX = 'dc=target,dc=example';
const top = `dn: ${SUFFIX}\nobjectClass: dcObject\nobjectClass: organization\ndc: target\no: Target\n`;
const account = (uid: string, more: string): string =>
  `\ndn: uid=${uid},${SUFFIX}\nobjectClass: inetOrgPerson\nuid: ${uid}\ncn: ${uid}\nsn: ${uid}\n${more}\n`;

// A directory for each: the sandbox gives the people of every tenant the same phone numbers.
describe.skipIf(!hasChromium || !slapdAvailable().ok).each(toldIn('zh'))(
  'the wizard and real systems, %s',
  { timeout: LIMIT_MS },
  (language) => {
    const root = mkdtempSync(join(tmpdir(), 'tributary-systems-'));
    const lists = mkdtempSync(join(tmpdir(), 'tributary-workbooks-'));
    let world: World;
    let site: Site;

    beforeAll(async () => {
      site = await openSite({ root, database: null, running: new Set() });
      const workbook = join(lists, `people-${language}.xlsx`);
      const company = makeCompany({ people: 9, departments: 3, seed: 11 });
      await writeCompanyFile(company, workbook);
      const active = company.people.filter((person) => person.status === 'active').map((person) => person.employeeNumber);
      const feishu = await simulateFeishu({});
      const team = feishu.tenant.addDepartment({ name: `Studio ${language}`, customId: `S-${language}` });
      for (const [index, name] of studio[language].first.entries())
        feishu.tenant.addUser({
          fields: {
            name,
            email: `first${index}@${language}.example`,
            employee_no: `${language}-${name}`,
            employee_type: 1,
            gender: 0,
          },
          departments: [team.key],
          activated: true,
        });
      world = {
        active,
        workbook,
        feishu,
        app: await simulateScim({}),
        // Somebody's since long ago, under a name that HR does not know, and one of a machine.
        slapd: await startSlapd({
          suffix: SUFFIX,
          ldif: `${top}${account('own.name', `mail: own@old.example\nemployeeNumber: ${active[0]!}`)}${account('backup', 'description: robot')}`,
        }),
      };
    }, LIMIT_MS);
    afterAll(async () => {
      await site?.stop();
      await Promise.all([world?.slapd.stop(), world?.feishu.stop(), world?.app.stop()]);
      for (const folder of [root, lists]) rmSync(folder, { recursive: true, force: true });
    });

    const press = (page: Page, name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click();

    /** What is chosen is stored with the draft; a choice made while the page still loads is made again. */
    const chosen = (page: Page, name: string): Promise<void> =>
      until(
        async () => {
          const radio = page.getByRole('radio', { name });
          await radio.click();
          return radio.isChecked();
        },
        LIMIT_MS,
        PAUSE_MS,
      );

    const ended = (): Promise<void> =>
      until(async () => (await site.session.call('run.list', {})).runs.every((run) => run.endedAt !== null), LIMIT_MS, PAUSE_MS);

    /** From the catalogue to the form of a system. */
    async function choose({ page }: Visitor, language: Language, connector: string): Promise<void> {
      await page.getByRole('button', { name: new RegExp(`^${named(connector, language).replaceAll(/[()/]/g, '\\$&')}`) }).click();
    }

    /** Writes into the fields of a connector's form, by their labels. */
    async function fill(page: Page, connector: string, language: Language, values: Readonly<Record<string, unknown>>): Promise<void> {
      const { connectors: known } = await site.session.call('connector.list', {});
      const { settings } = known.find(({ id }) => id === connector)!;
      for (const [name, value] of Object.entries(values)) {
        const setting = settings.find((one) => one.name === name)!;
        const control = page.getByLabel(setting.label[language]).first();
        if (typeof value === 'boolean') await control.setChecked(value);
        else await control.fill(String(value));
      }
    }

    /** Checks the connection, looks at the page, goes on. `lacking`: a right is missing that one can live without. */
    async function check({ page, stumbles }: Visitor, language: Language, lacking = false): Promise<void> {
      const { wizard } = words[language];
      await press(page, wizard.connection.check);
      const on = page.getByRole('button', { name: lacking ? wizard.connection.goOn : wizard.next, exact: true });
      await on.waitFor();
      expect(await stumbles()).toEqual([]);
      await on.click();
    }

    /** From the plan to the end of the first run. */
    async function enable(page: Page, language: Language, byItself = false): Promise<void> {
      const { wizard } = words[language];
      await press(page, wizard.review.enable);
      if (!byItself) await press(page, wizard.start.run);
      await page.getByText(wizard.start.open).waitFor();
    }

    it('an HR workbook dropped into the page fills an LDAP server', async () => {
      const { wizard } = words[language];
      const { workbook, slapd, active } = world;
      const visitor = await site.visit({ language });
      const { page, go, faults, stumbles } = visitor;
      await go('/new');
      await choose(visitor, language, 'file');
      const dropped = await page.evaluateHandle(`(() => {
      const transfer = new DataTransfer();
      const content = Uint8Array.from(atob('${readFileSync(workbook).toString('base64')}'), (sign) => sign.codePointAt(0));
      transfer.items.add(new File([content], 'people.xlsx'));
      return transfer;
    })()`);
      await page.getByText(words[language].forms.drop.choose).dispatchEvent('drop', { dataTransfer: dropped });
      await check(visitor, language);
      await enable(page, language);
      await ended();
      // The clock would read the same file again and again: how the next one is brought is said instead.
      await page.getByText(wizard.start.enabledHint.uploaded).waitFor();
      expect(await page.getByRole('button', { name: wizard.start.hourly }).count()).toBe(0);

      await press(page, wizard.start.down);
      await choose(visitor, language, 'ldap');
      await fill(page, 'ldap', language, { url: slapd.url, bindDn: slapd.rootDn, password: slapd.password, base: SUFFIX });
      // What the check offers is taken over with a click, which is said; the check is then made again.
      await press(page, wizard.connection.check);
      await page.getByRole('button', { name: words[language].app.findings.take, exact: true }).first().click();
      await page.getByText(words[language].app.findings.taken).first().waitFor();
      await check(visitor, language);
      // It has accounts: how many is said, and one looks at them within the wizard and comes back.
      await page.getByText(wizard.there.title_other.replace('{{name}}', named('ldap', language)).replace('{{n}}', '2')).waitFor();
      expect(await stumbles()).toEqual([]);
      await press(page, wizard.there.compare);
      // The comparison is made without being asked for once more.
      await page.getByRole('heading', { name: wizard.step.matching, exact: true }).waitFor();
      await page.getByRole('button', { name: words[language].matching.again, exact: true }).waitFor();
      await press(page, wizard.there.toPlan);
      await enable(page, language);
      await ended();
      const [kept] = ldapsearch(slapd, `(employeeNumber=${active[0]!})`);
      expect([kept!.values.get('uid'), kept!.values.get('mail')]).toEqual([['own.name'], ['own@old.example']]);
      const there = ldapsearch(slapd, '(objectClass=inetOrgPerson)').flatMap((entry) => entry.values.get('employeenumber') ?? []);
      expect(there).toEqual(expect.arrayContaining([...active]));
      expect(await stumbles()).toEqual([]);
      expect(faults).toEqual([]);
    });

    it('who is hired in Feishu has an account in the app a moment later', async () => {
      const { wizard, forms } = words[language];
      const { feishu, app } = world;
      const visitor = await site.visit({ language });
      const { page, go, faults, stumbles } = visitor;
      /** Step by step; nothing is asked but when it runs: at once. */
      const inRealTime = async (byItself: boolean): Promise<void> => {
        for (const step of ['scope', 'mapping', 'matching', 'timing'] as const) {
          await page.getByRole('heading', { name: wizard.step[step] }).waitFor();
          if (step === 'timing') await chosen(page, byItself ? wizard.parts.timing.eventDown : wizard.parts.timing.event);
          await press(page, wizard.next);
        }
        await press(page, wizard.next);
        await press(page, wizard.next);
        await enable(page, language, byItself);
      };
      const open = async (direction: string, connector: string, values: Readonly<Record<string, unknown>>): Promise<void> => {
        await page.getByText(wizard.way.custom, { exact: true }).click();
        await choose(visitor, language, connector);
        const more = page.getByRole('button', { expanded: false }).filter({ hasText: forms.more_other.replace(/^.*}} /, '') });
        if (direction === 'up') await more.click();
        await fill(page, connector, language, values);
        await check(visitor, language, direction === 'up');
        await inRealTime(direction === 'down');
      };
      await go('/new');
      await open('up', 'feishu', feishu.config);
      await ended();
      await press(page, wizard.start.down);
      await open('down', 'scim', { url: app.config.url, token: app.config.token });
      await ended();
      expect(app.state.list('Users').length).toBeGreaterThanOrEqual(2);

      const desk = await page.context().newPage();
      await desk.goto(`${feishu.address}/?lang=${language}`);
      const hire = desk.locator('form[action*="/sandbox/hire"]');
      await hire.locator('input[name=name]').fill(studio[language].later);
      await hire.locator('input[name=email]').fill(`later@${language}.example`);
      await hire.locator('input[name=number]').fill(`${language}-new`);
      await hire.getByRole('button').click();
      await until(() => JSON.stringify(app.state.list('Users')).includes(`later@${language}.example`), LIMIT_MS, PAUSE_MS);
      await go('/');
      expect(await stumbles()).toEqual([]);
      expect(faults).toEqual([]);
    });
  },
);
