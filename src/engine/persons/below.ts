// What a merge or a split would change in the systems below: a dry run of each job over the directory as it would be.
import type { RegroupOrder } from '../../core/regroup.ts';
import { listJobs } from '../../store/jobs.ts';
import { concerned, planNow } from '../dry-run.ts';
import type { Engine } from '../engine.ts';
import { conductOf } from '../states.ts';

/** Numbers of the dry runs. They see links, claims and names as the order will have led them (store/regrouped.ts). */
export async function concernedJobs(engine: Engine, plan: number, order: RegroupOrder, actor: string): Promise<readonly number[]> {
  // Also where the directory says the same of them as before: another account may have become theirs.
  const both = [order.from, order.to].map((id) => ({ type: 'person', id }));
  const keys = [...(await concerned(engine, plan)).filter((key) => !both.some((one) => one.id === key.id)), ...both];
  const runs: number[] = [];
  for (const job of await listJobs(engine.options.database)) {
    if (job.direction !== 'down' || !conductOf(job.state).takesOver) continue;
    const run = await planNow(engine, { mode: 'keys', cause: order.kind, actor, job: job.id, keys, over: plan });
    if (run.endedAt === null) await engine.cancel(run.id, actor);
    runs.push(run.id);
  }
  return runs;
}
