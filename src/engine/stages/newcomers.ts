// Who counts as new to a scope that leaves newcomers out: whoever the job did not hold when the scope had been carried out once.
import { canonicalText } from '../../core/attribute.ts';
import { jobSettingsSchema } from '../../core/job-settings.ts';
import type { Scope, ScopeInput } from '../../core/scope.ts';
import { jobVersions } from '../../store/jobs.ts';
import type { RunContext } from '../context.ts';

export const leavesNewOut = (scope: Scope): boolean => scope.newMembers === false || scope.newDepartments === false;

/** Departments that the job holds; null: nothing counts as new, because no complete run with this scope has ended yet. */
export async function heldDepartments(context: RunContext): Promise<ReadonlySet<string> | null> {
  const { scope } = context.settings;
  const done = context.job.last_complete_at;
  if (!leavesNewOut(scope) || done === null || (await scopeSince(context)) >= done) return null;
  const rows = await context.database.all<{ source_key: string }>(
    `SELECT source_key FROM claim WHERE job = ? AND type = 'department'`,
    context.job.id,
  );
  return new Set(rows.map((row) => row.source_key));
}

export const heldInput = (departments: ReadonlySet<string> | null, self: boolean): ScopeInput['held'] =>
  departments === null ? undefined : { self, departments };

/** When the scope became what it is; of a trial that changes it, never. */
async function scopeSince(context: RunContext): Promise<number> {
  const now = canonicalText(context.settings.scope);
  let since = Number.POSITIVE_INFINITY;
  for (let before = Number.MAX_SAFE_INTEGER; ; ) {
    const versions = await jobVersions(context.database, context.job.id, before, 50);
    for (const version of versions) {
      if (canonicalText(jobSettingsSchema.parse(JSON.parse(version.settings)).scope) !== now) return since;
      since = version.saved_at;
    }
    if (versions.length < 50) return since;
    before = versions.at(-1)!.version;
  }
}
