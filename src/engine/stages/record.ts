// Stage 11, record: what changed nothing is accepted, readings and counters are stored; the cursor is saved last.
import { acceptContributions } from '../../store/contributions.ts';
import { list, type Transaction } from '../../store/database.ts';
import { bumpContributions } from '../../store/directory.ts';
import { patchJob } from '../../store/jobs.ts';
import { putAgreement, putClaims, putLinks, type ClaimRow, type LinkIn } from '../../store/links.ts';
import { dropMirror, mirrorHashes } from '../../store/mirror.ts';
import { mendItems, putDue, putReadings, readingsOf, dropDue, type DueRow } from '../../store/upkeep.ts';
import { patchStaged, type StagedRow } from '../../store/staged.ts';
import { batchOf, type RunContext, type TypePlan } from '../context.ts';
import { groupBy } from '../shapes.ts';
import { accept } from './apply-directory.ts';
import { settleDoubts } from './doubts.ts';
import { readingOfRun } from './evidence.ts';
import { endOutlived, isShown } from './take-over.ts';

export async function record(context: RunContext): Promise<void> {
  for (const plan of context.types) await settle(context, plan);
  await forgetGone(context);
  await context.database.write(async (transaction) => {
    const { run, job } = context;
    await unsettleFailed(context, transaction);
    if (run.mode !== 'keys')
      await transaction.run('DELETE FROM item WHERE job = ? AND cause = ? AND last_run < ?', job.id, 'unreadable', run.id);
    if (run.mode === 'full') {
      const before = await readingsOf(transaction, job.id);
      const proven = context.types.filter(({ type }) => {
        const seen = context.evidence.types[type];
        return seen?.complete && !seen.empty && !seen.narrower;
      });
      await putReadings(
        transaction,
        proven.map((plan) => readingOfRun(context, plan, before.get(plan.type))),
      );
      await settleDoubts(transaction, context);
    }
    if (run.cursorNext !== null) await patchJob(transaction, job.id, { cursor: run.cursorNext });
    if (run.mode === 'full' && Object.values(context.evidence.types).every((type) => type.complete))
      await patchJob(transaction, job.id, {
        last_complete_at: run.now,
        settled_hash: context.evidence.warnings.length === 0 ? context.settingsHash : null,
      });
  });
}

/** Objects that need no change: their contribution counts at once, their claim is settled. */
async function settle(context: RunContext, plan: TypePlan): Promise<void> {
  const { database, run } = context;
  let after = '';
  for (;;) {
    const size = batchOf(context);
    const rows = await database.all<StagedRow>(
      `SELECT * FROM staged WHERE run = ? AND step = 'diffed' AND type = ? AND situation = 'same' AND directory_id IS NOT NULL AND source_key > ? ORDER BY source_key LIMIT ?`,
      run.id,
      plan.type,
      after,
      size,
    );
    if (rows.length === 0) return;
    after = rows.at(-1)!.source_key;
    if (context.up) await acceptSame(context, plan, rows);
    else await settleSame(context, plan, rows);
    context.engine.probe?.('record:batch');
    await context.breathe();
    if (rows.length < size) return;
  }
}

async function acceptSame(context: RunContext, plan: TypePlan, rows: readonly StagedRow[]): Promise<void> {
  const into = {
    links: [] as LinkIn[],
    claims: [] as Omit<ClaimRow, 'since'>[],
    contributions: [] as Parameters<typeof acceptContributions>[2][number][],
    due: [] as DueRow[],
  };
  const existing = new Set(
    (
      await context.database.all<{ id: string }>(`SELECT id FROM object WHERE id IN {list}`, list(rows.map((row) => row.directory_id!)))
    ).map((row) => row.id),
  );
  for (const row of rows) {
    // A record that could not become an object (a required value is missing) has nothing to be accepted for.
    if (!existing.has(row.directory_id!)) continue;
    const desired = JSON.parse(row.desired ?? '{"a":{},"x":"active"}') as { x: string };
    const situation = row.seen !== 'present' ? (row.scope_rule ? 'out-of-scope' : 'gone') : desired.x === 'departed' ? 'departed' : 'same';
    accept(
      context,
      { type: plan.type, source_key: row.source_key, directory_id: row.directory_id, action: 'update', situation },
      row,
      into,
    );
  }
  await context.database.write(async (transaction) => {
    await endOutlived(
      context,
      transaction,
      plan.type,
      rows.filter((row) => existing.has(row.directory_id!) && isShown(row)),
    );
    await acceptContributions(transaction, context.run.id, into.contributions);
    await bumpContributions(
      transaction,
      into.contributions.map((entry) => entry.directory_id),
    );
    await putLinks(transaction, context.outside.id, into.links, context.run.now);
    await putClaims(transaction, into.claims, context.run.now);
    await putDue(
      transaction,
      into.due.filter((due) => due.what !== 'delete'),
    );
    await transaction.insert(
      'due',
      ['job', 'type', 'source_key', 'what', 'at'],
      into.due.filter((due) => due.what === 'delete').map((due) => [due.job, due.type, due.source_key, due.what, due.at]),
      '(job, type, source_key, what) DO NOTHING',
    );
    const kept = new Set(into.due.map((due) => due.source_key));
    await dropDue(
      transaction,
      context.job.id,
      plan.type,
      rows.map((row) => row.source_key).filter((key) => !kept.has(key)),
      'review',
    );
    await mendItems(
      transaction,
      context.job.id,
      plan.type,
      rows.map((row) => row.source_key),
      context.run.id,
      'writing',
    );
    await patchStaged(
      transaction,
      context.run.id,
      rows.map((row) => ({ type: plan.type, key: row.source_key, step: 'same' as const })),
    );
  });
}

