// What became of things day by day, for pictures: what runs counted, how late real time was, where targets began to differ. Set SQL over what is kept anyway.
import { list, type Reader, type SqlValue } from './database.ts';

export interface CourseSpan {
  /** Epoch ms. */
  readonly from: number;
  /** Of the clock whose days are counted, before UTC, in ms. */
  readonly aheadMs: number;
  readonly job?: number | undefined;
}

/** Days since 1970 on that clock. */
interface OfDay {
  readonly day: number;
}

const DAY = 86_400_000;

const ofJob = ({ job }: CourseSpan): { sql: string; params: SqlValue[] } =>
  job === undefined ? { sql: '', params: [] } : { sql: ' AND job = ?', params: [job] };

/** The counts with these names (stages/close.ts) of runs that wrote, summed by day and direction. */
export function countsByDay(
  reader: Reader,
  names: readonly string[],
  span: CourseSpan,
): Promise<readonly (OfDay & { readonly direction: 'up' | 'down'; readonly name: string; readonly count: number })[]> {
  const own = ofJob(span);
  return reader.all(
    `SELECT CAST((run.queued_at + ?) / ${DAY} AS BIGINT) AS day, job.direction AS direction, e.key AS name, CAST(SUM(CAST(e.value AS BIGINT)) AS BIGINT) AS count
       FROM run JOIN job ON job.id = run.job CROSS JOIN {pairs: run.counts}
      WHERE run.queued_at >= ? AND run.dry_run = 0 AND e.key IN {list}${own.sql}
      GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`,
    span.aheadMs,
    span.from,
    list(names),
    ...own.params,
  );
}

/** Of runs that events started: how long from being due until all was written, ms. */
export function lagByDay(
  reader: Reader,
  span: CourseSpan,
): Promise<readonly (OfDay & { readonly runs: number; readonly usual: number; readonly worst: number })[]> {
  const own = ofJob(span);
  return reader.all(
    `SELECT CAST((queued_at + ?) / ${DAY} AS BIGINT) AS day, COUNT(*) AS runs, CAST(AVG(ended_at - queued_at) AS BIGINT) AS usual,
            MAX(ended_at - queued_at) AS worst
       FROM run WHERE queued_at >= ? AND cause = 'event' AND dry_run = 0 AND ended_at IS NOT NULL${own.sql}
      GROUP BY 1 ORDER BY 1`,
    span.aheadMs,
    span.from,
    ...own.params,
  );
}

/** Values that a target was first seen to have changed on its own. */
export function driftByDay(reader: Reader, span: CourseSpan): Promise<readonly (OfDay & { readonly count: number })[]> {
  const own = ofJob(span);
  return reader.all(
    `SELECT CAST((first_at + ?) / ${DAY} AS BIGINT) AS day, COUNT(*) AS count FROM drift WHERE first_at >= ?${own.sql} GROUP BY 1 ORDER BY 1`,
    span.aheadMs,
    span.from,
    ...own.params,
  );
}
