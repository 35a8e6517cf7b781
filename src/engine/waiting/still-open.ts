// Accounts that ought to be closed and are not yet: a system that does not answer, and jobs that wait for somebody to start them.
import type { JobRow } from '../../store/jobs.ts';
import { runPage } from '../../store/run-list.ts';
import { endedBefore, openRuns, type RunRow } from '../../store/runs.ts';
import { conductOf } from '../states.ts';
import { way, type Entry, type World } from './entry.ts';

/** A closing that came through at once was nobody's work. */
const CLOSING_MS = 10_000;

/** Accounts that somebody has said to close now, and that are open still. */
export async function closings({ reader, now, jobs: all }: World): Promise<Entry[]> {
  const open = (await openRuns(reader)).filter((run) => run.order?.kind === 'close' && !run.dryRun && run.queuedAt + CLOSING_MS <= now);
  return open.flatMap((run): Entry[] => {
    const job = all.find(({ row }) => row.id === run.job)?.row;
    if (!job) return [];
    return [
      {
        kind: 'closing-open',
        of: String(run.id),
        job: job.id,
        title: {
          en: 'An account is not closed yet, of somebody of whom everything was to be closed',
          zh: '已要求立即关闭全部账号的人员，仍有账号未关闭',
        },
        detail: run.problem ?? { en: 'The system has not answered yet.', zh: '该系统尚未应答。' },
        since: run.queuedAt,
        settle: [way('check', 'connection.check', { connection: job.connection })],
        see: way('see', 'run.get', { run: run.id }),
      },
    ];
  });
}

/** So many runs of a source are looked at for whom they disabled; before that somebody would have started the job. */
const RUNS = 50;
/** Of these the job below has runs of its own, whoever starts it. */
const ownBelow: ReadonlySet<string> = new Set(['close', 'due']);

const disabledBy = (run: RunRow): number => (run.dryRun || ownBelow.has(run.cause) ? 0 : (run.counts['applied.disable.person'] ?? 0));

/** Whoever was disabled in the directory keeps the accounts below of jobs that run by hand until somebody starts them. */
export async function leftBelow({ reader, jobs: all }: World): Promise<Entry[]> {
  const found: Entry[] = [];
  const below: { readonly row: JobRow; readonly last: RunRow }[] = [];
  for (const { row, settings } of all) {
    if (row.direction !== 'down' || settings.trigger.kind !== 'manual' || !conductOf(row.state).runsByItself) continue;
    const last = await endedBefore(reader, row.id, Number.MAX_SAFE_INTEGER);
    if (last?.state === 'succeeded' || last?.state === 'warnings') below.push({ row, last });
  }
  if (below.length === 0) return found;
  const disabling: RunRow[] = [];
  const from = Math.min(...below.map(({ last }) => last.queuedAt));
  for (const { row } of all.filter((job) => job.row.direction === 'up'))
    disabling.push(...(await runPage(reader, { job: row.id, from, limit: RUNS })).filter((run) => disabledBy(run) > 0));
  for (const { row, last } of below) {
    const since = disabling.filter((run) => run.id > last.id);
    const count = since.reduce((sum, run) => sum + disabledBy(run), 0);
    if (count === 0) continue;
    const first = since.at(-1)!;
    found.push({
      kind: 'left-below',
      of: String(row.id),
      job: row.id,
      title: {
        en: 'People were disabled in the directory since this job ran last: it starts by hand, and until then their accounts there stay open',
        zh: '该任务上次执行之后，目录中有人员被停用；该任务为手动执行，在执行之前其账号仍可使用',
      },
      count,
      objects: count,
      since: first.endedAt ?? first.queuedAt,
      settle: [way('run', 'run.start', { job: row.id, mode: 'full' })],
      see: way('see', 'run.list', { job: row.id }),
    });
  }
  return found;
}
