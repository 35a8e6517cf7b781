// The form of a group with more members than a page: whoever is to be taken out is found, stands apart, and can be left in.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { en } from '../../console/src/i18n/en/index.ts';
import { zh } from '../../console/src/i18n/zh/index.ts';
import { hasChromium, PATIENCE_MS } from '../chromium.ts';
import { runAndFollow, until } from '../support/server-process.ts';
import { openSite, type Site } from './browser.ts';
import { toldIn } from './told-in.ts';

const texts = { en, zh } as const;
const COUNT = 75;
const numbers = Array.from({ length: COUNT }, (_, index) => `N-${index + 1}`);
const named: Readonly<Record<string, string>> = { 'N-70': '欧阳娜娜', 'N-5': '李明', 'N-6': '李明' };
const nameOf = (number: string): string => named[number] ?? `Singer ${number.slice(2)}`;

describe.skipIf(!hasChromium)('a group of many in Chromium', { timeout: 240_000 }, () => {
  const root = mkdtempSync(join(tmpdir(), 'tributary-group-'));
  let site: Site;
  let group: string;
  beforeAll(async () => {
    const path = join(root, 'people.csv');
    writeFileSync(path, ['工号,姓名', ...numbers.map((number) => `${number},${nameOf(number)}`)].join('\n'));
    site = await openSite({ root, database: null, running: new Set() });
    const { session } = site;
    await session.call('config.apply', {
      document: {
        connections: [{ id: 'hr', connector: 'file', name: 'HR', config: { use: 'read', path, settleSeconds: 0 } }],
        jobs: [{ name: 'HR', connection: 'hr', direction: 'up' }],
      },
    });
    await session.call('job.state', { job: 'HR', state: 'enabled', unseen: true });
    await runAndFollow(session, 'HR');
    const { id } = await session.call('edit.propose', {
      steps: [{ do: 'group.create', attributes: { name: 'Choir' }, members: numbers }],
    });
    await session.follow([(await session.call('edit.apply', { edit: id })).run], () => {});
    group = (await session.call('group.list', {})).objects[0]!.id;
  }, 120_000);
  afterAll(async () => {
    await site?.stop();
    rmSync(root, { recursive: true, force: true });
  });

  it.each(
    toldIn('zh'),
  )('somebody far down the list is found by pinyin and taken out, another is left in after all, %s', async (language) => {
    const { group: say, edit } = texts[language];
    const colon = language === 'zh' ? '：' : ': ';
    const { page, faults, stumbles, go } = await site.visit({ language });
    await go(`/groups/${group}`);
    for (const number of ['N-5', 'N-6'])
      await page
        .getByRole('listitem')
        .filter({ hasText: `李明 ${number}` })
        .waitFor();
    await page.getByRole('button', { name: say.edit }).click();
    const dialog = page.getByRole('dialog');
    const takers = dialog.getByRole('button', { name: new RegExp(`^${say.taken}${colon}`) });
    const taker = (name: string) => dialog.getByRole('button', { name: say.taken + colon + name, exact: true });
    await until(async () => (await takers.count()) === 60, PATIENCE_MS, 50);
    await dialog.getByText(say.more.replace('{{n}}', String(COUNT - 60))).waitFor();
    await dialog.getByLabel(say.find).fill('ouyang');
    await until(async () => (await takers.count()) === 1, PATIENCE_MS, 50);
    await taker('欧阳娜娜').click();
    await dialog.getByText(say.out).waitFor();
    await dialog.getByLabel(say.find).fill('nobody of that name');
    await dialog.getByText(say.noneFound).waitFor();
    await dialog.getByLabel(say.find).fill('');
    await dialog.getByRole('button', { name: say.next }).click();
    await until(async () => (await takers.count()) === COUNT - 1, PATIENCE_MS, 50);
    await taker('Singer 3').click();
    await dialog.getByRole('button', { name: say.back + colon + 'Singer 3', exact: true }).click();
    await taker('Singer 3').waitFor();
    // Of two of one name it is seen which one it is, also once one of them stands apart.
    await taker('李明 N-5').click();
    await taker('李明 N-6').waitFor();
    await dialog.getByRole('button', { name: `${say.back}${colon}李明 N-5`, exact: true }).waitFor();
    expect(await stumbles()).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390);
    await page.setViewportSize({ width: 1440, height: 900 });
    await dialog.getByRole('button', { name: edit.see }).click();
    await dialog.getByRole('button', { name: edit.apply, exact: true }).click();
    await dialog.getByText(edit.done).waitFor();
    const { members } = await site.session.call('group.members', { group, limit: 1000 });
    expect(members.map(({ name }) => name).toSorted()).toEqual(
      numbers
        .map(nameOf)
        .filter((name, index) => name !== '欧阳娜娜' && numbers[index] !== 'N-5')
        .toSorted(),
    );
    expect(faults).toEqual([]);
  });
});
