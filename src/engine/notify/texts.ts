// What notices say: one template per kind and language. `{name}` is filled in; a line whose value is empty is left out.
import type { NoticeKind, NoticeText as Text } from '../../core/notices.ts';

export type Language = 'en' | 'zh';

const run = {
  en: 'Run {run} of job "{job}", {mode}\nRead: {read}\nWritten: {applied}\nWaiting for a person: {held}\nFailed: {failed}',
  zh: '任务“{job}”的执行 {run}，{mode}\n读取：{read}\n已写入：{applied}\n待确认：{held}\n失败：{failed}',
};

export const texts: Readonly<Record<NoticeKind, Readonly<Record<Language, Text>>>> = {
  'run-succeeded': {
    en: { subject: '{job}: done', body: `The run ended well.\n\n${run.en}\n\n{link}` },
    zh: { subject: '{job}：执行成功', body: `执行已成功结束。\n\n${run.zh}\n\n{link}` },
  },
  'run-warnings': {
    en: {
      subject: '{job}: done, with warnings',
      body: `The run ended, but somebody should look at it.\n\n{warnings}\n\n${run.en}\n\n{link}`,
    },
    zh: { subject: '{job}：执行结束，有警告', body: `执行已结束，但需要有人查看。\n\n{warnings}\n\n${run.zh}\n\n{link}` },
  },
  'run-partly-failed': {
    en: {
      subject: '{job}: failed changes: {failed}',
      body: `Some changes could not be written. They are listed with their cause and are tried again by themselves.\n\n{warnings}\n\n${run.en}\n\n{link}`,
    },
    zh: {
      subject: '{job}：{failed} 项变更失败',
      body: `部分变更未能写入。它们已连同原因列出，并会自动重试。\n\n{warnings}\n\n${run.zh}\n\n{link}`,
    },
  },
  'run-failed': {
    en: {
      subject: '{job}: the run failed',
      body: `The run could not be carried out. Nothing was lost; it can be started again.\n\nCause: {reason}\n\n${run.en}\n\n{link}`,
    },
    zh: { subject: '{job}：执行失败', body: `执行未能完成。数据未丢失，可以重新执行。\n\n原因：{reason}\n\n${run.zh}\n\n{link}` },
  },
  'run-recovered': {
    en: { subject: '{job}: works again', body: `The run came through after one that had failed.\n\n{warnings}\n\n${run.en}\n\n{link}` },
    zh: { subject: '{job}：已恢复正常', body: `上次执行失败后，本次执行已正常结束。\n\n{warnings}\n\n${run.zh}\n\n{link}` },
  },
  'held-opened': {
    en: {
      subject: '{job}: waiting for your answer: {count}',
      body: 'Nothing of this is written before somebody has confirmed it.\n\n{question}\nChanges: {count}\nJob: {job}\nRun: {run}\n\nTo look at them: tributary held --run {run}\n{link}',
    },
    zh: {
      subject: '{job}：{count} 项变更待确认',
      body: '在有人确认之前，以下变更不会写入。\n\n{question}\n变更数：{count}\n任务：{job}\n执行：{run}\n\n查看：tributary held --run {run}\n{link}',
    },
  },
  'job-paused': {
    en: {
      subject: '{job}: paused, it needs an answer',
      body: 'The guard has paused the job. Nobody is deleted or disabled meanwhile.\n\n{reason}\n\nMend the cause and "tributary resume {jobNumber}", or accept it as it is: "tributary resume {jobNumber} --accept".\n\n{link}',
    },
    zh: {
      subject: '{job}：已暂停，需要答复',
      body: '该任务已被保护暂停。在此期间不会删除或停用任何人。\n\n{reason}\n\n请处理原因后执行 tributary resume {jobNumber}；若接受现状，执行 tributary resume {jobNumber} --accept。\n\n{link}',
    },
  },
  'job-quarantined': {
    en: {
      subject: '{job}: failed, tried more rarely now',
      body: 'The job has failed, and trying again at once does not help. It is tried at a slower beat, and goes back to normal by itself when a run comes through.\n\nCause: {reason}\n\n{link}',
    },
    zh: {
      subject: '{job}：执行失败，已降低重试频率',
      body: '该任务执行失败，立即重试无效，将以较低频率重试；执行成功后会自动恢复正常。\n\n原因：{reason}\n\n{link}',
    },
  },
  'job-resumed': {
    en: { subject: '{job}: goes on', body: 'The job was paused and goes on now.\n\nBy: {by}\n\n{link}' },
    zh: { subject: '{job}：已恢复执行', body: '该任务此前已暂停，现已恢复。\n\n操作人：{by}\n\n{link}' },
  },
  'connection-away': {
    en: {
      subject: '{connection}: cannot be reached',
      body: 'The system does not answer. All jobs of this connection wait and go on by themselves when it answers again.\n\nSince: {since}\nCause: {reason}\n\n{link}',
    },
    zh: {
      subject: '{connection}：无法连接',
      body: '该系统没有应答。使用此连接的任务都在等待，恢复后将自动继续。\n\n自：{since}\n原因：{reason}\n\n{link}',
    },
  },
  'read-overdue': {
    en: {
      subject: '{job}: no complete read for {hours} hours',
      body: 'Nothing was removed because of it, but changes may be missing. Look at the last runs of the job.\n\nLast complete read: {since}\n\n{link}',
    },
    zh: {
      subject: '{job}：已超过 {hours} 小时没有完整读取',
      body: '不会因此删除任何人，但可能有变更未被发现。请查看该任务最近的执行记录。\n\n最近一次完整读取：{since}\n\n{link}',
    },
  },
  'events-silent': {
    en: {
      subject: '{job}: events stay away',
      body: 'A reconcile found changes of which no event had told for {hours} hours. Look at the callback URL and the subscriptions in the system. Nothing is lost: the reconcile goes on finding what events do not tell.\n\nChanges found: {count}\nRun: {run}\nLast event: {since}\n\n{link}',
    },
    zh: {
      subject: '{job}：收不到事件',
      body: '对账发现了变更，但此前 {hours} 小时内没有收到任何事件。请检查对方系统中的回调地址和事件订阅。数据不会丢失：对账会继续发现未推送的变更。\n\n发现的变更：{count}\n执行：{run}\n最近一次事件：{since}\n\n{link}',
    },
  },
  'credential-expiring': {
    en: {
      subject: '{connection}: the credential expires in {days} days',
      body: 'After that the jobs of this connection cannot read or write. Get a new one from the system, and put it in with "tributary renew": it is tried first, and taken only when it works.\n\nConnection: {connection}\nValid until: {expires}\n\n{link}',
    },
    zh: {
      subject: '{connection}：凭据将在 {days} 天后到期',
      body: '到期后，使用此连接的任务将无法读写。请在对方系统中获取新凭据，并用 tributary renew 更换：系统会先测试，可用才会替换。\n\n连接：{connection}\n有效期至：{expires}\n\n{link}',
    },
  },
  'account-created': {
    en: {
      subject: 'New account in {connection}',
      body: 'There is a new account for {name} in {connection}.\n\nSign-in name: {account}\nInitial password: {password} (sent this once and kept nowhere; change it at the first sign-in)',
    },
    zh: {
      subject: '“{connection}”的新账号',
      body: '{name} 在“{connection}”的账号已开通。\n\n登录名：{account}\n初始密码：{password}（仅发送这一次，系统不保存；请在首次登录后修改）',
    },
  },
  'channel-test': {
    en: { subject: 'Tributary: a test message', body: 'This channel works. Notices will look like this.\n\n{link}' },
    zh: { subject: 'Tributary：测试消息', body: '此渠道工作正常。通知将以这种形式发送。\n\n{link}' },
  },
  'connection-back': {
    en: {
      subject: '{connection}: answers again',
      body: 'The system answers again, and its jobs go on.\n\nIt was away since: {since}\n\n{link}',
    },
    zh: { subject: '{connection}：已恢复连接', body: '该系统已恢复应答，相关任务继续执行。\n\n中断起始：{since}\n\n{link}' },
  },
};
