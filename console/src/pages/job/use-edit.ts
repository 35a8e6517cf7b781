// An edit of a job on its way: what it would lead to is asked before it is saved, and who was faster is named.
import { App } from 'antd';
import { useState } from 'react';
import type { WireOutput } from '../../../../src/server/api/wire.ts';
import { ApiError, call } from '../../api/client.ts';
import { useAnswer, useCommand } from '../../api/hooks.ts';
import { useWords } from '../../i18n/i18n.ts';
import type { Forecast } from './consequences.tsx';

type Job = WireOutput<'job.get'>;
/** Settings as they shall be; `name` is none of them. */
export type Change = Readonly<Record<string, unknown>>;

/** What a visit before this one has read may be older than what was saved since: an edit begins with what is. */
export function useJobAsItIs(job: number) {
  const details = useAnswer('job.get', { job });
  const [hasRead, setRead] = useState(false);
  if (!hasRead && !details.isFetching) setRead(true);
  return hasRead ? details : { ...details, data: undefined, error: null };
}

function inputOf(job: Job, { name, ...settings }: Change) {
  return { job: job.id, settings, ...(typeof name === 'string' && name !== job.name ? { name } : {}) };
}

/**
 * @param job       as it was when the edit was opened
 * @param change    null: it cannot be understood, or there is none
 * @param onReload  begins anew with what somebody else saved
 */
export function useEdit(job: Job, change: Change | null, onReload: (saved: Job) => void) {
  const { t } = useWords();
  const { message } = App.useApp();
  const [revision, setRevision] = useState(job.revision);
  const [forecast, setForecast] = useState<Forecast | null>(null);
  const foresee = useCommand('job.forecast');
  const update = useCommand('job.update');
  const faster = update.error instanceof ApiError ? update.error.problem.saved : undefined;
  /** What it would lead to is not known any more; an answer that is still on its way is about something else. */
  const lookAgain = (): void => {
    setForecast(null);
    foresee.reset();
  };
  return {
    forecast,
    foresee: {
      error: foresee.error,
      isPending: foresee.isPending,
      ask: (): void => void (change && foresee.mutate(inputOf(job, change), { onSuccess: setForecast })),
    },
    update,
    faster,
    lookAgain,
    /** As it was foreseen, in one version. */
    save: (onSaved: () => void): void =>
      void (
        change &&
        forecast &&
        update.mutate(
          { ...inputOf(job, change), revision, forecast: forecast.forecast },
          {
            onSuccess: () => {
              void message.success(t('job.savedNow'));
              onSaved();
            },
          },
        )
      ),
    reload: (): void => void call('job.get', { job: job.id }).then(onReload, (error: Error) => void message.error(error.message)),
    // What was typed stays, and is looked at again over what they saved. Nothing is asked for it: until an answer came, the old forecast could be saved.
    keep: (): void => {
      setRevision(faster?.revision ?? revision);
      lookAgain();
      update.reset();
    },
  };
}
