// Runs by clicks: a deletion that waits is confirmed and another left alone, what was written is taken back, in both languages.
import { readFileSync, rmSync, writeFileSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeCompany } from '../../src/sandbox/company.ts';
import { writeCompanyFile } from '../../src/sandbox/company-file.ts';
import { hasChromium, PATIENCE_MS } from '../chromium.ts';
import { runAndFollow, until } from '../support/server-process.ts';
import { openSite, type Site } from './browser.ts';
import { itOnce, toldBy } from './told-in.ts';

describe.skipIf(!hasChromium)('runs in Chromium', { timeout: 480_000 }, () => {
  const root = mkdtempSync(join(tmpdir(), 'tributary-runs-'));
  const file = join(root, 'people.csv');
  let site: Site;

  beforeAll(async () => {
    await writeCompanyFile(makeCompany({ people: 40, departments: 6, seed: 5 }), file);
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
  }, 90_000);
  afterAll(async () => {
    await site?.stop();
    rmSync(root, { recursive: true, force: true });
  });

  /** The last `count` people of the file are gone from it. */
  async function leave(count: number): Promise<string[]> {
    const rows = readFileSync(file, 'utf8').trimEnd().split('\r\n');
    writeFileSync(file, `${rows.slice(0, -count).join('\r\n')}\r\n`);
    await runAndFollow(site.session, 'HR');
    const { held } = await site.session.call('held.list', {});
    return held.map((one) => one.title);
  }
  const isThere = async (name: string): Promise<boolean> => {
    const { objects } = await site.session.call('person.list', { text: name });
    return objects.some((one) => one.title === name && one.lifecycle !== 'absent');
  };
  const states = async (): Promise<string[]> =>
    (await site.session.call('held.list', { states: ['open', 'approved', 'cancelled', 'done'] })).held.map((one) => one.state).toSorted();

  itOnce('one deletion is confirmed and one left alone, then all of it is taken back after a preview', async () => {
    const [kept, gone] = (await leave(2)) as [string, string];
    const { page, faults, stumbles } = await site.visit({ language: 'en' });
    // Whoever looks at another tab sees it there, too; and later, that nothing waits any more.
    await until(async () => (await page.title()) === '(1) Sync center · Tributary', PATIENCE_MS, 50);
    await page.getByRole('link', { name: /^Waiting for you/ }).click();
    const question = page.getByRole('article', { name: 'Delete these?' });
    await question.getByText('delete: 2 people in the directory').waitFor();
    await question.getByRole('button', { name: 'Choose one by one' }).click();
    await question.getByRole('checkbox', { name: gone }).check();
    // Thirty people may have one name.
    const { objects } = await site.session.call('person.list', { text: gone });
    const number = String(objects.find((one) => one.title === gone)!.attributes.employeeNumber);
    const { id, department } = objects.find((one) => one.title === gone)!;
    const about = question.getByRole('row').filter({ hasText: gone });
    await about.getByText(`${number} · ${department}`).waitFor();
    expect(await about.getByRole('link', { name: gone }).getAttribute('href')).toBe(`#/people/${id}`);
    expect(await stumbles()).toEqual([]);
    await question.getByRole('button', { name: 'Confirm 1' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('delete: 1 person in the directory').waitFor();
    await dialog.getByText(`It is about ${gone} ${number}.`).waitFor();
    await dialog.getByRole('button', { name: 'Confirm 1', exact: true }).click();
    await until(async () => !(await isThere(gone)), PATIENCE_MS, 50);
    // What was spared stands where the other stood: a second click answers nothing before somebody is chosen.
    await question.getByText('delete: 1 person in the directory').waitFor();
    expect(await question.getByRole('button', { name: 'Confirm 0' }).isDisabled()).toBe(true);
    expect(await question.getByRole('button', { name: 'Not wanted 0' }).isDisabled()).toBe(true);
    await question.getByRole('checkbox', { name: kept }).check();
    await question.getByRole('button', { name: 'Not wanted 1' }).click();
    await dialog.getByText(/^They stay as they are now/).waitFor();
    expect(await stumbles()).toEqual([]);
    await dialog.getByRole('button', { name: 'Not wanted 1', exact: true }).click();
    await page.getByRole('heading', { name: 'Nothing waits for you' }).waitFor();
    await until(async () => (await page.title()) === 'Waiting for you · Tributary', PATIENCE_MS, 50);
    expect(await stumbles()).toEqual([]);
    expect(await states()).toEqual(['cancelled', 'done']);
    expect(await isThere(kept)).toBe(true);
    // On the page of that person, too, nothing waits any more.
    const { objects: left } = await site.session.call('person.list', { text: kept });
    await page.goto(`${site.url}/#/people/${left.find((one) => one.title === kept)!.id}`);
    await page.getByText(/^Not wanted by admin\d+: delete/).waitFor();
    expect(await page.getByText('asks for confirmation').count()).toBe(0);
    // Later runs pass it over, and their rows say who said so, and of whom.
    const { run: later } = await site.session.call('run.start', { job: 'HR' });
    await site.session.follow([later], () => {});
    const { employeeNumber } = left.find((one) => one.title === kept)!.attributes;
    await page.goto(`${site.url}/#/runs/${later}`);
    const passed = page.getByRole('table', { name: 'Changes' }).getByRole('row').filter({ hasText: kept });
    await passed.getByText(/^not wanted: admin\d+,/).waitFor();
    await passed.getByText(String(employeeNumber)).waitFor();
    await passed.getByRole('button', { name: `Show ${kept}: delete` }).click();
    await page.getByRole('dialog').getByText('Not wanted', { exact: true }).waitFor();
    await page.keyboard.press('Escape');
    await page.goBack();
    await page.goBack();

    await page.getByRole('link', { name: 'See what ran lately' }).click();
    const row = page.getByRole('row').filter({ hasText: 'after confirmation' });
    await row.getByText('1 written').waitFor();
    expect(await stumbles()).toEqual([]);
    // Also for those who want no motion, as here, a menu opens where it can be seen.
    await page.getByRole('button', { name: 'Export' }).click();
    const menu = page.getByRole('menuitem', { name: 'CSV' });
    await until(async () => ((await menu.boundingBox())?.x ?? -1) > 0, PATIENCE_MS, 50);
    await page.keyboard.press('Escape');
    await row.getByRole('link', { name: 'HR' }).click();
    const changes = page.getByRole('table', { name: 'Changes' });
    await changes.getByRole('button', { name: `Show ${gone}: delete` }).click();
    const panel = page.getByRole('dialog');
    await panel.getByText('gone from the source').waitFor();
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Undo …' }).click();
    await page.getByRole('button', { name: 'Make the preview' }).click();
    await page.getByText('What taking it back would do').waitFor();
    expect(await isThere(gone)).toBe(false);
    await page.getByRole('button', { name: 'Take it back now' }).click();
    await page.getByText(/^Takes back run/).waitFor();
    await until(() => isThere(gone), PATIENCE_MS, 50);
    expect(await stumbles()).toEqual([]);
    // The run that was taken back leads there, and is not offered to be taken back once more.
    await page.getByRole('link', { name: /^Takes back run/ }).click();
    await page.getByText('This run is taken back already').waitFor();
    expect(await page.getByRole('button', { name: 'Undo …' }).count()).toBe(0);
    expect(await stumbles()).toEqual([]);
    await page.getByRole('link', { name: /^see run \d+, and undo that one/ }).click();
    await page.getByText(/^Takes back run/).waitFor();
    await page.getByRole('button', { name: 'Undo …' }).waitFor();
    expect(faults).toEqual([]);
  });

  itOnce('中文：按人员确认删除，再逐步撤销', async () => {
    const names = await leave(2);
    const gone = names.at(-1)!;
    const { page, faults, stumbles } = await site.visit({ language: 'zh', shade: 'dark' });
    await page.getByRole('link', { name: /待处理/ }).click();
    await page.getByText('按人员').click();
    await page.getByRole('checkbox', { name: gone }).check();
    const { objects } = await site.session.call('person.list', { text: gone });
    const { id, department, attributes } = objects.find((one) => one.title === gone)!;
    await page.getByText(`${String(attributes.employeeNumber)} · ${department}`).waitFor();
    expect(await page.getByRole('link', { name: gone }).getAttribute('href')).toBe(`#/people/${id}`);
    await page.getByText('删除：目录（及其下游系统）中的 1 人').waitFor();
    expect(await stumbles()).toEqual([]);
    await page.getByRole('button', { name: '确认 1 项' }).click();
    await page
      .getByRole('dialog')
      .getByRole('button', { name: /^确\s?认/ })
      .click();
    await until(async () => !(await isThere(gone)), PATIENCE_MS, 50);

    await page.getByRole('link', { name: '执行记录' }).click();
    await page.getByRole('row').filter({ hasText: '确认后' }).getByRole('link', { name: 'HR' }).first().click();
    await page.getByRole('button', { name: `查看${gone}：删除` }).waitFor();
    expect(await stumbles()).toEqual([]);
    await page.getByRole('button', { name: '撤销……' }).click();
    await page.getByRole('button', { name: '生成预览' }).click();
    await page.getByText('撤销将进行的变更').waitFor();
    await page.getByRole('button', { name: '立即撤销' }).click();
    await page.getByText(/^撤销执行 \d+$/).waitFor();
    await until(() => isThere(gone), PATIENCE_MS, 50);
    // What comes back is kept from the next run, though the file does not show it: said, and ended here.
    await page.getByText('1 个对象按本次撤销的结果保留').waitFor();
    expect(await stumbles()).toEqual([]);
    const number = Number(/runs\/(\d+)/.exec(page.url())![1]);
    await page.getByRole('button', { name: '不再保留' }).click();
    await page.getByText('个对象按本次撤销的结果保留').waitFor({ state: 'hidden' });
    expect((await site.session.call('pin.list', { run: number })).pins).toEqual([]);
    // The run that was taken back says so, and leads here.
    const undone = (await site.session.call('run.get', { run: number })).run.undoes!;
    await page.goto(`${site.url}/#/runs/${undone}`);
    await page.getByRole('link', { name: `已被执行 ${number} 撤销` }).click();
    await page.getByText(/^撤销执行 \d+$/).waitFor();
    expect(await stumbles()).toEqual([]);
    expect(faults).toEqual([]);
  });

  it.each(
    toldBy([
      ['en', 'department', 'Department'],
      ['zh', '部门', '部门'],
    ] as const),
  )('a plan is grouped by department: one that is chosen leaves its changes, by its name, also when the page is loaded again (%s)', async (language, by, field) => {
    const { runs } = await site.session.call('run.list', { job: 'HR', limit: 100 });
    const first = runs.at(-1)!.id;
    const { departments } = await site.session.call('run.departments', { run: first });
    const { id, title, count } = departments[1]!;
    expect(count).toBeGreaterThan(1);
    const { page, faults, stumbles } = await site.visit({ language });
    await page.goto(`${site.url}/#/runs/${first}`);
    await page.getByText(by, { exact: true }).first().click();
    const chip = page.getByRole('button', { name: `${title} ${count}`, exact: true });
    await chip.waitFor();
    expect(await page.locator('[aria-pressed]').count()).toBe(departments.length);
    expect(await stumbles()).toEqual([]);
    await chip.click();
    const shown = page.getByRole('table').getByRole('row');
    await until(async () => (await shown.count()) === count + 1, PATIENCE_MS, 50);
    await page.reload();
    await until(async () => (await chip.getAttribute('aria-pressed')) === 'true', PATIENCE_MS, 50);
    await page
      .locator('.ant-select')
      .filter({ has: page.getByRole('combobox', { name: field, exact: true }) })
      .getByText(title)
      .waitFor();
    expect(page.url()).toContain(`department=${id}`);
    await chip.click();
    await until(async () => (await shown.count()) > count + 1, PATIENCE_MS, 50);
    expect(faults).toEqual([]);
  });

  it.each(
    toldBy([
      ['en', 'has left: comes into the directory as departed, gets no account'],
      ['zh', '已离职：以离职状态进入目录，不建账号'],
    ] as const),
  )('the reason of a change is read whole in its row, without pointing at it (%s)', async (language, reason) => {
    const { session } = site;
    const path = join(root, 'leavers.csv');
    writeFileSync(path, '工号,姓名,状态\nX-1,Grace Ouyang,离职\n');
    await session.call('connection.create', { id: 'leavers', connector: 'file', name: 'Leavers', config: { path, settleSeconds: 0 } });
    const { id: job } = await session.call('job.create', { name: 'Leavers', connection: 'leavers', direction: 'up' } as never);
    const { run } = await session.call('run.start', { job, dryRun: true });
    await session.follow([run], () => {});
    const { page, faults, stumbles, go } = await site.visit({ language });
    for (const width of [1440, 1100, 900, 390]) {
      await page.setViewportSize({ width, height: 900 });
      await go(`/runs/${run}`);
      // On a phone it stands in the card of the change.
      const cell =
        width === 390 ? page.getByRole('cell').getByText(reason, { exact: true }) : page.getByRole('cell', { name: reason, exact: true });
      await cell.waitFor();
      const rest = () => cell.evaluate((one) => [one.scrollHeight - one.clientHeight, one.scrollWidth - one.clientWidth]);
      await expect.poll(rest, { timeout: PATIENCE_MS }).toEqual([0, 0]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    }
    expect(await stumbles()).toEqual([]);
    expect(faults).toEqual([]);
  });

  it.each(
    toldBy([
      [
        'en',
        {
          hold: 'Put the brake on',
          release: 'Release the brake',
          title: 'Release the brake?',
          piled: /^create: [\d,]+ people/,
          none: 'No run has planned anything that waits because of it.',
        },
      ],
      [
        'zh',
        { hold: '拉下总闸', release: '松开总闸', title: '松开总闸？', piled: /^新建：\d+ 人/, none: '没有已计划而因总闸等待的变更。' },
      ],
    ] as const),
  )('the brake says what piled up before it is released, and asks nothing afterwards (%s)', async (language, words) => {
    const { session } = site;
    await session.call('connection.create', {
      id: 'braked',
      connector: 'file',
      name: 'Braked book',
      config: { use: 'write', path: join(root, 'braked.csv') },
    });
    const { id: job } = await session.call('job.create', {
      name: 'Braked book',
      connection: 'braked',
      direction: 'down',
    } as never);
    await session.call('job.state', { job, state: 'enabled', unseen: true });
    const { page, faults, stumbles } = await site.visit({ language });
    const banner = page.getByRole('status').filter({ hasText: 'audit' });
    const hold = async (): Promise<void> => {
      await page.getByRole('button', { name: language === 'en' ? 'Brake' : '总闸', exact: true }).click();
      await page.getByRole('dialog').getByRole('textbox').fill('audit');
      await page.getByRole('dialog').getByRole('button', { name: words.hold }).click();
      await banner.waitFor();
    };
    await hold();
    const { run } = await session.call('run.start', { job });
    const state = async (): Promise<string> => (await session.call('run.get', { run })).run.state;
    await until(async () => (await state()) === 'waiting', PATIENCE_MS, 50);
    await banner.getByRole('button', { name: words.release }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(words.title).waitFor();
    await dialog.getByText(words.piled).first().waitFor();
    expect(await dialog.getByRole('link').getAttribute('href')).toBe(`#/runs/${run}`);
    expect(await state()).toBe('waiting');
    expect(await stumbles()).toEqual([]);
    await dialog.getByRole('button', { name: words.release }).click();
    await banner.waitFor({ state: 'detached' });
    await until(async () => (await state()) === 'succeeded', PATIENCE_MS, 50);
    await dialog.waitFor({ state: 'detached' });
    // Put on and released once more, where nothing waits.
    await hold();
    await dialog.waitFor({ state: 'detached' });
    await banner.getByRole('button', { name: words.release }).click();
    await dialog.getByText(words.none).waitFor();
    await dialog.getByRole('button', { name: words.release }).click();
    await banner.waitFor({ state: 'detached' });
    await dialog.waitFor({ state: 'detached' });
    expect(faults).toEqual([]);
  });

  itOnce('what a run planned stands there once it has ended, though there was nothing yet when its page was opened', async () => {
    const name = (await leave(1)).at(-1)!;
    const { runs } = await site.session.call('run.list', { job: 'HR', limit: 1 });
    const number = runs[0]!.id;
    const { page } = await site.visit({ language: 'en' });
    // As the server answered while the source was still being read.
    const [about, changes] = [`**/api/v1/runs/${number}`, `**/api/v1/runs/${number}/changes*`];
    await page.route(about, async (route) => {
      const answer = (await (await route.fetch()).json()) as { run: object };
      await route.fulfill({ json: { ...answer, run: { ...answer.run, state: 'running', endedAt: null } } });
    });
    await page.route(changes, (route) => route.fulfill({ json: { changes: [], next: null } }));
    await page.goto(`${site.url}/#/runs/${number}`);
    await page.getByText('The plan appears here as soon as it is made.').waitFor();
    await page.unrouteAll({ behavior: 'wait' });
    await page.getByRole('button', { name: `Show ${name}: delete` }).waitFor();
    expect(await page.getByText('This run had nothing to change').count()).toBe(0);
  });

  itOnce(
    'that nothing waits is said only once it was asked, and of a run that failed or goes on not that nothing had to change',
    async () => {
      const { page } = await site.visit({ language: 'en' });
      // What the head of the page was told, a moment ago.
      const inbox = '**/api/v1/waiting*';
      await page.route(inbox, (route) => route.fulfill({ json: { waiting: [], leftOut: 0, totals: { stopped: 0, asked: 0, look: 0 } } }));
      await page.reload();
      await page.waitForLoadState('networkidle');
      let answer = (): void => {};
      const held = new Promise<void>((resolve) => (answer = resolve));
      await page.unrouteAll({ behavior: 'wait' });
      await page.route(inbox, async (route) => {
        await held;
        await route.continue();
      });
      await page.route('**/api/v1/runs?*', async (route) => {
        const list = (await (await route.fetch()).json()) as { runs: { counts: object }[] };
        const [run] = list.runs;
        const others = [
          { ...run, state: 'failed', counts: {} },
          { ...run, id: 999_999, state: 'running', endedAt: null, counts: {} },
        ];
        await route.fulfill({ json: { ...list, runs: others } });
      });
      await page.getByRole('link', { name: /^Waiting for you/ }).click();
      await page.getByRole('heading', { name: 'Waiting for you' }).waitFor();
      await page.locator('main .ant-skeleton').waitFor();
      expect(await page.getByRole('heading', { name: 'Nothing waits for you' }).count()).toBe(0);
      answer();
      await page.locator('main .ant-skeleton').waitFor({ state: 'detached' });

      await page.getByRole('link', { name: 'Runs', exact: true }).click();
      for (const state of ['failed', 'running']) {
        const row = page.getByRole('row').filter({ hasText: state });
        await row.waitFor();
        expect(await row.getByText('nothing to change').count()).toBe(0);
      }
      await page.unrouteAll({ behavior: 'ignoreErrors' });
    },
  );

  it.each(
    toldBy([
      ['en', 'Replace the credential', 'Open the connection HR file'],
      ['zh', '更换凭据', '打开连接“HR file”'],
    ] as const),
  )('a run that was refused leads to a new credential and to its connection (%s)', async (language, renew, open) => {
    const { runs } = await site.session.call('run.list', { job: 'HR', limit: 1 });
    const { page, stumbles } = await site.visit({ language });
    // As the server answers about a run whose password was refused (scenarios/a-job-that-fails-rests).
    await page.route(`**/api/v1/runs/${runs[0]!.id}`, async (route) => {
      const answer = (await (await route.fetch()).json()) as { run: object };
      const problem = { en: 'The password is refused.', zh: '密码被拒绝。' };
      const remedy = { connection: 'hr', connectionName: 'HR file', renew: true };
      await route.fulfill({ json: { ...answer, run: { ...answer.run, state: 'failed', problem }, remedy } });
    });
    await page.goto(`${site.url}/#/runs/${runs[0]!.id}`);
    const said = page.getByRole('alert').filter({ hasText: language === 'en' ? 'The password is refused.' : '密码被拒绝。' });
    expect(await stumbles()).toEqual([]);
    await said.getByRole('button', { name: renew }).click();
    await page.getByRole('dialog').filter({ hasText: renew }).waitFor();
    await page.keyboard.press('Escape');
    await said.getByRole('link', { name: open }).click();
    await page.getByRole('heading', { name: 'HR file' }).first().waitFor();
    await page.unrouteAll({ behavior: 'ignoreErrors' });
  });

  itOnce('an undo that only waits for confirmation is not taken for done, and a key that is held down begins nothing', async () => {
    const { runs } = await site.session.call('run.list', { job: 'HR', limit: 100 });
    const { id: first, job } = runs.at(-1)!;
    const { run: plan } = await site.session.call('undo.preview', { run: first });
    await site.session.follow([plan], () => {});
    const { run: undo } = await site.session.call('undo.start', { run: first, plan });
    await site.session.follow([undo], () => {});
    const { counts } = (await site.session.call('run.get', { run: undo })).run;
    expect([counts.applied ?? 0, (counts.held ?? 0) > 0]).toEqual([0, true]);
    const { page, faults, stumbles } = await site.visit({ language: 'en' });
    await page.goto(`${site.url}/#/runs/${first}`);
    await page.getByText('Of its undo, something was held for confirmation:').waitFor();
    await page.getByRole('button', { name: 'Undo …' }).waitFor();
    expect(await page.getByText(/taken back/).count()).toBe(0);
    expect(await stumbles()).toEqual([]);
    await page.getByRole('link', { name: `see run ${undo}` }).waitFor();

    await page.goto(`${site.url}/#/jobs/${job}`);
    const before = (await site.session.call('run.list', { limit: 100 })).runs.length;
    await page.getByRole('button', { name: 'Run now: HR' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    const cancel = dialog.getByRole('button', { name: 'Cancel' });
    await until(() => cancel.evaluate((button) => button === button.ownerDocument.activeElement), PATIENCE_MS, 50);
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'hidden' });
    expect((await site.session.call('run.list', { limit: 100 })).runs.length).toBe(before);
    expect(faults).toEqual([]);
  });
});
