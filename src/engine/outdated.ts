// A plan that was made, and what people have decided since: it would not come out the same, and whoever looks at it is told.
import type { Label } from '../core/model.ts';
import { doneSince } from '../store/audit.ts';
import type { Reader } from '../store/database.ts';
import { getJob } from '../store/jobs.ts';
import type { RunRow } from '../store/runs.ts';
import { auditWords } from './audit-words.ts';

const decisions = Object.keys(auditWords).filter((action) => /^(match|link|protected)\./.test(action));

const edited: Label = {
  en: 'The settings of the job were edited after this plan was made. Plan again to see what it would do now.',
  zh: '此计划生成后，任务设置已被修改。请重新试运行，查看现在的结果。',
};
const matched: Label = {
  en: 'Somebody has linked, refused, let go or protected accounts of this system after this plan was made. Plan again to see what it would do now.',
  zh: '此计划生成后，有人关联、拒绝、解除或保护了该系统的账号。请重新试运行，查看现在的结果。',
};

/** Of a dry run that has ended, as a person asked for it; null: it stands, or nobody is about to carry it out. */
export async function outdatedBy(reader: Reader, run: RunRow): Promise<Label | null> {
  if (!run.dryRun || run.endedAt === null || run.trial !== null || run.order !== null || run.cause === 'match') return null;
  const job = await getJob(reader, run.job);
  if (!job) return null;
  if (job.version !== run.version) return edited;
  const subject = `connection:${job.connection}`;
  return (await doneSince(reader, { subject, actions: decisions, after: run.now })) === undefined ? null : matched;
}
