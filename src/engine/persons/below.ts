// What a merge or a split would change in the systems below: a dry run of each job over the directory as it would be.
import type { RegroupOrder } from '../../core/regroup.ts';
import { listJobs } from '../../store/jobs.ts';
import { concerned, planNow } from '../dry-run.ts';
import type { Engine } from '../engine.ts';
import { conductOf } from '../states.ts';

/**
 * Numbers of the dry runs. Where an account changes hands none is made: it would be planned by the links as they are now, and say that
 * somebody gets a new account.
 */
export async function concernedJobs(engine: Engine, plan: number, order: RegroupOrder, actor: string): Promise<readonly number[]> {
  const moving = new Set([...order.accounts, ...order.back].map((one) => one.connection));
  const keys = await concerned(engine, plan);
  const runs: number[] = [];
  for (const job of await listJobs(engine.options.database)) {
    if (job.direction !== 'down' || moving.has(job.connection) || !conductOf(job.state).takesOver || keys.length === 0) continue;
    const run = await planNow(engine, { mode: 'keys', cause: order.kind, actor, job: job.id, keys, over: plan });
    if (run.endedAt === null) await engine.cancel(run.id, actor);
    runs.push(run.id);
  }
  return runs;
}
