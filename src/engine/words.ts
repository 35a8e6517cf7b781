// The words in which people read what the engine keeps as short codes: states, stages, modes, causes, questions.
import { directoryTypes } from '../core/directory-types.ts';
import type { Label } from '../core/model.ts';
import { actions, apartActions, kindWords, type Action, type GuardKind } from '../core/plan.ts';
import { situations } from '../core/situation.ts';
import { spelled } from '../core/spelled.ts';
import type { Orphaned } from './sign-in/roles.ts';
import type { ChangeState, HeldState, JobState, RunState } from './states.ts';

const label = (en: string, zh: string): Label => ({ en, zh });

export const runStateWords: Readonly<Record<RunState, Label>> = {
  queued: label('queued', '排队中'),
  running: label('running', '执行中'),
  waiting: label('waiting', '等待中'),
  succeeded: label('succeeded', '成功'),
  warnings: label('ended with warnings', '结束，有警告'),
  'partly-failed': label('partly failed', '部分失败'),
  failed: label('failed', '失败'),
  cancelled: label('cancelled', '已取消'),
};

export const changeStateWords: Readonly<Record<ChangeState, Label>> = {
  planned: label('planned', '已计划'),
  sent: label('sent, no answer yet', '已发出，未答复'),
  unknown: label('outcome unknown', '结果未知'),
  failed: label('failed', '失败'),
  pending: label('waits for another change', '等待其他变更'),
  waiting: label('waits for a person at the far side', '等待对方人员处理'),
  applied: label('applied', '已写入'),
  held: label('held for confirmation', '待确认'),
  refused: label('refused', '已拒绝'),
  skipped: label('skipped', '已跳过'),
  superseded: label('superseded', '已失效'),
  dead: label('given up', '已放弃'),
};

export const heldStateWords: Readonly<Record<HeldState, Label>> = {
  open: label('open', '待确认'),
  approved: label('approved', '已批准'),
  cancelled: label('cancelled, ignored until it reappears', '已取消，重新出现前忽略'),
  done: label('done', '已完成'),
  expired: label('expired', '已过期'),
  superseded: label('moot', '已失效'),
  rescued: label('rescued', '已恢复'),
};

export const jobStateWords: Readonly<Record<JobState, Label>> = {
  disabled: label('disabled', '已停用'),
  observing: label('observing', '仅观察'),
  pilot: label('pilot', '试点'),
  enabled: label('enabled', '已启用'),
  paused: label('paused by the guard', '被保护暂停'),
  quarantined: label('quarantined', '暂停重试'),
};

export const stageWords: Readonly<Record<string, Label>> = {
  open: label('opening', '打开'),
  read: label('reading the source', '读取源系统'),
  observe: label('looking at the target', '查看目标系统'),
  assess: label('scope, mapping, matching', '范围、映射、匹配'),
  diff: label('comparing', '比较'),
  guard: label('checking limits', '检查保护限额'),
  match: label('looking for likely pairs', '查找可能的对应账号'),
  confirm: label('listing what needs confirmation', '列出待确认'),
  apply: label('writing', '写入'),
  record: label('recording', '记录'),
  close: label('closing', '收尾'),
};

export const modeWords: Readonly<Record<string, Label>> = {
  full: label('full', '全量'),
  incremental: label('incremental', '增量'),
  keys: label('single records', '单条'),
};

export const causeWords: Readonly<Record<string, Label>> = {
  manual: label('by hand', '手动'),
  schedule: label('by schedule', '定时'),
  retry: label('retry', '重试'),
  due: label('a date was reached', '到期'),
  approval: label('after confirmation', '确认后'),
  resume: label('resumed', '继续'),
  forecast: label('forecast of an edit', '修改预测'),
  undo: label('undo', '撤销'),
  merge: label('two people are one', '合并人员'),
  split: label('one person is two', '拆分人员'),
  match: label('matching', '匹配'),
  close: label('closing of a leaver', '离职关闭'),
  event: label('by an event', '实时事件'),
  edit: label('edited by hand', '手工编辑'),
  rule: label('groups by rule', '按规则计算组成员'),
  quarantine: label('tried again while quarantined', '暂停期间重试'),
};

export const directionWords: Readonly<Record<'up' | 'down', Label>> = { up: label('upstream', '上游'), down: label('downstream', '下游') };

export const lifecycleWords: Readonly<Record<string, Label>> = {
  'pre-hire': label('not started yet', '待入职'),
  active: label('active', '在职'),
  suspended: label('suspended', '停用'),
  departed: label('departed', '离职'),
  absent: label('removed', '已移除'),
};

