// The sync center as two lists, what flows in and what flows out; many jobs are narrowed down.
import type { Job } from '../../canvas/picture.ts';
import { useWords } from '../../i18n/i18n.ts';
import { Part } from '../../ui/page.tsx';
import { useJobFilter } from './job-filter.tsx';
import { JobList } from './job-list.tsx';

export function JobLists({ jobs }: { readonly jobs: readonly Job[] }) {
  const { t } = useWords();
  const { fitting, controls } = useJobFilter(jobs);
  const isNarrowed = fitting.length < jobs.length;
  return (
    <>
      {controls}
      {isNarrowed && fitting.length === 0 && <p className="soft">{t('home.noneFound')}</p>}
      {(['up', 'down'] as const).map((direction) => {
        const own = fitting.filter((job) => job.direction === direction);
        return (
          (own.length > 0 || !isNarrowed) && (
            <Part key={direction} title={t(direction === 'up' ? 'home.upstream' : 'home.downstream')}>
              <JobList jobs={own} direction={direction} />
            </Part>
          )
        );
      })}
    </>
  );
}
