// Stage 2 of an undo: which objects it concerns. Nothing is read outside; the ledger or the history names them.
import { CONSOLE } from '../../core/console.ts';
import type { EndpointObject } from '../../core/model.ts';
import { changesIn } from '../../store/ledger.ts';
import { patchStaged } from '../../store/staged.ts';
import { BATCH, type RunContext } from '../context.ts';
import { parseJson } from '../shapes.ts';
import { undoOf } from './orders.ts';

/** What pointed to an object at the target when it was removed. */
export interface Pointer {
  readonly type: string;
  /** Directory id. */
  readonly owner: string;
  /** One of the two. */
  readonly relation?: string;
  readonly attribute?: string;
  readonly facts: string;
}

/** What the ledger keeps of an object that was removed. `sent`: sealed values that the target was sent last. */
export type Snapshot = EndpointObject & { readonly into?: readonly Pointer[]; readonly sent?: EndpointObject['attributes'] };

export async function stageUndo(context: RunContext): Promise<void> {
  const { database, run } = context;
  const order = undoOf(run);
  if (order.kind === 'moment') {
    await database.write((transaction) =>
      transaction.run(
        `INSERT INTO staged (run, type, source_key, step, seen, directory_id) SELECT k.run, k.type, k.source_key, 'correlated', 'present', k.source_key FROM run_key k
         WHERE k.run = ? ON CONFLICT (run, type, source_key) DO NOTHING`,
        run.id,
      ),
    );
    return;
  }
  const [table, id] = context.target.isDirectory ? ['history', 'id'] : ['change', 'source_key'];
  await database.write((transaction) =>
    transaction.run(
      `INSERT INTO staged (run, type, source_key, step, seen, directory_id)
       SELECT DISTINCT ${run.id}, type, ${id}, 'correlated', 'present', ${id} FROM ${table} WHERE run = ?${table === 'change' ? ` AND state = 'applied'` : ''}
       ON CONFLICT (run, type, source_key) DO NOTHING`,
      order.run,
    ),
  );
  if (context.target.isDirectory && order.sparing) await spareOthers(context);
  if (!context.target.isDirectory) await stageOwners(context, order.run);
}

/** A word by hand is none of another source: it says something of whom the source has brought. */
async function spareOthers({ database, run, job }: RunContext): Promise<void> {
  await database.write((transaction) =>
    transaction.run(
      `DELETE FROM staged WHERE run = ? AND EXISTS (SELECT 1 FROM contribution c JOIN job j ON j.id = c.job
         WHERE c.directory_id = staged.source_key AND c.job <> ? AND j.connection <> ?)`,
      run.id,
      job.id,
      CONSOLE,
    ),
  );
}

/** Who pointed to what the run has removed: the target has emptied that by itself, and no plan said so. */
async function stageOwners(context: RunContext, undone: number): Promise<void> {
  const { database, run } = context;
  for (let after = 0; ; ) {
    const batch = await changesIn(database, undone, ['applied'], after, BATCH);
    if (batch.length === 0) return;
    after = batch.at(-1)!.id;
    const owners = batch.flatMap((change) => parseJson<Snapshot | null>(change.snapshot, null)?.into ?? []);
    await database.write((transaction) =>
      patchStaged(
        transaction,
        run.id,
        [...new Map(owners.map((pointer) => [`${pointer.type} ${pointer.owner}`, pointer])).values()].map((pointer) => ({
          type: pointer.type,
          key: pointer.owner,
          step: 'correlated' as const,
          directoryId: pointer.owner,
        })),
      ),
    );
  }
}