/** Of what nobody works as: departments, groups. */
export const presenceWords: Readonly<Record<string, Label>> = { ...lifecycleWords, active: label('active', '正常') };

/** Why an account is closed or opened, where the source only shows that it shall be. */
const accountReasons: Readonly<Record<string, Label>> = {
  disable: label('disabled at the source', '源中已停用'),
  enable: label('enabled at the source', '源中已启用'),
};

const pick = (words: Readonly<Record<string, Label>>, code: string): Label => words[code] ?? label(code, code);

export const wordOf = {
  run: (state: string): Label => pick(runStateWords, state),
  change: (state: string): Label => pick(changeStateWords, state),
  held: (state: string): Label => pick(heldStateWords, state),
  job: (state: string): Label => pick(jobStateWords, state),
  stage: (stage: string): Label => pick(stageWords, stage),
  mode: (mode: string): Label => pick(modeWords, mode),
  cause: (cause: string): Label => pick(causeWords, cause),
  lifecycle: (lifecycle: string, type = 'person'): Label => pick(type === 'person' ? lifecycleWords : presenceWords, lifecycle),
  action: (action: string): Label => (action in actions ? actions[action as Action].label : pick(apartActions, action)),
  situation: (situation: string): Label =>
    situation === 'undone' || situation === 'merged' || situation === 'split'
      ? causeWords[situation === 'undone' ? 'undo' : situation === 'merged' ? 'merge' : 'split']!
      : (situations.find((row) => row.situation === situation)?.label ?? label(situation, situation)),
};

/** Only the directory takes in who has left already: it keeps whom a source knows, and no target makes such an account. */
const leftAlready = label('has left: comes into the directory as departed, gets no account', '已离职：以离职状态进入目录，不建账号');

/** Why something is done to an object, in short. */
export function reasonWords(action: string, situation: string): Label {
  if (action === 'create' && situation === 'departed') return leftAlready;
  return (situation === 'changed' ? accountReasons[action] : undefined) ?? wordOf.situation(situation);
}

/** What a person is asked, from the stable id of the question. `called`: what people call an attribute of the target. */
export function questionWords(question: string, called: (name: string) => Label = attributeWords): Label {
  const [head, ...rest] = question.split(':');
  const tail = rest.join(':');
  if (question === 'delete') return label('Delete these?', '是否删除？');
  if (question === 'first-run:create') return label('First run: create this many?', '首次执行：是否新建这么多？');
  if (question === 'first-run:touched') return label('First run: change what was there before?', '首次执行：是否改动原有对象？');
  if (head === 'found-disabled')
    return label('These accounts were disabled in the system: enable them?', '这些账号在系统中原已停用：是否启用？');
  if (head === 'target-empty')
    return label('The target shows none of them any more: make them again?', '目标系统不再显示此类对象：是否重新创建？');
  if (question === 'upgrade') return label('After an upgrade: change this many values?', '升级后：是否改动这么多值？');
  if (head === 'vanished')
    return label('A department vanished with everybody in it: has it really gone?', '部门连同其全部人员一起消失：是否属实？');
  if (head === 'loop') {
    const words = called(tail);
    return label(`${words.en} goes round between systems: go on?`, `${words.zh}在系统之间循环：是否继续？`);
  }
  if (head === 'limit') {
    const words = kindWords(tail as GuardKind, called);
    return label(`More than the limit would ${words.en}: go on?`, `超过限额的对象将${words.zh}：是否继续？`);
  }
  return label(question, question);
}

/** The directory's own word for an attribute; a target's own name stays as it is. */
function attributeWords(name: string): Label {
  const spec = directoryTypes.flatMap((type) => type.attributes).find((candidate) => candidate.name === name);
  return spec?.label ?? label(name, name);
}

/** Of a run that carries out what was confirmed: what it must ask again. `edited`: the job was, after it had asked. */
export const askedAgain = (count: number, edited: boolean): Label =>
  edited
    ? label(
        `${spelled(count)} of the confirmed changes were not written and are asked again, because the job was edited after they were asked: what they would do now is something else.`,
        `${spelled(count)} 项已确认的变更未写入，需重新确认：提问之后任务设置已被修改，这些变更的内容已与当时不同。`,
      )
    : label(
        `${spelled(count)} of the confirmed changes were not written and are asked again, because something else has changed meanwhile: what they would do now is not what was confirmed.`,
        `${spelled(count)} 项已确认的变更未写入，需重新确认：在此期间数据发生变化，这些变更的内容已与确认时不同。`,
      );

