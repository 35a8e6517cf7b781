// What the server says for everybody, read in the console: no command, no machine's moment, no English name among Chinese ones.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import i18next from 'i18next';
import { expect, it } from 'vitest';
import { console as byHand } from '../../../src/connectors/console/index.ts';
import { CONSOLE_JOB } from '../../../src/engine/console/job.ts';
import { grouped } from './i18n.ts';
import { shown, withOwnNames } from './shown.ts';
import { zh } from './zh/index.ts';

it('a command becomes the place where the console does the same', () => {
  expect(shown('Let it go on ("tributary resume 5"), or accept it ("tributary resume 5 --accept"). Dry runs work.', 'en')).toBe(
    'Let it go on (on the page of job 5), or accept it (on the page of job 5). Dry runs work.',
  );
  expect(shown('请先试运行（tributary plan 5）。', 'zh')).toBe('请先试运行（在任务 5 的页面）。');
  expect(shown('See them ("tributary show 7"), then apply again (--forecast 7,8); the guard watches.', 'en')).toBe(
    'See them (on the page of run 7), then apply again; the guard watches.',
  );
  expect(shown('What is kept because of it ("tributary pins") is looked at first.', 'en')).toBe(
    'What is kept because of it is looked at first.',
  );
});

it('an attribute of the directory has its label, and where a setting stands in a file is left out', () => {
  expect(shown('“userName”的所有候选值都已被占用。任务范围明确排除了此人（scope.people.exclude）。', 'zh')).toBe(
    '“用户名”的所有候选值都已被占用。任务范围明确排除了此人。',
  );
  expect(shown('The job can make one: New accounts, in its policy and protection (welcome.password).', 'en')).toBe(
    'The job can make one: New accounts, in its policy and protection.',
  );
  expect(shown('"idNumber" of "Somebody" is not known.', 'en')).toBe('"ID number" of "Somebody" is not known.');
});

it('what a source says of somebody is told in words', () => {
  expect(shown('由任务 1“HR”确定（lifecycle = active）', 'zh')).toBe('由任务 1“HR”确定（状态 = 在职）');
});

it('numbers of things are grouped in thousands, names that are numbers are not', () => {
  const spoken = i18next.createInstance().use(grouped);
  const interpolation = { escapeValue: false, alwaysFormat: true };
  void spoken.init({
    lng: 'zh',
    initAsync: false,
    resources: { zh: { console: zh } },
    defaultNS: 'console',
    ns: ['console'],
    interpolation,
  });
  expect(spoken.t('directory.members', { count: 11_940 })).toBe('成员（11,940）');
  expect(spoken.t('person.run', { run: 11_940 })).toBe('执行 11940');
});

it('what is in brackets otherwise stays', () => {
  expect(shown('3 objects match (a, b, c) (run 5). On the server: "tributary admin reset".', 'en')).toBe(
    '3 objects match (a, b, c) (run 5). On the server: "tributary admin reset".',
  );
});

it('a moment is told in the time of whoever reads', () => {
  expect(shown('It comes at 2026-01-05T08:01:00.000Z.', 'en')).toMatch(/^It comes at Jan 5, 2026, \d+:01.[AP]M\.$/);
});

it('the job of what people enter has a Chinese name on Chinese pages, and only where the name stands alone or in a sentence', () => {
  const { name } = byHand.manifest;
  expect(name.en).toBe(CONSOLE_JOB);
  const json = JSON.stringify({
    name: CONSOLE_JOB,
    says: { en: `Job 2 "${CONSOLE_JOB}"`, zh: `任务 2“${CONSOLE_JOB}”` },
    title: { en: `${CONSOLE_JOB}: done`, zh: `${CONSOLE_JOB}：执行成功` },
    yaml: `name: ${CONSOLE_JOB}`,
  });
  expect(JSON.parse(withOwnNames(json, 'zh'))).toEqual({
    name: name.zh,
    says: { en: 'Job 2 "Edited by hand"', zh: '任务 2“手工维护”' },
    title: { en: 'Edited by hand: done', zh: '手工维护：执行成功' },
    yaml: 'name: Edited by hand',
  });
  expect(withOwnNames(json, 'en')).toBe(json);
});

/** Said on the server's own pages, in mails, or about what only the server can do. */
const elsewhere = /src\/(?:cli|demo|docs|server|engine\/notify)\/|\.test\.ts$|config\/export\.ts$|sign-in\/context\.ts$/;
/** The console names nothing of the kind by hand. */
const byNumber = /There is no |Give the id|Say which|请指定|没有|请使用编号|Wait for it, or put the brake on|拉下总闸并用/;

it('every sentence of the engine that names a command has it in brackets', () => {
  const root = join(import.meta.dirname, '../../..');
  const lines = globSync('src/{engine,core,connectors}/**/*.ts', { cwd: root })
    .filter((file) => !elsewhere.test(file))
    .flatMap((file) =>
      readFileSync(join(root, file), 'utf8')
        .split('\n')
        .map((line) => ({ file, line })),
    )
    .filter(({ line }) => !/^\s*(?:\/\/|\*|\/\*)/.test(line) && /tributary [a-z]/.test(line) && !byNumber.test(line));
  expect(lines.length).toBeGreaterThan(20);
  const left = lines.filter(({ line }) => /tributary [a-z]/.test(shown(line, 'en')));
  expect(left.map(({ file, line }) => `${file}: ${line.trim()}`)).toEqual([]);
});
