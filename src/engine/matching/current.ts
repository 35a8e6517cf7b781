// Whether a comparison still counts: nobody has compared anew, and no run came after it that may have changed what it saw.
import type { Reader } from '../../store/database.ts';
import type { JobRow } from '../../store/jobs.ts';
import { listJobs } from '../../store/jobs.ts';
import { lastEntries } from '../../store/directory.ts';
import type { MatchingRow } from '../../store/matching.ts';
import { lastRuns, writingRuns } from '../../store/overview.ts';
import { getRun } from '../../store/runs.ts';
import { CommandError } from '../engine.ts';

/**
 * The newest run into the same system that ended after the comparison had begun to read, or has begun to write; null: there is none. Runs
 * about a few objects do not count, nor does one that has only planned: what it has planned yields to what is decided (stages/decided-since.ts).
 */
export async function ranAfter(reader: Reader, job: JobRow, matching: MatchingRow): Promise<number | null> {
  const into = (await listJobs(reader)).filter((one) => one.connection === job.connection && one.direction === 'down').map((one) => one.id);
  const began = (await getRun(reader, matching.run))?.startedAt ?? Number.POSITIVE_INFINITY;
  const later = (await writingRuns(reader)).filter((run) => into.includes(run.job)).map((run) => run.id);
  for (const last of await lastRuns(reader)) {
    if (!into.includes(last.job)) continue;
    const endedAt = last.id > matching.run ? null : ((await getRun(reader, last.id))?.endedAt ?? 0);
    if (endedAt === null || endedAt > began) later.push(last.id);
  }
  return later.length === 0 ? null : Math.max(...later);
}

/** Of these objects, those of whom the directory says something else since the comparison has begun: it may not find them alike any more. */
export async function changedAfter(reader: Reader, matching: MatchingRow, objects: readonly string[]): Promise<ReadonlySet<string>> {
  const began = (await getRun(reader, matching.run))?.startedAt ?? 0;
  const last = await lastEntries(reader, [...new Set(objects)]);
  const known = last.filter((entry) => entry.run !== null && entry.run < matching.run).map((entry) => entry.run!);
  // Entries are dated by the beginning of their run: one that was under way may have written later.
  const underWay = new Set<number>();
  for (const id of new Set(known)) {
    const run = await getRun(reader, id);
    if (run && (run.endedAt === null || run.endedAt > began)) underWay.add(id);
  }
  return new Set(
    last.filter(({ at, run }) => at > began || (run !== null && (run > matching.run || underWay.has(run)))).map((entry) => entry.id),
  );
}

const deeds = {
  accept: { none: { en: 'Nothing was linked', zh: '未建立任何关联' }, word: { en: 'accept', zh: '接受' } },
  reject: { none: { en: 'Nothing was decided', zh: '未作任何决定' }, word: { en: 'reject', zh: '拒绝' } },
} as const;

/** @param seen  the comparison in which somebody saw what they decide · done: how many were linked by it already */
export async function assertCurrent(
  reader: Reader,
  job: JobRow,
  matching: MatchingRow,
  seen: number,
  deed: keyof typeof deeds,
  done = 0,
): Promise<void> {
  const { none, word } = deeds[deed];
  const so = done === 0 ? none : { en: `Only ${done} were linked`, zh: `仅建立了 ${done} 个关联` };
  const refuse = (en: string, zh: string): CommandError =>
    new CommandError(`${so.en}: ${en}`, `${so.zh}：${zh}`, { code: 'conflict', issues: [{ field: 'run', message: { en, zh } }] });
  if (seen !== matching.run)
    throw refuse(
      `run ${seen} is not the last comparison of job ${job.id} "${job.name}", run ${matching.run} is (by ${matching.by_whom}). Look at that one ("tributary match show ${job.id}"), then ${word.en} with run ${matching.run}.`,
      `执行 ${seen} 不是任务 ${job.id}“${job.name}”最近一次比较，最近一次为执行 ${matching.run}（${matching.by_whom}）。请查看该比较（tributary match show ${job.id}），再以 run ${matching.run} ${word.zh}。`,
    );
  const newer = await ranAfter(reader, job, matching);
  if (newer === null) return;
  throw refuse(
    `run ${newer} came after the comparison (run ${seen}) and may have changed what it saw. Compare again ("tributary match start ${job.id}"), then ${word.en} by the new one.`,
    `执行 ${newer} 在该比较（执行 ${seen}）之后，所见数据可能已变化。请重新比较（tributary match start ${job.id}），再按新的比较${word.zh}。`,
  );
}
