// What a run doubts becomes a question about the whole job; where it matters, the job rests until a person answers.
import type { Transaction } from '../../store/database.ts';
import { doubtsOf, dropDoubt, putDoubt } from '../../store/doubts.ts';
import { audit } from '../../store/audit.ts';
import { getJob, patchJob } from '../../store/jobs.ts';
import { noteJobStopped } from '../notify/note.ts';
import type { RunContext } from '../context.ts';
import { assertTransition, conductOf, stateBehind } from '../states.ts';
import { readingIfAccepted } from './evidence.ts';

/** The last complete read of each type is what is doubted or not; an incomplete one proves nothing either way. */
export async function settleDoubts(transaction: Transaction, context: RunContext): Promise<void> {
  const { run, job } = context;
  const reasons: { en: string; zh: string }[] = [];
  const open = new Set((await doubtsOf(transaction, job.id)).map((doubt) => doubt.about));
  for (const plan of context.types) {
    const seen = context.evidence.types[plan.type];
    if (!seen?.complete || seen.empty) continue;
    const about = `narrower:${plan.type}`;
    if (!seen.doubt) {
      if (open.has(about)) await dropDoubt(transaction, job.id, about);
      continue;
    }
    const reading = JSON.stringify(readingIfAccepted(context, plan));
    await putDoubt(transaction, { job: job.id, about, run: run.id, at: run.now, said: JSON.stringify(seen.doubt.said), reading });
    if (seen.doubt.pauses) reasons.push(seen.doubt.said);
  }
  const { upgrade } = context.evidence;
  if (upgrade) {
    await putDoubt(transaction, {
      job: job.id,
      about: 'upgrade',
      run: run.id,
      at: run.now,
      said: JSON.stringify(upgrade.said),
      reading: null,
    });
    reasons.push(upgrade.said);
  } else {
    if (open.has('upgrade')) await dropDoubt(transaction, job.id, 'upgrade');
    await patchJob(transaction, job.id, { release: context.engine.release ?? '' });
  }
  if (reasons.length > 0) await pauseJob(transaction, context, reasons);
}

async function pauseJob(transaction: Transaction, context: RunContext, reasons: readonly { en: string; zh: string }[]): Promise<void> {
  const { job, engine } = context;
  const now = (await getJob(transaction, job.id))!;
  const { state } = now;
  // Somebody switched it off meanwhile: that is stronger.
  if (!conductOf(state).writes) return;
  assertTransition('job', state, 'paused');
  const said = { en: reasons.map((one) => one.en).join(' '), zh: reasons.map((one) => one.zh).join('') };
  const reason = JSON.stringify(said);
  await patchJob(transaction, job.id, { state: 'paused', state_reason: reason, resumes: stateBehind(now), next_due_at: null });
  await audit(transaction, {
    at: engine.clock.now(),
    actor: 'guard',
    action: 'job.paused',
    subject: `job:${job.id}`,
    before: state,
    after: reason,
  });
  await noteJobStopped(transaction, job.id, 'paused', { reason: said, run: context.run.id, at: engine.clock.now() });
}
