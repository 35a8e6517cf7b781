// The first start by clicks: the set-up link, the sandbox company with one click, hurt without harm, and gone again.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { en } from '../../console/src/i18n/en/index.ts';
import { zh } from '../../console/src/i18n/zh/index.ts';
import { hasChromium } from '../chromium.ts';
import { openSite, type Site } from './browser.ts';
import { toldIn } from './told-in.ts';

const words = { en, zh } as const;
const emptied = { en: 'Empty the HR file', zh: '清空人事文件' } as const;
/** As many as before. */
const unharmed = { en: /Nobody was harmed: (\d+) of \1 people in service/, zh: /无人受影响：(\d+) 名在职人员中 \1 人/ } as const;
const refuses = { en: 'Make the phone book refuse', zh: '让通讯录拒绝写入' } as const;
const refused = {
  en: /the phone book refused 3 people\..*everybody else was synced \(7 people\), and (\d+) of \1 people in service/,
  zh: /通讯录拒绝了 3 人.*其余人员照常同步（7 人），(\d+) 名在职人员中 \1 人/,
} as const;
/** Those who were there and those who came are all who are there. */
const survived = {
  en: /killed \(kill -9\) with 100 people in the phone book, \d+ (person|people) of them not noted yet.* wrote the other 185 people: 285 people, each exactly once/,
  zh: /（kill -9）时，通讯录已写入 100 人，其中 \d+ 人的结果尚未记录.*补写其余 185 人：共 285 人，每人恰好一条/,
} as const;
const because = { en: /The sandbox phone book refuses this entry/, zh: /沙箱通讯录按要求拒绝了此条目/ } as const;
/** Of 300, which is said beside. */
const away = { en: /\d+ of the 300 people/, zh: /公司共 300 人/ } as const;
const renamed = { en: 'Rename a department', zh: '给一个部门改名' } as const;
/** What follows the number or the name in a text. */
const asked = { en: /waits for your consent to \d+ people and departments/, zh: /有 \d+ 个人员和部门等待您确认/ } as const;
const done = { en: /holds \d+ people\./, zh: /已有 \d+ 人。/ } as const;
const LONG = { timeout: 60_000 };

