// What a job is called; of one that was removed only its number is kept, and that it was removed is said.
import { useWords } from '../i18n/i18n.ts';

/** As the server answers for a job that is not there any more. */
const REMOVED = /^#(\d+)$/;

export const isRemovedJob = (jobName: string): boolean => REMOVED.test(jobName);

export function useJobName(): (jobName: string) => string {
  const { t } = useWords();
  return (jobName) => {
    const number = REMOVED.exec(jobName)?.[1];
    return number === undefined ? jobName : t('app.removedJob', { n: number });
  };
}
