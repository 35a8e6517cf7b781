// The demo's jobs: run one to its end, see what waits for a person, say yes.
import type { RunRow } from '../store/runs.ts';
import { listHeld, type HeldRow } from '../store/held.ts';
import type { Stage } from './stage.ts';

export async function runJob(stage: Stage, job: number, dryRun = false): Promise<RunRow> {
  const { engine } = stage.app;
  const id = await engine.enqueue({ job, mode: 'full', actor: 'demo', dryRun });
  return (await engine.drain()).find((run) => run.id === id)!;
}

export const openHeld = (stage: Stage): Promise<readonly HeldRow[]> =>
  listHeld(stage.app.database, { states: ['open'], after: 0, limit: 100_000 });

export async function approve(stage: Stage, rows: readonly HeldRow[]): Promise<RunRow | undefined> {
  if (rows.length === 0) return undefined;
  const runs = await stage.app.engine.approve(
    rows.map((held) => held.id),
    'demo',
  );
  return (await stage.app.engine.drain()).findLast((run) => runs.includes(run.id));
}
