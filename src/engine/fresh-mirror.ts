// Whether a job's last complete run is near enough, and of the job as it is now, to be told from instead of reading again.
import { canonicalText } from '../core/attribute.ts';
import { effectiveSettings, jobSettingsSchema, type JobSettings } from '../core/job-settings.ts';
import type { Reader } from '../store/database.ts';
import { doubtsOf } from '../store/doubts.ts';
import { listLookups, type JobRow, type LookupRow } from '../store/jobs.ts';
import { installationSettings } from './installation-settings.ts';
import { digest } from './shapes.ts';

/** A job that runs once a day has always seen its target since then. */
const FRESH_MS = 26 * 3_600_000;

/** Settings that are saved after others are another edition, also when they were there before: much may have happened under those in between. */
export const editionOf = (before: JobRow, settings: JobSettings): string =>
  digest(canonicalText([before.effective_hash, effectiveSettings(settings)]));

/** The edition that a job has, or would have with these settings. */
const editionUnder = (job: JobRow, settings: JobSettings): string =>
  canonicalText(effectiveSettings(savedSettings(job))) === canonicalText(effectiveSettings(settings))
    ? job.effective_hash
    : editionOf(job, settings);

/** What decides for every job: tables, and where days begin. */
export interface Surroundings {
  readonly lookups: readonly LookupRow[];
  readonly zone: string;
}

export const surroundingsOf = async (reader: Reader): Promise<Surroundings> => ({
  lookups: await listLookups(reader),
  zone: (await installationSettings(reader)).timeZone,
});

/** Whatever decides what becomes of an unchanged object. With a new release every object is looked at again once. */
export const settingsHash = (
  job: JobRow,
  settings: JobSettings,
  { lookups, zone }: Surroundings,
  /** Its part as the connector fills it. */
  { part, connector, release }: { readonly part: unknown; readonly connector: string; readonly release: string },
): string =>
  digest(
    canonicalText({
      settings: effectiveSettings({ ...settings, part }),
      edition: editionUnder(job, settings),
      lookups: lookups.map((row) => [row.name, row.revision]),
      connector,
      release,
      zone,
    }),
  );

/** True when nothing that decides has changed since the last run that saw everything, and nobody is asked about what it saw. */
export async function isFresh(reader: Reader, job: JobRow, hash: string, now: number): Promise<boolean> {
  if (job.last_complete_at === null || now - job.last_complete_at > FRESH_MS || job.settled_hash !== hash) return false;
  return (await doubtsOf(reader, job.id)).length === 0;
}

/** Two versions of a job that differ in whom it is about and in what becomes of leavers, and in nothing else that matters. */
export function differInScopeOnly(before: JobSettings, after: JobSettings): boolean {
  const rest = (settings: JobSettings): string =>
    canonicalText(effectiveSettings({ ...settings, scope: {}, policy: { ...settings.policy, leaver: before.policy.leaver } }));
  return rest(before) === rest(after);
}

export const savedSettings = (job: JobRow): JobSettings => jobSettingsSchema.parse(JSON.parse(job.settings));
