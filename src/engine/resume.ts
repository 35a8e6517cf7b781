// A person's answer to a job that the guard paused: it goes on as before, or what was seen is accepted as all there is.
import type { Label } from '../core/model.ts';
import type { Transaction } from '../store/database.ts';
import { doubtsOf, dropDoubts, type DoubtRow } from '../store/doubts.ts';
import { audit } from '../store/audit.ts';
import { patchJob, type JobRow } from '../store/jobs.ts';
import { approveAll } from '../store/held.ts';
import { unsettleClaims } from '../store/links.ts';
import { putReadings, type ReadingRow } from '../store/upkeep.ts';
import { noteJobResumed } from './notify/note.ts';
import { assertTransition, conductOf } from './states.ts';

export interface Answer {
  /** What was seen counts from now on: absence in it is absence, an empty field is empty. Guard and window stay. */
  readonly accept: boolean;
}

/** What the guard asks about a job, in one text; null when it asks nothing. */
export function doubtSaid(doubts: readonly DoubtRow[]): Label | null {
  if (doubts.length === 0) return null;
  const labels = doubts.map((doubt) => JSON.parse(doubt.said) as Label);
  return { en: labels.map((label) => label.en).join(' '), zh: labels.map((label) => label.zh).join('') };
}

export interface Answering extends Answer {
  readonly job: JobRow;
  readonly release: string;
  /** The run that begins with the answer: it carries out what an upgrade would change, as it was held. */
  readonly run: number;
  readonly actor: string;
  readonly now: number;
}

export async function answerDoubts(transaction: Transaction, { job, accept, release, run, actor, now }: Answering): Promise<void> {
  const doubts = await doubtsOf(transaction, job.id);
  if (accept) {
    const accepted = doubts.flatMap(({ reading }) => (reading === null ? [] : [JSON.parse(reading) as ReadingRow]));
    await putReadings(transaction, accepted);
    if (doubts.some((doubt) => doubt.about === 'upgrade')) await patchJob(transaction, job.id, { release });
    await approveAll(transaction, job.id, 'upgrade', run, actor, now);
    // A field that was left alone while it was in doubt is looked at again.
    await unsettleClaims(transaction, job.id);
  }
  await dropDoubts(transaction, job.id);
  const state = conductOf(job.state).writes ? job.state : (job.resumes ?? 'enabled');
  if (job.state !== state) {
    assertTransition('job', job.state, state);
    await patchJob(transaction, job.id, { state, state_reason: null, resumes: null, next_due_at: null });
    await noteJobResumed(transaction, job.id, actor, now);
  }
  const said = doubtSaid(doubts);
  await audit(transaction, {
    at: now,
    actor,
    action: accept ? 'job.accept' : 'job.resume',
    subject: `job:${job.id}`,
    ...(said ? { before: said.en } : {}),
    after: state,
  });
}
