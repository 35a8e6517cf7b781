// Real time, where the system tells of changes by itself: elsewhere no event would ever start a run.
import type { JobSettings } from '../../core/job-settings.ts';
import type { Label } from '../../core/model.ts';
import type { JobRow } from '../../store/jobs.ts';

/** What is wrong with the trigger; null: nothing. Downstream it is the directory that tells. */
export async function unheardTrigger(settings: JobSettings, before: JobRow | null, canTell: () => Promise<boolean>): Promise<Label | null> {
  if (settings.direction === 'down' || settings.trigger.kind !== 'event') return null;
  // One that was saved before anybody asked stays: its comparison by the clock does the work.
  if (before && (JSON.parse(before.settings) as JobSettings).trigger.kind === 'event') return null;
  if (await canTell()) return null;
  return {
    en: `trigger: the connection "${settings.connection}" does not tell of changes by itself, so "event" would never start a run. Use kind: schedule`,
    zh: `trigger：连接“${settings.connection}”不会主动通知变化，“event”（实时）不会触发执行。请使用 kind: schedule（定时）`,
  };
}
