// Whom a job is about, as its page says it: true to the scope, and never by an id.
import { describe, expect, it } from 'vitest';
import { wordsIn } from '../../i18n/words-in.ts';
import { changesSaid, scopeSaid, settingsSaid, type Scope } from './scope-said.ts';

const names = { d1: '研发部', d2: '平台组', p1: '王芳' };
const said = (scope: Scope, language: 'en' | 'zh' = 'zh') => scopeSaid(scope, names, wordsIn(language));

describe('whom a job is about', () => {
  it('is everybody only where nothing is left out', () => {
    expect(said({})).toEqual(['全部人员与部门。']);
    expect(said({ departments: { include: [], exclude: [], below: true } })).toEqual(['全部人员与部门。']);
    expect(said({ departments: { include: [], exclude: ['d2'], below: true } })).toEqual([
      '全部人员与部门，除以下所列。',
      '不包含部门：平台组',
    ]);
    expect(said({ people: { exclude: ['p1'] } }, 'en')).toEqual([
      'Every person and every department, without those named here.',
      'People left out: 王芳',
    ]);
  });

  it('is said by name, what is in and what is out of it, and whether newcomers are', () => {
    expect(
      said({
        departments: { include: ['d1'], exclude: ['d2'], below: true },
        people: { include: ['p1'] },
        rules: { person: 'title != ""' },
        newMembers: false,
        newDepartments: false,
      }),
    ).toEqual([
      '部门（含下级）：研发部',
      '不包含部门：平台组',
      '单独加入的人员：王芳',
      '仅限满足条件：title != ""',
      '之后加入所选部门的人员不包含在内。',
      '之后新增的部门不包含在内。',
    ]);
    expect(said({ departments: { include: ['d1'], below: false, onlyBelow: ['d2'] } }, 'en')).toEqual([
      'Departments without what is below: 研发部',
      'What is below these departments, not they themselves: 平台组',
    ]);
    expect(said({ departments: { include: Array.from({ length: 10 }, () => 'd1') } }, 'en')[0]).toMatch(/研发部 and 2 more$/);
  });
});

