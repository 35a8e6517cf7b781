// Two people and one account by clicks: from what waits to the comparison of that run, who has the account is said, and who is taken off the list.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { en } from '../../console/src/i18n/en/index.ts';
import { zh } from '../../console/src/i18n/zh/index.ts';
import { simulate } from '../../src/connectors/scim/simulator.ts';
import { hasChromium } from '../chromium.ts';
import { runAndFollow, until } from '../support/server-process.ts';
import { openSite } from './browser.ts';
import { toldIn } from './told-in.ts';

const words = { en, zh } as const;
const LIMIT_MS = 60_000;
const PAUSE_MS = 50;
const fill = (text: string, values: Readonly<Record<string, string | number>>): string =>
  Object.entries(values).reduce((said, [name, value]) => said.replaceAll(`{{${name}}}`, String(value)), text);

/** Of two people of one name one gets the user name of an account that is there, the other has its mail. */
const file = '工号,姓名,邮箱\nN-1,李明,second@example.com\nN-2,李明,first@example.com\nN-3,王芳,third@example.com\n';

describe.skipIf(!hasChromium)('matching in Chromium', { timeout: 240_000 }, () => {
  /** People of the list in the directory, and an app that a job is about to write them into. */
  async function withApp() {
    const root = mkdtempSync(join(tmpdir(), 'tributary-matching-'));
    const site = await openSite({ root, database: null, running: new Set() });
    const app = await simulate({ port: 0 });
    onTestFinished(async () => {
      await site.stop();
      await app.stop();
      rmSync(root, { recursive: true, force: true });
    });
    const { session } = site;
    const path = join(root, 'people.csv');
    writeFileSync(path, file);
    await session.call('config.apply', {
      document: {
        connections: [{ id: 'hr', connector: 'file', name: 'HR', config: { use: 'read', path, settleSeconds: 0 } }],
        jobs: [{ name: 'HR', connection: 'hr', direction: 'up' }],
      },
    });
    await session.call('connection.create', { id: 'app', connector: 'scim', name: 'App', config: app.config as never });
    const { id: job } = await session.call('job.create', { name: 'App', connection: 'app', direction: 'down' } as never);
    for (const name of ['HR', 'App']) await session.call('job.state', { job: name, state: 'enabled', unseen: true });
    await runAndFollow(session, 'HR');
    return { site, session, app, job };
  }

  it.each(toldIn('en'))('an account that is left over names whom the scope leaves out, if it has their mail, %s', async (language) => {
    const { matching } = words[language];
    const { site, session, app, job } = await withApp();
    app.state.create('Users', { userName: 'wf', displayName: 'W. F.', emails: [{ value: 'third@example.com', primary: true }] });
    app.state.create('Users', { userName: 'robot', displayName: 'Robot' });
    const left = (await session.call('person.list', { text: 'N-3' })).objects[0]!;
    await session.call('job.update', { job, settings: { scope: { people: { exclude: [left.id] } } }, withoutForecast: true } as never);
    const { run } = await session.call('match.start', { job });
    await session.follow([run], () => {});
    const { page, faults, stumbles, go } = await site.visit({ language });
    await go(`/jobs/${job}/matching?kind=nobody`);
    const row = page.getByRole('listitem').filter({ hasText: 'W. F.' });
    await row.getByText(matching.isLeftOut).waitFor();
    await page.getByRole('listitem').filter({ hasText: 'Robot' }).waitFor();
    expect(await page.getByText(matching.isLeftOut).count()).toBe(1);
    expect(await stumbles()).toEqual([]);
    await row.getByRole('link', { name: '王芳' }).click();
    await page.waitForURL(new RegExp(left.id));
    expect(faults).toEqual([]);
  });

  it.each(
    toldIn('zh'),
  )('accounts that bear another name come first; what is decided there is compared anew, and the list stays, %s', async (language) => {
    const { matching } = words[language];
    const { site, session, app, job } = await withApp();
    for (const [userName, displayName, mail] of [
      ['print', '打印服务', 'third@example.com'],
      ['teacher', '张老师', 'second@example.com'],
    ] as const)
      app.state.create('Users', { userName, displayName, emails: [{ value: mail, primary: true }] });
    const { run } = await session.call('match.start', { job });
    await session.follow([run], () => {});
    const { page, faults, stumbles, go } = await site.visit({ language });
    await go(`/jobs/${job}/matching`);
    await page.waitForURL(/kind=renamed/);
    const list = page.getByRole('listitem').filter({ hasText: matching.rule.replace('{{rule}}', '') });
    await list.nth(1).waitFor();
    expect(await list.count()).toBe(2);
    expect(await stumbles()).toEqual([]);
    await list.filter({ hasText: '打印服务' }).getByRole('button', { name: matching.reject }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: matching.reject }).click();
    await dialog.waitFor({ state: 'hidden' });
    await until(async () => (await session.call('match.get', { job })).run !== run, LIMIT_MS, PAUSE_MS);
    await list.filter({ hasText: '打印服务' }).waitFor({ state: 'detached' });
    await list.filter({ hasText: '张老师' }).waitFor();
    expect(page.url()).toContain('kind=renamed');
    expect(faults).toEqual([]);
  });

  it.each(toldIn('zh'))('what waits leads to the comparison of its run, and one of two gets the account, %s', async (language) => {
    const { matching, waiting } = words[language];
    const { site, session, app, job } = await withApp();
    const account = String(
      app.state.create('Users', { userName: 'liming', displayName: 'Li Ming', emails: [{ value: 'first@example.com', primary: true }] }).id,
    );
    // A comparison from before: it is not what the run found.
    const [people] = [(await session.call('person.list', { text: '李明' })).objects];
    const idOf = (number: string): string => people.find((one) => one.attributes.employeeNumber === number)!.id;
    const { run: old } = await session.call('match.start', { job });
    await session.follow([old], () => {});
    await session.follow([(await session.call('run.start', { job })).run], () => {});

    const { page, faults, stumbles, go } = await site.visit({ language });
    await go(`/jobs/${job}/matching`);
    await page.getByText(matching.older).waitFor();
    await go(`/jobs/${job}/problems`);
    await page.getByRole('button', { name: waiting.problem.records }).first().click();
    await page.getByRole('link', { name: matching.toMatching }).first().click();
    // It is compared anew by itself: what is shown is not older than the run.
    const contest = page.getByRole('region', { name: matching.contest.of.split('{{account}}')[0]! });
    await contest.waitFor({ timeout: LIMIT_MS });
    expect((await session.call('match.get', { job })).run).toBeGreaterThan(old);
    await contest.getByText(fill(matching.contest.says_other, { count: 2 })).waitFor();
    for (const number of ['N-1', 'N-2']) await contest.getByText(number).waitFor();
    expect(await stumbles()).toEqual([]);
    await contest.getByRole('listitem').filter({ hasText: 'N-2' }).getByRole('button', { name: matching.contest.theirs }).click();
    const asked = page.getByRole('dialog');
    for (const named of ['N-2', 'liming']) await asked.getByText(named).last().waitFor({ timeout: 8000 });
    await asked.getByRole('button', { name: matching.contest.theirs }).click();
    await contest.waitFor({ state: 'detached' });
    const owner = async () =>
      (await session.call('link.list', { connection: 'app', type: 'person' })).links.find((link) => link.externalId === account)?.object;
    expect(await owner()).toBe(idOf('N-2'));

    // The other one is not let go: merged, or the account after all, or off the list.
    await page.getByRole('link', { name: matching.mergeThem }).waitFor();
    await page.getByRole('button', { name: matching.offList }).click();
    await page.getByText(fill(matching.isOffList, { who: 'admin1' })).waitFor();
    expect(await stumbles()).toEqual([]);
    const triage = async () =>
      (await session.call('item.list', { job, type: 'person', cause: 'ambiguous', attribute: '' })).items.find(
        (item) => item.key === idOf('N-1'),
      )?.triage;
    expect(await triage()).toBe('waived');
    await page.getByRole('button', { name: matching.takeBack }).click();
    await until(async () => (await triage()) === 'new', LIMIT_MS, PAUSE_MS);
    // By a comparison that is older than a run nothing is decided.
    await session.follow([(await session.call('run.start', { job })).run], () => {});
    await go(`/jobs/${job}/matching?kind=ambiguous`);
    const moveIt = page.getByRole('button', { name: matching.moveIt });
    await moveIt.waitFor();
    await until(() => moveIt.isDisabled(), LIMIT_MS, PAUSE_MS);
    await page.getByRole('button', { name: matching.again }).click();
    await until(async () => (await moveIt.count()) === 1 && (await moveIt.isEnabled()), LIMIT_MS, PAUSE_MS);
    // A protected account is given to nobody, and what to do first is said.
    const guarded = { type: 'person', externalId: account };
    await session.call('protected.add', { connection: 'app', accounts: [guarded], reason: 'the owner' });
    await moveIt.click();
    await page
      .getByText(
        { en: 'is protected ("the owner"). Take it off the protected list first', zh: '受保护（原因：the owner）。请先将其移出受保护名单' }[
          language
        ],
      )
      .waitFor({ timeout: 8000 });
    expect(await page.getByRole('dialog').count()).toBe(0);
    await session.call('protected.remove', { connection: 'app', ...guarded });
    // It was the other's after all: what follows is read first.
    const before = (await session.call('match.get', { job })).run!;
    await moveIt.click();
    await page.getByRole('dialog').getByText('N-2').last().waitFor({ timeout: 8000 });
    await page.getByRole('dialog').getByRole('button', { name: matching.moveIt }).click();
    await until(async () => (await owner()) === idOf('N-1'), LIMIT_MS, PAUSE_MS);
    // It is compared anew by itself, and whoever has it now is not led to themselves.
    await until(
      async () => {
        const now = await session.call('match.get', { job });
        return now.run! > before && now.state === 'succeeded';
      },
      LIMIT_MS,
      PAUSE_MS,
    );
    const merge = page.getByRole('link', { name: matching.mergeThem });
    await until(
      async () => (await merge.count()) === 1 && (await merge.getAttribute('href')) === `#/people/${idOf('N-2')}/merge/${idOf('N-1')}`,
      LIMIT_MS,
      PAUSE_MS,
    );
    // Off the list decides nothing else, and says so.
    await page.getByText(matching.offListMeans).waitFor({ timeout: 8000 });

    // Two people after all: the one who is led to the account of the other is kept apart from it, and gets one of their own.
    expect(await page.getByRole('link', { name: matching.toScope }).getAttribute('href')).toBe(`#/jobs/${job}/edit/scope`);
    await page.getByRole('button', { name: matching.apart.own }).click();
    const apart = page.getByRole('dialog');
    await apart.getByText(matching.apart.means).last().waitFor({ timeout: 8000 });
    for (const named of ['N-2', 'liming']) await apart.getByText(named).last().waitFor({ timeout: 8000 });
    expect(await stumbles()).toEqual([]);
    await apart.getByRole('button', { name: matching.reject }).click();
    const rejected = async () => (await session.call('match.rejected', { job, type: 'person' })).rejected;
    await until(async () => (await rejected()).length === 1, LIMIT_MS, PAUSE_MS);
    expect(await rejected()).toMatchObject([{ object: idOf('N-2'), account: { id: account }, by: 'admin1' }]);
    await page.getByText(matching.rejectedMeans).waitFor({ timeout: LIMIT_MS });
    // Of one name, they are told apart.
    await page
      .getByRole('listitem')
      .filter({ hasText: '≠' })
      .filter({ hasText: 'N-2' })
      .filter({ hasText: 'liming2' })
      .waitFor({ timeout: LIMIT_MS });
    await merge.waitFor({ state: 'detached', timeout: LIMIT_MS });
    await session.follow([(await session.call('run.start', { job })).run], () => {});
    const { links } = await session.call('link.list', { connection: 'app', type: 'person' });
    expect(links.filter((link) => [idOf('N-1'), idOf('N-2')].includes(link.object))).toHaveLength(2);
    expect(await owner()).toBe(idOf('N-1'));
    // Nothing failed but what was refused.
    expect(faults.filter((fault) => !fault.includes('409'))).toEqual([]);
  });
});
