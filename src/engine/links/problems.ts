// What can be wrong with a line of a list of links: one sentence each that says what, and what to do.
import type { Label } from '../../core/model.ts';

export interface LineProblem {
  readonly line: number;
  readonly column: string;
  readonly code: ProblemCode;
  readonly message: Label;
}

const label = (en: string, zh: string): Label => ({ en, zh });

/** `value`: what the line says · `other`: what stands against it. */
export const lineProblems = {
  empty: () => label('is empty. Fill it, or delete the line.', '为空。请填写或删除该行。'),
  'unknown-type': (value: string) =>
    label(`"${value}" is no type. Say person, department or group.`, `“${value}”不是类型。请填写 人员、部门 或 组。`),
  'no-object': (value: string) =>
    label(
      `the directory has nothing with "${value}". Correct it, or sync its source first.`,
      `目录中没有“${value}”。请更正，或先同步其来源。`,
    ),
  'several-objects': (value: string, other: string) =>
    label(
      `several in the directory have "${value}" (${other}). Name it by another column, or by its directory id.`,
      `目录中有多个对象为“${value}”（${other}）。请改用其他列或目录编号。`,
    ),
  'wrong-type': (value: string, other: string) =>
    label(`"${value}" is a ${other}. Correct the type, or the id.`, `“${value}”是 ${other}。请更正类型或编号。`),
  'no-account': (value: string) =>
    label(
      `the system has no "${value}". Correct it; if it is new there, plan a run of its job first.`,
      `该系统中没有“${value}”。请更正；如为新建账号，请先试运行该任务。`,
    ),
  'unsure-account': (value: string, other: string) =>
    label(
      `whether the system has "${value}" cannot be told: ${other} Plan a run of its job, then check again.`,
      `无法确认该系统中是否有“${value}”：${other}请先试运行该任务，再重新检查。`,
    ),
  'several-accounts': (value: string, other: string) =>
    label(`several accounts have "${value}" (${other}). Name it by its id.`, `有多个账号为“${value}”（${other}）。请改用其编号。`),
  'no-column': (value: string) =>
    label(
      `accounts cannot be looked up by "${value}": it is no attribute of the system by which a job finds accounts. Use external_id, or add it to the job's correlation.`,
      `不能按“${value}”查找账号：它不是任务用于匹配的属性。请使用 external_id，或将其加入任务的匹配规则。`,
    ),
  doubled: (value: string, other: string) =>
    label(`"${value}" stands in line ${other}, too. Delete one of the two.`, `“${value}”在第 ${other} 行已出现。请删除其中一行。`),
  'account-linked': (value: string, other: string) =>
    label(`"${value}" is linked to ${other} already; cut or move that link first.`, `“${value}”已关联到 ${other}；请先解除或移动该关联。`),
  'object-linked': (value: string, other: string) =>
    label(
      `"${value}" is linked to "${other}" of this connection already; cut that link first.`,
      `“${value}”已关联到此连接的“${other}”；请先解除该关联。`,
    ),
  'account-protected': (value: string, other: string) =>
    label(
      `"${value}" is protected (${other}), so nobody gets it. End its protection there first, then check again.`,
      `“${value}”受保护（${other}），不会关联给任何人。请先在该处取消保护，再重新检查。`,
    ),
  'kept-apart': (value: string, other: string) =>
    label(
      `somebody has said that "${value}" is not the account of "${other}". Correct the line, or take that back first ("tributary match take-back"); then check again.`,
      `有人指明“${value}”不是“${other}”的账号。请更正该行，或先撤回该说明（tributary match take-back），再重新检查。`,
    ),
} as const satisfies Record<string, (value: string, other: string) => Label>;
export type ProblemCode = keyof typeof lineProblems;
