// What a job is called; of one that was removed, that it was.
import { useWords } from '../i18n/i18n.ts';

export interface OfJob {
  readonly jobName: string;
  readonly jobRemoved: boolean;
}

export function useJobName(): (of: OfJob) => string {
  const { t } = useWords();
  return ({ jobName, jobRemoved }) => (jobRemoved ? t('app.removedJob', { name: jobName }) : jobName);
}
