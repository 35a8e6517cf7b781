// How much the source of a question showed when it was last read, and before the question came up: what to look at before saying yes.
import { z } from 'zod';
import type { HeldRow } from '../../store/held.ts';
import { lastWhole, type RunRow } from '../../store/runs.ts';
import type { RunEvidence } from '../context.ts';
import { groupBy } from '../shapes.ts';
import type { QueryContext } from './operation.ts';
import type { Names } from './show.ts';

const read = z.object({ run: z.int(), objects: z.int() });

export const sourceReadView = z.object({
  job: z.int(),
  type: z.string(),
  /** By the last run that read everything, and by the one before the question; null: it was not read to the end. */
  now: read.nullable(),
  before: read.nullable(),
});

/** So many empty readings in a row are looked past. */
const LOOKED_PAST = 50;

/** What was there before is what was last believed: a reading that showed nothing at all never was. */
async function beforeThat(context: QueryContext, job: number, type: string, question: number): Promise<RunRow | undefined> {
  let run = await lastWhole(context.reader, job, 'before', question);
  for (let looked = 0; run && looked < LOOKED_PAST; looked++) {
    if ((run.evidence as RunEvidence | null)?.types[type]?.empty !== true) return run;
    run = await lastWhole(context.reader, job, 'before', run.id);
  }
  return undefined;
}

/** Of upstream jobs only: the directory itself shows everything it has. */
export async function sourceReadsOf(
  context: QueryContext,
  names: Names,
  rows: readonly HeldRow[],
): Promise<z.output<typeof sourceReadView>[]> {
  const found: z.output<typeof sourceReadView>[] = [];
  for (const own of groupBy(rows, (row) => `${row.job} ${row.type}`).values()) {
    const { job, type } = own[0]!;
    if (names.jobs.get(job)?.direction !== 'up') continue;
    const first = Math.min(...own.map((row) => row.first_run));
    const seen = (run: RunRow | undefined): z.output<typeof read> | null => {
      const of = (run?.evidence as RunEvidence | null | undefined)?.types[type];
      return run && of?.complete ? { run: run.id, objects: of.objects } : null;
    };
    found.push({
      job,
      type,
      now: seen(await lastWhole(context.reader, job, 'since', first)),
      before: seen(await beforeThat(context, job, type, first)),
    });
  }
  return found;
}