/** A claim goes on as it was: what we disabled stays disabled by us, also while it is out of scope. */
function stateAfter(row: StagedRow, before: string | undefined): string {
  if (row.seen !== 'present') return row.review_at !== null ? 'leaving' : 'left';
  return before !== undefined && (before === 'disabled' || row.desired === null) ? before : 'held';
}

async function settleSame(context: RunContext, plan: TypePlan, rows: readonly StagedRow[]): Promise<void> {
  const { database, outside, job, run } = context;
  const linked = rows.filter((row) => row.target_key !== null && row.problems === null);
  const hashes = new Map(
    (
      await mirrorHashes(
        database,
        outside.id,
        plan.type,
        linked.map((row) => row.target_key!),
      )
    ).map((row) => [row.external_id, row.hash]),
  );
  await database.write(async (transaction) => {
    const states = new Map(
      (
        await transaction.all<{ source_key: string; state: string }>(
          'SELECT source_key, state FROM claim WHERE job = ? AND type = ? AND source_key IN {list}',
          job.id,
          plan.type,
          list(linked.map((row) => row.source_key)),
        )
      ).map((row) => [row.source_key, row.state]),
    );
    await putClaims(
      transaction,
      linked.map((row) => ({
        job: job.id,
        type: plan.type,
        source_key: row.source_key,
        directory_id: row.directory_id ?? row.source_key,
        target_key: row.target_key!,
        input_hash: row.input_hash ?? '',
        settled: row.seen === 'present' ? 1 : 0,
        state: stateAfter(row, states.get(row.source_key)),
      })),
      run.now,
    );
    await putAgreement(
      transaction,
      outside.id,
      linked.map((row) => ({ type: plan.type, externalId: row.target_key!, mirrorHash: hashes.get(row.target_key!) ?? null })),
    );
    await putDue(
      transaction,
      linked
        .filter((row) => row.review_at !== null)
        .map((row) => ({ job: job.id, type: plan.type, source_key: row.source_key, what: 'delete', at: row.review_at! })),
    );
    await mendItems(
      transaction,
      job.id,
      plan.type,
      rows.map((row) => row.source_key),
      run.id,
      'writing',
    );
    await patchStaged(
      transaction,
      run.id,
      rows.map((row) => ({ type: plan.type, key: row.source_key, step: 'same' as const })),
    );
  });
}

/**
 * Whatever was not carried out is looked at again by the next run. The changes say the job, too: a database that takes its claims
 * for few, because they have just been made, then at least finds the changes of each by their index.
 */
const unsettleFailed = (context: RunContext, transaction: Transaction): Promise<number> =>
  transaction.run(
    `UPDATE claim SET settled = 0 WHERE (job, type, source_key) IN (SELECT job, type, source_key FROM change WHERE run = ? AND state <> 'applied')`,
    context.run.id,
  );

/** Objects that are gone at the source leave its mirror, once their removal is no open question: by what it holds they are known again. */
async function forgetGone(context: RunContext): Promise<void> {
  if (!context.up) return;
  const rows = await context.database.all<{ type: string; source_key: string }>(
    `SELECT type, source_key FROM staged WHERE run = ? AND seen IN ('absent', 'tombstone') AND situation IN ('gone', 'same')`,
    context.run.id,
  );
  for (const [type, gone] of groupBy(rows, (row) => row.type)) {
    if (context.evidence.types[type]?.narrower) continue;
    const keys = gone.map((row) => row.source_key);
    await context.database.write((transaction) => dropMirror(transaction, context.source.id, type, keys));
  }
}
