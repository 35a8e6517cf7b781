// Plans at once, beside the queue: one dry run, and which objects its plan concerns.
import type { ObjectKey } from '../core/model.ts';
import { edgesTo, subtreeOf } from '../store/directory.ts';
import { planPage } from '../store/ledger.ts';
import { getRun, type RunRow } from '../store/runs.ts';
import type { Engine, RunRequest } from './engine.ts';
import { executeRun } from './run.ts';

const WAIT_MS = 50;

/** @param signal  when it aborts, what is planned by then ends as cancelled */
export async function planNow(
  engine: Engine,
  request: Omit<RunRequest, 'dryRun'>,
  signal: AbortSignal = new AbortController().signal,
): Promise<RunRow> {
  const id = await engine.enqueue({ ...request, dryRun: true });
  for (;;) {
    // The queue may have taken it already; then it is only waited for.
    const run = await executeRun(engine.options, id, signal);
    if (run.endedAt !== null || run.state === 'waiting' || signal.aborted) return run;
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
    const now = (await getRun(engine.options.database, id))!;
    if (now.endedAt !== null) return now;
  }
}

/** Objects that the plan changes, and those that look different because of it: people below a department, whoever refers to one. */
export async function concerned(engine: Engine, plan: number): Promise<ObjectKey[]> {
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
