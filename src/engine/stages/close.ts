// Stage 12, close: how the run ended, in numbers and one state; the stage is dropped.
import { FIGHT_MS } from '../../core/drift.ts';
import { reopenApproved } from '../../store/held.ts';
import type { Label } from '../../core/model.ts';
import { countChanges, countNotSeen, countObjects } from '../../store/ledger.ts';
import { countWaived } from '../../store/problems.ts';
import { type CameTo, countDoubts, countSteps, countUnchanged, dropStage } from '../../store/staged.ts';
import { countDrift, forgetCorrected } from '../../store/drift.ts';
import { countOrphans } from '../../store/mirror.ts';
import { patchJob } from '../../store/jobs.ts';
import { endedBefore, patchRun } from '../../store/runs.ts';
import type { RunContext } from '../context.ts';
import { consoleJob } from '../console/job.ts';
import { lookAtRuledGroups } from '../console/rules.ts';
import { noteRunEnded } from '../notify/note.ts';
import { leaveQuarantine } from '../quarantine.ts';
import { disabledBy } from '../stays-open.ts';
import { madeBy, makesNoPassword } from '../without-password.ts';
import { touchReadersOfWritten } from '../dependents.ts';
import { problemsOfDryRun } from './dry-problems.ts';
import { nobodyKnows } from './nobody-knows.ts';
import type { RunState } from '../states.ts';
import { askedAgain } from '../words.ts';

export async function close(context: RunContext): Promise<void> {
  const { database, run, engine } = context;
  const counts: Record<string, number> = {};
  const add = (name: string, count: number): void => {
    counts[name] = (counts[name] ?? 0) + count;
  };
  for (const row of await countSteps(database, run.id)) {
    add('read', row.seen === 'present' ? row.count : 0);
    add(`read.${row.type}`, row.seen === 'present' ? row.count : 0);
    if (row.came === 'skipped') add('notTried', row.count);
    else if (row.came !== 'other' && row.seen === 'present') add(nameOf(context, row), row.count);
  }
  for (const row of await countUnchanged(database, run.id)) for (const name of ['read', `read.${row.type}`, 'same']) add(name, row.count);
  let changes = 0;
  for (const row of await countChanges(database, run.id)) {
    add(row.state, row.count);
    add(`${row.state}.${row.action}`, row.count);
    add(`${row.state}.${row.action}.${row.type}`, row.count);
    changes += row.count;
  }
  // Beside the number of changes, where somebody has several.
  for (const { state, count } of changes === 0 ? [] : await countObjects(database, run.id))
    if (count < (state === null ? changes : counts[state]!)) counts[state === null ? 'objects' : `objects.${state}`] = count;
  for (const [name, count] of Object.entries(await countDoubts(database, run.id))) if (count > 0) counts[name] = count;
  if (!context.up && !run.dryRun)
    for (const { error, count } of await countNotSeen(database, run.id))
      context.evidence.warnings.push(saidOf(JSON.parse(error) as Label, count));
  if (run.cause === 'approval' && (counts.held ?? 0) > 0) {
    // What waits is planned anew by each whole run: the last one asked.
    const asking = await endedBefore(database, context.job.id, run.id);
    context.evidence.warnings.push(askedAgain(counts.held!, asking !== undefined && asking.version !== run.version));
  }
  if (context.target.staysOpen !== null && disabledBy(counts) > 0) context.evidence.staysOpen = context.target.staysOpen;
  if (madeBy(counts) > 0 && makesNoPassword(context)) context.evidence.withoutPassword = true;
  const waived = run.dryRun ? { data: 0, writing: 0 } : await countWaived(database, context.job.id, run.id);
  if (waived.data + waived.writing > 0) counts.waived = waived.data + waived.writing;
  // What nobody of ours owns is left alone, and told.
  if (!context.up && run.mode === 'full' && !run.dryRun) {
    for (const row of await countOrphans(database, context.outside.id))
      for (const name of ['orphans', `orphans.${row.type}`]) add(name, row.count);
  }
  if (!context.up && !run.dryRun)
    for (const row of await countDrift(database, context.job.id, run.id)) add(`drift.${row.state}`, row.count);
  if (context.counts.handedOver) counts.handedOver = context.counts.handedOver;
  const found = stateOf(context, {
    ...counts,
    problems: Math.max(0, (counts.problems ?? 0) + (counts.unreadable ?? 0) - waived.data),
    failed: Math.max(0, (counts.failed ?? 0) - waived.writing),
  });
  const missing = await nobodyKnows(context);
  if (missing) {
    counts.nobodyKnows = missing.count;
    context.evidence.warnings.push(missing.says);
  }
  const state = missing && found === 'succeeded' && !run.dryRun ? 'warnings' : found;
  await touchReadersOfWritten(context);
  if (run.dryRun && (context.counts.unreadable ?? 0) > 0) counts.unreadable = context.counts.unreadable!;
  if (run.dryRun && (counts.problems ?? 0) > 0) context.evidence.problems = await problemsOfDryRun(context);
  await database.write(async (transaction) => {
    await dropStage(transaction, run.id);
    if (!context.up && !run.dryRun) await forgetCorrected(transaction, context.job.id, run.now - FIGHT_MS);
    if (!run.dryRun) await reopenApproved(transaction, run.id);
    // People may belong to other groups by rule now.
    if (context.up && !run.dryRun && run.cause !== 'rule' && (counts.applied ?? 0) > 0)
      await lookAtRuledGroups(transaction, await consoleJob(transaction), engine.clock.now());
    const at = engine.clock.now();
    if (run.dryRun && run.cursorNext !== null && run.trial === null && context.job.state === 'observing')
      await patchJob(transaction, context.job.id, { observed_cursor: run.cursorNext });
    await patchRun(transaction, run.id, { state, stage: 'close', counts, evidence: context.evidence, endedAt: at });
    const recovered = await leaveQuarantine(transaction, run, at);
    // A record that nobody knows is the matter of whoever named it.
    await noteRunEnded(transaction, run, { state: found, counts, at, warnings: context.evidence.warnings, recovered });
  });
}

const saidOf = ({ en, zh }: Label, count: number): Label =>
  count === 1 ? { en, zh } : { en: `${en} (${count} objects)`, zh: `${zh}（${count} 个对象）` };

/** Who is in scope, has no account and gets none, has left or is suspended: else nobody knows why 285 of 300 are asked about. */
const nameOf = (context: RunContext, row: { readonly type: string; readonly came: CameTo }): string =>
  row.came === 'outside' ? 'outOfScope' : row.came === 'bare' && !context.up && row.type === 'person' ? 'withoutAccount' : 'same';

function stateOf(context: RunContext, counts: Readonly<Record<string, number>>): RunState {
  if (context.run.dryRun) return 'succeeded';
  if ((counts.failed ?? 0) + (counts.unknown ?? 0) > 0) return 'partly-failed';
  const doubts =
    (counts.held ?? 0) +
    (counts.refused ?? 0) +
    (counts.pending ?? 0) +
    (counts.problems ?? 0) +
    (counts.superseded ?? 0) +
    context.evidence.warnings.length;
  return doubts > 0 ? 'warnings' : 'succeeded';
}
