// Lists of runs, page by page, newest first, and short runs by the hour: each filter is answered from an index.
import { list, type Reader, type SqlValue } from './database.ts';
import { type RunRow, runsById } from './runs.ts';

export interface RunFilter {
  readonly job?: number | undefined;
  readonly states?: readonly string[] | undefined;
  readonly modes?: readonly string[] | undefined;
  readonly cause?: string | undefined;
  /** Queued at this moment or later, epoch ms. */
  readonly from?: number | undefined;
  readonly until?: number | undefined;
  /** Below this number. */
  readonly before?: number | undefined;
  readonly limit: number;
}

/** Numbers grow with the time of queueing, so that a period is a span of numbers. */
async function spanOf(reader: Reader, filter: RunFilter): Promise<{ first: number; last: number }> {
  const first =
    filter.from === undefined
      ? 0
      : ((await reader.get<{ id: number }>('SELECT id FROM run WHERE queued_at >= ? ORDER BY queued_at, id LIMIT 1', filter.from))?.id ??
        Number.MAX_SAFE_INTEGER);
  const until =
    filter.until === undefined
      ? Number.MAX_SAFE_INTEGER
      : ((await reader.get<{ id: number }>('SELECT id FROM run WHERE queued_at < ? ORDER BY queued_at DESC, id DESC LIMIT 1', filter.until))
          ?.id ?? 0);
  return { first, last: Math.min(until, (filter.before ?? Number.MAX_SAFE_INTEGER) - 1) };
}

const isNamed = (values: readonly string[] | undefined): values is readonly string[] => values !== undefined && values.length > 0;

export async function runPage(reader: Reader, filter: RunFilter): Promise<readonly RunRow[]> {
  const { first, last } = await spanOf(reader, filter);
  if (last < first) return [];
  const parts = ['id >= ?', 'id <= ?'];
  const params: SqlValue[] = [first, last];
  const and = (sql: string, value: SqlValue): void => {
    parts.push(sql);
    params.push(value);
  };
  if (filter.job !== undefined) and('job = ?', filter.job);
  if (filter.cause !== undefined) and('cause = ?', filter.cause);
  if (isNamed(filter.modes)) {
    and('mode IN {list}', list(filter.modes));
    if (!filter.modes.includes('keys')) parts.push(`mode <> 'keys'`);
  }
  // Each state by itself is a walk along its index; a few of them are merged.
  const ids: number[] = [];
  for (const state of isNamed(filter.states) ? filter.states : [null]) {
    const found = await reader.all<{ id: number }>(
      `SELECT id FROM run WHERE ${parts.join(' AND ')}${state === null ? '' : ' AND state = ?'} ORDER BY id DESC LIMIT ?`,
      ...params,
      ...(state === null ? [] : [state]),
      filter.limit,
    );
    ids.push(...found.map((row) => row.id));
  }
  const page = ids.sort((a, b) => b - a).slice(0, filter.limit);
  return [...(await runsById(reader, page))].sort((a, b) => b.id - a.id);
}

const HOUR_MS = 3_600_000;
/** How many hours with runs one page looks at. */
const HOURS = 48;

export interface RunHour {
  readonly from: number;
  readonly until: number;
  readonly job: number;
  readonly runs: number;
  readonly failed: number;
  readonly warnings: number;
  readonly lastRun: number;
}

/** Hours without short runs take no time: each step jumps to the last one before it. `next`: `before` of the next page. */
export async function runHours(
  reader: Reader,
  filter: { readonly job?: number | undefined; readonly before?: number | undefined; readonly limit: number },
): Promise<{ readonly rows: readonly RunHour[]; readonly next: number | null }> {
  const rows: RunHour[] = [];
  let before = filter.before ?? Number.MAX_SAFE_INTEGER;
  for (let hours = 0; hours < Math.min(filter.limit, HOURS); hours++) {
    const latest = await reader.get<{ at: number | null }>(
      `SELECT max(queued_at) AS at FROM run WHERE mode = 'keys' AND dry_run = 0 AND queued_at < ?`,
      before,
    );
    if (latest?.at == null) return { rows, next: null };
    const from = Math.floor(latest.at / HOUR_MS) * HOUR_MS;
    const found = await reader.all<Omit<RunHour, 'from' | 'until'> & { last_run: number }>(
      `SELECT job, count(*) AS runs, sum(CASE WHEN state IN ('failed', 'partly-failed') THEN 1 ELSE 0 END) AS failed,
         sum(CASE WHEN state = 'warnings' THEN 1 ELSE 0 END) AS warnings, max(id) AS last_run
       FROM run WHERE mode = 'keys' AND dry_run = 0 AND queued_at >= ? AND queued_at < ? AND (? = 0 OR job = ?) GROUP BY job ORDER BY job`,
      from,
      Math.min(before, from + HOUR_MS),
      filter.job ?? 0,
      filter.job ?? 0,
    );
    rows.push(...found.map(({ last_run, ...row }) => ({ ...row, from, until: from + HOUR_MS, lastRun: last_run })));
    before = from;
  }
  return { rows, next: before };
}
