// The stage of the demo, before anything runs on it.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { setStage } from './stage.ts';

it.each([
  ['en', ['Feishu', 'HR file', 'LDAP', 'Phone book', 'SCIM app']],
  ['zh', ['LDAP 目录', 'SCIM 应用', '人事文件', '通讯录', '飞书']],
] as const)('names its jobs and systems in the language of who looks (%s)', async (language, names) => {
  const root = mkdtempSync(join(tmpdir(), 'tributary-stage-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const stage = await setStage(root, language);
  onTestFinished(() => stage.end());
  const jobs = await stage.app.database.all<{ name: string }>('SELECT name FROM job');
  expect(jobs.map(({ name }) => name).toSorted()).toEqual([...names].toSorted());
  const systems = await stage.app.database.all<{ name: string }>('SELECT name FROM connection');
  expect(systems.map(({ name }) => name).some((name) => /沙箱/.test(name))).toBe(language === 'zh');
  expect(systems.map(({ name }) => name).some((name) => /Sandbox/.test(name))).toBe(language === 'en');
});
