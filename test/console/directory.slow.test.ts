// The directory in a real browser, by clicks: from search to what closing somebody's accounts would do; a credential that failed is mended.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { simulate, type ScimSimulator } from '../../src/connectors/scim/simulator.ts';
import type { WireInput } from '../../src/server/api/wire.ts';
import { en } from '../../console/src/i18n/en/index.ts';
import { zh } from '../../console/src/i18n/zh/index.ts';
import { hasChromium, PATIENCE_MS } from '../chromium.ts';
import { begin, runAndFollow } from '../support/server-process.ts';
import { openSite, type Site } from './browser.ts';
import { itOnce, toldIn } from './told-in.ts';

type Step = WireInput<'edit.propose'>['steps'][number];
const person = (displayName: string, employeeNumber: string, phone: string): Step => ({
  do: 'person.create',
  attributes: { displayName, employeeNumber, phone, userName: `u${employeeNumber}`, email: `${employeeNumber}@xinghe.example` },
  departments: [{ department: '@lab', primary: true }],
});
const company: Step[] = [
  { do: 'department.create', as: 'home', attributes: { name: '星河科技' } },
  { do: 'department.create', as: 'lab', attributes: { name: '研发中心', code: 'LAB' }, under: '@home' },
  { do: 'department.create', attributes: { name: '市场部', code: 'MKT' }, under: '@home' },
  person('王小明', 'A1001', '+8613812345678'),
  person('Ada Lovelace', 'A1002', '+8613812340001'),
  person('欧阳娜娜', 'A1003', '+8613812340002'),
];

const languages = ['zh', 'en'] as const;
const texts = { en, zh } as const;
/** What a person reads while mending. */
const said = {
  zh: { renew: '更换凭据', take: '测试并替换', kept: /仍使用旧凭据/, done: /新凭据有效/, close: '关闭', run: '立即执行', fine: '正常' },
  en: {
    renew: 'Replace the credential',
    take: 'Try it, then take it',
    kept: /The old credential is still in use/,
    done: /The new credential works/,
    close: 'Close',
    run: 'Run it now',
    fine: 'fine',
  },
};

