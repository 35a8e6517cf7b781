// The leaver sheet as text, to be printed and signed.
import type { Label } from '../../core/model.ts';
import { wordOf } from '../words.ts';
import type { Sheet } from './sheet.ts';

type Language = keyof Label;

const moment = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** `45 s`, `3 min`, `2 h 5 min`, `4 d 3 h` */
function span(ms: number, language: Language): string {
  const words = language === 'en' ? ['s', 'min', 'h', 'd'] : ['秒', '分钟', '小时', '天'];
  const seconds = Math.round(ms / 1000);
  const [minutes, hours, days] = [Math.floor(seconds / 60), Math.floor(seconds / 3600), Math.floor(seconds / 86_400)];
  if (days > 0) return `${days} ${words[3]} ${hours % 24} ${words[2]}`;
  if (hours > 0) return `${hours} ${words[2]} ${minutes % 60} ${words[1]}`;
  return minutes > 0 ? `${minutes} ${words[1]}` : `${seconds} ${words[0]}`;
}

const hows = {
  disabled: { en: 'disabled', zh: '已停用' },
  removed: { en: 'removed', zh: '已删除' },
  'by-others': { en: 'found disabled', zh: '发现已停用' },
} as const;

const words = {
  title: { en: 'Leaver sheet', zh: '离职关闭单' },
  number: { en: 'Number', zh: '工号' },
  state: { en: 'State', zh: '状态' },
  left: { en: 'Left', zh: '离职' },
  why: { en: 'Reason', zh: '原因' },
  nobody: { en: 'nobody has said so', zh: '尚未标记' },
  systems: { en: 'Systems', zh: '系统' },
  none: { en: 'This person has no account in any system.', zh: '该人员在任何系统中都没有账号。' },
  open: { en: 'OPEN', zh: '未关闭' },
  all: { en: 'Everything is closed.', zh: '已全部关闭。' },
  allDisabled: {
    en: 'Everything is disabled, but not every account is closed by that: see above.',
    zh: '已全部停用，但部分账号停用后仍可使用：见上。',
  },
  signed: {
    en: 'Checked by ____________________   on ____________________',
    zh: '核对人 ____________________   日期 ____________________',
  },
} as const satisfies Record<string, Label>;

export function printSheet(sheet: Sheet, language: Language): string {
  const say = (label: Label): string => label[language];
  const { person, left } = sheet;
  const source =
    left === null
      ? say(words.nobody)
      : `${moment(left.at)}  (${[left.closed ? left.by : (left.jobName ?? left.by), ...(left.run === null ? [] : [say({ en: `run ${left.run}`, zh: `执行 ${left.run}` })])].join(', ')})`;
  const lines = [
    `${say(words.title)}: ${person.name}`,
    '',
    `${say(words.number)}: ${person.number ?? '–'}    ${say(words.state)}: ${say(wordOf.lifecycle(person.lifecycle))}`,
    `${say(words.left)}: ${source}`,
    ...(left?.why ? [`${say(words.why)}: ${left.why}`] : []),
    '',
    `${say(words.systems)} (${moment(sheet.at)}):`,
    ...(sheet.systems.length === 0 ? [`  ${say(words.none)}`] : []),
    ...sheet.systems.flatMap((system) => systemLines(system, language)),
    '',
    sheet.open === 0
      ? say(sheet.systems.some((system) => system.staysOpen !== null) ? words.allDisabled : words.all)
      : say({ en: `Still open: ${sheet.open} of ${sheet.systems.length}.`, zh: `仍未关闭：${sheet.open} / ${sheet.systems.length}。` }),
    '',
    say(words.signed),
  ];
  return `${lines.join('\n')}\n`;
}

function systemLines(system: Sheet['systems'][number], language: Language): string[] {
  const say = (label: Label): string => label[language];
  const told = system.accountName === null ? [] : [`        ${system.accountName}`];
  const name = `${system.connectionName}${system.account === null ? '' : `  ${system.account}`}`;
  if (system.state === 'open') return [`  [ ] ${name}  ${say(words.open)}`, ...told, ...system.why.map((label) => `        ${say(label)}`)];
  const facts = [
    say(hows[system.how!]),
    ...(system.closedAt === null ? [] : [moment(system.closedAt)]),
    ...(system.run === null ? [] : [say({ en: `run ${system.run}`, zh: `执行 ${system.run}` })]),
    ...(system.afterMs === null ? [] : [say({ en: `after ${span(system.afterMs, 'en')}`, zh: `${span(system.afterMs, 'zh')}后` })]),
    ...(system.removalAt === null
      ? []
      : [say({ en: `to be removed ${moment(system.removalAt)}`, zh: `将于 ${moment(system.removalAt)} 删除` })]),
  ];
  const still = system.staysOpen === null ? [] : [`        ! ${say(system.staysOpen)}`];
  return [`  [x] ${name}  ${facts.join(' · ')}`, ...still, ...told];
}
