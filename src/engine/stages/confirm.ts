// Stage 9, confirm: held changes become (or refresh) questions in the held list; answered and outdated ones leave it.
import { forgetRefusals, hasHeld, putHeld, settleMoot } from '../../store/held.ts';
import { changesIn } from '../../store/ledger.ts';
import { noteHeld } from '../notify/note.ts';
import { batchOf, type RunContext } from '../context.ts';

export async function confirm(context: RunContext): Promise<void> {
  const { database, run, engine } = context;
  const expiresAt = run.now + context.settings.policy.heldExpiresAfterDays * 86_400_000;
  let after = 0;
  let held = 0;
  for (;;) {
    const size = batchOf(context);
    const batch = await changesIn(database, run.id, ['held'], after, size);
    if (batch.length === 0) break;
    const isFirst = held === 0;
    after = batch.at(-1)!.id;
    held += batch.length;
    await database.write(async (transaction) => {
      if (isFirst) await forgetRefusals(transaction, run, run.now);
      await putHeld(transaction, run.id, batch, { now: run.now, expiresAt });
    });
    await context.breathe(held, null);
    if (batch.length < size) break;
  }
  context.counts.held = held;
  // Where nothing was ever held nothing is to be settled, and a run about one person is spared a commit.
  if (held === 0 && !(await hasHeld(database, context.job.id))) return;
  await database.write(async (transaction) => {
    // Nothing is held: it goes along.
    if (held === 0) await forgetRefusals(transaction, run, run.now);
    // A closing looks into nothing but whether an account is usable: no question is moot by that.
    if (run.order?.kind !== 'close') await settleMoot(transaction, run, run.order ? 'undo' : 'ordinary', run.now);
    await noteHeld(transaction, run, engine.clock.now());
  });
}
