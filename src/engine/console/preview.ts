// What an edit would do: a dry run of the console's job over its drafts, then one of every downstream job over what that leaves.
import { notePlans } from '../../store/console.ts';
import { listJobs } from '../../store/jobs.ts';
import { planPage } from '../../store/ledger.ts';
import type { RunRow } from '../../store/runs.ts';
import { getRun } from '../../store/runs.ts';
import { edgesTo, subtreeOf } from '../../store/directory.ts';
import type { Engine } from '../engine.ts';
import { executeRun } from '../run.ts';
import type { ObjectKey } from '../../core/model.ts';
import type { DraftRow } from '../../store/console.ts';

const WAIT_MS = 50;

/** Plans the edit above and below, and stores which runs did so. */
export async function preview(engine: Engine, edit: number, job: number, drafts: readonly DraftRow[], actor: string): Promise<void> {
  const { database } = engine.options;
  const keys = drafts.map((draft) => ({ type: draft.type, id: draft.id }));
  const plan = await dryRun(engine, { job, keys, edit, actor });
  await database.write((transaction) => notePlans(transaction, edit, plan.id, []));
  const touched = await concerned(engine, plan.id);
  const below: number[] = [];
  if (touched.length > 0) {
    for (const row of await listJobs(database)) {
      if (row.direction !== 'down') continue;
      below.push((await dryRun(engine, { job: row.id, keys: touched, edit, actor })).id);
    }
  }
  await database.write((transaction) => notePlans(transaction, edit, plan.id, below));
}

async function dryRun(engine: Engine, request: { job: number; keys: readonly ObjectKey[]; edit: number; actor: string }): Promise<RunRow> {
  const id = await engine.enqueue({
    job: request.job,
    mode: 'keys',
    dryRun: true,
    keys: request.keys,
    proposal: request.edit,
    cause: 'edit',
    actor: request.actor,
  });
  for (;;) {
    // The queue may have taken it already; then it is only waited for.
    const run = await executeRun(engine.options, id, new AbortController().signal);
    if (run.endedAt !== null || run.state === 'waiting') return run;
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
    const now = (await getRun(engine.options.database, id))!;
    if (now.endedAt !== null) return now;
  }
}

/** Objects that the plan changes, and those that look different because of it: people below a department, whoever refers to one. */
async function concerned(engine: Engine, plan: number): Promise<ObjectKey[]> {
  const { database } = engine.options;
  const keys = new Map<string, ObjectKey>();
  for (let after = 0; ; ) {
    const page = await planPage(database, plan, after, 1000);
    for (const change of page)
      if (change.directory_id !== null && change.state !== 'refused')
        keys.set(change.directory_id, { type: change.type, id: change.directory_id });
    if (page.length < 1000) break;
    after = page.at(-1)!.id;
  }
  const departments = [...keys.values()].filter((key) => key.type === 'department').map((key) => key.id);
  if (departments.length > 0) {
    const below = await subtreeOf(database, departments);
    for (const id of below) keys.set(id, { type: 'department', id });
    for (const edge of await edgesTo(database, below))
      if (edge.relation === 'membership') keys.set(edge.owner, { type: 'person', id: edge.owner });
  }
  return [...keys.values()];
}
