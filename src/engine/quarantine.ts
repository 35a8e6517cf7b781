// A job whose runs fail rests: it is tried at a slower beat, and is as before once a run has looked at everything.
import { jobSettingsSchema } from '../core/job-settings.ts';
import type { Label } from '../core/model.ts';
import { audit } from '../store/audit.ts';
import type { Database, Transaction } from '../store/database.ts';
import { getJob, listJobs, patchJob } from '../store/jobs.ts';
import type { RunRow } from '../store/runs.ts';
import { noteJobStopped } from './notify/note.ts';
import type { Enqueue } from './real-time.ts';
import { assertTransition, conductOf } from './states.ts';

/** By whom, in audit log and runs. */
const ACTOR = 'quarantine';

/** Called with the failure of a run. A job that only people start is left as it is: they see how it ends. */
export async function enterQuarantine(transaction: Transaction, run: RunRow, problem: Label, now: number): Promise<void> {
  if (run.dryRun || run.order) return;
  const job = await getJob(transaction, run.job);
  if (!job) return;
  const { trigger, onError } = jobSettingsSchema.parse(JSON.parse(job.settings));
  const reason = JSON.stringify(problem);
  const again = { state_reason: reason, next_due_at: now + onError.quarantineMinutes * 60_000 };
  if (job.state === 'quarantined') return patchJob(transaction, job.id, again);
  const { runsByItself, writes } = conductOf(job.state);
  if (!runsByItself || !writes || trigger.kind === 'manual') return;
  assertTransition('job', job.state, 'quarantined');
  await patchJob(transaction, job.id, { ...again, state: 'quarantined', resumes: job.state });
  await audit(transaction, {
    at: now,
    actor: ACTOR,
    action: 'job.quarantined',
    subject: `job:${job.id}`,
    before: job.state,
    after: reason,
  });
  await noteJobStopped(transaction, job.id, 'quarantined', { reason: problem, run: run.id, at: now });
}

/**
 * Called when a run has come through; true when that ended a quarantine. Only one that looked at everything proves that
 * nothing was missed meanwhile.
 */
export async function leaveQuarantine(transaction: Transaction, run: RunRow, now: number): Promise<boolean> {
  if (run.dryRun || run.order || run.mode === 'keys') return false;
  const job = await getJob(transaction, run.job);
  if (job?.state !== 'quarantined') return false;
  const state = job.resumes ?? 'enabled';
  assertTransition('job', 'quarantined', state);
  // When it is due next, its schedule says.
  await patchJob(transaction, job.id, { state, state_reason: null, resumes: null, next_due_at: null });
  await audit(transaction, {
    at: now,
    actor: ACTOR,
    action: `job.${state}`,
    subject: `job:${job.id}`,
    before: 'quarantined',
    after: state,
  });
  return true;
}

/** The slower beat: one run that looks at everything. */
export async function tryQuarantined(database: Database, enqueue: Enqueue, open: ReadonlySet<number>, now: number): Promise<void> {
  for (const job of await listJobs(database)) {
    if (job.state !== 'quarantined' || open.has(job.id) || (job.next_due_at ?? 0) > now) continue;
    const { onError } = jobSettingsSchema.parse(JSON.parse(job.settings));
    await enqueue({ job: job.id, mode: 'full', cause: 'quarantine', actor: ACTOR }, (transaction) =>
      patchJob(transaction, job.id, { next_due_at: now + onError.quarantineMinutes * 60_000 }),
    );
  }
}