describe.skipIf(!hasChromium)('the first start in Chromium', { timeout: 180_000 }, () => {
  const root = mkdtempSync(join(tmpdir(), 'tributary-first-'));
  let site: Site;

  beforeAll(async () => {
    site = await openSite({ root, database: null, running: new Set() });
  }, 120_000);
  afterAll(async () => {
    await site?.stop();
    rmSync(root, { recursive: true, force: true });
  });

  it.each(
    toldIn('zh'),
  )('offers two ways; the sandbox company comes with one click, survives an emptied file, and goes, %s', async (language) => {
    const { first, app, past } = words[language];
    const { page, faults, stumbles } = await site.visit({ language });
    await page.getByRole('heading', { name: first.title }).waitFor();
    await page.getByRole('link', { name: first.real.go }).waitFor();
    expect(await stumbles()).toEqual([]);
    await page.getByRole('button', { name: first.sandbox.go, exact: true }).click();
    const bar = page.getByRole('region', { name: first.sandbox.title });
    await bar.getByText(first.try, { exact: true }).waitFor(LONG);
    await page.getByRole('article', { name: first.sandbox.hr }).getByText(app.card.fine).waitFor(LONG);
    // It leads on: the phone book is empty until somebody consents, and that is said with the way there.
    await bar.getByText(asked[language]).waitFor(LONG);
    await bar.getByRole('link', { name: first.toWaiting }).click();
    await page.waitForURL(/#\/waiting/);
    const { held } = await site.session.call('held.list', { limit: 1000 });
    await site.session.call('held.decide', { decision: 'approve', ids: held.map((one) => one.id) });
    await page.goBack();
    await bar.getByText(done[language]).waitFor(LONG);
    // A process that is killed in the middle has lost and doubled nobody.
    await bar.getByRole('button', { name: first.kill.button, exact: true }).click();
    await bar.getByText(first.kill.underWay).waitFor();
    await bar.getByText(survived[language]).waitFor(LONG);
    await bar.getByText(first.kill.copy).waitFor();
    expect(await stumbles()).toEqual([]);
    // On a phone the ways to hurt it stand two beside each other, and none is cut.
    await page.setViewportSize({ width: 390, height: 844 });
    const lefts = await bar
      .getByRole('button')
      .evaluateAll((all) => all.slice(0, 6).map((one) => Math.round(one.getBoundingClientRect().left)));
    expect(new Set(lefts).size).toBe(2);
    const cut = await bar
      .getByRole('button')
      .evaluateAll((all) =>
        all.filter((one) => one.scrollWidth > one.clientWidth || one.scrollHeight > one.clientHeight).map((one) => one.textContent),
      );
    expect(cut).toEqual([]);
    await page.setViewportSize({ width: 1440, height: 900 });
    // The phone book refuses some: who is named with the cause, and just these are tried again.
    await bar.getByRole('button', { name: refuses[language], exact: true }).click();
    await bar.getByText(refused[language]).waitFor(LONG);
    await expect.poll(() => bar.getByText(because[language]).count()).toBe(3);
    expect(await stumbles()).toEqual([]);
    await bar.getByRole('button', { name: first.refused.again_other.replace('{{count}}', '3') }).click();
    await bar.getByText(first.refused.done.replace('{{people}}', { en: '3 people', zh: '3 人' }[language])).waitFor(LONG);
    expect(await bar.getByText(because[language]).count()).toBe(3);
    // No card speaks of a failure any more.
    await page.getByRole('article', { name: first.sandbox.book }).getByText(app.card.fine).waitFor();
    expect((await site.session.call('item.list', {})).items).toEqual([]);
    expect(await stumbles()).toEqual([]);
    // A rename is shown as one, and its way into the phone book is the next step.
    await bar.getByRole('button', { name: renamed[language] }).click();
    await bar.getByText(unharmed[language]).waitFor(LONG);
    await bar.getByText(away[language]).waitFor();
    await bar.getByText({ en: '(new)', zh: '（新）' }[language]).first().waitFor(LONG);
    expect(await stumbles()).toEqual([]);
    await bar.getByRole('button', { name: first.runBook.replace('{{book}}', first.sandbox.book) }).click(LONG);
    await bar.getByText(done[language]).waitFor(LONG);
    await bar.getByRole('button', { name: emptied[language] }).click();
    await bar.getByText(unharmed[language]).waitFor(LONG);
    // That its file showed nobody is not passed over.
    await bar.getByText(first.next.doubted.replace('{{hr}}', first.sandbox.hr)).waitFor(LONG);
    expect(await stumbles()).toEqual([]);
    await bar.getByRole('button', { name: first.remove }).click();
    await page.getByRole('dialog').getByRole('button', { name: first.remove }).click();
    await page.getByRole('heading', { name: first.title }).waitFor(LONG);
    const { directory } = await site.session.call('sizes', {});
    expect([directory.people, directory.department]).toEqual([{}, 0]);
    // What its jobs did stays on record, and is told as that of jobs that are not there any more; nothing of it can be begun again.
    await page.goto(`${site.url}/#/runs`);
    const removed = app.removedJob.replace('{{name}}', first.sandbox.book);
    await page.getByRole('link', { name: removed }).first().click();
    await page.getByRole('heading', { name: removed }).waitFor();
    expect(await stumbles()).toEqual([]);
    // Nobody of it is left to be brought back.
    await page.goto(`${site.url}/#/directory/gone`);
    await page.getByText(past.goneNone).waitFor();
    expect(await stumbles()).toEqual([]);
    expect(faults).toEqual([]);
  });
});
