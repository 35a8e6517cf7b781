// What can wait for a person: how grave, in which order, and what may be done about it in short words.
import type { Label } from '../../core/model.ts';

/** stopped: something stands still until somebody acts · asked: work waits for an answer · look: nothing waits yet, but it will get worse. */
export const urgencies = ['stopped', 'asked', 'look'] as const;
export type Urgency = (typeof urgencies)[number];

/** The worst first. */
export const waitingKinds = {
  brake: 'stopped',
  'credential-expired': 'stopped',
  'connection-away': 'stopped',
  'closing-open': 'stopped',
  'job-paused': 'stopped',
  'job-quarantined': 'stopped',
  'run-failed': 'stopped',
  'source-empty': 'stopped',
  'token-orphaned': 'stopped',
  limit: 'asked',
  held: 'asked',
  question: 'asked',
  fought: 'asked',
  ambiguous: 'asked',
  problems: 'asked',
  adoptable: 'asked',
  edit: 'asked',
  'credential-expiring': 'look',
  'token-ending': 'look',
  'left-below': 'look',
  'read-incomplete': 'look',
  'read-overdue': 'look',
  'events-silent': 'look',
  undelivered: 'look',
  'far-side': 'look',
} as const satisfies Record<string, Urgency>;
export type WaitingKind = keyof typeof waitingKinds;
export const kindNames = Object.keys(waitingKinds) as [WaitingKind, ...WaitingKind[]];

const word = (en: string, zh: string): Label => ({ en, zh });

/** What is done about it, as a button says it. */
export const deeds = {
  release: word('Release the brake', '松开总闸'),
  renew: word('Replace the credential', '更换凭据'),
  check: word('Check the connection', '检查连接'),
  resume: word('Go on as before', '恢复执行'),
  readAgain: word('It was a mistake and is fixed: read again', '属于误操作且已修复，重新读取'),
  accept: word('It is right as it is: go on', '情况属实，继续执行'),
  run: word('Run it now', '立即执行'),
  confirm: word('Confirm', '确认'),
  cancel: word('Not wanted', '取消'),
  enforce: word('Write it again', '重新写入'),
  adopt: word('Take over what is there', '采纳目标值'),
  pairs: word('Link the clear pairs', '关联明确的匹配'),
  retry: word('Try again', '重试'),
  known: word('Known', '标记为已知'),
  apply: word('Apply the edit', '应用编辑'),
  discard: word('Discard the edit', '放弃编辑'),
  give: word('Give it to somebody else', '更换负责人'),
  revoke: word('Revoke it', '吊销'),
  test: word('Test the channel', '测试渠道'),
  see: word('Look at it', '查看'),
} as const satisfies Record<string, Label>;
export type Deed = keyof typeof deeds;
