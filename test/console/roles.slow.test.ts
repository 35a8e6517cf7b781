// One installation with people, a run with a problem and a question, as each role sees it: what it may it does, and of the rest it is told who may.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCompany } from '../../src/sandbox/company.ts';
import { writeCompanyFile } from '../../src/sandbox/company-file.ts';
import { hasChromium, openPage, PATIENCE_MS } from '../chromium.ts';
import { runAndFollow, until } from '../support/server-process.ts';
import { openSite, type Language, type Site } from './browser.ts';

const PASSWORD = 'a long enough password 9';
const NO_ADDRESS = 'no-address-at-all';
const WIDE = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

describe.skipIf(!hasChromium)('each role on an installation that is in use', { timeout: 240_000 }, () => {
  const root = mkdtempSync(join(tmpdir(), 'tributary-roles-'));
  const file = join(root, 'people.csv');
  let site: Site;
  /** Of the run that wrote everybody, and of somebody whom it wrote. */
  let run: number;
  let person: string;

  beforeAll(async () => {
    await writeCompanyFile(makeCompany({ people: 30, departments: 4, seed: 5 }), file);
    site = await openSite({ root, database: null, running: new Set() });
    const { session } = site;
    await session.call('config.apply', {
      document: {
        connections: [{ id: 'hr', connector: 'file', name: 'HR file', config: { use: 'read', path: file, settleSeconds: 0 } }],
        jobs: [{ name: 'HR', connection: 'hr', direction: 'up', policy: { leaver: { gone: 'delete' } } }],
      },
    });
    await session.call('job.state', { job: 'HR', state: 'enabled', unseen: true });
    await runAndFollow(session, 'HR');
    run = (await session.call('run.list', {})).runs[0]!.id;
    person = (await session.call('person.list', {})).objects[0]!.id;
    // Two have left, and the address of one who stays is none.
    const rows = readFileSync(file, 'utf8').trimEnd().split('\r\n').slice(0, -2);
    writeFileSync(file, `${rows.map((row, at) => (at === 1 ? row.replace(/[^,"]+@[^,"]+/, NO_ADDRESS) : row)).join('\r\n')}\r\n`);
    await runAndFollow(session, 'HR');
  }, 120_000);
  afterAll(async () => {
    await site?.stop();
    rmSync(root, { recursive: true, force: true });
  });

  async function enter(role: string, language: Language = 'en', size = WIDE) {
    const { path } = await site.session.call('account.invite', { name: `${role}-${language}`, roles: [role as 'viewer'] });
    const page = await openPage(site.browser, { viewport: size, locale: 'en-GB', reducedMotion: 'reduce' });
    await page.context().addInitScript(`localStorage.setItem('tributary.language', '${language}')`);
    const faults: string[] = [];
    page.on('response', (response) => void (response.status() >= 400 && faults.push(`${response.status()} ${response.url()}`)));
    await page.goto(site.url + path);
    await page.locator('input[name=password]').fill(PASSWORD);
    await page.locator('form button').click();
    await page.waitForURL(`${site.url}/`);
    const go = async (place: string): Promise<void> => {
      await page.goto(`${site.url}/#${place}`);
      await page.waitForLoadState('networkidle');
    };
    return { page, faults, go };
  }
  const job = async () => (await site.session.call('job.list', {})).jobs.find((one) => one.name === 'HR')!.id;
  const buttons = async (page: Page, names: readonly string[]): Promise<string[]> => {
    const there = [];
    for (const name of names) if ((await page.getByRole('button', { name, exact: true }).count()) > 0) there.push(name);
    return there;
  };

  it('an operator tries a record again and runs the job, and is told who edits, confirms and takes back', async () => {
    const { page, faults, go } = await enter('operator');
    const ended = async (cause: string): Promise<boolean> =>
      (await site.session.call('run.list', { job: 'HR' })).runs.some(
        (one) => one.actor === 'operator-en' && one.cause === cause && one.endedAt !== null,
      );
    const problems = async (): Promise<number> => (await site.session.call('item.list', { job: 'HR' })).items.length;
    expect(await problems()).toBe(1);
    await go('/waiting');
    const question = page.getByRole('article', { name: 'Delete these?' });
    await question.getByText('Confirming needs the role approver.').waitFor();
    expect(await buttons(page, ['Not wanted 2', 'Confirm 2'])).toEqual([]);
    await page.getByRole('button', { name: 'View' }).first().click();
    await page.getByRole('button', { name: 'Retry' }).first().click();
    await until(() => ended('retry'), PATIENCE_MS, 50);

    writeFileSync(file, readFileSync(file, 'utf8').replace(NO_ADDRESS, 'mended@xinghe.example'));
    await go(`/jobs/${await job()}`);
    await page.getByRole('button', { name: 'Run now: HR' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Run now', exact: true }).click();
    // It leads to the run, and from there elsewhere.
    await page.getByRole('heading', { name: /^HR · run/ }).waitFor();
    await until(() => ended('manual'), PATIENCE_MS, 50);
    expect(await problems()).toBe(0);
    await go(`/jobs/${await job()}/settings`);
    await page.getByText('Editing a job needs the role administrator.').waitFor();

    await go(`/runs/${run}`);
    await page.getByRole('button', { name: 'Undo …' }).click();
    await page.getByRole('button', { name: 'Make the preview' }).click();
    await page.getByRole('dialog').getByText('Taking a run back needs the role administrator.').waitFor();
    expect(await buttons(page, ['Take it back now'])).toEqual([]);
    await go(`/people/${person}`);
    await page.getByText('Editing the directory needs the role administrator.').waitFor();
    expect(faults).toEqual([]);
  });

  /** What is there for an administrator, page by page: else its absence would say nothing. */
  const deeds = { job: ['Run now: HR', 'Dry run', 'Edit'], run: ['Undo …'], person: ['Edit', 'Close everything now'] };
  async function offered({ page, go }: Awaited<ReturnType<typeof enter>>): Promise<typeof deeds> {
    await go(`/jobs/${await job()}`);
    const ofJob = await buttons(page, deeds.job);
    await go(`/runs/${run}`);
    await page.getByRole('heading', { name: /^HR · run/ }).waitFor();
    const ofRun = await buttons(page, deeds.run);
    await go(`/people/${person}`);
    await page.getByRole('button', { name: 'Leaver sheet' }).waitFor();
    return { job: ofJob, run: ofRun, person: await buttons(page, deeds.person) };
  }

  it('an administrator finds every deed, and is told of no role', async () => {
    const visitor = await enter('admin');
    expect(await offered(visitor)).toEqual(deeds);
    expect(await visitor.page.getByText('needs the role').count()).toBe(0);
  });

  it.each([
    'viewer',
    'auditor',
  ] as const)('%s: the pages of job, run and person are read without buttons, and say who may', async (role) => {
    const visitor = await enter(role, 'en', role === 'viewer' ? PHONE : WIDE);
    const { page, faults, go } = visitor;
    expect(await offered(visitor)).toEqual({ job: [], run: [], person: [] });
    await page.getByText('Editing the directory needs the role administrator.').waitFor();
    await page.getByText('Closing everything needs the role approver.').waitFor();
    await go(`/jobs/${await job()}`);
    await page.getByText('Running a job needs the role operator.').waitFor();
    await go(`/runs/${run}`);
    await page.getByText('Taking a run back needs the role administrator.').waitFor();
    await go('/waiting');
    await page.getByText('Confirming needs the role approver.').first().waitFor();
    expect(faults).toEqual([]);
  });

  it('审批人：确认删除，无需其他角色；执行任务须由操作员进行', async () => {
    const { page, faults, go } = await enter('approver', 'zh');
    await go(`/jobs/${await job()}`);
    await page.getByText('执行任务需要“操作员”角色。').waitFor();
    await go('/waiting');
    await page
      .getByRole('button', { name: /^确认 \d+ 项$/ })
      .first()
      .click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^确认 \d+ 项$/ })
      .click();
    await until(async () => (await site.session.call('held.list', {})).held.length === 0, PATIENCE_MS, 50);
    await go(`/people/${person}`);
    await page.getByText('编辑目录需要“管理员”角色。').waitFor();
    await page.getByRole('button', { name: '关闭全部账号' }).click();
    await page.getByRole('dialog').waitFor();
    expect(faults).toEqual([]);
  });
});
