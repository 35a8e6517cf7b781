// Words of a file that mean something: employment status, yes and no, "no value".
import type { Lifecycle } from '../../core/lifecycle.ts';
import { nameKey } from './text.ts';

type Status = Exclude<Lifecycle, 'absent'>;

const status: Readonly<Record<Status, string>> = {
  active:
    '在职 正式 正式员工 试用 试用期 实习 实习期 转正 已转正 返聘 在岗 在册 正常 启用 激活 待离职 休假 产假 病假 active employed enabled current regular probation intern onleave',
  suspended: '停薪留职 停职 待岗 长病假 长期休假 停用 禁用 冻结 suspended disabled inactive blocked unpaidleave',
  departed: '离职 已离职 辞职 辞退 解聘 解除 开除 退休 离退休 离岗 去世 departed terminated left resigned retired leaver former',
  'pre-hire': '待入职 未入职 预入职 拟入职 待报到 prehire pre-hire pending future onboarding',
};

const known = new Map<string, Status>(
  (Object.keys(status) as Status[]).flatMap((meaning) => status[meaning].split(' ').map((word) => [nameKey(word), meaning] as const)),
);

/** What a status word means; undefined when nobody said. */
export function lifecycleOf(word: string, own: Readonly<Record<string, Status>>): Status | undefined {
  const key = nameKey(word);
  for (const [text, meaning] of Object.entries(own)) if (nameKey(text) === key) return meaning;
  return known.get(key);
}

const YES = new Set(['是', '主', '主岗', '主职', '主部门', 'y', 'yes', 'true', '1', '√', 'primary']);
export const isYes = (word: string): boolean => YES.has(nameKey(word));

const NOTHING = new Set(['-', '--', '—', '——', '/', '\\', '无', '暂无', 'n/a', 'na', 'null', 'none', 'nil', '#n/a']);
/** Cells that say "empty" in a word. Only for attributes that cannot have such a value. */
export const meansNothing = (text: string): boolean => NOTHING.has(text.toLowerCase());
