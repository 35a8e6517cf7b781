// The job that a draft speaks of, on the server: made as the draft says, disabled, and from then on kept equal to it.
import { useCallback } from 'react';
import { useCommand } from '../api/hooks.ts';
import type { Draft } from './draft.ts';

export function useSavedJob(draft: Draft, change: (part: Partial<Draft>) => void) {
  const create = useCommand('job.create');
  const update = useCommand('job.update');
  const { mutateAsync: createJob } = create;
  const { mutateAsync: updateJob } = update;
  const save = useCallback(async (): Promise<number> => {
    const { name, connection, direction, description } = draft;
    const settings = { ...draft.settings, description };
    const job = draft.job ?? (await createJob({ name, connection: connection!, direction, settings })).id;
    if (draft.job !== null) await updateJob({ job, name, settings, withoutForecast: true });
    change({ job });
    return job;
  }, [draft, change, createJob, updateJob]);
  return {
    /** Returns the number of the job. */
    save,
    isSaving: create.isPending || update.isPending,
    error: create.error ?? update.error,
    reset(): void {
      create.reset();
      update.reset();
    },
  };
}
