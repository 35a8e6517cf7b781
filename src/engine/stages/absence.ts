// What becomes of objects that a job held and the source does not show any more: evidence first, then hand-over.
import { claimsOf } from '../../store/links.ts';
import { patchStaged, type StagedPatch, type StagedRow } from '../../store/staged.ts';
import type { RunContext, TypePlan } from '../context.ts';
import type { JobSettings } from '../../core/job-settings.ts';
import { digest } from '../shapes.ts';
import { offerToOthers } from './hand-over.ts';
import { type Pilot, triedAmong } from './pilot.ts';

/** What a job's word on somebody who has left is judged by, beside the word itself. */
export const standingOf = ({ rank, policy }: JobSettings): string =>
  digest([rank, policy.decidesExistence, policy.attributeRanks, policy.nullFallsThrough, policy.leaver.gone, policy.leaver.leftScope]);

/** Stages each absent object as gone, out of scope, handed over, or (without evidence) untouched. */
export async function assessAbsent(context: RunContext, plan: TypePlan, all: readonly StagedRow[], pilot: Pilot | null): Promise<void> {
  if (all.length === 0) return;
  const tried = await triedAmong(
    context,
    plan,
    all.map((row) => row.source_key),
    pilot,
  );
  const rows = all.filter((row) => tried.has(row.source_key));
  const skipped = all.filter((row) => !tried.has(row.source_key));
  const keys = rows.map((row) => row.source_key);
  const claims = new Map((await claimsOf(context.database, context.job.id, plan.type, keys)).map((claim) => [claim.source_key, claim]));
  const verdicts = await whereabouts(
    context,
    plan,
    rows.filter((row) => claims.has(row.source_key)),
  );
  const patches = rows.map((row): StagedPatch => {
    const claim = claims.get(row.source_key);
    const verdict = claim ? verdicts.get(row.source_key)! : 'unknown';
    const leaves = verdict === 'gone' || verdict === 'out-of-scope';
    return {
      type: plan.type,
      key: row.source_key,
      step: leaves ? 'correlated' : 'same',
      situation: leaves ? verdict : null,
      directoryId: claim?.directory_id ?? null,
      targetKey: claim?.target_key ?? null,
    };
  });
  for (const row of skipped) patches.push({ type: plan.type, key: row.source_key, step: 'skipped' });
  await context.database.write((transaction) => patchStaged(transaction, context.run.id, patches));
}

type Whereabouts = 'gone' | 'out-of-scope' | 'handed-over' | 'unknown';

/** Asks over the whole connection before a claim ends; `get` that does not know ends nothing. */
async function whereabouts(context: RunContext, plan: TypePlan, rows: readonly StagedRow[]): Promise<Map<string, Whereabouts>> {
  const result = new Map<string, Whereabouts>();
  const asked = rows.filter((row) => row.seen !== 'tombstone').map((row) => row.source_key);
  for (const row of rows) if (row.seen === 'tombstone') result.set(row.source_key, 'gone');
  if (asked.length === 0) return result;
  const { source, signal, run } = context;
  const request = { attributes: plan.asks.attributes, relations: plan.asks.relations, now: run.now, signal };
  const report = await source.connection.get!(plan.type, asked, { ...request, part: context.settings.part });
  const elsewhere: string[] = [];
  for (const key of asked) {
    const answer = report.answers.get(key);
    if (!answer || answer.state === 'unknown') result.set(key, 'unknown');
    else if (answer.state === 'gone') result.set(key, 'gone');
    else if (answer.inPart === true) result.set(key, 'unknown');
    else elsewhere.push(key);
  }
  for (const key of elsewhere) result.set(key, 'out-of-scope');
  if (elsewhere.length > 0) for (const [key, verdict] of await offerToOthers(context, plan, elsewhere)) result.set(key, verdict);
  return result;
}