describe.skipIf(!hasChromium)('the directory in Chromium', { timeout: 480_000 }, () => {
  const root = mkdtempSync(join(tmpdir(), 'tributary-directory-'));
  let site: Site;
  let app: ScimSimulator;
  beforeAll(async () => {
    app = await simulate({});
    site = await openSite({ root, database: null, running: new Set() });
    const { session } = site;
    const { id } = await session.call('edit.propose', { steps: company });
    await session.follow([(await session.call('edit.apply', { edit: id })).run], () => {});
    const document = {
      connections: [
        { id: 'book', connector: 'file', name: 'Phone book', config: { use: 'write', path: join(root, 'book.csv') } },
        ...languages.map((id) => ({ id, connector: 'scim', name: `App ${id}`, config: { ...app.config, token: 'an old one' } })),
      ],
      jobs: [
        { name: 'Phone book', connection: 'book', direction: 'down' },
        ...languages.map((connection) => ({ name: `App ${connection}`, connection, direction: 'down' })),
      ],
    };
    await session.call('config.apply', { document });
    await session.call('job.state', { job: 'Phone book', state: 'enabled', unseen: true });
    await runAndFollow(session, 'Phone book');
    for (const language of languages) await session.call('job.state', { job: `App ${language}`, state: 'enabled', unseen: true });
    await session.follow(await Promise.all(languages.map((language) => begin(session, `App ${language}`))), () => {});
  }, 120_000);
  afterAll(async () => {
    await site?.stop();
    await app.stop();
    rmSync(root, { recursive: true, force: true });
  });

  itOnce('从搜索到立即关闭的预览，全部以点击完成', async () => {
    const { session } = site;
    const { id } = await session.call('edit.propose', {
      steps: [
        { do: 'person.edit', person: 'A1002', attributes: { manager: 'A1001' } },
        { do: 'department.edit', department: 'LAB', leaders: ['A1001'] },
      ],
    });
    await session.follow([(await session.call('edit.apply', { edit: id })).run], () => {});
    const { page, faults, stumbles, go } = await site.visit({ language: 'zh' });
    await go('/directory');
    await page.getByRole('treeitem', { name: /研发中心/ }).click();
    await page.getByRole('link', { name: /欧阳娜娜/ }).waitFor();
    expect(await stumbles()).toEqual([]);
    await page.getByLabel('搜索目录').fill('wxm');
    await page.getByRole('link', { name: /王小明/ }).click();
    await page.getByRole('heading', { name: '王小明' }).waitFor();
    await page.getByRole('button', { name: '为什么？' }).first().click();
    expect(await stumbles()).toEqual([]);
    await page.getByRole('button', { name: '立即关闭全部账号' }).click();
    await page.getByRole('dialog').getByText('Phone book').waitFor();
    await page.getByRole('dialog').getByRole('button', { name: '立即关闭 1 个账号' }).waitFor();
    // What closing leaves as it is has names.
    await page.getByRole('dialog').getByText('仍有下属：Ada Lovelace。').waitFor();
    await page.getByRole('dialog').getByText('仍是以下部门的负责人：研发中心。').waitFor();
    expect(await stumbles()).toEqual([]);
    await page.getByRole('dialog').getByRole('button', { name: '取消' }).click();
    expect(await stumbles()).toEqual([]);
    expect(faults).toEqual([]);
  });

  itOnce('on a narrow screen tree and people are two screens, and nothing scrolls sideways', async () => {
    const { page, faults, stumbles, go } = await site.visit({ language: 'zh', shade: 'dark', size: { width: 390, height: 844 } });
    await go('/directory');
    await page.getByRole('treeitem', { name: /市场部/ }).click();
    await page.getByRole('link', { name: '部门' }).waitFor();
    expect(await page.getByRole('tree').isVisible()).toBe(false);
    expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0);
    await page.getByRole('link', { name: '部门' }).click();
    await page.getByRole('tree').waitFor();
    expect(await stumbles()).toEqual([]);
    expect(faults).toEqual([]);
  });

  it.each(toldIn('zh'))('a credential that an app refused is mended in the inbox (%s)', async (language) => {
    const words = said[language];
    const { page, faults, stumbles, go } = await site.visit({ language });
    await go('/waiting');
    const entry = page.getByRole('article').filter({ hasText: `App ${language}` });
    await entry.getByRole('button', { name: words.renew }).click();
    const dialog = page.getByRole('dialog');
    await dialog.locator('input[type=password]').fill('another wrong one');
    await dialog.getByRole('button', { name: words.take }).click();
    await dialog.getByText(words.kept).waitFor();
    expect(await stumbles()).toEqual([]);
    await dialog.locator('input[type=password]').fill(String(app.config.token));
    await dialog.getByRole('button', { name: words.take }).click();
    await dialog.getByText(words.done).waitFor();
    await dialog.getByRole('button', { name: words.close }).last().click();
    await entry.getByRole('button', { name: words.run }).click();
    await page.getByRole('dialog').getByRole('button', { name: words.run }).click();
    await entry.waitFor({ state: 'detached' });
    await go('/connections');
    await page
      .getByRole('listitem')
      .filter({ hasText: `App ${language}` })
      .getByText(words.fine, { exact: true })
      .waitFor();
    expect(await stumbles()).toEqual([]);
    await page
      .getByRole('link', { name: `App ${language}` })
      .first()
      .click();
    await page.getByRole('heading', { name: `App ${language}` }).waitFor();
    expect(await stumbles()).toEqual([]);
    expect(faults).toEqual([]);
  });

  it.each(
    toldIn('en'),
  )('nobody is named as their own manager by hand: the field says so, and nothing is planned (%s)', async (language) => {
    const { edit } = texts[language];
    const label = { zh: '直属上级', en: 'direct manager' }[language];
    const { id } = await site.session.call('person.get', { person: 'A1003' });
    const { page, faults, stumbles, go } = await site.visit({ language });
    await go(`/people/${id}`);
    await page.getByRole('button', { name: edit.menu }).click();
    await page.getByRole('menuitem', { name: edit.deed.change }).click();
    const dialog = page.getByRole('dialog');
    const choose = async (typed: string, name: RegExp): Promise<void> => {
      await dialog.getByRole('combobox', { name: label }).fill(typed);
      await page.locator('.ant-select-item-option').filter({ hasText: name }).first().click();
    };
    await choose('欧阳娜娜', /欧阳娜娜/);
    const wrong = dialog.getByRole('alert').filter({ hasText: edit.notItself.replace('{{label}}', label) });
    await wrong.waitFor();
    expect(await dialog.getByRole('button', { name: edit.see }).isDisabled()).toBe(true);
    expect(await stumbles()).toEqual([]);
    await choose('王小明', /王小明/);
    await wrong.waitFor({ state: 'detached' });
    expect(await dialog.getByRole('button', { name: edit.see }).isDisabled()).toBe(false);
    expect(faults).toEqual([]);
  });

  let lists = 0;
  it.each(toldIn('zh'))('several values are typed as a list, and it is said which attributes nobody types (%s)', async (language) => {
    const { session } = site;
    const { edit } = texts[language];
    lists++;
    const label = { zh: `技能${lists}`, en: `skills ${lists}` };
    const name = `skills_${lists}`;
    await session.call('attribute.create', { type: 'person', name, label, many: true });
    const { id } = await session.call('person.get', { person: 'A1003' });
    const { page, faults, stumbles, go } = await site.visit({ language });
    await go(`/people/${id}`);
    await page.getByRole('button', { name: edit.menu }).click();
    await page.getByRole('menuitem', { name: edit.deed.change }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText(edit.sealed.slice(0, 5)).waitFor();
    await dialog.getByText({ zh: /证件号码.*个人邮箱/, en: /ID number.*private e-mail/ }[language]).waitFor();
    const field = dialog.getByRole('combobox', { name: label[language] });
    const typed = dialog
      .locator('.ant-select')
      .filter({ has: page.getByRole('combobox', { name: label[language] }) })
      .locator('.ant-select-selection-item');
    await field.fill('sql');
    await field.press('Enter');
    await expect.poll(() => typed.allInnerTexts(), { timeout: PATIENCE_MS }).toEqual(['sql']);
    await field.pressSequentially('go,c,');
    await field.press('Tab');
    await expect.poll(() => typed.allInnerTexts(), { timeout: PATIENCE_MS }).toEqual(['sql', 'go', 'c']);
    expect(await stumbles()).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    await page.setViewportSize({ width: 1440, height: 900 });
    await dialog.getByRole('button', { name: edit.see }).click();
    await dialog.getByRole('button', { name: edit.apply, exact: true }).click();
    await dialog.getByText(edit.done, { exact: true }).waitFor();
    await dialog.getByRole('button', { name: edit.close }).last().click();
    await dialog.waitFor({ state: 'detached' });
    await page.locator('span').getByText('c, go, sql', { exact: true }).waitFor();
    expect((await session.call('person.get', { person: id })).attributes[name]).toEqual(['c', 'go', 'sql']);
    expect(faults).toEqual([]);
  });

  let groups = 0;
  itOnce('按规则新建组：保存前即显示会包含哪些人员', async () => {
    const { page, faults, stumbles, go } = await site.visit({ language: 'zh' });
    // Another try finds what the first one made.
    const name = `研发${(groups += 1)}组`;
    await go('/groups');
    await page.getByRole('button', { name: '新建组' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('名称', { exact: true }).fill(name);
    await dialog.getByText('按规则', { exact: true }).click();
    await dialog.getByText(/当前 [2-9] 人/).waitFor();
    await dialog.getByLabel(/仅满足以下条件的人员/).fill('employeeNumber == "A1002"');
    await dialog.getByText('当前 1 人').waitFor();
    await dialog.getByText('Ada Lovelace').waitFor();
    expect(await stumbles()).toEqual([]);
    await dialog.getByRole('button', { name: '预览变更' }).click();
    await dialog.getByRole('button', { name: '执行' }).click();
    await dialog.getByText(/已执行/).waitFor();
    await dialog.getByRole('button', { name: '关闭' }).last().click();
    await page.getByRole('link', { name }).click();
    await page.getByRole('link', { name: 'Ada Lovelace' }).waitFor();
    expect(await stumbles()).toEqual([]);
    expect(faults).toEqual([]);
  });

  let leavers = 0;
  it.each(toldIn('zh'))('somebody who has left is erased after their name was typed, %s', async (language) => {
    const { erase, edit } = texts[language];
    const { session } = site;
    const number = `C${(leavers += 1)}`;
    const name = `Leaver ${number}`;
    for (const step of [
      { ...person(name, number, `+8613700000${leavers.toString().padStart(3, '0')}`), departments: [] },
      { do: 'person.offboard' as const, person: number },
    ]) {
      const { id } = await session.call('edit.propose', { steps: [step] });
      await session.follow([(await session.call('edit.apply', { edit: id })).run], () => {});
    }
    // In a company this small the second who leaves on one day is a question.
    const { held } = await session.call('held.list', { states: ['open'] });
    const asked = held.filter((one) => one.title === name).map((one) => one.id);
    if (asked.length > 0) await session.follow((await session.call('held.decide', { decision: 'approve', ids: asked })).runs, () => {});
    const { id } = await session.call('person.get', { person: number });
    const { page, faults, stumbles, go } = await site.visit({ language });
    await go(`/people/${id}`);
    await page.getByRole('button', { name: edit.menu }).click();
    await page.getByRole('menuitem', { name: erase.deed }).click();
    await page.getByRole('heading', { name: erase.goes }).waitFor();
    await page.getByRole('button', { name: erase.now, disabled: true }).waitFor();
    expect(await stumbles()).toEqual([]);
    await page.getByLabel(erase.confirm.replace('{{name}}', name)).fill(name);
    await page.getByRole('button', { name: erase.now }).click();
    await page.getByText(erase.file).waitFor();
    await page.getByText(erase.done.replace('{{name}}', name)).waitFor();
    expect(await stumbles()).toEqual([]);
    // That somebody was there, and until when, stays; who it was does not.
    const left = await session.call('explain', { person: id });
    expect([left.object?.lifecycle ?? 'absent', left.object?.attributes ?? []]).toEqual(['absent', []]);
    expect(JSON.stringify(left)).not.toContain(name);
    // The address of somebody who is not there any more is asked once more behind the page.
    expect(faults.filter((fault) => !fault.includes('404'))).toEqual([]);
  });

  let pairs = 0;
  itOnce('two people who are one are compared side by side, and merged after a look at what follows', async () => {
    const { page, faults, stumbles, go } = await site.visit({ language: 'en' });
    // Two of their own for each try: who was merged is not there a second time.
    const numbers = [1, 2].map((n) => `B${(pairs += 1)}${n}`);
    const steps = numbers.map((number) => ({
      ...person(`Twin ${number}`, number, `+86139${number.slice(1).padStart(8, '0')}`),
      departments: [],
    }));
    const { id } = await site.session.call('edit.propose', { steps });
    await site.session.follow([(await site.session.call('edit.apply', { edit: id })).run], () => {});
    const [keep, gone] = await Promise.all(numbers.map((number) => site.session.call('person.get', { person: number })));
    await go(`/people/${keep!.id}/merge/${gone!.id}`);
    await page.getByText('Merged into it').waitFor();
    expect(await stumbles()).toEqual([]);
    await page.getByRole('button', { name: 'See what would change' }).click();
    await page.getByRole('button', { name: 'Merge them' }).click();
    await page.getByText(/The merge is running/).waitFor();
    expect(await stumbles()).toEqual([]);
    await go('/directory/past');
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    expect(await stumbles()).toEqual([]);
    await go('/directory/gone');
    await page.getByRole('heading', { name: 'Recycle bin' }).waitFor();
    expect(await stumbles()).toEqual([]);
    expect(faults).toEqual([]);
  });

  // The last: it takes the job of the phone book out of use.
  itOnce('the leaver sheet offers closing only while something is open that may be closed', async () => {
    const { session } = site;
    const number = `E${Date.now().toString().slice(-6)}`;
    const apply = async (step: Step) => {
      const { id } = await session.call('edit.propose', { steps: [step] });
      await session.follow([(await session.call('edit.apply', { edit: id })).run], () => {});
    };
    await session.call('job.state', { job: 'Phone book', state: 'enabled', unseen: true });
    await apply({ ...person(`Sheet ${number}`, number, `+86138${number.slice(1)}00`), departments: [] } as Step);
    await runAndFollow(session, 'Phone book');
    const { id } = await session.call('person.get', { person: number });
    const visits = [];
    for (const language of languages) {
      const { page, faults, stumbles, go } = await site.visit({ language });
      const { leaver } = texts[language];
      await go(`/people/${id}/leaver-sheet`);
      await page.getByRole('button', { name: leaver.close }).waitFor();
      // Whoever runs that system is told which account, and the way to the job is one click.
      await page.getByRole('main').getByText(`Sheet ${number} (${number})`).waitFor();
      await page.getByRole('link', { name: /Phone book/ }).waitFor();
      visits.push({ page, faults, stumbles, leaver, go });
    }
    await session.call('job.state', { job: 'Phone book', state: 'disabled', seen: true });
    const { token } = await session.call('leaver.preview', { person: id });
    await session.follow((await session.call('leaver.close', { person: id, token })).runs, () => {});
    for (const { page, faults, stumbles, leaver, go } of visits) {
      // The page looks again by itself.
      await page.getByText(leaver.someOpen.replace('{{open}}', '1').replace('{{count}}', '1')).waitFor();
      await page.getByRole('button', { name: leaver.close }).waitFor({ state: 'detached' });
      await page.getByRole('button', { name: leaver.print }).waitFor();
      expect(await stumbles()).toEqual([]);
      // Nor is it on the page of the person.
      await go(`/people/${id}`);
      await page.getByRole('button', { name: leaver.sheetButton }).waitFor();
      expect(await page.getByRole('button', { name: leaver.close }).count()).toBe(0);
      expect(faults).toEqual([]);
    }
  });
});
