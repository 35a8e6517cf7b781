// A keys run beside an open full run of the same job: what it read later takes the place of what the full run had read.
import type { Transaction } from '../../store/database.ts';
import { openRuns } from '../../store/runs.ts';
import { laterRead, supersedePlanned, type StagedIn } from '../../store/staged.ts';
import type { RunContext } from '../context.ts';

/** Last finished stages after which a row is still to be assessed: it is, with what was read now. */
const beforeAssessed = new Set(['', 'open', 'read', 'observe']);

/** Whether there is a run whose stage could hold what was read now. One that begins after this reads later than we did. */
export const standsBesideFull = async ({ database, job }: RunContext): Promise<boolean> =>
  (await openRuns(database)).some((open) => open.job === job.id && open.mode !== 'keys' && open.startedAt !== null);

/** After that the keys run alone says what becomes of the object: the full run plans nothing more for it. */
export async function replaceInOpenRuns(transaction: Transaction, context: RunContext, rows: readonly StagedIn[]): Promise<void> {
  const { run, job } = context;
  const known = rows.filter((row) => row.seen !== 'unknown');
  if (run.mode !== 'keys' || run.dryRun || known.length === 0) return;
  for (const open of await openRuns(transaction)) {
    if (open.job !== job.id || open.mode === 'keys' || open.startedAt === null) continue;
    const again = beforeAssessed.has(open.stage);
    await laterRead(transaction, open.id, known, again ? 'read' : 'same');
    if (again) continue;
    const verdict = JSON.stringify({
      reason: {
        en: `Run ${run.id} has read it again since; it decides.`,
        zh: `执行 ${run.id} 此后重新读取了该对象，以其为准。`,
      },
    });
    await supersedePlanned(transaction, open.id, known, verdict, context.engine.clock.now());
  }
}
