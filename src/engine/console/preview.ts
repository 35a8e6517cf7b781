// What an edit would do: a dry run of the console's job over its drafts, then one of every downstream job that would carry it out.
import { notePlans, type DraftRow } from '../../store/console.ts';
import { listJobs } from '../../store/jobs.ts';
import { concerned, planNow } from '../dry-run.ts';
import type { Engine } from '../engine.ts';
import { conductOf } from '../states.ts';

/** Plans the edit above and below, and stores which runs did so. */
export async function preview(engine: Engine, edit: number, job: number, drafts: readonly DraftRow[], actor: string): Promise<void> {
  const { database } = engine.options;
  const keys = drafts.map((draft) => ({ type: draft.type, id: draft.id }));
  const request = { mode: 'keys', proposal: edit, cause: 'edit', actor } as const;
  const plan = await planNow(engine, { ...request, job, keys });
  await database.write((transaction) => notePlans(transaction, edit, plan.id, []));
  const touched = await concerned(engine, plan.id);
  const below: number[] = [];
  if (touched.length > 0) {
    for (const row of await listJobs(database)) {
      const { writes, takesOver } = conductOf(row.state);
      if (row.direction !== 'down' || !(writes || takesOver)) continue;
      below.push((await planNow(engine, { ...request, job: row.id, keys: touched })).id);
    }
  }
  await database.write((transaction) => notePlans(transaction, edit, plan.id, below));
}