/** A guard kind as an administrator reads it: `update:identifying:phone` → phone. */
export function kindShort(kind: string): Label {
  if (kind.startsWith('update:identifying:')) return attributeWords(kind.slice(19));
  if (kind.startsWith('update:')) return attributeWords(kind.slice(7));
  if (kind.startsWith('clear:')) {
    const name = attributeWords(kind.slice(6));
    return label(`${name.en} cleared`, `清空${name.zh}`);
  }
  const known: Readonly<Record<string, Label>> = {
    move: label('moved', '移动'),
    'membership-loss': label('memberships lost', '失去归属'),
    messages: label('messages sent', '发送消息'),
    create: label('created', '新建'),
    delete: label('deleted', '删除'),
    disable: label('disabled', '停用'),
  };
  return known[kind] ?? label(kind, kind);
}

/** Gravest first. */
export const actionOrder: readonly string[] = ['remove', 'disable', 'unlink', 'update', 'enable', 'create', 'link'];

export const roleWords: Readonly<Record<string, Label>> = {
  viewer: { en: 'viewer', zh: '查看者' },
  operator: { en: 'operator', zh: '操作员' },
  approver: { en: 'approver', zh: '审批人' },
  admin: { en: 'administrator', zh: '管理员' },
  auditor: { en: 'auditor', zh: '审计员' },
};

/** Why an API token is refused although it has not expired: what became of its owner. */
export const orphanWords: Readonly<Record<Orphaned, Label>> = {
  removed: label('removed', '已删除'),
  disabled: label('disabled', '已停用'),
  role: label('has not the role any more', '已不具备该角色'),
  unvouched: label('not vouched for by the identity provider', '身份提供方未再确认其身份'),
};

const consequenceVerbs: Readonly<Record<string, Label>> = {
  remove: label('removed', '删除'),
  disable: label('disabled', '停用'),
  unlink: label('no longer linked', '取消关联'),
  update: label('changed', '修改'),
  enable: label('enabled', '启用'),
  create: label('created', '新建'),
  link: label('linked', '关联'),
};
const consequenceTypes: Readonly<Record<string, readonly [one: Label, many: Label]>> = {
  person: [label('person', '名人员'), label('people', '名人员')],
  department: [label('department', '个部门'), label('departments', '个部门')],
  group: [label('group', '个组'), label('groups', '个组')],
};

/** `5 people and 3 departments` */
export function countedWords(counted: readonly { readonly type: string; readonly count: number }[]): Label {
  const nouns = counted.map(({ type, count }) => ({ count, noun: consequenceTypes[type]?.[count === 1 ? 0 : 1] ?? label(type, type) }));
  const en = nouns.map(({ count, noun }) => `${spelled(count)} ${noun.en}`);
  return {
    en: en.length > 1 ? `${en.slice(0, -1).join(', ')} and ${en.at(-1)}` : (en[0] ?? ''),
    zh: nouns.map(({ count, noun }) => `${spelled(count)} ${noun.zh}`).join('、'),
  };
}

interface Consequence {
  readonly action: string;
  readonly type: string;
  readonly count: number;
  readonly inDirectory: boolean;
  readonly systems: number;
}

/** In how many places, where that is more than one: nobody takes eight people in two systems for sixteen. */
function placesOf({ inDirectory, systems }: Consequence): Label {
  if (systems + Number(inDirectory) < 2) return label('', '');
  const en = `${systems} ${systems === 1 ? 'system' : 'systems'}`;
  return inDirectory
    ? label(` (in the directory and ${en})`, `（目录及 ${systems} 个系统）`)
    : label(` (in ${en})`, `（${systems} 个系统）`);
}

/** `34 people would be disabled (in the directory and 2 systems), 2 departments removed`, in the order given. */
export function consequenceWords(found: readonly Consequence[]): Label {
  const said = found.map((one) => {
    const { action, type, count } = one;
    const verb = pick(consequenceVerbs, action);
    const noun = consequenceTypes[type]?.[count === 1 ? 0 : 1] ?? label(type, type);
    const places = placesOf(one);
    return { en: [`${spelled(count)} ${noun.en}`, `${verb.en}${places.en}`], zh: `${verb.zh} ${spelled(count)} ${noun.zh}${places.zh}` };
  });
  const en = said.map((one, index) => one.en.join(index === 0 ? ' would be ' : ' ')).join(', ');
  return { en, zh: `将${said.map((one) => one.zh).join('、')}` };
}

/** What was planned before an edit, and is not because of it. */
export function alreadyWords(found: Parameters<typeof consequenceWords>[0]): Label {
  const { en, zh } = consequenceWords(found);
  return { en: `Planned before this edit already: ${en}`, zh: `此修改之前已计划：${zh}` };
}
