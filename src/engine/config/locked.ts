// What of a job cannot be changed once it has run, why, and the way out.
import type { JobSettings } from '../../core/job-settings.ts';
import type { Label } from '../../core/model.ts';
import type { JobRow } from '../../store/jobs.ts';

const way: Label = {
  en: 'Duplicate the job, change the copy, and delete this one with its links kept.',
  zh: '请复制任务并修改副本，然后删除此任务并保留关联。',
};

const reasons = {
  connection: {
    en: `What the job holds are records of this connection. ${way.en}`,
    zh: `任务持有的是此连接中的记录。${way.zh}`,
  },
  direction: {
    en: `What the job holds came of reading, or of writing. ${way.en}`,
    zh: `任务持有的内容由读取或写入产生。${way.zh}`,
  },
  tree: {
    en: `The departments that the job holds live in this tree. ${way.en}`,
    zh: `任务持有的部门位于此部门树中。${way.zh}`,
  },
} as const satisfies Partial<Record<keyof JobSettings, Label>>;

export type LockedSetting = keyof typeof reasons;

/** Locked since the job has written for the first time. */
export const lockedSettings = (job: JobRow): readonly { readonly setting: LockedSetting; readonly reason: Label }[] =>
  job.release === null && job.last_complete_at === null
    ? []
    : Object.entries(reasons).map(([setting, reason]) => ({ setting: setting as LockedSetting, reason }));