describe('what an edit changes', () => {
  const target = {
    type: () => '人员',
    attribute: (_: string, name: string) => (name === 'mail' ? '邮箱' : name),
    channel: (id: string) => (id === 'mail' ? '运维邮箱' : id),
    role: (role: string) => (role === 'admin' ? '管理员' : role),
    ofPerson: (name: string) => (name === 'badge' ? '工牌号' : name),
  };
  const changed = (path: string, before: string | null, after: string | null) =>
    changesSaid([{ path, before, after }], names, wordsIn('zh'), target).map((one) => [one.what, one.where, one.before, one.after]);

  it('is said in words and names', () => {
    expect(changed('scope.departments.include', '["d1"]', '["d1","d2"]')).toEqual([['包含的部门', null, '研发部', '研发部、平台组']]);
    expect(changed('scope.people.exclude', null, '["p1"]')).toEqual([['排除的人员', null, '–', '王芳']]);
    expect(changed('scope.newMembers', null, 'false')).toEqual([['之后加入的人员包含在内', null, '是', '否']]);
    expect(changed('scope.rules.person', null, 'true')).toEqual([['仅限满足条件（人员）', null, '–', 'true']]);
    expect(changed('pilot.people.include', null, '["p1"]')).toEqual([['试点：单独加入的人员', null, '–', '王芳']]);
    expect(changed('policy.leaver.gone', 'disable', 'keep')).toEqual([['源系统中已消失', null, '停用', '保留']]);
    expect(changed('policy.leaver.departed.disableThenDeleteAfterDays', null, '30')).toEqual([
      ['源系统标明离职', null, '–', '先停用，30 天后删除'],
    ]);
    expect(changed('policy.guard.limits.disable.percent', '2', '5')).toEqual([['停用：百分比', null, '2', '5']]);
    expect(changed('trigger.reconcile.every', '6 hours', 'day')).toEqual([['频率', null, '每 6 小时', '每天']]);
    expect(changed('trigger.kind', 'manual', 'event')).toEqual([['执行时间', null, '手动', '实时']]);
    expect(changed('approvals', '1', '2')).toEqual([['待确认变更需两人确认', null, '否', '是']]);
    expect(changed('mapping.person.mail', 'field email', null)).toEqual([['人员字段映射：邮箱', null, '字段 email', '–']]);
    expect(changed('mapping.person.mail', 'field email, when made, onEmpty keep', null)).toEqual([
      ['人员字段映射：邮箱', null, '字段 email · 仅写入由 Tributary 新建的账号 · 为空：保留原值', '–'],
    ]);
    expect(changed('description', '', 'x')).toEqual([['描述', null, '–', 'x']]);
    expect(changed('rank', '100', '70')).toEqual([['优先级', null, '100', '70']]);
    const found = [{ attribute: 'employeeNumber' }, { attribute: 'mail', cel: 'lower(mail)' }];
    expect(changed('correlation.person', JSON.stringify(found.slice(0, 1)), JSON.stringify(found))).toEqual([
      ['匹配（人员）', null, 'employeeNumber', 'employeeNumber、邮箱 = lower(mail)'],
    ]);
    expect(changed('policy.protected', '[]', '[{"attribute":"mail","values":["root","backup"]}]')).toEqual([
      ['受保护账号', null, '–', '邮箱 = root、backup'],
    ]);
    const told = [
      { on: ['failure', 'held'], channel: 'mail', to: ['it@example.org'], roles: ['admin'] },
      { on: ['always'], channel: 'chat' },
    ];
    expect(changed('notices.rules', '[]', JSON.stringify(told))).toEqual([
      ['通知谁', null, '–', '失败、有变更待确认：运维邮箱、it@example.org、管理员 · 每次执行：chat'],
    ]);
  });

  it('names the rows of a type that is mapped no more, and no path beside them', () => {
    const rows = [
      { path: 'mapping.group', before: null, after: '[]' },
      { path: 'mapping.group.mail', before: 'field email', after: null },
    ];
    expect(changesSaid(rows, names, wordsIn('zh'), target).map((one) => [one.what, one.where])).toEqual([['人员字段映射：邮箱', null]]);
  });

  it('is no path beside the first rule of matching, nor beside the last', () => {
    const rule = JSON.stringify([{ attribute: 'mail' }]);
    const saidOf = (before: string | null, after: string | null) =>
      changesSaid(
        [
          { path: 'correlation', before: before && '{}', after: after && '{}' },
          { path: 'correlation.person', before: after && rule, after: before && rule },
        ],
        names,
        wordsIn('zh'),
        target,
      ).map((one) => [one.what, one.before, one.after]);
    expect(saidOf('{}', null)).toEqual([['匹配（人员）', '–', '邮箱']]);
    expect(saidOf(null, '{}')).toEqual([['匹配（人员）', '邮箱', '–']]);
  });

  it('tells apart after how long without a read, and without an event, somebody is told; without hours of its own the installation says', () => {
    expect(changed('notices.noCompleteReadHours', 'null', '24')).toEqual([['多少小时无完整读取时通知', null, '沿用全局设置', '24']]);
    expect(changed('notices.noEventHours', '6', 'null')).toEqual([['多少小时无事件时通知', null, '6', '沿用全局设置']]);
  });

  it('of who is told of new accounts, is what it becomes, or that nobody is', () => {
    const all = [
      { path: 'welcome', before: 'null', after: null },
      { path: 'welcome.address', before: null, after: '["privateEmail","badge"]' },
      { path: 'welcome.channel', before: null, after: 'mail' },
      { path: 'welcome.password', before: null, after: 'true' },
      { path: 'welcome.to', before: null, after: 'manager' },
    ];
    const saidOf = (rows: typeof all) => changesSaid(rows, names, wordsIn('zh'), target).map((one) => [one.what, one.before, one.after]);
    expect(saidOf(all)).toEqual([
      ['地址取自', '–', '个人邮箱、工牌号'],
      ['邮件渠道', '–', '运维邮箱'],
      ['随机初始密码', '–', '是'],
      ['通知谁', '–', '直属上级'],
    ]);
    expect(saidOf(all.map(({ path, before, after }) => ({ path, before: after, after: before })) as typeof all)).toEqual([
      ['新账号', '–', '不通知任何人'],
    ]);
  });

  it('is named, each once, where somebody else was faster', () => {
    const { t } = wordsIn('zh');
    expect(
      settingsSaid(['description', 'policy.guard.limits.disable.percent', 'scope.rules.person', 'scope.newMembers', 'pilot.people'], t),
    ).toEqual(['描述', '停用：百分比', '同步范围', '试点']);
  });

  it('is nothing where only its writing differs', () => {
    expect(changed('scope', '{}', null)).toEqual([]);
    expect(changed('scope.departments.exclude', null, '[]')).toEqual([]);
    expect(changed('scope.departments.below', null, 'true')).toEqual([]);
  });
});
