// Before an edit of a job is saved that could take something away, somebody has seen what it would do.
import { canonicalText } from '../../core/attribute.ts';
import { effectiveSettings, jobSettingsSchema, type JobSettings } from '../../core/job-settings.ts';
import type { JobRow } from '../../store/jobs.ts';
import { getRun, runsOver } from '../../store/runs.ts';
import { CommandError } from '../engine.ts';
import { consequences, forecast, holdsSomething } from '../forecast.ts';
import type { CommandContext } from '../operations/operation.ts';
import { consequenceWords } from '../words.ts';

/** What was seen longer ago may not be so any more. */
const FRESH_MS = 86_400_000;

export interface Seen {
  /** The dry run that showed what the edit would do. */
  readonly forecast?: number | undefined;
  /** The consequence cannot be told or does not matter: the guard alone watches. */
  readonly withoutForecast?: boolean | undefined;
}

/**
 * Passes what takes nothing away. Anything else is planned first, and refused with its consequence until it is saved with the number of that plan.
 */
export async function considerEdit(context: CommandContext, job: JobRow, wanted: JobSettings, seen: Seen): Promise<void> {
  const before = jobSettingsSchema.parse(JSON.parse(job.settings));
  if (seen.withoutForecast === true || canonicalText(effectiveSettings(before)) === canonicalText(effectiveSettings(wanted))) return;
  if (!(await holdsSomething(context.engine, job.id))) return;
  if (seen.forecast !== undefined) return assertSeen(context, job, wanted, seen.forecast);
  const run = await forecast(context.engine, job, wanted, context.actor);
  if (run.state !== 'succeeded')
    throw new CommandError(
      `What this edit would do cannot be told: ${run.problem?.en ?? run.state} Mend that, or save it without a forecast; the guard still watches the next run.`,
      `无法预测此修改的后果:${run.problem?.zh ?? run.state}请先解决,或不经预测直接保存;下一次执行仍受删除保护。`,
    );
  const found = await consequences(context.engine, [run.id, ...(await runsOver(context.reader, run.id))]);
  if (found.length === 0) return;
  const words = consequenceWords(found);
  throw new CommandError(
    `Not saved yet: ${words.en}. See run ${run.id}, then save it with forecast ${run.id}.`,
    `尚未保存:${words.zh}。请查看执行 ${run.id},再以 forecast ${run.id} 保存。`,
    { code: 'conflict', issues: [{ field: 'forecast', message: { en: `needed: ${run.id}`, zh: `请填写 ${run.id}` } }] },
  );
}

async function assertSeen(context: CommandContext, job: JobRow, wanted: JobSettings, id: number): Promise<void> {
  const run = await getRun(context.reader, id);
  const isThis =
    run?.job === job.id &&
    run.version === job.version &&
    run.state === 'succeeded' &&
    run.trial !== null &&
    canonicalText(effectiveSettings(jobSettingsSchema.parse(JSON.parse(run.trial)))) === canonicalText(effectiveSettings(wanted));
  if (isThis && context.now() - run.queuedAt < FRESH_MS) return;
  throw new CommandError(
    `Run ${id} is no forecast of exactly this edit to job ${job.id} as it is now. Ask for its consequence again.`,
    `执行 ${id} 不是对任务 ${job.id} 当前版本此次修改的预测。请重新预测。`,
    { code: 'conflict', issues: [{ field: 'forecast', message: { en: 'is of another edit, or too old', zh: '属于其他修改,或已过期' } }] },
  );
}
