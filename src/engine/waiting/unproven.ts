// A source of which the last read proved nothing: it showed nobody of those who are known, or broke off. Reads only.
import type { Label } from '../../core/model.ts';
import type { Reader } from '../../store/database.ts';
import { countClaims } from '../../store/job-removal.ts';
import type { JobRow } from '../../store/jobs.ts';
import type { FullRead } from '../../store/waiting.ts';
import type { RunEvidence } from '../context.ts';
import { countedWords } from '../words.ts';

export interface Unproven {
  readonly kind: 'source-empty' | 'read-incomplete';
  readonly run: number;
  readonly since: number;
  readonly title: Label;
  readonly detail: Label;
}

/** `last`: the job's last full read. Until a run reads it again. What a source shows less of is asked about by the guard, and the directory hides nothing. */
export async function unprovenRead(reader: Reader, job: JobRow, last: FullRead | undefined): Promise<Unproven | null> {
  if (!last || job.state === 'disabled') return null;
  const { run, at: since } = last;
  const types = Object.entries((last.evidence as Partial<RunEvidence>).types ?? {});
  const empty = new Set(types.filter(([, seen]) => seen.empty && seen.complete).map(([type]) => type));
  if (empty.size > 0) {
    const known = (await countClaims(reader, job.id)).filter(({ type }) => empty.has(type));
    // Whoever was known there is spoken of by nobody any more.
    if (known.length === 0) return null;
    return { kind: 'source-empty', run, since, ...emptyWords(run, countedWords(known)) };
  }
  const broken = types.find(([, seen]) => !seen.complete)?.[1];
  return broken ? { kind: 'read-incomplete', run, since, ...brokenWords(run, broken.reason) } : null;
}

const emptyWords = (run: number, known: Label): { title: Label; detail: Label } => ({
  title: { en: 'The source shows nothing where much is known', zh: '源系统没有返回已知的数据' },
  detail: {
    en: `Run ${run} read none of the ${known.en} that are known. Nobody is removed, disabled or changed because of that; but nobody who joins or leaves is seen either. Look whether the file or the system is empty, or is another one than before, mend that, and run the job again.`,
    zh: `执行 ${run} 未读到已知的 ${known.zh}。不会因此删除、停用或改动任何人，但也无法发现入职与离职。请检查文件或系统是否为空、是否换成了另一个，修复后再执行一次。`,
  },
});

const brokenWords = (run: number, reason: Label | undefined): { title: Label; detail: Label } => ({
  title: { en: 'The source was not read to its end', zh: '源系统未完整读取' },
  detail: {
    en: `Run ${run}: ${reason?.en ?? 'The source stopped before its end.'} Until a run reads everything, nothing counts as missing, so that nobody who left is seen.`,
    zh: `执行 ${run}：${reason?.zh ?? '源系统在结束前中断。'}在完整读取之前，不会判断任何对象已消失，因此无法发现离职。`,
  },
});
