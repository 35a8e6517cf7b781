// Stage 9, confirm: held changes become (or refresh) questions in the held list; answered and outdated ones leave it.
import { putHeld } from '../../store/held.ts';
import { changesIn } from '../../store/ledger.ts';
import { noteHeld } from '../notify/note.ts';
import { BATCH, type RunContext } from '../context.ts';

export async function confirm(context: RunContext): Promise<void> {
  const { database, run, job, engine } = context;
  const expiresAt = run.now + context.settings.policy.heldExpiresAfterDays * 86_400_000;
  // A refusal of another value says nothing about this one.
  await database.write((transaction) =>
    transaction.run(
      `UPDATE held SET state = 'superseded', decided_at = ? WHERE job = ? AND state = 'cancelled' AND EXISTS
         (SELECT 1 FROM change c WHERE c.run = ? AND c.job = held.job AND c.type = held.type AND c.source_key = held.source_key AND c.action = held.action AND c.aspect = held.aspect AND c.state <> 'skipped')`,
      run.now,
      job.id,
      run.id,
    ),
  );
  let after = 0;
  let held = 0;
  for (;;) {
    const batch = await changesIn(database, run.id, ['held'], after, BATCH);
    if (batch.length === 0) break;
    after = batch.at(-1)!.id;
    held += batch.length;
    await database.write((transaction) => putHeld(transaction, run.id, batch, { now: run.now, expiresAt }));
    await context.breathe(held, null);
  }
  context.counts.held = held;
  // What this run looked at and did not plan any more has been rescued, or is moot.
  await database.write(async (transaction) => {
    await transaction.run(
      `UPDATE held SET state = CASE WHEN EXISTS (SELECT 1 FROM staged s WHERE s.run = ? AND s.type = held.type AND s.source_key = held.source_key AND s.seen = 'present') THEN 'rescued' ELSE 'superseded' END,
         decided_at = ?
       WHERE job = ? AND aspect ${context.run.undo ? 'LIKE' : 'NOT LIKE'} 'undo%' AND state IN ('open', 'approved', 'cancelled')
         AND EXISTS (SELECT 1 FROM staged s WHERE s.run = ? AND s.type = held.type AND s.source_key = held.source_key AND ((s.seen = 'present' AND s.step IN ('same', 'diffed')) OR (s.seen IN ('absent', 'tombstone') AND s.step = 'diffed')))
         AND NOT EXISTS (SELECT 1 FROM change c WHERE c.run = ? AND c.job = held.job AND c.type = held.type AND c.source_key = held.source_key AND c.action = held.action AND c.aspect = held.aspect)`,
      run.id,
      run.now,
      job.id,
      run.id,
      run.id,
    );
    await noteHeld(transaction, run, engine.clock.now());
  });
}
