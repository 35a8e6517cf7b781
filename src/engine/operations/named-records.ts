// Records that somebody names by type and id, as `person:10234`.
import type { ObjectKey } from '../../core/model.ts';
import type { JobRow } from '../../store/jobs.ts';
import { CommandError } from '../engine.ts';
import { settingsOfJob } from './show.ts';

/** A type that the job does not sync would be passed over without a word. */
export function assertTypes(job: JobRow, keys: readonly ObjectKey[]): void {
  const types = Object.keys(settingsOfJob(job).mapping);
  const other = keys.find((key) => !types.includes(key.type));
  if (!other) return;
  throw new CommandError(
    `Job ${job.id} "${job.name}" syncs no "${other.type}" (${other.type}:${other.id}). Its types are: ${types.join(', ')}.`,
    `任务 ${job.id}“${job.name}”不同步类型“${other.type}”（${other.type}:${other.id}）。可用类型：${types.join('、')}。`,
    {
      code: 'invalid',
      issues: [{ field: 'keys', message: { en: `must be one of ${types.join(', ')}`, zh: `应为 ${types.join('、')} 之一` } }],
    },
  );
}
