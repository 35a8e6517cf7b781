// What a job is called; of one that was removed only its number is kept, and that it was removed is said.
import { useWords } from '../i18n/i18n.ts';

/** As the server answers for a job that is not there any more. */
const REMOVED = /^#(\d+)$/;

/** A job may be called like the number of another one. */
export const isRemovedJob = (jobName: string, job: number): boolean => jobName === `#${job}`;

export function useJobName(): (jobName: string, job?: number) => string {
  const { t } = useWords();
  return (jobName, job) => {
    const number = REMOVED.exec(jobName)?.[1];
    return number === undefined || (job !== undefined && !isRemovedJob(jobName, job)) ? jobName : t('app.removedJob', { n: number });
  };
}
