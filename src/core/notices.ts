// What people can be told, and who wants to be told what: the kinds of notices and the rules that pick their recipients.
import type { Label } from './model.ts';

/** When somebody wants to be told. */
export const noticeConditions = {
  always: { en: 'every run', zh: '每次执行' },
  warning: { en: 'warnings, and whatever is worse', zh: '警告及更严重的情况' },
  failure: { en: 'failures', zh: '失败' },
  held: { en: 'work that waits for a person', zh: '有变更待确认' },
  recovery: { en: 'things that work again', zh: '恢复正常' },
  overdue: { en: 'no complete read, or no event, for too long', zh: '长时间没有完整读取或没有事件' },
  expiry: { en: 'credentials that expire', zh: '凭据即将到期' },
} as const satisfies Record<string, Label>;
export type NoticeCondition = keyof typeof noticeConditions;

/** Each kind with what makes somebody hear of it. None: it is sent to the one it is for. */
export const noticeKinds = {
  'run-succeeded': { on: ['always'] },
  'run-warnings': { on: ['always', 'warning'] },
  'run-partly-failed': { on: ['always', 'warning', 'failure'] },
  'run-failed': { on: ['always', 'warning', 'failure'] },
  /** The first run that came through after one that did not. */
  'run-recovered': { on: ['always', 'recovery'] },
  'held-opened': { on: ['held'] },
  'job-paused': { on: ['warning', 'failure'] },
  'job-quarantined': { on: ['warning', 'failure'] },
  'job-resumed': { on: ['recovery'] },
  'connection-away': { on: ['warning', 'failure'] },
  'connection-back': { on: ['recovery'] },
} as const satisfies Record<string, { readonly on: readonly NoticeCondition[] }>;
export type NoticeKind = keyof typeof noticeKinds;
