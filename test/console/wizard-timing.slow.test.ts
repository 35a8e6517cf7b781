// When a job runs, in Chromium: real time is offered where a system tells of changes, and where not, why is said.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { en } from '../../console/src/i18n/en/index.ts';
import { zh } from '../../console/src/i18n/zh/index.ts';
import { feishu } from '../../src/connectors/feishu/index.ts';
import { file } from '../../src/connectors/file/index.ts';
import { ldap } from '../../src/connectors/ldap/index.ts';
import { hasChromium } from '../chromium.ts';
import { openSite, type Site } from './browser.ts';
import { toldIn } from './told-in.ts';

const words = { en, zh } as const;
const jobs = [
  ['list', 'up', file],
  ['staff', 'up', ldap],
  ['lark', 'up', feishu],
  ['branch', 'down', ldap],
] as const;

describe.skipIf(!hasChromium)('when a job runs, in Chromium', { timeout: 240_000 }, () => {
  const root = mkdtempSync(join(tmpdir(), 'tributary-timing-'));
  const lists = mkdtempSync(join(tmpdir(), 'tributary-timing-list-'));
  const path = join(lists, 'people.csv');
  let site: Site;
  const numbers = new Map<string, number>();
  beforeAll(async () => {
    writeFileSync(path, 'employeeNumber,displayName\n1,Anna Schmidt\n');
    site = await openSite({ root, database: null, running: new Set() });
    const config = {
      list: { path },
      staff: { url: 'ldap://127.0.0.1:1', bindDn: 'cn=sync', password: 'x', base: 'dc=staff' },
      lark: { appId: 'cli_1', appSecret: 'x' },
      branch: { url: 'ldap://127.0.0.1:1', bindDn: 'cn=sync', password: 'x', base: 'dc=branch' },
    } as const;
    for (const [id, direction, { manifest }] of jobs) {
      await site.session.call('connection.create', { id, connector: manifest.id, name: id, config: config[id] });
      numbers.set(id, (await site.session.call('job.create', { name: id, connection: id, direction })).id);
    }
  });
  afterAll(async () => {
    await site?.stop();
    for (const folder of [root, lists]) rmSync(folder, { recursive: true, force: true });
  });

  it.each(toldIn('en'))('offers real time only where the system tells of changes, %s', async (language) => {
    const { timing } = words[language].wizard.parts;
    const { page, faults, stumbles, go } = await site.visit({ language });
    for (const [id, direction, { manifest }] of jobs) {
      await go(`/jobs/${numbers.get(id)}/edit/timing`);
      const choice = page.getByRole('radio', { name: direction === 'up' ? timing.event : timing.eventDown });
      await choice.waitFor();
      const tells = direction === 'down' || id === 'lark';
      expect([id, await choice.isEnabled()]).toEqual([id, tells]);
      const why = page.getByText(timing.eventNot.replace('{{name}}', manifest.name[language]));
      expect([id, await why.count()]).toEqual([id, tells ? 0 : 1]);
    }
    expect(await stumbles()).toEqual([]);
    expect(faults).toEqual([]);
  });
});
