// Before an edit of a job is saved that could take something away, somebody has seen what it would do.
import { canonicalText } from '../../core/attribute.ts';
import { effectiveSettings, jobSettingsSchema, type JobSettings } from '../../core/job-settings.ts';
import type { Label } from '../../core/model.ts';
import type { JobRow } from '../../store/jobs.ts';
import { getRun } from '../../store/runs.ts';
import { CommandError } from '../engine.ts';
import { forecast, holdsSomething } from '../forecast.ts';
import { losses, sharesOf } from '../forecast-shares.ts';
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

/** Why an edit is not saved yet. */
interface Objection {
  readonly label: Label;
  /** The run that shows what it would do; null: that could not be told. */
  readonly run: number | null;
}

/**
 * Passes what takes nothing away. Anything else is planned first, and refused with its consequence until it is saved with the number of that plan.
 */
export async function considerEdit(context: CommandContext, job: JobRow, wanted: JobSettings, seen: Seen): Promise<void> {
  const found = await objectionTo(context, { job, wanted }, seen);
  if (found === null) return;
  const { run, label } = found;
  if (run === null)
    throw new CommandError(
      `What this edit would do cannot be told: ${label.en} Mend that, or save it without a forecast; the guard still watches the next run.`,
      `无法预测此修改的后果：${label.zh}请先解决，或不经预测直接保存；下一次执行仍受删除保护。`,
    );
  throw new CommandError(
    `Not saved yet: ${label.en}. See run ${run}, then save it with forecast ${run}.`,
    `尚未保存：${label.zh}。请查看执行 ${run}，再以 forecast ${run} 保存。`,
    { code: 'conflict', issues: [{ field: 'forecast', message: { en: `needed: ${run}`, zh: `请填写 ${run}` } }] },
  );
}

export interface JobEdit {
  readonly job: JobRow;
  readonly wanted: JobSettings;
  /** Settings of its connection that are edited with it. */
  readonly config?: Readonly<Record<string, unknown>> | undefined;
}

/** The same for all jobs of a file: one refusal that names every consequence. `forecasts` are the runs that were seen. */
export async function considerEdits(
  context: CommandContext,
  edits: readonly JobEdit[],
  seen: { readonly forecasts: readonly number[]; readonly withoutForecast: boolean },
): Promise<void> {
  const runs = new Map<number, number>();
  for (const id of seen.forecasts) {
    const run = await getRun(context.reader, id);
    if (run) runs.set(run.job, id);
  }
  const refused: (Objection & JobEdit)[] = [];
  for (const edit of edits) {
    const how = { forecast: runs.get(edit.job.id), withoutForecast: seen.withoutForecast };
    const found = await objectionTo(context, edit, how);
    if (found) refused.push({ ...found, ...edit });
  }
  if (refused.length === 0) return;
  const numbers = refused.flatMap(({ run }) => run ?? []);
  const lines = refused.map(({ job, run, label }) =>
    run === null
      ? {
          en: `job ${job.id} "${job.name}": what this edit would do cannot be told: ${label.en}`,
          zh: `任务 ${job.id}“${job.name}”：无法预测后果：${label.zh}`,
        }
      : { en: `job ${job.id} "${job.name}": ${label.en} (run ${run}).`, zh: `任务 ${job.id}“${job.name}”：${label.zh}（执行 ${run}）。` },
  );
  const [first] = numbers;
  throw new CommandError(
    `Nothing was applied yet. ${lines.map((line) => line.en).join(' ')} ${first === undefined ? 'Mend that, or apply without a forecast' : `See them ("tributary show ${first}"), then apply again (--forecast ${numbers.join(',')})`}; the guard watches the next run.`,
    `尚未应用。${lines.map((line) => line.zh).join('')}${first === undefined ? '请先解决，或不经预测直接应用' : `请先查看（tributary show ${first}），再重新应用（--forecast ${numbers.join(',')}）`}；下一次执行仍受删除保护。`,
    { code: 'conflict', issues: numbers.map((id) => ({ field: 'forecasts', message: { en: `needed: ${id}`, zh: `请填写 ${id}` } })) },
  );
}

async function objectionTo(context: CommandContext, edit: JobEdit, seen: Seen): Promise<Objection | null> {
  const { job, wanted, config } = edit;
  const before = jobSettingsSchema.parse(JSON.parse(job.settings));
  const isSame = config === undefined && canonicalText(effectiveSettings(before)) === canonicalText(effectiveSettings(wanted));
  if (seen.withoutForecast === true || isSame || !(await holdsSomething(context.engine, job.id))) return null;
  if (seen.forecast !== undefined) {
    await assertSeen(context, edit, seen.forecast);
    return null;
  }
  const run = await forecast(context.engine, job, wanted, context.actor, config);
  if (run.state !== 'succeeded') return { run: null, label: run.problem ?? { en: run.state, zh: run.state } };
  const found = losses((await sharesOf(context.engine, job, run, context.actor)).own);
  return found.length === 0 ? null : { run: run.id, label: consequenceWords(found) };
}

async function assertSeen(context: CommandContext, { job, wanted, config }: JobEdit, id: number): Promise<void> {
  const run = await getRun(context.reader, id);
  const tried = run?.trialConfig ? (JSON.parse(context.engine.options.sealer.open(run.trialConfig)) as object) : null;
  const isThis =
    run?.job === job.id &&
    run.version === job.version &&
    run.state === 'succeeded' &&
    run.trial !== null &&
    canonicalText(tried) === canonicalText(config ?? null) &&
    canonicalText(effectiveSettings(jobSettingsSchema.parse(JSON.parse(run.trial)))) === canonicalText(effectiveSettings(wanted));
  if (isThis && context.now() - run.queuedAt < FRESH_MS) return;
  throw new CommandError(
    `Run ${id} is no forecast of exactly this edit to job ${job.id} as it is now. Ask for its consequence again.`,
    `执行 ${id} 不是对任务 ${job.id} 当前版本此次修改的预测。请重新预测。`,
    { code: 'conflict', issues: [{ field: 'forecast', message: { en: 'is of another edit, or too old', zh: '属于其他修改，或已过期' } }] },
  );
}
