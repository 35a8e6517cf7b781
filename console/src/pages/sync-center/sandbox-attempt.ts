// An attempt to hurt the sandbox company: which one, the run that shows what became of it, and who was in service before and after.
import type { RunView, WireInput } from '../../../../src/server/api/wire.ts';
import { call } from '../../api/client.ts';

export type Attempt = WireInput<'sandbox.try'>['attempt'];

export interface People {
  readonly active: number;
  readonly others: number;
}

export interface Outcome {
  readonly attempt: Attempt;
  readonly run: RunView;
  readonly before: People;
  readonly after: People;
}

const LOOK_MS = 500;

/** The run once it has ended. */
export async function ended(run: number): Promise<RunView> {
  for (;;) {
    const { run: view } = await call('run.get', { run });
    if (view.endedAt !== null) return view;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
