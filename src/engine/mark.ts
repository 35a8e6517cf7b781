// How far a run has come, stored together with the next thing that it stores: a short run has ten stages, and a commit for each
// would be most of what it costs. A crash before that does the stage once more, as a crash right before it was stored always did.
import type { Database } from '../store/database.ts';
import { patchRun, type RunPatch } from '../store/runs.ts';

export interface Marks {
  /** The run's database: what is written to it next carries the mark. */
  readonly database: Database;
  set(patch: RunPatch): void;
  /** Stores a mark that nothing has carried yet. */
  flush(): Promise<void>;
}

export function openMarks(database: Database, run: number): Marks {
  let pending: RunPatch | null = null;
  const carrying = async <T>(work: Parameters<typeof database.write<T>>[0], how?: Parameters<typeof database.write<T>>[1]): Promise<T> => {
    const patch = pending;
    if (patch === null) return database.write(work, how);
    const result = await database.write(async (transaction) => {
      await patchRun(transaction, run, patch);
      return work(transaction);
    }, how);
    if (pending === patch) pending = null;
    return result;
  };
  const flush = (): Promise<void> => (pending === null ? Promise.resolve() : carrying(async () => {}));
  return {
    database: {
      ...database,
      async write(work, how) {
        // What is stored side by side with others must not meet them at the row of the run.
        if (how) await flush();
        return carrying(work, how);
      },
    },
    set: (patch) => (pending = patch),
    flush,
  };
}
